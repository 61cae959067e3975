"""Lengths in the steps that Lucene's norms have."""

import numpy as np
import pytest

from search.engines.embedded.format.length_norms import in_steps


@pytest.mark.parametrize(
    "length, step",
    # 24 + the excess in four significant bits
    [
        (0, 0),
        (1, 1),
        (23, 23),
        (24, 24),
        (40, 40),
        (41, 40),
        (55, 54),
        (56, 56),
        (100, 96),
        (500, 472),
        (70_000, 65_560),
    ],
)
def test_a_length_is_rounded_down_to_its_step(length: int, step: int) -> None:
    assert in_steps(np.array([length])) == [step]


def test_longer_never_becomes_shorter_and_little_is_lost() -> None:
    lengths = np.arange(1, 100_000)
    steps = in_steps(lengths)
    assert (np.diff(steps) >= 0).all()
    assert (steps <= lengths).all()
    assert ((lengths - steps) / lengths).max() < 1 / 9
