"""Work on batches in as many processes as there are processors, results in the order of the batches."""

import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import TypeVar

WAITING = 2  # batches under way for each process: enough that none waits, few enough to bound memory

Item = TypeVar("Item")
Result = TypeVar("Result")
log = logging.getLogger(__name__)


def begin() -> None:
    """Prepare a worker process: Ctrl+C is for its parent to deal with, and where the parent is killed, it ends, too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def in_order(
    function: Callable[[list[Item]], Result], items: Iterable[Item], batch: int
) -> Iterator[tuple[list[Item], Result]]:
    """Yield (batch, what function makes of it); in this process while there is one batch, in others from the second."""
    source = iter(items)
    batches = iter(lambda: list(islice(source, batch)), [])
    first, second = next(batches, []), next(batches, [])
    processes = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not second or processes < 2:
        for one in (first, second):
            if one:
                yield one, function(one)
        for one in batches:
            yield one, function(one)
        return
    # Forking a process that has threads may hang.
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), begin) as pool:
        under_way: deque[tuple[list[Item], Future[Result]]] = deque()
        waiting = deque([first, second])
        try:
            while waiting or under_way:
                while len(under_way) < processes * WAITING and (
                    one := waiting.popleft() if waiting else next(batches, [])
                ):
                    under_way.append((one, pool.submit(function, one)))
                done, future = under_way.popleft()
                try:
                    result = future.result()
                except BrokenProcessPool:
                    log.warning("a worker process ended; its batch is worked on in this process")
                    result = function(done)
                yield done, result
                if not waiting and (following := next(batches, [])):
                    waiting.append(following)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
