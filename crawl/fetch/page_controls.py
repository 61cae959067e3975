"""Controls that lead on without being links: buttons, choices, clickable rows, `onclick`, `href="javascript:…"`.

Where the control says the address (`location.href='/tin?trang=2'`, `<option value="/tin?trang=2">`, a form sent by
GET, a function of the page that does one of these) it is as good as a link. Where it turns pages by a form sent by
POST (page_forms.py), that is what is sent. Any other control that counts pages is counted, and told where the page
leads to no further list in another way.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import unquote

from lxml import html

from crawl.fetch.link_shapes import (
    LONGEST_RUN,
    Link,
    chooses_a_time,
    counts_pages,
    is_pager_part,
    is_title,
    is_widget,
)
from crawl.fetch.page_forms import PageForms, Sending, form_of, presses, sends
from crawl.fetch.page_programs import NOTHING, PagePrograms, unescaped
from crawl.fetch.pagination import counter_in, counter_in_path, counts_by_name
from crawl.fetch.pressed_cards import card_links
from crawl.registry.canonical import absolute_url

MOST_CONTROLS = 5_000  # of a page: the longest real list of them has some hundred rows
MOST_TEXTS = 8  # pieces of text within a control
MOST_TEXTS_OF_ROW = 40
MOST_ROW = 600  # characters of a row that is clicked as a whole: a title, a date, a teaser
MOST_PROGRAM = 500  # characters of what a control runs
MOST_DIGITS = 5  # of the number of a page
FEWEST_CHOICES = 2  # addresses among the options of a choice
PAGER_STEPS = 3  # elements between a pager and its control: <ul class="pagination"><li><a>

# One step: libxml2 joins the results of several ("//a | //button") in quadratic time.
_CONTROLS = (
    "//*[self::a or self::area or self::button or self::select or self::input[@type='submit' or @type='image' or"
    " @type='button' or @type='number' or @type='text'] or @onclick or @data-url or @data-href or @data-link"
    " or @*[(starts-with(name(), 'data-') or starts-with(name(), 'hx-')"
    " or (name() = 'src' and contains(name(..), '-'))) and (contains(., '/') or contains(., '?'))]"
    " or ((contains(@class, 'more') or contains(@id, 'more'))"
    " and not(.//a or .//button or .//input))]"
)
_QUOTED = re.compile(r"(\+\s*)?(['\"])([^'\"\s]*)\2(?=(\s*\+)?)")
_IN_ADDRESS = re.compile(r"[/?]")
_OWN_ADDRESS = re.compile(r"location(?:\.href)?\s*=[^=]*\bvalue\b", re.IGNORECASE)
_LAST_NUMBER = re.compile(r"(\d+)\W*$")
_ADDRESS = re.compile(r"(?:https?:/)?/[^/]|\?\w|[\w./-]+\.(?:html?|aspx?|php|do|jsp)\b", re.IGNORECASE)
_ESCAPED = re.compile(r"['\"](?:https?%3a%2f)?%2f", re.IGNORECASE)  # '%2Fnews%2Fpage-2', as NukeViet writes it
_LIVEWIRE = re.compile(r"gotoPage\(\s*(\d+)\s*,\s*['\"](\w+)['\"]\s*\)")  # Laravel: the same as ?page=2
_NOTHING = re.compile(r"javascript:\s*(?:void\s*\(?\s*0?\s*\)?)?[;\s]*$|#.*$", re.IGNORECASE)
_MOVES_A_PART = frozenset({"data-toggle", "data-bs-toggle", "data-slide", "data-bs-slide", "data-dismiss"})


@dataclass(slots=True)
class Controls:
    """What the controls of a page lead to. links: as good as links; sent: text of the control and the form by POST.

    opaque: how many controls turn pages in a way unknown to us.
    """

    links: list[Link] = field(default_factory=list)
    sent: list[tuple[str, Sending]] = field(default_factory=list)
    opaque: int = 0


@dataclass(frozen=True, slots=True)
class _Control:
    """A control. address: where it leads, "" where it says none; sending: the form that it sends by POST.

    program: what it runs, where that is unknown.
    """

    text: str
    address: str = ""
    sending: Sending | None = None
    counts: bool = True
    posts_back: bool = False
    program: str = ""


def page_controls(root: html.HtmlElement, base: str, programs: PagePrograms, forms: PageForms) -> Controls:
    """Return what the controls of a page lead to. base: what its links are relative to; programs, forms: its own."""
    found = Controls()
    opaque: list[str] = []
    calls: list[tuple[str, str]] = []
    controls = _controls(root, programs, forms)
    for control in islice(controls, MOST_CONTROLS):
        link = absolute_url(base, control.address) if control.address else ""
        if link:
            found.links.append(Link(link, control.text))
        elif control.sending:
            found.sent.append((control.text, control.sending))
        elif control.counts and not control.posts_back:
            opaque.append(control.text)
            calls.append((_number(control.text), control.program))
    found.links.extend(card_links(root, base, programs))
    programs.tell_calls(calls)
    numbers = {int(number) for text in opaque if (number := _number(text))}
    if 2 not in numbers or LONGEST_RUN - 1 <= len(numbers) <= max(numbers) <= 31:  # visitors, the days of a month
        opaque = [text for text in opaque if not _number(text)]
    opaque = [text for text in opaque if _number(text) != "1"]
    if any(map(str.isalnum, "".join(opaque))):  # arrows alone: they may move anything
        found.opaque = len(opaque)
    return found


def _number(text: str) -> str:
    """Return the number that a control names, "2" of "Trang 2"; "" where it names none."""
    found = _LAST_NUMBER.search(text)
    return found.group(1) if found else ""


def _controls(root: html.HtmlElement, programs: PagePrograms, forms: PageForms) -> Iterator[_Control]:
    for element in root.xpath(_CONTROLS):
        href = element.get("href", "")
        if href and not href.startswith(("#", "javascript:")):
            continue
        if element.tag == "select":
            yield from _choices(element, programs, forms)
        elif element.tag == "input" and element.get("type") in ("number", "text"):
            yield from _typed_page(element, forms)
        elif address := _next_part(element):
            yield _Control("next", address)
        elif counts_pages(text := _text(element)):
            if _acts(element, href, programs) and not _in_widget(element):
                yield _turning(element, text, href, programs, forms)
        elif address := _leads_to(element, href, programs):
            yield _Control(_row(element) or text, address, counts=False)


def _turning(element: html.HtmlElement, text: str, href: str, programs: PagePrograms, forms: PageForms) -> _Control:
    """Return what a control does that counts pages."""
    data = [(name, value) for name, value in element.items() if name.startswith("data-")]
    program = " ".join([href, element.get("onclick", ""), *(f"'{value}'" for _, value in data)])
    posts_back = "__doPostBack" in program or "PostBackOptions" in program
    if address := _said_address(program):
        return _Control(text, address)
    if paged := _LIVEWIRE.match(str(element.get("wire:click", ""))):
        return _Control(text, f"?{paged.group(2)}={paged.group(1)}")
    effect = NOTHING if posts_back else programs.effect_of(f"{href} {element.get('onclick', '')}".strip())
    if effect.address:
        return _Control(text, effect.address)
    form = forms.form_with([name for name, _ in effect.fields]) if effect.fields else form_of(element)
    values = tuple((forms.name_of(name), value) for name, value in effect.fields) or presses(element)
    if form is not None and not values and sends(element):
        values = forms.own_number(form)
    if form is None or not values or posts_back:
        return _Control(text, posts_back=posts_back, program=element.get("onclick") or href)
    if form.method == "GET":
        return _Control(text, forms.sent(form, values).address)
    return _Control(text, sending=forms.posted(form, values, text))


def _next_part(element: html.HtmlElement) -> str:
    """Return the address of the next part of a list that an attribute names, "" where none does.

    `data-next="/tai?sau=7"`, or any that counts pages: `hx-get="/tin?page=2"`, `<turbo-frame src="/tin?page=2">`.
    """
    for name, value in element.items():
        if name.startswith(("data-", "hx-")) or (name == "src" and "-" in str(element.tag)):
            is_next = name.removeprefix("data-").startswith("next") and _IN_ADDRESS.search(value)
            if is_next or (_ADDRESS.match(value) and (counter_in(value) or counter_in_path(value))):
                return str(value)
    return ""


def _typed_page(box: html.HtmlElement, forms: PageForms) -> Iterator[_Control]:
    """Yield the page after this one where a reader types its number into a box of a form sent by GET."""
    form, name, here, last = form_of(box), str(box.get("name", "")), box.get("value", ""), box.get("max", "")
    if (
        form is None
        or form.method != "GET"
        or not counts_by_name(name)
        or not here.isdigit()
        or len(here) > MOST_DIGITS
    ):
        return
    if not last.isdigit() or int(here) < int(last[:MOST_DIGITS]):
        yield _Control("next", forms.sent(form, ((name, str(int(here) + 1)),)).address)


def _leads_to(element: html.HtmlElement, href: str, programs: PagePrograms) -> str:
    """Return the address that a clickable part of a page leads to, a row of a table say; "" where it says none."""
    for name in ("data-href", "data-link", "data-url"):
        value = str(element.get(name, ""))
        if _IN_ADDRESS.search(value) and (name != "data-url" or is_title(_row(element))):
            return value
    program = element.get("onclick", "") or (href if href.startswith("javascript:") else "")
    return programs.effect_of(program).address if 0 < len(program) < MOST_PROGRAM else ""


def _row(element: html.HtmlElement) -> str:
    """Return the text of a part of a page that is clicked as a whole, "" where it is longer than an entry of a list."""
    text = " ".join(" ".join(islice(element.itertext(), MOST_TEXTS_OF_ROW)).split())
    return text if len(text) <= MOST_ROW else ""


def _choices(select: html.HtmlElement, programs: PagePrograms, forms: PageForms) -> Iterator[_Control]:
    """Yield what a choice offers: the pages of a list, numbered from 1 on, or addresses: sections, months."""
    options = [(text := _text(option), option.get("value", text)) for option in select.iter("option")]
    program = select.get("onchange", "")
    form = form_of(select) if "submit" in program else None
    posts_back = "__doPostBack" in program
    counted = [(text, value) for text, value in options if counts_pages(text)]
    if [_number(text) for text, _ in counted[:2]] != ["1", "2"]:
        addresses = [(text, value) for text, value in options if _ADDRESS.match(value)]
        for text, value in addresses if len(addresses) >= FEWEST_CHOICES else ():
            yield _Control(text, value, counts=False)
        return
    if _in_widget(select) or not program:
        return
    for text, value in counted:
        name = select.get("name")
        if _OWN_ADDRESS.search(program) and _IN_ADDRESS.search(value):
            yield _Control(text, value)
        elif address := programs.effect_of(program, value).address:
            yield _Control(text, address)
        elif posts_back and name and counts_by_name(name) and (whole := form_of(select)) is not None:
            target = (("__EVENTTARGET", name), ("__EVENTARGUMENT", ""))
            yield _Control(text, sending=forms.posted(whole, ((name, value), *target), text))
        elif form is None or not name or not value:
            yield _Control(text)
        elif form.method == "GET":
            yield _Control(text, forms.sent(form, ((name, value),)).address)
        else:
            yield _Control(text, sending=forms.posted(form, ((name, value),), text))


def _said_address(program: str) -> str:
    """Return the one address that a program holds; "" where it holds none, several, or puts one together."""
    program = unescaped(program)
    if _ESCAPED.search(program):
        program = unquote(program)
    found = [match for match in _QUOTED.finditer(program) if _IN_ADDRESS.search(match.group(3))]
    whole = {match.group(3) for match in found if not match.group(1) and not match.group(4)}
    return whole.pop() if len(whole) == len(found) == 1 else ""


def _text(element: html.HtmlElement) -> str:
    """Return what a control says, "" where it holds more than a control does: whole pages may be clicked on."""
    parts = list(islice(element.itertext(), MOST_TEXTS + 1))
    if len(parts) > MOST_TEXTS:
        return ""
    said = "".join(parts), element.get("title"), element.get("value"), *islice(element.xpath(".//img/@alt"), 1)
    return next((text for words in said if (text := " ".join((words or "").split()))), "")


def _acts(element: html.HtmlElement, href: str, programs: PagePrograms) -> bool:
    """Tell whether a control does something when it is pressed: a program knows it, or it stands in a pager."""
    parent = element.getparent()
    classes = {name for part in (element, parent) if part is not None for name in (part.get("class") or "").split()}
    if "disabled" in classes or (_is_shown_already(element, classes) and _number(_text(element))):
        return False
    if "disabled" in element.attrib or _MOVES_A_PART & set(element.attrib):
        return False
    if (
        element.get("onclick")
        or element.get("wire:click")
        or element.tag == "input"
        or (href and not _NOTHING.match(href))
        or any(name.startswith("data-") for name in element.attrib)
    ):
        return True
    if element.tag == "button" and element.get("name") and element.get("value"):  # sends its form
        return True
    is_in_pager = any(map(_is_pager, (element, *islice(element.iterancestors(), PAGER_STEPS))))
    return is_in_pager or programs.know(element)


def _is_shown_already(element: html.HtmlElement, classes: set[str]) -> bool:
    """Tell whether a control of a pager stands for the page that it stands on."""
    return "aria-current" in element.attrib or "active" in classes or "current" in classes


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
