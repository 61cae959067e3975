"""Which articles belong: those that tell of a meeting of a party or council body, or are its document.

The rule, in one sentence: somewhere in the title, the lede or the first paragraphs, one sentence names both a body
("Ban Thường vụ Tỉnh ủy", "HĐND tỉnh") and a meeting ("họp", "kỳ họp", "thông báo kết luận"), once phrases that only
sound so ("chào mừng đại hội", "thực hiện nghị quyết") are set aside. Pages of another level (the centre, a district, a
commune, a cell; search/domain/levels.py) are left out, and looks back at history unless they tell of a day on which a
body met. The words are data: relevance.tsv. What the rule leaves out is recorded with the reason (frontier.left_out),
and `--all` keeps everything.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crawl.article import Article
from search.domain import levels

PARAGRAPHS_READ = 3  # reports name who met and how in the first; notices after a letterhead of short lines
LINES_READ = 12
OPENING_CHARACTERS = 1500
_DAY = re.compile(r"(?:sáng|chiều|tối|ngày|hôm)\W+(?:nay\W+|ngày\W+)*\d{1,2}|(?:sáng|chiều|hôm) nay|vừa")
_SENTENCE = re.compile(r"(?<=[.!?…;])\s+|\n+")


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
    for sentence in _opening(article):
        sentence = words.aside.sub(" ", sentence)
        body, meeting = words.body.search(sentence), words.meeting.search(sentence)
        if body and meeting and looks_back and not _DAY.search(sentence):
            return Verdict(False, f"looks back at history or introduces a body (“{looks_back.group(0)}”)")
        if body and meeting:
            other = _other_level(article)
            return Verdict(not other, other or f"“{body.group(0)}” with “{meeting.group(0)}”")
        names_body |= bool(body)
        names_meeting |= bool(meeting)
    if names_body and names_meeting:
        return Verdict(False, "names a party or council body and a meeting, but not in one sentence of its opening")
    if names_body:
        return Verdict(False, "names a party or council body in its opening, but no meeting")
    if names_meeting:
        return Verdict(False, "tells of a meeting, but of no party or council body")
    return Verdict(False, "names neither a meeting nor a party or council body in its opening")


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
    aside: re.Pattern[str]
    lookback: re.Pattern[str]


@cache
def _words() -> _Words:
    rows = Path(__file__).with_name("relevance.tsv").read_text("utf-8").splitlines()[1:]
    groups: dict[str, list[str]] = {"body": [], "meeting": [], "aside": [], "lookback": []}
    for row in rows:
        if row:
            group, pattern = row.split("\t")[:2]
            groups[group].append(unicodedata.normalize("NFC", pattern))
    return _Words(**{name: re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)") for name, patterns in groups.items()})


def _opening(article: Article) -> list[str]:
    """Return the sentences that the rule reads, in small letters, `uỷ` written as `ủy` and Ð as Đ."""
    paragraphs = [part for part in article.body.split("\n\n") if part]
    long_ones = [part for part in paragraphs if len(part) > 80][:PARAGRAPHS_READ]
    text = _plain("\n".join([article.title, article.lede, *paragraphs[:LINES_READ], *long_ones]))
    return [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text.translate(_LETTERS)).casefold().replace("uỷ", "ủy")


_LETTERS = str.maketrans({"Ð": "Đ", "ð": "đ", "\u00a0": " "})
