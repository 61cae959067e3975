"""Controls that turn the pages of a list without being links: buttons, choices, `onclick`, `href="javascript:…"`.

Where the control says the address (`location.href='/tin?trang=2'`, `<option value="/tin?trang=2">`, a form sent by
GET) it is as good as a link; any other one is counted, and told where the page leads to no further list in another way.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from lxml import html

from crawl.fetch.link_shapes import LONGEST_RUN, Link, chooses_a_time, counts_pages, is_pager_part, is_widget
from crawl.registry.canonical import absolute_url

MOST_TEXTS = 8  # pieces of text within a control
PAGER_STEPS = 3  # elements between a pager and its control: <ul class="pagination"><li><a>

# One step: libxml2 joins the results of several ("//a | //button") in quadratic time.
_CONTROLS = (
    "//*[self::a or self::area or self::button or self::select[@onchange] or @onclick or @data-url or @data-href]"
)
_QUOTED = re.compile(r"(\+\s*)?(['\"])([^'\"\s]*)\2(?=(\s*\+)?)")
_IN_ADDRESS = re.compile(r"[/?]")
_OWN_ADDRESS = re.compile(r"location(?:\.href)?\s*=[^=]*\bvalue\b", re.IGNORECASE)
_LAST_NUMBER = re.compile(r"(\d+)\W*$")
_NOTHING = re.compile(r"javascript:\s*(?:void\s*\(?\s*0?\s*\)?)?[;\s]*$|#.*$", re.IGNORECASE)
_MOVES_A_PART = frozenset({"data-toggle", "data-bs-toggle", "data-slide", "data-bs-slide", "data-dismiss"})


@dataclass(frozen=True, slots=True)
class _Form:
    """A form that is sent by GET. action: its address without a query. fields: what it sends as it stands."""

    action: str
    fields: dict[str, str]

    def asked_for(self, control: html.HtmlElement, value: str) -> str:
        """Return the address that is asked for when a control of the form has this value."""
        name = control.get("name")
        return f"{self.action}?{urlencode(self.fields | {name: value})}" if name and value else ""


_Forms = dict[html.HtmlElement, _Form]


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
    forms: _Forms = {}
    for element in root.xpath(_CONTROLS):
        href = element.get("href", "")
        if href and not href.startswith(("#", "javascript:")):
            continue
        if element.tag == "select":
            yield from _choices(element, forms)
        elif counts_pages(text := _text(element)) and _acts(element, href) and not _in_widget(element):
            program = " ".join(
                [href, element.get("onclick", ""), *(f"'{v}'" for n, v in element.items() if n.startswith("data-"))]
            )
            said = _said_address(program)
            form = None if said else _form_of(element, forms)
            yield text, program, said or (form.asked_for(element, element.get("value", "")) if form else "")


def _choices(select: html.HtmlElement, forms: _Forms) -> Iterator[tuple[str, str, str]]:
    """Yield the pages that a choice offers: numbered from 1 on. Choices of a year or a page's length are not."""
    options = [(_text(option), option.get("value", "")) for option in select.iter("option")]
    options = [(text, value) for text, value in options if counts_pages(text)]
    if [_number(text) for text, _ in options[:2]] != ["1", "2"] or _in_widget(select):
        return
    program = select.get("onchange", "")
    form = _form_of(select, forms) if "submit" in program else None
    for text, value in options:
        address = ""
        if _OWN_ADDRESS.search(program) and _IN_ADDRESS.search(value):
            address = value
        elif form:
            address = form.asked_for(select, value)
        yield text, program, address


def _form_of(control: html.HtmlElement, known: _Forms) -> _Form | None:
    """Return the form of a control, None where it has none that is sent by GET. known: those that were read before."""
    form = next(control.iterancestors("form"), None)
    if form is None or form.method != "GET":
        return None
    if form not in known:
        known[form] = _Form((form.get("action") or "").partition("?")[0], dict(form.form_values()))
    return known[form]


def _said_address(program: str) -> str:
    """Return the one address that a program holds; "" where it holds none, several, or puts one together."""
    quoted = _QUOTED.finditer(program.replace("\\u0026", "&").replace("\\/", "/"))
    found = [match for match in quoted if _IN_ADDRESS.search(match.group(3))]
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
    if (
        element.get("onclick")
        or (href and not _NOTHING.match(href))
        or any(name.startswith("data-") for name in element.attrib)
    ):
        return True
    if element.tag == "button" and element.get("name") and element.get("value"):  # sends its form
        return True
    return any(map(_is_pager, (element, *islice(element.iterancestors(), PAGER_STEPS))))


def _is_pager(part: html.HtmlElement) -> bool:
    return is_pager_part(f"{part.get('class', '')} {part.get('id', '')}")


def _in_widget(element: html.HtmlElement) -> bool:
    return chooses_a_time(_names(element)) or any(
        is_widget(_names(part))
        for part in (element, *element.iterancestors())
        if isinstance(part.tag, str) and part.tag not in ("body", "html")
    )


def _names(part: html.HtmlElement) -> str:
    return f"{part.get('class', '')} {part.get('id', '')} {part.get('name', '')}"
