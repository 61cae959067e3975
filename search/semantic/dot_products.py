"""The dot product of one vector of bytes with many, exactly.

The same is done in C where the package was built with a compiler (compiled_dot_products.pyx).
"""

import numpy as np

ROWS_AT_ONCE = 2_048  # a block of them as floats stays in the processor's cache
DIMENSIONS_AT_ONCE = 1_024  # sums of as many products of bytes are whole numbers that a float holds


def dot_products(rows: np.ndarray, query: np.ndarray) -> np.ndarray:
    """Return the dot product of each row with a query: int32 (n).

    rows: int8 (n, dimension); query: int8 (dimension).
    """
    found = np.zeros(len(rows), dtype=np.int32)
    for first in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[first : first + ROWS_AT_ONCE]
        for begin in range(0, len(query), DIMENSIONS_AT_ONCE):
            part = slice(begin, begin + DIMENSIONS_AT_ONCE)
            product = some[:, part].astype(np.float32) @ query[part].astype(np.float32)
            found[first : first + len(some)] += product.astype(np.int32)
    return found
