"""Provinces through time.

provinces.csv has one row per unit and period: in force from `since` to before `until` (ISO, cut to what is known; ""
is open); `from` names the units it was made of when the period began; `law` is the source, "" where it is not known.
The 63 units before 2025-07-01, the 34 after and the former ones share one namespace of slugs: a slug is a name, and
what it covers depends on the date. Codes of the statistics office changed their meaning in 2025 and are not used.
"""

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

PROVINCES_FILE = Path(__file__).with_name("provinces.csv")
REFORM = "2025-07-01"  # 63 units became 34 (202/2025/QH15)
LAST_DAY_OF_63 = "2025-06-30"


@dataclass(frozen=True, slots=True)
class Unit:
    """A province or centrally-run city in one period: since ≤ date < until. made_of: slugs, () if not made anew."""

    slug: str
    name: str
    status: str
    since: str
    until: str
    made_of: tuple[str, ...]
    law: str

    @property
    def full_name(self) -> str:
        return f"{self.status.capitalize()} {self.name}"

    def covers(self, day: str) -> bool:
        return self.since <= day and (not self.until or day < self.until)


@cache
def units() -> tuple[Unit, ...]:
    """Return every unit and period, ordered by slug and then by time."""
    with PROVINCES_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Unit(r["slug"], r["name"], r["status"], r["since"], r["until"], tuple(r["from"].split()), r["law"])
            for r in csv.DictReader(file)
        )


@cache
def _periods() -> dict[str, tuple[Unit, ...]]:
    found: dict[str, list[Unit]] = {}
    for unit in units():
        found.setdefault(unit.slug, []).append(unit)
    return {slug: tuple(periods) for slug, periods in found.items()}


def known_slugs() -> frozenset[str]:
    """Return the slugs of all units that exist or existed."""
    return frozenset(_periods())


def unit(slug: str, date: str = "") -> Unit | None:
    """Return the unit of that slug in force on a date (ISO, cut to its precision); without a date its last period.

    A month or a year is taken at its end, else at its start: in "2025" there were both Bắc Giang and the new Bắc Ninh.
    """
    periods = _periods().get(slug, ())
    if not date:
        return periods[-1] if periods else None
    for day in (_last_day(date), _first_day(date)):
        for period in periods:
            if period.covers(day):
                return period
    return None


def units_on(date: str) -> tuple[Unit, ...]:
    """Return all units in force on a day, ordered by slug."""
    return tuple(u for u in units() if u.covers(_last_day(date)))


def label(slug: str, date: str = "") -> str:
    """Return the name of a unit as readers know it; the slug itself where it is unknown, "" for ""."""
    found = unit(slug, date) or unit(slug)
    return found.name if found else slug


@lru_cache(maxsize=1024)
def now(slug: str, date: str = "") -> tuple[str, ...]:
    """Return the slugs of today's units that a unit (of a date) lies in: one, except where it was divided."""
    start = unit(slug, date) if date else unit(slug)
    if start is None:
        return () if slug not in _periods() else now(slug)
    return tuple(sorted({u.slug for u in _successors(start) if not u.until}))


@lru_cache(maxsize=16384)
def as_of(slug: str, date: str) -> str:
    """Return which unit stood on a date where `slug` stands: itself, its successor, or what it was split from.

    "" where that is several units, or none is known.
    bac-giang on 2025-08-01 → bac-ninh; hue on 2020-05-01 → thua-thien-hue.
    """
    if not date or unit(slug, date):
        return slug if slug in _periods() else ""
    day, periods = _last_day(date), _periods().get(slug, ())
    ended = [period for period in periods if period.until and period.until <= day]
    if ended:
        found = {later.slug for later in _successors(ended[-1]) if later.covers(day)}
    else:
        found = {earlier.slug for earlier in _ancestors(periods[0]) if earlier.covers(day)} if periods else set()
    return found.pop() if len(found) == 1 else ""


def made_of(slug: str) -> tuple[str, ...]:
    """Return the units that a unit was made of; () where it goes on from itself alone."""
    found = unit(slug)
    while found and found.made_of == (found.slug,) and (earlier := unit(slug, _day_before(found.since))):
        found = earlier  # a change of status only
    return found.made_of if found and len(found.made_of) > 1 else ()


@lru_cache(maxsize=1024)
def family(slug: str) -> frozenset[str]:
    """Return the slugs of 63 + 34 that lie in the same unit of today: bac-giang → {bac-giang, bac-ninh}."""
    today = set(now(slug))
    return frozenset(
        u.slug for u in units() if (u.until in ("", "2025-01-01") or u.until >= REFORM) and today & set(now(u.slug))
    )


def _successors(start: Unit) -> set[Unit]:
    """Return start and all units that it became part of, through to today."""
    found, todo = {start}, [start]
    while todo:
        ended = todo.pop()
        if not ended.until:
            continue
        for later in units():
            if ended.slug in later.made_of and later.since == ended.until and later not in found:
                found.add(later)
                todo.append(later)
    return found


def _ancestors(start: Unit) -> set[Unit]:
    found, todo = {start}, [start]
    while todo:
        made = todo.pop()
        for earlier in units():
            if earlier.slug in made.made_of and earlier.until == made.since and earlier not in found:
                found.add(earlier)
                todo.append(earlier)
    return found


def _first_day(date: str) -> str:
    return (date + "-01-01"[len(date) - 4 :])[:10]


def _last_day(date: str) -> str:
    return (date + "-12-31"[len(date) - 4 :])[:10]


def _day_before(since: str) -> str:
    from datetime import date, timedelta

    return (date.fromisoformat(_first_day(since)) - timedelta(days=1)).isoformat()
