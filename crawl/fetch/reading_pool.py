"""Reads pages in as many processes as there are processors, once there are many: one process fetches, all of them read.

The first pages of a crawl are read in the threads of their sources, because a process takes as long to start as a few
hundred pages take to be read. A page is sent as bytes and comes back as strings: it is parsed once, over there.
"""

import asyncio
import logging
import multiprocessing
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from crawl.fetch.frontier import Page
from crawl.fetch.page_reading import ReadPage, read_page
from crawl.registry.sources import Source
from search.processes import begin, processors

ALONE = 300  # pages; starting a process costs a second of a processor, reading a page some milliseconds
MOST_PROCESSES = 16  # more, and the one process that fetches and stores is what all wait for

logger = logging.getLogger(__name__)


class ReadingPool:
    """Processes that read pages for all sources that are crawled at the same time; they end with the last of these."""

    def __init__(self, processes: int | None = None, alone: int = ALONE) -> None:
        self._count = processes or min(MOST_PROCESSES, processors())
        self._alone = alone
        self._lock = threading.Lock()
        self._users = self._read = 0
        self._pool: ProcessPoolExecutor | None = None

    @contextmanager
    def used(self) -> Iterator["ReadingPool"]:
        """Keep the processes, once they are started, until nobody uses them any more."""
        with self._lock:
            self._users += 1
        try:
            yield self
        finally:
            unused = None
            with self._lock:
                self._users -= 1
                if not self._users:
                    unused, self._pool = self._pool, None
                    self._read = 0
            if unused is not None:
                unused.shutdown(wait=True, cancel_futures=True)

    async def read(
        self, source: Source, page: Page, url: str, body: bytes, content_type: str, program_files: str = ""
    ) -> ReadPage:
        """Return what read_page does. A page that ends the process that reads it, twice, cannot be read."""
        arguments = (source, page, url, body, content_type, program_files)
        for _ in range(2):
            pool = self._started()
            if pool is None:
                return read_page(*arguments)
            try:
                return await asyncio.get_running_loop().run_in_executor(pool, read_page, *arguments)
            except BrokenProcessPool:
                logger.warning("a process that read pages has ended; %s is read again", page.url)
                self._forget(pool)
        return ReadPage(trouble="the process that read it has ended, twice: it may take more memory than there is")

    def processes(self) -> list[int]:
        """Return the numbers of the processes that read now."""
        with self._lock:
            return list(self._pool._processes) if self._pool and self._pool._processes else []

    def _started(self) -> ProcessPoolExecutor | None:
        with self._lock:
            self._read += 1
            if self._count < 2 or self._read <= self._alone or not self._users:
                return None
            if self._pool is None:
                # Forking a process that has threads may hang.
                self._pool = ProcessPoolExecutor(self._count, multiprocessing.get_context("spawn"), begin)
            return self._pool

    def _forget(self, broken: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is broken:
                self._pool = None
        broken.shutdown(wait=False)


READING = ReadingPool()  # of this process
