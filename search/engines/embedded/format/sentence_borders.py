"""Where sentences begin, as a bitmap of positions in the text stream: it tells whether a word runs over a boundary.

The same stands among the postings (SENTENCE beside the first syllable of each), by which pairs and lengths are counted.
Read from these, the borders took half the time of looking for a word in some documents.
"""

import numpy as np

from search.engines.embedded.format.segment_format import COUNT_MASK, hashes, positions_at, unpack_counts
from search.text.analysis import SENTENCE, TITLE_GAP

Arrays = dict[str, np.ndarray]


def _bases(arrays: Arrays) -> np.ndarray:
    """Return the number of the first bit of each document, and at the end how many bits there are (int64)."""
    bits = arrays["title_length"].astype(np.int64) + TITLE_GAP + arrays["body_length"] + 1
    return np.concatenate(([0], np.cumsum(bits)))


def border_arrays(arrays: Arrays) -> Arrays:
    """Return the array of the bits. arrays: of a segment, its text stream among them."""
    bases = _bases(arrays)
    begins = np.zeros(int(bases[-1]), dtype=bool)
    form = _form_of_sentences(arrays)
    if form is not None:
        first, past = arrays["text.start"][form : form + 2].tolist()
        origin, end = arrays["text.position_start"][form : form + 2].tolist()
        counts = unpack_counts(arrays, "text", first, past) & COUNT_MASK
        owners = np.repeat(arrays["text.docs"][first:past].astype(np.intp), counts)
        begins[bases[owners] + positions_at(arrays, "text", np.arange(origin, end))] = True
    return {"text.sentences": np.packbits(begins)}


def _form_of_sentences(arrays: Arrays) -> int | None:
    wanted = hashes([SENTENCE.encode()])[0]
    slot = int(arrays["fold.hash"].searchsorted(wanted))
    if slot == len(arrays["fold.hash"]) or arrays["fold.hash"][slot] != wanted:
        return None
    return int(arrays["variants"][arrays["fold.order"][slot]])  # nothing else folds to it


class SentenceBorders:
    def __init__(self, arrays: Arrays) -> None:
        self._bits, self._bases = arrays["text.sentences"], _bases(arrays)

    def within(self, starts: np.ndarray, length: int) -> np.ndarray:
        """Return those starts (document << 32 | position) of so many syllables that no sentence begins inside."""
        if length == 1 or not len(starts):
            return starts
        first = self._bases.take(starts >> 32) + (starts & 0xFFFFFFFF)
        begins = np.zeros(len(starts), dtype=np.uint8)
        for further in range(1, length):
            bits = first + further
            begins |= self._bits.take(bits >> 3) << (bits & 7).astype(np.uint8)
        return starts[begins < 128]
