"""What a segment's arrays are called and how a posting is packed: shared by building, merging and reading.

A segment holds at most MAX_DOCUMENTS documents, so that a document's number takes two bytes. Its syllables are numbered
in the order of (folded form, normal form): the forms of one folded syllable are neighbours, and so are their postings.
The postings of a folded syllable are those of its forms; nothing is stored for it.

    documents    title_length, body_length, wholes (tokens); day, day_last (YYYYMMDD, 0 unknown); facets; ids; texts;
                 reprint: hash that names the text where several pages print it, else 0
    vocabulary   fold.* (G folded syllables), variants (G + 1: first form of each), norm.* (V forms)
    streams      text, people, document_numbers, quotes: for each form its postings and positions, and where the
                 positions of every 32nd posting begin (block_start); text.sentences: see sentence_borders.py
    pair         neighbouring syllables of title and text: row (G + 1) by the first folded syllable → second, variants
    word         words of several syllables as pyvi segments them

Positions in the text stream: title from 0, one left empty, then the body. Whole document numbers and dates stand at the
position of their first part. The stream of quotes has positions of the text stream: where one begins, where it ends.
"""

import hashlib

import numpy as np

from search.ranking import HEAD_SYLLABLES
from search.text.analysis import TITLE_GAP

MAX_DOCUMENTS = 1 << 16
STREAMS = ("text", "people", "document_numbers", "quotes")


# Half a byte per posting: the commonest (occurrences, those of them in the head of the document) have a code, 98 % of
# the postings of syllables and 99.9 % of those of pairs. What has none is told by ESCAPE and has its numbers in the
# lists "over". In memory both numbers are one, so that those of several postings are added at once.
CODED = (
    *((1, 0), (1, 1), (2, 0), (2, 1), (2, 2), (3, 0), (3, 1), (3, 2)),
    *((4, 0), (4, 1), (4, 2), (5, 0), (5, 1), (6, 0), (6, 1)),
)
ESCAPE = len(CODED)
HEAD_SHIFT = 22  # a form may stand four million times in a document, a thousand times in its head
COUNT_MASK, MOST_IN_HEAD = (1 << HEAD_SHIFT) - 1, (1 << 32 - HEAD_SHIFT) - 1

# Where positions begin is stored for one posting in BLOCK: an eighth of a byte for each.
BLOCK_BITS = 5
BLOCK = 1 << BLOCK_BITS

# A position has its low eight bits in one array, the next four in another. Beyond NEAR it stands in the lists "far".
LOW_BITS = 8
NEAR = ESCAPE << LOW_BITS

AT_ONCE = 1_000_000  # positions, or postings, of which more than their columns is held: some 30 MB


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


def together(counts: np.ndarray, heads: np.ndarray) -> np.ndarray:
    """Return occurrences and those in the head as one number each (uint32)."""
    inside = np.minimum(heads, MOST_IN_HEAD).astype(np.uint32)
    return counts.astype(np.uint32) | inside << np.uint32(HEAD_SHIFT)


_TOGETHER = together(*np.array([*CODED, (0, 0)]).T)
_TOGETHER_OF_TWO = np.array([[_TOGETHER[byte & 15], _TOGETHER[byte >> 4]] for byte in range(256)]).view(np.uint64)[:, 0]

_NUMBER_OF_HALF = _TOGETHER_OF_TWO.view(np.uint32)
_COUNT_OF_HALF = (_TOGETHER_OF_TWO.view(np.uint32) & COUNT_MASK).astype(np.int64)


def unpack_counts(arrays: dict[str, np.ndarray], name: str, start: int, end: int) -> np.ndarray:
    """Return the numbers of the postings start … end-1 as together() gives them, writable."""
    two = arrays[f"{name}.counts"][start >> 1 : (end + 1) >> 1]
    found = _TOGETHER_OF_TWO.take(two.astype(np.intp)).view(np.uint32)[start & 1 : (start & 1) + end - start]
    over = arrays[f"{name}.over"]
    first, last = over.searchsorted(np.array((start, end), dtype=over.dtype)).tolist() if len(over) else (0, 0)
    if first < last:
        numbers = together(arrays[f"{name}.over_count"][first:last], arrays[f"{name}.over_head"][first:last])
        found[over[first:last].astype(np.int64) - start] = numbers
    return found


def counts_at(arrays: dict[str, np.ndarray], name: str, postings: np.ndarray) -> np.ndarray:
    """Return the occurrences (int64) in some postings of a stream."""
    halves = arrays[f"{name}.counts"].take(postings >> 1).astype(np.intp) << 1 | postings & 1
    found = _COUNT_OF_HALF.take(halves)
    is_over = found == 0
    if is_over.any():
        over = arrays[f"{name}.over"]
        found[is_over] = arrays[f"{name}.over_count"][over.searchsorted(postings[is_over].astype(over.dtype))]
    return found


def packed_numbers_at(arrays: dict[str, np.ndarray], name: str, postings: np.ndarray) -> np.ndarray:
    """Return the numbers of some postings of a stream as together() gives them."""
    found = _NUMBER_OF_HALF.take(arrays[f"{name}.counts"].take(postings >> 1).astype(np.intp) << 1 | postings & 1)
    is_over = found == 0
    if is_over.any():
        over = arrays[f"{name}.over"]
        slots = over.searchsorted(postings[is_over].astype(over.dtype))
        found[is_over] = together(arrays[f"{name}.over_count"][slots], arrays[f"{name}.over_head"][slots])
    return found


def positions_at(arrays: dict[str, np.ndarray], name: str, offsets: np.ndarray) -> np.ndarray:
    """Return the positions (uint32) that stand at some offsets of a stream; offsets: ascending."""
    high = arrays[f"{name}.positions_high"].take(offsets >> 1) >> (offsets & 1).astype(np.uint8) * np.uint8(4) & ESCAPE
    found = arrays[f"{name}.positions"].take(offsets) | high.astype(np.uint32) << LOW_BITS
    far = arrays[f"{name}.far"]
    if len(far) and len(found):
        beyond = np.flatnonzero(high == ESCAPE)
        found[beyond] = arrays[f"{name}.far_position"][far.searchsorted(offsets[beyond].astype(far.dtype))]
    return found


def pack_halves(codes: np.ndarray) -> np.ndarray:
    """Return codes (uint8 below 16) two to a byte, the first in the low half."""
    padded = np.zeros(len(codes) + (len(codes) & 1), dtype=np.uint8)
    padded[: len(codes)] = codes
    return padded[0::2] | padded[1::2] << np.uint8(4)


def narrow(values: np.ndarray) -> np.ndarray:
    """Return values (not negative) in two bytes each if they fit, else in four."""
    return values.astype(np.uint16 if not len(values) or values.max() < 1 << 16 else np.uint32)


def starts_of(groups: np.ndarray, count: int) -> np.ndarray:
    """Return (count + 1) offsets: entries of group g (ascending in groups) lie between offsets g and g + 1."""
    return np.searchsorted(groups, np.arange(count + 1, dtype=groups.dtype)).astype(np.uint32)


def packed_columns(columns: list[np.ndarray]) -> tuple[np.ndarray, list[int]] | None:
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
    together = packed_columns(columns)
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
    together = packed_columns(columns)
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
