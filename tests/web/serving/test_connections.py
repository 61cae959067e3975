"""Clients that are slow on purpose: what they hold, and for how long."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from flask import Flask, Response, request
from waitress import wasyncore

from web.http import expensive
from web.serving import connections
from web.serving.connections import CONNECTIONS_OF_A_CLIENT, Server
from web.serving.pools import Pools


@contextmanager
def serving(app: Flask, **options: bool) -> Iterator[tuple[str, int]]:
    expensive.install(app)
    listener = socket.create_server(("127.0.0.1", 0))
    pools = Pools(app.extensions["right_of_way"], lambda one: str(one.addr[0]))
    held: dict[int, object] = {}
    server = Server(app, listener, pools, held, **options)
    is_over = threading.Event()

    def loop() -> None:
        while not is_over.is_set():
            wasyncore.loop(timeout=0.05, use_poll=True, map=held, count=1)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    yield listener.getsockname()
    is_over.set()
    thread.join()
    server.stop_accepting()
    wasyncore.close_all(held)
    pools.shutdown()


def application() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", "here", lambda: "here")
    app.add_url_rule("/form", "form", lambda: request.form.get("a", ""), methods=["POST"])
    return app


def ask(address: tuple[str, int], path: str = "/") -> bytes:
    with socket.create_connection(address, timeout=60) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: client.recv(65536), b""))


def is_closed(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def test_who_holds_many_connections_without_a_request_loses_the_oldest() -> None:
    with serving(application()) as address:
        trickling = [socket.create_connection(address, timeout=60) for _ in range(3 * CONNECTIONS_OF_A_CLIENT)]
        for client in trickling:
            with suppress(OSError):  # it was closed already
                client.sendall(b"GET / HTTP/1.1\r\nX-A: ")
        assert ask(address).endswith(b"here")
        left = [client for client in trickling if not is_closed(client)]
        assert len(left) <= CONNECTIONS_OF_A_CLIENT
        assert set(left) & set(trickling[-CONNECTIONS_OF_A_CLIENT // 2 :])
        for client in trickling:
            client.close()


def test_behind_a_proxy_its_one_address_holds_all() -> None:
    with serving(application(), bounds_clients=False) as address:
        clients = [socket.create_connection(address, timeout=60) for _ in range(CONNECTIONS_OF_A_CLIENT + 20)]
        assert ask(address).endswith(b"here")
        assert not any(map(is_closed, clients))
        for client in clients:
            client.close()


@pytest.mark.parametrize(
    ("limit", "sent"),
    [
        ("HEAD_SECONDS", b""),
        ("HEAD_SECONDS", b"GET / HTTP/1.1\r\nX-A: "),
        ("BODY_SECONDS", b"POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\na=1"),
    ],
)
def test_a_request_that_does_not_arrive_in_time_is_given_up(
    limit: str, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, limit, 0.0)
    with serving(application()) as address, socket.create_connection(address, timeout=60) as client:
        client.sendall(sent)
        assert client.recv(100) == b""  # else socket.timeout is raised


def test_exports_that_hold_their_pool_do_not_hold_searches() -> None:
    app, may_go_on, begun = application(), threading.Event(), threading.Semaphore(0)

    def slow() -> Response:
        begun.release()
        may_go_on.wait(60)
        return Response("whole")

    app.add_url_rule("/export.csv", "export", slow)
    app.add_url_rule("/theo-doi", "follow", slow, methods=["POST"])
    with serving(app) as address:
        exports = [socket.create_connection(address, timeout=60) for _ in range(12)]
        hooks = [socket.create_connection(address, timeout=60) for _ in range(8)]
        for client in exports:
            client.sendall(b"GET /export.csv HTTP/1.1\r\nHost: a\r\n\r\n")
        for client in hooks:
            client.sendall(b"POST /theo-doi HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
        for _ in range(expensive.POOLS["exports"].threads + expensive.POOLS["alerts"].threads):
            assert begun.acquire(timeout=60)
        assert ask(address).endswith(b"here")
        assert not begun.acquire(blocking=False)  # the others wait in their queues
        may_go_on.set()
        for client in [*exports, *hooks]:
            assert b"200 OK" in client.recv(1000)
            client.close()


def test_a_client_with_too_many_exports_is_refused_and_another_has_his_turn() -> None:
    app, may_go_on = application(), threading.Event()
    app.register_error_handler(expensive.TooManyAtOnce, lambda error: (str(error), 503))

    def slow() -> Response:
        may_go_on.wait(60)
        return Response("whole")

    app.add_url_rule("/export.csv", "export", slow)
    bounds = expensive.POOLS["exports"]
    with serving(app) as address:
        most = bounds.threads + bounds.waiting_of_a_client
        exports = [socket.create_connection(address, timeout=60) for _ in range(most + 1)]
        for client in exports:
            client.sendall(b"GET /export.csv HTTP/1.1\r\nHost: a\r\n\r\n")
        (refused,) = select.select(exports, [], [], 60)[0]  # the others are not answered yet
        assert b" 503 " in refused.recv(1000)
        may_go_on.set()
        for client in exports:
            client.close()
