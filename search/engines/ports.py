"""The port that every engine implements.

An engine that lacks something says so in tests/search/engines/test_contract.py.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from search.document import Document
from search.query.nodes import Query
from search.query.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class EngineResults:
    """What an engine returns for a query, before excerpts: (document, score) best first, and facet counts.

    total, facets: of full matches; of partial ones as well where Query.partial asks for them.
    ranked: full matches, then, by relevance, partial ones. May read a document only when it is asked for.
    listed: how many documents ranked could have in all.
    partial_matches: documents that hold enough of the words, but not each. missing: id → the words that such a
    document lacks, of those in ranked; () where it has each, but not in one passage. absent: words that no document
    holds, told where there is no full match.
    texts: how many different texts total counts: pages that print the same are one; None where it is not told.
    partial: a part of the index did not answer (a lost node, a slow shard); what is there is right, more may exist.
    lists: which of a few documents (id → key) ranked could have, full or partial matches within the filters: their ids.
    """

    total: int
    ranked: Sequence[tuple[Document, float]]
    facets: dict[str, tuple[tuple[str | int, int], ...]]
    partial: bool = False
    listed: int = 0
    partial_matches: int = 0
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    texts: int | None = None
    lists: Callable[[Mapping[str, str]], set[str]] = field(default=lambda keys: set(), compare=False)


class Writer(Protocol):
    """Changes that become visible together on commit; leaving the context without error commits, else cancels."""

    def add(self, documents: Iterable[Document]) -> int:
        """Add or replace (by id); returns how many."""

    def delete(self, ids: Iterable[str]) -> int:
        """Delete by id; unknown ids are passed over; returns how many were there."""


class Verification(Protocol):
    """What `verify` found; as text for a terminal."""

    @property
    def failed(self) -> int:
        """How many files are damaged."""


class Engine(Protocol):
    def writer(self, *, rebuild: bool = False) -> AbstractContextManager[Writer]:
        """Open a writer. rebuild: fill a fresh index beside the old one and swap on commit."""

    def search(
        self, query: Query, *, limit: int = 10, offset: int = 0, facets: Sequence[str] = (), depth_only: bool = False
    ) -> EngineResults:
        """Answer a query.

        facets: of search.document.FACETS, CITED or MONTH; counts follow all filters but the facet's own,
        and that one as well where the text itself sets it (Query.fixed).
        depth_only: ranked documents carry their id alone (for long runs), excerpts are then not possible;
        with limit 0 and without facets, total alone is told.
        """

    def every(self, query: Query, *, most: int) -> tuple[EngineResults, Iterator[Document]]:
        """Return what a query finds, and the documents that total counts, each once, in order, at most so many.

        All are of one state of the index, whatever is written to it meanwhile. The iterator raises IndexUnavailable
        where a part of the index is lost before its end.
        """

    def get(self, key: str) -> Document | None:
        """Return one document by its key, None if there is none."""

    def documents(self) -> Iterator[Document]:
        """Yield every document, one at a time."""

    def versions(self) -> dict[str, str]:
        """Return id → fingerprint of every indexed document (what build.py compares with the archive)."""

    def vocabulary(self) -> Vocabulary:
        """Return what the index knows about its words."""

    def generation(self) -> int | None:
        """Return the number of the commit, None where commits have none."""

    def state(self) -> str:
        """Return what names the index as it is now: another after every change, "" where the engine cannot tell."""

    def count(self) -> int:
        """Return the number of documents."""

    def verify(self) -> Verification:
        """Compare all that lies on disk with its checksums. Raises SearchError where that is not ours to do."""

    def close(self) -> None: ...
