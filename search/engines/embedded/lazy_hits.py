"""The hits of a search in their order, each read from the index when it is first asked for."""

from collections.abc import Callable, Sequence
from typing import overload

from search.document import Document

Ranking = tuple[Document, float]


class LazyHits(Sequence[Ranking]):
    """(document, score) best first. Whoever needs the first ten does not pay for reading twenty.

    read: what reads each document, in order; scores: of each.
    """

    def __init__(self, read: Sequence[Callable[[], Document]], scores: Sequence[float]) -> None:
        self._read = read
        self._scores = scores
        self._known: dict[int, Ranking] = {}

    def __len__(self) -> int:
        return len(self._read)

    @overload
    def __getitem__(self, at: int) -> Ranking: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Ranking, ...]: ...
    def __getitem__(self, at: int | slice) -> Ranking | tuple[Ranking, ...]:
        if isinstance(at, slice):
            return tuple(self[number] for number in range(len(self))[at])
        number = range(len(self))[at]
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = (self._read[number](), self._scores[number])
        return known

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, LazyHits) else other)

    __hash__ = None  # type: ignore[assignment]
