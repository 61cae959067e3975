"""Where terms of a stream stand in documents: document << 32 | position.

What is stored of each posting is how often its term occurs, so that its positions begin where those of all before it
end; for one posting in BLOCK this offset is stored. A phrase is mostly looked for in a dozen documents: to add up all
postings of its terms would take most of its time.

The same is done in C where the package was built with a compiler (compiled_occurrences.pyx).
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from search.engines.embedded.format.segment_format import (
    BLOCK,
    BLOCK_BITS,
    COUNT_MASK,
    counts_at,
    positions_at,
    unpack_counts,
)

_BACK = np.arange(BLOCK - 1, -1, -1)

Ranges = tuple[np.ndarray, np.ndarray, np.ndarray]  # of postings: documents, where the positions in each begin and end


class Occurrences:
    """Of one stream of a segment. arrays: of the segment."""

    def __init__(self, arrays: dict[str, np.ndarray], stream: str) -> None:
        self._arrays, self._stream = arrays, stream
        self._docs, self._start = arrays[f"{stream}.docs"], arrays[f"{stream}.start"]

    def of(self, terms: Sequence[range], among: np.ndarray | None = None) -> list[np.ndarray]:
        """Return the occurrences of each term, ascending. terms: the forms of each; among: flags of the documents."""
        documents = np.flatnonzero(among) if among is not None else None
        forms = [form for term in terms for form in term]
        if documents is not None and len(documents) * len(forms) * BLOCK < self._size_of(terms):
            ranges, of_form = self._in_few(forms, documents)
            occurrences, stops = self._read(*ranges)
            bounds = of_form.searchsorted(np.cumsum([0, *map(len, terms)])).tolist()
            found = [occurrences[stops[first] : stops[past]] for first, past in pairwise(bounds)]
        else:
            found = [self._read(*_only(self._in_all(term), among))[0] for term in terms]
        for term, occurrences in zip(terms, found, strict=True):
            if len(term) > 1:
                occurrences.sort(kind="stable")
        return found

    def _size_of(self, terms: Sequence[range]) -> int:
        """Return how many postings some terms have together."""
        return sum([int(self._start[term.stop]) - int(self._start[term.start]) for term in terms])

    def _in_all(self, forms: range) -> Ranges:
        """Return the postings of neighbouring forms, form by form."""
        first, past = int(self._start[forms.start]), int(self._start[forms.stop])
        origin = int(self._arrays[f"{self._stream}.position_start"][forms.start])
        ends = np.cumsum(unpack_counts(self._arrays, self._stream, first, past) & COUNT_MASK, dtype=np.int64)
        ends += origin
        begins = np.empty_like(ends)
        begins[:1] = origin
        begins[1:] = ends[:-1]
        return self._docs[first:past], begins, ends

    def _in_few(self, forms: Sequence[int], documents: np.ndarray) -> tuple[Ranges, np.ndarray]:
        """Return the postings of any forms in a few documents, and of which form each is: its index among forms."""
        first = self._start.take(forms).astype(np.int64)
        past = self._start.take(np.add(forms, 1)).astype(np.int64)
        wanted = documents.astype(self._docs.dtype)
        spans = zip(first.tolist(), past.tolist(), strict=True)
        postings = np.array([self._docs[start:end].searchsorted(wanted) for start, end in spans]) + first[:, None]
        is_held = (postings < past[:, None]) & (self._docs.take(postings, mode="clip") == wanted)
        of_form, postings = is_held.nonzero()[0], postings[is_held]
        block = postings >> BLOCK_BITS
        rows = postings[:, None] - _BACK
        counts = counts_at(self._arrays, self._stream, np.maximum(rows, 0)) * (rows >= (block << BLOCK_BITS)[:, None])
        begins = self._arrays[f"{self._stream}.block_start"].take(block).astype(np.int64)
        ends = begins + counts.sum(axis=1)
        return (self._docs[postings], ends - counts[:, -1], ends), of_form

    def _read(self, docs: np.ndarray, begins: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the occurrences in some postings, one posting after the other, and how many there are before each."""
        counts = ends - begins
        stops = np.zeros(len(counts) + 1, dtype=np.int64)
        np.cumsum(counts, out=stops[1:])
        where = np.repeat(begins - stops[:-1], counts) + np.arange(stops[-1])
        positions = positions_at(self._arrays, self._stream, where)
        return np.repeat(docs.astype(np.int64) << 32, counts) | positions, stops


def _only(postings: Ranges, among: np.ndarray | None) -> Ranges:
    """Return those of some postings whose documents are flagged."""
    if among is None:
        return postings
    docs, begins, ends = postings
    kept = np.flatnonzero(among.take(docs))
    return docs[kept], begins[kept], ends[kept]
