"""Pictures of figures as SVG: a bar in a list, values over time, a map coloured by value. Real text, no script."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from web.ui.charts import TILE_HEIGHT, TILE_WIDTH
from web.ui.figure_table import HEIGHT, MARGIN, WIDTH, Dot, MapTile, ValueMap
from web.ui.figure_words import period_in_words, place_in_words, value_in_words
from web.ui.language import translated
from web.ui.markup import escaped

LONGEST_LABELS = 12  # dots; of more, only the first and the last are named below


def bar(width: float) -> Markup:
    """Return a bar of so many per cent of the room that there is; the value itself stands in words beside it."""
    return Markup(
        '<svg class="value-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width}" height="6"/></svg>'
    )


def value_map(drawn: ValueMap, title: str, link: Callable[[str], str]) -> Markup:
    """Return the map. link: slug → address of its values."""
    tiles = "".join(_tile(one, link(one.tile.slug)) for one in drawn.tiles)
    return Markup(
        f'<svg class="tile-map" viewBox="0 0 {drawn.width} {drawn.height}" role="group" aria-label="{escaped(title)}">'
        f"{tiles}</svg>"
    )


def _tile(one: MapTile, address: str) -> str:
    tile = one.tile
    if one.statements:
        said = "; ".join(f"{place_in_words(s.figure)} {value_in_words(s.figure)}" for s in one.statements)
        says = f"{tile.name}: {said}"
    else:
        says = f"{tile.name}: {translated('chưa có số liệu')}"
    empty = "" if one.statements else " empty"
    rows = (19.5,) if len(tile.lines) == 1 else (14, 25)
    texts = "".join(
        f'<text x="{tile.x + 28}" y="{tile.y + row}">{escaped(line)}</text>'
        for row, line in zip(rows, tile.lines, strict=True)
    )
    size = f'width="{TILE_WIDTH - 2}" height="{TILE_HEIGHT - 2}"'
    return (
        f'<a href="{escaped(address)}" class="shade-{one.shade}{empty}"><title>{escaped(says)}</title>'
        f'<rect x="{tile.x + 1}" y="{tile.y + 1}" {size} rx="3"/>{texts}</a>'
    )


def over_time(dots: Sequence[Dot], title: str) -> Markup:
    """Return values over time: dots, joined only where two can be compared; the gaps stay visible."""
    lines = "".join(
        f'<line x1="{dot.joined[0]}" y1="{dot.joined[1]}" x2="{dot.x}" y2="{dot.y}"/>' for dot in dots if dot.joined
    )
    marks = "".join(_dot(dot, dot.first and len(dots) <= LONGEST_LABELS) for dot in dots)
    floor = HEIGHT - MARGIN
    return Markup(
        f'<svg class="over-time" viewBox="0 0 {WIDTH} {HEIGHT + 20}" role="img" aria-label="{escaped(title)}">'
        f'<line class="floor" x1="0" y1="{floor}" x2="{WIDTH}" y2="{floor}"/>{lines}{marks}</svg>'
    )


def _dot(dot: Dot, labelled: bool) -> str:
    figure = dot.statement.figure
    value, period = value_in_words(figure), period_in_words(figure.period)
    kind = " estimate" if figure.status == "estimate" else ""
    text = f'<text x="{dot.x}" y="{dot.y - 8}">{escaped(value)}</text>' if labelled else ""
    return (
        f'<g class="dot{kind}"><title>{escaped(period)}: {escaped(value)}</title>'
        f'<circle cx="{dot.x}" cy="{dot.y}" r="4"/>{text}'
        f'<text class="name" x="{dot.x}" y="{HEIGHT + 14}">{escaped(figure.last[:4])}</text></g>'
    )
