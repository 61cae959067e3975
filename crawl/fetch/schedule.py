"""Re-crawls each source when it is due, then indexes, until it is stopped.

When a source is due follows from its runs in the archive (recrawl_interval.py), so that a restart loses nothing.
APScheduler keeps the clock; what is due is crawled together, each source once at a time.
"""

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from crawl.archive.archive import Archive
from crawl.archive.health import RUNS_LOOKED_AT
from crawl.errors import ArchiveError, CrawlError
from crawl.fetch.recrawl_interval import next_visit

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawl.registry.sources import Source

LOCK = "schedule.lock"
SOURCES_TOGETHER = 16  # at a page a second each they keep one core busy with reading
PAGES_PER_VISIT = 2_000  # half an hour at a page a second: nobody waits long for his turn behind a site's whole history
GATHER_SECONDS = 0.5  # what becomes due at the same moment is crawled together
RETRY_DELAY = timedelta(minutes=5)  # after a crawl that could not even begin, as when somebody imports just now

Crawl = Callable[[Sequence["Source"], Path, threading.Event], object]


def crawl_visit(sources: Sequence["Source"], data_dir: Path, stop: threading.Event, contact: str = "") -> object:
    """Crawl sources to the budget of one visit; return the summary. It ends early when stop is set."""
    from crawl.fetch.crawler import crawl
    from crawl.fetch.progress import no_progress

    return crawl(sources, data_dir, max_pages=PAGES_PER_VISIT, contact=contact, progress=no_progress, stop=stop)


def run_schedule(
    sources: Sequence["Source"],
    data_dir: Path,
    *,
    after_crawl: Callable[[], object],
    crawl: Crawl = crawl_visit,
) -> None:
    """Crawl each source whenever it is due and call after_crawl each time, until SIGINT or SIGTERM.

    crawl: called with the sources that are due and an event that asks it to stop; what it returns is printed.
    Raises ArchiveError where another scheduler works on the data directory.
    """
    data_dir = Path(data_dir)
    with _only_one(data_dir), _stopped_by_signals() as stop:
        _Rounds(sources, data_dir, after_crawl, crawl, stop).run()


class _Rounds:
    """The loop: wait until something is due, crawl it, index, work out when it is due again."""

    def __init__(
        self,
        sources: Sequence["Source"],
        data_dir: Path,
        after_crawl: Callable[[], object],
        crawl: Crawl,
        stop: threading.Event,
    ) -> None:
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        self._sources = {source.slug: source for source in sources}
        self._data_dir = data_dir
        self._after_crawl = after_crawl
        self._crawl = crawl
        self._stop = stop
        self._due: dict[str, None] = {}  # in the order they became due
        self._something_due = threading.Event()
        self._clock = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def run(self) -> None:
        self._plan(self._sources)
        self._clock.start()
        print(f"{len(self._sources)} sources in {self._data_dir}; stop with Ctrl-C", flush=True)
        try:
            while not self._stop.is_set():
                if self._something_due.wait(timeout=0.5) and not self._stop.is_set():
                    self._round()
        finally:
            self._clock.shutdown(wait=True)
        print("stopped; what was stored stays stored", flush=True)

    def _mark_due(self, slug: str) -> None:
        self._due[slug] = None
        self._something_due.set()

    def _round(self) -> None:
        self._stop.wait(GATHER_SECONDS)
        slugs = list(self._due)[:SOURCES_TOGETHER]
        for slug in slugs:
            del self._due[slug]
        if not self._due:
            self._something_due.clear()
        log.info("crawling %s", ", ".join(slugs))
        begun = self._crawled(slugs)
        if begun:
            try:
                self._after_crawl()
            except Exception as error:  # whatever the caller's work is, the next crawl must not be missed for it
                log.error("indexing failed, to be tried after the next crawl: %s", error)
        if not self._stop.is_set():
            self._plan(slugs, not_before=None if begun else datetime.now(UTC) + RETRY_DELAY)

    def _plan(self, slugs: "Sequence[str] | dict[str, Source]", not_before: datetime | None = None) -> None:
        for slug, due in self._due_times(list(slugs)).items():
            run_date = max(due, not_before) if not_before else due
            self._clock.add_job(self._mark_due, "date", run_date=run_date, args=[slug], id=slug, replace_existing=True)

    def _due_times(self, slugs: Sequence[str]) -> dict[str, datetime]:
        try:
            with Archive(self._data_dir, read_only=True) as archive:
                runs = {slug: archive.runs(slug, RUNS_LOOKED_AT) for slug in slugs}
        except ArchiveError:
            runs = {}  # nothing was ever crawled
        return {
            slug: next_visit(
                slug,
                runs.get(slug, []),
                timedelta(hours=self._sources[slug].interval_hours),
                page_budget=PAGES_PER_VISIT,
            )
            for slug in slugs
        }

    def _crawled(self, slugs: Sequence[str]) -> bool:
        """Crawl sources; return whether that could be done at all."""
        try:
            print(self._crawl([self._sources[slug] for slug in slugs], self._data_dir, self._stop), flush=True)
        except CrawlError as error:
            log.error("not crawled, to be tried again in %s: %s", RETRY_DELAY, error)
            return False
        return True


@contextmanager
def _only_one(data_dir: Path) -> "Iterator[None]":
    """Hold the lock of the scheduler. The system frees it when the process ends, however it ends."""
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(data_dir / LOCK, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise ArchiveError(
            f"another scheduler works on {data_dir}: stop it first, or name another directory with --data"
        ) from None
    try:
        yield
    finally:
        lock.release()


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
