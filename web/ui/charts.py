"""Results over time and over the country, drawn against what the archive holds: geometry for the SVG templates.

A year or a unit without archived pages is marked as such, so that "few results" and "few pages" look different.
Every mark is also a link that switches its filter, and every picture has the same numbers as a table.
"""

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

from search.document import Results
from web.http.parameters import SearchRequest
from web.services import Coverage, month_days
from web.ui.labels import date_in_words, province_label
from web.ui.language import current_language, translated

TILES_FILE = Path(__file__).parent / "tiles.csv"
SHADES = 5  # as many as can be told apart without a legend beside every tile
CHART_WIDTH, CHART_HEIGHT = 720, 112  # user units; the drawing scales with its column
ROOM_FOR_COUNTS = 20  # above the tallest bar
NARROW_WIDTH = 288  # beside results: the width of the column there in pixels, so that its letters keep their size
MOST_YEARS = 24  # bars; a single page of long ago must not squeeze all other years together
LONGEST_GAP, SPARSE = 5, 0.02  # years without pages, and the share of pages before them that is folded with them
EARLIER = "…"  # the label of the years before
LABEL_WIDTH = 42.0  # user units between the middles of two labels
WIDEST_BAR = 90.0  # an archive of few years does not get slabs
TILE_WIDTH, TILE_HEIGHT = 56, 32

M = TypeVar("M", bound="Mark", covariant=True)


@dataclass(slots=True)  # a page has a hundred marks: to freeze them would treble the time to make one
class Mark:
    """A bar or a tile.

    says: its name, results, and pages in the archive. count: results among the archived pages. query_string: the search
    with its filter switched, "" where that would find nothing. shade: 0 (none) to SHADES.
    """

    says: str
    count: int
    archived: int
    shade: int
    selected: bool
    query_string: str

    @property
    def is_link(self) -> bool:
        """What is chosen can be taken back, also where nothing is left of the search then."""
        return self.selected or bool(self.query_string)


@dataclass(slots=True)
class BarMark(Mark):
    """name: in full; label: as printed below, "" where there is no room. days: first and last, ISO."""

    name: str
    label: str
    x: float
    y: float
    width: float
    height: float
    days: tuple[str, str]


@dataclass(slots=True)
class TileMark(Mark):
    tile: "Tile"

    @property
    def name(self) -> str:
        return self.tile.name


@dataclass(frozen=True, slots=True)
class Picture(Generic[M]):
    """undated: archived pages that no mark stands for. most: pages of the darkest tile."""

    width: int
    height: int
    marks: tuple[M, ...]
    undated: int = 0
    most: int = 0


Bars: TypeAlias = Picture[BarMark]
Tiles: TypeAlias = Picture[TileMark]


@dataclass(slots=True)
class Bar:
    """What a bar is drawn from, before it has a place."""

    label: str
    name: str
    count: int
    archived: int
    selected: bool
    query_string: str
    days: tuple[str, str]


def histogram(asked: SearchRequest, results: Results | None, coverage: Coverage, width: int = CHART_WIDTH) -> Bars:
    """Return one bar per year, and one for all years before where pages get few. results None: the archive itself."""
    archived = {int(year): count for year, count in coverage.counts.get("year", {}).items() if year}
    counts = {int(year): count for year, count in facet_counts(results, "year", coverage).items() if year}
    first = first_year_drawn(archived)
    switch = asked.switch("year")
    bars = []
    earlier = [year for year in archived if year < first]
    if earlier:
        bars.append(_earlier(asked, min(earlier), first, sum(counts.get(year, 0) for year in earlier), archived))
    for year in range(first, max(archived) + 1) if archived else ():
        name, (selected, query_string) = str(year), switch(year)
        days = (f"{year}-01-01", f"{year}-12-31")
        bars.append(Bar(name, name, counts.get(year, 0), archived.get(year, 0), selected, query_string, days))
    return drawn(bars, undated=coverage.total - sum(archived.values()), width=width)


def first_year_drawn(archived: Mapping[int, int]) -> int:
    """Return the first year with a bar of its own: behind a long gap after few pages, and among the last MOST_YEARS."""
    if not archived:
        return 0
    years, total, before = sorted(archived), sum(archived.values()), 0
    first = years[0]
    for year, following in pairwise(years):
        before += archived[year]
        if following - year > LONGEST_GAP and before <= max(1, SPARSE * total):
            first = following
    return max(first, years[-1] - MOST_YEARS + 1)


def _earlier(asked: SearchRequest, begin: int, end: int, count: int, archived: Mapping[int, int]) -> Bar:
    """Return the bar of all years from begin to before end."""
    first, last = f"{begin}-01-01", f"{end - 1}-12-31"
    selected = asked.has("from", first) and asked.has("to", last)
    query_string = asked.without("from", "to") if selected else asked.replaced_all({"from": first, "to": last}, "year")
    held = sum(pages for year, pages in archived.items() if year < end)
    name = translated("trước {year}", year=end)
    return Bar(EARLIER, name, count, held, selected, query_string, (first, last))


def month_histogram(
    asked: SearchRequest, year: int, counts: Sequence[int], archived: Sequence[int], width: int = CHART_WIDTH
) -> Bars:
    """Return one bar per month of a year. counts, archived: twelve numbers of pages found, and held at all."""
    bars = []
    for month in range(1, 13):
        first, last = month_days(year, month)
        selected = asked.has("from", first) and asked.has("to", last)
        query_string = asked.without("from", "to") if selected else asked.replaced_all({"from": first, "to": last})
        name, days = date_in_words(first[:7]), (first, last)
        bars.append(Bar(str(month), name, counts[month - 1], archived[month - 1], selected, query_string, days))
    return drawn(bars, width=width)


def drawn(bars: Sequence[Bar], undated: int = 0, width: int = CHART_WIDTH) -> Bars:
    """Return bars side by side, as high as their counts; the strip below is shaded by what is archived."""
    most = max((bar.count for bar in bars), default=0) or 1
    most_archived = max((bar.archived for bar in bars), default=0)
    says = teller()
    step = min(WIDEST_BAR, width / max(1, len(bars)))
    apart = math.ceil(LABEL_WIDTH / step)  # bars from one label to the next; the last one always has one
    marks = []
    for position, bar in enumerate(bars):
        height = max(2.0, round((CHART_HEIGHT - ROOM_FOR_COUNTS) * bar.count / most, 1)) if bar.count else 0.0
        marks.append(
            BarMark(
                says=says(bar.name, bar.count, bar.archived),
                count=bar.count,
                archived=bar.archived,
                shade=shade(bar.archived, most_archived),
                selected=bar.selected,
                query_string=bar.query_string,
                name=bar.name,
                label=bar.label if bar.label == EARLIER or (len(bars) - 1 - position) % apart == 0 else "",
                x=round(position * step, 1),
                y=round(CHART_HEIGHT - height, 1),
                width=round(step - min(4.0, step / 5), 1),
                height=height,
                days=bar.days,
            )
        )
    return Picture(width, CHART_HEIGHT, tuple(marks), undated)


def teller() -> Callable[[str, int, int], str]:
    """Return what puts a mark into words from its name, count and archived pages, in the language of the page."""
    none = translated("chưa có bài nào trong kho")
    some = translated("{count} / {archived} bài")

    def says(name: str, count: int, archived: int) -> str:
        return f"{name}: {some.format(count=count, archived=archived) if archived else none}"

    return says


@dataclass(frozen=True, slots=True, eq=False)  # each is the only one of its kind, and quick to look up as such
class Tile:
    """Where a unit stands on a map. lines: its name as it fits in; x, y: its upper left corner, in user units."""

    column: int
    row: int
    slug: str
    name: str
    lines: tuple[str, ...]
    x: int
    y: int


@cache
def tiles(era: str) -> tuple[Tile, ...]:
    """Return the grid of "now" (34 units) or "then" (the 63 before July 2025)."""
    with TILES_FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["map"] == era]
    return tuple(
        Tile(
            column=(column := int(row["column"])),
            row=(line := int(row["row"])),
            slug=row["slug"],
            name=(name := province_label(row["slug"])),
            lines=tuple((row["short"] or name).split(" ", 1)),
            x=column * TILE_WIDTH,
            y=line * TILE_HEIGHT,
        )
        for row in rows
    )


@cache
def map_size(era: str) -> tuple[int, int]:
    """Return width and height of a map in user units."""
    return max(tile.x for tile in tiles(era)) + TILE_WIDTH, max(tile.y for tile in tiles(era)) + TILE_HEIGHT


def tile_map(era: str, asked: SearchRequest, results: Results | None, coverage: Coverage) -> Tiles:
    """Return one tile per unit, shaded by its results (None: by its archived pages); one without leads nowhere."""
    name = f"province_{era}"
    archived, counts = coverage.counts.get(name, {}), facet_counts(results, name, coverage)
    most = max((counts.get(tile.slug, 0) for tile in tiles(era)), default=0) if counts else 0
    says, switch, language = teller(), asked.switch(name), current_language()
    chosen = {value for other, value in asked.pairs if other == name}
    marks = []
    for tile in tiles(era):
        slug, count, pages = tile.slug, counts.get(tile.slug, 0), archived.get(tile.slug, 0)
        if count or slug in chosen:
            marks.append(TileMark(says(tile.name, count, pages), count, pages, shade(count, most), *switch(slug), tile))
        else:
            marks.append(_without_results(tile, pages, language))
    return Picture(*map_size(era), tuple(marks), undated=archived.get("", 0), most=most)


@lru_cache(maxsize=8192)  # most tiles of most searches; the language is the one that is spoken
def _without_results(tile: Tile, pages: int, language: str) -> TileMark:
    return TileMark(teller()(tile.name, 0, pages), 0, pages, 0, False, "", tile)


def facet_counts(results: Results | None, name: str, coverage: Coverage) -> dict[str, int]:
    if results is None:
        return {str(value): count for value, count in coverage.counts.get(name, {}).items()}
    return {str(value.value): value.count for value in results.facets.get(name, ())}


def shade(weight: float, most: float) -> int:
    """Return 0 for nothing, else 1 to SHADES in equal steps up to the largest weight."""
    return math.ceil(SHADES * weight / most) if weight and most else 0
