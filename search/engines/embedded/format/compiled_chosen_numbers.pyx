# cython: language_level=3, boundscheck=False, wraparound=False
"""What chosen_numbers.py does, in C. How numbers are packed is told in segment_format.py."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t

import numpy as np

from search.engines.embedded.format.segment_format import CODED, HEAD_SHIFT as SHIFT, MOST_IN_HEAD

cdef enum:
    ESCAPE = 15

cdef uint32_t NUMBER_OF_CODE[16]
for _code, (_count, _head) in enumerate(CODED):
    NUMBER_OF_CODE[_code] = _count | _head << SHIFT
cdef uint32_t HEAD_BITS = SHIFT, MOST_HEAD = MOST_IN_HEAD


cdef class Column:
    """Numbers of two bytes each, or of four."""

    cdef const uint16_t[::1] narrow
    cdef const uint32_t[::1] wide
    cdef bint is_narrow

    def __init__(self, values):
        self.is_narrow = values.dtype == np.uint16
        self.narrow, self.wide = (values, None) if self.is_narrow else (None, values)

    cdef inline uint32_t at(self, Py_ssize_t slot) noexcept:
        return self.narrow[slot] if self.is_narrow else self.wide[slot]


cdef class CompiledChosenNumbers:
    """Of one stream of a segment; used as ChosenNumbers is."""

    cdef const uint16_t[::1] docs
    cdef const uint8_t[::1] counts
    cdef const uint32_t[::1] over
    cdef Column over_count, over_head

    def __init__(self, arrays, str stream):
        self.docs, self.counts, self.over = arrays[f"{stream}.docs"], arrays[f"{stream}.counts"], arrays[f"{stream}.over"]
        counts, heads = arrays[f"{stream}.over_count"], arrays[f"{stream}.over_head"]
        if not len(self.over) == len(counts) == len(heads) or len(self.docs) > 2 * len(self.counts):
            raise IndexError(f"{stream}: lists of different lengths")  # what is damaged is not read
        self.over_count, self.over_head = Column(counts), Column(heads)

    def at(self, bounds, const int64_t[::1] chosen):
        found = np.zeros(chosen.shape[0], dtype=np.uint32)
        cdef uint32_t[::1] number = found
        cdef const uint32_t[::1] bound = bounds
        cdef int64_t posting, past, slot
        cdef Py_ssize_t form, which
        cdef int code
        for form in range(bound.shape[0] - 1):
            posting, past = bound[form], bound[form + 1]
            if past > self.docs.shape[0]:
                raise IndexError(f"postings up to {past}, there are {self.docs.shape[0]}")  # as NumPy would say
            for which in range(chosen.shape[0]):
                posting = self.sought(posting, past, chosen[which])
                if posting >= past:
                    break
                if self.docs[posting] != chosen[which]:
                    continue
                code = self.counts[posting >> 1] >> (4 * (posting & 1)) & 15
                number[which] += NUMBER_OF_CODE[code] if code != ESCAPE else self.beside(posting)
        return found

    cdef inline int64_t sought(self, int64_t low, int64_t past, int64_t document) noexcept:
        """Return the first posting from low on of a document or one after it: in strides that double, then by halves."""
        cdef int64_t stride = 1, high = low, middle
        while high < past and self.docs[high] < document:
            low = high + 1
            high += stride
            stride *= 2
        if high > past:
            high = past
        while low < high:
            middle = (low + high) >> 1
            if self.docs[middle] < document:
                low = middle + 1
            else:
                high = middle
        return low

    cdef uint32_t beside(self, int64_t posting) except *:
        """Return the numbers of a posting that no code stands for."""
        cdef Py_ssize_t low = 0, high = self.over.shape[0], middle
        while low < high:
            middle = (low + high) >> 1
            if self.over[middle] < posting:
                low = middle + 1
            else:
                high = middle
        if low == self.over.shape[0]:
            raise IndexError(f"posting {posting} is damaged")  # as NumPy would say
        return self.over_count.at(low) | min(self.over_head.at(low), MOST_HEAD) << HEAD_BITS
