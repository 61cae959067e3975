"""Where the gaps between sentences are in a batch of texts, drawn in kinds of signs (text_batch.py).

The same is done in C where the package was built with a compiler (compiled_sentence_gaps.pyx).
"""

import re

import numpy as np

_POINT, _LINE = b".\n"
_GAP = re.compile(rb'\n[ \n]*+|\.[")]*+[ \n]++(?=[A"])')


def gaps(kinds: bytes) -> tuple[list[int], list[int]]:
    """Return where the gaps begin, with the sign that ends a sentence, and where the next sentence does."""
    each = np.frombuffer(kinds, dtype=np.uint8)
    starts, stops, stop = list[int](), list[int](), 0
    for start in np.flatnonzero((each == _POINT) | (each == _LINE)).tolist():
        # a line's end after a point, or after another one, is in the same gap
        if start >= stop and (gap := _GAP.match(kinds, start)):
            stop = gap.end()
            starts.append(start)
            stops.append(stop)
    return starts, stops
