"""Postings of terms, looked up in arrays."""

import numpy as np

from search.engines.embedded.format.segment_reader import SegmentPostings


def test_a_pair_is_not_taken_for_one_whose_number_has_the_same_low_bytes() -> None:
    segment = object.__new__(SegmentPostings)
    segment.arrays = {
        "pair.row": np.array([0, 3], dtype=np.uint32),
        "pair.second": np.array([4, 4, 9], dtype=np.uint16),
        "pair.start": np.arange(4, dtype=np.uint32),
    }
    assert segment.of_folded_pair(0, 4).size == 2
    assert segment.of_folded_pair(0, 65_536 + 4).size == 0
