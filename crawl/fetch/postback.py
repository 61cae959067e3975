"""Pagers of ASP.NET: links that send the page's form back (`__doPostBack`) instead of naming a URL."""

import json
import re
from collections.abc import Iterator

from lxml import html

from crawl.fetch.frontier import Page
from crawl.registry.canonical import list_url

MAX_FORM_CHARACTERS = 512_000  # of a view state; a larger one is not sent back

_POSTBACK = re.compile(r"__doPostBack\(\s*['\"]([^'\"]*)['\"]\s*,\s*['\"]([^'\"]*)['\"]\s*\)")
_PAGE_ARGUMENT = re.compile(r"(?:Page\$)?(\d+|Next)$", re.IGNORECASE)
_NEXT_WORDS = re.compile(r"\s*(?:\.\.\.|…|[>›»]{1,2}|sau|trang sau|tiếp|trang tiếp|next)\s*[>›»]*\s*", re.IGNORECASE)
_FRAGMENT = re.compile(r"#page=(\d+)$")


def postback_pages(root: html.HtmlElement, page: Page, url: str) -> Iterator[Page]:
    """Yield the further pages of a postback pager as pages to POST; their form holds the fields as JSON.

    The number of the page stands in the fragment of its id: `…/tin-tuc.aspx#page=3`. Only links that count pages are
    followed; every other postback does something on the server that a reader would have meant to do.
    """
    here = _FRAGMENT.search(page.id)
    current = int(here.group(1)) if here else 1
    base = list_url(url)
    for link in root.iter("a"):
        found = _POSTBACK.search(link.get("href", "")) or _POSTBACK.search(link.get("onclick", ""))
        if not found:
            continue
        target, argument = found.groups()
        number = _number(argument, link.text_content(), current)
        if number is None or number <= 1 or number == current:
            continue
        fields = _hidden_fields(link) | {"__EVENTTARGET": target, "__EVENTARGUMENT": argument}
        form = json.dumps(fields, ensure_ascii=False)
        if "__VIEWSTATE" in fields and len(form) <= MAX_FORM_CHARACTERS:
            yield Page(f"{base}#page={number}", base, "list", depth=page.depth + 1, form=form)


def _number(argument: str, text: str, current: int) -> int | None:
    counted = _PAGE_ARGUMENT.match(argument)
    if counted:
        return current + 1 if counted.group(1).lower() == "next" else int(counted.group(1))
    if argument:
        return None
    text = text.strip()
    if text.isdigit() and len(text) <= 5:
        return int(text)
    return current + 1 if _NEXT_WORDS.fullmatch(text) else None


def _hidden_fields(link: html.HtmlElement) -> dict[str, str]:
    form = next(link.iterancestors("form"), None)
    if form is None:
        return {}
    return {
        field.get("name"): field.get("value", "")
        for field in form.iter("input")
        if field.get("type", "").lower() == "hidden" and field.get("name")
    }
