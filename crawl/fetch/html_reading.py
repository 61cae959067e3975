"""Reads what a page of HTML leads to: its links, controls, frames, programs, data, and what its head announces."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from lxml import html

from crawl.extraction.html_page import HtmlPage
from crawl.fetch.archive_forms import archive_months
from crawl.fetch.found_links import (
    ARCHIVE_DEPTH,
    COUNTED,
    MAX_FEEDS,
    MAX_LINKS,
    Discovery,
    add_by_shape,
    add_counted,
    add_link,
    add_list,
)
from crawl.fetch.frontier import Page
from crawl.fetch.json_lists import (
    linked_items,
    next_address,
    next_in_data,
    shown_template,
    written_template,
)
from crawl.fetch.json_reading import walk_json
from crawl.fetch.link_shapes import (
    Link,
    archive_links,
    article_links,
    feed_links,
    is_title,
    leads_nowhere,
    pager_links,
    section_links,
)
from crawl.fetch.page_controls import Controls, page_controls
from crawl.fetch.page_data import page_documents
from crawl.fetch.page_forms import PageForms
from crawl.fetch.page_links import fragment_page, page_links
from crawl.fetch.page_programs import PagePrograms
from crawl.fetch.pagination import before_a_counter, page_number
from crawl.fetch.postback import counted_parts, is_part, next_part, postback_pages, sent_pages
from crawl.fetch.program_calls import (
    counted_addresses,
    data_addresses,
    drawn_addresses,
    posted_parts,
    told_by_data,
    whole_addresses,
)
from crawl.fetch.program_files import named_files
from crawl.registry.canonical import absolute_url, host_of, is_trap, list_url
from crawl.registry.sources import Source

MAX_SECTION_DEPTH = 2  # menus of menus; deeper ones repeat them
MAX_MENU_DEPTH = 4  # as long as the menus lead to no article: a page of welcome, a portal, its news, their sections
FEWEST_OF_A_LIST = 3  # articles of a page that may go on in a way that only files of programs say
MAX_FRAMES = 3  # within one another
MOST_FRAMES = 20  # of one page
MAX_SCRIPT_ADDRESSES = 5  # of lists that a page draws by a program

_DATA_ADDRESSES = (
    "data-api",
    "data-url",
    "data-src",
    "data-endpoint",
    "data-source",
    "data-ajax",
    "data-feed",
    "data-json",
)
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
_REFRESH = re.compile(r"\s*[0-5]\s*[;,]\s*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
_SCRIPT_ADDRESS = re.compile(r"""["'`](/[^"'`\s<>]*(?:api|json|ajax|list|danh-sach)[^"'`\s<>]*)["'`]""", re.IGNORECASE)


def read_html(
    found: Discovery, source: Source, page: Page, url: str, parsed: HtmlPage, program_files: str = ""
) -> None:
    """Add what a page of HTML leads to. program_files: the programs in the files that it names, once they are read."""
    root = parsed.root
    if len(root) == 0 and (page.id.endswith(COUNTED) or is_part(page)):
        return  # behind the last one
    if len(root) == 0:
        raise ValueError("it is empty: expected a list of articles")
    base = next((absolute_url(url, href) for href in root.xpath("//base/@href")), "") or url
    forms = PageForms(root, url, base)
    for further in postback_pages(root, page, url, forms):
        found.lists.setdefault(further.id, further)
    programs = PagePrograms(root, url, program_files)
    documents = list(page_documents(root, programs.own_text))
    programs.tell(told_by_data(documents, programs.own_text))
    controls = page_controls(root, base, programs, forms)
    for further in sent_pages(controls.sent, page, url):
        if host_of(further.url) in source.hosts:
            found.lists.setdefault(further.id, further)
    if (shown := fragment_page(root, url)) and host_of(shown) in source.hosts:
        add_list(found, page, shown, depth=page.depth)
    controls.links += archive_months(root, base, forms)
    links = _links_of(found, source, root, base, controls)
    if not links and (address := programs.effect_of(programs.own_text).address):
        _add_target(found, source, page, absolute_url(base, address))
    articles: set[str] = set()
    if source.article:
        pagers = pager_links(links, url)
        for link in links:
            add_link(found, source, page, url, link.url, is_next=link.url in pagers)
    else:
        articles = add_by_shape(found, source, page, url, links)
        if found.keep_query:
            source = replace(source, keep_query=found.keep_query)
    _add_announced(found, source, page, base, root)
    if not _goes_on(found, page) and not source.article:
        _add_counted(found, source, page, url, base, root, programs)
    is_on_demand = bool(controls.opaque) or programs.load_on_scrolling
    if not _goes_on(found, page) and is_on_demand and found.articles and not source.article:
        parts = counted_parts(posted_parts(programs), page, base)
        found.lists.update({part.id: part for part in parts if part.id not in found.lists})
    if not _goes_on(found, page) and articles and (following := next_in_data(documents, url)):
        add_list(found, page, following)
    if not _goes_on(found, page):
        found.not_followed = 0 if _is_last(found, page) or page.id.endswith(COUNTED) else controls.opaque
        if not source.article and not program_files and (len(found.articles) >= FEWEST_OF_A_LIST or not articles):
            found.program_files = named_files(root, base, source.hosts)
    if not source.article:
        _add_other_lists(found, page, url, links, articles)
    _add_frames(found, source, page, base, root)
    found.item_url = shown_template(documents, articles) or written_template(programs, parsed.text)
    if not source.article and not links:
        _add_sections_in_data(found, source, page, url, documents)
    for document in documents:
        walk_json(found, source, page, url, document)
    if not found.articles:
        _add_drawn(found, source, page, base, root, programs)
    elif not found.lists:
        _add_drawn_menu(found, source, page, base, programs)


def _links_of(found: Discovery, source: Source, root: html.HtmlElement, base: str, controls: Controls) -> list[Link]:
    """Return the links of a page to hosts of its source, and what its controls lead to as links do."""
    links, found.cut = page_links(root, base, MAX_LINKS)
    by_address = {link.url: link for link in controls.links}
    for link in links:
        if link.url not in by_address or is_title(link.text) or not is_title(by_address[link.url].text):
            by_address[link.url] = link
    return [link for link in by_address.values() if host_of(link.url) in source.hosts and not is_trap(link.url)]


def _add_other_lists(found: Discovery, page: Page, url: str, links: list[Link], articles: set[str]) -> None:
    """Add the lists of the menu, and the years and months of an archive as long as they name articles."""
    deepest = MAX_SECTION_DEPTH if articles else MAX_MENU_DEPTH
    below = url.partition("?")[0].rstrip("/") + "/" if urlsplit(url).path.strip("/") else None
    is_front = page.depth == 0
    for section in section_links(links, articles, url, of_pictures=is_front) if page.depth < MAX_MENU_DEPTH else ():
        if page.depth < deepest or (below and section.startswith(below)):
            add_list(found, page, section, is_section=True)
    if page.depth < MAX_SECTION_DEPTH:
        for feed in feed_links(links)[:MAX_FEEDS]:
            add_list(found, page, feed, is_section=True)
    for order, period in enumerate(archive_links(links, articles, url)):
        add_list(found, page, period, depth=max(page.depth + 1, ARCHIVE_DEPTH) + order)


def _add_sections_in_data(found: Discovery, source: Source, page: Page, url: str, documents: list[Any]) -> None:
    """Add the menu and the next page of a page that consists of data alone."""
    links = [link for link in linked_items(documents, url) if host_of(link.url) in source.hosts]
    articles = article_links(links, url, pager_links(links, url))
    _add_other_lists(found, page, url, links, articles)
    if articles and (further := next_in_data(documents, url)):
        add_list(found, page, further)


def _add_announced(found: Discovery, source: Source, page: Page, base: str, root: html.HtmlElement) -> None:
    """Add what the head of a page announces: its next page, its feeds, and the page that it sends its readers to."""
    for element in root.iter("link"):
        link = absolute_url(base, element.get("href", ""))
        if not link or host_of(link) not in source.hosts:
            continue
        relation = element.get("rel", "").lower()
        if relation == "next" and list_url(link) != page.id:
            add_list(found, page, link)
        elif relation == "alternate" and element.get("type", "").lower() in _FEED_TYPES:
            found.lists.setdefault(list_url(link), Page(list_url(link), link, "feed"))
    _add_target(found, source, page, meta_refresh(root, base))


def _add_target(found: Discovery, source: Source, page: Page, target: str) -> None:
    """Add the page that another one sends its readers to by itself; it is as deep as that one."""
    if target and host_of(target) in source.hosts and list_url(target) != page.id and page.hops < 5:
        found.lists.setdefault(
            list_url(target), Page(list_url(target), target, "list", depth=page.depth, hops=page.hops + 1)
        )


def _add_frames(found: Discovery, source: Source, page: Page, base: str, root: html.HtmlElement) -> None:
    """Add the pages that stand within this one; they are as deep as it."""
    for address in root.xpath("//frame/@src | //iframe/@src")[:MOST_FRAMES]:
        link = absolute_url(base, address)
        if host_of(link) in source.hosts and not is_trap(link) and not leads_nowhere(link) and page.hops < MAX_FRAMES:
            name = list_url(link)
            if name != page.id:
                found.lists.setdefault(name, Page(name, link, "list", depth=page.depth, hops=page.hops + 1))


def _goes_on(found: Discovery, page: Page) -> bool:
    """Tell whether a page leads to a further list, other than the pages before it of its own."""
    here, number = page_number(page.url)
    return any(
        further.kind == "list"
        and further.depth > page.depth
        and (bool(further.form) or (found_at := page_number(further.url))[0] != here or found_at[1] > number)
        for further in found.lists.values()
    )


def _is_last(found: Discovery, page: Page) -> bool:
    """Tell whether a page that leads to no further one is the last of a list: its pager has links to those before."""
    here, number = page_number(page.url)
    return number > 1 and any(page_number(further.url)[0] == here for further in found.lists.values())


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
    if posted := next_part(page):
        found.lists.setdefault(posted.id, posted)
        return
    if page.id.endswith(COUNTED):
        further = [next_address(url, len(found.articles))]
    else:
        counts = before_a_counter()
        further = (counted_addresses(programs, counts) + data_addresses(root, counts))[:MAX_SCRIPT_ADDRESSES]
    _add_asked(found, source, page, base, further)


def _add_asked(found: Discovery, source: Source, page: Page, base: str, addresses: list[str]) -> None:
    for address in addresses:
        link = absolute_url(base, address)
        if link and host_of(link) in source.hosts and not is_trap(link) and not leads_nowhere(link):
            add_counted(found, page, link)


def _add_drawn(
    found: Discovery, source: Source, page: Page, base: str, root: html.HtmlElement, programs: PagePrograms
) -> None:
    """Add the addresses from which the programs of a page draw its list, where the page itself names no article."""
    addresses = [value for name in _DATA_ADDRESSES for value in root.xpath(f"//*/@{name}")]
    addresses += _SCRIPT_ADDRESS.findall(programs.own_text) + whole_addresses(programs)
    drawn = drawn_addresses(programs, before_a_counter(), is_bare=not found.lists)
    _add_asked(found, source, page, base, drawn[:MAX_SCRIPT_ADDRESSES])
    for address in dict.fromkeys(addresses):
        link = absolute_url(base, address)
        if link and host_of(link) in source.hosts and not is_trap(link) and list_url(link) != page.id:
            add_list(found, page, link)
            if sum(1 for further in found.lists.values() if further.depth > page.depth) >= MAX_SCRIPT_ADDRESSES:
                return


def _add_drawn_menu(found: Discovery, source: Source, page: Page, base: str, programs: PagePrograms) -> None:
    """Add the addresses from which a page that leads nowhere but to its articles may draw its menu."""
    for address in dict.fromkeys(whole_addresses(programs)):
        link = absolute_url(base, address)
        if link and host_of(link) in source.hosts and not is_trap(link) and len(found.lists) < MAX_SCRIPT_ADDRESSES:
            add_list(found, page, link)


def meta_refresh(root: html.HtmlElement, base: str) -> str:
    """Return where a page sends its readers by itself, "" where it does not or only after a while."""
    for content in root.xpath("//meta[translate(@http-equiv, 'REFSH', 'refsh')='refresh']/@content"):
        found = _REFRESH.match(content)
        if found:
            return absolute_url(base, found.group(1))
    return ""
