"""The title of a page without a selector for it: the heading that the page's own head confirms."""

from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from crawl.extraction.blocks import text_of
from crawl.extraction.line_key import line_key

_ELEMENTS = frozenset({"h1", "h2", "h3", "h4", "div", "td", "p", "span", "font", "b", "strong"})
MIN_CHARACTERS = 12  # "Tin tức", "Trang chủ" are shorter; titles of reports are not
_SEPARATORS = (" | ", " - ", " – ", " » ")


def find_title(soup: BeautifulSoup) -> str:
    """Return the title as printed: the longest text on the page that og:title or <title> begins with, or "".

    The head alone is often normalised or cut, so what stands in the page is preferred.
    """
    named = [_meta(soup, "og:title"), soup.title.get_text() if soup.title else ""]
    heads = [line_key(text) for text in named if text.strip()]
    best = ""
    for element in _opened_by(soup, heads):
        text = text_of(element)
        plain = line_key(text)
        confirmed = any(head == plain or (len(plain) >= MIN_CHARACTERS and head.startswith(plain)) for head in heads)
        if confirmed and len(text) > len(best):
            best = text
    if best:
        return best
    for heading in soup.find_all("h1"):
        if len(text_of(heading)) >= MIN_CHARACTERS:
            return text_of(heading)
    return _without_site(" ".join(next((text for text in named if text.strip()), "").split()))


def _opened_by(soup: BeautifulSoup, heads: list[str]) -> Iterator[Tag]:
    """Yield the elements whose text begins as one of heads does: from each such string outwards."""
    for string in soup.find_all(string=True):
        plain = line_key(string) if isinstance(string, NavigableString) else ""
        if not plain or isinstance(string, PreformattedString) or not any(head.startswith(plain) for head in heads):
            continue
        for element in string.parents:
            if len(element.find_all(True, limit=8)) >= 8:
                break
            if element.name in _ELEMENTS and element.find_parent(["a", "nav", "li"]) is None:
                yield element


def _meta(soup: BeautifulSoup, name: str) -> str:
    element = soup.find("meta", attrs={"property": name}) or soup.find("meta", attrs={"name": name})
    return str(element.get("content") or "") if isinstance(element, Tag) else ""


def _without_site(title: str) -> str:
    """Return "Tiêu đề" of "Tiêu đề | Tên báo"; what is cut off must be the shorter part."""
    for separator in _SEPARATORS:
        head, found, tail = title.rpartition(separator)
        if found and len(head) > len(tail):
            return head.strip()
    return title
