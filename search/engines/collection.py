"""The segments of one commit, ready to be searched: statistics over all of them and impacts of terms.

An impact is what BM25 gives a term in a document before its rarity is multiplied in:

    (k1 + 1) · n / (n + k1 · (1 - b + b · length / average length))

for the occurrences in the text, plus a multiple of the same for those in the head. Common terms have theirs as one
number for each document, so that adding them up is one pass over memory; the others as lists. Impacts are kept until
the next commit (the average length changes then) or until room is needed.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from search import ranking
from search.engines.postings import SegmentPostings
from search.engines.terms import SegmentTerms

KEPT_BYTES = 256 << 20  # impacts of all segments together: those of the 1,800 commonest terms at 35,000 documents
DENSE = 8  # terms in more than one document of eight have one number per document: beyond, adding lists is slower


class Impact:
    """docs None: values and present hold one entry for each document of the segment; else values go with docs."""

    __slots__ = ("df", "docs", "present", "values")

    def __init__(self, docs: np.ndarray, values: np.ndarray, size: int) -> None:
        self.df = len(docs)
        self.docs: np.ndarray | None
        self.present: np.ndarray | None
        if len(docs) * DENSE > size:
            self.docs, self.values = None, np.zeros(size, dtype=np.float32)
            self.values[docs] = values
            self.present = np.zeros(size, dtype=np.uint8)
            self.present[docs] = 1
        else:
            self.docs, self.values, self.present = docs.astype(np.intp), values.astype(np.float32), None

    def nbytes(self) -> int:
        return self.values.nbytes + (0 if self.docs is None else self.docs.nbytes) + 200

    def add_to(self, scores: np.ndarray, weight: float) -> None:
        if self.docs is None:
            scores += self.values * np.float32(weight)
        else:
            scores[self.docs] += self.values * np.float32(weight)

    def count_in(self, counts: np.ndarray) -> None:
        """Add one to counts for each document that has the term."""
        if self.docs is None:
            counts += self.present
        else:
            counts[self.docs] += 1

    def mark_in(self, flags: np.ndarray) -> None:
        if self.docs is None:
            flags |= self.present.view(bool)  # type: ignore[union-attr]
        else:
            flags[self.docs] = True


@dataclass(frozen=True, slots=True)
class TextTerm:
    """A term of the stream "text". head_ratio: the weight of the head beside the text, 0 leaves it aside."""

    folded: bool
    pair: bool
    text: str
    head_ratio: float = 0.0


class SegmentView:
    """A segment as of one commit. base: number of its first document in the whole index."""

    def __init__(self, segment: SegmentPostings, deleted: np.ndarray | None, base: int) -> None:
        self.segment, self.base, self.size = segment, base, segment.size
        self.live = None if deleted is None or not deleted.any() else ~deleted
        self.terms = SegmentTerms(segment)
        self.averages = (1.0, 1.0)
        self.kept_bytes = 0
        self._kept: OrderedDict[TextTerm, Impact] = OrderedDict()
        self._used = 0
        self._lock = threading.Lock()

    def live_count(self) -> int:
        return self.size if self.live is None else int(self.live.sum())

    @cached_property
    def _norms(self) -> tuple[np.ndarray, np.ndarray]:
        """k1 · (1 - b + b · length / average length) for syllables and for pairs."""
        norms = []
        for name, lengths, average in zip(
            ("folded", "folded2"), (self.segment.token_lengths, self.segment.pair_lengths), self.averages, strict=True
        ):
            b = ranking.BY_NAME[name].b
            norms.append((ranking.K1 * ((1 - b) + b * lengths / average)).astype(np.float32))
        return norms[0], norms[1]

    def saturated(self, docs: np.ndarray, counts: np.ndarray, pair: bool) -> np.ndarray:
        """Return BM25 of occurrences in the text, rarity aside."""
        occurrences = counts.astype(np.float32)
        return (ranking.K1 + 1) * occurrences / (occurrences + self._norms[pair][docs])

    def impact(self, term: TextTerm) -> Impact:
        with self._lock:
            known = self._kept.get(term)
            if known is not None:
                self._kept.move_to_end(term)
                return known
        docs, counts, heads = self.terms.in_stream("text", term.folded, term.pair, term.text)
        values = self.saturated(docs, counts, term.pair)
        if term.head_ratio:
            inside = heads.astype(np.float32)
            values += np.float32(term.head_ratio * (ranking.K1 + 1)) * inside / (inside + np.float32(ranking.K1))
        impact = Impact(docs, values, self.size)
        with self._lock:
            if term not in self._kept:
                self._kept[term] = impact
                self._used += impact.nbytes()
                while self._used > self.kept_bytes and len(self._kept) > 1:
                    self._used -= self._kept.popitem(last=False)[1].nbytes()
        return impact


class Collection:
    """All segments of one commit. generation: Whoosh's number of that commit."""

    def __init__(self, generation: int, segments: list[tuple[SegmentPostings, np.ndarray | None]]) -> None:
        self.generation = generation
        self.views: list[SegmentView] = []
        base = 0
        for segment, deleted in segments:
            self.views.append(SegmentView(segment, deleted, base))
            base += segment.size
        self.size = base  # deleted ones included, as in Whoosh's statistics
        tokens = sum(int(view.segment.token_lengths.sum()) for view in self.views)
        pairs = sum(int(view.segment.pair_lengths.sum()) for view in self.views)
        for view in self.views:
            view.averages = (tokens / max(base, 1) or 1.0, pairs / max(base, 1) or 1.0)
            view.kept_bytes = KEPT_BYTES * view.size // max(base, 1)

    def count(self) -> int:
        return sum(view.live_count() for view in self.views)

    def rarity(self, term: TextTerm) -> float:
        """Return the idf of a term over the whole index."""
        return ranking.idf(self.size, sum(view.impact(term).df for view in self.views))
