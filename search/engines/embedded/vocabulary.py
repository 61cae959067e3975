"""What a collection of segments knows about its syllables (port: search/query/vocabulary.py). Counts are of documents.

Documents that were deleted count until their segment is merged: a mistyped word is judged by magnitudes.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TypeVar

import numpy as np

from search.engines.embedded.format.segment_reader import NONE, SegmentPostings
from search.engines.embedded.snapshot import Collection
from search.text.orthography import forms

REMEMBERED = 20_000  # answers of each kind; the syllables of the last few hundred queries
K = TypeVar("K")
V = TypeVar("V")


class IndexVocabulary:
    """The vocabulary of one commit. Safe to share between threads."""

    def __init__(self, collection: Collection) -> None:
        self._segments = [view.segment for view in collection.views]
        self._contains = _remembering(self._read_contains)
        self._forms = _remembering(self._read_forms)
        self._pairs = _remembering(self._read_pairs)
        self._folded_pairs = _remembering(self._read_folded_pairs)

    def size(self) -> int:
        return sum(segment.size for segment in self._segments)

    def contains(self, norm: str) -> bool:
        return self._contains(norm)

    def contains_folded(self, folded: str) -> bool:
        return any(segment.group(folded) != NONE for segment in self._segments)

    def count(self, folded: str) -> int:
        return sum(_documents(segment, segment.group(folded)) for segment in self._segments)

    def forms_of(self, folded: str) -> Sequence[tuple[str, int]]:
        return self._forms(folded)

    def bigram_count(self, first: str, second: str) -> int:
        return self._pairs((forms(first)[1], forms(second)[1])).get((first, second), 0)

    def folded_bigram_count(self, first: str, second: str) -> int:
        return self._folded_pairs((first, second))

    def pair_forms(self, first: str, second: str) -> Sequence[tuple[tuple[str, str], int]]:
        return sorted(self._pairs((first, second)).items(), key=lambda pair: (-pair[1], pair[0]))

    def word_counts(self, words: Sequence[str]) -> list[int]:
        return [self._words.get(word, 0) for word in words]

    @cached_property
    def _words(self) -> Mapping[str, int]:
        counts: Counter[str] = Counter()
        for segment in self._segments:
            documents = np.diff(segment.arrays["word.start"]).tolist()
            counts.update(dict(zip(segment.words(), documents, strict=True)))
        return counts

    def starting_with(self, folded: str, limit: int) -> Sequence[str]:
        counts: Counter[str] = Counter()
        for segment in self._segments:
            for group in segment.groups_starting_with(folded):
                counts[segment.folded(group)] += _documents(segment, group)
        return [syllable for syllable, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]]

    def _read_contains(self, norm: str) -> bool:
        folded = forms(norm)[1]
        return any(segment.form(norm, folded) != NONE for segment in self._segments)

    def _read_forms(self, folded: str) -> Sequence[tuple[str, int]]:
        counts: Counter[str] = Counter()
        for segment in self._segments:
            group = segment.group(folded)
            for form in segment.forms(group) if group != NONE else ():
                counts[segment.norm(form)] += segment.documents_of_form("text", form)
        return tuple((norm, count) for norm, count in counts.most_common() if count)

    def _read_pairs(self, folds: tuple[str, str]) -> dict[tuple[str, str], int]:
        counts: Counter[tuple[str, str]] = Counter()
        for segment in self._segments:
            first, second = map(segment.group, folds)
            if NONE not in (first, second):
                for one, other, documents in segment.forms_beside(first, second):
                    counts[segment.norm(one), segment.norm(other)] += documents
        return dict(counts)

    def _read_folded_pairs(self, folds: tuple[str, str]) -> int:
        return sum(self._pairs(folds).values())


def _documents(segment: SegmentPostings, group: int) -> int:
    return segment.documents_of_group("text", group) if group != NONE else 0


def _remembering(read: Callable[[K], V]) -> Callable[[K], V]:
    return lru_cache(REMEMBERED)(read)
