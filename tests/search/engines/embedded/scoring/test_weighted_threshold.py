"""What holds enough is what adding up weights finds, for few sets and for many."""

import numpy as np
import pytest

from search.engines.embedded.scoring.weighted_threshold import MOST_SETS, DocumentSets, packed_bits


@pytest.mark.parametrize("count", [1, 2, 3, 7, 13, MOST_SETS, MOST_SETS + 1, 40])
@pytest.mark.parametrize("size", [1_003, 10_000_000], ids=["added up", "by steps"])
@pytest.mark.parametrize("share", [0.001, 0.3, 0.5, 1.0])
def test_holds_enough_where_the_weights_make_up_the_share(count: int, share: float, size: int) -> None:
    dice = np.random.default_rng(count)
    held = dice.random((count, 1_003)) < dice.uniform(0.05, 0.9, (count, 1))
    weights = dice.integers(1, 1_000, count).astype(float)  # whole numbers: sums are exact in any order
    least = float(np.floor(weights.sum() * share)) + 0.5 * (share < 1)
    found = DocumentSets(weights.tolist(), least, size).documents([packed_bits(one) for one in held], 1_003)
    assert found.tolist() == (weights @ held >= least).tolist()


def test_equal_weights_ask_for_a_number_of_sets() -> None:
    sets = [packed_bits(np.array(flags, dtype=bool)) for flags in ([1, 1, 0, 0, 1], [1, 0, 1, 0, 0], [1, 0, 0, 1, 1])]
    assert DocumentSets([1.0, 1.0, 1.0], 2.0, 1_000_000).documents(sets, 5).tolist() == [
        True,
        False,
        False,
        False,
        True,
    ]


def test_nothing_holds_more_than_there_is() -> None:
    everything = packed_bits(np.ones(9, dtype=bool))
    assert not DocumentSets([1.0, 2.0], 3.5, 1_000_000).documents([everything, everything], 9).any()
