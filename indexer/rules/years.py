"""The year of a day that is written without one ("Chiều ngày 5/7"), which is how most pages write it.

    publication      the day lies just before it
    term             a congress falls in the first year of its term, and so does the first session of a council
    named            the year that the page names for the meeting: title, the sentence of the day, its month or quarter
    bracketed        only one year fits what is known: the term, a session of the centre, the weekday, the capture

Horizons ("đến năm 2030"), terms, comparisons and typos ("năm 2029") do not count, and the largest year never wins for
being the largest. What is named must fit the bracket; where two clear namings contradict each other there is no year.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from indexer.page import Page
from indexer.reading import Reading
from indexer.rules.dates import WrittenDate
from indexer.rules.meetings import ReportedMeeting
from indexer.rules.year_brackets import LAST_DAY, Fitting, fitting_years, submitted, years_left
from search.text.normalization import fold

PRINTED, INFERRED, BRACKETED = "printed", "inferred", "bracketed"
LATEST = "2099"
LATEST_PAPER = "12-10"  # month and day of a paper for the last sitting of a year
LONGEST_CITED = 60  # characters of the number of a document and what stands before its day
LED_BY_DAYS = 3  # an event may be told so many days before it happens; later than that, it was a year ago
ANNOUNCED_DAYS = 45  # the same where a page says that it announces
LEAD_CHARACTERS = 900
CLEARLY = 2  # times: how much oftener than any other a year must be named in the body to date a meeting by it


class Year(NamedTuple):
    """value 0: not clear. words: what it comes from, as printed. grade: INFERRED or BRACKETED, "" for 0.

    possible: where the year is not clear, those that `words` leave, ascending; () where they leave any.
    """

    value: int = 0
    words: str = ""
    grade: str = ""
    possible: tuple[int, ...] = ()


NO_YEAR = Year()
_YEAR = re.compile(  # its first figure stands before all conditions, because the regex engine then skips to it
    r"[12](?:(?<![\d./,-].)|(?<=quý \d/.)|(?<=quý [iv][-/].)|(?<=quý [iv]{2}[-/].)|(?<=quý i{3}[-/].)"
    r"|(?<=tháng \d[-/].)|(?<=tháng \d\d[-/].))"
    r"(?:(?<=1)9[4-9]|(?<=2)0\d)\d(?![\d/]|[.,]\d|[^\S\n]?-[^\S\n]?\d)"
)
_FOUR_FIGURES = re.compile(rb"0000(?<!00000)(?!0)")  # in a sketch: every year is such
_NOT_THIS_YEAR = re.compile(
    r"(?:(?:đến|tới|đến hết|từ|sau|kể từ|trước)(?: năm)?|(?:sinh|hơn|bằng|gấp|của|để|(?:thành|tái) lập) năm|"
    r"tầm nhìn[^.;]{0,15}|giai đoạn|nhiệm kỳ|so sánh năm|so với năm|so với|cùng kỳ năm|cùng kỳ|khóa|năm học|"
    r"từ tháng \d+[/-]|\d\s?-)\s*$"
)
_WHOLE_DAY = re.compile(r"ngày\s+\d{1,2}[/.-]\d{1,2}[/.-](?P<year>20\d\d)")
_CITED_BEFORE = re.compile(
    r"(?:\d\s*-\s*\w+\s*/\s*\w+|/\s*\w+\s*-\s*\w+|/\s*qh\d+|(?:tính )?đến)[\s,]*(?:ban hành\s+)?$"
)
_NEXT_YEAR = re.compile(
    r"(?:nhiệm vụ|phương hướng|kế hoạch|dự toán|dự kiến|mục tiêu|giải pháp|chương trình|chỉ tiêu của|phân bổ)"
    r"[^.;]{0,40}$"
)
_PAST_YEAR = re.compile(
    r"(?:tổng kết|kết quả|đánh giá|tình hình|thực hiện|công tác)[^.;]{0,60}$|quý (?:iv|4)\s*$|cuối\s*$"
)
_MONTH = re.compile(r"tháng\s+(?P<m>\d{1,2})\s*(?:[-/]|năm|,\s*năm)?\s*$")
_MONTHS = re.compile(r"(?P<n>\d{1,2}|ba|sáu|chín) tháng(?: đầu)?(?: năm)?\s*$")
_QUARTER = re.compile(r"quý\s+(?P<q>i{1,3}|iv|[1-4])\s*(?:[-/]|năm|,\s*năm)?\s*$")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_COUNTS = {"ba": 3, "sáu": 6, "chín": 9}
_PHRASE = re.compile(r"(?:(?:quý|tháng)\s+\S+\s+|\S+\s+)?(?:năm\s*)?$")
_ANNOUNCES = re.compile(
    r"(?<![^\W_])(?:sẽ (?:được )?(?:tổ chức|diễn ra|tham dự|họp|khai mạc|tiếp xúc)|giấy mời|"
    r"dự kiến (?:tổ chức|diễn ra|họp)|thông báo (?:việc|lịch|về (?:việc|thời gian)|tổ chức)|lịch tiếp xúc)"
)
_SLUG_YEAR = re.compile(r"(?<=[-_+ ])n[aă]m[-_+ ](?P<y>20[0-3]\d)(?![\d]|[-_+ ](?:20|va|và))")
_NOT_IN_SLUG = re.compile(r"(?:den|tu|so voi|hon)$")
_PLANNED_SLUG = re.compile(r"(?:nhiem vu|ke hoach|phuong huong|du toan|muc tieu|giai phap)[\w ]{0,40}$")

STRONG, PLAIN = 2, 1  # a month or quarter of a year; a year


def year_of(
    written: WrittenDate,
    page: Page,
    publication: str,
    fetched_at: str,
    meeting: ReportedMeeting | None = None,
    province: str = "",
    url: str = "",
) -> Year:
    """Return the year of a day written without one; Year() where no year is clear.

    publication: ISO day of publication with its precision, or "". fetched_at: no year after this one is believed.
    meeting, province: what the page reports and where, as far as it is known.
    """
    meeting = meeting or ReportedMeeting()
    month, day = int(written.iso[2:4]), int(written.iso[5:7])
    if publication:
        return Year(_before(month, day, publication, _ahead_allowed(page)), publication, INFERRED)
    fitting = fitting_years(month, day, page, meeting, province, fetched_at)
    opened = year_of_term(meeting)
    if opened.value in fitting.years:
        return opened
    named = _named(page, month, fetched_at, url)
    if named.value:
        return named if named.value in fitting.years else NO_YEAR
    if len(fitting.years) == 1 and fitting.words:
        return Year(next(iter(fitting.years)), fitting.words, BRACKETED)
    return _unclear(fitting)


def year_of_any_day(page: Page, meeting: ReportedMeeting, province: str, fetched_at: str) -> Year:
    """Return which years are possible for a meeting whose day is not told."""
    return _unclear(years_left(page, meeting, province, fetched_at))


def _unclear(fitting: Fitting) -> Year:
    """Return the years that fit; those that only the capture bounds say nothing."""
    return (
        Year(words=fitting.words, possible=tuple(sorted(fitting.years))) if fitting.words and fitting.years else NO_YEAR
    )


def year_of_term(meeting: ReportedMeeting) -> Year:
    """Return the year of a congress, or of the first session of a body, by the printed years of its term."""
    opens_term = meeting.event == "daihoi" or (meeting.event in ("hdnd", "bch") and meeting.ordinal == 1)
    if not (opens_term and meeting.term_years):
        return NO_YEAR
    return Year(int(meeting.term_years[:4]), meeting.term_evidence or meeting.term_years, INFERRED)


def year_of_papers(page: Page, meeting: ReportedMeeting, fetched_at: str, otherwise: Year = NO_YEAR) -> Year:
    """Return the year of a sitting of a council by the youngest paper that was put before it, else `otherwise`.

    Sittings follow within weeks; what is dated in the last weeks of a year may be for the next.
    """
    day, words = submitted(page, meeting, fetched_at[:10] or LAST_DAY)
    return Year(int(day[:4]), words, INFERRED) if day and day[5:] <= LATEST_PAPER else otherwise


def _years(page: Reading) -> Iterator[re.Match[str]]:
    for four in _FOUR_FIGURES.finditer(page.sketch):
        if year := _YEAR.match(page.low, four.start()):
            yield year


def _ahead_allowed(page: Page) -> int:
    """Return how many days ahead of its publication the day of a page may lie: a notice plans weeks ahead."""
    opening = len(page.title.text) + 1 + LEAD_CHARACTERS
    return ANNOUNCED_DAYS if _ANNOUNCES.search(page.whole.low, 0, opening) else LED_BY_DAYS


def _before(month: int, day: int, publication: str, ahead_allowed: int) -> int:
    """Return the year that puts the day nearest before the publication: 30/12 in a page of 2/1/2024 is of 2023."""
    year = int(publication[:4])
    if len(publication) == 4:
        return year
    limit = publication if len(publication) == 10 else publication + "-31"
    published_month, published_day = int(limit[5:7]), int(limit[8:10])
    ahead = (month - published_month) * 31 + day - published_day
    if ahead > 350:  # 31/12 … 2/1: the day after New Year's Eve is never a year ahead
        return year - 1
    return year - 1 if ahead > ahead_allowed else year


def _named(page: Page, month: int, fetched_at: str, url: str) -> Year:
    """Return the year that the namings of a page agree on, the strongest kind of them first."""
    latest = int(fetched_at[:4] or LATEST)
    in_title = next(_votes(page.title, month, latest), None)
    if in_title:
        return Year(in_title.year, in_title.words, INFERRED)
    votes = list(_votes(page.body, month, latest))
    earliest = _earliest(page.body, latest)
    votes = [vote for vote in votes if vote.year >= earliest]
    strong = _most([vote for vote in votes if vote.weight == STRONG])
    return strong if strong.value else _most(votes or [*_votes_of_slug(url, month, latest)])


class _Vote(NamedTuple):
    """far: whether it stands below the first paragraphs, where one naming alone decides nothing."""

    year: int
    weight: int
    words: str
    far: bool = False


def _votes(page: Reading, month: int, latest: int) -> Iterator[_Vote]:
    """Yield what each naming of a year says of a meeting in this month."""
    for match in _years(page):
        year, begin = int(match[0]), match.start()
        before = page.low[max(page.low.rfind("\n", 0, begin) + 1, begin - 60) : begin]
        if year > latest + 1 or _NOT_THIS_YEAR.search(before):
            continue
        said, weight = _meant(year, month, before)
        if said and said <= latest:
            phrase = _PHRASE.search(before)
            words = page.text[begin - (len(phrase[0]) if phrase else 0) : match.end()]
            yield _Vote(said, weight, " ".join(words.split()), begin > LEAD_CHARACTERS)


def _meant(year: int, month: int, before: str) -> tuple[int, int]:
    """Return (year of a meeting in this month, weight) that "… năm YEAR" after these words says; (0, 0) for none."""
    bare = re.sub(r"\s*năm\s*$", "", before)
    if found := _MONTHS.search(bare):
        count = _COUNTS.get(found["n"]) or int(found["n"])
        if count <= 11:
            return (year, STRONG) if count - 1 <= month <= count + 3 else (0, 0)
    if found := _QUARTER.search(before):
        last = 3 * _QUARTERS[found["q"]]
        if last == 12 and month <= 2:
            return year + 1, STRONG
        if last == 3 and month == 12:
            return year - 1, STRONG
        return (year, STRONG) if last - 3 <= month <= last + 2 else (0, 0)
    if found := _MONTH.search(before):
        named = int(found["m"])
        if named >= 11 and month <= 2:
            return year + 1, STRONG
        if named == 1 and month == 12:
            return year - 1, STRONG
        return (year, STRONG) if named - 1 <= month <= named + 1 else (0, 0)
    planned, past = _NEXT_YEAR.search(bare), _PAST_YEAR.search(bare)
    if planned and not (past and past.start() > planned.start()):
        return (year - 1, PLAIN) if month >= 11 else ((year, PLAIN) if month <= 6 else (0, 0))
    if past:
        return (year + 1, PLAIN) if month <= 2 else ((year, PLAIN) if month >= 6 else (0, 0))
    return (year, PLAIN) if 3 <= month <= 10 else (0, 0)  # around New Year it may be last year's or next year's


def _most(votes: list[_Vote]) -> Year:
    """Return the year that is named most, if it is so clearly; one naming is enough where nothing contradicts."""
    counts = Counter(vote.year for vote in votes)
    if not counts:
        return NO_YEAR
    year, count = counts.most_common(1)[0]
    others = max((number for other, number in counts.items() if other != year), default=0)
    if others * CLEARLY > count or (count == 1 and all(vote.far for vote in votes if vote.year == year)):
        return NO_YEAR
    words = next(vote.words for vote in votes if vote.year == year)
    return Year(year, f"{words} ({count} lần)" if count > 1 else words, INFERRED)


def _earliest(page: Reading, latest: int) -> int:
    """Return the year of the youngest document that is cited with its day: it was there before the meeting."""
    if not any(tail in page.low for tail in ("/20", ".20", "-20")):
        return 0
    cited = [
        int(match["year"])
        for match in _WHOLE_DAY.finditer(page.low)
        if _CITED_BEFORE.search(page.low[max(0, match.start() - LONGEST_CITED) : match.start()])
    ]
    return max((year for year in cited if year <= latest), default=0)


def _votes_of_slug(url: str, month: int, latest: int) -> Iterator[_Vote]:
    """Yield what the words of an address say: /tag/…-cong-tac-tuyen-giao-nam-2021."""
    path = unquote(url).lower().partition("://")[2].partition("/")[2]
    for match in _SLUG_YEAR.finditer(path):
        before = fold(path[max(0, match.start() - 60) : match.start() + 1])
        planned = _PLANNED_SLUG.search(before)
        said = int(match["y"]) + (month <= 2 and not planned) - (month >= 11 and bool(planned))
        if said <= latest and not _NOT_IN_SLUG.search(before):
            yield _Vote(said, PLAIN, match[0].strip("-_/+"))
