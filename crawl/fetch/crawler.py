"""A crawl: each source in a thread of its own, all into one archive.

    crawl(sources, data_dir)      what callers use; as often as they like, from any thread
      └─ crawl_source             one for each source, Limits.sources_at_once of them at a time
           └─ SourceCrawl         what is fetched, in which order
                └─ Fetcher        how politely
                     └─ Client    over HTTP

A thread for each source, with an event loop of its own: what takes long to read on one page keeps no other site
waiting for its answer. When there are many pages, other processes read them (reading_pool.py). Success is what a source
said itself at its end; one that never came to say it has failed.
"""

import asyncio
import logging
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import Any

from crawl.archive.archive import Archive, SourceRecord
from crawl.archive.database import INTERRUPTED
from crawl.errors import CrawlError
from crawl.fetch.client import Client
from crawl.fetch.fetcher import Fetcher
from crawl.fetch.frontier import Frontier
from crawl.fetch.frontier_schema import set_aside_if_damaged
from crawl.fetch.limits import Limits
from crawl.fetch.progress import Progress, terminal_progress
from crawl.fetch.reading_pool import READING
from crawl.fetch.source_crawl import SourceCrawl
from crawl.fetch.summary import CrawlSummary, SourceSummary
from crawl.registry.sources import Source

STOP_CHECK_SECONDS = 0.2
NO_LAST_WORD = "it never told how it ended: nothing is known of it; run it again"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """How to crawl. keep_all: store also what is no meeting. retry: try every page that failed before, due or not."""

    limits: Limits = field(default_factory=Limits)
    keep_all: bool = False
    contact: str = ""
    retry: bool = False

    def __post_init__(self) -> None:
        if not (self.contact.isascii() and self.contact.isprintable()):
            raise CrawlError(f"contact {self.contact!r}: a header takes ASCII alone; give a mail address or a URL")


def crawl(
    sources: Sequence[Source],
    data_dir: Path,
    *,
    max_pages: int | None = None,
    all_: bool = False,
    contact: str = "",
    retry: bool = False,
    limits: Limits | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> CrawlSummary:
    """Crawl sources into the archive of data_dir; return what came of each, in their order.

    max_pages: requests to each source, at most its page_budget. all_: keep also what is no meeting. contact: mail or
    URL that the user agent names. retry: try again at once what failed before. progress: called after each page,
    default a bar or lines on stderr. stop: ends the crawl when set, with everything stored; so do Ctrl-C and SIGTERM.
    Raises ArchiveError as Archive does, CrawlError for a bad value.
    """
    limits = limits or Limits()
    if max_pages is not None:
        if max_pages < 1:
            raise CrawlError(f"max_pages = {max_pages}: expected 1 or more; leave it out for no limit of your own")
        limits = replace(limits, max_pages=max_pages)
    options = CrawlOptions(limits, all_, contact, retry)
    stop = stop or threading.Event()
    report = _one_at_a_time(progress or terminal_progress())
    summaries = [SourceSummary(source.slug, source.name, error=NO_LAST_WORD) for source in sources]
    with Archive(Path(data_dir)) as archive, _stopped_by_signals(stop):
        aside = set_aside_if_damaged(archive.data_dir)
        archive.save_sources(source_record(source) for source in sources)
        with ThreadPoolExecutor(limits.sources_at_once, thread_name_prefix="crawl") as workers:
            ended = [workers.submit(crawl_source, source, archive, options, stop, report) for source in sources]
            summaries = [_last_word(future.result, summary) for future, summary in zip(ended, summaries, strict=True)]
    if aside:
        for summary in summaries:
            summary.notes.append(f"frontier.db was damaged: set aside as {aside.name}, the pages were found anew")
    interrupted = [summary for summary in summaries if summary.error.startswith(INTERRUPTED)]
    return CrawlSummary(summaries, stopped=stop.is_set() and bool(interrupted))


def source_record(source: Source) -> SourceRecord:
    """Return what readers of the archive may know about a source."""
    return SourceRecord(
        source.slug, source.name, source.province_now(), source.kind, source.sample, source.many_provinces
    )


def crawl_source(
    source: Source, archive: Archive, options: CrawlOptions, stop: threading.Event, report: Progress
) -> SourceSummary:
    """Crawl one source in this thread; return what came of it. Raises nothing: what went wrong is its error."""
    summary = SourceSummary(source.slug, source.name, error=NO_LAST_WORD)
    if stop.is_set():
        summary.error = f"{INTERRUPTED}: it had not begun"
        return summary
    try:
        with READING.used():
            summary = asyncio.run(_crawled(source, archive, options, stop, report))
    except CrawlError as error:
        summary.error = str(error)
    except sqlite3.DatabaseError as error:
        summary.error = (
            f"frontier.db cannot be used ({error}): where the disk is full make room, else move it away;"
            " the pages are then found anew"
        )
    except Exception as error:
        logger.exception("hoinghi: %s", source.slug)
        summary.error = f"an error of the program ({type(error).__name__}: {error}): please report it"
    report(summary, True)
    return summary


async def _crawled(
    source: Source, archive: Archive, options: CrawlOptions, stop: threading.Event, report: Progress
) -> SourceSummary:
    run = archive.start_run(source.slug)
    summary = SourceSummary(source.slug, source.name, error=NO_LAST_WORD)
    try:
        frontier = Frontier(archive.data_dir, source.slug)
        try:
            async with Client(options.contact, options.limits.max_bytes) as client:
                fetcher = Fetcher(client, archive, source, options.limits, frozenset(source.hosts))
                work = SourceCrawl(source, archive, frontier, fetcher, options.limits, report=report, reading=READING)
                summary = work.summary
                summary.error = NO_LAST_WORD
                await _until_stopped(work.run(keep_all=options.keep_all, retry=options.retry), stop)
        finally:
            frontier.close()
    except asyncio.CancelledError:
        summary.error = f"{INTERRUPTED}: it was stopped; the next run goes on"
    except Exception as error:
        summary.error = f"{type(error).__name__}: {error}"
        raise
    finally:
        archive.finish_run(
            run,
            fetched=summary.fetched,
            new=summary.new,
            changed=summary.changed,
            unchanged=summary.unchanged,
            not_modified=summary.not_modified,
            failed=summary.failed,
            error=summary.error,
            not_before=summary.not_before,
            listed=summary.named,
            not_followed=summary.not_followed,
        )
    return summary


async def _until_stopped(work: Any, stop: threading.Event) -> None:
    """Do work; give it up with CancelledError when stop is set, also in the middle of an answer."""
    task = asyncio.ensure_future(work)
    while not task.done():
        await asyncio.wait({task}, timeout=STOP_CHECK_SECONDS)
        if stop.is_set():
            task.cancel()
    await task


def _last_word(result: Callable[[], SourceSummary], unheard: SourceSummary) -> SourceSummary:
    try:
        return result()
    except BaseException as error:  # nothing but a broken interpreter comes here; the others still have their say
        logger.error("hoinghi: %s: %r", unheard.slug, error)
        return unheard


def _one_at_a_time(progress: Progress) -> Progress:
    lock = threading.Lock()

    def report(summary: SourceSummary, done: bool) -> None:
        with lock:
            progress(summary, done)

    return report


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM set stop; put the former handlers back at the end."""

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    former: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        former = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except BaseException:
        stop.set()
        raise
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
