"""Finding known sequences of syllables in typed text: abbreviations, cues, phrases to leave out."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from search.text import Syllable, parts

T = TypeVar("T")


class Sequences(Generic[T]):
    """Sequences of syllables, each with a value. Typed without diacritics a syllable fits any form with its letters."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._by_first: dict[str, list[tuple[list[Syllable], T]]] = {}
        for sequence, value in entries:
            syllables = parts(sequence)
            self._by_first.setdefault(syllables[0].folded, []).append((syllables, value))
        for known in self._by_first.values():
            known.sort(key=lambda entry: -len(entry[0]))

    def find(self, tokens: list[Syllable]) -> Iterator[tuple[int, int, T]]:
        """Yield (first, count, value) for every sequence that stands in tokens, longest first at each place."""
        for first, token in enumerate(tokens):
            for sequence, value in self._by_first.get(token.folded, ()):
                stretch = tokens[first : first + len(sequence)]
                if len(stretch) == len(sequence) and all(map(_fits, stretch, sequence)):
                    yield first, len(sequence), value


def _fits(typed: Syllable, known: Syllable) -> bool:
    return typed.norm == known.norm or (typed.norm == typed.folded == known.folded)
