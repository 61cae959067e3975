"""The Scrapy spider and the process it runs in.

    crawl(sources, data_dir)            what callers use; as often as they like, from any thread
      └─ python -m crawl.fetch.spider   one process for each call
           └─ SourceSpider              one for each source, Limits.sources_at_once of them at a time
                └─ Visit, Fetcher       what is fetched, and how

Why a process: Twisted's reactor, on which Scrapy runs, starts once in a process and never again, and the memory of a
crawl ends with its process. Why not multiprocessing: it imports the caller's main module anew, which fails for scripts
without a main guard and for code from standard input. The job goes in over stdin, what happens comes out over stdout
as JSON Lines; when stdin closes, because the caller stopped or died, the crawl stops and keeps what it has.
"""

import asyncio
import json
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from crawl.errors import ArchiveError, CrawlError
from crawl.fetch.limits import Limits
from crawl.fetch.progress import Progress, terminal_progress
from crawl.fetch.summary import CrawlSummary, SourceSummary
from crawl.registry.sources import Source

INTERRUPTED = "interrupted"  # begins the error of a run that somebody stopped; crawl/archive/health.py knows the word
STOP_SECONDS = 45.0  # for the requests that are on their way when a crawl is stopped; timeouts are shorter


def crawl(
    sources: Sequence[Source],
    data_dir: Path,
    *,
    max_pages: int | None = None,
    all_: bool = False,
    contact: str = "",
    limits: Limits | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> CrawlSummary:
    """Crawl sources into the archive of data_dir; return what came of each, in their order.

    max_pages: requests to each source, at most its page_budget. all_: keep also what is no meeting. contact: mail or
    URL that the user agent names. progress: called after each page, default a bar or lines on stderr. stop: ends the
    crawl when set, with everything stored; so do Ctrl-C and SIGTERM.
    Raises ArchiveError as Archive does, CrawlError for a bad value or where the process of the crawl died.
    """
    limits = limits or Limits()
    if max_pages is not None:
        if max_pages < 1:
            raise CrawlError(f"max_pages = {max_pages}: expected 1 or more; leave it out for no limit of your own")
        limits = Limits(**{name: getattr(limits, name) for name in Limits.__slots__} | {"max_pages": max_pages})
    if not (contact.isascii() and contact.isprintable()):
        raise CrawlError(f"contact {contact!r}: a header takes ASCII alone; give a mail address or a URL in ASCII")
    job = _Job(tuple(sources), Path(data_dir).resolve(), limits, all_, contact)
    return _run_in_process(job, progress or terminal_progress(), stop or threading.Event())


@dataclass(frozen=True, slots=True)
class _Job:
    sources: tuple[Source, ...]
    data_dir: Path
    limits: Limits
    keep_all: bool
    contact: str


def _run_in_process(job: _Job, progress: Progress, stop: threading.Event) -> CrawlSummary:
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, "-m", "crawl.fetch.spider"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        start_new_session=True,  # Ctrl-C reaches this process alone, which then closes stdin, once
    )
    assert process.stdin and process.stdout
    latest = {source.slug: SourceSummary(source.slug, source.name) for source in job.sources}
    done: set[str] = set()
    error = ""
    with _stopping(process, stop):
        try:
            process.stdin.write(pickle.dumps(job))
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it ended at once; its exit code tells
        for line in process.stdout:
            event = json.loads(line)
            if "error" in event:
                error = event["error"]
                continue
            summary = SourceSummary.from_json(event["summary"])
            latest[summary.slug] = summary
            if event["done"] and not summary.error.startswith(INTERRUPTED):
                done.add(summary.slug)
            progress(summary, event["done"])
        code = process.wait()
    if error:
        raise ArchiveError(error)
    if code and not stop.is_set():
        raise CrawlError(f"the crawl died with code {code}; what was stored stays stored: run it again to go on")
    return CrawlSummary(list(latest.values()), stopped=stop.is_set() and len(done) < len(latest))


@contextmanager
def _stopping(process: "subprocess.Popen[bytes]", stop: threading.Event) -> Iterator[None]:
    """Pass the wish to stop on to the process: from `stop`, from Ctrl-C or SIGTERM, and from any error in here."""

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    def watch() -> None:
        while process.poll() is None:
            if stop.wait(0.2):
                _close(process)
                try:
                    process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                return

    former: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        former = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except BaseException:
        stop.set()
        raise
    finally:
        watcher.join(STOP_SECONDS + 5)
        _close(process)
        if process.stdout:
            process.stdout.close()
        for number, handler in former.items():
            signal.signal(number, handler)


def _close(process: "subprocess.Popen[bytes]") -> None:
    try:
        if process.stdin and not process.stdin.closed:
            process.stdin.close()
    except OSError:
        pass


# What follows runs in the process of the crawl.


def user_agent(contact: str = "") -> str:
    """Return who we say we are: name, version, what we do, and whom to write to if somebody is asked for."""
    try:
        number = version("hoinghi")
    except PackageNotFoundError:
        number = "0"
    return f"hoinghi/{number} (archive of provincial meetings; {'+' + contact if contact else 'obeys robots.txt'})"


def scrapy_settings(limits: Limits, contact: str) -> dict[str, Any]:
    """Return the settings of Scrapy: its downloader and nothing else.

    Redirects, retries, robots.txt and content codings are dealt with in fetcher.py, because each answer is archived as
    it came, redirects may not leave the registry, and Retry-After is honoured.
    """
    return {
        "USER_AGENT": user_agent(contact),
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.8,*/*;q=0.5",
            "Accept-Language": "vi,en;q=0.5",
            "Accept-Encoding": "gzip, deflate",
        },
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "CONCURRENT_REQUESTS": 1,
        "DOWNLOAD_DELAY": 0,  # kept by Fetcher, which also lengthens it
        "DOWNLOAD_TIMEOUT": limits.timeout_seconds,
        "DNS_TIMEOUT": limits.timeout_seconds,
        "DOWNLOAD_MAXSIZE": limits.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        # gov sites still offer 1,024-bit Diffie-Hellman and TLS 1.0; what is read there is public
        "DOWNLOADER_CLIENT_TLS_CIPHERS": "DEFAULT:@SECLEVEL=0",
        "ROBOTSTXT_OBEY": False,
        "REDIRECT_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "RETRY_ENABLED": False,
        "COOKIES_ENABLED": False,
        "COMPRESSION_ENABLED": False,
        "HTTPPROXY_ENABLED": True,
        "TELNETCONSOLE_ENABLED": False,
        "EXTENSIONS": {
            "scrapy.extensions.corestats.CoreStats": None,
            "scrapy.extensions.memusage.MemoryUsage": None,
            "scrapy.extensions.logstats.LogStats": None,
        },
        "STATS_DUMP": False,
        "LOG_LEVEL": "ERROR",
        "LOG_FORMAT": "%(levelname)s %(name)s: %(message)s",
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    }


if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import AsyncCrawlerProcess


def _spider_class() -> "type[Spider]":
    """Return the spider; Scrapy is imported here, so that callers of crawl() do not load it."""
    import scrapy

    from crawl.archive.archive import Archive
    from crawl.fetch.fetcher import Fetcher
    from crawl.fetch.frontier import Frontier
    from crawl.fetch.source_crawl import Visit

    class SourceSpider(scrapy.Spider):
        """Visits one source. It drives Scrapy's engine page by page, so that what comes next follows from the last."""

        name = "hoinghi"

        def __init__(self, source: Source, job: _Job, archive: Archive, turn: asyncio.Semaphore, **values: Any) -> None:
            super().__init__(**values)
            self._source, self._job, self._archive, self._turn = source, job, archive, turn

        async def start(self) -> AsyncIterator[Any]:
            async with self._turn:
                await self._visit()
            return
            yield  # an asynchronous generator that yields nothing: all requests are made in the visit

        async def _visit(self) -> None:
            engine = self.crawler.engine
            assert engine is not None
            hosts = frozenset(self._source.hosts)
            run = self._archive.start_run(self._source.slug)
            frontier = Frontier(self._job.data_dir, self._source.slug)
            fetcher = Fetcher(engine, self._archive, self._source, self._job.limits, hosts)
            visit = Visit(
                self._source,
                self._archive,
                frontier,
                fetcher,
                self._job.limits,
                keep_all=self._job.keep_all,
                report=_report,
            )
            try:
                await visit.run()
            except asyncio.CancelledError:
                visit.summary.error = f"{INTERRUPTED}: it was stopped; the next run goes on"
                raise
            except Exception as error:
                visit.summary.error = f"an error of the program ({type(error).__name__}: {error}): please report it"
                logging.getLogger(__name__).exception("hoinghi: %s", self._source.slug)
            finally:
                frontier.close()
                summary = visit.summary
                self._archive.finish_run(
                    run,
                    fetched=summary.fetched,
                    new=summary.new,
                    changed=summary.changed,
                    unchanged=summary.unchanged,
                    not_modified=summary.not_modified,
                    failed=summary.failed,
                    error=summary.error,
                    not_before=visit.not_before,
                    listed=summary.named,
                )
                _report(summary, True)

    return SourceSpider


def _report(summary: SourceSummary, done: bool) -> None:
    _say({"summary": summary.to_json(), "done": done})


def _say(event: dict[str, Any]) -> None:
    print(json.dumps(event, ensure_ascii=False), flush=True)


def _stop_when_stdin_closes(process: "AsyncCrawlerProcess") -> None:
    """Stop the crawl when the caller closes its end, by wish or by dying."""
    from twisted.internet import reactor

    def watch() -> None:
        # not sys.stdin: a thread that waits in its buffer at the end of the interpreter makes that end a crash
        while os.read(sys.stdin.fileno(), 1):
            pass
        reactor.callFromThread(lambda: asyncio.ensure_future(process.stop()))

    threading.Thread(target=watch, daemon=True).start()


def main() -> None:
    """Read a job from stdin, crawl, and write what happens to stdout."""
    job: _Job = pickle.load(sys.stdin.buffer)
    from scrapy.crawler import AsyncCrawlerProcess

    from crawl.archive.archive import Archive, SourceRecord

    try:
        with Archive(job.data_dir) as archive:
            archive.save_sources(
                SourceRecord(source.slug, source.name, source.province_now(), source.kind, source.sample)
                for source in job.sources
            )
            process = AsyncCrawlerProcess(scrapy_settings(job.limits, job.contact))
            spider = _spider_class()
            turn = asyncio.Semaphore(job.limits.sources_at_once)
            for source in job.sources:
                process.crawl(spider, source=source, job=job, archive=archive, turn=turn)
            _stop_when_stdin_closes(process)
            process.start()
    except ArchiveError as error:
        _say({"error": str(error)})
        raise SystemExit(2) from None


if __name__ == "__main__":
    from crawl.fetch import spider  # pickled jobs name crawl.fetch.spider._Job, not __main__._Job

    spider.main()
