"""An engine's answer, reordered by meaning, and the pages that only meaning finds."""

from dataclasses import replace
from itertools import islice

import numpy as np

from search.document import NearHit
from search.engines.lazy_hits import LazyHits
from search.engines.ports import Engine, EngineResults
from search.query.nodes import Query
from search.semantic.hybrid import NEAREST, REORDERED, AskedMeaning, order

MOST_NEAR = 3  # pages shown that only meaning finds
# A passage has to stand out from the archive: any two texts have a cosine of some 0.75. Of the nearest beyond this most
# are what was asked for; of queries that the archive knows nothing of few find any: benchmarks/results/semantic.md.
LEAST_MARGIN = 0.08


def reordered(found: EngineResults, asked: AskedMeaning) -> EngineResults:
    """Return an answer whose first hits stand in the order of words and meaning together, full matches still first."""
    ranked = found.ranked
    if isinstance(ranked, LazyHits):
        ids, scores = ranked.ids(REORDERED), ranked.scores(REORDERED)
    else:
        first = ranked[:REORDERED]
        ids, scores = [document.id for document, _ in first], [score for _, score in first]
    full = min(found.listed - found.partial_matches, len(ids)) if found.listed else len(ids)
    places = order(np.array(scores, dtype=np.float64), asked.cosines(ids), full).tolist()
    if isinstance(ranked, LazyHits):
        return replace(found, ranked=ranked.reordered(places))
    return replace(found, ranked=(*(ranked[place] for place in places), *ranked[len(places) :]))


def only_by_meaning(engine: Engine, asked: AskedMeaning, query: Query) -> tuple[NearHit, ...]:
    """Return the pages nearest in meaning that pass the filters of a query and that its words do not find, nor a part.

    It takes two searches among some twenty pages.
    """
    near = {one.id: one for one in asked.nearest(NEAREST) if one.margin >= LEAST_MARGIN}
    if not near:
        return ()
    keys = tuple(asked.vectors.keys[one] for one in near)
    limits = replace(query.filters, keys=keys)
    allowed = engine.search(Query("", None, limits), limit=len(keys)).ranked
    by_words = engine.search(replace(query, filters=limits, partial=True), limit=len(keys), depth_only=True).ranked
    found = {document.id for document, _ in by_words}
    others = {document.id: document for document, _ in allowed if document.id not in found}
    hits = (NearHit(others[one.id], one.start, one.end, one.cosine) for one in near.values() if one.id in others)
    # a page that was changed since it was read has other words where the passage stood
    return tuple(islice((hit for hit in hits if asked.store.has_words_of(hit.document)), MOST_NEAR))
