"""Re-crawls each source when it is due, then indexes, until it is stopped.

When a source is due follows from its runs in the archive (crawl/rhythm.py), so that a restart loses nothing.
APScheduler keeps the clock; what is due is crawled together in a process of its own, because Scrapy's reactor runs
only once in a process and because the memory of a crawl then ends with it. A source is never crawled twice at a time.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from crawl.archive import Archive
from crawl.errors import ArchiveError, CrawlError
from crawl.health import RUNS_LOOKED_AT
from crawl.rhythm import next_visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawl.sources import Source

LOCK = "schedule.lock"
SOURCES_TOGETHER = 16  # at a page a second each they keep one core busy with reading
PAGES_PER_VISIT = 2_000  # half an hour at a page a second: nobody waits long for his turn behind a site's whole history
STOP_GRACE_SECONDS = 60.0  # for the pages that are on their way
RETRY_DELAY = timedelta(minutes=5)  # after a crawl that could not even begin, as when somebody imports just now

Crawl = Callable[[Sequence["Source"], Path], None]


def crawl_sources(sources: Sequence["Source"], data_dir: Path) -> None:
    """Crawl sources to the budget of one visit and print what came of it."""
    from crawl.spider import crawl

    print(crawl(list(sources), data_dir, max_pages=PAGES_PER_VISIT), flush=True)


def run_schedule(
    sources: Sequence["Source"],
    data_dir: Path,
    *,
    after_crawl: Callable[[], object],
    crawl: Crawl = crawl_sources,
) -> None:
    """Crawl each source whenever it is due and call after_crawl each time, until SIGINT or SIGTERM.

    crawl: called in a process of its own with the sources that are due; must be a function of a module.
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
        slugs = list(self._due)[:SOURCES_TOGETHER]
        for slug in slugs:
            del self._due[slug]
        if not self._due:
            self._something_due.clear()
        print(f"{_clock_time()} crawling {', '.join(slugs)}", flush=True)
        begun = self._crawl_in_process([self._sources[slug] for slug in slugs])
        if begun:
            try:
                self._after_crawl()
            except (CrawlError, OSError, ValueError, RuntimeError) as error:
                print(f"{_clock_time()} indexing failed, to be tried after the next crawl: {error}", flush=True)
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

    def _crawl_in_process(self, sources: list["Source"]) -> bool:
        """Return whether the crawl ended by itself and well; stop it when this process is to stop."""
        # spawn: a forked child would keep the locks of this process, and threads do not survive a fork
        process = multiprocessing.get_context("spawn").Process(
            target=_crawl_apart, args=(self._crawl, sources, self._data_dir)
        )
        process.start()
        while process.is_alive() and not self._stop.is_set():
            process.join(timeout=0.2)
        if process.is_alive():
            process.terminate()
            process.join(timeout=STOP_GRACE_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        if process.exitcode:
            print(f"{_clock_time()} the crawl ended with code {process.exitcode}", flush=True)
        return process.exitcode == 0


def _crawl_apart(crawl: Crawl, sources: list["Source"], data_dir: Path) -> None:
    """Run a crawl in this new process, out of reach of Ctrl-C but not of the end of its parent."""
    os.setpgrp()  # Ctrl-C reaches the parent alone, which then asks once; Scrapy takes a second request as "at once"
    parent = multiprocessing.parent_process()

    def follow_parent() -> None:
        if parent is not None:
            parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=follow_parent, daemon=True).start()
    try:
        crawl(sources, data_dir)
    except CrawlError as error:
        print(f"hoinghi: {error}", flush=True)
        raise SystemExit(2) from None


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


def _clock_time() -> str:
    return datetime.now().strftime("%H:%M:%S")
