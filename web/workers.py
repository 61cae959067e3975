"""Several processes that do one thing, supervised: one that ends by itself is replaced, all stop together.

Python runs one thread at a time in a process; only processes use several processors.
"""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from threading import Thread
from types import FrameType

from search.errors import SearchError

STOP_SECONDS = 10.0  # to finish what is under way; then they are killed
LEAST_LIFE_SECONDS = 1.0  # what ends sooner is replaced after a pause: a fault must not keep a processor busy
STOPS = frozenset((signal.SIGTERM, signal.SIGINT))

log = logging.getLogger(__name__)


class CannotFork(SearchError):
    """The system has no fork()."""


def run_workers(count: int, work: Callable[[int], None]) -> None:
    """Run work in count processes until SIGTERM or SIGINT arrives here; then SystemExit is raised in each of them.

    work: is given the place of its process, 0 to count - 1; one that replaces another has its place. They end as well
    when this process is killed. To be called in the main thread; raises CannotFork on Windows.
    """
    if not hasattr(os, "fork"):
        raise CannotFork(f"--workers {count}: this system cannot share a port between processes; expected --workers 1")
    arrived, noted = os.pipe()  # the numbers of signals as they arrive: none is missed, whatever is being done
    os.set_blocking(noted, False)
    lifeline, held = os.pipe()  # held stays open in this process alone: it ends when this process does
    before = {number: signal.signal(number, _ignore) for number in (*STOPS, signal.SIGCHLD)}
    signal.set_wakeup_fd(noted)
    running: dict[int, tuple[int, float]] = {}  # process → place, beginning
    try:
        while True:
            for place in set(range(count)) - {place for place, _ in running.values()}:
                running[_forked(partial(work, place), lifeline, held)] = place, time.monotonic()
            if STOPS & set(os.read(arrived, 64)):
                break
            for process, status in _ended(running):
                lived = time.monotonic() - running.pop(process)[1]
                log.error("worker %d ended after %.0f s (%s): replaced", process, lived, _how(status))
                if lived < LEAST_LIFE_SECONDS:
                    time.sleep(LEAST_LIFE_SECONDS)
    finally:
        _stop(running)
        signal.set_wakeup_fd(-1)
        for number, handler in before.items():
            signal.signal(number, handler)
        for end in (arrived, noted, lifeline, held):
            os.close(end)


def _forked(work: Callable[[], None], lifeline: int, held: int) -> int:
    """Start a process that does work; return its number."""
    sys.stdout.flush()
    sys.stderr.flush()
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)  # until the new process has its own way to stop
    process = os.fork()
    if process:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
        return process
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number in STOPS:
            signal.signal(number, _exit)
        os.close(held)
        Thread(target=_end_with, args=(lifeline,), daemon=True).start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
        work()
        code = 0
    except SystemExit:
        code = 0
    except BaseException:
        log.exception("worker %d failed", os.getpid())
    finally:
        os._exit(code)  # without what the parent has registered for its own end


def _ignore(number: int, frame: FrameType | None) -> None:
    """The number is read from the pipe."""


def _exit(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _end_with(lifeline: int) -> None:
    """Stop this process when the one that holds the other end of the pipe is gone."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _ended(running: Iterable[int]) -> list[tuple[int, int]]:
    """Return (process, status) of those that have ended."""
    found = [os.waitpid(process, os.WNOHANG) for process in running]
    return [(process, status) for process, status in found if process]


def _stop(running: dict[int, tuple[int, float]]) -> None:
    """Ask processes to stop, wait for them, kill those that do not."""
    for process in running:
        os.kill(process, signal.SIGTERM)
    until = time.monotonic() + STOP_SECONDS
    while running and time.monotonic() < until:
        for process, _ in _ended(running):
            del running[process]
        time.sleep(0.02)
    for process in running:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
