"""The same schema, fields and weights in stock Whoosh: its own codec, writer and matchers. Oracle and yardstick."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import index
from whoosh.query import Query
from whoosh.reading import IndexReader
from whoosh.searching import Searcher

from search.document import Document
from search.engines.embedded.format.length_norms import in_steps
from search.engines.embedded.schema import FIRST_DAY, LAST_DAY, Bm25, day_range, facet_values, schema
from search.text.analysis import field_terms


def build(folder: Path, documents: Iterable[Document], batch: int = 0) -> index.FileIndex:
    """Return an index of documents; batch > 0: a commit (and so a segment) after each so many."""
    folder.mkdir(parents=True)
    place = index.create_in(str(folder), schema())
    writer = place.writer(limitmb=256)
    for number, document in enumerate(documents, 1):
        first, last = day_range(document.held or document.published)
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


def scores(reader: IndexReader, tree: Query, weighting: Bm25 | None = None) -> dict[str, float]:
    """Return id → score of every document that matches, by Whoosh's matchers."""
    found = {}
    with Searcher(reader, weighting=weighting or Bm25()) as searcher:
        leaves = [leaf for leaf, _ in searcher.subsearchers] if searcher.subsearchers else [searcher]
        for leaf in leaves:
            matcher = tree.matcher(leaf)
            while matcher.is_active():
                found[leaf.stored_fields(matcher.id())["id"]] = matcher.score()
                matcher.next()
    return found
