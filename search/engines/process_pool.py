"""Work on batches in as many processes as there are processors, results in the order of the batches.

with kept():                                    # all that is done within uses the same processes
    for batch, result in in_order(function, items, 512):
        ...
"""

import gc
import logging
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from itertools import chain, islice
from types import TracebackType
from typing import TypeVar

from search import processes
from search.processes import processors

MAX_WORKERS = 8  # more than that, and the one process that reads and writes is what everybody waits for
WAITING = 2  # batches under way for each process: enough that none waits, few enough to bound memory
MOST_DEATHS = 3  # then it is not this or that batch: there is no room for them, or they cannot start
CONTAINERS_UNSEEN = 100_000  # Python looks for cycles after 700; work on texts makes none, and took a tenth longer

Item = TypeVar("Item")
Result = TypeVar("Result")
log = logging.getLogger(__name__)


def begin() -> None:
    """Prepare a worker process, as all are prepared, for work that makes no cycles."""
    processes.begin()
    gc.set_threshold(CONTAINERS_UNSEEN)


@contextmanager
def few_collections() -> Iterator[None]:
    """Look for cycles as rarely within as worker processes do."""
    before = gc.get_threshold()
    gc.set_threshold(CONTAINERS_UNSEEN)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Workers:
    """Processes that are started when there is work for them, and anew where one of them died.

    Where they die again and again, the work is done in this process.
    """

    def __init__(self) -> None:
        self.count = min(MAX_WORKERS, processors())
        self._pool: ProcessPoolExecutor | None = None
        self._deaths = 0

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Wait until the processes have ended. After an error they finish their batch: no file comes after that."""
        self.stop(at_once=error is not None)

    def submit(self, function: Callable[[Item], Result], item: Item) -> Future[Result]:
        while self._deaths < MOST_DEATHS:
            self._pool = self._pool or self._started()
            try:
                return self._pool.submit(function, item)
            except BrokenProcessPool:
                self._deaths += 1
                self._pool = None
        done: Future[Result] = Future()
        done.set_result(function(item))
        return done

    def stop(self, *, at_once: bool) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=at_once)
            self._pool = None

    def _started(self) -> ProcessPoolExecutor:
        # Forking a process that has threads may hang.
        return ProcessPoolExecutor(self.count, multiprocessing.get_context("spawn"), begin)


_kept: ContextVar[Workers | None] = ContextVar("workers", default=None)


@contextmanager
def kept() -> Iterator[None]:
    """Give all work within the same processes: they start once, and what they have read stays with them."""
    with Workers() as workers:
        before = _kept.set(workers)
        try:
            yield
        finally:
            _kept.reset(before)


def in_order(
    function: Callable[[list[Item]], Result], items: Iterable[Item], batch: int, alone: int = 0
) -> Iterator[tuple[list[Item], Result]]:
    """Yield (batch, what function makes of it).

    Up to `alone` items, or one batch, are worked on in this process, which takes less time than starting others.
    """
    source = iter(items)
    first = list(islice(source, max(alone, batch) + 1))
    every = chain(first, source)
    batches = iter(lambda: list(islice(every, batch)), [])
    if len(first) <= max(alone, batch) or processors() < 2:
        for one in batches:
            yield one, function(one)
        return
    present = _kept.get()
    with nullcontext(present) if present else Workers() as workers:
        under_way: deque[tuple[list[Item], Future[Result]]] = deque()
        try:
            while True:
                while len(under_way) < workers.count * WAITING and (one := next(batches, [])):
                    under_way.append((one, workers.submit(function, one)))
                if not under_way:
                    return
                one, future = under_way.popleft()
                try:
                    result = future.result()
                except BrokenProcessPool:
                    log.warning("a worker process ended; its batch is worked on in this process")
                    result = function(one)
                yield one, result
        except BaseException:
            workers.stop(at_once=True)
            raise
