from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from crawl.archive.archive import Archive, SourceRecord
from search.document import Document
from search.engines import open_engine
from tests.index_url import CLUSTER, index_url
from web import create_app
from web.http.answer_cache import AnswerCache

embedded_only = pytest.mark.skipif(bool(CLUSTER), reason="a cluster cannot tell its state: nothing is kept")

FIRST = Document(
    id="https://bao.mau.test/1",
    key="k1",
    url="https://bao.mau.test/1",
    title="Bài mẫu về giải ngân",
    text="Hội nghị mẫu bàn việc giải ngân vốn đầu tư công.",
    source="bao-mau",
    published="2023-07-05",
    year=2023,
)


def store(data_dir: Path, *documents: Document) -> None:
    with open_engine(index_url(data_dir / "whoosh")).writer() as writer:
        writer.add(documents)


def name_source(data_dir: Path, name: str) -> None:
    with Archive(data_dir) as archive:
        archive.save_sources([SourceRecord("bao-mau", name, "bac-giang", "newspaper")])


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    store(tmp_path, FIRST)
    name_source(tmp_path, "Báo Mẫu")
    return create_app(tmp_path, index_url(tmp_path / "whoosh"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def is_kept(client: FlaskClient, path: str = "/api/search?q=giai+ngan") -> bool:
    """Tell whether an answer is one that was given before."""
    return client.get(path).headers.get("Cache-Status") == "hoinghi; hit"


@embedded_only
def test_the_same_question_is_answered_once(client: FlaskClient) -> None:
    for path in ("/api/search?q=giai+ngan", "/?q=giai+ngan"):
        first, again = client.get(path), client.get(path)
        assert first.data == again.data
        assert {**first.headers, "Cache-Status": "hoinghi; hit"} == dict(again.headers)


@pytest.mark.skipif(not CLUSTER, reason="an embedded index can tell its state")
def test_nothing_is_kept_where_an_index_cannot_tell_its_state(client: FlaskClient) -> None:
    assert not is_kept(client)
    assert not is_kept(client)


def test_a_commit_makes_another_answer(client: FlaskClient, tmp_path: Path) -> None:
    assert client.get("/api/search?q=giai+ngan").get_json()["total"] == 1
    store(tmp_path, replace(FIRST, id="https://bao.mau.test/2", key="k2", title="Bài mẫu thứ hai"))
    assert client.get("/api/search?q=giai+ngan").get_json()["total"] == 2


@embedded_only
def test_coverage_follows_a_commit_that_leaves_the_number_of_pages(client: FlaskClient, tmp_path: Path) -> None:
    assert "2023: 1 / 1 bài" in client.get("/?q=giai+ngan").text
    store(tmp_path, replace(FIRST, published="2024-07-05", year=2024))
    assert "2024: 1 / 1 bài" in client.get("/?q=giai+ngan").text


def test_a_source_with_another_name_makes_another_page(client: FlaskClient, tmp_path: Path) -> None:
    assert "Báo Mẫu" in client.get("/?q=giai+ngan").text
    name_source(tmp_path, "Báo Đổi Tên")
    assert "Báo Đổi Tên" in client.get("/?q=giai+ngan").text


def test_another_day_makes_another_answer(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_kept(client)
    assert is_kept(client) == (not CLUSTER)

    class Tomorrow:
        @staticmethod
        def today() -> str:
            return "tomorrow"

    monkeypatch.setattr("web.http.answer_cache.date", Tomorrow)  # nobody waits for midnight
    assert not is_kept(client)


def test_language_address_and_compression_are_told_apart(client: FlaskClient) -> None:
    path = "/?q=giai+ngan"
    assert '<html lang="vi">' in client.get(path).text
    assert '<html lang="en">' in client.get(f"{path}&lang=en").text
    assert client.get(path, headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get(path).headers
    client.get("/api/search?q=giai+ngan")
    other = client.get("/api/search?q=giai+ngan", base_url="http://kho.mau.test")
    assert "Cache-Status" not in other.headers


def test_a_kept_page_is_not_sent_to_whom_has_it(client: FlaskClient) -> None:
    etag = client.get("/?q=giai+ngan").headers["ETag"]
    for _ in range(2):
        again = client.get("/?q=giai+ngan", headers={"If-None-Match": etag})
        assert (again.status_code, again.data) == (304, b"")
    assert client.get("/?q=giai+ngan").status_code == 200


def test_a_mistake_is_told_each_time(client: FlaskClient) -> None:
    for _ in range(2):
        assert client.get("/api/search?q=x&year=20x3").get_json()["error"]["parameter"] == "year"


def test_what_was_not_asked_for_longest_makes_room() -> None:
    kept = AnswerCache(most=20)  # two bodies of seven bytes with their keys 'a', 'b' of three
    for key in ("a", "b"):
        kept.keep(key, Response(key * 7))
    assert kept.find("a") is not None
    kept.keep("c", Response("c" * 7))
    assert [kept.find(key) is not None for key in ("a", "b", "c")] == [True, False, True]
    for key, body in (("d", "d" * 18), ("d" * 19, "")):
        kept.keep(key, Response(body))
        assert kept.find(key) is None
    assert kept.find("c") is not None
