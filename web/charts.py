"""Results over time and over the country, drawn against what the archive holds: geometry for the SVG templates.

A year or a unit without archived pages is marked as such, so that "few results" and "few pages" look different.
Every mark is also a link that switches its filter, and every picture has the same numbers as a table.
"""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from search.document import Results
from web.labels import date_in_words, province_label
from web.language import translated
from web.library import Coverage, month_days
from web.parameters import SearchRequest

TILES_FILE = Path(__file__).parent / "tiles.csv"
SHADES = 5  # as many as can be told apart without a legend beside every tile
CHART_WIDTH, CHART_HEIGHT = 720, 112  # user units; the drawing scales with its column
ROOM_FOR_COUNTS = 20  # above the tallest bar
WIDEST_BAR = 90.0  # an archive of few years does not get slabs
TILE_WIDTH, TILE_HEIGHT = 56, 32


@dataclass(frozen=True, slots=True)
class Mark:
    """One bar or tile.

    name: in full; label: as printed beside it. shade: 0 (none) to SHADES. archived: pages held, count: results among
    them. days: first and last that a bar stands for, ISO.
    """

    value: str
    name: str
    label: str
    count: int
    archived: int
    shade: int
    selected: bool
    query_string: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...] = ()
    days: tuple[str, str] = ("", "")

    @property
    def says(self) -> str:
        """Return the mark in words: its name, results, and pages in the archive."""
        if not self.archived:
            return f"{self.name}: {translated('chưa có trang nào trong kho')}"
        return f"{self.name}: " + translated("{count} / {archived} trang", count=self.count, archived=self.archived)


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    marks: tuple[Mark, ...]
    undated: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """What a bar is drawn from, before it has a place."""

    label: str
    says: str
    count: int
    archived: int
    selected: bool
    query_string: str
    days: tuple[str, str]


def histogram(asked: SearchRequest, results: Results | None, coverage: Coverage) -> Picture:
    """Return one bar per year from the first to the last archived one. results None: the archive itself."""
    archived = {int(year): count for year, count in coverage.counts.get("year", {}).items() if year}
    counts = facet_counts(results, "year", coverage)
    years = range(min(archived), max(archived) + 1) if archived else range(0)
    bars = [
        Bar(
            label=str(year),
            says=str(year),
            count=counts.get(str(year), 0),
            archived=archived.get(year, 0),
            selected=asked.has("year", year),
            query_string=asked.toggled("year", year),
            days=(f"{year}-01-01", f"{year}-12-31"),
        )
        for year in years
    ]
    return drawn(bars, undated=coverage.total - sum(archived.values()))


def month_histogram(asked: SearchRequest, year: int, counts: Sequence[int], archived: Sequence[int]) -> Picture:
    """Return one bar per month of a year. counts, archived: twelve numbers of pages found, and held at all."""
    bars = []
    for month in range(1, 13):
        first, last = month_days(year, month)
        selected = asked.has("from", first) and asked.has("to", last)
        query_string = asked.without("from", "to") if selected else asked.replaced_all({"from": first, "to": last})
        name, days = date_in_words(first[:7]), (first, last)
        bars.append(Bar(str(month), name, counts[month - 1], archived[month - 1], selected, query_string, days))
    return drawn(bars)


def drawn(bars: Sequence[Bar], undated: int = 0) -> Picture:
    """Return bars side by side, as high as their counts; the strip below is shaded by what is archived."""
    most = max((bar.count for bar in bars), default=0) or 1
    most_archived = max((bar.archived for bar in bars), default=0)
    step = min(WIDEST_BAR, CHART_WIDTH / max(1, len(bars)))
    marks = []
    for position, bar in enumerate(bars):
        height = max(2.0, round((CHART_HEIGHT - ROOM_FOR_COUNTS) * bar.count / most, 1)) if bar.count else 0.0
        marks.append(
            Mark(
                value=bar.label,
                name=bar.says,
                label=bar.label,
                count=bar.count,
                archived=bar.archived,
                shade=shade(bar.archived, most_archived),
                selected=bar.selected,
                query_string=bar.query_string,
                x=round(position * step, 1),
                y=round(CHART_HEIGHT - height, 1),
                width=round(step - min(4.0, step / 5), 1),
                height=height,
                days=bar.days,
            )
        )
    return Picture(CHART_WIDTH, CHART_HEIGHT, tuple(marks), undated)


@dataclass(frozen=True, slots=True)
class Tile:
    column: int
    row: int
    slug: str
    short: str


@cache
def tiles(era: str) -> tuple[Tile, ...]:
    """Return the grid of "now" (34 units) or "then" (the 63 before July 2025)."""
    with TILES_FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["map"] == era]
    return tuple(Tile(int(row["column"]), int(row["row"]), row["slug"], row["short"]) for row in rows)


def tile_map(era: str, asked: SearchRequest, results: Results | None, coverage: Coverage) -> Picture:
    """Return one tile per unit, shaded by the share of its archived pages that are results (None: by pages)."""
    name = f"province_{era}"
    archived = {str(slug): count for slug, count in coverage.counts.get(name, {}).items()}
    counts = facet_counts(results, name, coverage)
    weights = {slug: counts.get(slug, 0) / pages if results else pages for slug, pages in archived.items() if pages}
    most = max(weights.values(), default=0)
    marks = []
    for tile in tiles(era):
        label = province_label(tile.slug)
        marks.append(
            Mark(
                value=tile.slug,
                name=label,
                label=label,
                count=counts.get(tile.slug, 0),
                archived=archived.get(tile.slug, 0),
                shade=shade(weights.get(tile.slug, 0), most),
                selected=asked.has(name, tile.slug),
                query_string=asked.toggled(name, tile.slug),
                x=tile.column * TILE_WIDTH,
                y=tile.row * TILE_HEIGHT,
                width=TILE_WIDTH - 2,
                height=TILE_HEIGHT - 2,
                lines=tuple((tile.short or label).split(" ", 1)),
            )
        )
    columns, rows = (max(positions) + 1 for positions in zip(*((t.column, t.row) for t in tiles(era)), strict=True))
    return Picture(columns * TILE_WIDTH, rows * TILE_HEIGHT, tuple(marks), undated=archived.get("", 0))


def facet_counts(results: Results | None, name: str, coverage: Coverage) -> dict[str, int]:
    if results is None:
        return {str(value): count for value, count in coverage.counts.get(name, {}).items()}
    return {str(value.value): value.count for value in results.facets.get(name, ())}


def shade(weight: float, most: float) -> int:
    """Return 0 for nothing, else 1 to SHADES in equal steps up to the largest weight."""
    return math.ceil(SHADES * weight / most) if weight and most else 0
