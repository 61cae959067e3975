"""What the lists of one run led to: articles and further lists for the frontier, and what could not be followed."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from crawl.fetch.found_links import ARCHIVE_DEPTH, Discovery, article_page
from crawl.fetch.frontier import DAY, TRIED, Frontier, Page
from crawl.fetch.json_reading import addressed
from crawl.registry.sources import Source

LISTS_AGAIN_SECONDS = 30 * 24 * 3600  # an article that was put in with an old date stands deep in its list
IDLE_LISTS = 50  # list pages in a row that name nothing new: the rest of the list is known from elsewhere
IDLE_PERIODS = 35  # days, months or years of an archive in a row that name what is known: the rest is, too
EMPTY_PERIOD = 5  # how many of those one counts for that names nothing, or what the one before it named: a calendar
MOST_RELATED = 10_000  # articles named by articles that are kept until the lists have been read
NOTES_OF_FEEDS = 5  # of one run; a portal with a broken program has dozens of broken feeds

_HAS_PAGER, _ITEM_URL, _KEEP_QUERY = "has_pager", "item_url", "keep_query"  # names of what is learned
_NUMBERS = re.compile(r"\d+")


class ListFollowing:
    """Follows the lists of a source. source: with what its own pages say of it (item_url, keep_query)."""

    def __init__(self, source: Source, frontier: Frontier) -> None:
        self._of_registry = source
        self._learned = frontier.learned()
        self._frontier = frontier
        self.source = _with_learned(source, self._learned)
        self._is_item_url_of_run = False
        self._named: set[str] = set()
        self._idle_periods: Counter[str] = Counter()
        self._shown_period: dict[str, str] = {}
        self._related: dict[str, Page] = {}
        self._damaged_feeds: list[str] = []
        self._not_followed = self._cut = self._unaddressed = 0

    @property
    def _has_pager(self) -> bool:
        """Whether a list of the source had further pages, in this run or before: one that answers 304 says nothing."""
        return _HAS_PAGER in self._learned

    def _learn(self, name: str, value: str) -> None:
        if self._learned.get(name) != value:
            self._learned[name] = value
            self._frontier.learn(name, value)
            self.source = _with_learned(self._of_registry, self._learned)

    @property
    def named(self) -> int:
        """How many articles lists, feeds and sitemaps name, known or not."""
        return len(self._named)

    @property
    def not_followed(self) -> int:
        """How many links and entries look like pages of a list or articles and lead nowhere we can go."""
        return self._not_followed + self._cut + self._unaddressed

    def notes(self) -> list[str]:
        """Return in plain words what was not followed."""
        said = (
            (self._not_followed, "links like pages of the list not followed"),
            (self._cut, "links of long lists not read"),
            (self._unaddressed, "entries of JSON lists name no address: say with item_url how it is made"),
        )
        return [f"{count:,} {what}" for count, what in said if count] + self._damaged_feeds[:NOTES_OF_FEEDS]

    def follow(self, page: Page, found: Discovery) -> None:
        """Let what a page leads to wait in the frontier."""
        if found.items and not self.source.item_url:
            found = addressed(found, self.source, page, self._named)
        self._not_followed += found.not_followed
        self._cut += found.cut
        self._unaddressed += found.unaddressed
        if found.item_url and not self._is_item_url_of_run:  # the first page of a run that says it
            self._is_item_url_of_run = True
            self._learn(_ITEM_URL, found.item_url)
        if found.keep_query and not self.source.keep_query:
            self._learn(_KEEP_QUERY, " ".join(found.keep_query))
        if found.damage and page.listing != TRIED:
            self._damaged_feeds.append(f"{page.url}: {found.damage}")
        self._named.update(found.articles)
        if not self._has_pager and (
            page.kind == "sitemap"
            or any(
                further.kind == "list" and further.depth > page.depth and further.id not in found.sections
                for further in found.lists.values()
            )
        ):
            self._learn(_HAS_PAGER, "yes")
        new = self._frontier.add_all(found.articles.values())
        digest = found.digest()
        if new:
            self._idle_periods.pop(_without_numbers(page.id), None)
        else:
            self.note_idle(page, digest if found.articles else "")
        repeats = page.depth > 0 and page.kind == "list" and digest == page.listing
        idle = 0 if new else page.idle + 1
        for further in found.lists.values():
            goes_on = further.id not in found.sections and _without_numbers(further.id) == _without_numbers(page.id)
            further = replace(further, idle=idle, listing=digest if goes_on and found.articles else "")
            if further.kind == "sitemap":
                self._follow_sitemap(further)
            elif repeats or idle >= IDLE_LISTS:
                continue  # the list goes on without naming anything: a calendar, or its last page for ever
            else:
                soon = DAY if further.depth >= ARCHIVE_DEPTH else 0.0
                self._frontier.ask_again(further, unread_for=soon if new else LISTS_AGAIN_SECONDS)

    def note_related(self, urls: Iterable[str]) -> None:
        """Keep what the page of an article names: where no list has further pages it leads to the older ones."""
        for url in urls if not self._has_pager and len(self._related) < MOST_RELATED else ():
            if page := article_page(self.source, url):
                self._related.setdefault(page.id, page)

    def follow_related(self) -> bool:
        """Let the articles wait that only other articles name; tell whether there are any. For sites without pagers."""
        related = [] if self._has_pager else list(self._related.values())
        self._related.clear()
        return self._frontier.add_all(related) > 0

    def note_idle(self, page: Page, digest: str = "") -> None:
        """Note that a page named nothing new, or did not come. digest: of what it named, "" where it named nothing."""
        if page.depth < ARCHIVE_DEPTH:
            return
        archive = _without_numbers(page.id)
        is_empty = not digest or digest == self._shown_period.get(archive)
        self._idle_periods[archive] += EMPTY_PERIOD if is_empty else 1
        self._shown_period[archive] = digest

    def is_exhausted(self, page: Page) -> bool:
        """Tell whether a page belongs to an archive whose days, months or years named nothing new for a while."""
        return page.depth >= ARCHIVE_DEPTH and self._idle_periods[_without_numbers(page.id)] >= IDLE_PERIODS

    def _follow_sitemap(self, sitemap: Page) -> None:
        """Read a part of an index again unless it says that it has not changed since."""
        known = self._frontier.get(sitemap.id)
        if known is None or not sitemap.lastmod:
            self._frontier.ask_again(sitemap)
        else:
            self._frontier.add(sitemap)


def _with_learned(source: Source, learned: Mapping[str, str]) -> Source:
    """Return a source with what its pages said of it, where the registry says nothing else."""
    item_url = source.item_url or learned.get(_ITEM_URL, "")
    names = () if source.article else tuple(learned.get(_KEEP_QUERY, "").split())
    return replace(source, item_url=item_url, keep_query=source.keep_query or names)


def _without_numbers(name: str) -> str:
    """Return what the pages of one list have in common, but for its first: /muc/trang-2 and /muc/trang-3."""
    return _NUMBERS.sub("#", name)
