"""What a term has in chosen documents: NumPy and C give what was written."""

import numpy as np
import pytest

from search.engines.embedded.format.chosen_numbers import ChosenNumbers
from search.engines.embedded.format.packers import CountPacker
from search.engines.embedded.format.segment_format import together
from tests.components import COMPILER, absent, require

try:
    from search.engines.embedded.format.compiled_chosen_numbers import CompiledChosenNumbers
except ImportError:
    CompiledChosenNumbers = None  # type: ignore[assignment,misc]

DOCUMENTS = 3000
SIZES = [400, 0, 1, DOCUMENTS, 77]  # documents that have each form; of two forms none are asked for
BOUNDS = np.cumsum([0, *SIZES]).astype(np.uint32)[:5]
CHOSEN = {
    "none": [],
    "first and last": [0, DOCUMENTS - 1],
    "few": [5, 6, 7, 900, 2500],
    "all": range(DOCUMENTS),
}


@pytest.fixture(params=["NumPy", "C"])
def reader(request: pytest.FixtureRequest) -> type[ChosenNumbers]:
    if request.param == "NumPy":
        return ChosenNumbers
    if CompiledChosenNumbers is None:
        require(COMPILER)
        absent("not compiled: make components")
    return CompiledChosenNumbers


def written(documents: np.ndarray, counts: np.ndarray, heads: np.ndarray) -> dict[str, np.ndarray]:
    packer = CountPacker(len(documents))
    packer.add(counts, heads)
    return {"text.docs": documents.astype(np.uint16), **packer.arrays("text")}


@pytest.mark.parametrize("most", [300, 70_000], ids=["counts of two bytes", "counts of four bytes"])
@pytest.mark.parametrize("chosen", CHOSEN.values(), ids=CHOSEN)
def test_numbers_of_all_forms_are_added_up(reader: type[ChosenNumbers], chosen: list[int], most: int) -> None:
    dice = np.random.default_rng(11)
    documents = np.concatenate([np.sort(dice.choice(DOCUMENTS, size, replace=False)) for size in SIZES])
    counts, heads = dice.choice([1, 2, 3, 9, most], len(documents)), dice.choice([0, 1, 2, 300], len(documents))
    expected = [0] * DOCUMENTS
    last = int(BOUNDS[-1])
    numbers = together(counts, heads)[:last].tolist()
    for document, number in zip(documents[:last].tolist(), numbers, strict=True):
        expected[document] += number
    found = reader(written(documents, counts, heads), "text").at(BOUNDS, np.array(chosen, dtype=np.intp))
    assert found.dtype == np.uint32
    assert found.tolist() == [expected[document] for document in chosen]


def test_a_count_that_is_not_there_is_an_error(reader: type[ChosenNumbers]) -> None:
    arrays = written(np.arange(4), np.array([1, 1, 9, 900]), np.array([0, 0, 0, 0]))
    damaged = arrays | {f"text.{part}": arrays[f"text.{part}"][:0] for part in ("over", "over_count", "over_head")}
    with pytest.raises(IndexError):
        reader(damaged, "text").at(np.array([0, 4], dtype=np.uint32), np.array([3], dtype=np.intp))


@pytest.mark.parametrize("bounds", [[0, 5], [0, 9, 4]])
def test_postings_that_are_not_there_are_not_read(bounds: list[int]) -> None:
    """NumPy takes what there is of a stretch; C, which reads without looking, must not begin."""
    if CompiledChosenNumbers is None:
        require(COMPILER)
        absent("not compiled: make components")
    arrays = written(np.arange(4), np.array([1, 1, 1, 1]), np.array([0, 0, 0, 0]))
    with pytest.raises(IndexError):
        CompiledChosenNumbers(arrays, "text").at(np.array(bounds, dtype=np.uint32), np.array([3], dtype=np.intp))
    with pytest.raises(IndexError):
        CompiledChosenNumbers(arrays | {"text.over": np.zeros(2, dtype=np.uint32)}, "text")
