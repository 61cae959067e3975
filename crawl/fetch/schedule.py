"""Re-crawls each source when it is due and indexes by the clock, until it is stopped.

Each source has a worker of its own and a budget of pages and time, so that none waits for another: one that answers
slowly takes long itself, and the others are visited and indexed meanwhile. When a source is due follows from its runs
in the archive (recrawl_interval.py), so that a restart loses nothing. The archive is open while somebody crawls.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from crawl import clock
from crawl.archive.archive import Archive
from crawl.archive.health import RUNS_LOOKED_AT
from crawl.archive.job_lock import only_one
from crawl.archive.orders import Orders, read_orders, take_orders
from crawl.archive.runs import Run
from crawl.errors import ArchiveError
from crawl.fetch.frontier_schema import set_aside_if_damaged
from crawl.fetch.recrawl_interval import LONGEST, next_visit

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawl.registry.sources import Source

LOCK = "schedule.lock"
MOST_WORKERS = 128  # they wait for their sites most of the time
PAGES_PER_VISIT = 2_000  # half an hour at a page a second
SECONDS_PER_VISIT = 3_600.0  # of a slow site; the next visit goes on soon
SECONDS_BETWEEN_INDEXING = 60.0  # while somebody crawls; when nobody does, at once
RETRY_DELAY = timedelta(minutes=5)  # after a crawl that could not even begin, as when somebody imports just now
CHECK_SECONDS = 0.2

Crawl = Callable[["Source", Archive, threading.Event], object]


def crawl_visit(source: "Source", archive: Archive, stop: threading.Event, contact: str = "") -> object:
    """Crawl a source to the budget of one visit; return the summary. It ends early when stop is set."""
    from crawl.fetch.crawler import CrawlOptions, crawl_source, source_record
    from crawl.fetch.limits import Limits
    from crawl.fetch.progress import no_progress
    from crawl.fetch.summary import CrawlSummary

    archive.save_sources([source_record(source)])
    limits = Limits(max_pages=PAGES_PER_VISIT, max_seconds=SECONDS_PER_VISIT)
    return CrawlSummary([crawl_source(source, archive, CrawlOptions(limits, contact=contact), stop, no_progress)])


def planned_visit(source: "Source", runs: Sequence[Run]) -> datetime:
    """Return when a source is due, from its runs (newest first), with the budget of one visit."""
    return next_visit(
        source.slug,
        runs,
        timedelta(hours=source.interval_hours),
        page_budget=PAGES_PER_VISIT,
        time_budget=timedelta(seconds=SECONDS_PER_VISIT),
    )


def run_schedule(
    sources: Sequence["Source"],
    data_dir: Path,
    *,
    after_crawl: Callable[[], object],
    crawl: Crawl = crawl_visit,
) -> None:
    """Crawl each source whenever it is due and call after_crawl by the clock, until SIGINT or SIGTERM.

    crawl: called in a thread with a source, the open archive and an event that asks it to stop; what it returns is
    printed. after_crawl: called in this thread when something was crawled, while others crawl.
    Raises ArchiveError where another scheduler works on the data directory.
    """
    data_dir = Path(data_dir)
    with _only_scheduler(data_dir), _stopped_by_signals() as stop:
        _Schedule(sources, data_dir, after_crawl, crawl, stop).run()


class _Schedule:
    """The loop: start what is due, index what came, work out when it is due again."""

    def __init__(
        self,
        sources: Sequence["Source"],
        data_dir: Path,
        after_crawl: Callable[[], object],
        crawl: Crawl,
        stop: threading.Event,
    ) -> None:
        self._sources = {source.slug: source for source in sources}
        self._data_dir = data_dir
        self._after_crawl = after_crawl
        self._crawl = crawl
        self._stop = stop
        self._archive: Archive | None = None
        self._due: dict[str, datetime] = {}
        self._running: dict[str, Future[object]] = {}
        self._to_index = False
        self._indexed_at = 0.0
        self._paused: frozenset[str] = frozenset()
        self._orders_failed = False
        self._asked_for: set[str] = set()  # by an operator: visited though they rest

    def run(self) -> None:
        self._plan(list(self._sources))
        print(f"{len(self._sources)} sources in {self._data_dir}; stop with Ctrl-C", flush=True)
        workers = ThreadPoolExecutor(min(len(self._sources), MOST_WORKERS) or 1, thread_name_prefix="crawl")
        with workers:
            while not self._stop.wait(CHECK_SECONDS):
                self._obey_orders()
                self._start_what_is_due(workers)
                self._collect()
                self._index_by_the_clock()
            while self._running:
                self._collect()
                time.sleep(CHECK_SECONDS / 10)
        if self._to_index:
            self._index()
        print("stopped; what was stored stays stored", flush=True)

    def _obey_orders(self) -> None:
        """Take in what operators ask for. A source that is being crawled just now is not visited again for it."""
        try:
            orders = take_orders(self._data_dir)
        except OSError as error:
            if not self._orders_failed:  # once, not five times a second
                log.error("the orders of operators cannot be carried out, to be tried again: %s", error)
            self._orders_failed = True
            orders = Orders(paused=read_orders(self._data_dir).paused)
        else:
            self._orders_failed = False
        self._paused = frozenset(orders.paused)
        for slug in self._due.keys() & set(orders.visit):
            self._due[slug] = clock.now()
            self._asked_for.add(slug)
        if orders.index:
            self._to_index, self._indexed_at = True, 0.0

    def _start_what_is_due(self, workers: ThreadPoolExecutor) -> None:
        now = clock.now()
        if astray := [slug for slug, at in self._due.items() if at - now > self._longest_wait(slug)]:
            self._plan(astray)  # while the clock was ahead
        awake = ((at, slug) for slug, at in self._due.items() if slug not in self._paused or slug in self._asked_for)
        due = sorted((at, slug) for at, slug in awake if at <= now)[: MOST_WORKERS - len(self._running)]
        if not due:
            return
        try:
            if self._archive is None:
                self._archive = Archive(self._data_dir)
                set_aside_if_damaged(self._data_dir)
            archive = self._archive
        except ArchiveError as error:
            for _, slug in due:
                self._due[slug] = now + RETRY_DELAY
            log.error("not crawled, to be tried again in %s: %s", RETRY_DELAY, error)
            return
        log.info("crawling %s", ", ".join(slug for _, slug in due))
        for _, slug in due:
            del self._due[slug]
            self._asked_for.discard(slug)
            self._running[slug] = workers.submit(self._crawl, self._sources[slug], archive, self._stop)

    def _longest_wait(self, slug: str) -> timedelta:
        return 2 * max(LONGEST, timedelta(hours=self._sources[slug].interval_hours))

    def _collect(self) -> None:
        """Take in what has ended; close the archive when nobody crawls, so that others may write."""
        ended = [slug for slug, future in self._running.items() if future.done()]
        for slug in ended:
            error = self._running[slug].exception()
            if error is None:
                print(f"{self._running[slug].result()}\n", end="", flush=True)  # one write: others print, too
            else:
                log.error("%s: the crawl broke off", slug, exc_info=error)
            del self._running[slug]
        if ended:
            self._to_index = True
            self._plan(ended)
        if self._archive is not None and not self._running:
            self._archive.close()
            self._archive = None

    def _index_by_the_clock(self) -> None:
        """Index in this thread, as the command line expects; who crawls goes on meanwhile."""
        waited = clock.monotonic() - self._indexed_at >= SECONDS_BETWEEN_INDEXING
        if self._to_index and (waited or not self._running):
            self._to_index = False
            self._index()
            self._indexed_at = clock.monotonic()

    def _index(self) -> None:
        try:
            self._after_crawl()
        except Exception as error:  # whatever the caller's work is, the next crawl must not be missed for it
            log.error("indexing failed, to be tried after the next crawl: %s", error)

    def _plan(self, slugs: Sequence[str]) -> None:
        """Work out when sources are due, from their runs."""
        try:
            with Archive(self._data_dir, read_only=True) as archive:
                runs = {slug: archive.runs(slug, RUNS_LOOKED_AT) for slug in slugs}
        except ArchiveError:
            runs = {}  # nothing was ever crawled
        for slug in slugs:
            self._due[slug] = planned_visit(self._sources[slug], runs.get(slug, []))


@contextmanager
def _only_scheduler(data_dir: Path) -> "Iterator[None]":
    data_dir.mkdir(parents=True, exist_ok=True)
    with only_one(data_dir, LOCK) as is_ours:
        if not is_ours:
            raise ArchiveError(
                f"another scheduler works on {data_dir}: stop it first, or name another directory with --data"
            )
        yield


@contextmanager
def _stopped_by_signals() -> "Iterator[threading.Event]":
    """Give an event that SIGINT and SIGTERM set; put the former handlers back at the end."""
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    former: dict[int, Any] = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
