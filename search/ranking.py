"""Fields and weights: one table, each with its measured reason; what is indexed and how a query is scored follow.

A query of free words is scored as

    folded syllables + g · folded bigrams                         always: finds unaccented and half-accented typing
    + a · (syllables + g · bigrams)                               if the query has any diacritics
    + the same over the title, weighted less

each term by BM25. A document must hold at least half of the query's distinct syllables (folded).
"""

from dataclasses import dataclass
from math import ceil, log


@dataclass(frozen=True, slots=True)
class Field:
    """One searchable stream of terms. weight multiplies its BM25 score; b is BM25's length normalisation."""

    name: str
    folded: bool
    bigram: bool
    title: bool
    weight: float
    b: float
    reason: str

    @property
    def positions(self) -> bool:
        """Phrases run over the syllables; bigrams need no positions of their own."""
        return not self.bigram


FIELDS = (
    Field("folded", True, False, False, 1.0, 0.75, "what every query can match: diacritics are often left out"),
    Field("folded2", True, True, False, 0.5, 0.75, "neighbours stand for words; 3 points over segmentation"),
    Field("exact", False, False, False, 0.8, 0.75, "what was typed with diacritics must not drown in look-alikes"),
    Field("exact2", False, True, False, 0.4, 0.75, "without it đường drowns in dương"),
    Field("title_folded", True, False, True, 0.5, 0.75, "a title says what a text is about"),
    Field("title_folded2", True, True, True, 0.25, 0.75, "as for the text"),
    Field("title_exact", False, False, True, 0.4, 0.75, "as for the text"),
    Field("title_exact2", False, True, True, 0.2, 0.75, "as for the text"),
)
BY_NAME = {field.name: field for field in FIELDS}

K1 = 1.2  # saturation of repeated terms; full news articles, ranking notes
MIN_SHARE = 0.5  # of the query's syllables; all of them occur in only 55 % of the relevant documents for headlines


def syllables_needed(distinct: int) -> int:
    """Return how many of a query's distinct syllables a document must hold."""
    return ceil(distinct * MIN_SHARE)


def idf(documents: int, with_term: int) -> float:
    """Return the inverse document frequency; positive however common the term (Robertson's, plus one in the log)."""
    return log(1.0 + (documents - with_term + 0.5) / (with_term + 0.5))
