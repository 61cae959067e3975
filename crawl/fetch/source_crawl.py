"""One run of one source: what is fetched, in which order, and when it is enough.

1. Feeds, sitemaps and start pages, every run (conditionally where the server knows how).
2. Articles that were never fetched, and those that a feed or sitemap says were changed.
3. Further list pages: one that was never read is always followed (back-fill), one that was read before only while the
   page before it named something new, or a month has passed. So a later run mostly costs the lists' first pages.
4. Pages that failed in earlier runs and are due again (frontier.py).
5. At most Limits.rechecks of each: pages that were left out or moved, while they are young or when the rule changed;
   stored articles, the longest unseen first: all of the first two days, later those that stood unchanged for ten times
   as long as they were not looked at. A server that honours ETag or Last-Modified answers 304; where it does not, an
   article's body is fetched again only when its age has doubled.

A page waits in the frontier until its article is stored, so a kill costs nothing but the page that was on its way.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from crawl import clock
from crawl.archive.archive import Archive
from crawl.archive.deletion import mark_gone
from crawl.article import Article
from crawl.errors import ArchiveError
from crawl.extraction.linked_documents import AttachedDocuments
from crawl.fetch.alarms import ALARM_PAGES, raise_alarm_of_build, raise_alarm_of_failing
from crawl.fetch.announced_places import seed_announced
from crawl.fetch.discover import backfill, seeds
from crawl.fetch.fetcher import Answer, Fetcher, FetchFailed, SourceDown
from crawl.fetch.frontier import DAY, Frontier, Page
from crawl.fetch.kept_page import kept_page, rules_version
from crawl.fetch.limits import Limits, lacking_space
from crawl.fetch.list_following import ListFollowing
from crawl.fetch.moved_pages import Earlier, MovedPages, Undecided
from crawl.fetch.page_reading import ReadPage, read_page
from crawl.fetch.page_settlement import JudgedArticle, PageSettlement
from crawl.fetch.program_files import ProgramFiles
from crawl.fetch.reading_pool import ReadingPool
from crawl.fetch.summary import SourceSummary
from crawl.registry.sources import Source

UNFINISHED_SECONDS = 2 * DAY  # an article "being updated" for longer stays as it is
SPACE_CHECK_SECONDS = 2.0

logger = logging.getLogger(__name__)

Report = Callable[[SourceSummary, bool], None]


class SourceCrawl:
    """One run of one source."""

    def __init__(
        self,
        source: Source,
        archive: Archive,
        frontier: Frontier,
        fetcher: Fetcher,
        limits: Limits,
        *,
        report: Report,
        reading: ReadingPool,
    ) -> None:
        self.summary = SourceSummary(source.slug, source.name)
        self._archive = archive
        self._frontier = frontier
        self._fetcher = fetcher
        self._limits = limits
        self._keep_all = False
        self._report = report
        self._reading = reading
        self._lists = ListFollowing(source, frontier)
        self._documents = AttachedDocuments(fetcher, archive, source.hosts)
        self._programs = ProgramFiles(fetcher, archive)
        self._moved = MovedPages(source, archive, fetcher)
        self._settlement = PageSettlement(self.summary, archive, frontier, self._lists, self._moved)
        self._as_built = self._otherwise_built = 0  # articles that the selectors of the registry match, or do not

    @property
    def source(self) -> Source:
        return self._lists.source

    async def run(self, *, keep_all: bool = False, retry: bool = False) -> None:
        """Fetch what there is, to the budget of the run. keep_all: store also what is no meeting.

        retry: try again what failed before, due or not. Raises only what nobody foresaw.
        """
        self._keep_all = keep_all
        if self._frontier.pulled_back:
            self.summary.notes.append(
                f"times of {self._frontier.pulled_back:,} pages were in the future and count as now: the clock of this"
                " machine was ahead, or is behind"
            )
        self._seed(clock.now().date())
        if retry:
            self._frontier.retry_failing()
        trouble = ""
        try:
            await seed_announced(self.source, self._fetcher, self._frontier)
            await self._visit_all()
        except SourceDown as down:
            trouble = str(down)
            self.summary.not_before = down.not_before
        self._lists.follow_related()  # what the budget of this run left waits for the next one
        self.summary.waiting = self._frontier.untried()
        self.summary.failing = self._frontier.failing()
        self.summary.error = trouble or self._what_is_wrong()
        if self._is_banned():
            self.summary.notes.append(
                f"robots.txt forbids {self.summary.forbidden:,} pages, most of those asked for: it may have changed"
            )
        self.summary.notes += self._lists.notes()
        self.summary.not_followed = self._lists.not_followed
        self._frontier.note(self.summary.notes)
        raise_alarm_of_failing(self._archive, self._frontier, self.source.slug)
        if rebuilt := raise_alarm_of_build(self._archive, self.source.slug, self._as_built, self._otherwise_built):
            self.summary.notes.append(rebuilt)
        if not self.summary.error:  # a source in trouble says nothing reliable about what it still has
            mark_gone(self._archive, self.source.slug)

    async def _visit_all(self) -> None:
        """Visit what is due until nothing is, or the run has used up its requests or its time.

        One page is visited in any case: a run that asked for robots.txt alone would know nothing of the source.
        """
        budget = min(self._limits.max_pages or self.source.page_budget, self.source.page_budget)
        budget = max(budget, self._fetcher.requests + 1)
        ends_at = clock.monotonic() + self._limits.max_seconds
        again: list[Page] | None = None
        while self._fetcher.requests < budget and clock.monotonic() < ends_at:
            page = self._frontier.next_page()
            if page is None and self._lists.follow_related():
                continue
            if page is None:
                if again is None:
                    again = self._pages_to_look_at_again()
                if not again:
                    return
                page = again.pop()
            await self._wait_for_space()
            await self._visit(page)
            self._report(self.summary, False)

    def _pages_to_look_at_again(self) -> list[Page]:
        """Return pages in the order from the last to the first."""
        stored = self._frontier.pages_to_check(self._limits.rechecks)
        left_out = self._frontier.pages_to_judge_again(rules_version(), self._limits.rechecks)
        return stored[::-1] + left_out[::-1]

    async def _wait_for_space(self) -> None:
        """Wait while the disk is nearly full; give up for this run where nobody makes room."""
        for _ in range(max(1, round(self._limits.max_space_wait_seconds / SPACE_CHECK_SECONDS))):
            lacking = lacking_space(self._archive.data_dir, self._limits.min_free_bytes)
            if not lacking:
                self.summary.paused = ""
                return
            self.summary.paused = f"paused: {lacking}"
            self._report(self.summary, False)
            await asyncio.sleep(SPACE_CHECK_SECONDS)
        raise SourceDown(lacking)

    def _is_banned(self) -> bool:
        """Tell whether robots.txt keeps us from most articles; a few pages it forbids at every site."""
        summary = self.summary
        let_in = summary.stored + summary.not_modified + summary.left_out
        return summary.forbidden > ALARM_PAGES and summary.forbidden > let_in

    def _seed(self, today: date) -> None:
        for page in seeds(self.source, today):
            self._frontier.ask_again(page)
        self._frontier.add_all(backfill(self.source, today))
        if self._keep_all:
            self._frontier.reopen_left_out()

    def _what_is_wrong(self) -> str:
        """Return why the run counts as failed although it came to its end, "" where it does not."""
        summary = self.summary
        known = summary.not_modified or summary.left_out
        known = known or self._frontier.count("article", "done") or self._frontier.count("article", "left_out")
        if not summary.named and not known:
            first = f" ({summary.failures[0][1]})" if summary.failures else ""
            return (
                self._settlement.refused
                or f"no article was found on any list page{first}: check start, feeds and article"
            )
        if summary.forbidden and not (known or summary.stored):
            return f"robots.txt forbids every article that was asked for ({summary.forbidden:,})"
        if summary.failed and not (summary.stored or summary.not_modified or summary.left_out):
            return f"none of {summary.failed} pages could be read: {summary.failures[0][1]}"
        return ""

    async def _visit(self, page: Page) -> None:
        if self._lists.is_exhausted(page):
            self._frontier.settle(page, "done", "a part of an archive whose other parts named nothing new")
            return
        here = self._archive.article_at(page.id)
        conditional = page.fetched_at > 0 and (page.kind != "article" or self._archive.has_article(here))
        if page.kind == "article" and not conditional:
            conditional = self._archive.has_article(here)  # the frontier was lost, the archive was not
        if page.state == "left_out":
            conditional = True
            if page.rules != rules_version() and self._judge_kept(page):
                return
        try:
            answer = await self._fetcher.fetch(page, conditional=conditional)
        except FetchFailed as failure:
            was_here = failure.gone and page.kind == "article" and not self._settlement.has_left(page)
            if was_here and (earlier := await self._moved.back_at(here)):
                self._settlement.settle_moved_back(page, here, earlier)
            else:
                self._settlement.settle_failure(page, failure)
            return
        try:
            self.summary.fetched += answer.status == 200
            read = None if answer.status == 304 or answer.location else await self._read(page, answer)
            article = await self._completed(page, read) if read else None
            with self._archive.batch():
                self._settlement.settle(page, answer, read, article)
        except (SourceDown, ArchiveError):
            raise
        except (ValueError, Undecided) as error:
            self._settlement.fail(page, str(error))
        except Exception as error:  # one page that breaks our own code must not end the crawl of a site
            logger.exception("hoinghi: %s", page.url)
            self._settlement.fail(
                page, f"an error of the program ({type(error).__name__}: {error}): please report this page"
            )

    async def _read(self, page: Page, answer: Answer) -> ReadPage:
        """Return what a page says. Raises ValueError where it says nothing."""
        given = self.source, page, answer.url, answer.body, answer.content_type
        read = await self._reading.read(*given)
        if read.found and (programs := await self._programs.text(read.found.program_files)):
            read = await self._reading.read(*given, program_files=programs)
        if read.strange:
            self._refuse_strange(page, read.strange)
        if read.as_built is not None:
            self._as_built += read.as_built
            self._otherwise_built += not read.as_built
        if read.trouble:
            raise ValueError(read.trouble)
        return read

    async def _completed(self, page: Page, read: ReadPage) -> JudgedArticle | None:
        """Return the article of a page with the text of its documents; None for a list.

        Raises ValueError for one that is not finished, Undecided, SourceDown.
        """
        if read.article is None or read.verdict is None:
            return None
        article, verdict = replace(read.article, id=self._archive.article_at(page.id)), read.verdict
        self._refuse_unfinished(page, article, read.unfinished)
        is_known = self._archive.has_article(article.id)
        if not (verdict.keep or self._keep_all or is_known):
            return JudgedArticle(article, verdict, belongs=False)
        article, failures = await self._documents.added_to(article, read.pictures)
        for url, why in failures:
            self.summary.note_failure(url, why)
        earlier = None if is_known else await self._earlier(page, article)
        return JudgedArticle(article, verdict, True, earlier)

    async def _earlier(self, page: Page, article: Article) -> Earlier | None:
        try:
            return await self._moved.earlier(page, article)
        except Undecided:
            if clock.wall() - page.seen_since < UNFINISHED_SECONDS:
                raise
            return None  # unknown for days: two pages then

    def _judge_kept(self, page: Page) -> bool:
        """Judge a page that an earlier rule left out from what the archive kept of it; tell whether it is still out."""
        body, content_type = kept_page(self._archive, page.url)
        if not body:
            return False
        read = read_page(self.source, page, page.url, body, content_type)
        if read.verdict is None or read.verdict.keep:
            return False
        self._settlement.leave_out(page, read.verdict.reason, conditional=page.conditional)
        return True

    def _refuse_strange(self, page: Page, kind: str) -> None:
        self._archive.raise_alarm(self.source.slug, page.url, kind, f"{kind}: {page.url} shows something else")
        self._settlement.refused = self._settlement.refused or f"{kind}: {page.url} is no page of this site"
        raise ValueError(f"{kind}: not what this site should show; not stored")

    def _refuse_unfinished(self, page: Page, article: Article, kind: str) -> None:
        """Raise ValueError for what is no article yet, to be tried again; one that stays short is taken at last."""
        if kind and (kind != "unfinished" or clock.wall() - page.seen_since < UNFINISHED_SECONDS):
            raise ValueError(f"{kind}: it has no article yet, only “{article.title[:80]}”")
