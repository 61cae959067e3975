"""Answers by words and meaning: what is reordered, what is found by meaning alone, and what stays as it was."""

from dataclasses import replace

import numpy as np
import pytest

from search.answer import answer
from search.engines.ports import Engine
from search.query.description import describe
from search.query.nodes import Filters
from search.query.rewriter import understand
from search.semantic.encoders import EncoderUnavailable
from search.semantic.hybrid import AskedMeaning, Meaning, is_foreign, is_question, order

QUESTION = "a new general hospital with 500 beds opens next month"


def test_a_question_in_english_finds_a_page_in_vietnamese_apart_from_the_hits(engine: Engine, meaning: Meaning) -> None:
    found = answer(engine, QUESTION, meaning=meaning)
    assert (found.total, found.hits) == (0, ())
    assert [near.document.id for near in found.near] == ["bệnh-viện"]
    assert found.near[0].passage.startswith("Bệnh viện đa khoa mới")
    assert found.to_json()["by_meaning"][0]["key"] == "bệnh-viện"
    assert "by_meaning" not in answer(engine, QUESTION).to_json()


@pytest.mark.parametrize("short", ["hospital beds", "clean water for mountain villages", "classroom construction"])
def test_a_short_query_in_english_finds_pages_and_is_told_in_english(
    engine: Engine, meaning: Meaning, short: str
) -> None:
    found = answer(engine, short, meaning=meaning)
    assert found.reads_english and found.total == 0
    assert found.understood == describe(understand(short), "en")
    for near in found.near:
        assert near.to_json()["found_by"] == "meaning" and near.to_json()["language"] == "vi"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hospital beds", True),
        ("Thanh Hoa tourism revenue growth", True),
        ("benh vien da khoa", False),
        ("bệnh viện hospital clinic", False),
        ("giair ngaan voons ddaafu tuw coong", False),  # typed in Telex
        ("FDI Samsung", False),  # a name among letters
        ('"hospital beds"', False),
    ],
)
def test_what_is_not_in_vietnamese(typed: str, expected: bool) -> None:
    assert is_foreign(understand(typed)) is expected


def test_pages_by_meaning_pass_the_filters_and_are_in_no_total(engine: Engine, meaning: Meaning) -> None:
    found = answer(engine, QUESTION, filters=Filters(years=(2021,)), meaning=meaning)
    assert [near.document.year for near in found.near] == [2021]
    assert (found.total, found.facets["year"]) == (0, ())
    assert answer(engine, QUESTION, filters=Filters(years=(2020,)), meaning=meaning).near == ()


def test_a_question_that_the_archive_knows_nothing_of_finds_nothing(engine: Engine, meaning: Meaning) -> None:
    assert answer(engine, "how fast does light travel in a vacuum", meaning=meaning).near == ()


def test_pages_that_words_find_are_not_found_again_by_meaning(engine: Engine, meaning: Meaning) -> None:
    found = answer(engine, "bản vùng cao có nước máy từ suối", meaning=meaning)
    assert found.total == 1
    assert not {near.document.id for near in found.near} & {hit.document.id for hit in found.hits}


def test_the_same_pages_are_found_with_meaning_and_without(engine: Engine, meaning: Meaning) -> None:
    text = "bố trí bao nhiêu tỷ đồng thay lớp học"
    plain, with_meaning = answer(engine, text, limit=50), answer(engine, text, limit=50, meaning=meaning)
    assert {hit.document.id for hit in plain.hits} == {hit.document.id for hit in with_meaning.hits}
    assert (plain.total, plain.facets) == (with_meaning.total, with_meaning.facets)
    assert [hit.is_full for hit in with_meaning.hits] == sorted((hit.is_full for hit in plain.hits), reverse=True)
    pages = [answer(engine, text, limit=1, offset=at, meaning=meaning).hits for at in range(len(plain.hits))]
    assert [one.document.id for page in pages for one in page] == [hit.document.id for hit in with_meaning.hits]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("bệnh viện đa khoa mới phục vụ", True),
        ("thu ngân sách", False),  # a term
        ('"thu ngân sách vượt dự toán năm nay"', False),
        ("văn bản số 35-CT/TW nói gì về đại hội", False),
        ("bệnh viện OR trường học ở vùng cao", False),
        ("tiêu đề:bệnh viện đa khoa tỉnh mới", False),
    ],
)
def test_names_numbers_and_phrases_keep_the_order_of_words(typed: str, expected: bool) -> None:
    query = understand(typed)
    assert is_question(query) is expected
    assert not is_question(replace(query, sort="newest"))


class Down:
    """An encoder whose server has gone: a real one is tried in test_encoders.py."""

    name, dimension = "down", 384

    def encode_queries(self, texts: object) -> np.ndarray:
        raise EncoderUnavailable("http://127.0.0.1:1 gives no vectors")

    encode_passages = encode_queries


def test_without_the_encoder_words_answer(engine: Engine, meaning: Meaning) -> None:
    text = "bệnh viện đa khoa mới phục vụ người bệnh"
    down = Meaning(Down(), meaning.store)
    assert answer(engine, text, meaning=down).hits == answer(engine, text).hits


def test_what_is_not_encoded_yet_stands_where_words_put_it() -> None:
    scores, unknown = np.array([3.0, 2.0, 1.0]), np.full(3, np.nan, dtype=np.float32)
    assert order(scores, unknown, 3).tolist() == [0, 1, 2]
    assert order(scores, np.array([0.1, 0.1, 0.9]), 3).tolist()[0] in (0, 2)
    assert order(scores, np.array([0.1, 0.1, 0.9]), 2).tolist() == [0, 1, 2]  # full matches stay first


def test_the_nearest_passages_are_those_of_a_plain_search(meaning: Meaning) -> None:
    vectors = meaning.store.vectors()
    assert vectors is not None
    query = meaning.encoder.encode_queries(["khám chữa bệnh cho nhân dân"])[0]
    plain = (vectors.rows.astype(np.float32) * vectors.steps[:, None]) @ query
    expected = [vectors.ids[vectors.owners[row]] for row in np.argsort(-plain)]
    found = AskedMeaning(query, vectors).nearest(5)
    assert [one.id for one in found] == list(dict.fromkeys(expected))[:5]
    assert found[0].id == "bệnh-viện"
