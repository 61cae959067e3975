"""What a page leads to, as it is gathered: articles, further lists, and what could not be followed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from crawl.fetch.frontier import Page
from crawl.fetch.link_shapes import (
    Link,
    arranges,
    article_links,
    is_file,
    leads_away,
    leads_nowhere,
    leads_on,
    naming_parameters,
    pager_links,
)
from crawl.fetch.pagination import is_further_page
from crawl.registry.canonical import article_url, canonical_url, host_of, is_trap, list_url
from crawl.registry.sources import Source, compiled
from crawl.registry.url_shape import names_a_page

COUNTED = "#counted"  # end of the id of a page whose number was counted here
MAX_LINKS = 50_000  # of one list page; the longest real one (a site map as HTML) has some 2,000
MAX_FEEDS = 60  # that a page links: one for each section
ARCHIVE_DEPTH = 1_000  # of the days, months and years of an archive: read when the other lists have been


@dataclass(slots=True)
class Discovery:
    """What a page names. articles: known and new ones alike; lists: further list pages, feeds and sitemaps.

    not_followed: links and controls that look like further pages and lead nowhere we can go. cut: links beyond
    MAX_LINKS. unaddressed: entries of a JSON list without an address; items: what may name them. item_url: how a
    program of the page makes that address. keep_query: parameters that name its articles. damage: why a feed or
    sitemap could not be read to its end. sections: those of lists that a menu names.
    """

    articles: dict[str, Page] = field(default_factory=dict)
    lists: dict[str, Page] = field(default_factory=dict)
    not_followed: int = 0
    cut: int = 0
    unaddressed: int = 0
    items: list[dict[str, Any]] = field(default_factory=list)
    item_url: str = ""
    keep_query: tuple[str, ...] = ()
    damage: str = ""
    sections: set[str] = field(default_factory=set)
    program_files: tuple[str, ...] = ()

    def digest(self) -> str:
        """Return a digest of the articles named: a list that goes on showing its last page keeps it."""
        return hashlib.sha256("\n".join(sorted(self.articles)).encode()).hexdigest()[:16]


def article_page(source: Source, url: str, **values: Any) -> Page | None:
    """Return the article that url names, None where it names none of this source."""
    if not url or host_of(url) not in source.hosts or is_trap(url):
        return None
    canonical = canonical_url(url, source)
    if source.article and not compiled(source.article).search(canonical):
        return None
    return Page(canonical, article_url(url, source), "article", **values)


def add_by_shape(found: Discovery, source: Source, page: Page, url: str, links: Sequence[Link]) -> set[str]:
    """Add articles and further pages of a list by the shape of their links; return which lead to articles."""
    pagers = pager_links(links, url)
    articles = article_links(links, url, pagers)
    if not source.keep_query and (names := naming_parameters(links, articles)):
        found.keep_query = names
        source = replace(source, keep_query=names)
    for link in links:
        if link.url in articles:
            add_article(found, source, link.url, (), "")
        elif not arranges(link.url, url) and (
            (leads_on(link.text) and not leads_away(link.url, url))
            or link.url in pagers
            or (is_further_page(link.url, of=url) and not leads_away(link.url, url))
        ):
            add_list(found, page, link.url)
    return articles


def add_link(found: Discovery, source: Source, page: Page, url: str, link: str, *, is_next: bool = False) -> None:
    """Add an address without a text: an article or a further page of the list at url, else nothing."""
    if not link or host_of(link) not in source.hosts or is_trap(link):
        return
    if not source.article:  # an address in JSON, without a text: its shape alone has to tell
        if is_file(link):
            return
        if urlsplit(link).path.endswith(".json"):
            add_list(found, page, link)
            return
        if names_a_page(link) and not leads_nowhere(link):
            add_article(found, source, link, (), "")
        elif is_further_page(link, of=url):
            add_list(found, page, link)
        return
    if add_article(found, source, link, (), ""):
        return
    if is_next or compiled(source.next).search(link) or is_further_page(link, of=url):
        add_list(found, page, link)


def add_list(found: Discovery, page: Page, link: str, *, is_section: bool = False, depth: int | None = None) -> None:
    """Add a further list. is_section: a menu names it; depth: where it is not the next one after this page."""
    name = list_url(link)
    if name != page.id and name not in found.lists:
        found.lists[name] = Page(name, name, "list", depth=page.depth + 1 if depth is None else depth)
        if is_section:
            found.sections.add(name)


def add_counted(found: Discovery, page: Page, link: str) -> None:
    """Add a further part of a list whose number was counted here: nobody said that there is one."""
    name = list_url(link)
    if name != page.id.removesuffix(COUNTED):
        found.lists.setdefault(f"{name}{COUNTED}", Page(f"{name}{COUNTED}", name, "list", depth=page.depth + 1))


def add_article(found: Discovery, source: Source, link: str, hints: tuple[tuple[str, str], ...], lastmod: str) -> bool:
    """Add an article where the address is that of one of this source; tell whether it is."""
    article = article_page(source, link, hints=hints, lastmod=lastmod)
    if article:
        found.articles.setdefault(article.id, article)
    return article is not None
