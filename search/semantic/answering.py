"""An engine's answer, reordered by meaning, and the pages that only meaning finds."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from search.document import Document, NearHit
from search.engines.lazy_hits import LazyHits
from search.engines.ports import Engine, EngineResults
from search.query.nodes import Filters, Query
from search.semantic.hybrid import NEAREST, REORDERED, AskedMeaning, is_foreign, order

MOST_NEAR = 3  # pages shown that only meaning finds
# A passage has to stand out from the archive: any two texts have a cosine of some 0.75. Of the nearest beyond this most
# are what was asked for; of queries that the archive knows nothing of few find any: benchmarks/results/semantic.md.
LEAST_MARGIN = 0.08
LEAST_FOREIGN_MARGIN = 0.05  # across languages all cosines lie closer together: benchmarks/results/semantic_needs.md


def reordered(found: EngineResults, asked: AskedMeaning) -> EngineResults:
    """Return an answer whose first hits stand in the order of words and meaning together, full matches still first."""
    ranked = found.ranked
    ids = _ids(ranked, REORDERED)
    scores = ranked.scores(REORDERED) if isinstance(ranked, LazyHits) else [score for _, score in ranked[:REORDERED]]
    full = min(found.listed - found.partial_matches, len(ids)) if found.listed else len(ids)
    ranks = order(np.array(scores, dtype=np.float64), asked.cosines(ids), full).tolist()
    if isinstance(ranked, LazyHits):
        return replace(found, ranked=ranked.reordered(ranks))
    return replace(found, ranked=(*(ranked[rank] for rank in ranks), *ranked[len(ranks) :]))


def only_by_meaning(engine: Engine, asked: AskedMeaning, query: Query, found: EngineResults) -> tuple[NearHit, ...]:
    """Return the pages nearest in meaning that pass the filters of a query and that its words do not find, nor a part.

    found: what its words find. The pages that are shown are read.
    """
    least = LEAST_FOREIGN_MARGIN if is_foreign(query) else LEAST_MARGIN
    near = {one.id: one for one in asked.nearest(NEAREST) if one.margin >= least}
    if not near:
        return ()
    others = near.keys() - found.lists({one: asked.vectors.key(one) for one in near})
    hits = (
        NearHit(document, one.start, one.end, one.cosine)
        for one in near.values()
        if one.id in others
        for document in _allowed(engine, asked.vectors.key(one.id), query.filters)
    )
    # a page that was changed since it was read has other words where the passage stood
    return tuple(islice((hit for hit in hits if asked.vectors.are_of(hit.document)), MOST_NEAR))


def _allowed(engine: Engine, key: str, filters: Filters) -> Iterator[Document]:
    """Yield the document of a key where it is in the index and passes the filters."""
    if filters == Filters():
        if (document := engine.get(key)) is not None:
            yield document
    else:
        ranked = engine.search(Query("", None, replace(filters, keys=(key,))), limit=1).ranked
        yield from (document for document, _ in ranked)


def _ids(ranked: Sequence[tuple[Document, float]], most: int) -> list[str]:
    """Return the ids of the first hits; where they can be told without reading the documents, none is read."""
    if isinstance(ranked, LazyHits):
        return list(ranked.ids(most))
    return [document.id for document, _ in ranked[:most]]
