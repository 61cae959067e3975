# cython: language_level=3, boundscheck=False, wraparound=False
"""What dense_numbers.py does, in C. How numbers are packed is told in segment_format.py."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t

import numpy as np

from search.engines.embedded.format.segment_format import CODED, HEAD_SHIFT as SHIFT, together
from search.engines.embedded.scoring import dense_numbers

cdef enum:
    ESCAPE = 15

cdef uint32_t NUMBER_OF_CODE[16]
for _code, (_count, _head) in enumerate(CODED):
    NUMBER_OF_CODE[_code] = _count | _head << SHIFT
cdef uint32_t COUNTS = dense_numbers.TABLED_COUNTS - 1
cdef uint32_t HEADS = dense_numbers.HEADS_TABLED
cdef uint32_t NOT_TABLED = dense_numbers.NOT_TABLED
cdef int64_t ROWS = dense_numbers.TABLED_COUNTS * dense_numbers.TABLED_HEADS
cdef int HEADS_DOWN = SHIFT - dense_numbers.TABLED_COUNT_BITS


def by_document(arrays, str stream, int64_t first, int64_t past, int64_t size):
    cdef const uint16_t[::1] docs = arrays[f"{stream}.docs"]
    cdef const uint8_t[::1] counts = arrays[f"{stream}.counts"]
    over = arrays[f"{stream}.over"]
    low, high = over.searchsorted(np.array((first, past), dtype=over.dtype)).tolist()
    cdef const uint32_t[::1] beside = together(
        arrays[f"{stream}.over_count"][low:high], arrays[f"{stream}.over_head"][low:high]
    )
    numbers = np.zeros(size, dtype=np.uint32)
    cdef uint32_t[::1] found = numbers
    cdef int64_t posting, slot = 0
    cdef int code
    if past > docs.shape[0] or (past + 1) >> 1 > counts.shape[0]:
        raise IndexError(f"{stream}: postings up to {past}, there are {docs.shape[0]}")
    for posting in range(first, past):
        code = counts[posting >> 1] >> (4 * (posting & 1)) & 15
        if docs[posting] >= size or (code == ESCAPE and slot == beside.shape[0]):
            raise IndexError(f"{stream}: posting {posting} is damaged")  # as NumPy would say
        if code != ESCAPE:
            found[docs[posting]] += NUMBER_OF_CODE[code]
        else:
            found[docs[posting]] += beside[slot]
            slot += 1
    return numbers


def looked_up(const uint32_t[::1] numbers, const uint32_t[::1] steps, const float[::1] table, uint32_t norms):
    values = np.empty(numbers.shape[0], dtype=np.float32)
    cdef float[::1] value = values
    cdef Py_ssize_t slot
    cdef uint32_t number, beyond = 0
    if (steps.shape[0] < numbers.shape[0]) or table.shape[0] < <int64_t>ROWS * norms or norms == 0:
        raise IndexError("fewer lengths than documents")
    for slot in range(numbers.shape[0]):
        number = numbers[slot]
        value[slot] = table[(number & COUNTS | (number & HEADS) >> HEADS_DOWN) * norms + steps[slot]]
        beyond |= number & NOT_TABLED
    none = np.zeros(0, dtype=np.intp)
    return values, np.flatnonzero(np.asarray(numbers) & np.uint32(NOT_TABLED)) if beyond else none
