"""Reads what JSON names: lists of their own, data in a page, pieces of HTML within; items without addresses."""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from crawl.extraction.html_page import HtmlPage
from crawl.fetch.found_links import MAX_LINKS, Discovery, add_article, add_by_shape, add_counted, add_link, add_list
from crawl.fetch.frontier import Page
from crawl.fetch.json_lists import (
    entries_of,
    item_address,
    items_of,
    json_values,
    linked_items,
    next_address,
    next_named,
    shown_template,
)
from crawl.fetch.link_shapes import is_title, leads_nowhere, section_links
from crawl.fetch.page_links import page_links
from crawl.fetch.pagination import counter_in_path
from crawl.fetch.postback import next_part
from crawl.registry.canonical import absolute_url, host_of
from crawl.registry.sources import Source

FEWEST_OF_A_MENU = 2  # links without a title among them

_IS_ADDRESS = re.compile(r"(?:/|https?://)[^\s()<>{}\"]*\Z")
_OF_INTERFACE = re.compile(r"/(?:wp-json|_?api|rest)/.*[^/]/\d+/?$", re.IGNORECASE)
_HOLDS_LINKS = re.compile(r"<a\s[^>]*href=", re.IGNORECASE)


def read_json(found: Discovery, source: Source, page: Page, url: str, text: str) -> None:
    try:
        document = json.loads(text)
        if not source.article and _add_menu(found, source, page, url, document):
            return
        walk_json(found, source, page, url, document)
        entries = entries_of(document)
        if not found.articles:
            found.unaddressed, found.items = entries, items_of(document)
        elif not source.article:
            _add_following(found, page, url, entries)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is not valid JSON ({error}): expected a list of articles") from None


def walk_json(found: Discovery, source: Source, page: Page, url: str, document: Any) -> None:
    within = set[int]()  # what an item holds is none: its section, its author
    for value in json_values(document):
        if isinstance(value, dict):
            if not source.article and (further := next_named(value)):
                _add_next(found, source, page, absolute_url(url, further))
            item = item_address(source.item_url or found.item_url, value)
            if item and id(value) not in within:
                add_article(found, source, absolute_url(url, item), (), "")
            if item:
                within.update(id(held) for held in value.values())
        elif isinstance(value, str) and _IS_ADDRESS.match(value):
            if _OF_INTERFACE.search(urlsplit(absolute_url(url, value)).path):
                continue  # an item once more, as data: /wp-json/wp/v2/posts/7
            add_link(found, source, page, url, absolute_url(url, value))
        elif isinstance(value, str) and _HOLDS_LINKS.search(value):
            _add_written(found, source, page, url, value)


def _add_menu(found: Discovery, source: Source, page: Page, url: str, document: Any) -> bool:
    """Add the sections that a document names which holds nothing but a menu; tell whether it does."""
    links = [link for link in linked_items([document], url) if host_of(link.url) in source.hosts]
    if len(links) < FEWEST_OF_A_MENU or any(is_title(link.text) for link in links):
        return False
    for section in section_links(links, set(), url):
        add_list(found, page, section, is_section=True)
    return True


def _add_following(found: Discovery, page: Page, url: str, entries: int) -> None:
    """Add the part after this one of a list, where nothing in it names one. entries: how many this one holds."""
    if posted := next_part(page):
        found.lists.setdefault(posted.id, posted)
    elif not found.lists and (further := next_address(url, entries)):
        add_counted(found, page, further)


def _add_next(found: Discovery, source: Source, page: Page, link: str) -> None:
    counts = urlsplit(link).query or counter_in_path(link)
    if counts and host_of(link) in source.hosts and not leads_nowhere(link):
        add_list(found, page, link)


def addressed(found: Discovery, source: Source, page: Page, named: Iterable[str]) -> Discovery:
    """Return what a JSON list leads to whose items have no address, where items that are known elsewhere teach it.

    named: the addresses of articles that other pages name.
    """
    template = shown_template([found.items], named)
    if not template:
        return found
    taught = replace(found, item_url=template, unaddressed=0, articles={}, lists=dict(found.lists))
    for item in found.items:
        if address := item_address(template, item):
            add_article(taught, source, absolute_url(page.url, address), (), "")
    taught.unaddressed = max(0, found.unaddressed - len(taught.articles))
    _add_following(taught, page, page.url, found.unaddressed)
    return taught


def _add_written(found: Discovery, source: Source, page: Page, url: str, text: str) -> None:
    """Add what a piece of HTML within JSON leads to: {"html": "<li>…"}."""
    root = HtmlPage(text).root
    links = [link for link in page_links(root, url, MAX_LINKS)[0] if host_of(link.url) in source.hosts]
    if source.article:
        for link in links:
            add_link(found, source, page, url, link.url)
    else:
        add_by_shape(found, source, page, url, links)
