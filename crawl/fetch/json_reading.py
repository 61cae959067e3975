"""Reads what JSON names: lists of their own, data in a page, pieces of HTML within; items without addresses."""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from crawl.extraction.html_page import HtmlPage
from crawl.fetch.found_links import MAX_LINKS, Discovery, add_article, add_by_shape, add_link, add_list
from crawl.fetch.frontier import Page
from crawl.fetch.json_lists import entries_of, item_address, items_of, json_values, next_address, shown_template
from crawl.fetch.page_links import page_links
from crawl.registry.canonical import absolute_url, host_of
from crawl.registry.sources import Source

_IS_ADDRESS = re.compile(r"(?:/|https?://)[^\s()<>{}\"]*\Z")
_OF_INTERFACE = re.compile(r"/(?:wp-json|_?api|rest)/.*[^/]/\d+/?$", re.IGNORECASE)
_HOLDS_LINKS = re.compile(r"<a\s[^>]*href=", re.IGNORECASE)


def read_json(found: Discovery, source: Source, page: Page, url: str, text: str) -> None:
    try:
        document = json.loads(text)
        walk_json(found, source, page, url, document)
        entries = entries_of(document)
        if not found.articles:
            found.unaddressed, found.items = entries, items_of(document)
        elif not source.article and (further := next_address(url, entries)):
            add_list(found, page, further)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is not valid JSON ({error}): expected a list of articles") from None


def walk_json(found: Discovery, source: Source, page: Page, url: str, document: Any) -> None:
    within = set[int]()  # what an item holds is none: its section, its author
    for value in json_values(document):
        if isinstance(value, dict):
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
    if further := next_address(page.url, found.unaddressed):
        add_list(taught, page, further)
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
