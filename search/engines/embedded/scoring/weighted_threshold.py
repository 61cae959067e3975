"""Weighted threshold: which documents are in sets whose weights add up to a minimum. Sets are bitmaps of a segment.

The condition becomes a decision diagram of AND and OR over whole bitmaps: set by set, the weight still missing with it
and without it. Wide ranges of that weight mean the same documents and share a step, so that seven sets take some
sixteen steps, thirteen a hundred, each of two microseconds for 65,536 documents. The steps double with two more sets,
and finding them takes twice as long: for many sets, or few documents, weights are added up document by document.
"""

from collections.abc import Sequence
from math import inf

import numpy as np

MOST_SETS = 15  # from then on adding up is as quick for any number of documents
STEP = 8_000  # to find a step takes as long as to add up a weight for so many documents

ALL, NONE = -1, -2  # instead of the number of a step: nothing is missing any more, it cannot be enough any more


def packed_bits(flags: np.ndarray) -> np.ndarray:
    """Return a flag for each document as one bit each."""
    return np.packbits(flags)


def unpacked(bits: np.ndarray, size: int) -> np.ndarray:
    return np.unpackbits(bits, count=size).view(bool)


class DocumentSets:
    """weights: what holding each set counts, positive. least: how much is enough, positive.

    size: of how many documents it will be asked, about.
    """

    def __init__(self, weights: Sequence[float], least: float, size: int) -> None:
        self._weights, self._least = weights, least
        self._by_steps = len(weights) <= MOST_SETS and 2 ** (len(weights) / 2) * STEP <= size * len(weights)
        self._order = sorted(range(len(weights)), key=lambda number: -weights[number])
        self._after = [sum(weights[number] for number in self._order[rank:]) for rank in range(len(weights) + 1)]
        self._known: list[list[tuple[float, float, int]]] = [[] for _ in weights]
        self._steps: list[tuple[int, int, int]] = []  # a set, the step for documents that hold it, that for the others
        self._last = self._missing(0, least)[2] if self._by_steps else NONE

    def _missing(self, rank: int, least: float) -> tuple[float, float, int]:
        """Return the step that finds what holds `least` of the sets from a rank on.

        Before it the range in which another `least` would mean the same documents: above the first, up to the second.
        """
        if least <= 0:
            return -inf, 0.0, ALL
        if least > self._after[rank]:
            return self._after[rank], inf, NONE
        for known in self._known[rank]:
            if known[0] < least <= known[1]:
                return known
        weight = self._weights[self._order[rank]]
        with_low, with_high, with_step = self._missing(rank + 1, least - weight)
        low, high, without_step = self._missing(rank + 1, least)
        self._steps.append((self._order[rank], with_step, without_step))
        found = max(with_low + weight, low), min(with_high + weight, high), len(self._steps) - 1
        self._known[rank].append(found)
        return found

    def documents(self, sets: Sequence[np.ndarray], size: int) -> np.ndarray:
        """Return the flags of the documents that hold enough. sets: as packed gives them, in the order of weights."""
        if not self._by_steps:
            return self._added_up(sets, size)
        if self._last == NONE:
            return np.zeros(size, dtype=bool)
        results: list[np.ndarray] = []
        for number, with_step, without_step in self._steps:
            result = sets[number]
            if with_step != ALL:
                result = result & (results[with_step] if with_step != NONE else np.uint8(0))
            if without_step != NONE:
                result = result | results[without_step]
            results.append(result)
        return unpacked(results[self._last], size)

    def _added_up(self, sets: Sequence[np.ndarray], size: int) -> np.ndarray:
        held = np.zeros(size, dtype=np.float32)
        for bits, weight in zip(sets, self._weights, strict=True):
            held += unpacked(bits, size) * np.float32(weight)
        enough: np.ndarray = held >= np.float32(self._least)
        return enough
