"""Pages like a page: a query made of what sets a document apart, and its meaning where that is known."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

import numpy as np

from search.document import Document
from search.engines.ports import Engine
from search.query.nodes import Filters, Node, Or, Phrase, Query, Words
from search.query.vocabulary import Vocabulary
from search.text.normalization import parts

if TYPE_CHECKING:
    from search.semantic.hybrid import AskedMeaning

TELLING_PAIRS = 12  # neighbouring syllables (about as many words); more drift from the subject
READ_SYLLABLES = 600  # of the text: what a page is about stands in its first half
LOOKED_AT = 50  # by words, and as many by meaning
MEANING_WEIGHT = 1.0  # beside the words: what tells two meetings apart are names, numbers and places
EXTRA = 5  # pages beyond those wanted, for the page itself and other copies of its text are left out


def similar(
    engine: Engine, document: Document, limit: int = 5, meaning: "AskedMeaning | None" = None
) -> list[Document]:
    """Return the documents most like this one, best first, itself and other copies of its text left out.

    meaning: of the document, by which others are found that use other words; None: words alone.
    """
    query = telling_query(document, engine.vocabulary())
    found = engine.search(query, limit=limit + EXTRA if meaning is None else LOOKED_AT).ranked
    documents = [one for one, _ in found] if meaning is None else _with_meaning(engine, found, meaning, limit + EXTRA)
    others = [other for other in documents if other.id != document.id and other.text != document.text]
    return others[:limit]


def _with_meaning(
    engine: Engine, by_words: Sequence[tuple[Document, float]], meaning: "AskedMeaning", limit: int
) -> list[Document]:
    """Return the first documents by words and meaning together; what words do not find counts as the last of these."""
    from search.semantic.hybrid import fused

    scores = {one.id: score for one, score in by_words}
    last = min(scores.values(), default=0.0)
    scores |= {one.id: last for one in meaning.nearest(LOOKED_AT) if one.id not in scores}
    ids = list(scores)
    best = fused(np.array(list(scores.values())), meaning.cosines(ids), MEANING_WEIGHT)[:limit].tolist()
    documents = {one.id: one for one, _ in by_words}
    keys = tuple(meaning.vectors.key(ids[rank]) for rank in best if ids[rank] not in documents)
    if keys:
        fetched = engine.search(Query("", None, Filters(keys=keys)), limit=len(keys)).ranked
        documents |= {one.id: one for one, _ in fetched}
    return [documents[ids[rank]] for rank in best if ids[rank] in documents]


def telling_query(document: Document, vocabulary: Vocabulary | None) -> Query:
    """Return a query of a document's title and the pairs of syllables that are frequent in it, rare elsewhere."""
    title = " ".join(token.norm for token in parts(document.title))
    norms = [token.norm for token in parts(document.text)[:READ_SYLLABLES]]
    pairs = Counter(pair for pair in pairwise(norms) if all(syllable.isalpha() for syllable in pair))
    if vocabulary is not None:
        vocabulary.expect(pairs)
    weights = {pair: count / (1 + log(1 + _elsewhere(pair, vocabulary))) for pair, count in pairs.items()}
    telling = sorted(weights, key=lambda pair: (-weights[pair], pair))[:TELLING_PAIRS]
    wanted: list[Node] = [Words(title)] if title else []
    wanted += [Phrase(" ".join(pair)) for pair in telling]
    return Query(text=document.title, root=Or(tuple(wanted)) if wanted else None)


def _elsewhere(pair: tuple[str, str], vocabulary: Vocabulary | None) -> int:
    return vocabulary.bigram_count(*pair) if vocabulary is not None else 0
