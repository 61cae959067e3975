"""Pages that print the same text: a wire report in ten papers, the party site and the newspaper with one report.

Each text leaves a MinHash sketch of its runs of syllables; texts whose sketches agree in most places are copies of one
another. The earliest published is the first of its cluster. Sketches are compared where a whole band of places agrees
(locality-sensitive hashing: Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, chapter 3).
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from search.document import Document
from search.text.bounded_memory import BoundedMemory
from search.text.normalization import norms

PLACES = 64  # of a sketch: 256 bytes a page, and a likeness told to ±0.05
RUN = 4  # syllables; two reports of one meeting share names and phrases, hardly ever whole runs
LIKENESS = 0.7  # share of the runs that two copies have in common; a reprint with another lede and two cuts keeps that
SHORTEST = 60  # syllables; below that, notices of a few lines look alike without being copies
BAND = 4  # places; of two texts that share 0.7 of their runs 99 % agree in one of 16 bands, that share 0.3 12 %
SPREAD = np.uint32(2_654_435_769)  # 2^32 / golden ratio, odd: the order of the syllables counts
SPREAD_WIDE = np.uint64(0x9E3779B97F4A7C15)  # the same for 2^64
MIX = np.uint32(0x85EBCA6B)  # of MurmurHash: neighbouring numbers must not stay neighbours


@dataclass(frozen=True, slots=True)
class Print:
    """What is known of one page's text. sketch: PLACES little-endian uint32; published: ISO date or ""."""

    key: str
    source: str
    published: str
    sketch: bytes


def print_of(document: Document) -> Print | None:
    """Return the print of a document; None for a text too short to be told from others."""
    syllables = norms(document.text)
    if len(syllables) < SHORTEST:
        return None
    return Print(document.key, document.source, document.published, _sketch(_runs(syllables)).astype("<u4").tobytes())


def _runs(syllables: list[str]) -> np.ndarray:
    """Return a number (uint32) for each run; runs of the same syllables have the same."""
    each = np.fromiter(map(_numbers.__getitem__, syllables), dtype=np.uint32, count=len(syllables))
    runs = np.zeros(len(each) - RUN + 1, dtype=np.uint32)
    for offset in range(RUN):
        runs = runs * SPREAD + each[offset : offset + len(runs)]
    return runs


def _number(syllable: str) -> int:
    """Return the number of a syllable, the same in every process and run."""
    return zlib.crc32(syllable.encode("utf-8", "surrogatepass"))


_numbers = BoundedMemory(_number, 200_000)


def bands_of(sketches: np.ndarray) -> np.ndarray:
    """Return a number (uint64) for each band of each sketch: shape (texts, PLACES) → (bands, texts).

    Texts are compared where they have one of these in common.
    """
    found = np.empty((PLACES // BAND, len(sketches)), dtype=np.uint64)
    for number, band in enumerate(found):
        band[:] = number
        for place in range(number * BAND, (number + 1) * BAND):
            band[:] = (band ^ sketches[:, place]) * SPREAD_WIDE
    return found


def sketches_of(prints: Sequence[Print]) -> np.ndarray:
    """Return the sketches of prints, shape (texts, PLACES)."""
    return np.frombuffer(b"".join([page.sketch for page in prints]), dtype="<u4").reshape(-1, PLACES)


def copies_of(prints: Iterable[Print]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return key → (key, source) of the whole cluster, earliest first; pages without a copy are left out.

    A cluster depends on the pages alone that are alike, or alike one that is alike, and so on.
    """
    pages = sorted(prints, key=lambda page: (page.published or "9999", page.key))
    if not pages:
        return {}
    leader = list(range(len(pages)))
    for later, earlier in _alike(sketches_of(pages)):  # the leader of the earlier one is settled by then
        leader[later] = min(leader[later], leader[earlier])
    clusters: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for page, first in zip(pages, leader, strict=True):
        clusters[first].append((page.key, page.source))
    return {key: tuple(members) for members in clusters.values() if len(members) > 1 for key, _ in members}


def alike_any(prints: Sequence[Print], others: Sequence[Print]) -> list[bool]:
    """Return for each of prints whether it is a copy of one of others."""
    own = sketches_of(prints)
    found = np.zeros(len(own), dtype=bool)
    for sketch in np.unique(sketches_of(others), axis=0):
        found |= (own == sketch).mean(axis=1) >= LIKENESS
    return found.tolist()


def _alike(sketches: np.ndarray) -> list[tuple[int, int]]:
    """Return (later, earlier) of all sketches that agree in LIKENESS of their places, in order. Shape (texts, PLACES).

    Of texts with the same sketch only the first is compared with others: notices in one form are many.
    """
    distinct, firsts, of_distinct = np.unique(sketches, axis=0, return_index=True, return_inverse=True)
    first = firsts[of_distinct.ravel()]
    same = np.flatnonzero(first != np.arange(len(sketches)))
    found = [np.stack([same, first[same]], axis=1)]
    for band in bands_of(distinct):
        order = np.argsort(band, kind="stable")
        band = band[order]
        for apart in range(1, len(band)):
            equal = np.flatnonzero(band[apart:] == band[:-apart])
            if not len(equal):
                break
            one, other = order[equal], order[equal + apart]
            near = (distinct[one] == distinct[other]).mean(axis=1) >= LIKENESS
            pair = np.stack([firsts[one[near]], firsts[other[near]]], axis=1)
            found.append(np.stack([pair.max(axis=1), pair.min(axis=1)], axis=1))
    return [(later, earlier) for later, earlier in np.unique(np.concatenate(found), axis=0).tolist()]


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
    """Return factors and summands (uint32, one for each place); odd factors permute the numbers modulo 2^32."""
    dice = np.random.RandomState(1)  # its numbers are the same in every version of NumPy
    factors = dice.randint(0, 1 << 31, PLACES, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, dice.randint(0, 1 << 32, PLACES, dtype=np.uint32)
