"""Pages that print the same text: a wire report in ten papers, the party site and the newspaper with one report.

Each text leaves a MinHash sketch of its runs of syllables and a Bloom filter of its numbers. Texts whose sketches agree
in most places are copies of one another if they print the same numbers and years: notices of two sessions in one form
differ in these alone. A copy may be cut: then its numbers are among those of the other. The earliest published is the
first of its cluster. Sketches are compared where a whole band of columns agrees (locality-sensitive hashing:
Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, chapter 3).
"""

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

import numpy as np

from search.document import Document
from search.text.bounded_memory import BoundedMemory
from search.text.normalization import norms, pieces

PLACES = 64  # of a sketch: 256 bytes a page, and a likeness told to ±0.05
RUN = 4  # syllables; two reports of one meeting share names and phrases, hardly ever whole runs
LIKENESS = 0.7  # share of the runs that two copies have in common; a reprint with another lede and two cuts keeps that
SHORTEST = 60  # syllables; below that, notices of a few lines look alike without being copies
BAND = 4  # columns; of two texts that share 0.7 of their runs 99 % agree in one of 16 bands, that share 0.3 12 %
NUMBER_BITS = 256  # of the filter; of two texts with 40 numbers each some three share a bit by chance
YEAR_OF_FIRST_BIT, YEAR_BITS = 1945, 128  # one bit for each year to 2072
FILTER = (NUMBER_BITS + YEAR_BITS) // 32  # the columns of numbers and years behind those of a sketch
DIFFERING = 1 / 8  # share of the fewer numbers that a copy may print otherwise: a corrected figure, a date in a byline
DIFFERING_IN_A_CLUSTER = 1 / 2  # two papers cut one report each in another place
SPREAD = np.uint32(2_654_435_769)  # 2^32 / golden ratio, odd: the order of the syllables counts
SPREAD_WIDE = np.uint64(0x9E3779B97F4A7C15)  # the same for 2^64
MIX = np.uint32(0x85EBCA6B)  # of MurmurHash: neighbouring numbers must not stay neighbours


@dataclass(frozen=True, slots=True)
class Print:
    """What is known of one page's text. published: ISO date or "".

    sketch: PLACES + FILTER little-endian uint32: the sketch of the words, then the filter of the numbers.
    """

    key: str
    source: str
    published: str
    sketch: bytes


def print_of(document: Document) -> Print | None:
    """Return the print of a document; None for a text too short to be told from others."""
    each = np.frombuffer(b"".join(map(_syllables.__getitem__, pieces(document.text))), dtype=np.int64)
    if len(each) < SHORTEST:
        return None
    numbers, codes = (each >> _CODE_BITS).astype(np.uint32), each & ((1 << _CODE_BITS) - 1)
    sketch = _sketch(_runs(numbers)).astype("<u4").tobytes() + _filter(codes)
    return Print(document.key, document.source, document.published, sketch)


def _filter(codes: np.ndarray) -> bytes:
    """Return the numbers of a text, a bit for each: those in digits or Roman, and what "thứ" or "tháng" counts.

    codes: of its syllables, as _code gives them.
    """
    telling = np.flatnonzero(codes != _OTHER)  # of most syllables no more is to be asked
    bits = np.zeros(NUMBER_BITS + YEAR_BITS, dtype=bool)
    of_these = codes[telling]
    bits[of_these[of_these < _IN_WORDS]] = True
    numerals = telling[(of_these >= _IN_WORDS) & (of_these < _COUNTS)]
    counted = numerals[(numerals > 0) & (codes[numerals - 1] == _COUNTS)]
    bits[codes[counted] - _IN_WORDS] = True
    return np.packbits(bits).tobytes()


_CODE_BITS = 12  # of what a syllable is to the filter; the number of the syllable stands above
_IN_WORDS, _COUNTS, _OTHER = 1000, 2000, 2001
_COUNTED = frozenset({"thứ", "tháng"})
_NUMERALS = frozenset(["nhất", "hai", "ba", "tư", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "giêng", "chạp"])
_ROMAN = re.compile(r"[ivxl]{2,}")


def _code(syllable: str) -> int:
    """Return what a syllable is to the filter.

    Of a number in figures its bit; of a numeral _IN_WORDS + its bit ("năm" is five and year: a number only after "thứ"
    and "tháng"); of these two _COUNTS; of any other _OTHER.
    """
    if syllable.isdecimal():
        year = int(syllable) - YEAR_OF_FIRST_BIT if len(syllable) == 4 else -1
        return NUMBER_BITS + year if 0 <= year < YEAR_BITS else _number(syllable.lstrip("0")) % NUMBER_BITS
    if syllable in _NUMERALS:
        return _number(syllable) % NUMBER_BITS + _IN_WORDS
    if _ROMAN.fullmatch(syllable):
        return _number(syllable) % NUMBER_BITS
    return _COUNTS if syllable in _COUNTED else _OTHER


def _runs(each: np.ndarray) -> np.ndarray:
    """Return a number (uint32) for each run; runs of the same syllables, given by their numbers, have the same."""
    runs = np.zeros(len(each) - RUN + 1, dtype=np.uint32)
    for offset in range(RUN):
        runs = runs * SPREAD + each[offset : offset + len(runs)]
    return runs


def _number(syllable: str) -> int:
    """Return the number of a syllable, the same in every process and run."""
    return zlib.crc32(syllable.encode("utf-8", "surrogatepass"))


def _syllables_of(piece: str) -> bytes:
    """Return of each syllable of a piece of text its number and its code, together as one int64."""
    both = [_number(syllable) << _CODE_BITS | _code(syllable) for syllable in norms(piece)]
    return np.array(both, dtype=np.int64).tobytes()


_syllables = BoundedMemory(_syllables_of, 200_000)


def bands_of(sketches: np.ndarray) -> np.ndarray:
    """Return a number (uint64) for each band of each sketch: shape (texts, PLACES …) → (bands, texts).

    Texts are compared where they have one of these in common.
    """
    found = np.empty((PLACES // BAND, len(sketches)), dtype=np.uint64)
    for number, band in enumerate(found):
        band[:] = number
        for column in range(number * BAND, (number + 1) * BAND):
            band[:] = (band ^ sketches[:, column]) * SPREAD_WIDE
    return found


def sketches_of(prints: Sequence[Print]) -> np.ndarray:
    """Return the sketches of prints with the filters of their numbers, shape (texts, PLACES + FILTER)."""
    return np.frombuffer(b"".join([page.sketch for page in prints]), dtype="<u4").reshape(-1, PLACES + FILTER)


def copies_of(prints: Iterable[Print]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return key → (key, source) of the whole cluster, earliest first; pages without a copy are left out.

    A cluster depends on the pages alone that are alike, or alike one that is alike, and so on. A page joins that of a
    copy if no page of it has other years or mostly other numbers: a text cut before its numbers joins no two years.
    """
    pages = sorted(prints, key=lambda page: (page.published or "9999", page.key))
    if not pages:
        return {}
    every = sketches_of(pages)
    distinct, firsts, of_distinct = np.unique(every, axis=0, return_index=True, return_inverse=True)
    leader = {first: first for first in firsts.tolist()}
    joined = {first: [first] for first in leader}  # leader → the distinct texts of its cluster
    for later, pairs in groupby(_alike(distinct, firsts), key=lambda pair: pair[0]):  # the earlier ones are settled
        for first in sorted({leader[earlier] for _, earlier in pairs}):
            if _same_numbers(every[later], every[joined[first]], DIFFERING_IN_A_CLUSTER).all():
                leader[later] = first
                joined[first].append(later)
                break
    clusters: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for page, same in zip(pages, firsts[of_distinct.ravel()].tolist(), strict=True):
        clusters[leader[same]].append((page.key, page.source))
    return {key: tuple(members) for members in clusters.values() if len(members) > 1 for key, _ in members}


def alike_any(prints: Sequence[Print], others: Sequence[Print]) -> list[bool]:
    """Return for each of prints whether it is a copy of one of others."""
    own = sketches_of(prints)
    found = np.zeros(len(own), dtype=bool)
    for sketch in np.unique(sketches_of(others), axis=0):
        found |= _are_copies(own, sketch)
    return found.tolist()


def _alike(distinct: np.ndarray, firsts: np.ndarray) -> list[tuple[int, int]]:
    """Return (later, earlier) of all copies, in order. distinct: (texts, PLACES + FILTER); firsts: the page of each."""
    found = [np.empty((0, 2), dtype=firsts.dtype)]
    for band in bands_of(distinct):
        order = np.argsort(band, kind="stable")
        band = band[order]
        for apart in range(1, len(band)):
            equal = np.flatnonzero(band[apart:] == band[:-apart])
            if not len(equal):
                break
            one, other = order[equal], order[equal + apart]
            near = _are_copies(distinct[one], distinct[other])
            pair = np.stack([firsts[one[near]], firsts[other[near]]], axis=1)
            found.append(np.stack([pair.max(axis=1), pair.min(axis=1)], axis=1))
    return [(later, earlier) for later, earlier in np.unique(np.concatenate(found), axis=0).tolist()]


def _are_copies(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return for each pair of sketches whether one text is a copy of the other."""
    alike: np.ndarray = (one[..., :PLACES] == other[..., :PLACES]).mean(axis=-1) >= LIKENESS
    return alike & _same_numbers(one, other) if alike.any() else alike


def _same_numbers(one: np.ndarray, other: np.ndarray, differing: float = DIFFERING) -> np.ndarray:
    """Return for each pair of sketches whether the numbers of one text are those of the other, or among them."""
    first, second = (np.ascontiguousarray(sketch[..., PLACES:]).view(np.uint8) for sketch in (one, other))
    only_first, only_second = first & ~second, second & ~first
    years = NUMBER_BITS // 8
    apart = np.minimum(_bits(only_first), _bits(only_second))
    years_apart = np.minimum(_bits(only_first[..., years:]), _bits(only_second[..., years:]))
    same: np.ndarray = (years_apart == 0) & (apart <= differing * np.minimum(_bits(first), _bits(second)))
    return same


def _bits(filters: np.ndarray) -> np.ndarray:
    """Return how many bits are set, of the last axis."""
    counted: np.ndarray = _BITS_OF_BYTE[filters].sum(axis=-1)
    return counted


_BITS_OF_BYTE = np.array([byte.bit_count() for byte in range(256)])


def _sketch(runs: np.ndarray) -> np.ndarray:
    """Return for each permutation the least number that it gives any run."""
    mixed = (runs ^ runs >> np.uint32(16)) * MIX
    mixed = (mixed ^ mixed >> np.uint32(13)) * SPREAD
    mixed ^= mixed >> np.uint32(16)
    factors, summands = _permutations()
    least: np.ndarray = (factors[:, None] * mixed + summands[:, None]).min(axis=1)
    return least


@cache
def _permutations() -> tuple[np.ndarray, np.ndarray]:
    """Return factors and summands (uint32, one for each column); odd factors permute the numbers modulo 2^32."""
    dice = np.random.RandomState(1)  # its numbers are the same in every version of NumPy
    factors = dice.randint(0, 1 << 31, PLACES, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, dice.randint(0, 1 << 32, PLACES, dtype=np.uint32)
