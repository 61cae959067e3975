"""Many queries against an index, as evaluation needs them: TREC runs."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from search.answer import find
from search.engines.ports import Engine
from search.errors import BadRequest
from search.query.rewriter import understand

if TYPE_CHECKING:
    from search.semantic.hybrid import Meaning

TAG = "hoinghi"


@dataclass(frozen=True, slots=True)
class RunLine:
    """One line of a run: the document at this rank (from 1) for a query."""

    query_id: str
    document_id: str
    rank: int
    score: float

    def __str__(self) -> str:
        return f"{self.query_id} Q0 {self.document_id} {self.rank} {self.score:.6f} {TAG}"


def read_queries(path: Path) -> list[tuple[str, str]]:
    """Return (id, text) of each line of a JSON Lines file of {"id", "text"}; BadRequest for a file that is not one."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{path}: cannot be read ({error}): expected JSON Lines in UTF-8", "queries") from None
    queries = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            query = json.loads(line)
            queries.append((str(query["id"]), str(query["text"])))
        except (ValueError, KeyError, TypeError):
            expected = 'expected {"id": "q1", "text": "giải ngân"}'
            raise BadRequest(f"{path}, line {number}: {line[:60]!r}: {expected}; mend that line", "queries") from None
    return queries


def run(
    engine: Engine, queries: Iterable[tuple[str, str]], depth: int = 100, meaning: "Meaning | None" = None
) -> Iterator[RunLine]:
    """Yield the best `depth` documents for each (query id, text as typed), read as the product reads a query.

    meaning: reorders the first of them; None: words alone.
    """
    vocabulary = engine.vocabulary()
    for query_id, text in queries:
        query = understand(text, vocabulary)
        asked = meaning.asked(query) if meaning is not None else None
        found, _ = find(engine, query, limit=depth, depth_only=True, asked=asked)
        for rank, (document, score) in enumerate(found.ranked, 1):
            yield RunLine(query_id, document.id.replace(" ", "%20"), rank, score)
