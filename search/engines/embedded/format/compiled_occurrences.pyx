# cython: language_level=3, boundscheck=False, wraparound=False
"""What occurrences.py does, in C. How postings and positions are packed is told in segment_format.py."""

from itertools import pairwise

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy

import numpy as np

from search.engines.embedded.format.segment_format import CODED

cdef enum:
    ESCAPE = 15
    LOW_BITS = 8
    BLOCK_BITS = 5
    BLOCK = 32
    SOUGHT = 64  # postings that are read in the time that one is sought among all

cdef int64_t COUNT_OF_CODE[16]
for _code, (_count, _) in enumerate(CODED):
    COUNT_OF_CODE[_code] = _count


cdef struct Buffer:
    int64_t* occurrences
    Py_ssize_t length, room


cdef class CompiledOccurrences:
    """Of one stream of a segment; used as Occurrences is."""

    cdef const uint16_t[::1] docs
    cdef const uint8_t[::1] counts
    cdef const uint32_t[::1] over
    cdef const uint16_t[::1] over_narrow
    cdef const uint32_t[::1] over_wide
    cdef bint is_narrow
    cdef const uint8_t[::1] low
    cdef const uint8_t[::1] high
    cdef const uint32_t[::1] far
    cdef const uint32_t[::1] far_position
    cdef const uint32_t[::1] start
    cdef const uint32_t[::1] origin
    cdef const uint32_t[::1] block_start

    def __init__(self, arrays, str stream):
        part = lambda name: arrays[f"{stream}.{name}"]
        self.docs, self.counts, self.over = part("docs"), part("counts"), part("over")
        counts, self.is_narrow = part("over_count"), part("over_count").dtype == np.uint16
        self.over_narrow, self.over_wide = (counts, None) if self.is_narrow else (None, counts)
        self.low, self.high = part("positions"), part("positions_high")
        self.far, self.far_position = part("far"), part("far_position")
        self.start, self.origin, self.block_start = part("start"), part("position_start"), part("block_start")

    def of(self, terms, among=None):
        documents = np.flatnonzero(among) if among is not None else None
        forms = np.array([form for term in terms for form in term], dtype=np.int64)
        occurrences, stops = self._of_forms(forms, documents, among)
        bounds = stops[np.cumsum([0, *map(len, terms)])].tolist()
        found = [occurrences[first:past] for first, past in pairwise(bounds)]
        for term, some in zip(terms, found):
            if len(term) > 1:
                some.sort(kind="stable")
        return found

    def _of_forms(self, const int64_t[::1] forms, const int64_t[::1] documents, const uint8_t[::1] among):
        """Return the occurrences form by form, and how many there are before each form."""
        stops = np.zeros(len(forms) + 1, dtype=np.int64)
        cdef int64_t[::1] stop = stops
        cdef int64_t[::1] target
        cdef Py_ssize_t number
        cdef int64_t form
        cdef Buffer buffer = Buffer(NULL, 0, 0)
        try:
            for number in range(forms.shape[0]):
                form = forms[number]
                if documents is not None and documents.shape[0] * SOUGHT < <int64_t>self.start[form + 1] - self.start[form]:
                    self.seek(form, documents, &buffer)
                else:
                    self.scan(form, among, &buffer)
                stop[number + 1] = buffer.length
            occurrences = np.empty(buffer.length, dtype=np.int64)
            if buffer.length:
                target = occurrences
                memcpy(&target[0], buffer.occurrences, buffer.length * sizeof(int64_t))
            return occurrences, stops
        finally:
            free(buffer.occurrences)

    cdef int scan(self, int64_t form, const uint8_t[::1] among, Buffer* buffer) except -1:
        """Read a form's postings one after the other."""
        cdef int64_t posting, count, begin = self.origin[form]
        cdef Py_ssize_t over = lower_bound(self.over, self.start[form])
        for posting in range(self.start[form], self.start[form + 1]):
            count = self.count(posting, &over)
            if among is None or among[self.docs[posting]]:
                self.read(self.docs[posting], begin, count, buffer)
            begin += count
        return 0

    cdef int seek(self, int64_t form, const int64_t[::1] documents, Buffer* buffer) except -1:
        """Read a form's postings in a few documents (ascending)."""
        cdef int64_t posting = self.start[form], past = self.start[form + 1], high, middle, before, begin
        cdef Py_ssize_t number, over
        for number in range(documents.shape[0]):
            high = past
            while posting < high:
                middle = (posting + high) >> 1
                if self.docs[middle] < documents[number]:
                    posting = middle + 1
                else:
                    high = middle
            if posting == past:
                break
            if self.docs[posting] == documents[number]:
                begin = self.block_start[posting >> BLOCK_BITS]
                before = posting & ~<int64_t>(BLOCK - 1)
                over = lower_bound(self.over, before)
                for before in range(before, posting):
                    begin += self.count(before, &over)
                self.read(documents[number], begin, self.count(posting, &over), buffer)
        return 0

    cdef inline int64_t count(self, int64_t posting, Py_ssize_t* over) noexcept:
        """Return how many positions a posting has. over: the next entry beside the codes, moved on where it is read."""
        cdef int code = self.counts[posting >> 1] >> (4 * (posting & 1)) & 15
        if code != ESCAPE:
            return COUNT_OF_CODE[code]
        over[0] += 1
        return self.over_narrow[over[0] - 1] if self.is_narrow else self.over_wide[over[0] - 1]

    cdef inline int read(self, int64_t document, int64_t begin, int64_t count, Buffer* buffer) except -1:
        """Add the occurrences whose positions begin at an offset of the stream."""
        cdef int64_t slot, position
        cdef int64_t* grown
        if buffer.length + count > buffer.room:
            buffer.room = 2 * (buffer.length + count) + 1024
            grown = <int64_t*>realloc(buffer.occurrences, buffer.room * sizeof(int64_t))
            if grown == NULL:
                raise MemoryError
            buffer.occurrences = grown
        for slot in range(begin, begin + count):
            position = self.high[slot >> 1] >> (4 * (slot & 1)) & 15
            if position == ESCAPE:
                position = self.far_position[lower_bound(self.far, slot)]
            else:
                position = position << LOW_BITS | self.low[slot]
            buffer.occurrences[buffer.length] = document << 32 | position
            buffer.length += 1
        return 0


cdef inline Py_ssize_t lower_bound(const uint32_t[::1] values, int64_t wanted) noexcept:
    cdef Py_ssize_t low = 0, high = values.shape[0], middle
    while low < high:
        middle = (low + high) >> 1
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low
