"""Which articles belong: those that tell of a meeting of a party or council body, or are its document.

The rule: one sentence of the opening names both a body ("Ban Thường vụ Tỉnh ủy", "HĐND tỉnh") and a meeting ("họp",
"kỳ họp") or what is done at one ("thông báo kết luận"), once phrases that only sound so ("họp báo", "chào mừng đại
hội", meetings of the centre) are set aside. It weighs where the sentence stands: in the title that is enough; in the
lede or first paragraph for a meeting, with a day or the tone of a report ("đồng chí") for an act; in the second and
third paragraph with a day only. Pages of another level (the centre, a district, a commune, a cell;
search/domain/levels.py) are left out, and looks back at history unless they tell of a day on which a body met. The
words are data, relevance.tsv, but for those of a day, an earlier report and an opening. What the rule leaves out is
recorded with the reason (frontier.left_out), and `--all` keeps everything.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crawl.article import Article
from search.domain import levels

PARAGRAPHS_READ = 3  # reports name who met and how in the first; notices after a letterhead of short lines
LINES_READ = 12
LONG = 80  # characters: what is shorter is a line of a letterhead or a breadcrumb
OPENING_CHARACTERS = 1500
TITLE, LEAD, BELOW = range(3)  # where a sentence stands; LEAD: lede and first paragraph
_EARLIER = re.compile(r"\W*(?:trước đó|trước đây|theo (?:báo|thông tin)|hồi )")
_DAY = re.compile(r"(?:sáng|chiều|tối|ngày|hôm)\W+(?:nay\W+|ngày\W+)*\d{1,2}|(?:sáng|chiều|hôm) nay|vừa")
_SENTENCE = re.compile(r"(?<=[.!?…;])\s+|\n+")
_OPENS = re.compile(r"\W*(?:phát biểu |kết luận )?(?:khai mạc|bế mạc|kết luận|chỉ đạo)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an article belongs, and why."""

    keep: bool
    reason: str


def judge(article: Article) -> Verdict:
    """Return whether an article tells of a party or council meeting. Raises nothing."""
    words = _words()
    names_body = names_meeting = False
    looks_back = words.lookback.search(_plain(article.title))
    for part, sentence in _opening(article):
        sentence = words.aside.sub(" ", sentence)
        body, meeting = words.body.search(sentence), words.meeting.search(sentence)
        tells = meeting or words.act.search(sentence)
        if body and tells and looks_back and not _DAY.search(sentence):
            return Verdict(False, f"looks back at history or introduces a body (“{looks_back.group(0)}”)")
        if body and tells and _is_told(part, sentence, bool(meeting)):
            other = _other_level(article)
            return Verdict(not other, other or f"“{body.group(0)}” with “{tells.group(0)}”")
        names_body |= bool(body)
        names_meeting |= bool(tells)
    if names_body and names_meeting:
        return Verdict(False, "names a party or council body and a meeting, but not in one sentence of its opening")
    if names_body:
        return Verdict(False, "names a party or council body in its opening, but no meeting")
    if names_meeting:
        return Verdict(False, "tells of a meeting, but of no party or council body")
    return Verdict(False, "names neither a meeting nor a party or council body in its opening")


def _is_told(part: int, sentence: str, is_meeting: bool) -> bool:
    """Whether a sentence that names a body and what it does tells of it as news: the less, the lower it stands."""
    if part == TITLE or (part == LEAD and is_meeting):
        return True
    if _EARLIER.match(sentence):
        return False
    return bool(
        _DAY.search(sentence) or (_OPENS.match(sentence) if is_meeting else part == LEAD and "đồng chí" in sentence)
    )


def _other_level(article: Article) -> str:
    """Return why an article is of another level than a province; "" where it is not, or where nothing tells."""
    title, opening = _plain(article.title), _plain("\n".join((article.lede, article.body[:OPENING_CHARACTERS])))
    level = levels.level_of(title, opening)
    if not level.key or level.key == levels.PROVINCE or levels.PROVINCE in level.rivals:
        return ""
    return f"of another level: {levels.labels('en')[level.key]} (“{level.words}”)"


@dataclass(frozen=True, slots=True)
class _Words:
    body: re.Pattern[str]
    meeting: re.Pattern[str]
    act: re.Pattern[str]
    aside: re.Pattern[str]
    lookback: re.Pattern[str]


@cache
def _words() -> _Words:
    rows = Path(__file__).with_name("relevance.tsv").read_text("utf-8").splitlines()[1:]
    groups: dict[str, list[str]] = {"body": [], "meeting": [], "act": [], "aside": [], "lookback": []}
    for row in rows:
        if row:
            group, pattern = row.split("\t")[:2]
            groups[group].append(unicodedata.normalize("NFC", pattern))
    return _Words(**{name: re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)") for name, patterns in groups.items()})


def _opening(article: Article) -> Iterator[tuple[int, str]]:
    """Yield part and sentence of what the rule reads, in small letters, `uỷ` written as `ủy` and Ð as Đ."""
    yield from ((TITLE, sentence) for sentence in _sentences(article.title))
    long_ones = 0
    for part in [article.lede, *article.body.split("\n\n")][:LINES_READ]:
        yield from ((BELOW if long_ones else LEAD, sentence) for sentence in _sentences(part))
        long_ones += len(part) > LONG
        if long_ones >= PARAGRAPHS_READ:
            return


def _sentences(text: str) -> Iterator[str]:
    return filter(str.strip, _SENTENCE.split(_plain(text)))


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFC", text.translate(_LETTERS))
    low = text.replace("giao Ban ", "giao: Ban ").casefold()  # the capital tells a body that is charged with a task
    return low.replace("uỷ", "ủy").replace("tp.", "tp ").replace("t.ư", "tw")  # else a full stop


_LETTERS = str.maketrans({"Ð": "Đ", "ð": "đ", "\u00a0": " "})
