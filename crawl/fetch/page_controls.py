"""Controls that turn the pages of a list without being links: buttons, choices, `onclick`, `href="javascript:…"`.

Where the control says the address (`location.href='/tin?trang=2'`, `<option value="/tin?trang=2">`) it is as good as a
link; any other one is counted, so that a list that goes on behind it is never passed over in silence.
"""

import re
from collections.abc import Iterator
from itertools import islice

from lxml import html

from crawl.fetch.link_shapes import LONGEST_RUN, Link, counts_pages, is_widget
from crawl.registry.canonical import absolute_url

MOST_TEXTS = 8  # pieces of text within a control

_LOCATION = re.compile(r"\blocation(?:\.href)?\s*(?:=\s*|\.(?:assign|replace)\(\s*)['\"]([^'\"]+)['\"]\s*(?:[;)]|$)")
_OWN_ADDRESS = re.compile(r"location(?:\.href)?\s*=[^=]*\bvalue\b", re.IGNORECASE)
_MOVES_A_PART = frozenset({"data-toggle", "data-bs-toggle", "data-slide", "data-bs-slide", "data-dismiss"})


def page_controls(root: html.HtmlElement, base: str) -> tuple[list[Link], int]:
    """Return the links that controls say in their programs, and how many controls turn pages in a way unknown to us."""
    links: list[Link] = []
    opaque = []
    for text, program, address in _controls(root):
        link = absolute_url(base, address) if address else ""
        if link:
            links.append(Link(link, text))
        elif text != "1" and "__doPostBack" not in program:
            opaque.append(text)
    numbers = {text for text in opaque if text.isdigit()}
    if len(numbers) >= LONGEST_RUN - 1:  # the days of a month
        opaque = [text for text in opaque if text not in numbers]
    if not any(map(str.isalnum, "".join(opaque))):
        return links, 0  # arrows alone: they may move anything
    return links, len(opaque)


def _controls(root: html.HtmlElement) -> Iterator[tuple[str, str, str]]:
    """Yield text, program and address of each control that may turn pages; the address is "" where none is given."""
    for element in root.xpath("//a | //area | //button | //select[@onchange] | //*[@onclick]"):
        href = element.get("href", "")
        if href and not href.startswith(("#", "javascript:")):
            continue
        if element.tag == "select":
            yield from _choices(element)
        elif _acts(element, href) and counts_pages(text := _text(element)) and not _in_widget(element):
            program = f"{href} {element.get('onclick', '')}"
            said = _LOCATION.search(program)
            yield text, program, said.group(1) if said else ""


def _choices(select: html.HtmlElement) -> Iterator[tuple[str, str, str]]:
    """Yield the pages that a choice offers: numbered from 1 on. Choices of a year or a page's length are not."""
    options = [(_text(option), option.get("value", "")) for option in select.iter("option")]
    options = [(text, value) for text, value in options if counts_pages(text)]
    if [text for text, _ in options[:2]] != ["1", "2"] or _in_widget(select):
        return
    program = select.get("onchange", "")
    for text, value in options:
        yield text, program, value if _OWN_ADDRESS.search(program) and re.search(r"[/?]", value) else ""


def _text(element: html.HtmlElement) -> str:
    """Return the text of a control, "" where it holds more than a control does: whole pages may be clicked on."""
    parts = list(islice(element.itertext(), MOST_TEXTS + 1))
    return " ".join("".join(parts).split()) if len(parts) <= MOST_TEXTS else ""


def _acts(element: html.HtmlElement, href: str) -> bool:
    return not _MOVES_A_PART & set(element.attrib) and bool(
        element.get("onclick") or href.startswith("javascript:") or any("data-" in name for name in element.attrib)
    )


def _in_widget(element: html.HtmlElement) -> bool:
    return any(
        is_widget(f"{part.get('class', '')} {part.get('id', '')} {part.get('name', '')}")
        for part in (element, *element.iterancestors())
        if isinstance(part.tag, str) and part.tag not in ("body", "html")
    )
