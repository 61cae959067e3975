"""The title of a page without a selector for it: the heading that the page's own head confirms."""

from collections.abc import Iterator
from itertools import islice
from unicodedata import normalize

from lxml.html import HtmlElement

from crawl.extraction.blocks import text_of
from crawl.extraction.html_page import HtmlPage
from crawl.extraction.line_key import line_key

_ELEMENTS = frozenset({"h1", "h2", "h3", "h4", "div", "td", "p", "span", "font", "b", "strong"})
MIN_CHARACTERS = 12  # "Tin tức", "Trang chủ" are shorter; titles of reports are not
_FEW_ELEMENTS = 8  # in what holds a title; more is a box with other things
_SEPARATORS = (" | ", " - ", " – ", " » ")


def find_title(page: HtmlPage) -> str:
    """Return the title as printed: the longest text on the page that og:title or <title> begins with, or "".

    The head alone is often normalised or cut, so what stands in the page is preferred.
    """
    title = page.root.find(".//title")
    named = [_meta(page, "og:title"), title.text_content() if title is not None else ""]
    heads = [line_key(text) for text in named if text.strip()]
    best = ""
    for element in _opened_by(page, heads):
        text = text_of(element)
        plain = line_key(text)
        confirmed = any(head == plain or (len(plain) >= MIN_CHARACTERS and head.startswith(plain)) for head in heads)
        if confirmed and len(text) > len(best):
            best = text
    if best:
        return best
    for heading in page.root.iter("h1"):
        if len(text_of(heading)) >= MIN_CHARACTERS:
            return text_of(heading)
    return _without_site(" ".join(next((text for text in named if text.strip()), "").split()))


def _opened_by(page: HtmlPage, heads: list[str]) -> Iterator[HtmlElement]:
    """Yield the elements whose text begins as one of heads does: from each such string outwards."""
    first_letters = {_first_letter(head) for head in heads}
    for string in page.root.xpath("//text()[normalize-space()]"):
        if _first_letter(string) not in first_letters:
            continue
        plain = line_key(string)
        if not plain or not any(head.startswith(plain) for head in heads):
            continue
        beside = string.getparent()
        for element in beside.iterancestors() if string.is_tail else (beside, *beside.iterancestors()):
            if sum(1 for _ in islice(element.iterdescendants(), _FEW_ELEMENTS)) == _FEW_ELEMENTS:
                break
            if element.tag in _ELEMENTS and next(element.iterancestors("a", "nav", "li"), None) is None:
                yield element


def _first_letter(text: str) -> str:
    """Return the first letter without its diacritics, which is soon compared."""
    return normalize("NFD", text.lstrip()[:1])[:1].casefold()


def _meta(page: HtmlPage, name: str) -> str:
    found = page.root.xpath("//meta[@property = $name]", name=name) or page.root.xpath(
        "//meta[@name = $name]", name=name
    )
    return found[0].get("content", "") if found else ""


def _without_site(title: str) -> str:
    """Return "Tiêu đề" of "Tiêu đề | Tên báo"; what is cut off must be the shorter part."""
    for separator in _SEPARATORS:
        head, found, tail = title.rpartition(separator)
        if found and len(head) > len(tail):
            return head.strip()
    return title
