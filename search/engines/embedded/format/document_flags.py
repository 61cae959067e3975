"""Document numbers as flags, one for each document of a segment.

The same is done in C where the package was built with a compiler (compiled_document_flags.pyx).
"""

import numpy as np


def flagged(docs: np.ndarray, size: int) -> np.ndarray:
    """Return flags (bool) of documents given by their numbers, in any order. size: how many documents there are."""
    flags = np.zeros(size, dtype=bool)
    flags[docs.astype(np.intp)] = True  # else they are converted more slowly
    return flags
