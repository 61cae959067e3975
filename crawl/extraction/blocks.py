"""An element of a page → its lines of text, as printed: one for each block and each <br>, links and pictures noted."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bs4.element import NavigableString, PreformattedString, Tag

from crawl.extraction.page_parts import page_parts

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
    element: Tag
    linked: int = 0
    italic: bool = False
    bold: bool = False
    after_picture: bool = False


def lines_of(container: Tag, without: Collection[int] = ()) -> list[Line]:
    """Return the lines of an element in order. without: id() of elements that are left out with all they hold."""
    lines: list[Line] = []
    parts: list[tuple[str, frozenset[str]]] = []
    picture = False

    def end(block: Tag) -> None:
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


def text_of(element: Tag | None) -> str:
    """Return the text of an element on one line, as printed."""
    return " ".join(line.text for line in lines_of(element)) if element is not None else ""


def names_of(element: Tag) -> str:
    """Return the classes and the id of an element, separated by spaces."""
    classes = element.get("class") or ()
    return " ".join([*([classes] if isinstance(classes, str) else classes), str(element.get("id") or "")]).strip()


def _events(container: Tag, without: Collection[int]) -> Iterator[tuple[str, str, Tag, frozenset[str]]]:
    """Yield text, pictures and ends of blocks in document order; by a stack, for pages nest without end."""
    parts = page_parts()
    plain: frozenset[str] = frozenset()
    stack: list[tuple[object, Tag, frozenset[str]]] = [(child, container, plain) for child in _reversed(container)]
    while stack:
        node, block, styles = stack.pop()
        if node is None:
            yield "end", "", block, plain
        elif isinstance(node, NavigableString):
            if not isinstance(node, PreformattedString):  # comments, doctypes
                yield "text", str(node), block, styles
        elif isinstance(node, Tag):
            name = node.name
            if name in parts.unread or id(node) in without:
                continue
            if name == "img":
                yield "picture", "", block, plain
            elif name == "br":
                yield "end", "", block, plain
            elif name in parts.block:
                yield "end", "", block, plain
                stack.append((None, node, plain))
                inner = styles | {name} if name in _HEADINGS else styles
                stack += [(child, node, inner) for child in _reversed(node)]
            else:
                inner = styles | {name} if name in _STYLES else styles
                stack += [(child, block, inner) for child in _reversed(node)]


def _reversed(tag: Tag) -> Iterator[object]:
    return reversed(tag.contents)
