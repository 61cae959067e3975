"""Pages that report the same meeting get the same key.

Same meeting: same unit, same body, same kind, and the same number within days, or the same day. A number alone is not
enough (numbering restarts with each congress and restarted for the units merged in 2025), nor is a day alone where
several meetings of a kind are held on one day (working visits): there the chair decides.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from indexer.rules.dates import find_dates
from search.document import Document
from search.text.normalization import fold

SESSION_DAYS = 10  # a council session lasts up to a week; pages report its first or its last day
REPORTED_WITHIN_DAYS = 30  # a page without the day of the meeting belongs to a meeting at most so long before it
CONGRESS = "daihoi"
CONGRESS_DAYS, CONGRESS_TOLD_DAYS = 4, 150
BY_CHAIR = frozenset({"lamviec", "doithoai", "canbo"})  # several a day


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one document says about the meeting it reports. day: ISO day or "". term, term_years: as in Document.

    day_of_year: "--07-04" where the day is printed and its year cannot be told, else "".
    """

    id: str
    province: str
    organ: str
    kind: str
    day: str
    published: str
    ordinal: int
    term: str
    chair: str
    day_of_year: str = ""
    term_years: str = ""

    @property
    def group(self) -> str:
        """Return what all sightings of one meeting have in common."""
        return f"{self.province}/{self.organ}/{self.kind}"


@dataclass(slots=True)
class _Meeting:
    first: Sighting
    days: set[str] = field(default_factory=set)
    ordinal: int = 0
    term: str = ""
    chair: str = ""
    members: list[str] = field(default_factory=list)

    def take(self, sighting: Sighting) -> None:
        self.members.append(sighting.id)
        if sighting.day:
            self.days.add(sighting.day)
        self.ordinal = self.ordinal or sighting.ordinal
        self.term = self.term or sighting.term
        self.chair = self.chair or sighting.chair


class _Meetings(list[_Meeting]):
    """The meetings of one group, in the order in which they were found; looked up by what `_same` asks for."""

    def __init__(self) -> None:
        super().__init__()
        self._on: defaultdict[str, set[int]] = defaultdict(set)
        self._numbered: defaultdict[int, set[int]] = defaultdict(set)

    def of(self, sighting: Sighting) -> _Meeting:
        """Return the meeting of a sighting, a new one where none is the same; it has taken the sighting."""
        near = self._on.get(sighting.day, set()) if sighting.day else set()
        near = near | self._numbered.get(sighting.ordinal, set()) if sighting.ordinal else near
        number = next((number for number in sorted(near) if _same(sighting, self[number])), len(self))
        if number == len(self):
            self.append(_Meeting(sighting))
        self[number].take(sighting)
        self._on[sighting.day].add(number)
        self._numbered[self[number].ordinal].add(number)
        return self[number]


def sighting_of(document: Document) -> Sighting | None:
    """Return what a document says about its meeting; None where that cannot be told from another one."""
    day = document.held if len(document.held) == 10 else ""
    if not (document.event and document.province_then and (day or document.ordinal)):
        return None
    return Sighting(
        id=document.id,
        province=document.province_then,
        organ=fold(document.organ).replace(" ", "-"),
        kind=document.event,
        day=day,
        published=document.published if len(document.published) == 10 else "",
        ordinal=document.ordinal or 0,
        term=document.term,
        chair=fold(document.chair),
        day_of_year=_day_of_year(document),
        term_years=document.term_years,
    )


def _day_of_year(document: Document) -> str:
    printed = document.evidence.get("held_day")
    found = find_dates(printed) if printed and not document.held else []
    return found[0].iso if found and not found[0].has_year else ""


def link(sightings: Iterable[Sighting]) -> dict[str, str]:
    """Return document id → key of its meeting, such as "tuyen-quang.bch.2020-07-16".

    A key depends on the sightings of its group alone.
    """
    groups: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        groups.setdefault(sighting.group, []).append(sighting)
    keys: dict[str, str] = {}
    for group in groups.values():
        meetings = _Meetings()
        # Dated pages with a number first: they are what the others are compared with.
        for sighting in sorted(group, key=lambda s: (not s.day, not s.ordinal, s.day, s.published, s.id)):
            meetings.of(sighting)
        taken: set[str] = set()
        for meeting in meetings:
            key = _key(meeting)
            number = 2
            while key in taken:
                key, number = f"{_key(meeting)}-{number}", number + 1
            taken.add(key)
            keys.update(dict.fromkeys(meeting.members, key))
    return keys


def _same(sighting: Sighting, meeting: _Meeting) -> bool:
    """Whether a sighting is of a meeting; only where they share a day or the number."""
    if sighting.ordinal and meeting.ordinal and sighting.ordinal != meeting.ordinal:
        return False
    if sighting.term and meeting.term and sighting.term != meeting.term and _comparable(sighting.term, meeting.term):
        return False
    same_number = bool(sighting.ordinal and sighting.ordinal == meeting.ordinal)
    if sighting.kind in BY_CHAIR and not (sighting.chair and sighting.chair == meeting.chair):
        return False
    if sighting.chair and meeting.chair and sighting.chair != meeting.chair and not same_number:
        return False
    if sighting.day and meeting.days:
        gap = min(abs(_days(sighting.day, day)) for day in meeting.days)
        if sighting.kind == CONGRESS:  # one in five years; its number makes it certain, and pages tell of it for months
            return gap <= (CONGRESS_TOLD_DAYS if same_number else CONGRESS_DAYS)
        return gap == 0 or (same_number and gap <= SESSION_DAYS)
    if not same_number:
        return False
    if sighting.published and meeting.days:
        return any(-1 <= _days(day, sighting.published) <= REPORTED_WITHIN_DAYS for day in meeting.days)
    return bool(sighting.term and sighting.term == meeting.term)


def _comparable(one: str, other: str) -> bool:
    """Whether two terms are written in the same way: "XIX" and "2015-2020" may be the same one."""
    return one[:1].isdigit() == other[:1].isdigit()


def _days(earlier: str, later: str) -> int:
    return _ordinal(later) - _ordinal(earlier)


@lru_cache(20_000)  # the days of half a century
def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _key(meeting: _Meeting) -> str:
    first = meeting.first
    when = (
        min(meeting.days) if meeting.days else f"{meeting.term or first.published[:4] or 'x'}.{meeting.ordinal}".lower()
    )
    return ".".join(filter(None, (first.province, first.organ, first.kind, when)))
