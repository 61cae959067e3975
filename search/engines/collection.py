"""The segments of one commit, ready to be searched: statistics over all of them and impacts of terms.

An impact is what BM25 gives a term in a document before its rarity is multiplied in:

    (k1 + 1) · n / (n + k1 · (1 - b + b · length / average length))

for the occurrences in the text, plus a multiple of the same for those in the head. Common terms have theirs as one
number for each document, so that adding them up is one pass over memory; the others as lists. Impacts are kept until
the next commit (the average length changes then) or until room is needed.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from search import ranking
from search.engines.layout import COUNT_MASK, HEAD_SHIFT
from search.engines.lengths import in_steps
from search.engines.postings import SegmentPostings, united
from search.engines.terms import SegmentTerms
from search.engines.whoosh_queries import ordinal

# Impacts of all segments together: those of the 1,900 commonest terms at 35,000 documents, of the 170 commonest at a
# million, where two processes that serve are to stay below 3 GiB.
LEAST_KEPT_BYTES, MOST_KEPT_BYTES, KEPT_BYTES_PER_DOCUMENT = 256 << 20, 640 << 20, 1300
KEPT_RARITIES = 200_000  # numbers: some 30 MB
KEPT_PHRASE_BYTES = 16 << 20  # a bit per document: 3,600 phrases at 35,000 documents
DENSE = 8  # terms in more than one document of eight have one number per document: beyond, adding lists is slower

ABOVE_ANY_WEIGHT = np.float32(1e30)  # times an impact (above 1e-4) more than any rarity, and still a number

# Saturation is looked up for up to 63 occurrences, 15 of them in the head; more in one document are rare.
TABLED_COUNT_BITS, TABLED_HEAD_BITS = 6, 4
TABLED_COUNTS, TABLED_HEADS = 1 << TABLED_COUNT_BITS, 1 << TABLED_HEAD_BITS
HEADS_TABLED = np.uint32(TABLED_HEADS - 1 << HEAD_SHIFT)
NOT_TABLED = ~(HEADS_TABLED | np.uint32(TABLED_COUNTS - 1))


class Impact:
    """What a term adds to the scores of a segment. df: how many documents hold it.

    docs None: values has an entry for each document of the segment, 0 where the term is not; else values go with docs.
    """

    __slots__ = ("df", "docs", "values")

    def __init__(self, values: np.ndarray, docs: np.ndarray | None, df: int) -> None:
        self.values, self.docs, self.df = values, docs, df

    @property
    def nbytes(self) -> int:
        return self.values.nbytes + (0 if self.docs is None else self.docs.nbytes) + 200

    def add_to(self, scores: np.ndarray, weight: float) -> None:
        if self.docs is None:
            scores += self.values * np.float32(weight)
        else:
            np.add.at(scores, self.docs, self.values * np.float32(weight))

    def count_in(self, held: np.ndarray, weight: float) -> None:
        """Add weight (positive) for each document that has the term."""
        if self.docs is None:
            held += np.minimum(self.values * ABOVE_ANY_WEIGHT, np.float32(weight))
        else:
            np.add.at(held, self.docs, np.float32(weight))

    def mark_in(self, flags: np.ndarray) -> None:
        if self.docs is None:
            flags |= self.values > 0
        else:
            flags[self.docs] = True


class TextTerm(NamedTuple):
    """A term of the stream "text". head_ratio: the weight of the head beside the text, 0 leaves it aside."""

    folded: bool
    pair: bool
    text: str
    head_ratio: float = 0.0


class Kept:
    """The results last used, up to a number of bytes; safe for threads."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._used = 0
        self._entries: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
            return entry

    def put(self, key: Hashable, entry: Any) -> Any:
        """Keep an entry (it has nbytes) and return it."""
        with self._lock:
            if key not in self._entries:
                self._entries[key] = entry
                self._used += entry.nbytes
                while self._used > self.room and len(self._entries) > 1:
                    self._used -= self._entries.popitem(last=False)[1].nbytes
        return entry


class Saturation:
    """BM25 of occurrences in documents of known lengths, rarity aside: read from a table, since lengths go in steps.

    head_ratio: what occurrences in the head add, their own saturation times this.
    """

    def __init__(self, lengths: np.ndarray, average: float, b: float, head_ratio: float) -> None:
        steps, step_of = np.unique(in_steps(lengths), return_inverse=True)
        self._norms = (ranking.K1 * ((1 - b) + b * steps / average)).astype(np.float32)
        self._step_of = step_of.astype(np.uint32)
        self._head_ratio = np.float32(head_ratio)
        rows = np.arange(TABLED_COUNTS * TABLED_HEADS, dtype=np.uint32)[:, None]
        self._table = self._computed(rows % TABLED_COUNTS, rows // TABLED_COUNTS, self._norms).ravel()

    def _computed(self, counts: np.ndarray, heads: np.ndarray, norms: np.ndarray) -> np.ndarray:
        inside, within = counts.astype(np.float32), heads.astype(np.float32)
        factor = np.float32(ranking.K1 + 1)
        in_head = self._head_ratio * factor * within / (within + np.float32(ranking.K1))
        return factor * inside / (inside + norms) + in_head

    def of(self, numbers: np.ndarray, docs: np.ndarray | None = None) -> np.ndarray:
        """Return the impact of postings. numbers: as layout.together gives them.

        docs: which documents they are of (dtype intp, which indexes quickest); None: one number for every document.
        """
        steps = self._step_of if docs is None else self._step_of.take(docs)
        rows = numbers & np.uint32(TABLED_COUNTS - 1)
        rows |= (numbers & HEADS_TABLED) >> np.uint32(HEAD_SHIFT - TABLED_COUNT_BITS)
        rows *= np.uint32(len(self._norms))
        rows += steps
        values: np.ndarray = self._table.take(rows.astype(np.intp))
        beyond = numbers & NOT_TABLED
        if beyond.any():
            many = np.flatnonzero(beyond)
            both = numbers[many]
            values[many] = self._computed(both & COUNT_MASK, both >> HEAD_SHIFT, self._norms[steps[many]])
        return values


class SegmentView:
    """A segment as of one commit. base: number of its first document in the whole index."""

    def __init__(self, segment: SegmentPostings, deleted: np.ndarray | None, base: int) -> None:
        self.segment, self.base, self.size = segment, base, segment.size
        self.live = None if deleted is None or not deleted.any() else ~deleted
        self.terms = SegmentTerms(segment)
        self.averages = (1.0, 1.0)
        self.impacts, self.phrases = Kept(0), Kept(0)
        self._saturations: dict[tuple[bool, float], Saturation] = {}
        self._freshness: dict[tuple[int, float, float], np.ndarray] = {}

    def live_count(self) -> int:
        return self.size if self.live is None else int(self.live.sum())

    def saturation(self, pair: bool, head_ratio: float) -> Saturation:
        known = self._saturations.get((pair, head_ratio))
        if known is None:
            lengths = self.segment.pair_lengths if pair else self.segment.token_lengths
            b = ranking.BY_NAME["folded2" if pair else "folded"].b
            known = Saturation(lengths, self.averages[pair], b, head_ratio)
            self._saturations[pair, head_ratio] = known
        return known

    def impact(self, term: TextTerm) -> Impact:
        known = self.impacts.get(term)
        if known is not None:
            return known
        found = self.terms.in_stream("text", term.folded, term.pair, term.text)
        saturation = self.saturation(term.pair, term.head_ratio)
        if len(found.docs) * DENSE <= self.size:
            found = united(found)
            docs = found.docs.astype(np.intp)
            return self.impacts.put(term, Impact(saturation.of(found.numbers, docs), docs, len(docs)))
        numbers = np.zeros(self.size, dtype=np.uint32)
        if found.forms > 1:
            np.add.at(numbers, found.docs.astype(np.intp), found.numbers)
        else:
            numbers[found.docs.astype(np.intp)] = found.numbers
        values = saturation.of(numbers)
        return self.impacts.put(term, Impact(values, None, int(np.count_nonzero(numbers > 0))))

    @cached_property
    def ordinals(self) -> np.ndarray:
        """The day of each document as a number of days, 0 if unknown."""
        days = self.segment.arrays["day"]
        distinct, inverse = np.unique(days, return_inverse=True)
        return np.array([ordinal(day) for day in distinct.tolist()], dtype=np.int32)[inverse]

    def freshness(self, newest: int, part: float, half_life_days: float) -> np.ndarray:
        """Return for each document 1 + part · 2^(-age / half-life), 1 where the day is unknown."""
        key = (newest, part, half_life_days)
        known = self._freshness.get(key)
        if known is None:
            lift = np.float32(part) * np.exp2((self.ordinals - newest).astype(np.float32) / np.float32(half_life_days))
            known = self._freshness[key] = 1 + np.where(self.ordinals > 0, lift, np.float32(0))
        return known


class Collection:
    """All segments of one commit. generation: Whoosh's number of that commit."""

    def __init__(self, generation: int, segments: list[tuple[SegmentPostings, np.ndarray | None]]) -> None:
        self.generation = generation
        self.views: list[SegmentView] = []
        base = 0
        for segment, deleted in segments:
            self.views.append(SegmentView(segment, deleted, base))
            base += segment.size
        self._rarities: dict[TextTerm, float] = {}
        self.size = base  # deleted ones included, as in Whoosh's statistics
        tokens = sum(view.segment.tokens for view in self.views)
        pairs = sum(view.segment.pairs for view in self.views)
        room = min(max(KEPT_BYTES_PER_DOCUMENT * base, LEAST_KEPT_BYTES), MOST_KEPT_BYTES)
        for view in self.views:
            view.averages = (tokens / max(base, 1) or 1.0, pairs / max(base, 1) or 1.0)
            view.impacts.room = room * view.size // max(base, 1)
            view.phrases.room = KEPT_PHRASE_BYTES * view.size // max(base, 1)

    @cached_property
    def newest(self) -> int:
        """The newest day that a document has."""
        return max((int(view.ordinals.max(initial=0)) for view in self.views), default=0)

    def count(self) -> int:
        return sum(view.live_count() for view in self.views)

    def rarity(self, term: TextTerm) -> float:
        """Return the idf of a term over the whole index."""
        known = self._rarities.get(term)
        if known is None:
            if len(self._rarities) >= KEPT_RARITIES:
                self._rarities.clear()
            known = ranking.idf(self.size, sum(view.impact(term).df for view in self.views))
            self._rarities[term] = known
        return known
