"""Pages that print the same text: a wire report in ten papers, the party site and the newspaper with one report.

Each text leaves a MinHash sketch (datasketch) of its runs of syllables; texts whose sketches agree in most places are
copies of one another. The earliest published is the first of its cluster.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from datasketch import MinHash, MinHashLSH

from search.document import Document
from search.text import norms

PLACES = 64  # of a sketch: 256 bytes a page, and a likeness told to ±0.05
RUN = 4  # syllables; two reports of one meeting share names and phrases, hardly ever whole runs
LIKENESS = 0.7  # share of the runs that two copies have in common; a reprint with another lede and two cuts keeps that
SHORTEST = 60  # syllables; below that, notices of a few lines look alike without being copies
SCHEME = "affine32"


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
    runs = {" ".join(syllables[start : start + RUN]).encode() for start in range(len(syllables) - RUN + 1)}
    sketch = _sketch()
    sketch.update_batch(runs)
    return Print(document.key, document.source, document.published, sketch.hashvalues.astype("<u4").tobytes())


def copies_of(prints: Iterable[Print]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return key → (key, source) of the whole cluster, earliest first; pages without a copy are left out."""
    index = MinHashLSH(threshold=LIKENESS, num_perm=PLACES)
    by_key: dict[str, Print] = {}
    leader: dict[str, str] = {}
    for page in sorted(prints, key=lambda page: (page.published or "9999", page.key)):
        sketch = _sketch(np.frombuffer(page.sketch, dtype="<u4").astype(np.uint32))
        near = [key for key in index.query(sketch) if _likeness(by_key[key], page) >= LIKENESS]
        first = min((leader[key] for key in near), key=lambda key: (by_key[key].published or "9999", key), default=None)
        index.insert(page.key, sketch)
        by_key[page.key] = page
        leader[page.key] = first or page.key
    clusters: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for key, first in leader.items():
        clusters[first].append((key, by_key[key].source))
    return {key: tuple(members) for members in clusters.values() if len(members) > 1 for key, _ in members}


def _likeness(one: Print, other: Print) -> float:
    equal = np.frombuffer(one.sketch, dtype="<u4") == np.frombuffer(other.sketch, dtype="<u4")
    return float(equal.mean())


def _sketch(hashvalues: np.ndarray | None = None) -> MinHash:
    return MinHash(
        num_perm=PLACES, hashfunc=zlib.crc32, hashvalues=hashvalues, permutations=_permutations(), scheme=SCHEME
    )


@cache
def _permutations() -> np.ndarray:
    """Return the permutations, drawn once: drawing them costs more than sketching a page."""
    return MinHash(num_perm=PLACES, scheme=SCHEME).permutations
