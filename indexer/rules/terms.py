"""Which years a term has, and which number: congresses of the provinces' party, councils, the centre, the Assembly.

terms.csv has for each province the number of the congress of 2020 and of the council elected in 2021; both are held or
elected at fixed times, so the numbers before and after follow. A unit merged in 2025 counts its congresses anew from 1,
its council goes on. national_sessions.csv has the days on which the Central Committee and the National Assembly sat.
"""

import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from search.domain import places

HERE = Path(__file__).parent
CONGRESSES = (2000, 2005, 2010, 2015, 2020, 2025, 2030)  # the first year of each term of the party
ELECTIONS = (1999, 2004, 2011, 2016, 2021, 2026, 2031)  # of the councils; in 2004 for seven years
# First day of the Central Committee of each term
CENTRE = {9: "2001-04-22", 10: "2006-04-25", 11: "2011-01-19", 12: "2016-01-28", 13: "2021-02-01", 14: "2026-01-23"}
FIRST_CONGRESS, LAST_CONGRESS = "-08-01", "-11-30"  # provinces hold theirs between these days
FIRST_SITTING = "-04-15"  # no new council sits before
MOST_SITTINGS = 8  # of a council in a year
MOST_PLENUMS, FEWEST_PLENUMS = 16, 2.5  # of a province's committee in a year
COUNCILS = frozenset({"hdnd"})
PARTY = frozenset({"bch", "btv", "daihoi", "thuongtruc", "ubkt"})


class Span(NamedTuple):
    """Days (ISO, inclusive)."""

    first: str
    last: str


def years_of(kind: str, province: str, number: int) -> str:
    """Return "2020-2025" for a numbered term of the body that meets in this kind of meeting; "" where not known."""
    start = _start(kind, province, number)
    starts = ELECTIONS if kind in COUNCILS else CONGRESSES
    return f"{start}-{starts[starts.index(start) + 1]}" if start and start != starts[-1] else ""


def span_of(kind: str, years: str) -> Span:
    """Return the days between which a body of the term "2020-2025" may meet. A congress meets in the first year."""
    first, last = years.split("-")
    if kind == "daihoi":
        return Span(f"{first}-01-01", f"{first}-12-31")
    if kind in COUNCILS:
        return Span(f"{first}{FIRST_SITTING}", f"{last}-07-31")
    return Span(f"{first}{FIRST_CONGRESS}", f"{last}{LAST_CONGRESS}")


def congress_seasons() -> list[Span]:
    """Return the spans in which the provinces held their congresses."""
    found = []
    for year in CONGRESSES:
        if year <= 2005:  # the last of them met early in the next year
            found.append(Span(f"{year}-09-01", f"{year + 1}-02-28"))
        else:
            found.append(Span(f"{year}-03-01", f"{year}-12-31"))
    return found


def sittings(first: int, number: int) -> list[Span]:
    """Return the spans in which a council elected in the year `first` can sit for the number-th time.

    It sits twice a year by law, about July and December, and once more to constitute itself, so that a number is soon
    too low for a year; and never more than MOST_SITTINGS times a year, so that a high number is too high for the first
    years.
    """
    found = []
    for year in range(first, first + 8):
        regular = 2 * (year - first) + (year > first)  # sittings that were held before this year
        if regular + 1 <= number <= MOST_SITTINGS * (year - first + 1):
            found.append(Span(f"{year}-01-01", f"{year}-12-31" if regular + 2 <= number else f"{year}-11-15"))
    return found


def plenums(first: int, number: int) -> Span:
    """Return the days between which a committee elected in the year `first` can meet in full for the number-th time.

    It meets every three months by its statutes, in fact between three and fourteen times a year.
    """
    elected = date(first, 9, 1)
    earliest = elected + timedelta(days=max(0.0, number - 2) * 365 / MOST_PLENUMS)
    latest = date(first, 11, 30) + timedelta(days=(number + 1) * 365 / FEWEST_PLENUMS)
    return Span(earliest.isoformat(), latest.isoformat())


def committee_of_centre(term: int) -> Span | None:
    """Return the days on which somebody was a member of the Central Committee of a term; None where not known."""
    if term not in CENTRE:
        return None
    return Span(CENTRE[term], CENTRE.get(term + 1, "2099-12-31"))


def _start(kind: str, province: str, number: int) -> int:
    row = _numbers().get(province)
    if not row or not (kind in COUNCILS or kind in PARTY):
        return 0
    starts, anchor, known = (ELECTIONS, 2021, row[1]) if kind in COUNCILS else (CONGRESSES, 2020, row[0])
    index = starts.index(anchor) + number - known
    if kind in PARTY and number == 1 and _is_merged(province):
        return 2025
    if not 0 <= index < len(starts) - 1:
        return 0
    if kind in PARTY and starts[index] >= 2025 and _is_merged(province):
        return 0
    return starts[index]


def _is_merged(province: str) -> bool:
    return any(unit.slug == province and unit.since == places.REFORM and unit.made_of for unit in places.units())


@cache
def _numbers() -> dict[str, tuple[int, int]]:
    with (HERE / "terms.csv").open(encoding="utf-8", newline="") as file:
        return {row["province"]: (int(row["congress_2020"]), int(row["council_2021"])) for row in csv.DictReader(file)}


@cache
def _sessions() -> dict[tuple[str, int, int], Span]:
    with (HERE / "national_sessions.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["body"], int(row["term"]), int(row["number"])): Span(row["first"], row["last"])
            for row in csv.DictReader(file)
        }


def session_of(body: str, term: int, number: int) -> Span | None:
    """Return the days of a session of "centre" (the Central Committee) or "assembly"; None where not known."""
    return _sessions().get((body, term, number))


def around(span: Span, before: int, after: int) -> Span:
    """Return a span that begins and ends so many days earlier and later."""
    first = date.fromisoformat(span.first) - timedelta(days=before)
    return Span(first.isoformat(), (date.fromisoformat(span.last) + timedelta(days=after)).isoformat())
