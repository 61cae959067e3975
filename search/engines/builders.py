"""Documents → segment files, in batches, by as many processes as there are processors."""

import logging
import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path
from types import TracebackType

from search.document import Document
from search.engines import arrays, segment_build
from search.engines.codec import EXTENSION, ArraySegment

BATCH = 512  # documents: 0.3 million syllables, some 60 MB while a process works on them
WAITING = 2  # batches under way for each process: enough that none waits, few enough to bound memory

log = logging.getLogger(__name__)

Built = tuple[ArraySegment, list[str]]


class Builders:
    """Builds in this process while there is one batch, in others from the second on."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)
        self.processes = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Builders":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=error is not None)

    def build(self, documents: Iterable[Document], indexname: str) -> Iterator[Built]:
        """Yield (segment, ids of its documents) in the order of documents, one for each batch."""
        source = iter(documents)
        batch, following = list(islice(source, BATCH)), list(islice(source, BATCH))
        if not following or self.processes < 2:
            while batch:
                yield self._built_here(batch, indexname)
                batch, following = following, list(islice(source, BATCH))
            return
        self._pool = ProcessPoolExecutor(self.processes, multiprocessing.get_context("spawn"))
        under_way: deque[tuple[list[Document], ArraySegment, Future[None]]] = deque()
        while batch or under_way:
            while batch and len(under_way) < self.processes * WAITING:
                segment = ArraySegment(indexname, len(batch))
                under_way.append((batch, segment, self._submit(batch, segment)))
                batch, following = following, list(islice(source, BATCH))
            done, segment, future = under_way.popleft()
            try:
                future.result()
                yield segment, [document.id for document in done]
            except BrokenProcessPool:
                log.warning("a worker process ended; its batch is built in this process")
                yield self._built_here(done, indexname)

    def _submit(self, batch: list[Document], segment: ArraySegment) -> Future[None]:
        assert self._pool is not None
        try:
            return self._pool.submit(build_file, batch, self.folder / segment.make_filename(EXTENSION))
        except BrokenProcessPool as error:
            failed: Future[None] = Future()
            failed.set_exception(error)
            return failed

    def _built_here(self, batch: list[Document], indexname: str) -> Built:
        segment = ArraySegment(indexname, len(batch))
        build_file(batch, self.folder / segment.make_filename(EXTENSION))
        return segment, [document.id for document in batch]


def build_file(documents: list[Document], path: Path) -> None:
    arrays.save(path, segment_build.build(documents))
