"""Which requests are expensive, what bounds them, and how they give way to ordinary ones.

A server puts each kind into a pool of threads of its own (web/serving/pools.py): however many exports are asked for,
the threads for searches are free. Within a process Python runs one thread at a time, so exports give way as well.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition
from time import monotonic

from flask import Flask, current_app, request

from search.errors import HoinghiError

ORDINARY, EXPORTS, ALERTS = "ordinary", "exports", "alerts"
REFUSED = "hoinghi.refused"  # in the WSGI environment: name of the pool that was full, or ""
GIVE_WAY_SECONDS = 0.02  # before each line at most: 10,000 lines under steady load still end in time
RETRY_SECONDS = 30
EXPORT_ENDINGS = (".csv", ".jsonl")  # a whole result at once


@dataclass(frozen=True, slots=True)
class Pool:
    """threads: at work at once in a process. waiting: requests in its queue at most, and of one client."""

    threads: int
    waiting: int
    waiting_of_a_client: int


POOLS = {
    ORDINARY: Pool(threads=8, waiting=1000, waiting_of_a_client=1000),  # a search holds a thread for milliseconds
    EXPORTS: Pool(threads=1, waiting=64, waiting_of_a_client=16),  # busy all the time: more would only share its turns
    ALERTS: Pool(threads=4, waiting=32, waiting_of_a_client=16),  # wait for other hosts: DNS, mail, programs
}


class TooManyAtOnce(HoinghiError):
    """A pool is full."""

    retry_seconds = RETRY_SECONDS

    def __init__(self, what: str) -> None:
        message = "too many {what} wait already: try again in {wait} seconds"
        super().__init__(message, code="too-many-at-once", what=what, wait=RETRY_SECONDS)


class RightOfWay:
    """Counts ordinary requests under way; others wait until there are none."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._ordinary = 0

    @contextmanager
    def ordinary(self) -> Iterator[None]:
        """Within: an ordinary request is answered."""
        with self._condition:
            self._ordinary += 1
        try:
            yield
        finally:
            with self._condition:
                self._ordinary -= 1
                if not self._ordinary:
                    self._condition.notify_all()

    def give_way(self, most_seconds: float = GIVE_WAY_SECONDS) -> None:
        """Wait while ordinary requests are under way, at most so long."""
        if not self._ordinary:  # read without the lock: most lines of an export find nobody
            return
        until = monotonic() + most_seconds
        with self._condition:
            while self._ordinary and (left := until - monotonic()) > 0:
                self._condition.wait(left)


def install(app: Flask) -> None:
    app.extensions["right_of_way"] = RightOfWay()
    app.before_request(refuse)


def refuse() -> None:
    """Refuse a request whose pool is full."""
    if pool := request.environ.get(REFUSED):
        raise TooManyAtOnce(pool)


def pool_of(method: str, path: str) -> str:
    """Return the name of the pool that a request belongs to."""
    if path.endswith(EXPORT_ENDINGS):
        return EXPORTS
    return ALERTS if method == "POST" and "/theo-doi" in path else ORDINARY


def current_right_of_way() -> RightOfWay:
    way: RightOfWay = current_app.extensions["right_of_way"]
    return way
