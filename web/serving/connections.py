"""waitress with bounds of its own: how long a request may take to arrive, how many connections one client may hold.

waitress reads requests and writes answers in one thread without blocking, so that a slow client holds a connection and
never a thread; only whole requests reach the pools (web/serving/pools.py).
"""

import socket
import time
from collections.abc import Callable, Iterable
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import WSGITask

from web.http.deadline import LARGEST_BODY_BYTES
from web.http.expensive import REFUSED

CONNECTIONS = 1000  # of one process: browsers keep theirs open long after the page; beyond, no one is let in
CONNECTIONS_OF_A_CLIENT = 100  # a browser opens six; many people may share an address
IDLE_SECONDS = 60  # before a connection without a request is closed
HEAD_SECONDS = 15.0  # from the first byte of a request, or from the connection, until its headers are there
BODY_SECONDS = 30.0  # the same for the whole request: the largest body is 64 kB
LARGEST_HEADER_BYTES = 64_000  # 2,000 letters of a query, each as three bytes in three signs, are 18,000


class Task(WSGITask):
    """One request being answered."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[REFUSED] = self.channel.refused
        return environ

    def build_response_header(self) -> bytes:
        if self.channel.server.is_stopping:
            self.set_close_on_finish()  # the client must not send its next request to a process that is leaving
        header: bytes = super().build_response_header()
        return header


class Connection(HTTPChannel):
    """One connection; knows since when a request is arriving."""

    task_class = Task
    refused = ""  # name of the pool that was too full for the request at hand
    _arriving: object = None

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.since: float | None = self.creation_time  # None: no request is arriving
        self.has_asked = False

    def received(self, data: bytes) -> bool:
        is_taken: bool = super().received(data)
        self.has_asked = self.has_asked or bool(self.requests)
        if self.request is None:
            self._arriving = self.since = None
        elif self.request is not self._arriving:
            if self.since is None or self.has_asked:
                self.since = time.time()
            self._arriving = self.request
        return is_taken

    def is_overdue(self, now: float) -> bool:
        """Whether a request takes too long to arrive."""
        if self.since is None or self.requests:
            return False
        has_headers = self.request is not None and self.request.headers_finished
        return now - self.since > (BODY_SECONDS if has_headers else HEAD_SECONDS)

    @property
    def is_at_work(self) -> bool:
        """Whether a request is being answered, or an answer is not sent yet."""
        return bool(self.requests or self.total_outbufs_len)


class Server(TcpWSGIServer):
    """waitress on one listening socket. bounds_clients: False behind a proxy, whose address all clients share."""

    is_stopping = False

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        listener: socket.socket,
        dispatcher: Any,
        connections: dict[int, Any],
        *,
        bounds_clients: bool = True,
    ) -> None:
        self.bounds_clients = bounds_clients
        adjustments = Adjustments(
            sockets=[listener],
            connection_limit=CONNECTIONS,
            channel_timeout=IDLE_SECONDS,
            cleanup_interval=1,
            max_request_body_size=LARGEST_BODY_BYTES,
            max_request_header_size=LARGEST_HEADER_BYTES,
            asyncore_use_poll=True,  # select() takes no descriptor above 1023
            ident="hoinghi",
            clear_untrusted_proxy_headers=False,  # web/http/proxy.py decides which proxies are believed
            backlog=CONNECTIONS,
        )
        found = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(
            application,
            connections,
            _sock=listener,
            dispatcher=dispatcher,
            adj=adjustments,
            sockinfo=found,
            bind_socket=False,
        )

    def channel_class(self, server: "Server", sock: socket.socket, address: Any, adjustments: Any, map: Any) -> None:
        """Take a connection. A client that holds too many loses the one that has waited longest without a request.

        Not the new one: what shares an address with a careless program is served all the same.
        """
        if self.bounds_clients:
            theirs = [one for one in self.active_channels.values() if one.addr[0] == address[0]]
            if len(theirs) >= CONNECTIONS_OF_A_CLIENT:
                waiting = [one for one in theirs if not one.is_at_work]
                if not waiting:
                    sock.close()
                    return
                min(waiting, key=lambda one: (one.has_asked, one.last_activity)).handle_close()
        Connection(server, sock, address, adjustments, map=map)

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        for connection in self.active_channels.values():
            if connection.is_overdue(now):
                connection.will_close = True

    def stop_accepting(self) -> None:
        """Close the listening socket of this process; what waits in the system's queue is taken first."""
        self.is_stopping = True
        self.socket.setblocking(False)
        before = -1
        while before != len(self.active_channels):
            before = len(self.active_channels)
            self.handle_accept()
        self.accepting = False
        self.del_channel(self._map)
        self.socket.close()
