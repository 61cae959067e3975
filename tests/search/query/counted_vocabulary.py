"""A vocabulary without an index: counted from texts, in memory."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from search.text import normalization, segmentation


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

    def expect(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Nothing: each look-up is quick."""

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
