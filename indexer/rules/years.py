"""The year of a day that is written without one ("Chiều ngày 5/7"), which is how most pages write it.

It comes, in this order, from the publication, the title, and the year that the body speaks of most. Horizons ("đến năm
2030"), terms, comparisons and typos ("năm 2029") do not count, and the largest year never wins for being the largest.
"""

import re
from collections import Counter
from collections.abc import Iterator

from indexer.page import Page
from indexer.reading import Reading
from indexer.rules.dates import WrittenDate

LATEST = "2099"
LED_BY_DAYS = 3  # an event may be announced so many days before it happens; later than that, it was a year ago
CLEARLY = 2  # times: how often a year must be named, and how much oftener than any other, to date a meeting by it

_YEAR = re.compile(  # its first figure stands before all conditions, because the regex engine then skips to it
    r"[12](?:(?<![\d./,-].)|(?<=quý \d/.)|(?<=tháng \d/.)|(?<=tháng \d\d/.))(?:(?<=1)9[4-9]|(?<=2)0\d)\d"
    r"(?![\d/]|[.,]\d|[^\S\n]?-[^\S\n]?\d)"
)
_FOUR_FIGURES = re.compile(rb"0000(?<!00000)(?!0)")  # in a sketch: every year is such
_FULL_DAY = re.compile(r"ngày\s+\d{1,2}[/.-]\d{1,2}[/.-]20\d\d")
_FULL_DAY_TAILS = ("/20", ".20", "-20")  # one of these is in every text that it fits
_NOT_THIS_YEAR = re.compile(
    r"(?:đến năm|tới năm|tầm nhìn[^.;]{0,15}|giai đoạn|nhiệm kỳ|so sánh năm|so với năm|so với|cùng kỳ năm|cùng kỳ|"
    r"từ năm|khóa|năm học|\d\s?-)\s*$"
)
_CITED_DAY = re.compile(
    r"(?:\d\s*-\s*\w+\s*/\s*\w+|/\s*\w+\s*-\s*\w+|/\s*qh\d+|(?:tính )?đến)[\s,]*(?:ban hành\s+)?ngày\s+"
    r"\d{1,2}[/.-]\d{1,2}[/.-](?P<year>20\d\d)"
)
_NEXT_YEAR = re.compile(
    r"(?:nhiệm vụ|phương hướng|kế hoạch|dự toán|mục tiêu|giải pháp|chương trình|chỉ tiêu của)[^.;]{0,40}$"
)
_PAST_YEAR = re.compile(r"(?:tổng kết|kết quả)[^.;]{0,60}$|quý (?:iv|4)\s*$|cuối\s*$")


def year_of(written: WrittenDate, page: Page, publication: str, fetched_at: str) -> tuple[int, str]:
    """Return (year, the words it comes from) of a day written without one; (0, "") where no year is clear.

    publication: ISO day of publication with its precision, or "". fetched_at: no year after this one is believed.
    """
    month, day = int(written.iso[2:4]), int(written.iso[5:7])
    if publication:
        return _before(month, day, publication), publication
    latest = int(fetched_at[:4] or LATEST)
    in_title = _year_in_title(page.title, month, latest)
    if in_title[0]:
        return in_title
    return _year_in_body(page.body, month, latest)


def _years(page: Reading) -> Iterator[re.Match[str]]:
    for four in _FOUR_FIGURES.finditer(page.sketch):
        if year := _YEAR.match(page.low, four.start()):
            yield year


def _before(month: int, day: int, publication: str) -> int:
    """Return the year that puts the day nearest before the publication: 30/12 in a page of 2/1/2024 is of 2023."""
    year = int(publication[:4])
    if len(publication) == 4:
        return year
    limit = publication if len(publication) == 10 else publication + "-31"
    published_month, published_day = int(limit[5:7]), int(limit[8:10])
    ahead = (month - published_month) * 31 + day - published_day
    if ahead > 350:  # 31/12 … 2/1: the day after New Year's Eve is never a year ahead
        return year - 1
    return year - 1 if ahead > LED_BY_DAYS else year


def _year_in_title(page: Reading, month: int, latest: int) -> tuple[int, str]:
    title, plain = page.text, page.low
    for match in _years(page):
        before = plain[: match.start()]
        if _NOT_THIS_YEAR.search(before[-30:]) or int(match[0]) > latest:
            continue
        year = int(match[0])
        phrase = re.search(r"(?:(?:quý|tháng)\s+\S+\s+)?(?:năm\s*)?$", before)
        words = title[phrase.start() if phrase else match.start() : match.end()].strip()
        before = re.sub(r"\s*năm\s*$", "", before)
        if month >= 11 and _NEXT_YEAR.search(before) and not _PAST_YEAR.search(before):
            return year - 1, words
        if month <= 2 and _PAST_YEAR.search(before):
            return year + 1, words
        return year, words
    return 0, ""


def _year_in_body(page: Reading, month: int, latest: int) -> tuple[int, str]:
    """Return the year that the body speaks of most, if it does so clearly; never the largest one (typos, horizons)."""
    counts: Counter[int] = Counter()
    planned: set[int] = set()
    words: dict[int, str] = {}
    earliest = 0
    low = page.low
    for match in _years(page):
        year, begin = int(match[0]), match.start()
        before = low[max(low.rfind("\n", 0, begin) + 1, begin - 60) : begin]
        if year > latest or _NOT_THIS_YEAR.search(before):
            continue
        counts[year] += 1
        if year not in words:
            phrase = re.search(r"(?:\S+\s+)?(?:năm\s*)?$", before)
            words[year] = (phrase[0] if phrase else "").lstrip() + match[0]
        if _NEXT_YEAR.search(re.sub(r"\s*năm\s*$", "", before)):
            planned.add(year)
    if any(tail in low for tail in _FULL_DAY_TAILS) and _FULL_DAY.search(low):
        for paragraph in low.split("\n"):
            for cited in _CITED_DAY.finditer(paragraph) if _FULL_DAY.search(paragraph) else ():
                if int(cited["year"]) <= latest:  # what is cited was there before the meeting
                    earliest = max(earliest, int(cited["year"]))
    ranked = [(count, year) for year, count in counts.items() if year >= earliest]
    if not ranked:
        return 0, ""
    count, year = max(ranked)
    if month >= 11 and counts[year + 1] * CLEARLY < counts[year]:
        if year not in planned:
            return 0, ""  # reviewed or planned, that cannot be told
        year -= 1  # in November and December the meetings review this year and plan the next
    elif month <= 2:
        if not counts[year + 1]:
            return 0, ""
        year += 1  # in January and February they review the year before
    others = max((c for c, y in ranked if abs(y - year) > 1), default=0)
    if count < CLEARLY or count < CLEARLY * others:
        return 0, ""
    return year, f"{words.get(year, year)} ({count} lần)"
