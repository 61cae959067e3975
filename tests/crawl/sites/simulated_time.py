"""Time that passes only when nothing else happens: a month of pauses in minutes, with real requests over real sockets.

The event loop of a crawl jumps to its next timer, unless a request is under way: then it waits for the bytes, or, while
the server lets time pass before it answers, jumps to that moment. What the machine's clock shows may differ (jumps).
"""

import asyncio
import selectors
import socket
import threading
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from crawl import clock

REAL_WAIT_SECONDS = 5.0


class SimulatedTime:
    """The true time, seconds since 1970, and what the machine's clock shows of it.

    jumps: (from when, how much the clock is ahead), in order.
    """

    def __init__(self, start: float, jumps: Sequence[tuple[float, float]] = ()) -> None:
        self.now = start
        self._jumps = jumps
        self._changed = threading.Condition()
        self._parked: dict[socket.socket, float] = {}
        self._closed: dict[socket.socket, float] = {}
        self._wake: Callable[[], object] = lambda: None

    def shown(self) -> float:
        """Return what the machine's clock shows now."""
        number = bisect_right([moment for moment, _ in self._jumps], self.now)
        return self.now + (self._jumps[number - 1][1] if number else 0.0)

    def reached(self, shown: float) -> float:
        """Return the first true moment from now on at which the machine's clock shows at least so much."""
        edges = [self.now, *(moment for moment, _ in self._jumps if moment > self.now)]
        ahead = [0.0] * len(edges)
        for number, edge in enumerate(edges):
            place = bisect_right([moment for moment, _ in self._jumps], edge)
            ahead[number] = self._jumps[place - 1][1] if place else 0.0
        ends = [*edges[1:], float("inf")]
        return next(max(b, shown - a) for b, a, e in zip(edges, ahead, ends, strict=True) if max(b, shown - a) < e)

    def advance(self, seconds: float) -> None:
        with self._changed:
            self._give_up_closed()
            self.now += seconds
            self._changed.notify_all()

    def pass_(self, seconds: float, connection: socket.socket) -> float | None:
        """Let a server wait before it answers; return when its client hung up, None where it is still there."""
        with self._changed:
            until = self._parked[connection] = self.now + seconds
            self._wake()
            while self.now < until and connection in self._parked:
                self._changed.wait(REAL_WAIT_SECONDS)
            self._parked.pop(connection, None)
            return self._closed.pop(connection, None)

    def next_answer(self) -> float | None:
        """Return when the request that is open will be answered, None where the server does not wait on purpose."""
        with self._changed:
            self._give_up_closed()
            return min(self._parked.values(), default=None)

    def _give_up_closed(self) -> None:
        for connection in list(self._parked):
            if _is_closed(connection):
                del self._parked[connection]
                self._closed[connection] = self.now
                self._changed.notify_all()

    def rule(self) -> None:
        """Make this the time of the product's clock and of all event loops of this process from now on."""
        clock.wall = self.shown
        clock.monotonic = lambda: self.now
        asyncio.set_event_loop_policy(_Policy(self))


class _Selector(selectors.DefaultSelector):  # type: ignore[misc,valid-type]
    loop: "_Loop"

    def select(self, timeout: float | None = None) -> Any:
        events = super().select(0)
        if events or (timeout is not None and timeout <= 0):
            return events
        time = self.loop.simulated
        if not self.loop.under_way:
            time.advance(timeout or 0.0)
            return super().select(REAL_WAIT_SECONDS if timeout is None else 0)
        answer = time.next_answer()
        if answer is None:
            return super().select(REAL_WAIT_SECONDS)  # until bytes have come, or the server begins to wait
        wait = max(0.0, answer - time.now)
        time.advance(wait if timeout is None else min(wait, timeout))
        return super().select(REAL_WAIT_SECONDS if timeout is None or wait <= timeout else 0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, simulated: SimulatedTime) -> None:
        self.simulated = simulated
        self.under_way = 0
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)
        self._clock_resolution = 1e-5  # of seconds since 1970, floating point knows no finer ones
        simulated._wake = self._wake_up

    def time(self) -> float:
        return self.simulated.now

    def run_in_executor(self, executor: Any, function: Any, *arguments: Any) -> Any:
        self.under_way += 1
        future = super().run_in_executor(executor, function, *arguments)
        future.add_done_callback(self._over)
        return future

    def _over(self, _: object) -> None:
        self.under_way -= 1

    def _wake_up(self) -> None:
        if not self.is_closed():
            self.call_soon_threadsafe(lambda: None)


class _Policy(asyncio.DefaultEventLoopPolicy):
    def __init__(self, simulated: SimulatedTime) -> None:
        super().__init__()
        self._simulated = simulated

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return _Loop(self._simulated)


def _is_closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
