"""Lists as JSON: how items get an address, and which address asks for more."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from crawl.fetch.link_shapes import Link, is_section, leads_nowhere
from crawl.fetch.page_programs import PagePrograms, evaluated
from crawl.fetch.pagination import (
    PAGE_NOW,
    PAGES,
    before_a_counter,
    counter_in,
    counter_in_path,
    counts_by_name,
    offset_in,
)
from crawl.registry.canonical import absolute_url

MAX_JSON_VALUES = 200_000  # visited in one JSON document
MAX_ITEMS_COMPARED = 200  # items that are compared with the links of their page
FEWEST_ALIKE = 2  # items whose links are made in the same way
SHORTEST_KEY = 3  # characters of a value that is looked for in an address

_SCRIPT_TEMPLATE = re.compile(r"`(/[^`\s]*\$\{[^`\s]+)`")  # `/tin/${item.slug}-${item.id}.htm`
_TEMPLATE_VALUE = re.compile(r"\$\{[^}]*?(\w+)\}")
_WRITTEN_LINK = re.compile(
    r"""href=\\?["']{0,2}(/(?:[^"'`<>+\s\\]|["']\s*\+\s*[\w.\[\]]+(?:\s*\+\s*\\?["']|(?=\s*["'`])))*)"""
)
_WRITTEN_VALUE = re.compile(r"""["']\s*\+\s*[\w.\[\]]*?(\w+)(?:\s*\+\s*\\?["']|(?=\s*["'`]|$))""")
_BOUND_LINK = re.compile(
    r"""href\s*=\s*["']((?:https?:/)?/[^"'<>\s]*\{\{[^"'<>]*)["']"""
)  # of Angular, Vue, Handlebars
_BOUND_VALUE = re.compile(r"\{\{\{?\s*(?:\w+\.)*(\w+)\s*\}\}\}?")
_BOUND_EXPRESSION = re.compile(  # :href="'/tin/' + item.slug" of Vue, [routerLink]="'/tin/' + item.slug" of Angular
    r"""\s(?:(?:v-bind)?:(?:href|to)|\[(?:href|routerLink)\])\s*=\s*"\s*(['`]/[^"<>]{1,200})\""""
)
_ROUTE = re.compile(r"""\bpath:\s*["']/?([\w./:-]{1,200})["']""")
_ROUTE_VALUE = re.compile(r":(\w+)")
_ADDRESSES = ("url", "link", "href", "path", "permalink", "duong_dan", "duongdan", "slug_url", "lien_ket", "lienket")
_NAMES = ("title", "name", "label", "text", "ten", "tieu_de", "tieude", "ten_chuyen_muc")
_NEXT = re.compile(r"(?:^|[._@-])next(?:_?-?(?:link|url|page_?-?url|href|page))?$", re.IGNORECASE)
_IS_ADDRESS = re.compile(r"(?:https?:/)?/[^\s<>\"]+\Z|\?[^\s<>\"]+\Z")
_LAST_NUMBER = re.compile(r"(\d{1,5})(?=[^\d/]*/?$)")
_PLACE = re.compile(r"\{(\w+)\}")


def json_values(document: Any) -> Iterator[Any]:
    """Yield the values of a JSON document, at most MAX_JSON_VALUES of them."""
    waiting, count = [document], 0
    while waiting and count < MAX_JSON_VALUES:
        value = waiting.pop()
        count += 1
        yield value
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def entries_of(document: Any) -> int:
    """Return how many objects the longest list of a JSON document holds."""
    lists = (value for value in json_values(document) if isinstance(value, list))
    return max((sum(isinstance(entry, dict) for entry in value) for value in lists), default=0)


def item_address(template: str, item: dict[str, Any]) -> str:
    """Return the address of an item, "" where it lacks a value. template: /tin/{slug}-{id}.html, or ""."""
    names = _PLACE.findall(template)
    if not names or not all(isinstance(item.get(name), str | int) for name in names):
        return ""
    return _PLACE.sub(lambda place: quote(str(item[place.group(1)]), safe="/"), template)


def written_template(programs: PagePrograms, text: str) -> str:
    """Return how a program or a pattern in a page writes the addresses of items, "" where none does. text: the page."""
    for found in _BOUND_LINK.findall(text):
        template = _BOUND_VALUE.sub(r"{\1}", found)
        if _PLACE.search(template) and not re.search(r"\{\{|\}\}|\s", template):
            return template
    for found in _BOUND_EXPRESSION.findall(text):
        template = evaluated(found, _Places()) or ""
        if _names_items(template):
            return template
    for found in _SCRIPT_TEMPLATE.findall(programs.text):
        template = _TEMPLATE_VALUE.sub(r"{\1}", found)
        if _names_items(template) and "$" not in template:
            return template
    for found in _WRITTEN_LINK.findall(programs.text):
        template = _TEMPLATE_VALUE.sub(r"{\1}", _WRITTEN_VALUE.sub(r"{\1}", found))
        if _names_items(template) and "+" not in template:
            return template
    return _routed(programs.text)


class _Places(dict[str, str | None]):
    """Stands for what a program knows: each name as the place for a value of an item, "{slug}" for item.slug."""

    def get(self, name: str, default: Any = None) -> Any:
        return f"{{{name.rpartition('.')[2]}}}"


def _routed(text: str) -> str:
    """Return the one address of articles that a program knows by a pattern: {path: "/tin/:slug"}, "" of several."""
    templates = {"/" + _ROUTE_VALUE.sub(r"{\1}", path) for path in _ROUTE.findall(text) if _ROUTE_VALUE.search(path)}
    found = [path for path in sorted(templates) if not leads_nowhere(path) and not is_section(path)]
    return found[0] if len(found) == 1 else ""


def _names_items(template: str) -> bool:
    """Tell whether a template has places and counts no pages: /ds?trang={n} and /ds?muc={muc}&trang= are pagers."""
    ends = [place.start() for place in _PLACE.finditer(template)]
    return bool(ends) and not any(before_a_counter().search(template[:end]) for end in [*ends, len(template)])


def shown_template(documents: Iterable[Any], articles: Iterable[str]) -> str:
    """Return how items get their addresses, learned from a page that shows the same ones as links; "" where not.

    articles: the addresses of the links of the page that lead to articles.
    """
    paths = [_path(url) for url in articles]
    templates: Counter[str] = Counter()
    compared = 0
    for document in documents:
        for value in json_values(document):
            if not isinstance(value, dict) or compared >= MAX_ITEMS_COMPARED:
                continue
            keys = [(str(held), name) for name, held in value.items() if _may_name(held)]
            if not keys:
                continue
            compared += 1
            keys.sort(key=lambda key: -len(key[0]))
            templates.update({template for path in paths if (template := _with_places(path, keys))})
    (template, count), *_ = [*templates.most_common(1), ("", 0)]
    return template if count >= FEWEST_ALIKE else ""


def items_of(document: Any) -> list[dict[str, Any]]:
    """Return the items of the lists of a document with what may name them, for shown_template()."""
    found: list[dict[str, Any]] = []
    for value in json_values(document):
        if isinstance(value, dict) and len(found) < MAX_ITEMS_COMPARED:
            item = {name: held for name, held in value.items() if _may_name(held)}
            if len(item) > 1:
                found.append(item)
    return found


def linked_items(documents: Iterable[Any], url: str) -> list[Link]:
    """Return the objects of documents that have an address and a name, as links."""
    found = []
    for document in documents:
        for value in json_values(document):
            if isinstance(value, dict):
                texts = {name.casefold(): held for name, held in value.items() if isinstance(held, str)}
                address = next(
                    (texts[name] for name in _ADDRESSES if texts.get(name, "").startswith(("/", "http"))), ""
                )
                text = next((texts[name] for name in _NAMES if texts.get(name)), "")
                if text and address and (link := absolute_url(url, address)):
                    found.append(Link(link, text))
    return found


def next_named(values: Mapping[str, Any]) -> str:
    """Return the address of the next part of a list that its data name: {"next": "/api/tin?cursor=x"}, "" of none."""
    for name, value in values.items():
        if isinstance(value, str) and _NEXT.search(name) and _IS_ADDRESS.match(value):
            return value
    return ""


def next_in_data(documents: Iterable[Any], url: str) -> str:
    """Return the page after this one of a list whose data say which page of how many it is, "" where it is the last."""
    for document in documents:
        for value in json_values(document):
            if isinstance(value, dict):
                counts = {re.sub(r"[_-]", "", name.casefold()): held for name, held in value.items()}
                here = next((counts[name] for name in PAGE_NOW if isinstance(counts.get(name), int)), 0)
                last = next((counts[name] for name in PAGES if isinstance(counts.get(name), int)), 0)
                if 0 < here < last:
                    if counter_in(url):
                        return next_address(url, 0)
                    return f"{url}{'&' if '?' in url else '?'}page={here + 1}"
    return ""


def next_address(url: str, entries: int) -> str:
    """Return the address of what follows in a list that is asked for by address, "" where it counts nothing.

    entries: how many the list at url holds.
    """
    if found := counter_in(url):
        step = 1
    elif found := offset_in(url):
        step = max(1, entries)
    elif found := counter_in_path(url) or _last_number(url):
        step = 1
    else:
        return ""
    start, end = found.span(1)
    return f"{url[:start]}{int(found.group(1)) + step}{url[end:]}"


def _last_number(url: str) -> re.Match[str] | None:
    """Return the last number of an address: of its path, where none of its parameters counts by its name."""
    path, _, query = url.partition("?")
    is_in_query = any(value.isdigit() and counts_by_name(name) for name, value in parse_qsl(query))
    return (None if is_in_query else _LAST_NUMBER.search(path)) or _LAST_NUMBER.search(url)


def _may_name(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    return SHORTEST_KEY <= len(str(value)) <= 200 and not str(value).startswith(("/", "http"))


def _path(url: str) -> str:
    parts = urlsplit(url)
    return unquote(parts.path) + (f"?{parts.query}" if parts.query else "")


def _with_places(path: str, keys: list[tuple[str, str]]) -> str:
    """Return a path with places for the values that name its item, "" where none of them does."""
    template = path
    for value, name in keys:
        if value not in template:
            continue
        edge = r"\d" if value.isdigit() else r"[^\W_]"  # a letter often stands before a number: …-p4107
        parts = re.split(rf"(?<!{edge}){re.escape(value)}(?!{edge})", template)
        if len(parts) == 2 and not re.search(r"\{\w*$", parts[0]):
            template = f"{{{name}}}".join(parts)
    rest = _PLACE.sub("", template)
    return template if template != path and not re.search(r"\d{3}", rest) else ""
