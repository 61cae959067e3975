"""MaxScore: the k best documents of a query, without scoring all that match.

Rare terms and pairs are scored for every match; of each common term the upper bound is added. Documents whose upper
bound is below the k-th score so far are dropped. Then the scores of common terms replace their bounds, the
greatest bound first, each for the documents that are left. These are scored by the evaluator at the end, so that scores
and order are those of exhaustive scoring; the bounds only decide what is dropped.
"""

from functools import cached_property

import numpy as np

from search.engines.embedded.scoring.evaluator import Evaluator
from search.engines.embedded.scoring.subset_view import SubsetView
from search.engines.embedded.scoring.text_terms import TextTerm
from search.engines.embedded.snapshot import SegmentView
from search.engines.plan.nodes import Best, Lifted, Or, Plan, Recent, Require

FEW = 64  # documents that are scored at once rather than asked about term by term
MANY = 2048  # documents left, from which on it pays to score some promising ones to learn what the best reach
WHOLE, WHOLE_BY_BYTE = 8, 2  # of a segment's documents one in so many left: scoring all is as quick
WORTH = 1 << 18  # terms times documents: below, to score all takes less than to tell which
SLACK = 1e-5  # sums in single precision, in another order than scores

Leader = tuple[int, int, float]  # (ordinal of the segment, number in it, score)


class TopDocuments:
    """The first `count` documents by score, segment after segment; equal ones in the order of the index."""

    def __init__(self, evaluator: Evaluator, tree: Plan, count: int) -> None:
        self._evaluator, self._tree, self._count = evaluator, tree, count
        self._lifts: list[Lifted | Recent] = []
        while isinstance(tree, Lifted | Recent):
            self._lifts.append(tree)
            tree = tree.child
        self._child = tree
        self._scores = np.zeros(0, dtype=np.float32)
        self._owners, self._numbers = np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)

    def best(self) -> list[Leader]:
        return list(zip(self._owners.tolist(), self._numbers.tolist(), self._scores.tolist(), strict=True))

    def add(self, ordinal: int, view: SegmentView, docs: np.ndarray) -> None:
        """Enter a segment by its ordinal in the index. docs: those of its matches that may be shown, ascending."""
        is_comparable = self._count > 0 and (self._floor() or view.by_byte)  # else all is at hand, and nothing to beat
        if is_comparable and view.size * len(self._bounded[0]) >= WORTH:
            docs = self._promising(view, docs)
        scores = self._scored(view, docs)
        first = smallest(-scores, self._count)
        scores = np.concatenate((self._scores, scores[first]))
        numbers = np.concatenate((self._numbers, docs[first]))
        owners = np.concatenate((self._owners, np.full(len(first), ordinal)))
        order = np.lexsort((numbers, owners, -scores))[: self._count]
        self._scores, self._owners, self._numbers = scores[order], owners[order], numbers[order]

    @cached_property
    def _bounded(self) -> tuple[dict[TextTerm, float], list[Plan]]:
        """What `_parts` gives for the tree; the only segment of a small index asks for none of it."""
        return self._parts(self._child)

    def _floor(self) -> np.float32:
        """Return the score that must be reached so far."""
        return self._scores[-1] if len(self._scores) == self._count else np.float32(0)

    def _scored(self, view: SegmentView, docs: np.ndarray) -> np.ndarray:
        if len(docs) * (WHOLE_BY_BYTE if view.by_byte else WHOLE) > view.size:
            return self._evaluator.evaluate(self._tree, view).scores.take(docs)
        return self._evaluator.evaluate(self._tree, SubsetView(view, docs)).scores

    def _parts(self, node: Plan) -> tuple[dict[TextTerm, float], list[Plan]]:
        """Return terms with weights, and other nodes: what a node scores is at most the sum of all of them."""
        match node:
            case Require():
                return self._parts(node.scored)
            case Or():
                weights, others = self._evaluator.weighed(node)
                found, left = [weights], []
                for other in others:
                    terms, rest = self._parts(other)
                    found.append(terms)
                    left += rest
                return {term: sum(one.get(term, 0.0) for one in found) for one in found for term in one}, left
            case Best():  # no sum is less than the greatest of its parts
                parts = [self._parts(child) for child in node.children]
                found = [terms for terms, _ in parts]
                most = {term: max(one.get(term, 0.0) for one in found) for one in found for term in one}
                return most, [other for _, others in parts for other in others]
        return {}, [node]

    def _promising(self, view: SegmentView, docs: np.ndarray) -> np.ndarray:
        """Return documents among which are all that may come among the first."""
        if len(docs) <= max(FEW, self._count):
            return docs
        common, known = [], np.zeros(view.size, dtype=np.float32)
        for term, weight in self._bounded[0].items():
            impact = view.impact_at_hand(term)
            if impact is None or impact.is_dense:
                most = view.most(term) if impact is None else impact.most
                common.append((weight * most, weight, term))
            else:
                impact.add_to(known, weight)
        for node in self._bounded[1]:
            known += self._evaluator.evaluate(node, view).scores
        factors = np.ones(len(docs), dtype=np.float32)
        for lift in self._lifts:
            factors *= self._evaluator.factors(lift, view).take(docs)
        known = known.take(docs)
        left = sum(most for most, _, _ in common)
        floor = self._floor()
        asked = len(docs) // 2 if floor else len(docs) + 1
        common.sort(reverse=True)
        while True:
            if len(docs) > MANY and len(docs) < asked:
                asked = len(docs) // 2
                floor = max(floor, self._reached(view, docs, known * factors))
            kept = np.flatnonzero((known + np.float32(left)) * factors >= floor * np.float32(1 - SLACK))
            if len(kept) < len(docs):
                docs, known, factors = docs[kept], known[kept], factors[kept]
            if not common or len(docs) <= max(FEW, self._count):
                return docs
            most, weight, term = common.pop(0)
            known += view.impacts_at(term, docs) * np.float32(weight)
            left -= most

    def _reached(self, view: SegmentView, docs: np.ndarray, known: np.ndarray) -> np.float32:
        """Return what the last of the first reaches at least: as many documents score that."""
        if len(docs) < self._count:
            return np.float32(0)
        likely = np.sort(smallest(-known, self._count))
        lowest: np.float32 = self._scored(view, docs[likely]).min()
        return lowest


def smallest(keys: np.ndarray, count: int) -> np.ndarray:
    """Return where the `count` smallest keys stand, of equal ones the first."""
    if len(keys) <= count:
        return np.arange(len(keys))
    limit = np.partition(keys, count - 1)[count - 1] if count else keys.min()
    below = np.flatnonzero(keys < limit)
    return np.concatenate((below, np.flatnonzero(keys == limit)[: count - len(below)]))
