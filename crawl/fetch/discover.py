"""What a page leads to: articles, and further pages that list articles.

Read from list pages, RSS and Atom, sitemaps, JSON lists and data embedded in a page. A link counts only on a host of
its source: what matches `article` is an article; what matches `next` lists more, and so do the further pages of the
same list (pagination.tsv, link_shapes.py). Any other link leads nowhere, so calendars and searches do not trap the
crawler. Where the registry gives no pattern, articles are told by the shape of their links, and the menu is followed.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from urllib.parse import urlsplit

from crawl.extraction.decoding import decoded_text, gunzipped
from crawl.extraction.html_page import HtmlPage
from crawl.fetch.feeds import damage_of, feed_entries, sitemap_entries
from crawl.fetch.found_links import MAX_FEEDS, MAX_LINKS, Discovery, add_article, add_list
from crawl.fetch.frontier import Page
from crawl.fetch.html_reading import read_html
from crawl.fetch.json_reading import read_json
from crawl.fetch.link_shapes import feed_links, leads_nowhere
from crawl.fetch.page_links import page_links
from crawl.registry.canonical import absolute_url, host_of, list_url
from crawl.registry.sources import Source
from crawl.registry.url_shape import names_a_page

MAX_SITEMAP_DEPTH = 3  # index → index → sitemap; deeper ones are loops


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
    source: Source,
    page: Page,
    url: str,
    body: bytes,
    content_type: str = "",
    parsed: HtmlPage | None = None,
    *,
    program_files: str = "",
) -> Discovery:
    """Return what a fetched page leads to. url: where it was in the end found; body without content coding.

    parsed: the page in body, where somebody has parsed it as HTML before. program_files: see read_html.
    Raises NotText, ValueError or decoding.TooLarge where the page is none of the kinds that list something.
    """
    found = Discovery()
    body = gunzipped(body)
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if page.kind == "sitemap" and start.startswith((b"http://", b"https://")):
        for line in decoded_text(body, content_type).splitlines():
            _add_of_sitemap(found, source, absolute_url(url, line.strip()), (), "")
    elif page.kind == "sitemap" or start.startswith((b"<?xml", b"<urlset", b"<sitemapindex", b"<rss", b"<feed")):
        if _is_html(start):
            raise ValueError("it is a web page: expected a sitemap or feed")
        _read_xml(found, source, page, url, body)
    elif start.startswith((b"{", b"[")):
        read_json(found, source, page, url, decoded_text(body, content_type))
    elif page.kind == "feed":
        _read_xml(found, source, page, url, body)
        if found.damage and _is_html(start):
            _read_channels(found, source, page, url, parsed or HtmlPage.of(body, content_type))
    else:
        read_html(found, source, page, url, parsed or HtmlPage.of(body, content_type), program_files)
    for further in _next_counted(source, page, url, found):
        found.lists.setdefault(further.id, further)
    return found


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
        hints = (("sitemap", entry.date or entry.lastmod),) if entry.date or entry.lastmod else ()
        _add_of_sitemap(found, source, link, hints, entry.lastmod)
    if read_any:
        return
    for entry in feed_entries(body):
        hints = (("feed", entry.date),) if entry.date else ()
        add_article(found, source, absolute_url(url, entry.url), hints, entry.lastmod)


def _add_of_sitemap(
    found: Discovery, source: Source, link: str, hints: tuple[tuple[str, str], ...], lastmod: str
) -> None:
    if not source.article and (leads_nowhere(link) or (not names_a_page(link) and not urlsplit(link).query)):
        return  # a sitemap names lists and services beside articles
    add_article(found, source, link, hints, lastmod)


def _read_channels(found: Discovery, source: Source, page: Page, url: str, parsed: HtmlPage) -> None:
    """Add the feeds that a page lists which is announced as one itself, as NukeViet does."""
    links = [link for link in page_links(parsed.root, url, MAX_LINKS)[0] if host_of(link.url) in source.hosts]
    for feed in feed_links(links)[:MAX_FEEDS]:
        add_list(found, page, feed)
        found.damage = ""


def _is_html(start: bytes) -> bool:
    return start.lower().startswith((b"<!doctype html", b"<html"))


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
