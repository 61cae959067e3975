"""The segments of one commit, ready to be searched: statistics over all of them, impacts and presence of terms.

What is remembered of a term is kept until the next commit (the average length changes then) or until room is needed.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from search import ranking
from search.engines.embedded.format.commit_file import Commit
from search.engines.embedded.format.segment_reader import SegmentPostings, Span, united
from search.engines.embedded.format.term_dictionary import SegmentTerms
from search.engines.embedded.scoring.impacts import ByteBoundedCache, Counted, Impact, Listed, Saturation, Valued
from search.engines.embedded.scoring.text_terms import FIELD_OF, TextTerm
from search.engines.embedded.scoring.weighted_threshold import packed_bits, unpacked
from search.engines.indexed_fields import ordinal

try:
    from search.engines.embedded.scoring.compiled_dense_numbers import by_document
except ImportError:  # built without a compiler
    from search.engines.embedded.scoring.dense_numbers import by_document

# Impacts of all segments together, such that two processes that serve a million documents stay below 3 GiB. For up to
# 89,000 documents there is room for 700 common terms with a number for each document. Beyond, a byte has to do; at a
# million that is room for 500 common terms and as much again for rare ones, what some hundred queries ask for.
LEAST_KEPT_BYTES, MOST_KEPT_BYTES, KEPT_BYTES_PER_DOCUMENT = 256 << 20, 640 << 20, 1300
ROOMY_BYTES_PER_DOCUMENT = 3_000
KEPT_RARITIES = 200_000  # numbers: some 30 MB
KEPT_SPANS = 2_000  # for each segment: some 1 MB
KEPT_PRESENCE_BYTES = 64 << 20  # a bit per document: 500 terms at a million documents, 14,000 at 35,000
KEPT_PHRASE_BYTES = 16 << 20  # a bit per document: 3,600 phrases at 35,000 documents
LOOKED_UP = 16  # postings for each document that is asked about: with fewer, all are decoded and kept
DENSE = 8  # terms in more than one document of eight have one number per document: beyond, adding lists is slower


class Room(NamedTuple):
    """How many bytes may be kept of what queries asked for, for all segments of a commit together."""

    impacts: int
    presence: int
    phrases: int

    @classmethod
    def for_documents(cls, documents: int, memory: int | None) -> "Room":
        """Return the room for so many documents. memory: bytes of all three together; None: as much as pays."""
        if memory is None:
            impacts = min(max(KEPT_BYTES_PER_DOCUMENT * documents, LEAST_KEPT_BYTES), MOST_KEPT_BYTES)
            return cls(impacts, KEPT_PRESENCE_BYTES, KEPT_PHRASE_BYTES)
        presence, phrases = min(memory // 8, KEPT_PRESENCE_BYTES), min(memory // 32, KEPT_PHRASE_BYTES)
        return cls(memory - presence - phrases, presence, phrases)


class SegmentView:
    """A segment as of one commit. base: number of its first document in the whole index."""

    def __init__(self, segment: SegmentPostings, deleted: np.ndarray | None, base: int) -> None:
        self.segment, self.base, self.size = segment, base, segment.size
        self.live = None if deleted is None or not deleted.any() else ~deleted
        self.terms = SegmentTerms(segment)
        self.averages = (1.0, 1.0)
        self.by_byte = False  # how common terms have their impacts: as Counted, else as Valued
        self.impacts, self.held, self.phrases = ByteBoundedCache(0), ByteBoundedCache(0), ByteBoundedCache(0)
        self._spans: dict[tuple[bool, bool, str], Span] = {}
        self._saturations: dict[tuple[bool, float], Saturation] = {}
        self._freshness: dict[tuple[int, float, float], np.ndarray] = {}

    def live_count(self) -> int:
        return self.size if self.live is None else int(self.live.sum())

    def document_frequency(self, field: str, text: str) -> int:
        """Return how many documents that are not deleted have a term."""
        if self.live is None:
            return self.terms.document_frequency(field, text)
        described = ranking.BY_NAME.get(field)
        if described is None or described.part in ("head", "title"):
            return int(np.count_nonzero(self.live[self.terms.postings(field, text).docs]))
        return self.documents_of(self.terms.span(described.part, described.folded, described.pair, text))

    def documents_with(self, term: TextTerm) -> int:
        """Return how many documents that are not deleted hold a term of the text."""
        if self.live is None and term.folded and not term.pair:  # counted when the segment was written
            return self.terms.document_frequency(FIELD_OF[True, False], term.text)
        return self.documents_of(self.span(term))

    def documents_of(self, span: Span) -> int:
        """Return how many documents that are not deleted have one of some postings."""
        if len(span.bounds) <= 2:
            return span.size if self.live is None else int(np.count_nonzero(self.live[self.segment.docs(span)]))
        held = self.terms.held(span)
        return int(np.count_nonzero(held if self.live is None else held & self.live))

    def saturation(self, pair: bool, head_ratio: float) -> Saturation:
        known = self._saturations.get((pair, head_ratio))
        if known is None:
            lengths = self.segment.pair_lengths if pair else self.segment.token_lengths
            b = ranking.BY_NAME["folded2" if pair else "folded"].b
            known = Saturation(lengths, self.averages[pair], b, head_ratio)
            self._saturations[pair, head_ratio] = known
        return known

    def span(self, term: TextTerm) -> Span:
        """Return where the postings of a term stand."""
        key = term[:3]  # the head has the same postings
        known = self._spans.get(key)
        if known is None:
            if len(self._spans) >= KEPT_SPANS:
                self._spans.clear()
            known = self._spans[key] = self.terms.span("text", *key)
        return known

    def impact(self, term: TextTerm) -> Impact:
        known = self.impacts.get(term)
        return self.impacts.put(term, self._made(term)) if known is None else known

    def _made(self, term: TextTerm) -> Impact:
        span, saturation = self.span(term), self.saturation(term.pair, term.head_ratio)
        if not self.is_dense(span):
            found = united(self.segment.read(span))
            return Listed(found.docs, saturation.of(found.numbers, found.docs.astype(np.intp)))
        first, past = int(span.bounds[0]), int(span.bounds[-1])
        numbers = by_document(self.segment.arrays, span.stream, first, past, self.size)
        return Counted(numbers, saturation) if self.by_byte else Valued(saturation.of(numbers))

    def is_dense(self, span: Span) -> bool:
        """Tell whether an impact has one number for each document."""
        return span.size * DENSE > self.size

    def impact_at_hand(self, term: TextTerm) -> Impact | None:
        """Return the impact of a term; None if it is dense and would have to be made."""
        known = self.impacts.get(term)
        return self.impact(term) if known is None and not self.is_dense(self.span(term)) else known

    def most(self, term: TextTerm) -> float:
        """Return what no impact of a term exceeds, without making it."""
        return self.saturation(term.pair, term.head_ratio).most

    def impacts_at(self, term: TextTerm, chosen: np.ndarray) -> np.ndarray:
        """Return the impacts of a term in chosen documents (numbers, ascending, dtype intp)."""
        known = self.impacts.get(term)
        if known is None:
            span = self.span(term)
            if len(chosen) * LOOKED_UP * (len(span.bounds) - 1) < span.size:
                return self.saturation(term.pair, term.head_ratio).of(self.segment.numbers_at(span, chosen), chosen)
            known = self.impact(term)
        return known.at(chosen, self.size)

    def add_impacts(self, term: TextTerm, weight: float, scores: np.ndarray) -> None:
        self.impact(term).add_to(scores, weight)

    def presence(self, term: TextTerm) -> np.ndarray:
        """Return which documents hold a term, one bit each."""
        key = term[:3]
        known = self.held.get(key)
        if known is None:
            known = self.held.put(key, packed_bits(self.terms.held(self.span(term))))
        return known

    def holds(self, term: TextTerm) -> np.ndarray:
        """Return flags of the documents that hold a term."""
        return unpacked(self.presence(term), self.size)

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


class Snapshot:
    """All segments of one commit.

    damage: a sentence for each part of the index that cannot be read and is left out; empty where all answers.
    newest: number of the newest commit when this one was opened; another one where that is damaged.
    memory: as Room has it.
    """

    def __init__(
        self,
        commit: Commit,
        segments: Sequence[SegmentPostings],
        *,
        damage: tuple[str, ...] = (),
        newest: int = 0,
        memory: int | None = None,
    ) -> None:
        self.commit, self.damage, self.newest_generation = commit, damage, max(newest, commit.generation)
        self.memory = memory
        self.views: list[SegmentView] = []
        base = 0
        for entry, segment in zip(commit.segments, segments, strict=True):
            self.views.append(SegmentView(segment, entry.deleted() if entry.deleted_bits else None, base))
            base += segment.size
        self._rarities: dict[TextTerm, float] = {}
        # What is deleted counts nowhere: pages are found and ranked as by an index that was built without it.
        self.size = self.count()
        tokens, pairs = (sum(lengths) for lengths in zip((0, 0), *map(_lengths, self.views), strict=True))
        room = Room.for_documents(base, memory)
        for view in self.views:
            view.averages = (tokens / max(self.size, 1) or 1.0, pairs / max(self.size, 1) or 1.0)
            view.by_byte = room.impacts < base * ROOMY_BYTES_PER_DOCUMENT
            kept = view.impacts, view.held, view.phrases
            for cache, every in zip(kept, room, strict=True):
                cache.room = every * view.size // max(base, 1)

    @cached_property
    def newest(self) -> int:
        """The newest day that a document has."""
        return max((int(view.ordinals.max(initial=0, where=_live(view))) for view in self.views), default=0)

    def without(self, damaged: Mapping[str, str]) -> "Snapshot":
        """Return the collection without some segments: name → what is wrong with each."""
        kept = [
            (entry, view.segment)
            for entry, view in zip(self.commit.segments, self.views, strict=True)
            if entry.name not in damaged
        ]
        commit = Commit(self.commit.generation, tuple(entry for entry, _ in kept))
        damage = (*self.damage, *damaged.values())
        segments = [segment for _, segment in kept]
        return Snapshot(commit, segments, damage=damage, newest=self.newest_generation, memory=self.memory)

    def outdated(self, damage: str, newest: int) -> "Snapshot":
        """Return the collection as the one that answers, since the newest commit cannot be read."""
        segments = [view.segment for view in self.views]
        return Snapshot(self.commit, segments, damage=(*self.damage, damage), newest=newest, memory=self.memory)

    def count(self) -> int:
        return sum(view.live_count() for view in self.views)

    def rarity(self, term: TextTerm) -> float:
        """Return the idf of a term over the whole index."""
        known = self._rarities.get(term)
        if known is None:
            if len(self._rarities) >= KEPT_RARITIES:
                self._rarities.clear()
            known = ranking.idf(self.size, sum([view.documents_with(term) for view in self.views]))
            self._rarities[term] = known
        return known


def _live(view: SegmentView) -> np.ndarray | bool:
    return True if view.live is None else view.live


def _lengths(view: SegmentView) -> tuple[int, int]:
    """Return how many tokens and pairs the documents have that are not deleted."""
    segment = view.segment
    if view.live is None:
        return segment.tokens, segment.pairs
    return int(segment.token_lengths[view.live].sum()), int(segment.pair_lengths[view.live].sum())
