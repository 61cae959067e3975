"""The same schema, fields and weights in stock Whoosh: its own codec, writer and matchers. Oracle and yardstick."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import index, scoring
from whoosh.reading import IndexReader
from whoosh.searching import Searcher

from benchmarks.whoosh_matchers import whoosh_query
from search import ranking
from search.document import Document
from search.engines.embedded.format.length_norms import in_steps
from search.engines.embedded.schema import schema
from search.engines.indexed_fields import FIRST_DAY, LAST_DAY, day_range, facet_values
from search.engines.plan.nodes import Plan
from search.text.analysis import field_terms


def build(folder: Path, documents: Iterable[Document], batch: int = 0) -> index.FileIndex:
    """Return an index of documents; batch > 0: a commit (and so a segment) after each so many."""
    folder.mkdir(parents=True)
    place = index.create_in(str(folder), schema())
    writer = place.writer(limitmb=256)
    for number, document in enumerate(documents, 1):
        first, last = day_range(document.day)
        writer.add_document(
            id=document.id,
            key=document.key,
            **field_terms(document),
            **facet_values(document),
            **{FIRST_DAY: first, LAST_DAY: last},
        )
        if batch and number % batch == 0:
            writer.commit(merge=False)
            writer = place.writer(limitmb=256)
    writer.commit(merge=False)
    return place


class Bm25(scoring.BM25F):
    """BM25 with the parameters of search/ranking.py (Whoosh's own idf never falls below 1, even for "và")."""

    def __init__(self) -> None:
        super().__init__(K1=ranking.K1, **{f"{field.name}_B": field.b for field in ranking.FIELDS}, words_B=0.0)

    def idf(self, searcher: Any, fieldname: str, text: Any) -> float:
        top = searcher.get_parent()
        return ranking.idf(top.doc_count_all(), top.doc_frequency(ranking.idf_field(fieldname), text))


class GivenLengths(Bm25):
    """Whoosh's scorers with lengths given: its own codec keeps them in other steps than ours.

    lengths: document id → field → number of terms.
    """

    def __init__(self, lengths: dict[str, dict[str, int]]) -> None:
        super().__init__()
        self.lengths = lengths

    def scorer(self, searcher: Any, fieldname: str, text: Any, qf: int = 1) -> Any:
        scorer = super().scorer(searcher, fieldname, text, qf)

        def length(number: int) -> int:
            identifier = searcher.stored_fields(number)["id"]
            return int(in_steps(np.array([self.lengths[identifier].get(fieldname, 1)]))[0])

        scorer.dfl = length
        return scorer


def lengths_of(documents: Iterable[Document]) -> dict[str, dict[str, int]]:
    return {one.id: {field: len(terms) for field, terms in field_terms(one).items()} for one in documents}


def scores(reader: IndexReader, plan: Plan, weighting: Bm25 | None = None) -> dict[str, float]:
    """Return id → score of every document that matches, by Whoosh's matchers."""
    found = {}
    with Searcher(reader, weighting=weighting or Bm25()) as searcher:
        leaves = [leaf for leaf, _ in searcher.subsearchers] if searcher.subsearchers else [searcher]
        for leaf in leaves:
            matcher = whoosh_query(plan).matcher(leaf)
            while matcher.is_active():
                found[leaf.stored_fields(matcher.id())["id"]] = matcher.score()
                matcher.next()
    return found
