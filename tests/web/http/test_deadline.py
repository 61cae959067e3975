"""Answers that take too long, from engines that stand in for a cluster in trouble: a real one is not slow on demand."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import waitress
from flask import Flask

from search.answer import every_page
from search.document import Document
from search.engines import open_engine
from search.engines.ports import EngineResults
from tests.index_url import index_url
from web import create_app


class SlowEngine:
    """An engine that answers its first questions at once, and takes a while for each further one."""

    def __init__(self, engine: Any, quick: int) -> None:
        self.engine, self.quick = engine, quick

    def search(self, *asked: Any, **options: Any) -> EngineResults:
        self.quick -= 1
        if self.quick < 0:
            sleep(0.6)
        found: EngineResults = self.engine.search(*asked, **options)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)


@pytest.fixture
def slow(data_dir: Path) -> Flask:
    app = create_app(data_dir, index_url(data_dir / "whoosh"))
    app.extensions["library"]._engine = SlowEngine(open_engine(index_url(data_dir / "whoosh")), quick=0)
    app.extensions["answer_seconds"] = app.extensions["export_seconds"] = 1.0
    return app


@contextmanager
def connection(app: Flask, **options: Any) -> Iterator[http.client.HTTPConnection]:
    """Serve app as web/serve.py does, and connect to it."""
    server = waitress.create_server(app, host="127.0.0.1", port=0, **options)
    threading.Thread(target=server.run, daemon=True).start()
    client = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=60)
    yield client
    client.close()
    server.close()


def test_a_page_that_takes_too_long_says_so(slow: Flask) -> None:
    answer = slow.test_client().get("/?q=giai+ngan&year=2023")
    assert answer.status_code == 503
    assert "mất quá nhiều thời gian" in answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert "took too long" in slow.test_client().get("/?q=giai+ngan&year=2023&lang=en").text


def test_a_program_is_told_in_the_shape_of_errors(slow: Flask) -> None:
    slow.extensions["answer_seconds"] = -1.0
    answer = slow.test_client().get("/api/search?q=giai+ngan")
    assert answer.status_code == 503
    assert answer.get_json()["error"]["status"] == 503
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_what_is_ready_in_time_is_sent(slow: Flask) -> None:
    slow.extensions["answer_seconds"] = 60.0
    assert slow.test_client().get("/?q=giai+ngan&year=2023").status_code == 200


def test_an_export_that_takes_too_long_before_it_begins_is_a_503(slow: Flask) -> None:
    slow.extensions["export_seconds"] = -1.0
    assert slow.test_client().get("/export.csv?q=giai+ngan").status_code == 503


@pytest.mark.parametrize("path", ["/export.csv?q=ngan", "/export.jsonl?q=ngan"])
def test_an_export_that_is_given_up_on_the_way_does_not_look_whole(
    slow: Flask, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def every_page_slowly(*asked: Any, **options: Any) -> tuple[int, Iterator[Document]]:
        total, documents = every_page(*asked, **options)
        return total, (document for document in documents if not sleep(0.3))

    monkeypatch.setattr("web.services.every_page", every_page_slowly)
    slow.extensions["library"]._engine.quick = 100
    with connection(slow) as client:
        client.request("GET", path)
        answer = client.getresponse()
        assert answer.status == 200
        with pytest.raises(http.client.IncompleteRead):
            answer.read()


def test_a_request_that_is_never_ended_is_cut_off(data_dir: Path) -> None:
    app = create_app(data_dir, index_url(data_dir / "whoosh"))
    with connection(app, channel_timeout=1, cleanup_interval=1) as client:
        client.connect()
        client.sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert client.sock.recv(1000) == b""
