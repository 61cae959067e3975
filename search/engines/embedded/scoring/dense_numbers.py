"""A common term's frequencies as an array over all documents of a segment, and their BM25 looked up in a table.

The same is done in C where the package was built with a compiler (compiled_dense_numbers.pyx): each common term of a
query that was not asked for before goes through both.
"""

import numpy as np

from search.engines.embedded.format.segment_format import HEAD_SHIFT, unpack_counts

# Saturation is looked up for up to 63 occurrences, 15 of them in the head; more in one document are rare.
TABLED_COUNT_BITS, TABLED_HEAD_BITS = 6, 4
TABLED_COUNTS, TABLED_HEADS = 1 << TABLED_COUNT_BITS, 1 << TABLED_HEAD_BITS
HEADS_TABLED = np.uint32(TABLED_HEADS - 1 << HEAD_SHIFT)
NOT_TABLED = ~(HEADS_TABLED | np.uint32(TABLED_COUNTS - 1))


def by_document(arrays: dict[str, np.ndarray], stream: str, first: int, past: int, size: int) -> np.ndarray:
    """Return the numbers (segment_format.together, uint32) of every document, those of several postings added up.

    first, past: the postings, of one form after the other; size: how many documents there are.
    """
    numbers = np.zeros(size, dtype=np.uint32)
    docs = arrays[f"{stream}.docs"][first:past].astype(np.intp)
    np.add.at(numbers, docs, unpack_counts(arrays, stream, first, past))
    return numbers


def looked_up(numbers: np.ndarray, steps: np.ndarray, table: np.ndarray, norms: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what a table says of numbers (float32), and where they stand in none.

    steps: of each its norm, of so many norms; table: TABLED_HEADS times TABLED_COUNTS rows of norms, flat.
    """
    rows = numbers & np.uint32(TABLED_COUNTS - 1)
    rows |= (numbers & HEADS_TABLED) >> np.uint32(HEAD_SHIFT - TABLED_COUNT_BITS)
    rows *= np.uint32(norms)
    rows += steps
    return table.take(rows.astype(np.intp)), np.flatnonzero(numbers & NOT_TABLED)
