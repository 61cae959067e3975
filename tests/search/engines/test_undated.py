"""Pages of unknown year stand apart from the results of a year or of days, on each engine alike."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from search.answer import answer
from search.document import Document, Results
from search.engines import open_engine
from search.engines.ports import Engine
from search.query.nodes import Filters

WORDS = "Hội nghị bàn việc trồng rừng ven biển."


def page(number: int, text: str = WORDS, **values: Any) -> Document:
    values = {"fetched_at": "2026-05-01T00:00:00Z", "province_then": "ca-mau", "province_now": "ca-mau", **values}
    return Document(id=f"bai-{number}", key=f"k{number}", url="", title=f"Bài số {number}", text=text, **values)


PAGES = [
    page(1, held="2023-07-05", year=2023, year_grade="printed"),
    page(2, held="2021-03-02", year=2021, year_grade="inferred"),
    page(3),  # of any year up to that in which it was fetched
    page(4, possible_years=(2021, 2022, 2023)),
    page(5, possible_years=(2016, 2021)),
    page(6, province_then="gia-lai", province_now="gia-lai"),
    page(7, "Hội nghị bàn việc khác."),
    page(8, fetched_at="2019-01-01T00:00:00Z"),
]


@pytest.fixture(scope="module")
def engine(new_address: Callable[[], str]) -> Iterator[Engine]:
    engine = open_engine(new_address())
    with engine.writer() as writer:
        writer.add(PAGES)
    yield engine
    engine.close()


def asked(engine: Engine, text: str = "trồng rừng", **filters: Any) -> Results:
    return answer(engine, text, filters=Filters(**filters), undated=True)


def found(results: Results) -> list[str]:
    return sorted(hit.document.id for hit in results.hits if hit.is_full)


def apart(results: Results) -> list[str]:
    assert results.undated is not None
    assert results.undated.total == len(results.undated.hits)
    return sorted(hit.document.id for hit in results.undated.hits)


@pytest.mark.parametrize(
    ("text", "filters", "listed", "beside"),
    [
        ("trồng rừng", {"years": (2023,)}, ["bai-1"], ["bai-3", "bai-4", "bai-6"]),
        ("trồng rừng năm:2023", {}, ["bai-1"], ["bai-3", "bai-4", "bai-6"]),
        ("trồng rừng năm:2023", {"years": (2023, 2021)}, ["bai-1"], ["bai-3", "bai-4", "bai-6"]),
        ("trồng rừng", {"years": (2023,), "provinces": ("ca-mau",)}, ["bai-1"], ["bai-3", "bai-4"]),
        ("trồng rừng", {"years": (2016, 2021)}, ["bai-2"], ["bai-3", "bai-4", "bai-5", "bai-6", "bai-8"]),
        ("trồng rừng", {"date_from": "2023-01-01"}, ["bai-1"], ["bai-3", "bai-4", "bai-6"]),
        ("trồng rừng từ:1/2020 đến:6/2021", {}, ["bai-2"], ["bai-3", "bai-4", "bai-5", "bai-6"]),
        ("trồng rừng", {"years": (2031,)}, [], []),
        ("", {"years": (2023,), "provinces": ("gia-lai",)}, [], ["bai-6"]),
    ],
)
def test_what_a_limit_on_time_leaves_out_stands_apart(
    engine: Engine, text: str, filters: dict[str, Any], listed: list[str], beside: list[str]
) -> None:
    results = asked(engine, text, **filters)
    assert (found(results), results.total) == (listed, len(listed))
    assert apart(results) == beside
    assert sum(one.count for one in results.facets["year_grade"]) == len(listed)


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("trồng rừng", {}),
        ("trồng rừng -năm:2021", {}),
        ("trồng rừng", {"years": (2023,), "year_grades": ("printed",)}),
        ("trồng rừng", {"years": (2023,), "year_grades": ("unknown",)}),
    ],
)
def test_where_nothing_is_left_out_there_is_no_such_list(engine: Engine, text: str, filters: dict[str, Any]) -> None:
    assert asked(engine, text, **filters).undated is None


def test_a_filter_has_all_of_them(engine: Engine) -> None:
    everywhere = asked(engine, year_grades=("unknown",))
    assert found(everywhere) == ["bai-3", "bai-4", "bai-5", "bai-6", "bai-8"]
    assert [(one.value, one.count) for one in everywhere.facets["year_grade"]] == [
        ("unknown", 5),
        ("inferred", 1),
        ("printed", 1),
    ]
    assert found(asked(engine, years=(2023,), year_grades=("unknown",))) == ["bai-3", "bai-4", "bai-6"]
    assert found(asked(engine, years=(2023,), year_grades=("unknown", "printed"))) == [
        *("bai-1", "bai-3", "bai-4", "bai-6")
    ]
    assert found(asked(engine, date_to="2016-12-31", year_grades=("unknown",))) == ["bai-3", "bai-5", "bai-6", "bai-8"]


def test_further_pages_of_the_results_do_not_tell_them_again(engine: Engine) -> None:
    filters = Filters(years=(2023,))
    assert answer(engine, "trồng rừng", filters=filters, offset=1, undated=True).undated is None
    counted = answer(engine, "trồng rừng", filters=filters, limit=0, undated=True).undated
    assert counted is not None
    assert (counted.total, counted.hits) == (3, ())
