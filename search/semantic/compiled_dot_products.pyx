# cython: language_level=3, boundscheck=False, wraparound=False
"""What dot_products.py does, in C: a compiler multiplies eight pairs of numbers of two bytes in one instruction."""

from libc.stdint cimport int8_t, int16_t, int32_t

import numpy as np


def dot_products(const int8_t[:, ::1] rows, const int8_t[::1] query):
    cdef Py_ssize_t row, column, dimension = query.shape[0]
    cdef int32_t total
    cdef const int8_t* vector
    found = np.empty(rows.shape[0], dtype=np.int32)
    cdef int32_t[::1] products = found
    cdef const int16_t[::1] wide = np.asarray(query, dtype=np.int16)
    cdef const int16_t* asked = &wide[0] if dimension else NULL
    with nogil:
        for row in range(rows.shape[0]):
            total = 0
            vector = &rows[row, 0]
            for column in range(dimension):
                total += <int32_t>(<int16_t>vector[column]) * asked[column]
            products[row] = total
    return found
