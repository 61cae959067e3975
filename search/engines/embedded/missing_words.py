"""What partial matches lack, found out for those that are looked at: of two hundred hits, ten are shown."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from search.engines.embedded.format.segment_reader import NONE
from search.engines.embedded.scoring.evaluator import Evaluator
from search.engines.embedded.snapshot import SegmentView
from search.engines.plan.compiler import units_of
from search.engines.plan.nodes import Plan
from search.query.matching import missing, units_in
from search.query.nodes import Node, Unit, Words


class MissingWords(Mapping[str, tuple[str, ...]]):
    """The id of each partial match among some hits → the words that it lacks: () where they stand scattered.

    shown: (segment, number in it, score) of each hit. held: flags of the full matches, for each segment.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        root: Node | None,
        shown: Sequence[tuple[SegmentView, int, float]],
        held: Sequence[np.ndarray],
    ) -> None:
        self._evaluator, self._root = evaluator, root
        fulls = dict(zip(map(id, evaluator.collection.views), held, strict=True))
        self._numbers: dict[int, set[int]] = {}  # by segment
        for view, number, _ in shown:
            if not fulls[id(view)][number]:
                self._numbers.setdefault(id(view), set()).add(number)
        # by identity: to hash a unit with all that is in it takes as long as to look it up in the index
        self._conditions = {(id(words), id(unit)): condition for words, unit, condition in conditions(root)}

    def __getitem__(self, identifier: str) -> tuple[str, ...]:
        for view in self._evaluator.collection.views:
            numbers = self._numbers.get(id(view))
            if numbers and (number := view.segment.number_of(identifier)) != NONE and number in numbers:
                return missing(self._root, lambda words, unit: self._holds(words, unit, view, number))  # noqa: B023
        raise KeyError(identifier)

    def __iter__(self) -> Iterator[str]:
        for view in self._evaluator.collection.views:
            yield from map(view.segment.id_of, sorted(self._numbers.get(id(view), ())))

    def __len__(self) -> int:
        return sum(map(len, self._numbers.values()))

    def _holds(self, words: Words, unit: Unit, view: SegmentView, number: int) -> bool:
        return bool(self._evaluator.matches(self._conditions[id(words), id(unit)], view)[number])


def conditions(root: Node | None) -> Iterator[tuple[Words, Unit, Plan]]:
    """Yield the words that a full match holds, each with what matches the documents that hold it."""
    for words in {id(words): words for words, _ in units_in(root)}.values():
        of_unit = units_of(words)
        yield from ((words, unit, of_unit[unit]) for unit in words.units)
