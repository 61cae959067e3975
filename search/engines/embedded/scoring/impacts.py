"""Impacts of terms: what BM25 gives a term in a document before its rarity is multiplied in.

    (k1 + 1) · n / (n + k1 · (1 - b + b · length / average length))

for the occurrences in the text, plus a multiple of the same for those in the head. Common terms have theirs as one
number for each document, so that adding them up is one pass over memory, or where room is short as one byte, of which
the number is worked out; the others as lists.
"""

import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Hashable
from functools import cached_property
from typing import Any

import numpy as np

from search import ranking
from search.engines.embedded.format.length_norms import in_steps
from search.engines.embedded.format.segment_format import COUNT_MASK, HEAD_SHIFT
from search.engines.embedded.scoring.dense_numbers import TABLED_COUNTS, TABLED_HEADS

try:
    from search.engines.embedded.scoring.compiled_dense_numbers import looked_up
except ImportError:  # built without a compiler
    from search.engines.embedded.scoring.dense_numbers import looked_up

FEW = 128  # documents that are looked for among those of a term one by one
CODED_COUNT_BITS, CODED_HEAD_BITS = 5, 3  # of a byte
CODED_COUNTS, CODED_HEADS = (1 << CODED_COUNT_BITS) - 1, (1 << CODED_HEAD_BITS) - 1


class Impact(ABC):
    """What a term adds to the scores of a segment. most: the greatest of its values."""

    is_dense = True  # has a value for each document of the segment, 0 where the term is not
    most: float

    @property
    @abstractmethod
    def nbytes(self) -> int: ...

    @abstractmethod
    def add_to(self, scores: np.ndarray, weight: float) -> None: ...

    @abstractmethod
    def at(self, chosen: np.ndarray, size: int) -> np.ndarray:
        """Return the values of chosen documents (numbers, ascending, dtype intp) of a segment of `size`."""


class Listed(Impact):
    """Of a rare term: documents and their values."""

    is_dense = False

    def __init__(self, docs: np.ndarray, values: np.ndarray) -> None:
        self._docs, self._values = docs.astype(np.uint16), values
        self.most = float(values.max(initial=0.0))

    @property
    def nbytes(self) -> int:
        return self._values.nbytes + self._docs.nbytes + 200

    def add_to(self, scores: np.ndarray, weight: float) -> None:
        np.add.at(scores, self._docs.astype(np.intp), self._values * np.float32(weight))

    def at(self, chosen: np.ndarray, size: int) -> np.ndarray:
        if len(chosen) <= FEW and len(self._docs):
            wanted = chosen.astype(np.uint16)
            slots = self._docs.searchsorted(wanted)
            slots[slots == len(self._docs)] = 0
            return self._values.take(slots) * (self._docs.take(slots) == wanted)
        every = np.zeros(size, dtype=np.float32)
        every[self._docs.astype(np.intp)] = self._values
        return every.take(chosen)


class Valued(Impact):
    """Of a common term: a value for each document, which is quickest to add."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values
        self.most = float(values.max(initial=0.0))

    @property
    def nbytes(self) -> int:
        return self.values.nbytes + 200

    def add_to(self, scores: np.ndarray, weight: float) -> None:
        scores += self.values * np.float32(weight)

    def at(self, chosen: np.ndarray, size: int) -> np.ndarray:
        return self.values.take(chosen)


class Counted(Impact):
    """Of a common term in a quarter of the room: a byte for each document, of which its value is worked out each time.

    numbers: of every document, as segment_format.together gives them. The few that no byte holds are kept beside.
    """

    def __init__(self, numbers: np.ndarray, saturation: "Saturation") -> None:
        counts, heads = numbers & COUNT_MASK, numbers >> HEAD_SHIFT
        self._beyond = np.flatnonzero((counts > CODED_COUNTS) | (heads > CODED_HEADS))
        self._numbers = numbers[self._beyond]
        self._codes = (np.minimum(counts, CODED_COUNTS) | np.minimum(heads, CODED_HEADS) << CODED_COUNT_BITS).astype(
            np.uint8
        )
        self._saturation = saturation

    @cached_property
    def most(self) -> float:  # type: ignore[override]
        return float(self._values().max(initial=0.0))

    @property
    def nbytes(self) -> int:
        return self._codes.nbytes + self._beyond.nbytes + self._numbers.nbytes + 200

    def _values(self) -> np.ndarray:
        values = self._saturation.of_codes(self._codes)
        values[self._beyond] = self._saturation.of(self._numbers, self._beyond)
        return values

    def add_to(self, scores: np.ndarray, weight: float) -> None:
        scores += self._values() * np.float32(weight)

    def at(self, chosen: np.ndarray, size: int) -> np.ndarray:
        if len(chosen) * 2 > size:
            return self._values().take(chosen)
        values = self._saturation.of_codes(self._codes.take(chosen), chosen)
        if len(self._beyond):
            slots = self._beyond.searchsorted(chosen)
            slots[slots == len(self._beyond)] = 0
            held = np.flatnonzero(self._beyond.take(slots) == chosen)
            values[held] = self._saturation.of(self._numbers.take(slots.take(held)), chosen.take(held))
        return values


class ByteBoundedCache:
    """The results last used, up to a number of bytes; safe for threads."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.used = 0
        self._entries: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
            return entry

    def put(self, key: Hashable, entry: Any) -> Any:
        """Keep an entry (it has nbytes) and return it."""
        with self._lock:
            if key not in self._entries:
                self._entries[key] = entry
                self.used += entry.nbytes
                while self.used > self.room and len(self._entries) > 1:
                    self.used -= self._entries.popitem(last=False)[1].nbytes
        return entry


class Saturation:
    """BM25 of occurrences in documents of known lengths, rarity aside: read from a table, since lengths go in steps.

    head_ratio: what occurrences in the head add, their own saturation times this.
    """

    def __init__(self, lengths: np.ndarray, average: float, b: float, head_ratio: float) -> None:
        steps, step_of = np.unique(in_steps(lengths), return_inverse=True)
        self._norms = (ranking.K1 * ((1 - b) + b * steps / average)).astype(np.float32)
        self._step_of = step_of.astype(np.uint32)
        self._head_ratio = np.float32(head_ratio)
        self._by_code: np.ndarray | None = None
        rows = np.arange(TABLED_COUNTS * TABLED_HEADS, dtype=np.uint32)[:, None]
        self._table = self._computed(rows % TABLED_COUNTS, rows // TABLED_COUNTS, self._norms).ravel()

    def _computed(self, counts: np.ndarray, heads: np.ndarray, norms: np.ndarray) -> np.ndarray:
        inside, within = counts.astype(np.float32), heads.astype(np.float32)
        factor = np.float32(ranking.K1 + 1)
        in_head = self._head_ratio * factor * within / (within + np.float32(ranking.K1))
        return factor * inside / (inside + norms) + in_head

    def of_codes(self, codes: np.ndarray, docs: np.ndarray | None = None) -> np.ndarray:
        """Return the impact of numbers that are codes of a byte, as `of` does."""
        if self._by_code is None:
            every = np.arange(1 << CODED_COUNT_BITS + CODED_HEAD_BITS, dtype=np.uint32)[:, None]
            table = self._computed(every & np.uint32(CODED_COUNTS), every >> np.uint32(CODED_COUNT_BITS), self._norms)
            self._by_code = table.ravel()
        rows = codes.astype(np.intp)
        rows *= len(self._norms)
        rows += self._step_of if docs is None else self._step_of.take(docs)
        values: np.ndarray = self._by_code.take(rows)
        return values

    @property
    def most(self) -> float:
        """More than the impact of any posting."""
        return float((ranking.K1 + 1) * (1 + self._head_ratio))

    def of(self, numbers: np.ndarray, docs: np.ndarray | None = None) -> np.ndarray:
        """Return the impact of postings. numbers: as segment_format.together gives them.

        docs: which documents they are of (dtype intp, which indexes quickest); None: one number for every document.
        """
        steps = self._step_of if docs is None else self._step_of.take(docs)
        values, beyond = looked_up(numbers, steps, self._table, len(self._norms))
        if len(beyond):
            both = numbers[beyond]
            values[beyond] = self._computed(both & COUNT_MASK, both >> HEAD_SHIFT, self._norms[steps[beyond]])
        return values
