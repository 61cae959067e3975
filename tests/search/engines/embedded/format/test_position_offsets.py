"""Where the positions of a few postings stand is told from what is stored of one in BLOCK."""

import numpy as np
import pytest

from search.engines.embedded.format.position_offsets import PositionOffsets
from search.engines.embedded.format.segment_format import BLOCK, pack_counts

DOCUMENTS = 900


@pytest.fixture
def arrays() -> dict[str, np.ndarray]:
    """A stream of forms in one document, in a block less one, in a block, in many, and in all."""
    dice = np.random.default_rng(7)
    sizes = [1, BLOCK - 1, BLOCK, BLOCK + 1, 5, 400, 0, DOCUMENTS]
    docs = np.concatenate([np.sort(dice.choice(DOCUMENTS, size, replace=False)) for size in sizes]).astype(np.uint16)
    counts = dice.choice([1, 2, 3, 4, 9, 700], len(docs))  # the last two have no code of their own
    start = np.concatenate(([0], np.cumsum(sizes)))
    position_start = np.concatenate(([0], np.cumsum(counts)))[start].astype(np.uint32)
    stream = {"x.docs": docs, "x.start": start.astype(np.uint32), "x.position_start": position_start}
    blocks = (np.cumsum(counts) - counts)[::BLOCK].astype(np.uint32)
    return {**stream, "x.blocks": blocks, **pack_counts("x", counts, np.minimum(counts, 1))}


@pytest.mark.parametrize("forms", [[5], [7], [0, 1, 2, 3, 4], [7, 6, 2], list(range(8))])
def test_a_few_documents_have_the_offsets_that_reading_all_gives(arrays: dict[str, np.ndarray], forms: list[int]):
    documents = np.array([0, 3, 31, 32, 33, 500, 501, DOCUMENTS - 1])
    expected = []
    for place, form in enumerate(forms):
        rows = zip(*PositionOffsets(arrays, "x").of_all(range(form, form + 1)), strict=True)
        expected += [(*map(int, row), place) for row in rows if row[0] in documents]
    found = PositionOffsets(arrays, "x").of_few(forms, documents)
    assert list(zip(*(column.tolist() for column in found), strict=True)) == expected
    assert expected


def test_no_documents_have_no_offsets(arrays: dict[str, np.ndarray]):
    found = PositionOffsets(arrays, "x").of_few([5, 7], np.zeros(0, dtype=np.intp))
    assert [len(column) for column in found] == [0, 0, 0, 0]
