"""Which documents are cited most among those found, and by how many."""

from collections.abc import Sequence

import numpy as np

from search.document import CITED
from search.engines.exact import value_hash
from search.engines.postings import SegmentPostings


def most_cited(
    segments: Sequence[SegmentPostings], found: Sequence[np.ndarray], most: int
) -> tuple[tuple[str | int, int], ...]:
    """Return (document number, documents found that cite it), at most `most`; of equal ones at the end any.

    found: the numbers of the documents found in each segment.
    """
    counted = [_counts(segment, numbers) for segment, numbers in zip(segments, found, strict=True)]
    values = [segment.cited[0][counts > 0] for segment, counts in zip(segments, counted, strict=True)]
    if not values:
        return ()
    known, places = np.unique(np.concatenate(values), return_inverse=True)
    totals = np.bincount(places, weights=np.concatenate([counts[counts > 0] for counts in counted]))
    first = np.lexsort((known, -totals))[:most].tolist()
    named = [(_printed(segments, found, int(known[place])), int(totals[place])) for place in first]
    return tuple(sorted(named, key=lambda pair: (-pair[1], pair[0])))


def _counts(segment: SegmentPostings, found: np.ndarray) -> np.ndarray:
    values, documents, owners = segment.cited
    return np.bincount(owners[_flags(segment, found)[documents]], minlength=len(values))


def _printed(segments: Sequence[SegmentPostings], found: Sequence[np.ndarray], wanted: int) -> str:
    """Return the number that a hash stands for, as a document found has it."""
    for segment, numbers in zip(segments, found, strict=True):
        values, documents, owners = segment.cited
        citing = documents[owners == values.searchsorted(np.uint64(wanted))]
        citing = citing[_flags(segment, numbers)[citing]]
        for number in citing[:1].tolist():
            for cited in segment.document(number).document_numbers:
                if value_hash(CITED, cited) == wanted:
                    return cited
    raise AssertionError("a hash that was counted is that of a number some document cites")


def _flags(segment: SegmentPostings, found: np.ndarray) -> np.ndarray:
    flags = np.zeros(segment.size, dtype=bool)
    flags[found] = True
    return flags
