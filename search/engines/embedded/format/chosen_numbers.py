"""A term's frequencies (in the document, in its head) for chosen documents, without reading its other postings.

MaxScore asks for those of common terms in the few documents that it has not dropped. The same is done in C where
the package was built with a compiler (compiled_chosen_numbers.pyx).
"""

from itertools import pairwise

import numpy as np

from search.engines.embedded.format.segment_format import packed_numbers_at


class ChosenNumbers:
    """Of one stream of a segment. arrays: of the segment."""

    def __init__(self, arrays: dict[str, np.ndarray], stream: str) -> None:
        self._arrays, self._stream = arrays, stream
        self._docs = arrays[f"{stream}.docs"]

    def at(self, bounds: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        """Return the numbers of a term (segment_format.together, uint32) in documents, 0 where it is not.

        bounds: where the postings of each of its forms begin, and the end; those of several forms are added up.
        chosen: document numbers, ascending, dtype intp.
        """
        wanted = chosen.astype(self._docs.dtype)
        found = np.zeros(len(chosen), dtype=np.uint32)
        for first, past in pairwise(bounds.tolist()):
            if first == past:  # a form of other streams
                continue
            slots = self._docs[first:past].searchsorted(wanted)
            slots[slots == past - first] = 0
            held = np.flatnonzero(self._docs[first:past].take(slots) == wanted)
            if len(held):
                found[held] += packed_numbers_at(self._arrays, self._stream, slots[held] + first)
        return found
