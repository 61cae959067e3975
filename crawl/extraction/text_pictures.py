"""Pictures of a page that may hold its text: an infographic, the pages of an e-magazine, a scanned notice.

Asked only of pages that say little themselves. Whether a picture is one of text, only reading it tells (is_text).
"""

import re
import unicodedata

from lxml.html import HtmlElement

from crawl.article import Article
from crawl.extraction.blocks import names_of
from crawl.extraction.html_page import HtmlPage
from crawl.extraction.page_parts import page_parts
from crawl.registry.canonical import absolute_url
from crawl.registry.sources import Selectors
from search.text.orthography import is_syllable

LITTLE_TEXT = 400  # characters of lede and body; a short report beside a photograph has more
SMALLEST = 300  # pixels of a side, where the page says them: below are logos, portraits and buttons
MIN_WORDS, MIN_SHARE = 25, 0.8  # that are Vietnamese syllables or numbers: of a photograph OCR reads scraps
_SOURCES = ("data-src", "data-original", "data-lazy-src", "src")  # pages that load late put a blank into src
_ENDING = re.compile(r"\.(?:jpe?g|png|tiff?|webp)$", re.IGNORECASE)
_NUMBER = re.compile(r"\d[\d.,/:%-]*")


def says_little(article: Article | None) -> bool:
    """Tell whether a page has no article, or one with so little text that pictures may hold the rest."""
    return article is None or len(article.lede) + len(article.body) < LITTLE_TEXT


def text_pictures(page: HtmlPage, url: str, selectors: Selectors) -> tuple[str, ...]:
    """Return the addresses of the pictures in the place of the article, without photographs that have a caption."""
    bodies = page.select(selectors.body)
    if bodies:
        return tuple(dict.fromkeys(link for body in bodies for link in _pictures(body, url)))
    heading = page.root.find(".//h1")
    fewer: list[str] = []
    for element in heading.iterancestors() if heading is not None else ():
        found = list(dict.fromkeys(_pictures(element, url)))
        if len(found) > 1:
            return tuple(found)
        fewer = fewer or found
    return tuple(fewer)


def is_text(read: str) -> bool:
    """Tell whether what OCR read of a picture is text in Vietnamese."""
    words = [word.strip("“”\"'‘’().,:;!?–-…*•") for word in unicodedata.normalize("NFC", read).lower().split()]
    good = sum(bool(_NUMBER.fullmatch(word)) or (len(word) > 1 and is_syllable(word)) for word in words)
    return good >= MIN_WORDS and good >= MIN_SHARE * len(words)


def _pictures(element: HtmlElement, url: str) -> list[str]:
    links = (absolute_url(url, _source(image)) for image in element.iter("img") if not _is_apart(image))
    return [link for link in links if _ENDING.search(link.partition("?")[0])]


def _source(image: HtmlElement) -> str:
    return next((link for name in _SOURCES if (link := image.get(name, "")) and not link.startswith("data:")), "")


def _is_apart(image: HtmlElement) -> bool:
    """Whether a picture is small, a photograph with a caption, a link to another page, or no part of the article."""
    sides = (image.get(name, "").removesuffix("px") for name in ("width", "height"))
    if any(side.isdecimal() and int(side) < SMALLEST for side in sides):
        return True
    parts = page_parts()
    for parent in image.iterancestors():
        target = parent.get("href", "") if parent.tag == "a" else ""
        if target and not _ENDING.search(target.partition("?")[0]):
            return True
        if parent.tag in parts.chrome or (parent.tag == "figure" and parent.find(".//figcaption") is not None):
            return True
        if parent.tag != "body" and parts.classes["related"].search(names_of(parent)):
            return True
    return False
