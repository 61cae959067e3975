"""The meeting that a page reports: its kind, whose meeting it was, its number and term, and where it was held.

Title and first paragraphs decide; the body only where they are silent (a page may lack its title). Numbering restarts
with each congress and restarted for the units merged in 2025, so a number alone never identifies a meeting.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from indexer.letters import CAPITALS
from indexer.literals import Literals
from indexer.page import Page
from indexer.reading import Reading
from indexer.rules.meeting_numbers import NUMBERED, elected_by, ordinal_of, term_of
from indexer.sketch import lower

CUES_FILE = Path(__file__).with_name("kind_cues.tsv")

READ_CHARACTERS = 4000  # further down a page speaks of other meetings
LEAD_CHARACTERS = 650  # the first two paragraphs or so
TITLE, LEAD, BODY = 3.0, 2.0, 0.3  # how much a cue counts by where it stands
THRESHOLD = 4.0  # a weak cue in the lead, or a strong one anywhere but the far body; there alone none reaches it
WHOLE_BODIES = frozenset({"bch", "hdnd", "daihoi", "ubkt", "ubnd"})  # of two kinds with one score, the body that met
LONGEST_CUE = 200  # characters; more than a pattern fits

_PLACE = re.compile(
    r"[Tt](?<![^\W_].)ại\s+(?P<place>(?:Trung tâm|Hội trường|Nhà|trụ sở|Trụ sở|hội trường|trung tâm|thành phố|TP|"
    r"thị xã|huyện|xã|phường|Văn phòng|Cung|Khách sạn|Trường)[^,.;:()\n]{1,70})"
)
_NAME = rf"(?P<name>[{CAPITALS}][\w']*(?:\s[{CAPITALS}][\w']*){{0,3}})"
_SMALLER_BODY = re.compile(
    r"(?:(?:Đảng bộ|BCH|Ban Chấp hành|HĐND|UBND|Hội đồng nhân dân|Ủy ban nhân dân)\s+"
    r"(?P<unit>huyện|thị xã|quận|xã|phường)"
    rf"|(?P<committee>Huyện ủy|Thị ủy|Quận ủy))\s+{_NAME}"
)
_PROVINCE_BODY = re.compile(
    r"(?:Đảng bộ|HĐND|UBND|Hội đồng nhân dân|Ủy ban nhân dân) (?:tỉnh|thành phố)|[Tt]ỉnh ủy|Thành ủy"
)
_DOCUMENT_PAGE = re.compile(r"^\W*(?:thông báo|kết luận|nghị quyết|quyết định|chỉ thị|kế hoạch)\W*$", re.MULTILINE)
_RECIPIENTS = re.compile(r"^\W*nơi nhận\s*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ReportedMeeting:
    """What one page says about the meeting it reports. kind "" = none. event: for a notice, the kind it concludes.

    ordinal None, term "", place "" where the page does not say.
    """

    kind: str = ""
    event: str = ""
    ordinal: int | None = None
    term: str = ""
    term_years: str = ""
    place: str = ""
    organ: str = ""
    kind_evidence: str = ""
    ordinal_evidence: str = ""
    term_evidence: str = ""


@dataclass(frozen=True, slots=True)
class _Cue:
    """weight: how much it says for the kind. needs: plain words, one of which the pattern cannot do without (speed)."""

    key: str
    weight: float
    needs: frozenset[str]
    pattern: re.Pattern[str]


@cache
def _cues() -> tuple[_Cue, ...]:
    with CUES_FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(
            _Cue(
                row["key"],
                float(row["weight"]),
                frozenset(row["needs"].split("|")),
                re.compile(row["pattern"], re.MULTILINE),
            )
            for row in rows
        )


@cache
def _needing() -> tuple[Literals, tuple[tuple[int, ...], ...]]:
    """Return the words that cues need, and for each which cues do."""
    needing: dict[str, list[int]] = {}
    for number, cue in enumerate(_cues()):
        for word in cue.needs:
            needing.setdefault(word, []).append(number)
    return Literals(needing), tuple(map(tuple, needing.values()))


def _needed(letters: bytes) -> dict[int, tuple[int, int]]:
    """Return the cues whose words stand in a title or text, with the stretch of it that all they fit lies in."""
    words, needing = _needing()
    found: dict[int, tuple[int, int]] = {}
    for word, start, end in words.find(letters):
        for number in needing[word]:
            first = found[number][0] if number in found else max(0, start - LONGEST_CUE)
            found[number] = first, end + LONGEST_CUE
    return found


def meeting_of(page: Page) -> ReportedMeeting:
    """Return the meeting that a page reports; Meeting() where it reports none."""
    head, text = page.title, page.body
    title, body, low_title, low_body = head.text, text.text, head.low, text.low
    is_paper = "nơi nhận" in low_body and bool(
        _RECIPIENTS.search(low_body) and _DOCUMENT_PAGE.search(low_title + "\n" + low_body[:1500])
    )
    scores, words = _scores(head, text, is_paper)
    ranked = sorted((score, key in WHOLE_BODIES, key) for key, score in scores.items() if key != "thongbao")
    event = ranked[-1][2] if ranked and ranked[-1][0] >= THRESHOLD else ""
    if is_paper or scores.get("thongbao", 0) >= TITLE * 9:
        kind, evidence = "thongbao", words.get("thongbao") or _first_line(_DOCUMENT_PAGE, low_body, body) or title
    else:
        kind, evidence = event, words.get(event, "")
    if not kind:
        return ReportedMeeting()
    plain_title, lead = head.plain, text.plain[:LEAD_CHARACTERS]
    texts = (head, text.cut(0, min(len(body), LEAD_CHARACTERS)))
    ordinal, ordinal_words = ordinal_of(event, texts)
    if event == "daihoi" and not ordinal:
        ordinal, ordinal_words = elected_by(texts)
    term = term_of(event, ordinal, texts)
    return ReportedMeeting(
        kind=kind,
        event=event or kind,
        ordinal=ordinal,
        term=term.number or term.years,
        term_years=term.years,
        place=_place(lead),
        organ=_organ(event, plain_title, lead),
        kind_evidence=" ".join(evidence.split()),
        ordinal_evidence=" ".join(ordinal_words.split()),
        term_evidence=" ".join(term.words.split()),
    )


def _scores(head: Reading, page: Reading, everywhere: bool) -> tuple[dict[str, float], dict[str, str]]:
    """Return (kind → score, kind → the best printed words). Each cue counts once in the title and once below.

    everywhere: also find what stands in the far body alone, which decides nothing.
    """
    scores: dict[str, float] = {}
    best: dict[str, tuple[float, str]] = {}
    low_title, low_body = head.low, page.low[:READ_CHARACTERS]
    seen = READ_CHARACTERS if everywhere else LEAD_CHARACTERS + LONGEST_CUE
    near = low_body[:seen]
    for_title, for_body = _needed(head.letters), _needed(page.letters[:seen])
    for number in sorted(for_title.keys() | for_body.keys()):
        cue = _cues()[number]
        key, weight, score = cue.key, cue.weight, 0.0
        in_title = cue.pattern.search(low_title, *for_title[number]) if number in for_title else None
        in_body = cue.pattern.search(near, *for_body[number]) if number in for_body else None
        if not everywhere and not (in_body and in_body.start() < LEAD_CHARACTERS):
            in_body = cue.pattern.search(low_body) if in_title else None
        if not (in_title or in_body):
            continue
        for match, printed, factor in (
            (in_title, head.text, TITLE),
            (in_body, page.text, LEAD if in_body and in_body.start() < LEAD_CHARACTERS else BODY),
        ):
            if match:
                score += weight * factor
                if weight * factor > best.get(key, (0.0, ""))[0]:
                    best[key] = (weight * factor, printed[match.start() : match.end()])
        scores[key] = max(scores.get(key, 0.0), score)
    return scores, {key: words for key, (_, words) in best.items()}


def _first_line(pattern: re.Pattern[str], low: str, printed: str) -> str:
    match = pattern.search(low)
    return printed[match.start() : match.end()].strip() if match else ""


def _organ(kind: str, title: str, lead: str) -> str:
    """Return the smaller unit whose body met ("huyện Sơn Dương"), "" where it was a body of the province."""
    if kind not in NUMBERED:
        return ""
    for text in (title, lead):
        province = _PROVINCE_BODY.search(text)
        match = _SMALLER_BODY.search(text)
        if match and not (province and province.start() < match.start()):
            kind_of_unit = lower(match["unit"] or match["committee"].removesuffix(" ủy"))
            return f"{'thị xã' if kind_of_unit == 'thị' else kind_of_unit} {match['name']}"
        if province:
            return ""
    return ""


def _place(lead: str) -> str:
    match = _PLACE.search(lead)
    return match["place"].strip() if match else ""
