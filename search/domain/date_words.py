"""Dates and periods as people write them in a query: quý II năm 2023, 6 tháng đầu năm 2024, ngày 14/6/2024, 12/2023.

With and without diacritics. What names no year, or a day that does not exist, is left out.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from search.text.normalization import Syllable, parts

_Y = r"(?:19[3-9]\d|20\d\d)"  # from the party's first year; numbers outside are quantities
_M = r"(?:1[0-2]|[1-9])"
_D = r"(?:3[01]|[12]\d|[1-9])"
_NUMBERS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10}
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
# Over the folded syllables with one space between; the first that fits at a position is taken.
_FORMS = re.compile(
    rf"\b(?:nhiem ky (?P<term>{_Y} {_Y})"
    rf"|(?P<span>{_Y} {_Y})"
    rf"|quy (?P<quarter>i{{1,3}}|iv|[1-4]) (?:nam )?(?P<quarter_year>{_Y})"
    rf"|(?P<months>[1-9]|1[01]|{'|'.join(_NUMBERS)}) thang (?:(?P<side>dau|cuoi) )?nam (?P<months_year>{_Y})"
    rf"|(?:ngay )?(?P<day>{_D}) (?:thang )?(?P<month>{_M}) (?:nam )?(?P<year>{_Y})"
    rf"|(?P<iso_year>{_Y}) (?P<iso_month>{_M}) (?P<iso_day>{_D})"
    rf"|(?P<named>thang )?(?P<month_month>{_M}) (?:nam )?(?P<month_year>{_Y})"
    rf"|(?:nam )?(?P<alone>{_Y}))(?!\S)"
)


_THOUSANDS = re.compile(r"(?<!\d)\d\.\d{3}(?!\d)")  # 2.023 hộ is no year


@dataclass(frozen=True, slots=True)
class Period:
    """A period named in text[start:end]. kind: "day", "month", "quarter", "months", "year", "years", "term".

    first, last: ISO days, inclusive.
    """

    kind: str
    first: str
    last: str
    start: int
    end: int

    @property
    def year(self) -> int | None:
        """The year it lies in, None where it spans several."""
        return int(self.first[:4]) if self.first[:4] == self.last[:4] else None


def find(text: str) -> list[Period]:
    """Return the periods named in text, in order."""
    tokens = parts(text)
    joined = " ".join(token.folded for token in tokens)
    found: list[Period] = []
    if "19" not in joined and "20" not in joined:  # each form has a year
        return found
    index_of = _indexes(tokens)
    at = 0
    while match := _FORMS.search(joined, at):
        first, last = tokens[index_of[match.start()]], tokens[index_of[match.end() - 1]]
        period = _period(match, first.start, last.end, text)
        # 31/2/2024 names no month, but "2 2024 2025" goes on behind its first word
        at = match.end() if period or match["day"] else _next_token(joined, match.start())
        if period:
            found.append(period)
    return found


def _next_token(joined: str, at: int) -> int:
    return joined.find(" ", at) + 1 or len(joined)


def _indexes(tokens: list[Syllable]) -> list[int]:
    """Return for each character of the joined folded forms which token it belongs to."""
    return [number for number, token in enumerate(tokens) for _ in range(len(token.folded) + 1)]


def _period(match: re.Match[str], start: int, end: int, text: str) -> Period | None:
    if _THOUSANDS.search(text, start, end):
        return None
    if match["term"] or match["span"]:
        first, last = (match["term"] or match["span"]).split()
        return Period("term" if match["term"] else "years", f"{first}-01-01", f"{last}-12-31", start, end)
    if match["quarter"]:
        last_month = 3 * _QUARTERS[match["quarter"]]
        return _months("quarter", int(match["quarter_year"]), last_month - 2, last_month, start, end)
    if match["months"]:
        count = _NUMBERS.get(match["months"]) or int(match["months"])
        months = (13 - count, 12) if match["side"] == "cuoi" else (1, count)
        return _months("months", int(match["months_year"]), *months, start, end)
    if match["day"]:
        return _day(match["year"], match["month"], match["day"], start, end)
    if match["iso_year"]:
        return (
            _day(match["iso_year"], match["iso_month"], match["iso_day"], start, end)
            if "-" in text[start:end]
            else None
        )
    if match["month_month"]:
        if not match["named"] and not re.search("[/.-]", text[start:end]):
            return None  # two numbers that happen to stand together
        month = int(match["month_month"])
        return _months("month", int(match["month_year"]), month, month, start, end)
    return _months("year", int(match["alone"]), 1, 12, start, end)


def _months(kind: str, year: int, first: int, last: int, start: int, end: int) -> Period:
    last_day = calendar.monthrange(year, last)[1]
    return Period(kind, f"{year}-{first:02}-01", f"{year}-{last:02}-{last_day}", start, end)


def _day(year: str, month: str, day: str, start: int, end: int) -> Period | None:
    try:
        iso = date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
    return Period("day", iso, iso, start, end)
