"""Copies give one hit, whatever the page of hits; nothing else is lost or shown twice."""

import pytest

from search.collapse import collapsed
from search.document import Document
from search.engines.ports import EngineResults


def page(key: str, cluster: str = "") -> Document:
    copies = ((cluster, "bao"), (f"{cluster}-2", "cong")) if cluster else ()
    return Document(id=key, key=key, url="", title=key, text="", copies=copies)


RANKED = tuple((page(f"k{number}", f"c{number // 3}" if number % 3 else ""), 90.0 - number) for number in range(90))
EXPECTED = [document.key for number, (document, _) in enumerate(RANKED) if number % 3 != 2]


def fetch(limit: int, offset: int) -> EngineResults:
    return EngineResults(len(RANKED), RANKED[offset : offset + limit], {})


@pytest.mark.parametrize(("limit", "offset"), [(10, 0), (10, 10), (7, 35), (60, 0), (10, 55), (10, 60), (1, 0)])
def test_pages_of_hits_follow_one_another(limit: int, offset: int) -> None:
    found = collapsed(fetch, limit, offset)
    assert [document.key for document, _ in found.ranked] == EXPECTED[offset : offset + limit]
    assert found.total == 90


def test_the_best_ranked_copy_stands_for_all() -> None:
    found = collapsed(lambda *_: EngineResults(2, ((page("b-2", "b"), 2.0), (page("b", "b"), 1.0)), {}), 10, 0)
    assert [document.key for document, _ in found.ranked] == ["b-2"]


def test_no_hits_are_fetched_where_none_are_asked_for() -> None:
    assert collapsed(fetch, 0, 0).ranked == ()
