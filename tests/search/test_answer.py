"""From what was typed to the answer, over a real index of a few pages written for the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.answer import answer, ids_among
from search.document import CITED, Document
from search.engines import open_engine
from search.engines.ports import Engine
from search.errors import BadRequest
from search.query.nodes import Filters
from search.similar import similar

PAGES = [
    Document(
        id="a",
        key="a",
        url="https://a.example/1",
        title="Hội nghị Ban Chấp hành Đảng bộ tỉnh lần thứ 16",
        text="Các đại biểu thảo luận về giải ngân vốn đầu tư công. Tỷ lệ giải ngân còn thấp & chậm.\n\n"
        "Ủy ban nhân dân tỉnh báo cáo.",
        province_then="bac-giang",
        province_now="bac-ninh",
        held="2023-12-01",
        published="2023-12-01",
        year=2023,
        kind="bch",
        source="bao-bac-giang",
        document_numbers=("26-CT/TW",),
        people=("Dương Văn Tâm",),
    ),
    Document(
        id="b",
        key="b",
        url="https://b.example/2",
        title="Giao ban các cơ quan khối Đảng quý II",
        text="Đồng chí Bí thư yêu cầu đẩy nhanh giải ngân vốn, phòng dịch tả lợn châu Phi, xây dựng nông thôn mới.",
        province_then="thai-nguyen",
        province_now="thai-nguyen",
        held="2023-07-05",
        year=2023,
        kind="giaoban",
        source="bao-thai-nguyen",
    ),
    Document(
        id="c",
        key="c",
        url="https://c.example/3",
        title="Kỳ họp thứ mười",
        text="UBND tỉnh trình kế hoạch. Vốn đầu tư cho nông thôn mới được bàn kỹ; đại biểu chất vấn về giải phóng "
        "mặt bằng.",
        province_then="tuyen-quang",
        province_now="tuyen-quang",
        held="2020-07-16",
        year=2020,
        kind="hdnd",
        source="bao-tuyen-quang",
    ),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    place: Path = tmp_path_factory.mktemp("index")
    opened = open_engine(f"whoosh:{place}")
    with opened.writer() as writer:
        writer.add(PAGES)
    yield opened
    opened.close()


def ids(engine: Engine, text: str, **more: object) -> list[str]:
    return [hit.document.id for hit in answer(engine, text, **more).hits]  # type: ignore[arg-type]


def test_an_answer_in_full(engine: Engine) -> None:
    results = answer(engine, '"giải ngân" năm:2023', source_names={"bao-bac-giang": "Báo Bắc Giang"})
    assert results.understood == "Các bài có đúng cụm “giải ngân”, năm 2023."
    assert results.total == 2
    assert {hit.document.id for hit in results.hits} == {"a", "b"}
    first = next(hit for hit in results.hits if hit.document.id == "a")
    assert first.snippet == "Các đại biểu thảo luận về <mark>giải ngân</mark> vốn đầu tư công."
    then = {value.value: (value.label, value.count) for value in results.facets["province_then"]}
    assert then == {"bac-giang": ("Bắc Giang", 1), "thai-nguyen": ("Thái Nguyên", 1)}
    assert [value.value for value in results.facets["year"] if value.selected] == [2023]
    assert {v.value: v.label for v in results.facets["source"]}["bao-bac-giang"] == "Báo Bắc Giang"
    assert {v.value: v.label for v in results.facets["kind"]}["giaoban"] == "Giao ban khối Đảng"


@pytest.mark.parametrize(
    "typed", ["", "tỉnh", "năm:2020", "năm:2020 tỉnh", "loại:giaoban", "tỉnh:bắc ninh", "số:26-CT/TW"]
)
def test_no_facet_offers_what_finds_another_number_of_pages(engine: Engine, typed: str) -> None:
    filters = {"year": "years", "province_then": "provinces_then", "province_now": "provinces_now", "kind": "kinds"}
    filters |= {"source": "sources", CITED: "document_numbers"}
    results = answer(engine, typed)
    offered = [(facet, value) for facet in filters for value in results.facets[facet] if not value.selected]
    for facet, value in offered:
        chosen = answer(engine, typed, filters=Filters(**{filters[facet]: (value.value,)}))
        assert chosen.total == value.count > 0, (facet, value)
    assert offered or typed


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("tỉnh:bắc ninh", {"a"}),
        ("loại:giaoban", {"b"}),
        ("từ:1/7/2020 đến:31/7/2020", {"c"}),
        ("-năm:2023", {"c"}),
        ("năm:2020 OR loại:bch", {"a", "c"}),
        ("tiêu đề:quý", {"b"}),
        ("số:26-CT/TW", {"a"}),
        ("người:duong van tam", {"a"}),
        ('"mặt bằng"', {"c"}),
        ('"giai ngan" -lợn', {"a"}),
        ('lợn OR "chất vấn"', {"b", "c"}),
        ("chất v*", {"c"}),
        ('thảo NEAR/3 "giải ngân"', {"a"}),
    ],
)
def test_exactly_these_are_found(engine: Engine, typed: str, expected: set[str]) -> None:
    assert set(ids(engine, typed)) == expected


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("giai ngan", {"a", "b"}),
        ("UBND", {"a", "c"}),
        ("ủy ban nhân dân tỉnh", {"a", "c"}),
        ("NTM", {"b", "c"}),
        ("dịch tả heo", {"b"}),
        ("giair ngaan", {"a", "b"}),
        ("giảingân", {"a", "b"}),
        ("giải nagn", {"a", "b"}),
        ("nông thôn mới Tuyên Quang", {"c"}),
        ("nông thôn mới 2023", {"b"}),
    ],
)
def test_these_come_first(engine: Engine, typed: str, first: set[str]) -> None:
    assert set(ids(engine, typed)[: len(first)]) == first


def test_a_filter_beside_a_limit_narrows_it(engine: Engine) -> None:
    assert set(ids(engine, "năm:2020-2023", filters=Filters(years=(2020,)))) == {"c"}
    assert ids(engine, "năm:2023", filters=Filters(years=(2020,))) == []


def test_orders(engine: Engine) -> None:
    assert ids(engine, "", filters=Filters(years=(2020, 2023)), sort="newest") == ["a", "b", "c"]
    assert ids(engine, "", filters=Filters(years=(2020, 2023)), sort="oldest") == ["c", "b", "a"]


def test_a_phrase_that_nobody_wrote_is_searched_as_words_and_said(engine: Engine) -> None:
    results = answer(engine, '"công đầu tư vốn"')
    assert results.hits[0].document.id == "a"
    assert "Không bài nào có đúng cụm từ trong ngoặc kép" in results.understood


def test_which_of_some_pages_a_search_finds_is_answered_by_the_phrase_as_typed(engine: Engine) -> None:
    assert ids_among(engine, "giải ngân", Filters(), ["a", "c", "gone"]) == {"a"}
    assert ids_among(engine, "nông thôn mới", Filters(years=(2023,)), ["a", "b", "c"]) == {"b"}
    assert ids_among(engine, "năm:2020 OR tỉnh:thái-nguyên", Filters(), ["a", "c"]) == {"c"}
    assert ids_among(engine, '"công đầu tư vốn"', Filters(), ["a", "b", "c"]) == set()
    assert answer(engine, '"công đầu tư vốn"', loosen=False).total == 0


def test_a_better_query_is_offered_where_it_finds_no_less(engine: Engine) -> None:
    assert answer(engine, "giai ngan von").did_you_mean == "giải ngân vốn"
    assert answer(engine, "giải ngân vốn").did_you_mean == ""


FORMS = (
    "giai giải giãi",
    "ngan ngân",
    "von vốn vón",
    "dau đầu đâu",
    "tu tư từ",
    "dai đại đài",
    "bieu biểu",
    "ky kỳ kỷ",
)


def test_similar_pages(engine: Engine) -> None:
    assert "a" not in [document.id for document in similar(engine, PAGES[0])]
    assert [document.id for document in similar(engine, PAGES[0], limit=1)] == ["b"]


@pytest.mark.parametrize(
    ("parameter", "request_"),
    [
        ("q", {"text": "a" * 2001}),
        ("sort", {"text": "họp", "sort": "best"}),
        ("limit", {"text": "họp", "limit": -1}),
        ("offset", {"text": "họp", "offset": -1}),
        ("province", {"text": "họp", "filters": Filters(provinces=("bac-gang",))}),
        ("province_now", {"text": "họp", "filters": Filters(provinces_now=("xyz",))}),
        ("year", {"text": "họp", "filters": Filters(years=("abc",))}),  # type: ignore[arg-type]
        ("year", {"text": "họp", "filters": Filters(years=(23,))}),
        ("kind", {"text": "họp", "filters": Filters(kinds=("họp",))}),
        ("from", {"text": "họp", "filters": Filters(date_from="2023-02-30")}),
        ("to", {"text": "họp", "filters": Filters(date_to="1/2/2023")}),
        ("from", {"text": "họp", "filters": Filters(date_from="2024-01-01", date_to="2023-01-01")}),
    ],
)
def test_a_bad_value_is_named(engine: Engine, parameter: str, request_: dict[str, object]) -> None:
    with pytest.raises(BadRequest) as caught:
        answer(engine, **request_)  # type: ignore[arg-type]
    assert caught.value.parameter == parameter
