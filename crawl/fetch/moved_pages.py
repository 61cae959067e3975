"""A page at a new address: the same article as before, where the old address no longer shows it.

A redesign gives every page another URL. An article that comes from an address for the first time, and bears the title
of a stored article of its source, is compared with that one, and the old address is asked:

    it leads to the new one                         the same article, if much of the text is the same
    it is not found any more (404, 410, soft 404)   the same article, if the text is the same word for word
    it shows the page as before                     two pages that live: a reprint, stored by itself; where no pattern
                                                    says what an article is and the texts are the same, a twin of the
                                                    first (for print, for phones, in another section), not stored
    it cannot be asked now                          undecided: the new page waits, up to two days

Anything else is a page of its own. An article that is not found where it stands is looked for where it stood before: a
site may take a redesign back. The article keeps its id, so that links to it hold; captures of both addresses stay.
"""

import json
from contextlib import suppress
from dataclasses import dataclass, replace

from crawl.archive.archive import Archive
from crawl.article import Article, article_key
from crawl.fetch.fetcher import Fetcher, FetchFailed
from crawl.fetch.frontier import Page
from crawl.fetch.page_reading import read_page
from crawl.registry.canonical import canonical_url, host_of
from crawl.registry.sources import Source

MOST_ALIKE = 5  # a title that more articles bear ("Tin vắn") tells nothing
MOST_HOPS = 5
MOST_EARLIER = 3  # addresses that are asked, of a site that is rebuilt again and again
MUCH = 0.5  # of the runs of words of the shorter text: a redesign changes what stands around an article
RUN_OF_WORDS = 5
ALL = 0.95  # of the runs of words of the longer text: a page for print has a line more or less


@dataclass(frozen=True, slots=True)
class Earlier:
    """An article that is stored already. is_twin: its address lives, and the page is the same article once more."""

    id: str
    is_twin: bool = False


class Undecided(Exception):
    """Whether a page is an article at a new address cannot be told now; says why."""


class MovedPages:
    """Recognises the articles of one source at their new addresses."""

    def __init__(self, source: Source, archive: Archive, fetcher: Fetcher) -> None:
        self._source = source
        self._archive = archive
        self._fetcher = fetcher
        self._read_now: set[str] = set()

    def note_read(self, page: Page) -> None:
        """Note that an article was read where it stands in this run: it need not be asked again whether it does."""
        self._read_now.add(page.id)

    async def earlier(self, page: Page, article: Article) -> Earlier | None:
        """Return the stored article that stands at the address of a page now or too, None where it is a new one.

        Asks the old address, so raises SourceDown; Undecided where it gives no answer.
        """
        alike = self._archive.titled(self._source.slug, article.title, MOST_ALIKE + 1)
        if len(alike) > MOST_ALIKE:
            return None
        for former_id, stored in alike:
            known = Article.of(json.loads(stored))
            if former_id == page.id or host_of(known.url) not in self._source.hosts or not _share_much(known, article):
                continue
            leads_to = former_id if former_id in self._read_now else await self._leads_to(known)
            is_same = _words(known) == _words(article)
            if leads_to == page.id or (leads_to == "" and is_same):
                return Earlier(former_id)
            if leads_to == former_id and not self._source.article and _share_much(known, article, of_longer=ALL):
                return Earlier(former_id, is_twin=True)
        return None

    async def back_at(self, article_id: str) -> str:
        """Return the earlier address at which an article stands again, now that it has left its own; "" for none.

        An address that gives no answer is passed over: an article counts as gone after several days only, and is asked
        for each time. Raises SourceDown.
        """
        earlier = [one for one in self._archive.earlier_addresses(article_id) if host_of(one) in self._source.hosts]
        stored = self._archive.article(article_key(article_id)) if earlier else None
        if stored is None:
            return ""
        for address in earlier[:MOST_EARLIER]:
            with suppress(Undecided, ValueError):
                if await self._leads_to(replace(stored.article, url=address)) == address:
                    return address
        return ""

    async def _leads_to(self, known: Article) -> str | None:
        """Return the id of the page that an address leads to: its own where it still stands there, "" for nowhere.

        None where it shows something else.
        """
        url = known.url
        for _ in range(MOST_HOPS):
            name = canonical_url(url, self._source)
            page = Page(name, url, "article")
            try:
                answer = await self._fetcher.fetch(page, conditional=False)
            except FetchFailed as failure:
                if failure.gone:
                    return ""
                raise Undecided(f"it may be {known.url} at a new address, which cannot be asked: {failure}") from None
            if answer.location and host_of(answer.location) in self._source.hosts:
                url = answer.location
                continue
            if answer.location:
                return None
            read = read_page(self._source, page, answer.url, answer.body, answer.content_type)
            if read.unfinished == "not found":
                return ""
            return name if read.article is not None and read.article.title == known.title else None
        return None


def _share_much(one: Article, other: Article, of_longer: float = 0.0) -> bool:
    first, second = (_runs(_words(article)) for article in (one, other))
    if len(first & second) < of_longer * max(len(first), len(second)):
        return False
    return bool(first and second) and len(first & second) >= MUCH * min(len(first), len(second))


def _words(article: Article) -> list[str]:
    return f"{article.lede} {article.body}".casefold().split()


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    """Return the runs of words of a text; a text that is shorter than one is one run."""
    return {tuple(words[start : start + RUN_OF_WORDS]) for start in range(max(1, len(words) - RUN_OF_WORDS + 1))}
