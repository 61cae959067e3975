"""What a page leads to: articles, and further pages that list articles.

Read from list pages, RSS and Atom, sitemaps, JSON lists and data embedded in a page. A link counts only on a host of
its source: what matches `article` is an article; what matches `next` lists more, and so do the further pages of the
same list (pagination.tsv, link_shapes.py). Any other link leads nowhere, so calendars and searches do not trap the
crawler. Where the registry gives no pattern, articles are told by the shape of their links, and the menu is followed.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from lxml import html

from crawl.extraction.decoding import decoded_text, gunzipped
from crawl.extraction.encodings import NotText
from crawl.extraction.html_page import HtmlPage
from crawl.fetch.feeds import damage_of, feed_entries, sitemap_entries
from crawl.fetch.frontier import Page
from crawl.fetch.json_lists import (
    entries_of,
    item_address,
    json_values,
    next_address,
    page_documents,
    shown_template,
    written_template,
)
from crawl.fetch.link_shapes import (
    Link,
    archive_links,
    arranges,
    article_links,
    counted_links,
    feed_links,
    is_pager,
    is_title,
    leads_nowhere,
    leads_on,
    section_links,
)
from crawl.fetch.page_controls import Controls, page_controls
from crawl.fetch.page_links import page_links
from crawl.fetch.page_programs import PagePrograms, counted_addresses, data_addresses
from crawl.fetch.pagination import before_a_counter, is_further_page
from crawl.fetch.postback import postback_pages, sent_pages
from crawl.registry.canonical import absolute_url, article_url, canonical_url, host_of, is_trap, list_url
from crawl.registry.sources import Source, compiled
from crawl.registry.url_shape import names_a_page

MAX_LINKS = 50_000  # of one list page; the longest real one (a site map as HTML) has some 2,000
MAX_SECTION_DEPTH = 2  # menus of menus; deeper ones repeat them
MAX_MENU_DEPTH = 4  # as long as the menus lead to no article: a page of welcome, a portal, its news, their sections
ARCHIVE_DEPTH = 1_000  # of the days, months and years of an archive: read when the other lists have been
MAX_FEEDS = 60  # that a page links: one for each section
MAX_FRAMES = 3  # within one another
COUNTED = "#counted"  # end of the id of a page whose number was counted here
MAX_SCRIPT_ADDRESSES = 5  # of lists that a page draws by a program
MAX_SITEMAP_DEPTH = 3  # index → index → sitemap; deeper ones are loops

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
_REFRESH = re.compile(r"\s*[0-5]\s*[;,]\s*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
_SCRIPT_ADDRESS = re.compile(r"""["'`](/[^"'`\s<>]*(?:api|json|ajax|list|danh-sach)[^"'`\s<>]*)["'`]""", re.IGNORECASE)
_HOLDS_LINKS = re.compile(r"<a\s[^>]*href=", re.IGNORECASE)


@dataclass(slots=True)
class Discovery:
    """What a page names. articles: known and new ones alike; lists: further list pages, feeds and sitemaps.

    not_followed: links and controls that look like further pages and lead nowhere we can go. cut: links beyond
    MAX_LINKS. unaddressed: entries of a JSON list without an address. item_url: how a program of the page makes that
    address. damage: why a feed or sitemap could not be read to its end. sections: those of lists that a menu names.
    """

    articles: dict[str, Page] = field(default_factory=dict)
    lists: dict[str, Page] = field(default_factory=dict)
    not_followed: int = 0
    cut: int = 0
    unaddressed: int = 0
    item_url: str = ""
    damage: str = ""
    sections: set[str] = field(default_factory=set)

    def digest(self) -> str:
        """Return a digest of the articles named: a list that goes on showing its last page keeps it."""
        return hashlib.sha256("\n".join(sorted(self.articles)).encode()).hexdigest()[:16]


def seeds(source: Source, today: date) -> Iterator[Page]:
    """Yield the pages that every run begins with: feeds, sitemaps, start pages, the first page of counted ones."""
    for url in source.feeds:
        yield Page(list_url(url), url, "feed")
    for url in source.sitemaps:
        yield Page(list_url(url), url, "sitemap")
    for url in source.start:
        for filled in _filled(url, source, today, newest_only=True):
            yield Page(list_url(filled), filled, "list")


def backfill(source: Source, today: date) -> Iterator[Page]:
    """Yield the months of a monthly archive back to source.since, newest first: each is read once."""
    for url in source.start:
        if "{year}" in url:
            for filled in _filled(url, source, today, newest_only=False):
                yield Page(list_url(filled), filled, "list", depth=1)


def discover(
    source: Source, page: Page, url: str, body: bytes, content_type: str = "", parsed: HtmlPage | None = None
) -> Discovery:
    """Return what a fetched page leads to. url: where it was in the end found; body without content coding.

    parsed: the page in body, where somebody has parsed it as HTML before.
    Raises NotText, ValueError or decoding.TooLarge where the page is none of the kinds that list something.
    """
    found = Discovery()
    body = gunzipped(body)
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if page.kind == "sitemap" or start.startswith((b"<?xml", b"<urlset", b"<sitemapindex", b"<rss", b"<feed")):
        if start.startswith((b"<!DOCTYPE html", b"<html")):
            raise ValueError("it is a web page: expected a sitemap or feed")
        _read_xml(found, source, page, url, body)
    elif start.startswith((b"{", b"[")):
        _read_json(found, source, page, url, decoded_text(body, content_type))
    elif page.kind == "feed":
        _read_xml(found, source, page, url, body)
    else:
        _read_html(found, source, page, url, parsed or HtmlPage.of(body, content_type))
    for further in _next_counted(source, page, url, found):
        found.lists.setdefault(further.id, further)
    return found


def article_page(source: Source, url: str, **values: Any) -> Page | None:
    """Return the article that url names, None where it names none of this source."""
    if not url or host_of(url) not in source.hosts or is_trap(url):
        return None
    canonical = canonical_url(url, source)
    if source.article and not compiled(source.article).search(canonical):
        return None
    return Page(canonical, article_url(url, source), "article", **values)


def _read_xml(found: Discovery, source: Source, page: Page, url: str, body: bytes) -> None:
    found.damage = damage_of(body)
    read_any = False
    for entry in sitemap_entries(body):
        read_any = True
        link = absolute_url(url, entry.url)
        if entry.kind == "sitemap":
            if page.depth < MAX_SITEMAP_DEPTH and host_of(link) in source.hosts:
                name = list_url(link)
                found.lists[name] = Page(name, link, "sitemap", depth=page.depth + 1, lastmod=entry.lastmod)
            continue
        if not source.article and (leads_nowhere(link) or (not names_a_page(link) and not urlsplit(link).query)):
            continue  # a sitemap names lists and services beside articles
        hints = (("sitemap", entry.date or entry.lastmod),) if entry.date or entry.lastmod else ()
        _add_article(found, source, link, hints, entry.lastmod)
    if read_any:
        return
    for entry in feed_entries(body):
        hints = (("feed", entry.date),) if entry.date else ()
        _add_article(found, source, absolute_url(url, entry.url), hints, entry.lastmod)


def _read_html(found: Discovery, source: Source, page: Page, url: str, parsed: HtmlPage) -> None:
    root = parsed.root
    if len(root) == 0:
        raise ValueError("it is empty: expected a list of articles")
    base = next((absolute_url(url, href) for href in root.xpath("//base/@href")), "") or url
    for further in postback_pages(root, page, url):
        found.lists.setdefault(further.id, further)
    programs = PagePrograms(root)
    controls = page_controls(root, base, programs)
    for further in sent_pages(controls.sent, page, url):
        if host_of(further.url) in source.hosts:
            found.lists.setdefault(further.id, further)
    links = _links_of(found, source, root, base, controls)
    articles: set[str] = set()
    if source.article:
        counted = counted_links(links)
        for link in links:
            _add_link(found, source, page, url, link.url, is_next=is_pager(link, url) or link.url in counted)
    else:
        articles = article_links(links, url)
        _add_by_shape(found, source, page, url, links, articles)
    _add_announced(found, source, page, base, root)
    if not _goes_on(found, page) and not source.article:
        _add_counted(found, source, page, url, base, root, programs)
    if not _goes_on(found, page):
        found.not_followed = controls.opaque
    if not source.article:
        _add_other_lists(found, page, url, links, articles)
    if not found.articles:
        _add_frames(found, source, page, base, root)
    documents = list(page_documents(root, programs))
    found.item_url = written_template(programs) or shown_template(documents, articles)
    for document in documents:
        _walk_json(found, source, page, url, document)
    if not found.articles:
        _add_drawn(found, source, page, base, root, programs)


def _links_of(found: Discovery, source: Source, root: html.HtmlElement, base: str, controls: Controls) -> list[Link]:
    """Return the links of a page to hosts of its source, and what its controls lead to as links do."""
    links, found.cut = page_links(root, base, MAX_LINKS)
    by_address = {link.url: link for link in controls.links}
    for link in links:
        if link.url not in by_address or is_title(link.text) or not is_title(by_address[link.url].text):
            by_address[link.url] = link
    return [link for link in by_address.values() if host_of(link.url) in source.hosts and not is_trap(link.url)]


def _add_by_shape(
    found: Discovery, source: Source, page: Page, url: str, links: list[Link], articles: set[str]
) -> None:
    counted = counted_links(links)
    for link in links:
        if link.url in articles:
            _add_article(found, source, link.url, (), "")
        elif not arranges(link.url, url) and (
            (leads_on(link.text) and not leads_nowhere(link.url))
            or is_pager(link, url)
            or link.url in counted
            or (is_further_page(link.url, of=url) and not leads_nowhere(link.url))
        ):
            _add_list(found, page, link.url)


def _add_other_lists(found: Discovery, page: Page, url: str, links: list[Link], articles: set[str]) -> None:
    """Add the lists of the menu, and the years and months of an archive as long as they name articles."""
    if page.depth < (MAX_SECTION_DEPTH if articles else MAX_MENU_DEPTH):
        for section in section_links(links, articles, url):
            _add_list(found, page, section, is_section=True)
    if page.depth < MAX_SECTION_DEPTH:
        for feed in feed_links(links)[:MAX_FEEDS]:
            _add_list(found, page, feed, is_section=True)
    for period in archive_links(links, articles, url):
        _add_list(found, page, period, depth=max(page.depth + 1, ARCHIVE_DEPTH))


def _add_announced(found: Discovery, source: Source, page: Page, base: str, root: html.HtmlElement) -> None:
    """Add what the head of a page announces: its next page, its feeds, and the page that it sends its readers to."""
    for element in root.iter("link"):
        link = absolute_url(base, element.get("href", ""))
        if not link or host_of(link) not in source.hosts:
            continue
        relation = element.get("rel", "").lower()
        if relation == "next" and list_url(link) != page.id:
            _add_list(found, page, link)
        elif relation == "alternate" and element.get("type", "").lower() in _FEED_TYPES:
            found.lists.setdefault(list_url(link), Page(list_url(link), link, "feed"))
    target = meta_refresh(root, base)
    if target and host_of(target) in source.hosts and list_url(target) != page.id and page.hops < 5:
        found.lists.setdefault(
            list_url(target), Page(list_url(target), target, "list", depth=page.depth, hops=page.hops + 1)
        )


def _add_frames(found: Discovery, source: Source, page: Page, base: str, root: html.HtmlElement) -> None:
    """Add the pages that stand within one that itself names no article; they are as deep as that one."""
    for address in root.xpath("//frame/@src | //iframe/@src"):
        link = absolute_url(base, address)
        if host_of(link) in source.hosts and not is_trap(link) and not leads_nowhere(link) and page.hops < MAX_FRAMES:
            name = list_url(link)
            if name != page.id:
                found.lists.setdefault(name, Page(name, link, "list", depth=page.depth, hops=page.hops + 1))


def _goes_on(found: Discovery, page: Page) -> bool:
    """Tell whether a page leads to a further list."""
    return any(further.kind == "list" and further.depth > page.depth for further in found.lists.values())


def _add_counted(
    found: Discovery,
    source: Source,
    page: Page,
    url: str,
    base: str,
    root: html.HtmlElement,
    programs: PagePrograms,
) -> None:
    """Add the page after this one where a program asks for it by its number, as a button "Xem thêm" does.

    Such a page says in the fragment of its id that it was counted: it is no page that tells whether there are more.
    """
    if not found.articles:
        return
    if page.id.endswith(COUNTED):
        further = [next_address(url, len(found.articles))]
    else:
        counts = before_a_counter()
        further = (counted_addresses(programs, counts) + data_addresses(root, counts))[:MAX_SCRIPT_ADDRESSES]
    for address in further:
        link = absolute_url(base, address)
        if link and host_of(link) in source.hosts and not is_trap(link) and not leads_nowhere(link):
            name = list_url(link)
            found.lists.setdefault(f"{name}{COUNTED}", Page(f"{name}{COUNTED}", name, "list", depth=page.depth + 1))


def _add_drawn(
    found: Discovery, source: Source, page: Page, base: str, root: html.HtmlElement, programs: PagePrograms
) -> None:
    """Add the addresses from which the programs of a page draw its list, where the page itself names no article."""
    addresses = [value for name in ("data-api", "data-url", "data-src") for value in root.xpath(f"//*/@{name}")]
    addresses += _SCRIPT_ADDRESS.findall(programs.text)
    for address in dict.fromkeys(addresses):
        link = absolute_url(base, address)
        if link and host_of(link) in source.hosts and not is_trap(link) and list_url(link) != page.id:
            _add_list(found, page, link)
            if sum(1 for further in found.lists.values() if further.depth > page.depth) >= MAX_SCRIPT_ADDRESSES:
                return


def meta_refresh(root: html.HtmlElement, base: str) -> str:
    """Return where a page sends its readers by itself, "" where it does not or only after a while."""
    for content in root.xpath("//meta[translate(@http-equiv, 'REFSH', 'refsh')='refresh']/@content"):
        found = _REFRESH.match(content)
        if found:
            return absolute_url(base, found.group(1))
    return ""


def _read_json(found: Discovery, source: Source, page: Page, url: str, text: str) -> None:
    try:
        document = json.loads(text)
        _walk_json(found, source, page, url, document)
        entries = entries_of(document)
        if not found.articles:
            found.unaddressed = entries
        elif not source.article and (further := next_address(url, entries)):
            _add_list(found, page, further)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is not valid JSON ({error}): expected a list of articles") from None


def _walk_json(found: Discovery, source: Source, page: Page, url: str, document: Any) -> None:
    for value in json_values(document):
        if isinstance(value, dict):
            if item := item_address(source.item_url or found.item_url, value):
                _add_article(found, source, absolute_url(url, item), (), "")
        elif isinstance(value, str) and value.startswith(("/", "http://", "https://")) and " " not in value:
            _add_link(found, source, page, url, absolute_url(url, value))
        elif isinstance(value, str) and _HOLDS_LINKS.search(value):
            _add_written(found, source, page, url, value)


def _add_written(found: Discovery, source: Source, page: Page, url: str, text: str) -> None:
    """Add what a piece of HTML within JSON leads to: {"html": "<li>…"}."""
    root = HtmlPage(text).root
    links = [link for link in page_links(root, url, MAX_LINKS)[0] if host_of(link.url) in source.hosts]
    if source.article:
        for link in links:
            _add_link(found, source, page, url, link.url)
    else:
        _add_by_shape(found, source, page, url, links, article_links(links, url))


def _add_link(found: Discovery, source: Source, page: Page, url: str, link: str, *, is_next: bool = False) -> None:
    if not link or host_of(link) not in source.hosts or is_trap(link):
        return
    if not source.article:  # an address in JSON, without a text: its shape alone has to tell
        if names_a_page(link) and not leads_nowhere(link):
            _add_article(found, source, link, (), "")
        elif is_further_page(link, of=url):
            _add_list(found, page, link)
        return
    if _add_article(found, source, link, (), ""):
        return
    if is_next or compiled(source.next).search(link) or is_further_page(link, of=url):
        _add_list(found, page, link)


def _add_list(found: Discovery, page: Page, link: str, *, is_section: bool = False, depth: int = 0) -> None:
    name = list_url(link)
    if name != page.id and name not in found.lists:
        found.lists[name] = Page(name, name, "list", depth=depth or page.depth + 1)
        if is_section:
            found.sections.add(name)


def _add_article(found: Discovery, source: Source, link: str, hints: tuple[tuple[str, str], ...], lastmod: str) -> bool:
    article = article_page(source, link, hints=hints, lastmod=lastmod)
    if article:
        found.articles.setdefault(article.id, article)
    return article is not None


def _next_counted(source: Source, page: Page, url: str, found: Discovery) -> Iterable[Page]:
    """Yield the page after this one of a list that is counted by a {page} in the registry."""
    for template in source.start:
        if "{page}" not in template or not found.articles:
            continue
        pattern = re.escape(list_url(template.replace("{page}", "0987654321"))).replace("0987654321", r"(\d+)")
        match = re.fullmatch(pattern, page.id)
        if match:
            following = template.replace("{page}", str(int(match.group(1)) + 1))
            yield Page(list_url(following), following, "list", depth=page.depth + 1)


def _filled(template: str, source: Source, today: date, *, newest_only: bool) -> Iterator[str]:
    template = template.replace("{page}", "1")
    if "{year}" not in template:
        yield template
        return
    first = date.fromisoformat(f"{source.since or today.year}-01-01"[:10]) if source.since else date(today.year, 1, 1)
    year, month = today.year, today.month
    previous = ""
    count = 0
    while (year, month) >= (first.year, first.month):
        filled = template.replace("{year}", str(year)).replace("{month}", f"{month:02}")
        if filled != previous:
            yield filled
            count += 1
        if newest_only and count == 2:  # on the first of a month the last articles of the month before come in
            return
        previous = filled
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)


__all__ = ["Discovery", "NotText", "article_page", "backfill", "discover", "seeds"]
