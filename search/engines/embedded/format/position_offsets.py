"""Where the positions of postings stand in their stream: stored for one posting in BLOCK, counted on from there.

What is stored of a posting is how often its term occurs, so that its positions begin where those of all before it end.
A phrase is mostly looked for in a dozen documents: to add up all postings of its terms took most of its time.
"""

from collections.abc import Sequence

import numpy as np

from search.engines.embedded.format.segment_format import BLOCK, BLOCK_BITS, COUNT_MASK, counts_at, unpack_counts

_BACK = np.arange(BLOCK - 1, -1, -1)


class PositionOffsets:
    """Of one stream of a segment."""

    def __init__(self, arrays: dict[str, np.ndarray], stream: str) -> None:
        self._arrays, self._stream = arrays, stream
        self._docs, self._blocks = arrays[f"{stream}.docs"], arrays[f"{stream}.blocks"]
        self._start, self._origin = arrays[f"{stream}.start"], arrays[f"{stream}.position_start"]

    def of_all(self, forms: range) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the documents of neighbouring forms, form by form, and where the positions in each begin and end."""
        first, past = int(self._start[forms.start]), int(self._start[forms.stop])
        ends = np.cumsum(unpack_counts(self._arrays, self._stream, first, past) & COUNT_MASK, dtype=np.int64)
        ends += self._origin[forms.start]
        begins = np.empty_like(ends)
        begins[:1] = self._origin[forms.start]
        begins[1:] = ends[:-1]
        return self._docs[first:past], begins, ends

    def of_few(
        self, forms: Sequence[int], documents: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return the same for any forms in a few documents, and of which form each is: its place among forms."""
        first, past = self._start.take(forms).astype(np.int64), self._start.take(np.add(forms, 1)).astype(np.int64)
        wanted = documents.astype(self._docs.dtype)
        spans = zip(first.tolist(), past.tolist(), strict=True)
        postings = np.array([self._docs[start:end].searchsorted(wanted) for start, end in spans]) + first[:, None]
        is_held = (postings < past[:, None]) & (self._docs.take(postings, mode="clip") == wanted)
        of_form, postings = is_held.nonzero()[0], postings[is_held]
        first, block = first[of_form], postings >> BLOCK_BITS
        begun = np.maximum(block << BLOCK_BITS, first)
        before = np.where(begun == first, self._origin.take(forms)[of_form], self._blocks[block]).astype(np.int64)
        rows = postings[:, None] - _BACK
        counts = counts_at(self._arrays, self._stream, np.maximum(rows, 0)) * (rows >= begun[:, None])
        ends = before + counts.sum(axis=1)
        return self._docs[postings], ends - counts[:, -1], ends, of_form
