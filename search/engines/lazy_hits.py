"""The hits of a search in their order, each read from the index when it is first asked for."""

from collections.abc import Callable, Sequence
from typing import overload

from search.document import Document

Ranking = tuple[Document, float]


class LazyHits(Sequence[Ranking]):
    """(document, score) best first. Whoever needs the first ten does not pay for reading twenty.

    read: what reads each document, in order; scores: of each; name: the rank of a hit → the id of its document.
    """

    def __init__(
        self, read: Sequence[Callable[[], Document]], scores: Sequence[float], name: Callable[[int], str]
    ) -> None:
        self._read = read
        self._scores = scores
        self._name = name
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

    def ids(self, most: int) -> list[str]:
        """Return the ids of the first documents, which are not read for it."""
        return [self._name(number) for number in range(min(most, len(self)))]

    def scores(self, most: int) -> Sequence[float]:
        return self._scores[:most]

    def reordered(self, order: Sequence[int]) -> "LazyHits":
        """Return the hits in another order. order: their ranks; what it does not name follows as before."""
        ranks = [*order, *range(len(order), len(self))]
        read, scores = [self._read[rank] for rank in ranks], [self._scores[rank] for rank in ranks]
        return LazyHits(read, scores, lambda number: self._name(ranks[number]))

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, LazyHits) else other)

    __hash__ = None  # type: ignore[assignment]
