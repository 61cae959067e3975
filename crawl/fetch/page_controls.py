"""Controls that turn the pages of a list without being links: buttons, choices, `onclick`, `href="javascript:…"`.

Where the control says the address (`location.href='/tin?trang=2'`, `<option value="/tin?trang=2">`, a form sent by
GET) it is as good as a link; any other one is counted, so that a list that goes on behind it is never passed over in
silence.
"""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlencode

from lxml import html

from crawl.fetch.link_shapes import LONGEST_RUN, Link, counts_pages, is_pager_part, is_widget
from crawl.registry.canonical import absolute_url

MOST_TEXTS = 8  # pieces of text within a control
PAGER_STEPS = 3  # elements between a pager and its control: <ul class="pagination"><li><a>

_CONTROLS = "//a | //area | //button | //select[@onchange] | //*[@onclick or @data-url or @data-href]"
_QUOTED = re.compile(r"(\+\s*)?(['\"])([^'\"\s]*[/?][^'\"\s]*)\2(\s*\+)?")
_OWN_ADDRESS = re.compile(r"location(?:\.href)?\s*=[^=]*\bvalue\b", re.IGNORECASE)
_LAST_NUMBER = re.compile(r"(\d+)\W*$")
_NOTHING = re.compile(r"javascript:\s*(?:void\s*\(?\s*0?\s*\)?)?[;\s]*$|#.*$", re.IGNORECASE)
_MOVES_A_PART = frozenset({"data-toggle", "data-bs-toggle", "data-slide", "data-bs-slide", "data-dismiss"})


def page_controls(root: html.HtmlElement, base: str) -> tuple[list[Link], int]:
    """Return the links that controls say in their programs, and how many controls turn pages in a way unknown to us."""
    links: list[Link] = []
    opaque = []
    for text, program, address in _controls(root):
        link = absolute_url(base, address) if address else ""
        if link:
            links.append(Link(link, text))
        elif "__doPostBack" not in program:
            opaque.append(text)
    numbers = {int(number) for text in opaque if (number := _number(text))}
    if 2 not in numbers or LONGEST_RUN - 1 <= len(numbers) <= max(numbers) <= 31:  # visitors, the days of a month
        opaque = [text for text in opaque if not _number(text)]
    opaque = [text for text in opaque if _number(text) != "1"]
    if not any(map(str.isalnum, "".join(opaque))):
        return links, 0  # arrows alone: they may move anything
    return links, len(opaque)


def _number(text: str) -> str:
    """Return the number that a control names, "2" of "Trang 2"; "" where it names none."""
    found = _LAST_NUMBER.search(text)
    return found.group(1) if found else ""


def _controls(root: html.HtmlElement) -> Iterator[tuple[str, str, str]]:
    """Yield text, program and address of each control that may turn pages; the address is "" where none is given."""
    for element in root.xpath(_CONTROLS):
        href = element.get("href", "")
        if href and not href.startswith(("#", "javascript:")):
            continue
        if element.tag == "select":
            yield from _choices(element)
        elif counts_pages(text := _text(element)) and _acts(element, href) and not _in_widget(element):
            program = " ".join(
                [href, element.get("onclick", ""), *(f"'{v}'" for n, v in element.items() if n.startswith("data-"))]
            )
            yield text, program, _said_address(program) or _form_address(element, element.get("value", ""))


def _choices(select: html.HtmlElement) -> Iterator[tuple[str, str, str]]:
    """Yield the pages that a choice offers: numbered from 1 on. Choices of a year or a page's length are not."""
    options = [(_text(option), option.get("value", "")) for option in select.iter("option")]
    options = [(text, value) for text, value in options if counts_pages(text)]
    if [_number(text) for text, _ in options[:2]] != ["1", "2"] or _in_widget(select):
        return
    program = select.get("onchange", "")
    for text, value in options:
        address = ""
        if _OWN_ADDRESS.search(program) and re.search(r"[/?]", value):
            address = value
        elif "submit" in program:
            address = _form_address(select, value)
        yield text, program, address


def _form_address(control: html.HtmlElement, value: str) -> str:
    """Return what a form asks for by GET when a control of it has this value; "" where it is sent in another way."""
    form = next(control.iterancestors("form"), None)
    if form is None or form.method != "GET" or not control.get("name") or not value:
        return ""
    fields = dict(form.form_values()) | {control.get("name"): value}
    return f"{(form.get('action') or '').partition('?')[0]}?{urlencode(fields)}"


def _said_address(program: str) -> str:
    """Return the one address that a program holds; "" where it holds none, several, or puts one together."""
    found = list(_QUOTED.finditer(program.replace("\\u0026", "&").replace("\\/", "/")))
    whole = {match.group(3) for match in found if not match.group(1) and not match.group(4)}
    return whole.pop() if len(whole) == len(found) == 1 else ""


def _text(element: html.HtmlElement) -> str:
    """Return what a control says, "" where it holds more than a control does: whole pages may be clicked on."""
    parts = list(islice(element.itertext(), MOST_TEXTS + 1))
    if len(parts) > MOST_TEXTS:
        return ""
    said = "".join(parts), element.get("title"), element.get("value"), *islice(element.xpath(".//img/@alt"), 1)
    return next((text for words in said if (text := " ".join((words or "").split()))), "")


def _acts(element: html.HtmlElement, href: str) -> bool:
    """Tell whether a control does something when it is pressed: it has a program, or stands in a pager."""
    parent = element.getparent()
    if any("disabled" in (part.get("class") or "").split() for part in (element, parent) if part is not None):
        return False
    if "disabled" in element.attrib or _MOVES_A_PART & set(element.attrib):
        return False
    if element.get("onclick") or (href and not _NOTHING.match(href)) or any("data-" in name for name in element.attrib):
        return True
    if element.tag == "button" and element.get("name") and element.get("value"):  # sends its form
        return True
    return any(map(_is_pager, (element, *islice(element.iterancestors(), PAGER_STEPS))))


def _is_pager(part: html.HtmlElement) -> bool:
    return is_pager_part(f"{part.get('class', '')} {part.get('id', '')}")


def _in_widget(element: html.HtmlElement) -> bool:
    return any(
        is_widget(f"{part.get('class', '')} {part.get('id', '')} {part.get('name', '')}")
        for part in (element, *element.iterancestors())
        if isinstance(part.tag, str) and part.tag not in ("body", "html")
    )
