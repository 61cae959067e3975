"""Postings → the packed arrays of a segment, a range at a time: those of a large one all at once take a gigabyte."""

import numpy as np

from search.engines.embedded.format.array_file import row_lengths
from search.engines.embedded.format.segment_format import (
    AT_ONCE,
    BLOCK,
    CODED,
    ESCAPE,
    LOW_BITS,
    NEAR,
    changes,
    narrow,
    pack_halves,
)

Arrays = dict[str, np.ndarray]
_MOST_CODED = max(max(code) for code in CODED)


def _codes_of_both() -> bytes:
    """Return the code of (occurrences, those in the head) at the index occurrences * (most + 1) + those in the head."""
    code_of = np.full((_MOST_CODED + 1, _MOST_CODED + 1), ESCAPE, dtype=np.uint8)
    code_of[tuple(np.array(CODED).T)] = np.arange(ESCAPE)
    return code_of.tobytes().ljust(256)


_CODE_OF_BOTH = _codes_of_both()


class Column:
    """Numbers that come a range at a time. most: how many there may be; only what is filled takes memory."""

    def __init__(self, most: int, kind: type) -> None:
        self._numbers: np.ndarray = np.empty(most, dtype=kind)
        self.count = 0

    def add(self, numbers: np.ndarray) -> None:
        first, self.count = self.count, self.count + len(numbers)
        self._numbers[first : self.count] = numbers

    @property
    def filled(self) -> np.ndarray:
        return self._numbers[: self.count]


class CountPacker:
    """Occurrences of postings and those in the head: half a byte each, and lists of those that have no code."""

    def __init__(self, most: int) -> None:
        self._codes = Column(most, np.uint8)
        self._over: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def add(self, counts: np.ndarray, heads: np.ndarray) -> None:
        both = _at_most(counts, _MOST_CODED) * np.uint8(_MOST_CODED + 1) + _at_most(heads, _MOST_CODED)
        codes = np.frombuffer(bytearray(both.tobytes().translate(_CODE_OF_BOTH)), dtype=np.uint8)
        codes[counts > _MOST_CODED] = ESCAPE
        over = np.flatnonzero(codes == ESCAPE)
        self._over.append((self._codes.count + over, counts[over], heads[over]))
        self._codes.add(codes)

    def arrays(self, name: str) -> Arrays:
        over, counts, heads = (np.concatenate(column) for column in zip(*self._over, _NO_ROW, strict=True))
        return {
            f"{name}.counts": pack_halves(self._codes.filled),
            f"{name}.over": over.astype(np.uint32),
            f"{name}.over_count": narrow(counts),
            f"{name}.over_head": narrow(heads),
        }


class PositionPacker:
    """Positions (not negative) in one and a half bytes each, and the list of those that do not fit."""

    def __init__(self, most: int) -> None:
        self._low, self._high = Column(most, np.uint8), Column(most, np.uint8)
        self._far: list[tuple[np.ndarray, np.ndarray]] = []

    def add(self, positions: np.ndarray) -> None:
        for first in range(0, len(positions), AT_ONCE):
            some = positions[first : first + AT_ONCE]
            far = np.flatnonzero(some >= NEAR)
            self._far.append((self._low.count + far, some[far]))
            self._low.add(some & 0xFF)
            self._high.add(_at_most(some >> LOW_BITS, ESCAPE))

    def arrays(self, name: str) -> Arrays:
        far, positions = (np.concatenate(column) for column in zip(*self._far, _NO_ROW[:2], strict=True))
        return {
            f"{name}.positions": self._low.filled,
            f"{name}.positions_high": pack_halves(self._high.filled),
            f"{name}.far": far.astype(np.uint32),
            f"{name}.far_position": positions.astype(np.uint32),
        }


class StreamPacker:
    """The postings and positions of a stream, range after range of its forms, each form in one range.

    forms: how many the segment has; postings, positions: how many there may be.
    """

    def __init__(self, name: str, forms: int, postings: int, positions: int) -> None:
        self._name = name
        self._postings_of, self._positions_of = (np.zeros(forms, dtype=np.int64) for _ in range(2))
        self._documents, self._counts = Column(postings, np.uint16), CountPacker(postings)
        self._positions = PositionPacker(positions)
        self._block_starts: list[np.ndarray] = [np.zeros(0, dtype=np.uint32)]
        self._before = 0  # positions so far

    def add(
        self, forms: np.ndarray, documents: np.ndarray, counts: np.ndarray, heads: np.ndarray, positions: np.ndarray
    ) -> None:
        """Add postings in order (form, document, occurrences, those in the head), and all their positions."""
        if not len(forms):
            return
        first, past = int(forms[0]), int(forms[-1]) + 1
        self._postings_of[first:past] = np.bincount(forms - first)
        self._positions_of[first:past] = np.bincount(forms - first, weights=counts)
        begins = self._before + np.cumsum(counts, dtype=np.int64) - counts
        self._block_starts.append(begins[-self._documents.count % BLOCK :: BLOCK].astype(np.uint32))
        self._before += len(positions)
        self._documents.add(documents)
        self._counts.add(counts, heads)
        self._positions.add(positions)

    def arrays(self, variants: np.ndarray) -> Arrays:
        """variants: the first form of each folded syllable, and how many forms there are."""
        start = _starts(self._postings_of)
        return {
            f"{self._name}.start": start,
            f"{self._name}.docs": self._documents.filled,
            **self._counts.arrays(self._name),
            f"{self._name}.position_start": _starts(self._positions_of),
            f"{self._name}.block_start": np.concatenate(self._block_starts),
            **self._positions.arrays(self._name),
            f"{self._name}.fold_documents": _fold_documents(self._documents.filled, start, variants),
        }


class PairPacker:
    """The postings of pairs of neighbours, range after range of their first syllables, each syllable in one range.

    syllables: how many folded ones the segment has; pairs, postings: how many there may be.
    """

    def __init__(self, syllables: int, pairs: int, postings: int) -> None:
        self._pairs_of = np.zeros(syllables, dtype=np.int64)
        self._second, self._variants, self._starts = (Column(pairs, np.uint32) for _ in range(3))
        self._documents, self._counts = Column(postings, np.uint16), CountPacker(postings)

    def add(self, columns: list[np.ndarray], documents: np.ndarray, counts: np.ndarray, heads: np.ndarray) -> None:
        """Add postings in order. columns: of each its pair, as segment_writer.pair_columns gives them."""
        if not len(documents):
            return
        begins = changes(columns)
        first, second, *variants = (column[begins] for column in columns)
        self._pairs_of[first[0] : first[-1] + 1] = np.bincount(first - first[0])
        self._second.add(second)
        self._variants.add(variants[0] << 16 | variants[1])
        self._starts.add(self._documents.count + begins)
        self._documents.add(documents)
        self._counts.add(counts, heads)

    def arrays(self) -> Arrays:
        return {
            "pair.row": _starts(self._pairs_of),
            "pair.second": narrow(self._second.filled),
            "pair.variants": _narrow_variants(self._variants.filled),
            "pair.start": np.append(self._starts.filled, np.uint32(self._documents.count)),
            "pair.docs": self._documents.filled,
            **self._counts.arrays("pair"),
        }


_NO_ROW = (np.zeros(0, dtype=np.int64),) * 3


def _at_most(values: np.ndarray, most: int) -> np.ndarray:
    """Return values (not negative) or `most`, whichever is less, in a byte each."""
    found = np.empty(len(values), dtype=np.uint8)
    return np.minimum(values, most, out=found, casting="unsafe")


def _starts(lengths: np.ndarray) -> np.ndarray:
    """Return where each row begins and all end (uint32)."""
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.uint32)


def _narrow_variants(variants: np.ndarray) -> np.ndarray:
    """Return two numbers of 16 bits each as two of 8 bits where these suffice."""
    if (variants & 0xFF00FF00).any():
        return variants
    return (variants >> 8 | variants & 0xFF).astype(np.uint16)


def _fold_documents(documents: np.ndarray, start: np.ndarray, variants: np.ndarray) -> np.ndarray:
    """Return in how many documents each folded syllable stands, some of them at a time.

    start: where the postings of each form begin and all end; those of one syllable are neighbours.
    """
    borders = start[variants].astype(np.int64)
    found = np.zeros(len(variants) - 1, dtype=np.uint32)
    first = 0
    while first < len(found):
        past = max(int(borders.searchsorted(borders[first] + AT_ONCE, "right")) - 1, first + 1)
        own = np.repeat(np.arange(past - first), row_lengths(borders[first : past + 1]))
        folded = own << 16 | documents[borders[first] : borders[past]]
        folded.sort()
        found[first:past] = np.bincount(folded[changes([folded])] >> 16, minlength=past - first)
        first = past
    return found
