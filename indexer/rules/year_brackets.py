"""The years in which a day can lie by what else is known, apart from any year that the page names.

The term of the body that met, the session of the Central Committee or the National Assembly that the page passes on or
prepares, the weekday printed beside the day, what happened in the whole country (votes of confidence, the merger of
2025), and the capture, which is the latest possible. The facts: terms.csv, national_sessions.csv, year_marks.tsv.
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from indexer.page import Page
from indexer.rules import terms
from indexer.rules.meeting_numbers import NUMBER, as_number
from indexer.rules.meetings import ReportedMeeting
from indexer.sketch import lower, reading
from search.domain import places
from search.domain.year_grades import FIRST_YEAR

MARKS_FILE = Path(__file__).with_name("year_marks.tsv")
LEAD_CHARACTERS = 900  # what a page is about stands there
PASSED_ON_WITHIN = 120  # days after a session of the centre in which its results are passed on
LAST_DAY = "2099-12-31"
MET_WITHIN = 75  # days around a session of the Assembly in which its members meet their voters

_PLENUM = re.compile(
    rf"(?:hội nghị\s+(?:lần\s+)?(?:thứ\s+)?{NUMBER.replace('number', 'n1')}[,\s]*(?:của\s+)?"
    r"(?:ban chấp hành trung ương|bch trung ương|bch tw)(?: đảng)?"
    rf"|hội nghị trung ương\s+(?:lần\s+thứ\s+)?{NUMBER.replace('number', 'n2')})[,\s(]*khóa\s+(?:thứ\s+)?{NUMBER}"
)
_PASSES_ON = re.compile(r"thông báo (?:nhanh )?(?:về )?kết quả|thông báo nhanh|quán triệt|học tập|báo cáo nhanh")
_ASSEMBLY = re.compile(
    rf"kỳ họp\s+(?:lần\s+)?(?:thứ\s+)?{NUMBER.replace('number', 'n1')}[,\s]*quốc hội[,\s]*khóa\s+{NUMBER}"
)
_MEMBER = re.compile(
    r"ủy viên (?<!nguyên ủy viên )(?:dự khuyết )?(?:ban chấp hành |bch )?(?:trung ương đảng|trung ương|tw đảng|tw)"
    rf"(?: cộng sản việt nam)?[,\s]*khóa\s+(?:thứ\s+)?{NUMBER}"
)
_CONGRESS = re.compile(r"đại hội (?:đại biểu )?(?:lần thứ \w+ )?(?:của )?đảng bộ (?:tỉnh|thành phố|tp)")
# What a committee adopts in the months after its congress; "thực hiện chương trình toàn khóa" stands in every report.
_FIRST_PAPERS = re.compile(
    r"(?<!sửa đổi )(?<!bổ sung )(?<!thực hiện )quy chế làm việc[^.;]{0,80}chương trình [^.;]{0,40}toàn khóa"
)
_SUBMITTED = re.compile(
    r"(?:tờ trình|báo cáo|văn bản|công văn)(?: số)? [^.;,]{1,40}"
    r"ngày (?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>20\d\d)"
)
_WORKING_DAY = re.compile(r"ngày làm việc thứ (?P<number>hai|ba|[23])(?![^\W_])")
_WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "nhật": 6, "2": 0, "3": 1, "4": 2, "5": 3}
_WEEKDAYS |= {"6": 4, "7": 5}
_DAY_OF_WEEK = re.compile(
    r"(?:thứ (?P<weekday>hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)[\s,(]*(?:ngày\s*)?"
    r"(?P<d>\d{1,2})\s*[/.-]\s*(?P<m>\d{1,2})(?!\d)"
)


class Fitting(NamedTuple):
    """years that fit; words: what they rest on, "" where nothing but the capture bounds them."""

    years: frozenset[int]
    words: str


class _Mark(NamedTuple):
    """needs: words, one of which the pattern cannot do without (speed)."""

    needs: tuple[str, ...]
    pattern: re.Pattern[str]
    first: str
    last: str


@cache
def _marks() -> tuple[_Mark, ...]:
    with MARKS_FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(
            _Mark(tuple(row["needs"].split("|")), re.compile(row["pattern"]), row["first"], row["last"]) for row in rows
        )


@cache
def _mark_words() -> frozenset[str]:
    return frozenset(word for mark in _marks() for word in mark.needs)


def fitting_years(
    month: int, day: int, page: Page, meeting: ReportedMeeting, province: str, fetched_at: str
) -> Fitting:
    """Return the years in which this day of the meeting that a page reports can lie."""
    latest = fetched_at[:10] or LAST_DAY
    bounds = _bounds(page, meeting, province, latest)
    years, words = _narrowed(
        _years_until(month, day, latest), bounds, lambda year, span: span.first <= _iso(year, month, day) <= span.last
    )
    if (weekday := _weekday(page, month, day)) is not None:
        years = frozenset(year for year in years if date(year, month, day).weekday() == weekday)
        words.append("thứ trong tuần")
    if meeting.event in terms.COUNCILS and len(years) > 1:
        working = frozenset(year for year in years if not _is_on_sunday(page, year, month, day))
        if working != years:
            words.append("hội đồng không họp Chủ nhật")
        years = working
    return Fitting(years, "; ".join(filter(None, words)))


def years_left(page: Page, meeting: ReportedMeeting, province: str, fetched_at: str) -> Fitting:
    """Return the years in which a meeting can lie whose day the page does not print."""
    latest = fetched_at[:10] or LAST_DAY
    every = frozenset(range(FIRST_YEAR, int(latest[:4]) + 1))
    bounds = _bounds(page, meeting, province, latest)
    years, words = _narrowed(every, bounds, lambda year, span: int(span.first[:4]) <= year <= int(span.last[:4]))
    return Fitting(years, "; ".join(filter(None, words)))


def _narrowed(
    years: frozenset[int],
    bounds: Sequence[tuple[list[terms.Span], str]],
    may_lie: Callable[[int, terms.Span], bool],
) -> tuple[frozenset[int], list[str]]:
    """Return the years that lie in one span of every bound, and the words of those bounds that left some out."""
    words: list[str] = []
    for spans, said in bounds:
        fitting = frozenset(year for year in years if any(may_lie(year, span) for span in spans))
        if fitting != years:
            words.append(said)
        years = fitting
    return years, words


def _is_on_sunday(page: Page, year: int, month: int, day: int) -> bool:
    """Whether a sitting of a council would lie on a Sunday: on its day, or on the day on which it began."""
    found = _WORKING_DAY.search(page.body.low, 0, LEAD_CHARACTERS)
    before = {"hai": 1, "2": 1, "ba": 2, "3": 2}[found["number"]] if found else 0
    return (date(year, month, day).weekday() + 1) % 7 <= before


@lru_cache(4096)
def _years_until(month: int, day: int, latest: str) -> frozenset[int]:
    """Return the years in which there is such a day, up to the latest one that is possible."""
    last = int(latest[:4]) - (f"{month:02}-{day:02}" > latest[5:])
    years = range(FIRST_YEAR, last + 1)
    return frozenset(years if day < 29 else (year for year in years if _iso(year, month, day)))


def _bounds(page: Page, meeting: ReportedMeeting, province: str, latest: str) -> list[tuple[list[terms.Span], str]]:
    found: list[tuple[list[terms.Span], str]] = []
    kind = meeting.event
    if meeting.term_years and kind:
        found.append(([terms.span_of(kind, meeting.term_years)], meeting.term_evidence or meeting.term_years))
    elif meeting.term and province and (years := terms.years_of(kind, province, as_number(meeting.term.lower()))):
        opens_term = kind in terms.COUNCILS | {"bch"} and meeting.ordinal == 1
        found.append(([terms.span_of("daihoi" if opens_term else kind, years)], f"khóa {meeting.term} ({years})"))
    lead = page.whole.low[: len(page.title.text) + LEAD_CHARACTERS]
    if found:
        found += _within_term(int(found[0][0][0].first[:4]), meeting, page, lead)
    if (paper := submitted(page, meeting, latest))[0]:
        found.append(([terms.Span(paper[0], LAST_DAY)], paper[1]))
    if "trung ương" in lead and (plenum := _PLENUM.search(lead)) and _PASSES_ON.search(lead):
        span = terms.session_of("centre", as_number(plenum["number"]), as_number(plenum["n1"] or plenum["n2"]))
        words = page.whole.text[plenum.start() : plenum.end()]
        found += [([terms.around(span, 3, PASSED_ON_WITHIN)], words)] if span else []
    if "quốc hội" in lead and (assembly := _ASSEMBLY.search(lead)):
        span = terms.session_of("assembly", as_number(assembly["number"]), as_number(assembly["n1"]))
        words = page.whole.text[assembly.start() : assembly.end()]
        found += [([terms.around(span, MET_WITHIN, MET_WITHIN)], words)] if span else []
    found += [
        ([span], page.whole.text[match.start() : match.end()])
        for match in (_MEMBER.finditer(lead) if "ủy viên" in lead else ())
        if (span := terms.committee_of_centre(as_number(match["number"])))
    ]
    if kind == "daihoi" and not meeting.organ and (congress := _CONGRESS.search(lead)):
        found.append((terms.congress_seasons(), page.whole.text[congress.start() : congress.end()]))
    if province and (lives := _lifetimes(province, page, len(lead))):
        found.append(lives)
    marked: dict[str, tuple[list[terms.Span], str]] = {}
    there = {word for word in _mark_words() if word in lead}
    for mark in _marks() if there else ():
        if not there.isdisjoint(mark.needs) and (match := mark.pattern.search(lead)):
            spans, _ = marked.setdefault(mark.pattern.pattern, ([], page.whole.text[match.start() : match.end()]))
            spans.append(terms.Span(mark.first, mark.last))
    found += marked.values()
    return found


def _within_term(first: int, meeting: ReportedMeeting, page: Page, lead: str) -> Iterator[tuple[list[terms.Span], str]]:
    """Yield when in a term that began in the year `first` a body can meet, by the number and the subject."""
    if meeting.event in terms.COUNCILS and meeting.ordinal:
        yield terms.sittings(first, meeting.ordinal), meeting.ordinal_evidence
    if meeting.event == "bch" and meeting.ordinal:
        yield [terms.plenums(first, meeting.ordinal)], meeting.ordinal_evidence
    if meeting.event in terms.PARTY and "toàn khóa" in lead and (papers := _FIRST_PAPERS.search(lead)):
        span = terms.Span(f"{first}{terms.FIRST_CONGRESS}", f"{first + 1}-06-30")
        yield [span], page.whole.text[papers.start() : papers.end()]


def submitted(page: Page, meeting: ReportedMeeting, latest: str) -> tuple[str, str]:
    """Return the day (ISO) of the youngest paper that was put before a council, and the printed words; "" without one.

    Resolutions do not count: those of earlier sittings are cited for years.
    """
    if meeting.event not in terms.COUNCILS:
        return "", ""
    days = [
        (day, page.whole.text[match.start() : match.end()])
        for match in (_SUBMITTED.finditer(page.whole.low) if "ngày" in page.whole.low else ())
        if (day := _iso(int(match["y"]), int(match["m"]), int(match["d"]))) and day <= latest
    ]
    return max(days, default=("", ""))


def _lifetimes(province: str, page: Page, length: int) -> tuple[list[terms.Span], str] | None:
    """Return when a unit that a page names at its beginning existed; None where it names none, or one of today."""
    name, spans, words = _merged(province)
    return (spans, words) if spans and name in page.whole.low[:length] else None


@lru_cache(256)
def _merged(province: str) -> tuple[str, list[terms.Span], str]:
    """Return name, in small letters, and lifetimes of a unit that no longer exists, in words as well; else no spans."""
    periods = [unit for unit in places.units() if unit.slug == province]
    if not periods or not max(periods, key=lambda unit: unit.since).until:
        return "", [], ""
    spans = [terms.Span(unit.since or "0001", _day_before(unit.until)) for unit in periods]
    return lower(reading(periods[0].name)), spans, f"{periods[-1].full_name} (đến {spans[-1].last})"


def _day_before(day: str) -> str:
    """Return the day before one that may be cut to its year or month."""
    whole = day + "-01-01"[len(day) - 4 if len(day) < 10 else 6 :]
    return (date.fromisoformat(whole) - timedelta(days=1)).isoformat()


def _weekday(page: Page, month: int, day: int) -> int | None:
    """Return the weekday printed beside a day of the text: "thứ Năm, ngày 21/7"."""
    for match in _DAY_OF_WEEK.finditer(page.body.low, 0, LEAD_CHARACTERS):
        if (int(match["d"]), int(match["m"])) == (day, month):
            return _WEEKDAYS[match["weekday"] or "nhật"]
    return None


@lru_cache(16384)
def _iso(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
