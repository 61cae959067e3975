"""What every engine must do, whatever it is built on."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from search.document import CITED, FACETS, MONTH, MOST_CITED, Document
from search.engines import open_engine
from search.engines.indexed_fields import value_hash
from search.engines.ports import Engine
from search.errors import BadIndexAddress, IndexMissing, SearchError
from search.query.nodes import And, Filters, Not, Or, Phrase, Query, Where, Words


def document(number: int, title: str, text: str, **values: Any) -> Document:
    return Document(
        id=f"bai-{number}", key=f"k{number}", url=f"https://mau.test/{number}", title=title, text=text, **values
    )


SAMPLES = [
    document(
        1,
        "Hội nghị Ban Chấp hành Đảng bộ tỉnh",
        "Sáng ngày 5/7, hội nghị thảo luận việc giải ngân vốn đầu tư công.\n\nChỉ thị 35-CT/TW được quán triệt.",
        province_then="bac-giang",
        province_now="bac-ninh",
        held="2023-07-05",
        year=2023,
        kind="bch",
        level="province",
        year_grade="inferred",
        source="bao-mau",
        people=("Người Mẫu",),
        document_numbers=("35-CT/TW",),
        meeting="bac-giang.bch.2023-07-05",
    ),
    document(
        2,
        "Ra quân làm đường nông thôn",
        "Huyện phát động phong trào làm đường giao thông, thuỷ lợi nội đồng.",
        province_then="bac-ninh",
        province_now="bac-ninh",
        published="2024-03",
        year=2024,
        source="bao-mau",
        document_numbers=("19-CT/TU", "35-CT/TW"),
    ),
    document(
        3,
        "Bình Dương khai mạc kỳ họp",
        "Kỳ họp bàn về vốn vay, về đầu mối giao thông và về công tác dương vận.",
        province_then="binh-duong",
        province_now="ho-chi-minh",
        published="2021",
        year=2021,
        kind="hdnd",
        source="cong-mau",
        document_numbers=("12/2021/NQ-HĐND",),
        people=("Người Mẫu Hai", "Người Mẫu"),
    ),
    document(4, "Thư của bạn đọc", "Một bức thư không rõ ngày, hỏi về giải ngân."),
]


@pytest.fixture(scope="module")
def engine(new_address: Callable[[], str]) -> Iterator[Engine]:
    """Holds SAMPLES. For tests that change nothing."""
    engine = open_engine(new_address())
    with engine.writer() as writer:
        assert writer.add(SAMPLES) == 4
    yield engine
    engine.close()


@pytest.fixture
def own_engine(open_again: Callable[[], Engine]) -> Iterator[Engine]:
    """As engine, for one test that changes it."""
    engine = open_again()
    with engine.writer() as writer:
        assert writer.add(SAMPLES) == 4
    yield engine
    engine.close()


def ids(engine: Engine, root: Any, **options: Any) -> list[str]:
    filters, sort = options.pop("filters", Filters()), options.pop("sort", "relevance")
    found = engine.search(Query(text="", root=root, filters=filters, sort=sort), **options)
    return [hit.id.removeprefix("bai-") for hit, _ in found.ranked]


def test_a_document_comes_back_as_it_went_in(engine: Engine) -> None:
    assert engine.get("k1") == SAMPLES[0]
    assert engine.get("k9") is None
    assert engine.count() == 4
    assert engine.versions() == {sample.id: sample.fingerprint() for sample in SAMPLES}


@pytest.mark.parametrize(
    "typed, expected",
    [
        ("giải ngân vốn đầu tư công", ["1", "3", "4"]),  # 4 has two of six syllables, which is enough
        ("giai ngan von dau tu cong", ["1", "3", "4"]),
        ("giải ngân", ["1", "4"]),
        ("GIẢI NGÂN", ["1", "4"]),
        ("đường", ["2", "3"]),  # the exact form first; dương is found, too, because đường may have been typed duong
        ("dương", ["3", "2"]),
        ("thủy lợi", ["2"]),  # the text has thuỷ
        ("35-ct/tw", ["1"]),
        ("xyzt qwrtz", []),
        ("", []),
        ("?!", []),
    ],
)
def test_free_words(engine: Engine, typed: str, expected: list[str]) -> None:
    found = ids(engine, Words(typed))
    if typed in ("giải ngân", "GIẢI NGÂN"):
        found = sorted(found)
    assert found == expected


@pytest.mark.parametrize(
    "phrase, field, expected",
    [
        ("giao thông", "", ["2", "3"]),
        ("đầu tư công", "", ["1"]),
        ("dau tu cong", "", ["1"]),
        ("đầu tu cong", "", ["1"]),
        ("đâu tư công", "", []),
        ("tỉnh sáng", "", []),  # the end of the title and the start of the text are no neighbours
        ("đường", "", ["2"]),
        ("kỳ họp", "title", ["3"]),
        ("giao thông", "title", []),
    ],
)
def test_phrases(engine: Engine, phrase: str, field: str, expected: list[str]) -> None:
    assert sorted(ids(engine, Phrase(phrase, field))) == expected


@pytest.mark.parametrize(
    "root, expected",
    [
        (None, ["1", "2", "3", "4"]),
        (Not(Words("giải ngân")), ["2", "3"]),
        (And((Words("giao thông"), Not(Words("thuỷ lợi")))), ["3"]),
        (And((Phrase("giao thông"), Phrase("kỳ họp"))), ["3"]),
        (Or((Phrase("bức thư"), Phrase("thủy lợi"))), ["2", "4"]),
        (And((Not(Words("giải ngân")), Not(Words("thuỷ lợi")))), ["3"]),
        (Where(Filters(people=("Người Mẫu",))), ["1", "3"]),
        (Not(Where(Filters(document_numbers=("35-CT/TW",)))), ["3", "4"]),
    ],
)
def test_boolean_trees(engine: Engine, root: Any, expected: list[str]) -> None:
    assert sorted(ids(engine, root)) == expected


@pytest.mark.parametrize(
    "filters, expected",
    [
        (Filters(provinces=("bac-ninh",)), ["1", "2"]),
        (Filters(provinces_then=("bac-ninh",)), ["2"]),
        (Filters(provinces_now=("bac-ninh", "ho-chi-minh")), ["1", "2", "3"]),
        (Filters(years=(2021, 2023)), ["1", "3"]),
        (Filters(years=(2023,), provinces_then=("bac-ninh",)), []),
        (Filters(kinds=("bch",)), ["1"]),
        (Filters(levels=("province",)), ["1"]),
        (Filters(levels=("district",)), []),
        (Filters(year_grades=("inferred", "printed")), ["1"]),
        (Filters(sources=("bao-mau",)), ["1", "2"]),
        (Filters(date_from="2023-07-05", date_to="2023-07-05"), ["1"]),
        (Filters(date_from="2023-07-06"), ["2"]),
        (Filters(date_from="2021-06-30", date_to="2021-12-31"), ["3"]),  # 2021 alone may mean a day in that time
        (Filters(date_to="2024-02-29"), ["1", "3"]),
        (Filters(meetings=("bac-giang.bch.2023-07-05",)), ["1"]),
        (Filters(meetings=("bac-giang.bch",)), []),
        (Filters(document_numbers=("35-CT/TW",)), ["1", "2"]),
        (Filters(document_numbers=("35-CT/TU", "12/2021/NQ-HĐND")), ["3"]),
        (Filters(document_numbers=("35-CT",)), []),  # the whole number, not a part of it
        (Filters(document_numbers=("35-CT/TW",), years=(2024,)), ["2"]),
        (Filters(people=("Người Mẫu",)), ["1", "3"]),
        (Filters(people=("Người Mẫu Hai",)), ["3"]),
        (Filters(people=("người mẫu",)), []),  # as printed
        (Filters(keys=("k3", "k1", "k9")), ["1", "3"]),
        (Filters(keys=("k3", "k1"), sources=("bao-mau",)), ["1"]),
    ],
)
def test_filters(engine: Engine, filters: Filters, expected: list[str]) -> None:
    assert sorted(ids(engine, None, filters=filters)) == expected


def test_sorting_puts_unknown_dates_last(engine: Engine) -> None:
    assert ids(engine, None, sort="newest") == ["2", "1", "3", "4"]
    assert ids(engine, None, sort="oldest") == ["3", "1", "2", "4"]


def test_facet_counts_follow_all_filters_but_their_own(engine: Engine) -> None:
    query = Query(text="", root=None, filters=Filters(years=(2023,), sources=("bao-mau",)))
    found = engine.search(query, facets=FACETS)
    assert found.total == 1
    assert found.facets == {
        "province_then": (("bac-giang", 1),),
        "province_now": (("bac-ninh", 1),),
        "year": ((2023, 1), (2024, 1)),
        "kind": (("bch", 1),),
        "source": (("bao-mau", 1),),
        "level": (("province", 1),),
        "year_grade": (("inferred", 1),),
    }
    everything = engine.search(Query(text="", root=None), facets=("province_now",))
    assert everything.facets == {"province_now": (("bac-ninh", 2), ("ho-chi-minh", 1))}


def test_documents_cited_are_counted_under_all_filters_but_their_own(engine: Engine) -> None:
    every = engine.search(Query(text="", root=None), facets=(MONTH,)).facets[MONTH]
    assert every == ((202307, 1), (202403, 1))  # of the third only the year is known
    every = engine.search(Query(text="", root=None), facets=(CITED,)).facets[CITED]
    assert every == (("35-CT/TW", 2), ("12/2021/NQ-HĐND", 1), ("19-CT/TU", 1))
    chosen = Query(text="", root=None, filters=Filters(document_numbers=("19-CT/TU",), years=(2024, 2021)))
    found = engine.search(chosen, facets=(CITED, "year"))
    assert found.total == 1
    assert found.facets[CITED] == (("12/2021/NQ-HĐND", 1), ("19-CT/TU", 1), ("35-CT/TW", 1))
    assert found.facets["year"] == ((2024, 1),)
    assert engine.search(Query(text="", root=Words("không có")), facets=(CITED,)).facets[CITED] == ()


def test_pages_continue_one_another(engine: Engine) -> None:
    query = Query(text="", root=Words("giao thông vốn"))
    whole = engine.search(query, limit=10)
    pages = [engine.search(query, limit=1, offset=offset) for offset in range(whole.total)]
    assert [page.ranked[0] for page in pages] == list(whole.ranked)
    assert {page.total for page in pages} == {whole.total}
    assert engine.search(query, limit=10, offset=50).ranked == ()


def test_changes_are_visible_together_and_to_others(own_engine: Engine, open_again: Callable[[], Engine]) -> None:
    other = open_again()
    assert other.count() == 4
    changed = document(2, "Nghiệm thu đường nông thôn", "Con đường dài 5,2 km.")
    with own_engine.writer() as writer:
        assert writer.add([changed, document(5, "Bài mới", "Một bài mới về giao thông.")]) == 2
        assert writer.delete(["bai-4", "không có"]) == 1
        assert own_engine.count() == other.count() == 4
    assert own_engine.count() == other.count() == 4
    assert ids(other, Phrase("giao thông")) in (["3", "5"], ["5", "3"])
    assert other.get("k2") == changed
    assert ids(other, None, filters=Filters(document_numbers=("35-CT/TW",))) == ["1"]  # 2 cites it no longer
    assert other.get("k4") is None
    assert other.search(Query(text="", root=None)).total == 4


def test_every_page_is_of_one_state_whatever_is_written_meanwhile(
    own_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "opensearch" in type(own_engine).__module__:
        monkeypatch.setattr("search.engines.opensearch.pinned.EXPORTED_AT_ONCE", 2)
    query = Query(text="", root=None, sort="newest")
    found, pages = own_engine.every(query, most=100)
    first = next(pages)
    with own_engine.writer() as writer:
        writer.delete(["bai-1", "bai-3"])
        writer.add([document(9, "Bài mới nhất", "Bàn về giải ngân.", published="2025-01-01")])
    assert [first.id, *(one.id for one in pages)] == ["bai-2", "bai-1", "bai-3", "bai-4"]
    assert (found.total, found.partial) == (4, False)
    assert [one.id for one in own_engine.every(query, most=2)[1]] == ["bai-9", "bai-2"]
    partial = replace(query, root=Words("giải ngân"), sort="relevance", partial=True)
    assert own_engine.every(partial, most=9)[0].total == own_engine.search(partial).total


def test_which_of_some_documents_a_search_lists_is_what_it_ranks(engine: Engine) -> None:
    keys = {one.id: one.key for one in SAMPLES} | {"bai-0": "k0"}
    for root in (Words("giải ngân vốn"), Phrase("35-CT/TW"), None):
        for filters in (Filters(), Filters(years=(2023, 2024))):
            query = Query("", root, filters)
            ranked = engine.search(replace(query, partial=True), limit=10).ranked
            assert engine.search(query, limit=1).lists(keys) == {document.id for document, _ in ranked}
    assert len(engine.search(Query("", Words("giải ngân vốn")), limit=1).lists({"bai-4": "k4"})) == 1


def test_reprints_are_one_text(own_engine: Engine) -> None:
    copies = (("k10", "bao-mau"), ("k11", "cong-mau"))
    with own_engine.writer() as writer:
        writer.add([document(number, "In lại", "Một bài in lại.", copies=copies) for number in (10, 11)])
    found = own_engine.search(Query(text="", root=None), limit=0)
    assert (found.total, found.texts) == (6, 5)
    assert own_engine.search(Query(text="", root=Phrase("giao thông")), limit=0).texts == 2


def test_of_documents_cited_equally_often_every_engine_names_the_same(
    own_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "opensearch" in type(own_engine).__module__:  # more than a shard tells at once
        monkeypatch.setattr("search.engines.opensearch.request.MOST_FACET_VALUES", 3)
        monkeypatch.setattr("search.engines.opensearch.engine.MOST_FACET_VALUES", 3)
    numbers = [f"{number}-NQ/TU" for number in range(60)]
    with own_engine.writer(rebuild=True) as writer:
        writer.add(
            [
                document(first, "Bài", "Trích dẫn.", document_numbers=tuple(numbers[first : first + 20]))
                for first in range(0, 50, 10)
            ]
        )
    counts = Counter(number for first in range(0, 50, 10) for number in numbers[first : first + 20])
    ranked = sorted(counts, key=lambda number: (-counts[number], value_hash(CITED, number)))[:MOST_CITED]
    expected = sorted(((number, counts[number]) for number in ranked), key=lambda pair: (-pair[1], pair[0]))
    found = own_engine.search(Query(text="", root=None), facets=(CITED,))
    assert list(found.facets[CITED]) == expected


def test_the_last_of_two_documents_with_one_id_stays(own_engine: Engine) -> None:
    with own_engine.writer() as writer:
        writer.add([document(7, "Bản đầu", "một"), document(7, "Bản sau", "hai")])
    assert own_engine.count() == 5
    assert [hit.title for hit, _ in own_engine.search(Query(text="", root=Phrase("bản sau"))).ranked] == ["Bản sau"]
    assert ids(own_engine, Phrase("bản đầu")) == []


def test_an_error_while_writing_changes_nothing(own_engine: Engine) -> None:
    before = own_engine.versions()
    with pytest.raises(ZeroDivisionError), own_engine.writer() as writer:
        writer.add([document(8, "Bài", "tám")])
        raise ZeroDivisionError
    assert own_engine.versions() == before
    with own_engine.writer() as writer:
        writer.delete(["bai-1"])
    assert own_engine.count() == 3


def test_a_rebuild_holds_only_what_it_was_given(own_engine: Engine) -> None:
    with own_engine.writer(rebuild=True) as writer:
        writer.add(SAMPLES[2:3])
        assert own_engine.count() == 4
    assert own_engine.versions() == {"bai-3": SAMPLES[2].fingerprint()}


def test_searching_without_an_index_says_what_to_do(open_again: Callable[[], Engine]) -> None:
    missing = open_again()
    with pytest.raises(IndexMissing, match="hoinghi index"):
        missing.search(Query(text="", root=None))
    assert missing.versions() == {}


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(BadIndexAddress, match="whoosh:<directory>"):
        open_engine("lucene:somewhere")


def test_opensearch_without_its_client_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("search.engines.opensearch.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opensearchpy", None)  # as if it were not there
    with pytest.raises(SearchError, match=r"pip install 'hoinghi\[opensearch\]'"):
        open_engine("opensearch://127.0.0.1:9200/name")
