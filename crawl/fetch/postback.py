"""Pagers that send a form by POST instead of naming a URL: links of ASP.NET (`__doPostBack`), buttons, programs."""

import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from lxml import html

from crawl.fetch.frontier import SENT_AS_JSON, Page
from crawl.fetch.link_shapes import leads_nowhere, leads_on
from crawl.fetch.page_forms import ASP_NET, PageForms, Sending, form_of
from crawl.fetch.pagination import counts_by_name
from crawl.registry.canonical import absolute_url, host_of, list_url

MAX_FORM_CHARACTERS = 512_000  # of a view state; a larger one is not sent back

_POSTBACK = re.compile(
    r"(?:__doPostBack|WebForm_PostBackOptions)\(\s*['\"]([^'\"]*)['\"]\s*,\s*['\"]([^'\"]*)['\"]\s*[,)]"
)
_PAGE_ARGUMENT = re.compile(r"(?:Page\$)?(\d+|Next)$", re.IGNORECASE)
_LAST_WORDS = re.compile(r"cuối|last|»»|>>", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_PART = re.compile(r"#part=(\d+)$")
_CHANGES = re.compile(  # what a program sends to such an address does something
    r"(?:[/_.-]|(?<=[a-z])(?=[A-Z]))(?i:save|send|submit|vote|like|comment|login|register|subscribe|contact|update|delete"
    r"|insert|create|add|rate|rating|log|track|counter?|luu(?!-tru)|gui|binh-chon|danh-gia|dang-(?:ky|nhap|bai)|thich"
    r"|view(?:s|ed|count)?)(?![a-z])"
)
_DOES = frozenset({"action", "act", "cmd", "command", "do", "op", "task", "method", "type"})  # fields that say what
_FRAGMENT = re.compile(r"#page=(\d+)$")


def postback_pages(root: html.HtmlElement, page: Page, url: str, forms: PageForms) -> Iterator[Page]:
    """Yield the further pages of a postback pager as pages to POST; their form holds the fields as JSON. forms: of it.

    The number of the page stands in the fragment of its id: `…/tin-tuc.aspx#page=3`. Only links that count pages are
    followed; every other postback does something on the server that a reader would have meant to do.
    """
    current, name, base = _current(page), _name_of_list(page, url), list_url(url)
    for link in root.iter("a"):
        found = _POSTBACK.search(link.get("href", "")) or _POSTBACK.search(link.get("onclick", ""))
        if not found:
            continue
        target, argument = found.groups()
        said = link.text_content().strip() or next(iter(link.xpath("./@title | .//img/@alt")), "")
        number = _number(argument, said, current)
        if number is None or number <= 1 or number == current:
            continue
        within = form_of(link)
        fields = forms.fields_of(within) if within is not None else {}
        form = json.dumps(fields | {"__EVENTTARGET": target, "__EVENTARGUMENT": argument}, ensure_ascii=False)
        if ASP_NET in fields and len(form) <= MAX_FORM_CHARACTERS:
            yield Page(f"{name}#page={number}", base, "list", depth=page.depth + 1, form=form)


def sent_pages(sent: Iterable[tuple[str, Sending]], page: Page, url: str) -> Iterator[Page]:
    """Yield the further pages that controls of a pager ask for by POST. sent: text of the control and its form."""
    current, name = _current(page), _name_of_list(page, url)
    for text, sending in sent:
        words = " ".join(text.split()).strip("[]() ")
        number = int(found.group()) if (found := _DIGITS.search(words)) else None
        if number is None and _is_next(words):
            number = current + 1
        form = json.dumps(dict(sending.fields), ensure_ascii=False)
        if number is not None and number > 1 and number != current and len(form) <= MAX_FORM_CHARACTERS:
            yield Page(f"{name}#page={number}", sending.action, "list", depth=page.depth + 1, form=form)


def counted_parts(parts: Iterable[tuple[str, dict[str, str | int], bool]], page: Page, base: str) -> Iterator[Page]:
    """Yield the second parts of lists that a program of a page asks for by POST (page_programs.posted_parts)."""
    for address, fields, is_json in parts:
        link = absolute_url(base, address)
        done = [f"/{value}" for name, value in fields.items() if name.casefold() in _DOES]
        changes = any(map(_CHANGES.search, (urlsplit(link).path, *done)))
        if host_of(link) == host_of(page.url) and not leads_nowhere(link) and not changes:
            form = (SENT_AS_JSON if is_json else "") + json.dumps(fields)
            yield Page(f"{list_url(page.url)}#part=2", link, "list", depth=page.depth + 1, form=form)


def next_part(page: Page) -> Page | None:
    """Return the part after this one of a list that is asked for by POST; None where this is no such part."""
    here = _PART.search(page.id)
    if not here:
        return None
    begin = SENT_AS_JSON if page.form.startswith(SENT_AS_JSON) else ""
    fields = json.loads(page.form.removeprefix(SENT_AS_JSON))
    fields |= {name: type(value)(int(value) + 1) for name, value in fields.items() if counts_by_name(name)}
    name = f"{_PART.sub('', page.id)}#part={int(here.group(1)) + 1}"
    return Page(name, page.url, "list", depth=page.depth + 1, form=begin + json.dumps(fields))


def is_part(page: Page) -> bool:
    """Tell whether a page is a part of a list that is asked for by POST."""
    return _PART.search(page.id) is not None


def _current(page: Page) -> int:
    here = _FRAGMENT.search(page.id)
    return int(here.group(1)) if here else 1


def _name_of_list(page: Page, url: str) -> str:
    """Return what a list is called whose pages are sent for: the address of its first page."""
    return _FRAGMENT.sub("", page.id) if page.form else list_url(url)


def _number(argument: str, text: str, current: int) -> int | None:
    counted = _PAGE_ARGUMENT.match(argument)
    text = text.strip()
    if counted and text.isdigit() and abs(int(text) - int(counted.group(1).lower().replace("next", text))) > 1:
        return None  # the days of a calendar: "29" for day 8825
    if counted:
        return current + 1 if counted.group(1).lower() == "next" else int(counted.group(1))
    if argument:
        return None
    if text.isdigit() and len(text) <= 5:
        return int(text)
    return current + 1 if text == "..." or _is_next(text) else None


def _is_next(words: str) -> bool:
    return leads_on(words) and not _LAST_WORDS.search(words)
