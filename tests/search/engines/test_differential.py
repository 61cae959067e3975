"""Whatever is asked, an engine tells what the documents hold: sets, totals, facets, orders, pages and exports."""

import os
from collections.abc import Callable, Iterator

import pytest

from search.engines import open_engine
from search.engines.ports import Engine
from tests.search.plain_evaluator import PlainEvaluator, differences
from tests.search.questions import documents, questions

LONG = os.environ.get("HOINGHI_ATTACK") == "long"
ROUNDS = {"whoosh": 80, "opensearch": 50}
DOCUMENTS = documents()


@pytest.fixture(scope="module")
def plain() -> PlainEvaluator:
    return PlainEvaluator(DOCUMENTS)


@pytest.fixture(scope="module")
def engine(new_address: Callable[[], str]) -> Iterator[Engine]:
    engine = open_engine(new_address())
    with engine.writer() as writer:
        writer.add(DOCUMENTS)
    yield engine
    engine.close()


@pytest.mark.timeout(4 * 3600)
def test_an_engine_tells_what_the_documents_hold(engine: Engine, plain: PlainEvaluator) -> None:
    rounds = 10_000 if LONG else ROUNDS["opensearch" if "opensearch" in type(engine).__module__ else "whoosh"]
    told = []
    for question in questions(DOCUMENTS, rounds, seed=rounds):
        told += [(question, what) for what in differences(engine, plain, question)]
    assert not told, (len(told), told[:10])
