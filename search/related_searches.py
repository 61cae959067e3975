"""Related searches: phrases of the archive near in meaning to a search, never what others have searched."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from search.engines.ports import Engine
from search.query.nodes import And, Query, Words
from search.query.rewriter import understand
from search.query.vocabulary import Vocabulary
from search.text.normalization import norms

if TYPE_CHECKING:
    from search.semantic.hybrid import Meaning

LEAST_DEVIATIONS = 3.5  # a cosine above the mean of all phrases: below, what is near is near to everything
LOOKED_AT = 8
MOST = 3


def related_searches(engine: Engine, meaning: "Meaning", query: Query, vocabulary: Vocabulary | None) -> list[str]:
    """Return phrases near in meaning to the free words of a query, which find pages within its filters, best first.

    Where the words find pages themselves, a phrase must stand in more of these than chance would put there.
    """
    if not isinstance(query.root, Words) or query.root.field:
        return []
    asked = meaning.encoded(query)
    if asked is None or not asked.vectors.phrases:
        return []
    cosines = asked.vectors.phrase_rows @ asked.query
    beyond = cosines - cosines.mean() - LEAST_DEVIATIONS * cosines.std()
    typed, found = set(norms(query.root.text)), []
    total, documents = engine.search(query, limit=0).total, max(engine.count(), 1)
    rows = [row for row in np.argsort(-beyond, kind="stable").tolist() if beyond[row] > 0]
    phrases = [asked.vectors.phrases[row] for row in rows]
    for phrase in [phrase for phrase in phrases if not set(norms(phrase)) <= typed][:LOOKED_AT]:
        other = replace(understand(phrase, vocabulary), filters=query.filters)
        if other.root is None or not (of_phrase := engine.search(other, limit=0).total):
            continue
        both = replace(query, root=And((query.root, other.root)))
        if not total or engine.search(both, limit=0).total * documents > total * of_phrase:
            found.append(phrase)
    return found[:MOST]
