from pathlib import Path

import numpy as np
import pytest

from search.database_checksum import is_damaged
from search.document import Document
from search.semantic.passages import Passage
from search.semantic.store import VectorStore, in_steps, store_path

PASSAGES = [Passage(0, 0, 4), Passage(1, 4, 9)]


def unit_rows(count: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, 384)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def page(identifier: str, text: str = "Hội nghị") -> Document:
    return Document(id=identifier, key=f"khóa-{identifier}", url="", title="", text=text)


@pytest.fixture
def store(tmp_path: Path) -> VectorStore:
    store = VectorStore(store_path(tmp_path, "mẫu/1"), "mẫu/1", 384)
    store.create()
    return store


def test_vectors_come_back_as_near_as_bytes_allow(store: VectorStore) -> None:
    rows = unit_rows(2, 1)
    store.put(page("a"), PASSAGES, rows, is_whole=True)
    found = store.vectors()
    assert found is not None
    assert found.span("a") == (0, 2)
    assert found.key("a") == "khóa-a"
    assert found.spans.tolist() == [[0, 4], [4, 9]]
    assert np.abs(found.rows * found.steps[:, None] - rows).max() < 0.002
    rows_again, _ = in_steps(rows)
    assert (found.rows == rows_again).all()


def test_other_words_replace_the_vectors_of_the_former(store: VectorStore) -> None:
    store.put(page("a"), PASSAGES, unit_rows(2, 1), is_whole=True)
    store.put(page("a", "Lời khác"), PASSAGES[:1], unit_rows(1, 2), is_whole=False)
    found = store.vectors()
    assert found is not None
    assert found.span("a") == (0, 1)
    assert [whole for _, whole in store.known().values()] == [False]


def test_documents_that_are_gone_are_forgotten(store: VectorStore) -> None:
    for name in "abc":
        store.put(page(name), PASSAGES, unit_rows(2, 1), is_whole=True)
    store.drop(["b"])
    found = store.vectors()
    assert found is not None
    assert found.ids == ["a", "c"]
    assert set(store.known()) == {"a", "c"}


def test_nothing_encoded_is_nothing(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "không có.db", "mẫu", 384)
    assert store.vectors() is None
    assert store.known() == {}


def test_a_run_that_is_killed_right_away_does_not_look_like_damage(store: VectorStore) -> None:
    store.put(page("a"), PASSAGES, unit_rows(2, 1), is_whole=True)
    store.seal()
    before = store.path.read_bytes()
    VectorStore(store.path, store.name, store.dimension).create()
    assert store.path.read_bytes() == before
    assert store.path.with_suffix(".crc").exists() and not is_damaged(store.path)


def test_another_way_to_the_same_encoder_keeps_the_vectors(store: VectorStore) -> None:
    store.put(page("a"), PASSAGES, unit_rows(2, 1), is_whole=True)
    store.seal()
    again = VectorStore(store.path, store.name, store.dimension)
    again.create("http://127.0.0.1:8080", "e5")
    found = again.vectors()
    assert found is not None and found.ids == ["a"]
    again.seal()
    assert not is_damaged(store.path)


def test_vectors_are_read_anew_when_they_are_due_and_have_changed(
    store: VectorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(page("a"), PASSAGES, unit_rows(2, 1), is_whole=True)
    before, state = store.vectors(), store.loaded_state
    store.put(page("b"), PASSAGES, unit_rows(2, 2), is_whole=True)
    assert store.vectors() is before
    monkeypatch.setattr("search.semantic.store.LOOK_SECONDS", 0.0)
    after = store.vectors()
    assert after is not None and after.ids == ["a", "b"]
    assert store.loaded_state != state
