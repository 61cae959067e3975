"""What a segment's arrays are called and how a posting is packed: shared by building, merging and reading.

A segment holds at most MAX_DOCUMENTS documents, so that a document's number takes two bytes. Its syllables are numbered
in the order of (folded form, normal form): the forms of one folded syllable are neighbours, and so are their postings.
The postings of a folded syllable are those of its forms; nothing is stored for it.

    documents    title_length, body_length, wholes (tokens); day, day_last (YYYYMMDD, 0 unknown); facets; ids; texts
    vocabulary   fold.* (G folded syllables), variants (G + 1: first form of each), norm.* (V forms)
    streams      text, people, document_numbers: for each form its postings and positions
    pair         neighbouring syllables of title and text: row (G + 1) by the first folded syllable → second, variants
    word         words of several syllables as pyvi segments them

Positions in the text stream: title from 0, one left empty, then the body. Whole document numbers and dates stand at the
position of their first part.
"""

import hashlib

import numpy as np

from search.analysis import TITLE_GAP
from search.ranking import HEAD_SYLLABLES

MAX_DOCUMENTS = 1 << 16
STREAMS = ("text", "people", "document_numbers")


# One byte per posting: occurrences in the low five bits, those in the head of the document in the high three. What
# does not fit has its numbers in the lists "over".
COUNT_BITS = 5
MAX_COUNT, MAX_HEAD = (1 << COUNT_BITS) - 1, 7


def hashes(texts: list[bytes]) -> np.ndarray:
    """Return a 64-bit hash of each text: look-ups compare numbers and check the text at the end."""
    digest = b"".join(hashlib.blake2b(text, digest_size=8).digest() for text in texts)
    return np.frombuffer(digest, dtype="<u8")


def hash_index(name: str, texts: list[bytes]) -> dict[str, np.ndarray]:
    """Return the arrays by which one of texts is found: hashes in order, and whose they are."""
    values = hashes(texts)
    order = np.argsort(values, kind="stable")
    return {f"{name}.hash": values[order], f"{name}.order": order.astype(np.uint32)}


def head_ends(title_length: np.ndarray) -> np.ndarray:
    """Return for each document the position at which its head (title and first syllables of the body) ends."""
    return title_length.astype(np.int64) + TITLE_GAP + HEAD_SYLLABLES


def pack_counts(name: str, counts: np.ndarray, heads: np.ndarray) -> dict[str, np.ndarray]:
    """Return the packed numbers of postings and the lists of those that do not fit."""
    over = np.flatnonzero((counts > MAX_COUNT) | (heads > MAX_HEAD))
    packed = np.minimum(counts, MAX_COUNT) | np.minimum(heads, MAX_HEAD) << COUNT_BITS
    return {
        f"{name}.counts": packed.astype(np.uint8),
        f"{name}.over": over.astype(np.uint32),
        f"{name}.over_count": counts[over].astype(np.uint32),
        f"{name}.over_head": heads[over].astype(np.uint32),
    }


def unpack_counts(arrays: dict[str, np.ndarray], name: str, start: int, end: int) -> tuple[np.ndarray, np.ndarray]:
    """Return (occurrences, occurrences in the head) of the postings start … end-1, as writable uint32."""
    packed = arrays[f"{name}.counts"][start:end]
    counts, heads = (packed & MAX_COUNT).astype(np.uint32), (packed >> COUNT_BITS).astype(np.uint32)
    over = arrays[f"{name}.over"]
    if len(over):
        first, last = over.searchsorted((start, end))
        if first < last:
            places = over[first:last].astype(np.int64) - start
            counts[places] = arrays[f"{name}.over_count"][first:last]
            heads[places] = arrays[f"{name}.over_head"][first:last]
    return counts, heads


def narrow(values: np.ndarray) -> np.ndarray:
    """Return values in two bytes each if they fit, else in four."""
    return values.astype(np.uint16 if not len(values) or values.max() < 1 << 16 else np.uint32)


def starts_of(groups: np.ndarray, count: int) -> np.ndarray:
    """Return (count + 1) offsets: entries of group g (ascending in groups) lie between offsets g and g + 1."""
    return np.searchsorted(groups, np.arange(count + 1)).astype(np.uint32)


def packed(columns: list[np.ndarray]) -> tuple[np.ndarray, list[int]] | None:
    """Return columns (int64, not negative, the first sorts first) as one of uint64, and their bits, if they fit."""
    bits = [max(int(column.max(initial=0)).bit_length(), 1) for column in columns]
    if sum(bits) > 64:
        return None
    keys = np.zeros(len(columns[0]), dtype=np.uint64)
    for column, width in zip(columns, bits, strict=True):
        keys <<= np.uint64(width)
        keys |= column.astype(np.uint64)
    return keys, bits


def sorted_rows(columns: list[np.ndarray]) -> list[np.ndarray]:
    """Return columns with their rows in ascending order, compared from the first column on."""
    together = packed(columns)
    if together is None:
        order = np.lexsort(columns[::-1])
        return [column[order] for column in columns]
    keys, bits = together
    keys.sort()
    rows = []
    for width in reversed(bits):
        rows.append((keys & np.uint64((1 << width) - 1)).astype(np.int64))
        keys >>= np.uint64(width)
    return rows[::-1]


def row_order(columns: list[np.ndarray]) -> np.ndarray:
    """Return the order that sorts the rows of columns; quick where they consist of a few sorted runs."""
    together = packed(columns)
    return np.lexsort(columns[::-1]) if together is None else np.argsort(together[0], kind="stable")


def changes(columns: list[np.ndarray]) -> np.ndarray:
    """Return where in sorted rows a new row begins."""
    if not len(columns[0]):
        return np.zeros(0, dtype=np.int64)
    new = np.ones(len(columns[0]), dtype=bool)
    new[1:] = False
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(new)
