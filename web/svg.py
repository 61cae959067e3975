"""The pictures of web/charts.py as SVG, for templates: real text, a title and a focus for each mark, no script.

Written out in Python: a page of results has 34 + 63 tiles and the years, and as templates they cost more than the
search itself.
"""

from collections.abc import Callable
from functools import lru_cache

from markupsafe import Markup

from web.addresses import before_query
from web.charts import Mark, Picture
from web.labels import number
from web.markup import escaped, escaped_query

BELOW_BARS = 34  # user units for the strip of what is archived, and the names
MANY_BARS = 8  # more of them have smaller letters


def tile_map(picture: Picture, title: str) -> Markup:
    """Return one linked tile per unit."""
    size = f'viewBox="0 0 {picture.width} {picture.height}"'
    return _drawing("tile-map", size, title, picture, _tile)


def bars(picture: Picture, title: str, results: object | None = None) -> Markup:
    """Return one linked bar per year or month. results: what the bars count; without, they show the archive itself.

    Templates that have no results pass jinja2's Undefined, which is false.
    """

    def bar(mark: Mark, link: str) -> str:
        return _bar(mark, link, picture.height, bool(results))

    size = f'viewBox="0 0 {picture.width} {picture.height + BELOW_BARS}"'
    return _drawing("histogram many" if len(picture.marks) > MANY_BARS else "histogram", size, title, picture, bar)


def _drawing(name: str, size: str, title: str, picture: Picture, draw: Callable[[Mark, str], str]) -> Markup:
    page = escaped(before_query("pages.search"))
    drawn = []
    for mark in picture.marks:
        current = ' aria-current="true"' if mark.selected else ""
        drawn.append(draw(mark, f'href="{page}{escaped_query(mark.query_string)}"{current}'))
    return Markup(f'<svg class="{name}" {size} role="group" aria-label="{escaped(title)}">\n{"".join(drawn)}</svg>')


def _tile(mark: Mark, link: str) -> str:
    empty = "" if mark.archived else " empty"
    return (
        f'<a {link} class="shade-{mark.shade}{empty}"><title>{escaped(mark.says)}</title>'
        f"{_tile_itself(mark.x, mark.y, mark.width, mark.height, mark.lines)}</a>\n"
    )


@lru_cache(maxsize=1024)  # the tiles of a map stay, whatever is found
def _tile_itself(x: float, y: float, width: float, height: float, lines: tuple[str, ...]) -> str:
    rows = (19.5,) if len(lines) == 1 else (14, 25)
    texts = (f'<text x="{x + 28}" y="{y + row}">{escaped(line)}</text>' for row, line in zip(rows, lines, strict=True))
    return f'<rect x="{x + 1}" y="{y + 1}" width="{width}" height="{height}" rx="3"/>{"".join(texts)}'


def _bar(mark: Mark, link: str, height: int, is_found: bool) -> str:
    middle = mark.x + mark.width / 2
    place = f'x="{mark.x}" width="{mark.width}"'
    count = f'<text class="count" x="{middle}" y="{mark.y - 4}">{number(mark.count)}</text>' if mark.count else ""
    strip = ""
    if is_found or not mark.archived:
        strip = f'<rect class="coverage shade-{mark.shade}" {place} y="{height + 3}" height="5"/>'
    return (
        f'<a data-first="{mark.days[0]}" data-last="{mark.days[1]}" {link}><title>{escaped(mark.says)}</title>'
        f'<rect class="area" {place} y="0" height="{height + BELOW_BARS}"/>'
        f'<rect class="bar" {place} y="{mark.y}" height="{mark.height}"/>{count}{strip}'
        f'<text class="name" x="{middle}" y="{height + 26}">{escaped(mark.label)}</text></a>\n'
    )
