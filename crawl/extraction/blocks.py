"""An element of a page → its lines of text, as printed: one for each block and each <br>, links and pictures noted."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawl.extraction.page_parts import page_parts
from crawl.extraction.tables import data_rows, row_line

_SPACE = re.compile(r"[ \t\r\n\f]+")  # what HTML folds into one space; a no-break space stays as printed
_EDGES = " \t\r\n\f\u00a0\u200b\ufeff"
_ITALIC = frozenset({"em", "i"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BOLD = frozenset({"b", "strong"}) | _HEADINGS
_STYLES = _ITALIC | _BOLD | {"a"}


@dataclass(slots=True)
class Line:
    """One line of text. linked: how many of its characters stand in links. element: the block it stands in.

    after_picture: a picture stood between it and the line before. italic, bold: all of it is.
    """

    text: str
    element: HtmlElement
    linked: int = 0
    italic: bool = False
    bold: bool = False
    after_picture: bool = False


def lines_of(container: HtmlElement, without: Collection[HtmlElement] = ()) -> list[Line]:
    """Return the lines of an element in order. without: elements that are left out with all they hold."""
    lines: list[Line] = []
    parts: list[tuple[str, frozenset[str]]] = []
    picture = False

    def end(block: HtmlElement) -> None:
        nonlocal picture
        text = _SPACE.sub(" ", "".join(part for part, _ in parts)).strip(_EDGES)
        if text:
            printed = [(part.strip(_EDGES), styles) for part, styles in parts if part.strip(_EDGES)]
            linked = sum(len(part) for part, styles in printed if "a" in styles)
            italic, bold = (all(styles & names for _, styles in printed) for names in (_ITALIC, _BOLD))
            lines.append(Line(text, block, linked, italic, bold, picture))
            picture = False
        parts.clear()

    for what, value, block, styles in _events(container, without):
        if what == "text":
            parts.append((value, styles))
        elif what == "picture":
            end(block)
            picture = True
        else:
            end(block)
    end(container)
    return lines


def text_of(element: HtmlElement | None) -> str:
    """Return the text of an element on one line, as printed."""
    return " ".join(line.text for line in lines_of(element)) if element is not None else ""


def names_of(element: HtmlElement) -> str:
    """Return the classes and the id of an element, separated by spaces."""
    return " ".join([*(element.get("class") or "").split(), element.get("id") or ""]).strip()


def inside(element: HtmlElement, elements: Collection[HtmlElement]) -> bool:
    """Tell whether an element or one that holds it is among elements."""
    return element in elements or any(parent in elements for parent in element.iterancestors())


def _events(
    container: HtmlElement, without: Collection[HtmlElement]
) -> Iterator[tuple[str, str, HtmlElement, frozenset[str]]]:
    """Yield text, pictures and ends of blocks in document order; by a stack, for pages nest without end."""
    parts = page_parts()
    plain: frozenset[str] = frozenset()
    stack: list[tuple[HtmlElement | str | None, HtmlElement, frozenset[str]]] = []
    _push(stack, container, container, plain)
    while stack:
        node, block, styles = stack.pop()
        if node is None:
            yield "end", "", block, plain
            continue
        if isinstance(node, str):
            yield "text", node, block, styles
            continue
        name = node.tag
        if name in parts.unread or node in without:
            continue
        if name == "img":
            yield "picture", "", block, plain
        elif name == "br":
            yield "end", "", block, plain
        elif name == "table" and (rows := data_rows(node)) and not any(inside(row, without) for row, _ in rows):
            yield "end", "", block, plain
            for caption in node.iterchildren("caption"):
                yield "text", caption.text_content(), caption, plain
                yield "end", "", caption, plain
            for row, cells in rows:
                yield "text", row_line(cells), row, plain
                yield "end", "", row, plain
        elif name in parts.block:
            yield "end", "", block, plain
            stack.append((None, node, plain))
            _push(stack, node, node, styles | {name} if name in _HEADINGS else styles)
        else:
            _push(stack, node, block, styles | {name} if name in _STYLES else styles)


def _push(
    stack: list[tuple[HtmlElement | str | None, HtmlElement, frozenset[str]]],
    element: HtmlElement,
    block: HtmlElement,
    styles: frozenset[str],
) -> None:
    """Put what an element holds on the stack, the first on top: its text, then each child with the text behind it."""
    for child in element.iterchildren(reversed=True):
        if child.tail:
            stack.append((child.tail, block, styles))
        stack.append((child, block, styles))
    if element.text:
        stack.append((element.text, block, styles))
