"""gunicorn's worker process: waitress reads and writes, the pools answer, gunicorn supervises.

gunicorn replaces a worker that ends or no longer shows signs of life, hands the listening sockets to the next
generation at SIGHUP, and lets each finish what is under way. Why so: docs/decisions/0063-gunicorn-over-waitress.md.
"""

import gc
import logging
import os
import time
from types import FrameType
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore

from web.serving.connections import Connection, Server
from web.serving.pools import Pools

SIGN_OF_LIFE_SECONDS = 1.0
LINGER_SECONDS = 1.0  # a stopping process waits so long for requests that are already on their way to it


class WaitressWorker(Worker):
    """Serves the application on the first socket, the metrics on the second where there is one."""

    servers: tuple[Server, ...] = ()

    def load_wsgi(self) -> None:
        gc.disable()  # a tenth of the start went into looking for garbage
        super().load_wsgi()
        gc.enable()
        gc.freeze()  # what is loaded now stays; to look all of it through again and again held answers up for 60 ms

    def run(self) -> None:
        from web.http.expensive import Pool
        from web.http.proxy import client_of_connection
        from web.serving.metrics import metrics_application

        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that requests wait their turn is no news
        app: Any = self.wsgi
        hops = app.extensions["proxies"]
        pools = Pools(
            app.extensions["right_of_way"], client_of_connection(hops), app.extensions["metrics"].note_waiting
        )
        connections: dict[int, Any] = {}
        served = [(app, pools)]
        if len(self.sockets) > 1:
            alone = Pools(app.extensions["right_of_way"], lambda one: "", pools={"ordinary": Pool(1, 100, 100)})
            served.append((metrics_application(app), alone))
        self.servers = tuple(
            Server(application, socket.sock, dispatcher, connections, bounds_clients=not hops)
            for (application, dispatcher), socket in zip(served, self.sockets, strict=False)
        )
        shown = 0.0
        while self.alive and self.ppid == os.getppid():
            if time.monotonic() - shown >= SIGN_OF_LIFE_SECONDS:  # each is a write to a disk: none for each request
                self.notify()
                shown = time.monotonic()
            wasyncore.loop(timeout=1, use_poll=True, map=connections, count=1)
        self._finish(connections)
        for _, dispatcher in served:
            dispatcher.shutdown()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        for server in self.servers:
            server.pull_trigger()  # poll() goes on after a signal

    def _finish(self, connections: dict[int, Any]) -> None:
        """Answer what is under way; the arbiter kills what takes longer than its graceful_timeout."""
        for server in self.servers:
            server.stop_accepting()
        linger = time.time() + LINGER_SECONDS
        while True:
            left = [one for one in connections.values() if isinstance(one, Connection)]
            if time.time() >= linger:
                left = [one for one in left if one.is_at_work or one.request is not None]
            if not left:
                return
            self.notify()
            wasyncore.loop(timeout=0.05, use_poll=True, map=connections, count=1)
