"""What a common term has in every document: NumPy and C give what plain Python adds up."""

from types import ModuleType

import numpy as np
import pytest

from search.engines.embedded.format.packers import CountPacker
from search.engines.embedded.format.segment_format import together
from search.engines.embedded.scoring import dense_numbers
from tests.components import COMPILER, absent, require

try:
    from search.engines.embedded.scoring import compiled_dense_numbers
except ImportError:
    compiled_dense_numbers = None  # type: ignore[assignment]

DOCUMENTS, FORMS = 5000, 3
NORMS = 7


@pytest.fixture(params=["NumPy", "C"])
def reader(request: pytest.FixtureRequest) -> ModuleType:
    if request.param == "NumPy":
        return dense_numbers
    if compiled_dense_numbers is None:
        require(COMPILER)
        absent("not compiled: make components")
    return compiled_dense_numbers


def test_numbers_of_several_forms_are_added_up(reader: ModuleType) -> None:
    dice = np.random.default_rng(5)
    docs = np.concatenate([np.sort(dice.choice(DOCUMENTS, 901, replace=False)) for _ in range(FORMS)])
    counts, heads = dice.choice([1, 2, 3, 7, 70_000], len(docs)), dice.choice([0, 1, 2, 300], len(docs))
    packer = CountPacker(len(docs))
    packer.add(counts, heads)
    arrays = {"text.docs": docs.astype(np.uint16), **packer.arrays("text")}
    first, past = 901, len(docs)  # an odd one: the second half of a byte
    expected = [0] * DOCUMENTS
    numbers = together(counts[first:past], heads[first:past]).tolist()
    for document, number in zip(docs[first:past].tolist(), numbers, strict=True):
        expected[document] += number
    found = reader.by_document(arrays, "text", first, past, DOCUMENTS)
    assert found.tolist() == expected
    assert max(expected) > 1 << 22


def test_values_come_from_the_table_and_what_stands_in_none_is_named(reader: ModuleType) -> None:
    dice = np.random.default_rng(6)
    rows = dense_numbers.TABLED_COUNTS * dense_numbers.TABLED_HEADS
    table = dice.random(rows * NORMS, dtype=np.float32)
    counts, heads = dice.integers(0, 70, 4000), dice.integers(0, 20, 4000)
    steps = dice.integers(0, NORMS, 4000).astype(np.uint32)
    values, beyond = reader.looked_up(together(counts, heads), steps, table, NORMS)
    is_tabled = (counts < dense_numbers.TABLED_COUNTS) & (heads < dense_numbers.TABLED_HEADS)
    assert beyond.tolist() == np.flatnonzero(~is_tabled).tolist() != []
    expected = table[(counts + heads * dense_numbers.TABLED_COUNTS) % rows * NORMS + steps]
    assert values[is_tabled].tolist() == expected[is_tabled].tolist()


def test_a_damaged_posting_is_an_error(reader: ModuleType) -> None:
    packer = CountPacker(3)
    packer.add(np.array([1, 1, 1]), np.array([0, 0, 0]))
    arrays = {"text.docs": np.array([1, 9, 2], dtype=np.uint16), **packer.arrays("text")}
    with pytest.raises(IndexError):
        reader.by_document(arrays, "text", 0, 3, 5)
