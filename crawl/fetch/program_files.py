"""The files of programs that a page names (`<script src="/js/main.js">`): those that may say how its list goes on.

Asked for only where a page shows a list and nothing in it leads on, a few in one run of a source, in the rhythm of all
its pages; conditionally where an earlier run has them. Libraries are left out by their names (link_words.tsv).
"""

import re
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from lxml import html

from crawl.archive.archive import Archive
from crawl.extraction.decoding import TooLarge, decoded_text
from crawl.extraction.encodings import NotText
from crawl.fetch.fetcher import Fetcher, FetchFailed
from crawl.fetch.frontier import Page
from crawl.fetch.link_shapes import is_library
from crawl.registry.canonical import absolute_url, host_of

MOST_OF_PAGE = 4  # files of one page; a site's own programs stand in one to three
MOST_OF_RUN = 8  # files asked for in one run of a source
MOST_BYTES = 2_000_000  # of one file; a larger one holds an application and its libraries
MOST_WHOLE = 60_000  # characters of a file that is read whole; of a larger one what stands about its calls
BEFORE, BEHIND = 1_500, 2_500  # characters kept before and behind each of them
MOST_KEPT = 120_000  # characters of all files of a page

_OF_INTEREST = re.compile(
    r"\.(?:get|getJSON|ajax|post)\(|\bfetch\(|\baxios\(|\bbaseURL\b|\bpath:\s*[\"'][^\"']*:\w", re.ASCII
)


class ProgramFiles:
    """Reads the files of programs that the list pages of one source name."""

    def __init__(self, fetcher: Fetcher, archive: Archive) -> None:
        self._fetcher = fetcher
        self._archive = archive
        self._texts: dict[str, str] = {}

    async def text(self, urls: Sequence[str]) -> str:
        """Return what is of interest in these files, "" where none can be had. Raises SourceDown."""
        for url in urls:
            if url not in self._texts and len(self._texts) < MOST_OF_RUN:
                self._texts[url] = await self._read(url)
        return "\n".join(filter(None, (self._texts.get(url, "") for url in urls)))[:MOST_KEPT]

    async def _read(self, url: str) -> str:
        try:
            answer = await self._fetcher.fetch(Page(url, url, "program"), conditional=True)
            body = self._archive.body(answer.capture.id) if answer.status == 304 else answer.body
            if len(body) > MOST_BYTES:
                return ""
            text = decoded_text(body, answer.content_type)
            return "" if text.lstrip().startswith("<") else of_interest(text)
        except (FetchFailed, NotText, TooLarge):  # nobody promised that it says anything
            return ""


def named_files(root: html.HtmlElement, base: str, hosts: Collection[str]) -> tuple[str, ...]:
    """Return the addresses of the files of programs of a page that are the site's own, the last ones of many."""
    found = []
    for address in root.xpath("//script[not(contains(@type, 'json'))]/@src"):
        link = absolute_url(base, address)
        if link and host_of(link) in hosts and not is_library(urlsplit(link).path.rpartition("/")[2]):
            found.append(link)
    return tuple(dict.fromkeys(found))[-MOST_OF_PAGE:]


def of_interest(text: str) -> str:
    """Return what of a program may say how lists go on: a short one whole, a long one about its calls."""
    if len(text) <= MOST_WHOLE:
        return text
    kept: list[tuple[int, int]] = []
    for found in _OF_INTEREST.finditer(text):
        begin, end = max(0, found.start() - BEFORE), found.end() + BEHIND
        if kept and begin <= kept[-1][1]:
            kept[-1] = (kept[-1][0], end)
        else:
            kept.append((begin, end))
        if sum(end - begin for begin, end in kept) > MOST_WHOLE:
            break
    return "\n".join(text[begin:end] for begin, end in kept)[:MOST_WHOLE]
