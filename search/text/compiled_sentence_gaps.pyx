# cython: language_level=3, boundscheck=False, wraparound=False
"""What sentence_gaps.py does, in C."""


def gaps(bytes kinds):
    cdef const unsigned char* kind = kinds
    cdef Py_ssize_t place = 0, size = len(kinds), stop, blank
    cdef list starts = [], stops = []
    while place < size:
        if kind[place] != c"\n" and kind[place] != c".":
            place += 1
            continue
        stop = place + 1
        if kind[place] == c".":
            while stop < size and (kind[stop] == c'"' or kind[stop] == c")"):
                stop += 1
        blank = stop
        while stop < size and (kind[stop] == c" " or kind[stop] == c"\n"):
            stop += 1
        if kind[place] == c"." and (stop == blank or stop == size or (kind[stop] != c"A" and kind[stop] != c'"')):
            place += 1
            continue
        starts.append(place)
        stops.append(stop)
        place = stop
    return starts, stops
