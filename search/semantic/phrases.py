"""The phrases of the archive that most pages hold → vectors, for searches near in meaning to one that is followed."""

from collections.abc import Sequence
from pathlib import Path

from search.query.suggest import Suggester
from search.semantic.encoders import Encoder
from search.semantic.store import VectorStore

MOST_PHRASES = 1_000  # 10 ms of a processor each


def phrases_of(suggestions: Path) -> list[str]:
    """Return the phrases in the file that indexing leaves for suggestions; none where it has not."""
    suggester = Suggester.load(suggestions)
    return suggester.texts("phrase", MOST_PHRASES) if suggester is not None else []


def embed_phrases(encoder: Encoder, store: VectorStore, phrases: Sequence[str]) -> int:
    """Bring the vectors of phrases in step; return how many are new. Raises EncoderUnavailable."""
    known = store.phrases()
    new = [phrase for phrase in phrases if phrase not in known]
    if new or known - set(phrases):
        rows = encoder.encode_queries(new) if new else ()
        store.put_phrases(phrases, dict(zip(new, rows, strict=True)))
        store.seal()
    return len(new)
