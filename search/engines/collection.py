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
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np

from search import ranking
from search.engines.layout import COUNT_MASK, HEAD_SHIFT, MOST_IN_HEAD
from search.engines.lengths import in_steps
from search.engines.postings import SegmentPostings, united
from search.engines.terms import SegmentTerms
from search.engines.whoosh_queries import ordinal

KEPT_BYTES = 256 << 20  # impacts of all segments together: those of the 1,800 commonest terms at 35,000 documents
KEPT_RARITIES = 200_000  # numbers: some 30 MB
KEPT_PHRASE_BYTES = 16 << 20  # a bit per document: 3,600 phrases at 35,000 documents
DENSE = 8  # terms in more than one document of eight have one number per document: beyond, adding lists is slower

NOWHERE = np.zeros(0, dtype=np.intp)
TABLED = 64  # occurrences whose saturation is looked up; more of them in one document are rare


class Impact:
    """What a term adds to the scores of a segment.

    docs None: values and present (1 or 0) hold one entry for each document of the segment; else values go with docs.
    """

    __slots__ = ("df", "docs", "present", "values")

    def __init__(self, values: np.ndarray, docs: np.ndarray | None, present: np.ndarray | None = None) -> None:
        self.values, self.docs, self.present = values, docs, present
        self.df = len(values) if present is None else int(np.count_nonzero(present))

    @property
    def nbytes(self) -> int:
        return self.values.nbytes + (len(self.values) if self.docs is None else self.docs.nbytes) + 200

    def add_to(self, scores: np.ndarray, weight: float) -> None:
        if self.docs is None:
            scores += self.values * np.float32(weight)
        else:
            np.add.at(scores, self.docs, self.values * np.float32(weight))

    def count_in(self, held: np.ndarray, weight: float) -> None:
        """Add weight for each document that has the term."""
        if self.docs is None:
            assert self.present is not None  # as __init__ says
            held += self.present * np.float32(weight)
        else:
            np.add.at(held, self.docs, np.float32(weight))

    def mark_in(self, flags: np.ndarray) -> None:
        if self.docs is None:
            flags |= self.present.view(bool)  # type: ignore[union-attr]
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
    """BM25 of occurrences in documents of known lengths, rarity aside: read from a table, since lengths go in steps."""

    def __init__(self, lengths: np.ndarray, average: float, b: float) -> None:
        steps, step_of = np.unique(in_steps(lengths), return_inverse=True)
        norms = ranking.K1 * ((1 - b) + b * steps / average)
        self._norms, self._step_of = norms.astype(np.float32), step_of.astype(np.uint8)  # 190 steps up to 4 million
        counts = np.arange(TABLED, dtype=np.float32)[:, None]
        self._table = ((ranking.K1 + 1) * counts / (counts + self._norms)).ravel()

    def of(self, counts: np.ndarray, docs: np.ndarray | None = None) -> np.ndarray:
        """Return one number for each count. docs: which documents (of dtype intp); None: all of them in turn."""
        steps = self._step_of if docs is None else self._step_of.take(docs)
        rows = counts.astype(np.intp)
        beyond = np.flatnonzero(rows >= TABLED) if len(rows) and rows.max() >= TABLED else NOWHERE
        rows[beyond] = 0
        rows *= len(self._norms)
        rows += steps
        values: np.ndarray = self._table.take(rows)
        if len(beyond):
            many = counts[beyond].astype(np.float32)
            values[beyond] = (ranking.K1 + 1) * many / (many + self._norms[steps[beyond]])
        return values


@cache
def _in_head(ratio: float) -> np.ndarray:
    """Return for each number of occurrences in the head what they add to the impact of a term."""
    inside = np.arange(MOST_IN_HEAD + 1, dtype=np.float32)
    return np.float32(ratio * (ranking.K1 + 1)) * inside / (inside + np.float32(ranking.K1))


class SegmentView:
    """A segment as of one commit. base: number of its first document in the whole index."""

    def __init__(self, segment: SegmentPostings, deleted: np.ndarray | None, base: int) -> None:
        self.segment, self.base, self.size = segment, base, segment.size
        self.live = None if deleted is None or not deleted.any() else ~deleted
        self.terms = SegmentTerms(segment)
        self.averages = (1.0, 1.0)
        self.impacts, self.phrases = Kept(0), Kept(0)
        self._freshness: dict[tuple[int, float, float], np.ndarray] = {}

    def live_count(self) -> int:
        return self.size if self.live is None else int(self.live.sum())

    @cached_property
    def _saturations(self) -> tuple[Saturation, Saturation]:
        """What BM25 gives occurrences in the text, for syllables and for pairs."""
        segment = self.segment
        lengths = zip((segment.token_lengths, segment.pair_lengths), self.averages, ("folded", "folded2"), strict=True)
        one, other = (Saturation(each, average, ranking.BY_NAME[name].b) for each, average, name in lengths)
        return one, other

    def impact(self, term: TextTerm) -> Impact:
        known = self.impacts.get(term)
        if known is not None:
            return known
        found = self.terms.in_stream("text", term.folded, term.pair, term.text)
        docs = present = None
        if len(found.docs) * DENSE > self.size:
            numbers = np.zeros(self.size, dtype=np.uint32)
            np.add.at(numbers, found.docs.astype(np.intp), found.numbers)
            present = (numbers > 0).view(np.uint8)
        else:
            found = united(found)
            docs, numbers = found.docs.astype(np.intp), found.numbers
        values = self._saturations[term.pair].of(numbers & COUNT_MASK, docs)
        if term.head_ratio:
            values += _in_head(term.head_ratio).take((numbers >> HEAD_SHIFT).astype(np.intp))
        return self.impacts.put(term, Impact(values, docs, present))

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
        for view in self.views:
            view.averages = (tokens / max(base, 1) or 1.0, pairs / max(base, 1) or 1.0)
            view.impacts.room = KEPT_BYTES * view.size // max(base, 1)
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
