"""Pages like a page: a query made of what sets a document apart."""

from collections import Counter
from itertools import pairwise
from math import log

from search.document import Document
from search.engines.ports import Engine
from search.query.nodes import Node, Or, Phrase, Query, Words
from search.query.vocabulary import Vocabulary
from search.text.normalization import parts

TELLING_PAIRS = 12  # neighbouring syllables (about as many words); more drift from the subject
READ_SYLLABLES = 600  # of the text: what a page is about stands in its first half


def similar(engine: Engine, document: Document, limit: int = 5) -> list[Document]:
    """Return the documents most like this one, best first, itself and other copies of its text left out."""
    vocabulary = getattr(engine, "vocabulary", lambda: None)()
    query = telling_query(document, vocabulary)
    found = engine.search(query, limit=limit + 5)
    others = [other for other, _ in found.ranked if other.id != document.id and other.text != document.text]
    return others[:limit]


def telling_query(document: Document, vocabulary: Vocabulary | None) -> Query:
    """Return a query of a document's title and the pairs of syllables that are frequent in it, rare elsewhere."""
    title = " ".join(token.norm for token in parts(document.title))
    norms = [token.norm for token in parts(document.text)[:READ_SYLLABLES]]
    pairs = Counter(pair for pair in pairwise(norms) if all(syllable.isalpha() for syllable in pair))
    if (expect := getattr(vocabulary, "expect", None)) is not None:
        expect(pairs)
    weights = {pair: count / (1 + log(1 + _elsewhere(pair, vocabulary))) for pair, count in pairs.items()}
    telling = sorted(weights, key=lambda pair: (-weights[pair], pair))[:TELLING_PAIRS]
    wanted: list[Node] = [Words(title)] if title else []
    wanted += [Phrase(" ".join(pair)) for pair in telling]
    return Query(text=document.title, root=Or(tuple(wanted)) if wanted else None)


def _elsewhere(pair: tuple[str, str], vocabulary: Vocabulary | None) -> int:
    return vocabulary.bigram_count(*pair) if vocabulary is not None else 0
