"""What an index knows about its words: the questions that spelling, did-you-mean and suggestions ask.

An engine offers it as `engine.vocabulary()`; without it queries are taken as typed. Answers must be quick, in memory or
by one look-up: a query of 300 unknown tokens asks a few hundred thousand questions at most.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol


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

    def expect(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Look up many pairs of normal forms at once that bigram_count is going to be asked for one by one."""

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
