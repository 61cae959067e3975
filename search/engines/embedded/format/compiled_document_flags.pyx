# cython: language_level=3, boundscheck=False, wraparound=False
"""What document_flags.py does, in C."""

from libc.stdint cimport int64_t, uint8_t, uint16_t

import numpy as np


def flagged(const uint16_t[::1] docs, int64_t size):
    flags = np.zeros(size, dtype=bool)
    cdef uint8_t[::1] flag = flags.view(np.uint8)
    cdef Py_ssize_t slot
    for slot in range(docs.shape[0]):
        if docs[slot] >= size:
            raise IndexError(f"document {docs[slot]} of {size}")  # as NumPy would say
        flag[docs[slot]] = 1
    return flags
