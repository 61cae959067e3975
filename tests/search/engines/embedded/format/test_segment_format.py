"""How postings are packed: what goes in comes out, whatever stretch of it is read."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.embedded.format import segment_format
from search.engines.embedded.format.packers import CountPacker, PositionPacker

counts_and_heads = st.lists(
    st.tuples(st.one_of(st.integers(1, 8), st.integers(1, 70_000)), st.one_of(st.integers(0, 4), st.integers(0, 1000)))
)
ranges = st.lists(st.integers(0, 30), max_size=3)  # where what is packed is cut into ranges
positions = st.lists(st.one_of(st.integers(0, 5000), st.integers(0, 3_000_000)))


def packed_counts(counts: np.ndarray, heads: np.ndarray, cuts: Sequence[int] = ()) -> dict[str, np.ndarray]:
    packer = CountPacker(len(counts))
    for some, others in zip(np.split(counts, sorted(cuts)), np.split(heads, sorted(cuts)), strict=True):
        packer.add(some, others)
    return packer.arrays("x")


def packed_positions(values: np.ndarray, cuts: Sequence[int] = ()) -> dict[str, np.ndarray]:
    packer = PositionPacker(len(values))
    for some in np.split(values, sorted(cuts)):
        packer.add(some)
    return packer.arrays("x")


@given(counts_and_heads, ranges, st.data())
def test_numbers_of_postings_come_back(numbers: list[tuple[int, int]], cuts: list[int], data: st.DataObject) -> None:
    counts, heads = np.array(numbers, dtype=np.int64).reshape(-1, 2).T
    packed = packed_counts(counts, heads, cuts)
    start = data.draw(st.integers(0, len(numbers)))
    end = data.draw(st.integers(start, len(numbers)))
    found = segment_format.unpack_counts(packed, "x", start, end)
    assert (found & segment_format.COUNT_MASK).tolist() == counts[start:end].tolist()
    assert (found >> segment_format.HEAD_SHIFT).tolist() == heads[start:end].tolist()


@given(positions, ranges, st.data())
def test_positions_come_back(values: list[int], cuts: list[int], data: st.DataObject) -> None:
    packed = packed_positions(np.array(values, dtype=np.int64), cuts)
    places = data.draw(st.lists(st.integers(0, len(values) - 1), unique=True).map(sorted)) if values else []
    found = segment_format.positions_at(packed, "x", np.array(places, dtype=np.int64))
    assert found.tolist() == [values[place] for place in places]


@pytest.mark.parametrize(
    ("count", "bytes_taken"),
    [(1000, 500), (999, 500)],
)
def test_what_is_common_takes_half_a_byte(count: int, bytes_taken: int) -> None:
    packed = packed_counts(np.ones(count, dtype=np.int64), np.zeros(count, dtype=np.int64))
    assert sum(array.nbytes for array in packed.values()) == bytes_taken


def test_a_position_near_the_beginning_takes_twelve_bits() -> None:
    packed = packed_positions(np.arange(1000))
    assert sum(array.nbytes for array in packed.values()) == 1500


def test_the_head_has_room_for_a_thousand_and_no_more() -> None:
    packed = packed_counts(np.array([5000]), np.array([5000]))
    found = segment_format.unpack_counts(packed, "x", 0, 1)
    assert (found & segment_format.COUNT_MASK).tolist() == [5000]
    assert (found >> segment_format.HEAD_SHIFT).tolist() == [segment_format.MOST_IN_HEAD] == [1023]
