"""Pools of threads, one for each kind of work; each with a queue that serves its clients in turn and has an end."""

from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from threading import Lock
from typing import Any

from waitress.task import ThreadedTaskDispatcher

from web.http.expensive import ORDINARY, POOLS, Pool, RightOfWay, pool_of

ClientOf = Callable[[Any], str]


class FairQueue:
    """Tasks of many clients; each client has one turn, then the next has his. As much of a deque as waitress uses."""

    def __init__(self) -> None:
        self._tasks: OrderedDict[str, deque[Any]] = OrderedDict()

    def __len__(self) -> int:
        return sum(map(len, self._tasks.values()))

    def append(self, task: Any) -> None:
        self._tasks.setdefault(task.client, deque()).append(task)

    def popleft(self) -> Any:
        client, tasks = self._tasks.popitem(last=False)
        task = tasks.popleft()
        if tasks:
            self._tasks[client] = tasks  # behind all others
        return task


class Ticket:
    """A connection with a whole request, and the pool that it waits in."""

    def __init__(self, connection: Any, pool: str, client: str, pools: "Pools") -> None:
        self.connection, self.pool, self.client = connection, pool, client
        self._pools = pools

    def service(self) -> None:
        try:
            with self._pools.way.ordinary() if self.pool == ORDINARY else nullcontext():
                self.connection.service()
        finally:
            self._pools.leave(self)

    def cancel(self) -> None:
        self._pools.leave(self)
        self.connection.cancel()


class Pools:
    """Takes whole requests from waitress, as its own dispatcher does.

    client_of: connection → the address that stands for its client. watch: is told (pool, number of requests waiting or
    under way) after each change.
    """

    def __init__(
        self,
        way: RightOfWay,
        client_of: ClientOf,
        watch: Callable[[str, int], None] = lambda pool, count: None,
        pools: Mapping[str, Pool] = POOLS,
    ) -> None:
        self.way = way
        self._client_of, self._watch, self._bounds = client_of, watch, pools
        self._lock = Lock()
        self._held: Counter[tuple[str, str]] = Counter()  # (pool, client) → requests waiting or under way
        self._in_pool: Counter[str] = Counter()
        self._dispatchers = {name: ThreadedTaskDispatcher() for name in pools}
        for name, dispatcher in self._dispatchers.items():
            dispatcher.queue = FairQueue()
            dispatcher.set_thread_count(pools[name].threads)

    def add_task(self, connection: Any) -> None:
        """Put a connection's first request into its pool; where that is full, an ordinary thread refuses it."""
        request = connection.requests[0]
        client = self._client_of(connection)
        pool = ORDINARY if request.error else pool_of(request.command, request.path)
        bounds = self._bounds[pool]
        connection.refused = ""
        with self._lock:
            held = self._held[pool, client]
            if pool != ORDINARY and (
                held >= bounds.waiting_of_a_client + bounds.threads
                or self._in_pool[pool] >= bounds.waiting + bounds.threads
            ):
                connection.refused, pool = pool, ORDINARY
            self._held[pool, client] += 1
            self._in_pool[pool] += 1
            count = self._in_pool[pool]
        self._watch(pool, count)
        self._dispatchers[pool].add_task(Ticket(connection, pool, client, self))

    def leave(self, ticket: Ticket) -> None:
        with self._lock:
            self._held[ticket.pool, ticket.client] -= 1
            if not self._held[ticket.pool, ticket.client]:
                del self._held[ticket.pool, ticket.client]
            self._in_pool[ticket.pool] -= 1
            count = self._in_pool[ticket.pool]
        self._watch(ticket.pool, count)

    def shutdown(self) -> None:
        for dispatcher in self._dispatchers.values():
            dispatcher.shutdown(timeout=1)
