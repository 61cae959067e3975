# cython: language_level=3, boundscheck=False, wraparound=False
"""What sentence_gaps.py does, in C."""


def gaps(bytes kinds):
    cdef const unsigned char* kind = kinds
    cdef Py_ssize_t offset = 0, size = len(kinds), stop, blank
    cdef list starts = [], stops = []
    while offset < size:
        if kind[offset] != c"\n" and kind[offset] != c".":
            offset += 1
            continue
        stop = offset + 1
        if kind[offset] == c".":
            while stop < size and (kind[stop] == c'"' or kind[stop] == c")"):
                stop += 1
        blank = stop
        while stop < size and (kind[stop] == c" " or kind[stop] == c"\n"):
            stop += 1
        if kind[offset] == c"." and (stop == blank or stop == size or (kind[stop] != c"A" and kind[stop] != c'"')):
            offset += 1
            continue
        starts.append(offset)
        stops.append(stop)
        offset = stop
    return starts, stops
