"""What bench_http_peers.py asks of a search server, whoever made it.

Each peer is given the same articles with the same fields, counts the same facets and marks what it found in an excerpt.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from search.document import Document

TOP, VALUES = 10, 100  # hits of an answer; values of a facet at most
# Of those that hoinghi counts, all that have values in these articles.
FACETS = ("province_then", "province_now", "year", "kind", "source")
SHOWN = ("id", "url", "title", "published", *FACETS)  # of a hit
MARK = "<mark>"


class Missing(Exception):
    """The peer cannot be had or does not work here; says what was tried and how to get it."""


class Found(NamedTuple):
    """What an answer holds: ids of its hits in order, values counted over all facets, hits with a marked excerpt."""

    ids: list[str]
    values: int
    marked: int


class HttpPeer(Protocol):
    name: str
    told: str  # how it is set up, for the result
    headers: tuple[str, ...]  # to send with every request
    ports: list[int]  # of its processes, while it serves

    def prepare(self) -> None:
        """Start what has to run before documents can be added."""

    def fill(self, documents: Sequence[Document]) -> None:
        """Index documents and return when they can be found."""

    def serve(self) -> None:
        """Start its servers anew, as after a restart of the machine but for the files in memory."""

    def processes(self) -> list[int]:
        """Return the numbers of all processes that are at work for it now."""

    def files(self) -> Path:
        """Return the folder that holds its index."""

    def line(self, text: str) -> str:
        """Return the request for a query as http_clients.py takes it: path, or path and body."""

    def found(self, answer: bytes) -> Found: ...

    def close(self) -> None: ...


def row_of(document: Document) -> dict[str, Any]:
    """Return the fields of a document that peers index or show."""
    return {name: getattr(document, name) for name in (*SHOWN, "text")}
