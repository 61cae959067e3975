"""Which day: when a page was published, when it was modified, and when the meeting it reports was held.

Published: the printed line, then what the source says elsewhere (meta, feed, URL), then the archive's own prefix.
Held: the day in the first sentences; its year is mostly not written (years.py).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from indexer.letters import CAPITALS
from indexer.page import Page
from indexer.reading import Reading, read
from indexer.rules.dates import WrittenDate, dates_in, find_dates
from indexer.rules.meetings import ReportedMeeting
from indexer.rules.years import INFERRED, PRINTED, year_of
from search.domain import date_hints

OPENING_CHARACTERS = 90  # a dateline and a few words may come before the day in the first sentence


@dataclass(frozen=True, slots=True)
class Day:
    """A day (or month, or year) with the printed words that it rests on.

    possible_years: of a day whose year is not clear, those that year_evidence leaves; () where they leave any.
    """

    iso: str = ""
    evidence: str = ""
    year_evidence: str = ""
    year_grade: str = PRINTED
    possible_years: tuple[int, ...] = ()


NO_DAY = Day()

_PUBLISHED_LABEL = re.compile(r"(?:đăng|xuất bản|gửi lúc|phát hành)[^\d]{0,20}$")
_UPDATED_LABEL = re.compile(r"(?:cập nhật|chỉnh sửa|sửa)[^\d]{0,20}$")
_DAY_AFTER_TITLE = re.compile(r"\((\d{1,2}/\d{1,2}/20\d\d(?:[ ,]+\d{1,2}:\d\d)?)\)\s*$")
_DIGIT = re.compile(r"[0-9]")
_GLUED = re.compile(r"(?:\d|\d\s*[ap]m)[^\W\d_]", re.IGNORECASE)
_PLACE_DAY = re.compile(r", ngày \d{1,2} tháng \d")  # in every such line
_PLACE_LINE = re.compile(r"^[^\n\d]{2,40}, ngày \d{1,2} tháng \d{1,2} năm \d{4}\s*$", re.MULTILINE | re.IGNORECASE)


def published(printed_date: str, hints: Iterable[tuple[str, str]], url: str, page: Page, fetched_at: str = "") -> Day:
    """Return the day of publication, with whatever precision is known.

    page: for a date glued to the first word (14/12/2021Ngày 13/12) and the place line of a paper.
    fetched_at: a printed line of that very day, which every other hint contradicts, is a page clock and not used.
    """
    text = page.body.text
    others = _hinted(hints, url)
    line = _printed(printed_date, _PUBLISHED_LABEL)
    if line.iso and not _is_clock(line.iso, [day.iso for day in others], fetched_at):
        return line
    if (dated := _DAY_AFTER_TITLE.search(page.title.text)) and (found := find_dates(dated[1])):
        return Day(found[0].iso, dated[0])
    for day in others:
        if len(day.iso) > 4:
            return day
    # No date that begins there has its first figure later than "tháng   7/2021".
    begins = _DIGIT.search(text, 0, 12) and _GLUED.search(text, 0, 200)
    first = find_dates(text[:200]) if begins else []
    if first and first[0].has_year and first[0].start <= 1 and text[first[0].end : first[0].end + 1].isalpha():
        return Day(first[0].iso, text[first[0].start : first[0].end])
    low = page.body.low
    near = low.find(", ngày ", 0, 1500)
    place = _PLACE_LINE.search(text[:1500]) if near >= 0 and _PLACE_DAY.search(low, near, 1500) else None
    if place:
        return Day(find_dates(place[0])[-1].iso, place[0].strip())
    return others[0] if others else NO_DAY


def modified(printed_date: str, hints: Iterable[tuple[str, str]]) -> Day:
    """Return the day of the last change where it is named beside the day of publication, or by the source."""
    if printed_date and _PUBLISHED_LABEL.search(_before_dates(printed_date)):
        line = _printed(printed_date, _UPDATED_LABEL, only=True)
        if line.iso:
            return line
    for name, value in hints:
        if name in ("modified", "meta_modified"):
            found = find_dates(value)
            if found:
                return Day(found[0].iso, f"{name}: {value}")
    return NO_DAY


def _before_dates(line: str) -> str:
    found = find_dates(line)
    return read(line).low[: found[0].start] if found else ""


def _printed(line: str, label: re.Pattern[str], only: bool = False) -> Day:
    """Return the labelled date of a line; without label the last one, because a page clock comes first."""
    if not line:
        return NO_DAY
    dated = [written for written in find_dates(line) if written.has_year]
    if not dated:
        return NO_DAY
    plain = read(line).low
    for wanted in (label,) if only else (label, _UPDATED_LABEL):
        for previous, written in zip([None, *dated], dated, strict=False):
            if wanted.search(plain[previous.end if previous else 0 : written.start]):
                return Day(written.iso, line.strip())
    return NO_DAY if only else Day(dated[-1].iso, line.strip())


def _hinted(hints: Iterable[tuple[str, str]], url: str) -> list[Day]:
    days = []
    for name, value in date_hints.ordered([*hints, ("url", url)]):
        found = (
            [written for written in find_dates(value) if written.has_year] if name != "url" or "/" not in value else []
        )
        iso = found[0].iso if found else date_hints.url_date(value)
        if not iso and re.fullmatch(r"(?:19|20)\d\d", value.strip()):
            iso = value.strip()
        if iso:
            grade = PRINTED if name in date_hints.SAID_BY_THE_SOURCE else INFERRED
            days.append(Day(iso, f"{name}: {value.strip()}", year_grade=grade))
    return days


def _is_clock(iso: str, others: Sequence[str], fetched_at: str) -> bool:
    if not fetched_at or iso != fetched_at[:10] or not others:
        return False
    return not any(iso.startswith(other) or other.startswith(iso) for other in others)


# Held -------------------------------------------------------------------------------------------------------------

ENOUGH = 4  # points that make a date the day of the meeting
READ_PARAGRAPHS = 12  # further down a page tells other days
LONGEST_SENTENCE = 1_000  # characters to either side of a date; a "sentence" that goes on is a table or a list
_CLOCK = re.compile(r"(?:(?:thứ \w+|chủ nhật)[\s,-]*)?(?:ngày )?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}[\W\d]*(?:\(?gmt.{0,5})?")
_SESSION = re.compile(r"(?:sáng|chiều|tối|trưa)\s*(?:nay\s*)?[,(]?\s*(?:ngày\s*)?[(]?$")
_DAY_WORD = re.compile(r"(?:ngày|hôm|hôm nay|hôm qua|nay|sáng|chiều|tối)\s*[,(]?\s*$")
_EVENT = re.compile(
    r"hội nghị|kỳ họp|đại hội|phiên họp|họp|tổ chức|diễn ra|khai mạc|bế mạc|chủ trì|làm việc|tiến hành|công bố|dự |"
    r"giao ban|hội ý|đối thoại|tiếp xúc|thông qua"
)
_CITATION = re.compile(
    r"(?:\d\s*-\s*\w+\s*/\s*\w[\w.-]*|/\s*(?:qđ|nq|kh|tb|ct|cđ)\s*-\s*\w+|"
    r"(?:chỉ thị|nghị quyết|kết luận|quyết định|kế hoạch|quy định|thông báo|công văn|hướng dẫn|tờ trình|nghị định|"
    r"thông tư|luật)[^.;:]{0,60})[^.;:]{0,25}ngày\s*$"
)
_LIMIT = re.compile(
    r"(?:đến|trước|sau|kể từ|tính đến|tính tới|hết|tới|chậm nhất|từ)\s*(?:hết\s*)?(?:buổi\s*)?(?:sáng|chiều)?\s*"
    r"(?:ngày\s*)?$"
)
_PLANNED = re.compile(r"(?:vào|từ|trong)\s+(?:\w+\s+)?ngày\s*$|thời gian\s*:[^.]{0,60}$")
_MEMORIAL = re.compile(r"kỷ niệm|ngày sinh|thành lập|liệt sĩ|truyền thống|giải phóng|cách mạng|chiến thắng|quốc khánh")
_APPOINTED = re.compile(r"^\W*(?:\d[.)]\s*)?thời gian\s*:")  # of a notice that calls a meeting
_FUTURE = re.compile(r"dự kiến|sẽ (?:được )?(?:tổ chức|diễn ra|khai mạc|bầu|họp)|bầu cử|tới đây|sắp tới")
_TODAY = re.compile(r"(?:sáng|chiều|tối|trưa|hôm)\s+(nay|qua)(?![^\W\d_])")
_SENTENCE_END = re.compile(rf"[.!?…](?=\s+[{CAPITALS}]|\s*$)")


def held(
    page: Page,
    publication: str,
    fetched_at: str = "",
    meeting: ReportedMeeting | None = None,
    province: Callable[[], str] = str,
    url: str = "",
) -> Day:
    """Return the day on which the meeting that a page reports was held; without iso where it cannot be known.

    publication: ISO day of publication with its precision, or "".
    meeting, province: what the page reports and where; the latter is asked for only where the year rests on it.
    """
    best: tuple[int, WrittenDate, str] | None = None
    for index, reading in page.with_figures(READ_PARAGRAPHS):
        for written in dates_in(reading) if not _CLOCK.fullmatch(reading.low) else ():
            if len(written.iso) < 10 - (0 if written.has_year else 3):
                continue  # a month is no day of a meeting
            score = _score(reading, written, index)
            if score >= ENOUGH and (best is None or score > best[0]):
                best = (score, written, reading.text)
    if best is None:
        return _today(page, publication)
    _, written, paragraph = best
    words = _with_cue(paragraph, written)
    if written.has_year:
        return Day(written.iso, words)
    year = year_of(written, page, publication, fetched_at, meeting, "" if publication else province(), url)
    iso = written.in_year(year.value) if year.value else ""
    return Day(iso, words, year.words, year.grade) if iso else Day("", words, year.words, "", year.possible)


def _score(page: Reading, written: WrittenDate, index: int) -> int:
    """Return how much speaks for a date as the day of the meeting; what cannot reach ENOUGH is left."""
    paragraph, plain = page.text, page.low
    before = plain[max(0, written.start - 110) : written.start]
    in_session = _SESSION.search(before)
    score = {0: 1, 1: 3, 2: 2, 3: 2}.get(index, 0)
    if _APPOINTED.match(plain):
        score = max(score, 3)
    if written.start <= OPENING_CHARACTERS and index:
        score += 2
    if in_session:
        score += 3
    elif _DAY_WORD.search(before):
        score += 1
    if score + 2 < ENOUGH:
        return score
    first, last = max(0, written.start - LONGEST_SENTENCE), written.end + LONGEST_SENTENCE
    sentence_start = max((m.end() for m in _SENTENCE_END.finditer(paragraph, first, written.start)), default=first)
    sentence_end = _SENTENCE_END.search(paragraph, written.end, last)
    sentence = plain[sentence_start : sentence_end.start() if sentence_end else last]
    if _EVENT.search(sentence) or _APPOINTED.search(sentence):
        score += 2
    if score < ENOUGH:
        return score
    if _CITATION.search(before):
        score -= 8
    elif not written.until and _LIMIT.search(before):
        score -= 5
    near = plain[max(0, written.start - 70) : written.end + 15]
    if _MEMORIAL.search(near):
        score -= 6
    if _FUTURE.search(sentence) and not in_session and not (written.has_year and _PLANNED.search(before)):
        score -= 4
    return score


def _with_cue(paragraph: str, written: WrittenDate) -> str:
    """Return the printed date with the word that makes it one: "Chiều ngày 5/7"."""
    cue = re.search(
        r"(?:(?:sáng|chiều|tối|trưa|đêm|hôm)\s*(?:nay|qua)?\s*[,(]?\s*)?(?:(?:từ\s+)?ngày\s*)?$",
        paragraph[max(0, written.start - 25) : written.start],
        re.IGNORECASE,
    )
    return paragraph[written.start - (len(cue[0]) if cue else 0) : written.end].strip(" ,(")


def _today(page: Page, publication: str) -> Day:
    """ "Sáng nay" in the first sentence is the day of publication, "hôm qua" the day before."""
    if len(publication) != 10:
        return NO_DAY
    for reading in islice(page.each(), 3):  # a speech begins with whom it greets
        match = _TODAY.search(reading.low, 0, OPENING_CHARACTERS + 40)
        if match:
            break
    else:
        return NO_DAY
    day = date.fromisoformat(publication) - timedelta(days=match[1] == "qua")
    return Day(day.isoformat(), reading.text[match.start() : match.end()], publication)
