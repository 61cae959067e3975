"""What a page leads to: articles, and further pages that list articles.

Read from list pages, RSS and Atom, sitemaps, JSON lists and data embedded in a page. A link counts only on a host of
its source: what matches `article` is an article; what matches `next` lists more, and so do the further pages of the
same list (pagination.tsv). Any other link leads nowhere, so calendars and searches do not trap the crawler.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote

from lxml import etree, html

from crawl.extraction.decoding import decoded_text, gunzipped
from crawl.extraction.encodings import NotText
from crawl.extraction.page_size import refuse_monster
from crawl.fetch.feeds import feed_entries, sitemap_entries
from crawl.fetch.frontier import Page
from crawl.fetch.pagination import is_further_page
from crawl.fetch.postback import postback_pages
from crawl.registry.canonical import absolute_url, article_url, canonical_url, host_of, is_trap, list_url
from crawl.registry.sources import Source, compiled

MAX_LINKS = 5_000  # of one list page; the longest real one (a site map as HTML) has some 2,000
MAX_JSON_VALUES = 200_000  # visited in one JSON document
MAX_SITEMAP_DEPTH = 3  # index → index → sitemap; deeper ones are loops


@dataclass(slots=True)
class Discovery:
    """What a page names. articles: known and new ones alike; lists: further list pages, feeds and sitemaps."""

    articles: dict[str, Page] = field(default_factory=dict)
    lists: dict[str, Page] = field(default_factory=dict)

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


def discover(source: Source, page: Page, url: str, body: bytes, content_type: str = "") -> Discovery:
    """Return what a fetched page leads to. url: where it was in the end found; body without content coding.

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
        _read_html(found, source, page, url, decoded_text(body, content_type))
    for further in _next_counted(source, page, url, found):
        found.lists.setdefault(further.id, further)
    return found


def article_page(source: Source, url: str, **values: Any) -> Page | None:
    """Return the article that url names, None where it names none of this source."""
    if not url or host_of(url) not in source.hosts or is_trap(url):
        return None
    canonical = canonical_url(url, source)
    if not compiled(source.article).search(canonical):
        return None
    return Page(canonical, article_url(url, source), "article", **values)


def _read_xml(found: Discovery, source: Source, page: Page, url: str, body: bytes) -> None:
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
        _add_article(found, source, link, hints, entry.lastmod)
    if read_any:
        return
    for entry in feed_entries(body):
        hints = (("feed", entry.date),) if entry.date else ()
        _add_article(found, source, absolute_url(url, entry.url), hints, entry.lastmod)


def _read_html(found: Discovery, source: Source, page: Page, url: str, text: str) -> None:
    refuse_monster(text)
    try:
        root = html.document_fromstring(text.encode("utf-8", "surrogatepass"), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError):
        raise ValueError("it is empty: expected a list of articles") from None
    base = next((absolute_url(url, href) for href in root.xpath("//base/@href")), "") or url
    for number, element in enumerate(root.iter("a", "area", "link")):
        if number >= MAX_LINKS:
            break
        is_next = element.get("rel", "").lower() == "next"
        if element.tag != "link" or is_next:
            _add_link(found, source, page, url, absolute_url(base, element.get("href", "")), is_next=is_next)
    for further in postback_pages(root, page, url):
        found.lists.setdefault(further.id, further)
    for script in root.xpath(
        "//script[@id='__NEXT_DATA__' or @type='application/json' or @type='application/ld+json']"
    ):
        try:
            _walk_json(found, source, page, url, json.loads(script.text or ""))
        except (ValueError, RecursionError):
            continue


def _read_json(found: Discovery, source: Source, page: Page, url: str, text: str) -> None:
    try:
        _walk_json(found, source, page, url, json.loads(text))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is not valid JSON ({error}): expected a list of articles") from None


def _walk_json(found: Discovery, source: Source, page: Page, url: str, document: Any) -> None:
    waiting, count = [document], 0
    while waiting and count < MAX_JSON_VALUES:
        value = waiting.pop()
        count += 1
        if isinstance(value, dict):
            _add_article(found, source, absolute_url(url, _item_url(source, value)), (), "")
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and value.startswith(("/", "http://", "https://")) and " " not in value:
            _add_link(found, source, page, url, absolute_url(url, value))


def _item_url(source: Source, item: dict[str, Any]) -> str:
    names = re.findall(r"\{(\w+)\}", source.item_url)
    if not names or not all(isinstance(item.get(name), str | int) for name in names):
        return ""
    return source.item_url.format(**{name: quote(str(item[name]), safe="/") for name in names})


def _add_link(found: Discovery, source: Source, page: Page, url: str, link: str, *, is_next: bool = False) -> None:
    if not link or host_of(link) not in source.hosts or is_trap(link):
        return
    if _add_article(found, source, link, (), ""):
        return
    further = is_next or compiled(source.next).search(link) or is_further_page(link, of=url)
    name = list_url(link)
    if further and name != page.id:
        found.lists.setdefault(name, Page(name, name, "list", depth=page.depth + 1))


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
