"""What a fetched page says, read in one go from one parse: an article with its verdict, or what a list leads to.

Nothing here knows an archive or a frontier, so that it can be done in another process (reading_pool.py).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawl.article import Article
from crawl.extraction.decoding import TooLarge
from crawl.extraction.extract import NoArticle, extract_page
from crawl.extraction.html_page import HtmlPage
from crawl.extraction.relevance import Verdict, judge
from crawl.extraction.text_pictures import says_little, text_pictures
from crawl.fetch.discover import discover
from crawl.fetch.found_links import Discovery, article_page
from crawl.fetch.frontier import Page
from crawl.fetch.link_shapes import Link, is_title, leads_nowhere
from crawl.fetch.list_pages import MAX_LINKS, is_list_page
from crawl.fetch.page_links import page_links
from crawl.fetch.soft_errors import suspicion, unfinished
from crawl.registry.canonical import absolute_url
from crawl.registry.sources import Source
from crawl.registry.url_shape import names_a_page, shape_of

_WEB_PAGES = ("", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream")


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What one page says; all empty for a list that was taken for an article, which nothing but its content tells.

    trouble: why it cannot be read. strange: "challenge", "hijacked", "discontinued"; such a page is of no site.
    unfinished: why its article is none yet. as_built: whether the selectors of the registry match, None without any.
    found: what a page that lists articles leads to. pictures: those that may hold the text of an article that says
    little; where it says nothing, its title is all there is. stands_at: where the page says that its article has its
    own address, "" where that is here. related: addresses of other articles that the page of an article names.
    """

    article: Article | None = None
    verdict: Verdict | None = None
    unfinished: str = ""
    as_built: bool | None = None
    found: Discovery | None = None
    strange: str = ""
    trouble: str = ""
    pictures: tuple[str, ...] = ()
    stands_at: str = ""
    related: tuple[str, ...] = ()


def read_page(
    source: Source, page: Page, url: str, body: bytes, content_type: str, program_files: str = ""
) -> ReadPage:
    """Read what came for a page. url: where it was found in the end; body: without content coding; program_files: of
    the files that it names (program_files.py). Raises nothing that a page could bring about.
    """
    try:
        if page.kind == "article":
            return _read_article(source, page, url, body, content_type)
        return _read_list(source, page, url, body, content_type, program_files)
    except (TooLarge, ValueError) as error:  # NotText and NoArticle among them
        return ReadPage(trouble=str(error))


def _read_article(source: Source, page: Page, url: str, body: bytes, content_type: str) -> ReadPage:
    if not _is_web_page(content_type):
        return ReadPage(trouble=f"{content_type or 'unnamed content'}: expected a web page")
    parsed = HtmlPage.of(body, content_type)
    if strange := suspicion(parsed):
        return ReadPage(strange=strange)
    article: Article | None = None
    trouble = ""
    try:
        article = replace(extract_page(parsed, url, source, hints=page.hints), id=page.id)
    except NoArticle as nothing:
        trouble = str(nothing)
    as_built = None
    if article is not None and source.selectors.body:
        as_built = bool(parsed.select(source.selectors.body))
    links = [] if source.article else page_links(parsed.root, url, MAX_LINKS)[0]
    if not source.article and is_list_page(parsed, url, links, source, article):
        return ReadPage(as_built=as_built)
    pictures = text_pictures(parsed, url, source.selectors) if says_little(article) else ()
    if article is None:
        if not pictures:
            return ReadPage(trouble=trouble)
        article = replace(extract_page(parsed, url, source, hints=page.hints, textless=True), id=page.id)
    read = ReadPage(article, judge(article), unfinished(article), as_built, pictures=pictures)
    if source.article:
        return read
    return replace(read, stands_at=own_address(parsed.root, url, source), related=related_articles(links, url))


def related_articles(links: Sequence[Link], url: str) -> tuple[str, ...]:
    """Return the addresses of other articles that the page of one names by their titles: "Các tin đã đưa"."""
    shape = shape_of(url)
    return tuple(
        link.url
        for link in links
        if is_title(link.text) and shape_of(link.url) == shape and link.url != url and not leads_nowhere(link.url)
    )


def own_address(root: HtmlElement, url: str, source: Source) -> str:
    """Return the address that a page names as that of its article (rel=canonical), "" where it is this one.

    Believed where it ends as this one does, or has its number: many sites name their front page on every page.
    """
    for link in root.iter("link"):
        if link.get("rel", "").lower() != "canonical":
            continue
        named = absolute_url(url, link.get("href", ""))
        there, here = article_page(source, named), article_page(source, url)
        if there and here and there.id != here.id and _names_of(there.id) & _names_of(here.id):
            return named
    return ""


def _names_of(url: str) -> set[str]:
    """Return what in an address can name an article: its last part, and its long numbers."""
    parts = urlsplit(url)
    last = re.sub(r"\.\w{2,5}$", "", parts.path.rstrip("/").rpartition("/")[2])
    return set(re.findall(r"\d{4,}", f"{last}?{parts.query}")) | ({last} if names_a_page(url) else set())


def _read_list(source: Source, page: Page, url: str, body: bytes, content_type: str, program_files: str) -> ReadPage:
    parsed = None
    if page.kind == "list" and _is_web_page(content_type):
        parsed = HtmlPage.of(body, content_type)
        if strange := suspicion(parsed):
            return ReadPage(strange=strange)
    return ReadPage(found=discover(source, page, url, body, content_type, parsed, program_files=program_files))


def _is_web_page(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() in _WEB_PAGES
