"""The pictures of web/ui/charts.py as SVG, for templates: real text, a title and a focus for each mark, no script.

Written out in Python: a page of results has 34 + 63 tiles and the years, and as templates they cost more than the
search itself.
"""

from functools import cache

from markupsafe import Markup

from web.http.urls import before_query
from web.ui.charts import (
    CHART_WIDTH,
    SHADES,
    TILE_HEIGHT,
    TILE_WIDTH,
    BarMark,
    Bars,
    Mark,
    Picture,
    Tile,
    TileMark,
    Tiles,
)
from web.ui.labels import number
from web.ui.language import translated
from web.ui.markup import escaped, escaped_query

BELOW_BARS = 34  # user units for the strip of what is archived, and the names
COUNT_WIDTH = 20  # user units of a bar; above narrower ones only the highest count is written
MANY_BARS = 8  # more of them have smaller letters


def tile_map(picture: Tiles, title: str) -> Markup:
    """Return one linked tile per unit."""
    page = _search_page()
    return _drawing("tile-map", picture.height, title, picture, [_tile(mark, page) for mark in picture.marks])


def shades(picture: Tiles) -> Markup:
    """Return what the colours of a map's tiles mean."""
    steps = "".join([f'<i class="shade-{step}"></i>' for step in range(1, SHADES + 1)])
    found = f"<span>1 {steps} {escaped(translated('{count} bài', count=number(picture.most)))}</span>"
    none = f'<span><i class="empty"></i> {escaped(translated("chưa có trang nào trong kho"))}</span>'
    return Markup(f'<p class="legend shades">{found if picture.most > 1 else ""} {none}</p>')


def bars(picture: Bars, title: str, results: object | None = None) -> Markup:
    """Return one linked bar per year or month. results: what the bars count; without, they show the archive itself.

    Templates that have no results pass jinja2's Undefined, which is false.
    """
    page, is_found = _search_page(), bool(results)
    most = max((mark.count for mark in picture.marks), default=0)
    drawn = [_bar(mark, page, picture.height, is_found, most) for mark in picture.marks]
    many = len(picture.marks) > MANY_BARS
    name = "histogram narrow" if picture.width < CHART_WIDTH else "histogram many" if many else "histogram"
    return _drawing(name, picture.height + BELOW_BARS, title, picture, drawn)


def _drawing(name: str, height: int, title: str, picture: Picture[Mark], drawn: list[str]) -> Markup:
    return Markup(
        f'<svg class="{name}" viewBox="0 0 {picture.width} {height}" role="group" aria-label="{escaped(title)}">\n'
        f"{''.join(drawn)}</svg>"
    )


def _search_page() -> str:
    return escaped(before_query("pages.search"))


def _link(mark: Mark, page: str) -> str:
    current = ' aria-current="true"' if mark.selected else ""
    return f'href="{page}{escaped_query(mark.query_string)}"{current}'


def _tile(mark: TileMark, page: str) -> str:
    empty = "" if mark.archived else " empty"
    return (
        f'<a {_link(mark, page)} class="shade-{mark.shade}{empty}"><title>{escaped(mark.says)}</title>'
        f"{_tile_itself(mark.tile)}</a>\n"
    )


@cache  # the tiles of a map stay, whatever is found
def _tile_itself(tile: Tile) -> str:
    rows = (19.5,) if len(tile.lines) == 1 else (14, 25)
    texts = (
        f'<text x="{tile.x + 28}" y="{tile.y + row}">{escaped(line)}</text>'
        for row, line in zip(rows, tile.lines, strict=True)
    )
    size = f'width="{TILE_WIDTH - 2}" height="{TILE_HEIGHT - 2}"'
    return f'<rect x="{tile.x + 1}" y="{tile.y + 1}" {size} rx="3"/>{"".join(texts)}'


def _bar(mark: BarMark, page: str, height: int, is_found: bool, most: int) -> str:
    has_room = mark.width >= COUNT_WIDTH or mark.count == most or mark.selected
    middle = mark.x + mark.width / 2
    place = f'x="{mark.x}" width="{mark.width}"'
    count = (
        f'<text class="count" x="{middle}" y="{mark.y - 4}">{number(mark.count)}</text>'
        if mark.count and has_room
        else ""
    )
    strip = ""
    if is_found or not mark.archived:
        strip = f'<rect class="coverage shade-{mark.shade}" {place} y="{height + 3}" height="5"/>'
    label = f'<text class="name" x="{middle}" y="{height + 26}">{escaped(mark.label)}</text>' if mark.label else ""
    link = f'data-first="{mark.days[0]}" data-last="{mark.days[1]}" {_link(mark, page)}'
    return (
        f"<a {link}><title>{escaped(mark.says)}</title>"
        f'<rect class="area" {place} y="0" height="{height + BELOW_BARS}"/>'
        f'<rect class="bar" {place} y="{mark.y}" height="{mark.height}"/>{count}{strip}'
        f"{label}</a>\n"
    )
