"""Whether a page that was taken for an article is a list: then its text stands beside links to other articles.

For sources without a pattern for articles: a sitemap names both, and the name of a section can be long.
"""

import re
from collections.abc import Sequence
from itertools import islice, takewhile

from lxml.html import HtmlElement

from crawl.article import Article
from crawl.extraction.html_page import HtmlPage
from crawl.fetch.link_shapes import Link, article_links, is_title, pager_links
from crawl.registry.canonical import absolute_url, host_of
from crawl.registry.sources import Source

MAX_LINKS = 5_000  # of a page that may be a list
FEWEST_ITEMS = 3
LONGEST_ITEM = 1_000  # characters of one entry of a list with its teaser
COVERED_SHARE = 0.5  # of the text of a page that stands in such entries
LONG_PARAGRAPH = 60  # letters: what is shorter is a date, a tag, a caption
FEWEST_OF_ARTICLE = 3  # long paragraphs before the first entry: a short article above cards with teasers

_HEADINGS = ("h1", "h2", "h3", "h4")
_NO_LETTERS = re.compile(r"[\W_]+")


def is_list_page(page: HtmlPage, url: str, links: Sequence[Link], source: Source, article: Article | None) -> bool:
    """Tell whether a page lists articles. links: as page_links gives them; article: what was read from it as one, None
    where nothing could be.
    """
    if page.root.xpath("//meta[@property='og:type' and @content='article']"):
        return False
    entries = _entries(page.root, url, [link for link in links if host_of(link.url) in source.hosts])
    if len(entries) < FEWEST_ITEMS:
        return False
    if article is None:
        return True
    paragraphs = [_letters(part) for part in f"{article.lede}\n\n{article.body}".split("\n\n")]
    listed, told = "|".join(map(_letters, entries)), "".join(paragraphs)
    if _opens_as_article(paragraphs, listed):
        return False
    in_entries = sum(len(part) for part in paragraphs if part in listed)
    of_entries = sum(len(entry) for entry in map(_letters, entries) if entry in told)
    return max(in_entries, of_entries) >= COVERED_SHARE * len(told)


def _opens_as_article(paragraphs: Sequence[str], listed: str) -> bool:
    """Tell whether several long paragraphs stand before the first one that begins in an entry. Of letters alone."""
    long_ones = (part for part in paragraphs if len(part) >= LONG_PARAGRAPH)
    opening = list(islice(takewhile(lambda part: part[:LONG_PARAGRAPH] not in listed, long_ones), FEWEST_OF_ARTICLE))
    return len(opening) == FEWEST_OF_ARTICLE


def _is_title_of_another(heading: HtmlElement, name: str) -> bool:
    """Tell whether a heading has the length of a title and says something else than the link of an entry."""
    said, name = _letters(heading.text_content()), _letters(name.removesuffix("...").removesuffix("…"))
    return is_title(heading.text_content()) and said not in name and name not in said


def _letters(text: str) -> str:
    """Return the letters and digits of a text: a table sets its cells apart in other ways than an article does."""
    return _NO_LETTERS.sub("", text)


def _entries(root: HtmlElement, url: str, links: Sequence[Link]) -> list[str]:
    """Return the text of each entry: the largest element around a link to an article that leads to no other one.

    A link "Bài trước" can stand beside the article itself: an entry ends below an element with the title of something
    else, and begins with its own.
    """
    articles = article_links(links, url, pager_links(links, url))
    names = {link.url: link.text for link in links}
    by_element = {
        element: link for element in root.iter("a") if (link := absolute_url(url, element.get("href", ""))) in articles
    }
    found = {}
    for element, link in by_element.items():
        entry = element
        while (parent := entry.getparent()) is not None and parent.tag not in ("body", "html"):
            if any(by_element.get(inner, link) != link for inner in parent.iter("a")):
                break
            if any(_is_title_of_another(heading, names[link]) for heading in parent.iter(*_HEADINGS)):
                break
            entry = parent
        text = " ".join(entry.text_content().split())
        text = text[max(0, text.find(names[link])) :]
        if len(text) <= LONGEST_ITEM:
            found[link] = text
    return list(found.values())
