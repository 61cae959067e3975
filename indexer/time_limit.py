"""A limit of processor time for what is read of one page: no page, however it was written, stops the others."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

DOCUMENT_SECONDS = (
    10.0  # of a processor, for each step; an article takes a thousandth of one, a megabyte full of dates four
)


class OutOfTime(Exception):
    """What was to be done took longer than it may."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in what runs within when it has used so many seconds of the processor.

    Works by a signal, so in the main thread of a process alone (that of each worker); elsewhere there is no limit.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise OutOfTime(f"took more than {seconds:g} s to read")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
