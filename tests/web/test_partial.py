"""Answers of a distributed index of which a part is lost, from an engine that stands in for it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from search.document import Document
from search.engines import open_engine
from search.engines.ports import EngineResults
from search.errors import IndexUnavailable
from tests.index_url import index_url
from web import create_app

WARNING = "Kết quả chưa đầy đủ"


class PartialEngine:
    """Answers what is there, and that a part is lost; or, when told so, that nothing answers."""

    def __init__(self, engine: Any) -> None:
        self.engine, self.is_gone = engine, False

    def search(self, *asked: Any, **options: Any) -> EngineResults:
        if self.is_gone:
            raise IndexUnavailable("none of the machines at 127.0.0.1:1 answers: start them")
        return replace(self.engine.search(*asked, **options), partial=True)

    def every(self, *asked: Any, **options: Any) -> tuple[EngineResults, Iterator[Document]]:
        found, pages = self.engine.every(*asked, **options)
        return replace(found, partial=True), pages

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)


@pytest.fixture
def engine(data_dir: Path) -> PartialEngine:
    return PartialEngine(open_engine(index_url(data_dir / "whoosh")))


@pytest.fixture
def partial(data_dir: Path, engine: PartialEngine) -> FlaskClient:
    app = create_app(data_dir, index_url(data_dir / "whoosh"))
    app.extensions["library"]._engine = engine
    return app.test_client()


@pytest.mark.parametrize("path", ["/?q=giai+ngan", "/do-phu?q=giai+ngan", "/atom?q=giai+ngan"])
def test_pages_and_feeds_say_that_there_may_be_more(partial: FlaskClient, client: FlaskClient, path: str) -> None:
    assert WARNING in partial.get(path).text
    assert WARNING not in client.get(path).text


def test_programs_are_told(partial: FlaskClient, client: FlaskClient) -> None:
    assert partial.get("/api/search?q=giai+ngan").get_json()["partial"] is True
    assert "partial" not in client.get("/api/search?q=giai+ngan").get_json()


@pytest.mark.parametrize("path", ["/export.csv?q=ngan", "/export.jsonl?q=ngan"])
def test_an_export_that_would_lack_pages_is_refused(partial: FlaskClient, path: str) -> None:
    answer = partial.get(path)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_an_index_that_does_not_answer_is_not_called_empty(partial: FlaskClient, engine: PartialEngine) -> None:
    engine.is_gone = True
    page = partial.get("/?q=giai+ngan")
    assert page.status_code == 503
    assert "tạm thời không trả lời" in page.text
    assert "Kho còn trống" not in page.text
    error = partial.get("/api/search?q=giai+ngan").get_json()["error"]
    assert error["message"] == "none of the machines at 127.0.0.1:1 answers: start them"
