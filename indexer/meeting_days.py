"""The year of a meeting's day that its page prints without one, by other pages of the archive.

    same meeting     another page of the body tells of the meeting of this number, with its year
    neighbours       meetings of lower and higher numbers of the same term leave one year

Only days that pages have of themselves are witnesses, so that no order of reading changes what comes out. Where
witnesses disagree, or numbers do not follow the days, there is no year.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from indexer.meeting_clusters import SESSION_DAYS, Sighting
from indexer.rules import terms
from indexer.rules.years import BRACKETED, INFERRED
from search.domain.year_grades import FIRST_YEAR, LAST_YEAR


@dataclass(frozen=True, slots=True)
class InferredDay:
    """day: ISO. words: what it rests on. grade: of the year, as in Document."""

    day: str
    words: str
    grade: str

    def __str__(self) -> str:
        return f"{self.day} {self.grade} {self.words}"


def infer_days(sightings: Iterable[Sighting]) -> dict[str, InferredDay]:
    """Return document id → day of its meeting, for documents that print it without a year."""
    groups: defaultdict[str, list[Sighting]] = defaultdict(list)
    for one in sightings:
        if one.ordinal:
            groups[one.group].append(one)
    found = {}
    for group in groups.values():
        dated = [one for one in group if one.day]
        for one in group:
            if one.day_of_year and not one.day and (inferred := _inferred(one, dated)):
                found[one.id] = inferred
    return found


def with_days(sightings: Iterable[Sighting], days: dict[str, InferredDay]) -> Iterator[Sighting]:
    """Yield the sightings with the days that were inferred for them."""
    for one in sightings:
        yield replace(one, day=days[one.id].day) if one.id in days else one


def _inferred(one: Sighting, dated: Sequence[Sighting]) -> InferredDay | None:
    same = [(other.id, other, day) for other in dated if (day := _in_year_of(one, other))]
    if len({day for _, _, day in same}) > 1:
        return None
    between = _between(one, dated)
    if same:
        _, other, day = min(same, key=lambda told: told[0])
        if between and between.day != day:
            return None
        return InferredDay(day, f"bài về cùng cuộc họp ({other.day}): {other.id}", INFERRED)
    return between


def _in_year_of(one: Sighting, other: Sighting) -> str:
    """Return the day of `one` in the year in which `other` tells of the same meeting; "" if it tells of another one."""
    if other.ordinal != one.ordinal:
        return ""
    same_term = bool(one.term and one.term == other.term)
    if one.term and other.term and not same_term and one.term[:1].isdigit() == other.term[:1].isdigit():
        return ""
    day = _iso(int(other.day[:4]), one.day_of_year)
    if not day:
        return ""
    near = SESSION_DAYS if same_term else 0
    return day if abs((date.fromisoformat(day) - date.fromisoformat(other.day)).days) <= near else ""


def _between(one: Sighting, dated: Sequence[Sighting]) -> InferredDay | None:
    """Return the only day that lies between the meetings of lower and of higher numbers of the same term."""
    same_term = sorted((o for o in dated if one.term and o.term == one.term), key=lambda o: (o.ordinal, o.day))
    others = [other for other in same_term if other.ordinal != one.ordinal]
    days = [other.day for other in others]
    if not others or days != sorted(days):
        return None
    lower = max((other for other in others if other.ordinal < one.ordinal), key=lambda o: o.day, default=None)
    upper = min((other for other in others if other.ordinal > one.ordinal), key=lambda o: o.day, default=None)
    span = terms.span_of(one.kind, one.term_years) if one.term_years else None
    first = lower.day if lower else span.first if span else ""
    last = upper.day if upper else span.last if span else ""
    if not first or not last:
        return None
    fitting = [
        day
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        if (day := _iso(year, one.day_of_year)) and first <= day <= last
    ]
    if len(fitting) != 1:
        return None
    words = " và ".join(f"lần thứ {other.ordinal} ({other.day})" for other in (lower, upper) if other)
    return InferredDay(fitting[0], f"xếp theo {words}", BRACKETED)


def _iso(year: int, day_of_year: str) -> str:
    try:
        return date(year, int(day_of_year[2:4]), int(day_of_year[5:7])).isoformat()
    except ValueError:
        return ""
