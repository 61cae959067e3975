# cython: language_level=3, boundscheck=False, wraparound=False
"""What batch_tokens.py does, in C: one pass over the bytes of a batch, the words asked for in a table."""

from cpython.mem cimport PyMem_Calloc, PyMem_Free
from libc.stdint cimport uint64_t

from search.text import orthography

cdef extern from "Python.h":
    str PyUnicode_Substring(str, Py_ssize_t, Py_ssize_t)

cdef enum:
    BLANK = 0x20
    WORD_BYTES = 8

cdef struct Table:
    uint64_t* keys  # 0 where there is none: a word has no byte that is 0
    int bits


def tokens_of(batch, words):
    cdef bytes folded = batch.folded
    cdef str printed = batch.joined
    cdef list begins = batch.begins, tokens = [], bounds = [0]
    cdef dict memory = orthography.memory
    cdef const unsigned char* text = folded
    cdef Py_ssize_t offset = 0, size = len(folded) - WORD_BYTES, start, number = 0, begin = 0, following
    cdef int of_text = -1, texts = len(begins)
    cdef uint64_t key
    cdef Table table = table_of(words)
    try:
        following = begins[0] if texts else size
        while True:
            while offset < size and text[offset] == BLANK:
                offset += 1
            if offset >= size:
                break
            start, key = offset, 0
            while text[offset] != BLANK:
                if offset - start < WORD_BYTES:
                    key |= <uint64_t>text[offset] << 8 * (offset - start)
                offset += 1
            if is_in(&table, key):
                while start >= following:
                    of_text += 1
                    begin = following
                    following = begins[of_text + 1] if of_text + 1 < texts else size
                    if of_text:
                        bounds.append(len(tokens))
                word = PyUnicode_Substring(printed, start, offset)
                both = memory.get(word)
                if both is None:
                    both = orthography.forms(word)
                tokens.append((number, start - begin, offset - begin, both))
            number += 1
    finally:
        PyMem_Free(table.keys)
    bounds += [len(tokens)] * (texts + 1 - len(bounds))
    return tokens, bounds


cdef Table table_of(words) except *:
    """Return a table of what words begin with, a quarter full at most."""
    cdef Table table
    cdef uint64_t slot, key
    table.bits = max(4, len(words).bit_length() + 2)
    table.keys = <uint64_t*>PyMem_Calloc(1 << table.bits, sizeof(uint64_t))
    if table.keys == NULL:
        raise MemoryError
    for word in words:
        key = int.from_bytes(word.encode()[:WORD_BYTES], "little")
        slot = slot_of(&table, key)
        while table.keys[slot] and table.keys[slot] != key:
            slot = (slot + 1) & ((1 << table.bits) - 1)
        table.keys[slot] = key
    return table


cdef inline uint64_t slot_of(Table* table, uint64_t key) noexcept nogil:
    return key * <uint64_t>0x9E3779B97F4A7C15 >> (64 - table.bits)


cdef inline bint is_in(Table* table, uint64_t key) noexcept nogil:
    cdef uint64_t slot = slot_of(table, key)
    while table.keys[slot]:
        if table.keys[slot] == key:
            return True
        slot = (slot + 1) & ((1 << table.bits) - 1)
    return False
