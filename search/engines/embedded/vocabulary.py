"""What a collection of segments knows about its syllables (port: search/query/vocabulary.py). Counts are of documents.

Documents that were deleted do not count: a query is read as over an index that was built without them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TypeVar

import numpy as np

from search.engines.embedded.format.segment_format import STREAMS
from search.engines.embedded.format.segment_reader import NONE
from search.engines.embedded.snapshot import SegmentView, Snapshot
from search.text.orthography import forms

REMEMBERED_BIGRAMS = 50_000  # of forms: a query of ten syllables without signs asks for some three hundred
REMEMBERED = 20_000  # answers of each kind; the syllables of the last few hundred queries
K = TypeVar("K")
V = TypeVar("V")


class IndexVocabulary:
    """The vocabulary of one commit. Safe to share between threads."""

    def __init__(self, collection: Snapshot) -> None:
        self._views = collection.views
        self._contains = _remembering(self._read_contains)
        self._forms = _remembering(self._read_forms)
        self._pairs = _remembering(self._read_pairs)
        self._bigrams = lru_cache(REMEMBERED_BIGRAMS)(self._read_bigram)
        self._folded_pairs = _remembering(self._read_folded_pairs)

    def size(self) -> int:
        return sum(view.live_count() for view in self._views)

    def contains(self, norm: str) -> bool:
        return self._contains(norm)

    def contains_folded(self, folded: str) -> bool:
        return any(_holds(view, "group", view.segment.group(folded)) for view in self._views)

    def count(self, folded: str) -> int:
        return sum(_documents(view, view.segment.group(folded)) for view in self._views)

    def forms_of(self, folded: str) -> Sequence[tuple[str, int]]:
        return self._forms(folded)

    def expect(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Nothing: each look-up is quick."""

    def bigram_count(self, first: str, second: str) -> int:
        return self._bigrams(first, second)

    def folded_bigram_count(self, first: str, second: str) -> int:
        return self._folded_pairs((first, second))

    def pair_forms(self, first: str, second: str) -> Sequence[tuple[tuple[str, str], int]]:
        return tuple(self._pairs((first, second)).items())

    def word_counts(self, words: Sequence[str]) -> list[int]:
        return [self._words.get(word, 0) for word in words]

    @cached_property
    def _words(self) -> Mapping[str, int]:
        counts: Counter[str] = Counter()
        for view in self._views:
            starts, live = view.segment.arrays["word.start"], view.live
            if live is not None:
                starts = np.append(0, np.cumsum(live[view.segment.arrays["word.docs"]]))[starts]
            counts.update(dict(zip(view.segment.words(), np.diff(starts).tolist(), strict=True)))
        return counts

    def starting_with(self, folded: str, limit: int) -> Sequence[str]:
        counts: Counter[str] = Counter()
        for view in self._views:
            for group in view.segment.groups_starting_with(folded):
                counts[view.segment.folded(group)] += _documents(view, group)
        found = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
        return [syllable for syllable, count in found if count]

    def _read_contains(self, norm: str) -> bool:
        folded = forms(norm)[1]
        return any(_holds(view, "form", view.segment.form(norm, folded)) for view in self._views)

    def _read_forms(self, folded: str) -> Sequence[tuple[str, int]]:
        counts: Counter[str] = Counter()
        for view in self._views:
            segment = view.segment
            group = segment.group(folded)
            for form in segment.forms(group) if group != NONE else ():
                counts[segment.norm(form)] += view.documents_of(segment.of_form("text", form))
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))  # not by which segment came first
        return tuple((norm, count) for norm, count in ordered if count)

    def _read_pairs(self, folds: tuple[str, str]) -> dict[tuple[str, str], int]:
        counts: Counter[tuple[str, str]] = Counter()
        for view in self._views:
            segment = view.segment
            first, second = map(segment.group, folds)
            if NONE not in (first, second):
                for one, other, documents in segment.forms_beside(first, second):
                    if view.live is not None:
                        documents = view.documents_of(segment.of_pair(one, other, first, second))
                    counts[segment.norm(one), segment.norm(other)] += documents
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return {pair: count for pair, count in ordered if count}

    def _read_bigram(self, first: str, second: str) -> int:
        return self._pairs((forms(first)[1], forms(second)[1])).get((first, second), 0)

    def _read_folded_pairs(self, folds: tuple[str, str]) -> int:
        return sum(self._pairs(folds).values())


def _documents(view: SegmentView, group: int) -> int:
    if group == NONE:
        return 0
    if view.live is None:
        return view.segment.documents_of_group("text", group)
    return view.documents_of(view.segment.of_group("text", group))


def _holds(view: SegmentView, kind: str, number: int) -> bool:
    """Tell whether a document that is not deleted has a form or a group (kind), wherever."""
    if number == NONE or view.live is None:
        return number != NONE
    find = view.segment.of_group if kind == "group" else view.segment.of_form
    return any(view.live[view.segment.docs(find(stream, number))].any() for stream in STREAMS)


def _remembering(read: Callable[[K], V]) -> Callable[[K], V]:
    return lru_cache(REMEMBERED)(read)
