"""The lexical list reordered by meaning, and pages that only meaning finds.

Score of a document among the first: z-score of the lexical score + WEIGHT · z-score of its nearest passage. Full
matches stay before partial ones. benchmarks/bench_semantic.py has the figures.
"""

import logging
import re
import sqlite3
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import NamedTuple

import numpy as np

from search.document import Document
from search.query.nodes import Query, Words
from search.semantic.encoders import Encoder, EncoderUnavailable
from search.semantic.store import Vectors, VectorStore, in_steps
from search.text import analysis
from search.text.keyboards import telex
from search.text.orthography import is_syllable

try:
    from search.semantic.compiled_dot_products import dot_products
except ImportError:  # built without a compiler
    from search.semantic.dot_products import dot_products

REORDERED = 200  # of the lexical list; what stands below stays where it is
WEIGHT = 1.2  # from 0.8 to 1.6 none of five judged sets changes by more than 0.008: benchmarks/results/semantic.md
LEAST_SYLLABLES = 5  # a shorter query is a name or a term, which words find best
LEAST_FOREIGN_WORDS = 2  # which the words of a Vietnamese page do not answer
NEAREST = 20  # passages looked at for pages that only meaning finds
LEFT_ALONE_SECONDS = 15.0  # an encoder that failed: no search waits for it meanwhile

log = logging.getLogger(__name__)


class NearestPassage(NamedTuple):
    """The passage of a document nearest in meaning: Document.text[start:end].

    cosine: −1 … 1. margin: how far it is above the mean of all passages.
    """

    id: str
    start: int
    end: int
    cosine: float
    margin: float


@dataclass(frozen=True, slots=True)
class AskedMeaning:
    """A query as a vector, and the vectors of the archive."""

    query: np.ndarray
    vectors: Vectors

    def cosines(self, ids: Sequence[str]) -> np.ndarray:
        """Return of each document the cosine of its nearest passage, NaN where it has no vector yet."""
        found = np.full(len(ids), np.nan, dtype=np.float32)
        spans = [(rank, span) for rank, span in enumerate(map(self.vectors.span, ids)) if span[0] < span[1]]
        if spans:
            numbers = np.concatenate([np.arange(first, last) for _, (first, last) in spans])
            cosines = (self.vectors.rows[numbers].astype(np.float32) @ self.query) * self.vectors.steps[numbers]
            starts = np.cumsum([0, *(last - first for _, (first, last) in spans[:-1])])
            found[[rank for rank, _ in spans]] = np.maximum.reduceat(cosines, starts)
        return found

    def nearest(self, count: int) -> list[NearestPassage]:
        """Return the passages nearest in meaning, one of a document, best first: of all, none is passed over."""
        query, step = in_steps(self.query[None])
        cosines = dot_products(self.vectors.rows, query[0]) * (self.vectors.steps * step[0])
        mean = float(cosines.mean())
        few = min(len(cosines), 8 * count)
        best = np.argpartition(-cosines, few - 1)[:few]
        found: dict[str, NearestPassage] = {}
        for row in best[np.lexsort((best, -cosines[best]))].tolist():
            identifier = self.vectors.ids[self.vectors.owners[row]]
            start, end = self.vectors.spans[row].tolist()
            cosine = float(cosines[row])
            found.setdefault(identifier, NearestPassage(identifier, start, end, cosine, cosine - mean))
        return list(found.values())[:count]


class Meaning:
    """An encoder with the vectors that it made of an index. Without either, everything stays as words find it.

    trouble: why the last question was answered by words alone, "" where it was not. Safe for threads.
    """

    def __init__(self, encoder: Encoder, store: VectorStore) -> None:
        self.encoder, self.store = encoder, store
        self.trouble = ""
        self._asked_again_at = 0.0

    def vectors(self) -> Vectors | None:
        """Return all vectors; None where there are none, where they are damaged, or the encoder is left alone."""
        if monotonic() < self._asked_again_at:
            return None
        try:
            return self.store.vectors()
        except (OSError, sqlite3.DatabaseError) as error:
            self._fail(error)
            return None

    def state(self) -> Hashable:
        """Return what differs where the same query may be answered in another way."""
        return self.encoder.name, self.store.loaded_state if self.vectors() is not None else None

    def asked(self, query: Query) -> AskedMeaning | None:
        """Return what a query means; None where its words decide, or nothing is encoded, or the encoder is down."""
        return self.encoded(query) if is_question(query) else None

    def encoded(self, query: Query) -> AskedMeaning | None:
        """Return what a query means, whatever its words; None where nothing is encoded, or the encoder is down."""
        if (vectors := self.vectors()) is None:
            return None
        try:
            asked = AskedMeaning(self.encoder.encode_queries([query.text])[0], vectors)
        except (EncoderUnavailable, OSError, ValueError) as error:
            self._fail(error)
            return None
        self.trouble = ""
        return asked

    def about(self, document: Document) -> AskedMeaning | None:
        """Return what a document means as if it were asked for; None where it has no vector, or one of other words."""
        vectors = self.vectors()
        if vectors is None or not vectors.are_of(document):
            return None
        first, last = vectors.span(document.id)
        mean = (vectors.rows[first:last].astype(np.float32) * vectors.steps[first:last, None]).mean(axis=0)
        return AskedMeaning(mean / max(float(np.linalg.norm(mean)), 1e-12), vectors)

    def _fail(self, error: Exception) -> None:
        log.warning("answered by words alone: %s", error)
        self.trouble, self._asked_again_at = str(error), monotonic() + LEFT_ALONE_SECONDS


def is_question(query: Query) -> bool:
    """Tell whether meaning may order the answer: free words, and more of them than a name or a term has.

    A name, a number or a quoted phrase is looked for as it stands.
    """
    if not isinstance(query.root, Words) or query.root.field or query.sort != "relevance":
        return False
    stream = analysis.stream(query.root.text)
    has_number = any(map(str.isalpha, "".join(folded for _, folded, _ in stream.wholes)))  # 35-CT/TW; a date has digits
    least = LEAST_FOREIGN_WORDS if is_foreign(query) else LEAST_SYLLABLES
    return len(stream.norms) >= least and not has_number


def is_foreign(query: Query) -> bool:
    """Tell whether a query is not in Vietnamese: no letter of that language alone, and most words are no syllables."""
    if not isinstance(query.root, Words):
        return False
    words = [word for word in re.findall(r"[^\W\d_]+", query.root.text) if len(word) > 1]
    # what has capitals may be a name in any language; what decodes was typed in Telex
    strange = sum(
        word.islower() and not is_syllable(word) and not is_syllable(telex(word, strict=True)) for word in words
    )
    return strange >= LEAST_FOREIGN_WORDS and 2 * strange > len(words) and query.root.text.isascii()


def order(scores: np.ndarray, cosines: np.ndarray, full: int, weight: float = WEIGHT) -> np.ndarray:
    """Return the ranks of a lexical list in their new order. full: so many at its beginning are full matches."""
    partial = full + fused(scores[full:], cosines[full:], weight)
    return np.concatenate([fused(scores[:full], cosines[:full], weight), partial])


def fused(scores: np.ndarray, cosines: np.ndarray, weight: float) -> np.ndarray:
    """Return the ranks of documents in the order of words and meaning together. cosines: NaN where unknown.

    weight: of meaning beside words.
    """
    known = ~np.isnan(cosines)
    near = np.where(known, cosines, cosines[known].mean() if known.any() else 0.0)  # not encoded yet: as the others
    return np.argsort(-(_standardised(scores) + weight * _standardised(near)), kind="stable").astype(np.intp)


def _standardised(values: np.ndarray) -> np.ndarray:
    spread = values.std() if len(values) else 0.0
    return (values - values.mean()) / spread if spread > 0 else np.zeros(len(values))
