"""A page of HTML, decoded once and parsed once: what suspicion, discovery, extraction, dates and titles all read.

The tree is lxml's: it costs a tenth of BeautifulSoup's, and trafilatura and htmldate take it as it is.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cached_property, lru_cache

from lxml import etree, html
from lxml.cssselect import CSSSelector

from crawl.extraction.decoding import decoded_text
from crawl.extraction.page_size import refuse_monster


class HtmlPage:
    """A page of HTML. text: decoded; root: its <html>, without comments. Whoever changes the tree takes a copy."""

    def __init__(self, text: str) -> None:
        """Parse text. Raises ValueError for a page out of all bounds; an empty one has an empty root."""
        refuse_monster(text)
        self.text = text
        self.root = _parsed(text)

    @classmethod
    def of(cls, body: bytes, content_type: str = "") -> "HtmlPage":
        """Return the page in body, without content coding. Raises encodings.NotText, and ValueError as above."""
        return cls(decoded_text(body, content_type))

    @cached_property
    def classed(self) -> list[tuple[html.HtmlElement, str]]:
        """The elements that have classes, in document order, with their classes separated by single spaces."""
        return [(element, " ".join(element.get("class").split())) for element in self.root.xpath("//*[@class]")]

    @property
    def body(self) -> html.HtmlElement:
        """The <body>, or the whole page where it has none."""
        found = self.root.find("body")
        return self.root if found is None else found

    def with_class(self, pattern: re.Pattern[str]) -> Iterator[html.HtmlElement]:
        """Yield the elements in whose classes the pattern is found."""
        return (element for element, names in self.classed if pattern.search(names))

    def select(self, css: str) -> list[html.HtmlElement]:
        """Return the elements that a CSS selector matches, in document order; none for ""."""
        found: list[html.HtmlElement] = selector(css)(self.root) if css else []
        return found

    def without(self, selectors: tuple[str, ...]) -> "HtmlPage":
        """Return a copy of the page without what the selectors match; the page itself where there are none."""
        if not selectors:
            return self
        page = HtmlPage.__new__(HtmlPage)
        page.text, page.root = self.text, deepcopy(self.root)
        for css in selectors:
            for element in page.select(css):
                if element.getparent() is not None:
                    element.drop_tree()
        return page


@lru_cache(maxsize=4096)
def selector(css: str) -> CSSSelector:
    """Return a CSS selector ready for matching. Raises cssselect.SelectorError for one that is none."""
    return CSSSelector(css, translator="html")


def _parsed(text: str) -> html.HtmlElement:
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "surrogatepass"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError):  # nothing in it, or nothing but comments
        return html.document_fromstring("<html></html>")
