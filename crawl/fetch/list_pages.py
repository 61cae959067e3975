"""Whether a page that was taken for an article is a list: then its text stands beside links to other articles.

For sources without a pattern for articles: a sitemap names both, and the name of a section can be long.
"""

from lxml.html import HtmlElement

from crawl.article import Article
from crawl.extraction.html_page import HtmlPage
from crawl.fetch.link_shapes import Link, article_links
from crawl.registry.canonical import absolute_url, host_of
from crawl.registry.sources import Source

FEWEST_ITEMS = 3
LONGEST_ITEM = 1_000  # characters of one entry of a list with its teaser
COVERED_SHARE = 0.5  # of the text of a page that stands in such entries


def is_list_page(page: HtmlPage, url: str, source: Source, article: Article | None) -> bool:
    """Tell whether a page lists articles. article: what was read from it as one, None where nothing could be."""
    if page.root.xpath("//meta[@property='og:type' and @content='article']"):
        return False
    entries = _entries(page.root, url, source)
    if len(entries) < FEWEST_ITEMS:
        return False
    if article is None:
        return True
    listed = " ".join(entries)
    paragraphs = [" ".join(part.split()) for part in f"{article.lede}\n\n{article.body}".split("\n\n") if part.strip()]
    covered = sum(len(part) for part in paragraphs if part in listed)
    return covered >= COVERED_SHARE * sum(map(len, paragraphs))


def _entries(root: HtmlElement, url: str, source: Source) -> list[str]:
    """Return the text of each entry: the largest element around a link to an article that leads to no other one."""
    elements = [(absolute_url(url, element.get("href", "")), element) for element in root.iter("a")]
    elements = [(link, element) for link, element in elements if host_of(link) in source.hosts]
    texts = [Link(link, " ".join(element.text_content().split())) for link, element in elements]
    articles = article_links(texts, url)
    by_element = {element: link for link, element in elements if link in articles}
    found = {}
    for element, link in by_element.items():
        entry = element
        while (parent := entry.getparent()) is not None and parent.tag not in ("body", "html"):
            if any(by_element.get(inner, link) != link for inner in parent.iter("a")):
                break
            entry = parent
        text = " ".join(entry.text_content().split())
        if len(text) <= LONGEST_ITEM:
            found[link] = text
    return list(found.values())
