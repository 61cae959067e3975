"""What was typed, and what the index knows → the query that is asked."""

from search.grammar import parse
from search.query import Query
from search.vocabulary import Vocabulary


def understand(text: str, vocabulary: Vocabulary | None = None) -> Query:
    """Return the query that text means."""
    return parse(text)
