"""Results over time and over the country, drawn against what the archive holds: geometry for the SVG templates.

A year or a unit without archived pages is marked as such, so that "few results" and "few pages" look different.
Every mark is also a link that switches its filter, and every picture has the same numbers as a table.
"""

import csv
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from search.document import Results
from web.labels import province_label
from web.language import translated
from web.library import Coverage
from web.parameters import SearchRequest

TILES_FILE = Path(__file__).parent / "tiles.csv"
SHADES = 5  # as many as can be told apart without a legend beside every tile
CHART_WIDTH, CHART_HEIGHT = 720, 112  # user units; the drawing scales with its column
ROOM_FOR_COUNTS = 20  # above the tallest bar
WIDEST_BAR = 90.0  # an archive of few years does not get slabs
TILE_WIDTH, TILE_HEIGHT = 56, 32


@dataclass(frozen=True, slots=True)
class Mark:
    """One bar or tile. shade: 0 (no result) to SHADES; archived: pages in the archive, count: results among them."""

    value: str
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

    @property
    def says(self) -> str:
        """Return the mark in words: its name, results, and pages in the archive."""
        if not self.archived:
            return f"{self.label}: {translated('chưa có trang nào trong kho')}"
        return f"{self.label}: " + translated("{count} / {archived} trang", count=self.count, archived=self.archived)


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    marks: tuple[Mark, ...]
    undated: int = 0


def histogram(asked: SearchRequest, results: Results | None, coverage: Coverage) -> Picture:
    """Return one bar per year from the first to the last archived one. results None: the archive itself."""
    archived = {int(year): count for year, count in coverage.counts.get("year", {}).items() if year}
    counts = facet_counts(results, "year", coverage)
    if not archived:
        return Picture(CHART_WIDTH, CHART_HEIGHT, ())
    years = range(min(archived), max(archived) + 1)
    most = max(counts.get(str(year), 0) for year in years) or 1
    step = min(WIDEST_BAR, CHART_WIDTH / len(years))
    marks = []
    for position, year in enumerate(years):
        count = counts.get(str(year), 0)
        height = max(2.0, round((CHART_HEIGHT - ROOM_FOR_COUNTS) * count / most, 1)) if count else 0.0
        marks.append(
            Mark(
                value=str(year),
                label=str(year),
                count=count,
                archived=archived.get(year, 0),
                shade=shade(archived.get(year, 0), max(archived.values())),
                selected=asked.has("year", year),
                query_string=asked.toggled("year", year),
                x=round(position * step, 1),
                y=round(CHART_HEIGHT - height, 1),
                width=round(step - min(4.0, step / 5), 1),
                height=height,
            )
        )
    return Picture(CHART_WIDTH, CHART_HEIGHT, tuple(marks), undated=coverage.total - sum(archived.values()))


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
