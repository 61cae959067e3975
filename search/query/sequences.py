"""Finding known sequences of syllables in typed text: abbreviations, cues, phrases to leave out."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Generic, TypeVar

from search.text.normalization import Syllable, parts

T = TypeVar("T")


class Sequences(Generic[T]):
    """Sequences of syllables, each with a value. Typed without diacritics a syllable fits any form with its letters."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._alone: dict[str, list[tuple[list[Syllable], T]]] = {}
        self._longer: dict[tuple[str, str], list[tuple[list[Syllable], T]]] = {}  # by the first two
        for sequence, value in entries:
            syllables = parts(sequence)
            if len(syllables) == 1:
                self._alone.setdefault(syllables[0].folded, []).append((syllables, value))
            else:
                self._longer.setdefault((syllables[0].folded, syllables[1].folded), []).append((syllables, value))
        for known in self._longer.values():
            known.sort(key=lambda entry: -len(entry[0]))

    def find(self, tokens: list[Syllable]) -> Iterator[tuple[int, int, T]]:
        """Yield (first, count, value) for every sequence that stands in tokens, longest first at each index."""
        longer, alone = self._longer, self._alone
        folded = [token.folded for token in tokens]
        for first, two in enumerate(zip_longest(folded, folded[1:], fillvalue="")):
            if two in longer or two[0] in alone:
                for sequence, value in (*longer.get(two, ()), *alone.get(two[0], ())):
                    stretch = tokens[first : first + len(sequence)]
                    if len(stretch) == len(sequence) and all(map(_fits, stretch, sequence)):
                        yield first, len(sequence), value


def _fits(typed: Syllable, known: Syllable) -> bool:
    return typed.norm == known.norm or (typed.norm == typed.folded == known.folded)
