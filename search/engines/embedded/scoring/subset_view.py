"""Some documents of a segment, for a query to be evaluated over them alone."""

import numpy as np

from search.engines.embedded.scoring.text_terms import TextTerm
from search.engines.embedded.snapshot import SegmentView


class SubsetView:
    """What scoring asks of a segment, for chosen documents of it: every array has their number and order.

    docs: numbers in the segment, ascending, dtype intp.
    """

    def __init__(self, whole: SegmentView, docs: np.ndarray) -> None:
        self.whole, self.docs, self.size = whole, docs, len(docs)

    def add_impacts(self, term: TextTerm, weight: float, scores: np.ndarray) -> None:
        scores += self.whole.impacts_at(term, self.docs) * np.float32(weight)

    def freshness(self, newest: int, part: float, half_life_days: float) -> np.ndarray:
        return self.whole.freshness(newest, part, half_life_days).take(self.docs)
