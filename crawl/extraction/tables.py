"""A table of data → its rows as lines, cells apart by " | ", empty where nothing stands, so that columns stay in line.

Tables that only lay out a page are none: they hold pictures, other tables, or blocks of text.
"""

from collections.abc import Sequence

from lxml.html import HtmlElement

from crawl.extraction.page_parts import page_parts

BETWEEN = " | "
MIN_ROWS, MIN_COLUMNS, MAX_COLUMNS, MAX_ROWS = 2, 3, 40, 500
LONGEST_CELL = 160  # characters; what is longer is text that was put in a table
MOST_SPAN = 40


def row_line(cells: Sequence[str]) -> str:
    """Return a row as one line."""
    return BETWEEN.join(" ".join(cell.split()) for cell in cells).strip()


def data_rows(table: HtmlElement) -> list[tuple[HtmlElement, list[str]]]:
    """Return the rows of a table of data, each with its cells in line with the others'; none where it is another."""
    if any(one.tag in _NO_DATA for one in table.iterdescendants()):
        return []
    rows = list(table.iter("tr"))
    if not MIN_ROWS <= len(rows) <= MAX_ROWS:
        return []
    found: list[tuple[HtmlElement, list[str]]] = []
    below: dict[int, int] = {}  # columns that a cell of a row above reaches into → for how many rows more
    for row in rows:
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            while below.get(len(cells), 0):
                below[len(cells)] -= 1
                cells.append("")
            text = _text(cell)
            if text is None:
                return []
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            for column in range(len(cells), len(cells) + across):
                below[column] = down - 1
            cells += [text, *[""] * (across - 1)]
        while below.get(len(cells), 0):
            below[len(cells)] -= 1
            cells.append("")
        if len(cells) > MAX_COLUMNS:
            return []
        found.append((row, cells))
    widths = {len(cells) for _, cells in found}
    figures = any(letter.isdigit() for _, cells in found for cell in cells for letter in cell)
    return found if len(widths) == 1 and min(widths) >= MIN_COLUMNS and figures else []


_NO_DATA = frozenset({"table", "img", "form", "input", "button", "ul", "ol", "h1", "h2", "h3", "video", "iframe"})


def _text(cell: HtmlElement) -> str | None:
    """Return what a cell says, None where that is no cell of data."""
    unread = page_parts().unread
    parts = [
        part
        for element in cell.iter()
        for part in (
            (element.text if element.tag not in unread else None),
            element.tail if element is not cell else None,
        )
        if part
    ]
    text = " ".join(" ".join(parts).split())
    return text if len(text) <= LONGEST_CELL else None


def _span(cell: HtmlElement, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(max(int(value), 1), MOST_SPAN) if value.isdigit() and len(value) < 4 else 1
