"""What an index knows about its words: the questions that spelling, did-you-mean and suggestions ask.

An engine offers it as `engine.vocabulary() -> Vocabulary` (optional: without it queries are taken as typed). Answers
must be quick, in memory or by one look-up: a query of 300 unknown tokens asks a few hundred thousand questions at most.
Where look-ups are slow, a vocabulary may have expect(pairs): it is told of many pairs before bigram_count is asked.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol

from search.text import normalization, segmentation


class Vocabulary(Protocol):
    """norm, folded: as in search.text, parts only (no wholes). Counts: of documents or of occurrences."""

    def size(self) -> int:
        """Return the number of documents."""

    def contains(self, norm: str) -> bool:
        """Tell whether a syllable occurs in exactly this form."""

    def contains_folded(self, folded: str) -> bool:
        """Tell whether a syllable occurs in any form with these letters."""

    def count(self, folded: str) -> int:
        """Return how often the folded syllable occurs, 0 if never."""

    def forms_of(self, folded: str) -> Sequence[tuple[str, int]]:
        """Return (norm, count) of the forms with these letters, most frequent first; empty if there is none."""

    def bigram_count(self, first: str, second: str) -> int:
        """Return how often two normal forms stand side by side."""

    def folded_bigram_count(self, first: str, second: str) -> int:
        """Return how often two folded forms stand side by side."""

    def pair_forms(self, first: str, second: str) -> Sequence[tuple[tuple[str, str], int]]:
        """Return ((norm, norm), count) of the forms in which two folded syllables stand side by side, most first."""

    def word_counts(self, words: Sequence[str]) -> list[int]:
        """Return in how many documents each word stands ("giải_ngân"), as their segmentation in context has it."""

    def starting_with(self, folded: str, limit: int) -> Sequence[str]:
        """Return folded syllables that begin so, most frequent first, at most `limit`."""


class CountedVocabulary:
    """A Vocabulary counted from texts, held in memory: about 60 MB for 35,000 articles."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._size = 0
        self._norms: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._words: Counter[str] = Counter()
        for document in texts:
            self._size += 1
            self._words.update({"_".join(normalization.norms(word)) for word in segmentation.words(document)})
            norms = normalization.norms(document)
            self._norms.update(norms)
            self._pairs.update(pairwise(norms))
        self._finish()

    def _finish(self) -> None:
        self._folded: Counter[str] = Counter()
        self._forms: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        folded_of: dict[str, str] = {}
        for norm, count in self._norms.most_common():
            folded = folded_of[norm] = normalization.syllables(norm)[0].folded
            self._folded[folded] += count
            self._forms[folded].append((norm, count))
        self._folded_pairs: Counter[tuple[str, str]] = Counter()
        self._pair_forms: defaultdict[tuple[str, str], list[tuple[tuple[str, str], int]]] = defaultdict(list)
        for (first, second), count in self._pairs.most_common():
            self._folded_pairs[folded_of[first], folded_of[second]] += count
            self._pair_forms[folded_of[first], folded_of[second]].append(((first, second), count))

    def size(self) -> int:
        return self._size

    def contains(self, norm: str) -> bool:
        return norm in self._norms

    def contains_folded(self, folded: str) -> bool:
        return folded in self._folded

    def count(self, folded: str) -> int:
        return self._folded[folded]

    def forms_of(self, folded: str) -> Sequence[tuple[str, int]]:
        return self._forms.get(folded, ())

    def bigram_count(self, first: str, second: str) -> int:
        return self._pairs[first, second]

    def folded_bigram_count(self, first: str, second: str) -> int:
        return self._folded_pairs[first, second]

    def pair_forms(self, first: str, second: str) -> Sequence[tuple[tuple[str, str], int]]:
        return self._pair_forms.get((first, second), ())

    def word_counts(self, words: Sequence[str]) -> list[int]:
        return [self._words[word] for word in words]

    def starting_with(self, folded: str, limit: int) -> Sequence[str]:
        matching = [syllable for syllable in self._folded if syllable.startswith(folded)]
        return sorted(matching, key=lambda syllable: (-self._folded[syllable], syllable))[:limit]
