"""What is kept of queries stays within the memory that is set, whatever is asked; answers are the same."""

from pathlib import Path

import numpy as np
import pytest

from search.answer import answer
from search.document import Document
from search.engines import open_engine
from search.engines.embedded.engine import WhooshEngine
from search.engines.embedded.snapshot import KEPT_PRESENCE_BYTES, LEAST_KEPT_BYTES, Room

DOCUMENTS, WORDS, BYTES = 3_000, 400, 1 << 18


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dice = np.random.default_rng(3)
    directory = tmp_path_factory.mktemp("index")
    texts = [" ".join(f"ba{each}" for each in dice.integers(0, WORDS, 40)) for _ in range(DOCUMENTS)]
    with WhooshEngine(directory).writer() as writer:
        writer.add(Document(f"bai-{number}", f"k{number}", "", "tin", text) for number, text in enumerate(texts))
    return directory


def kept_bytes(engine: WhooshEngine) -> int:
    views = engine.collection().views
    return sum(cache.used for view in views for cache in (view.impacts, view.held, view.phrases))


def test_different_queries_drive_one_another_out_and_are_answered_the_same(directory: Path) -> None:
    roomy, narrow = open_engine(f"whoosh:{directory}"), open_engine(f"whoosh:{directory}", memory=BYTES)
    assert isinstance(roomy, WhooshEngine)
    assert isinstance(narrow, WhooshEngine)
    for word in range(WORDS):
        asked = f"ba{word} ba{(word * 7 + 1) % WORDS}"
        found = [answer(engine, asked) for engine in (roomy, narrow)]
        told = [[(hit.document.key, hit.score) for hit in each.hits] + [each.total] for each in found]
        assert told[0] == told[1]
        assert kept_bytes(narrow) <= BYTES
    assert kept_bytes(roomy) > BYTES


def test_a_new_commit_keeps_to_it(directory: Path) -> None:
    engine = WhooshEngine(directory, memory=BYTES)
    assert engine.collection().memory == BYTES
    with engine.writer() as writer:
        writer.add([Document("bai-moi", "moi", "", "tin", "ba1")])
    assert engine.collection().memory == BYTES


@pytest.mark.parametrize("memory", [16 << 20, 256 << 20, 4 << 30])
def test_all_kinds_share_it(memory: int) -> None:
    assert sum(Room.for_documents(10_000, memory)) == memory


def test_without_it_room_grows_with_the_index() -> None:
    assert Room.for_documents(10, None)[:2] == (LEAST_KEPT_BYTES, KEPT_PRESENCE_BYTES)
    assert Room.for_documents(300_000, None).impacts > LEAST_KEPT_BYTES
