"""Statements as a table of places and periods, newest values as bars, and a map: what the pages on figures show.

Nothing is added up: a province that was merged stands as its parts, and a cell with several values shows them all.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from search.domain import places
from search.domain.figure import Figure
from search.figures.statements import IndicatorInfo, Statement
from search.text.collation import sort_key
from web.ui.charts import SHADES, Tile, map_size, tiles

MOST_PERIODS, PERIODS_LOOKED_AT = 8, 40  # columns of a table, chosen among the newest by how many places they have
LEVELS = ("result", "estimate")  # one view of a page: the level, reached or estimated
ORDER = {"result": 0, "estimate": 1}


@dataclass(frozen=True, slots=True)
class Cell:
    """What is stated of one place and period; the first is shown first. disagree: results that differ."""

    statements: tuple[Statement, ...]

    @property
    def disagree(self) -> bool:
        slots: dict[tuple[str, ...], set[str]] = {}
        for one in self.statements:
            slots.setdefault(one.slot, set()).add(one.figure.amount or one.figure.value)
        return any(len(values) > 1 for values in slots.values())


@dataclass(frozen=True, slots=True)
class Row:
    """place: slug of then; now: slug of today's unit, "" where it is the same or unknown. cells: as the periods."""

    place: str
    now: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    periods: tuple[str, ...]
    rows: tuple[Row, ...]


def is_shown(statement: Statement) -> bool:
    """Whether a statement stands in the table: of a province, and its aims beside what it reached."""
    f = statement.figure
    aim = f.status == "target" and f.place_level == "province" and bool(f.place)
    return f.is_of_province or (aim and "of-a-project" not in f.notes)


def main_view(indicator: IndicatorInfo, kinds: dict[str, int]) -> str:
    """Return how an indicator is told first: as a share of plan where that is usual, else as most pages tell it."""
    for view in (indicator.percent.replace("signed_growth", ""), "level"):
        if view in ("plan_share", "growth", "share", "level") and kinds.get(view):
            return view
    return max(kinds, key=lambda view: kinds[view], default="level")


def kinds_of(statements: Iterable[Statement]) -> Counter[str]:
    """Return how many statements there are by view: level, growth, plan_share, …, target."""
    return Counter(view_of(one.figure) for one in statements)


def view_of(figure: Figure) -> str:
    return view_of_kind(figure.kind)


def view_of_kind(kind: str) -> str:
    return "level" if kind in LEVELS else kind


def kinds_of_view(view: str) -> tuple[str, ...]:
    return LEVELS if view == "level" else (view,)


def table(statements: Sequence[Statement], by_now: bool) -> Table:
    """Return places × periods, the newest period first. by_now: in the order of today's provinces, as their parts."""
    known = {one.figure.period: one.figure.last for one in statements if one.figure.period}
    places_of: dict[str, set[str]] = {}
    for one in statements:
        places_of.setdefault(one.figure.period, set()).add(one.figure.place)
    newest = sorted(known, key=lambda period: (known[period], period), reverse=True)[:PERIODS_LOOKED_AT]
    fullest = set(sorted(newest, key=lambda period: -len(places_of[period]))[:MOST_PERIODS])
    periods = [period for period in newest if period in fullest]
    found: dict[str, dict[str, list[Statement]]] = {}
    nows: dict[str, str] = {}
    for one in statements:
        found.setdefault(one.figure.place, {}).setdefault(one.figure.period, []).append(one)
        nows[one.figure.place] = one.place_now
    rows = []
    for place, cells in found.items():
        if not any(period in cells for period in periods):
            continue
        shown = tuple(Cell(tuple(sorted(cells[p], key=_first))) if p in cells else None for p in periods)
        rows.append(Row(place, nows[place] if nows[place] != place else "", shown))
    rows.sort(key=lambda row: [sort_key(places.label(one)) for one in (row.now or row.place, row.place)[not by_now :]])
    return Table(tuple(periods), tuple(rows))


def years_not_shown(statements: Iterable[Statement], shown: Table) -> list[str]:
    """Return the years, the newest first, of which a table leaves out periods."""
    left_out = (one.figure for one in statements if one.figure.last and one.figure.period not in shown.periods)
    return sorted({figure.last[:4] for figure in left_out}, reverse=True)


def by_value(found: Table, period: str) -> Table:
    """Return the table with the highest values of a period first, and last the places of which none is known."""
    at = found.periods.index(period)
    cells = [(row, row.cells[at]) for row in found.rows]
    known = [(row, cell) for row, cell in cells if cell is not None]
    known.sort(key=lambda one: -_amount(one[1].statements[0]))
    return Table(found.periods, (*(row for row, _ in known), *(row for row, cell in cells if cell is None)))


def without_value(statements: Iterable[Statement], last: str) -> list[str]:
    """Return the provinces of a day of which nothing is stated, slugs in the order of their names."""
    stated = {one.figure.place for one in statements}
    unknown = (unit.slug for unit in places.units_on(last) if unit.slug not in stated)
    return sorted(unknown, key=lambda slug: sort_key(places.label(slug)))


def _first(statement: Statement) -> tuple[int, int, int]:
    """Results before estimates, what more pages say first, then what was printed last."""
    newest = max((one.day for one in statement.witnesses), default="")
    digits = int(newest.replace("-", "").ljust(8, "0") or 0)
    return ORDER.get(statement.figure.status, 2), -len(statement.witnesses), -digits


@dataclass(frozen=True, slots=True)
class Bar:
    """The newest value of a place. width: of its bar in per cent of the longest, 0 where values cannot be compared."""

    statement: Statement
    width: float


def newest_by_place(statements: Sequence[Statement], most: int) -> list[Bar]:
    """Return the newest statement of each place, the newest first; of one period, the highest value first."""
    newest: dict[str, Statement] = {}
    for one in sorted(statements, key=lambda one: (one.figure.last, *(-part for part in _first(one))), reverse=True):
        newest.setdefault(one.figure.place, one)
    return bars(newest_first(newest.values())[:most])


def newest_first(statements: Iterable[Statement]) -> list[Statement]:
    """Return statements, the newest period first; of one period, the highest value first."""
    return sorted(statements, key=lambda one: (one.figure.last, _amount(one)), reverse=True)


def bars(statements: Sequence[Statement]) -> list[Bar]:
    """Return statements with bars from nought; of what is counted in another unit than most, without."""
    unit = _usual_unit(statements)
    longest = max((abs(_amount(one)) for one in statements if one.figure.counted_in == unit), default=Decimal(0))
    return [
        Bar(one, float(round(abs(_amount(one)) / longest * 100, 1)) if longest and one.figure.counted_in == unit else 0)
        for one in statements
    ]


def _usual_unit(statements: Iterable[Statement]) -> str:
    """Return the unit that most are counted in."""
    units = Counter(one.figure.counted_in for one in statements)
    return units.most_common(1)[0][0] if units else ""


def _amount(statement: Statement) -> Decimal:
    return Decimal(statement.figure.amount or statement.figure.value)


@dataclass(frozen=True, slots=True)
class MapTile:
    """A unit on the map. shade: 0 where there is nothing, else 1 (lowest) to SHADES. statements: of it or its parts."""

    tile: Tile
    shade: int
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class ValueMap:
    width: int
    height: int
    tiles: tuple[MapTile, ...]


def value_map(statements: Sequence[Statement], era: str) -> ValueMap:
    """Return the map of one period coloured by value. A unit of today that has several parts has no colour of its own.

    statements: of one period and kind.
    """
    found: dict[str, list[Statement]] = {}
    unit = _usual_unit(statements)
    for one in statements:
        if one.figure.counted_in == unit:
            found.setdefault(one.place_now if era == "now" else one.figure.place, []).append(one)
    single = {slug: _amount(said[0]) for slug, said in found.items() if len({one.figure.place for one in said}) == 1}
    low, high = min(single.values(), default=Decimal(0)), max(single.values(), default=Decimal(0))

    def shade(slug: str) -> int:
        if slug not in single:
            return 0
        return 3 if high == low else 1 + int((SHADES - 1) * (single[slug] - low) / (high - low))

    drawn = tuple(MapTile(tile, shade(tile.slug), tuple(found.get(tile.slug, ()))) for tile in tiles(era))
    return ValueMap(*map_size(era), drawn)


@dataclass(frozen=True, slots=True)
class Dot:
    """A value over time. x, y: in user units; joined: x, y of the value before it that it can be compared with.

    first: whether it is the one of its period that is shown first; others disagree with it.
    """

    statement: Statement
    x: float
    y: float
    joined: tuple[float, float] | None
    first: bool


WIDTH, HEIGHT, MARGIN = 720, 180, 24


def over_time(statements: Sequence[Statement]) -> list[Dot]:
    """Return the values of one place by the ends of their periods.

    Two are joined where both are of periods of one kind, one year apart: a year and the year before, two first halves.
    """
    unit = _usual_unit(statements)
    known = [one for one in statements if one.figure.last and one.figure.counted_in == unit]
    if not known:
        return []
    days = [_day(one.figure.last) for one in known]
    amounts = [_amount(one) for one in known]
    first, span = min(days), max(days) - min(days)
    low = min(Decimal(0), *amounts) if len(amounts) > 1 else Decimal(0)
    height = (max(amounts) - low) or Decimal(1)
    dots: list[Dot] = []
    for one in sorted(known, key=lambda one: (one.figure.last, *_first(one))):
        x = MARGIN + (WIDTH - 2 * MARGIN) * ((_day(one.figure.last) - first) / span if span else 0.5)
        y = HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * float((_amount(one) - low) / height)
        slots = [(dot.statement.figure.period, dot.statement.figure.assigned_by) for dot in dots]
        alone = (one.figure.period, one.figure.assigned_by) not in slots
        earlier = [dot for dot in dots if alone and dot.first and _comparable(dot.statement.figure, one.figure)]
        joined = (earlier[-1].x, earlier[-1].y) if earlier else None
        dots.append(Dot(one, round(x, 1), round(y, 1), joined, alone))
    return dots


def _comparable(before: Figure, after: Figure) -> bool:
    if (before.measure, before.assigned_by) != (after.measure, after.assigned_by) or not (before.first and after.first):
        return False
    same = before.first[4:] == after.first[4:] and before.last[4:] == after.last[4:]
    return same and int(after.last[:4]) - int(before.last[:4]) == 1 and before.first[:4] == before.last[:4]


def _day(iso: str) -> int:
    year = int(iso[:4]) * 366
    return year + int(iso[5:7]) * 30 + int(iso[8:10]) if len(iso) == 10 else year
