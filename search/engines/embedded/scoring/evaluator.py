"""The plan of a query, evaluated over whole arrays of documents instead of posting by posting.

Each kind of node gives (matches, scores) for one segment: a flag and a number for every document, scores 0 where
nothing matches. Scores can be had for chosen documents alone: they are the same, to the last bit, since each is
computed from the same numbers in the same order.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from search import ranking
from search.document import FACETS
from search.engines.embedded.scoring import phrases, speech
from search.engines.embedded.scoring.subset_view import SubsetView
from search.engines.embedded.scoring.text_terms import TEXT, TextTerm, fused, text_term, widest
from search.engines.embedded.scoring.weighted_threshold import DocumentSets, packed_bits, unpacked
from search.engines.embedded.snapshot import SegmentView, Snapshot
from search.engines.plan import nodes
from search.engines.plan.nodes import (
    ROUNDING,
    AndNot,
    AnyOf,
    Best,
    Between,
    Constant,
    Enough,
    InQuote,
    Lifted,
    Or,
    Passage,
    Plan,
    Recent,
    Require,
    Row,
    StandIn,
    Term,
    Together,
)

LEAST_HELD = 1e-9  # less than any rarity: of a query whose share is lost in rounding something must be held, still

View = SegmentView | SubsetView
T = TypeVar("T")


class Result(NamedTuple):
    matches: np.ndarray
    scores: np.ndarray


class Weighed(NamedTuple):
    """The children of an Or: terms of the text with weight times rarity, and the others."""

    weights: dict[TextTerm, float]
    others: list[Plan]


def _only(flags: np.ndarray, scores: np.ndarray) -> Result:
    """Return scores where flags are set, 0 elsewhere. (np.where takes seven times as long: it branches.)"""
    return Result(flags, scores * flags)


class Evaluator:
    """Evaluates the queries of one search over one commit."""

    def __init__(self, collection: Snapshot) -> None:
        self.collection = collection
        self._known: dict[int, tuple[Plan, Any]] = {}
        self._matching: dict[tuple[int, int], tuple[Plan, np.ndarray]] = {}

    def _once(self, node: Plan, value: Callable[[], T]) -> T:
        """Return what a node means over all segments: found out at the first, remembered for the others."""
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = node, value()  # with the node, so that no other one gets its id
        meant: T = known[1]
        return meant

    def evaluate(self, node: Plan, view: View) -> Result:
        """Return matches and scores of a query in a segment; deleted documents are not left out yet."""
        return _SCORED[type(node)](self, node, view)

    def matches(self, node: Plan, view: View) -> np.ndarray:
        """Return which documents match, without scoring: of a node found out once, and not to be written into."""
        if isinstance(view, SubsetView):
            return self.matches(node, view.whole).take(view.docs)
        if isinstance(node, Term):
            return self._holding(node, view)
        key = id(node), view.base
        known = self._matching.get(key)
        if known is None:
            known = self._matching[key] = node, _MATCHED[type(node)](self, node, view)
        return known[1]

    # Matches

    def _holding(self, node: Term, view: SegmentView) -> np.ndarray:
        if node.field not in FACETS:
            return phrases.holding(node, view)
        code = view.terms.code(node.field, node.text)
        flags: np.ndarray = view.segment.arrays[f"{node.field}.codes"] == code
        return flags if code else np.zeros(view.size, dtype=bool)

    def _everything(self, node: nodes.Everything, view: SegmentView) -> np.ndarray:
        return np.ones(view.size, dtype=bool)

    def _nothing(self, node: nodes.Nothing, view: SegmentView) -> np.ndarray:
        return np.zeros(view.size, dtype=bool)

    def _between(self, node: Between, view: SegmentView) -> np.ndarray:
        days = view.segment.arrays[node.field]
        flags: np.ndarray = (days >= node.first) & (days <= node.last)
        return flags

    def _beginning(self, node: nodes.Prefix, view: SegmentView) -> np.ndarray:
        flags = np.zeros(view.size, dtype=bool)
        for text in view.terms.starting_with(node.field, node.text):
            flags[view.terms.postings(node.field, text).docs] = True
        return flags

    def _any(self, node: Or, view: SegmentView) -> np.ndarray:
        weights, others = self.weighed(node)
        bits = packed_bits(np.zeros(view.size, dtype=bool))
        for term in widest(weights):
            bits |= view.presence(term)
        flags = unpacked(bits, view.size)
        for child in others:
            flags |= self.matches(child, view)
        return flags

    def _any_child(self, node: AnyOf | Best, view: SegmentView) -> np.ndarray:
        return self._any_of(node.children, view)

    def _any_of(self, plans: Sequence[Plan], view: SegmentView) -> np.ndarray:
        flags = np.zeros(view.size, dtype=bool)
        for node in plans:
            flags |= self.matches(node, view)
        return flags

    def _every_child(self, node: nodes.And, view: SegmentView) -> np.ndarray:
        flags = np.full(view.size, bool(node.children))
        for child in node.children:
            if not flags.any():
                break
            flags &= self.matches(child, view)
        return flags

    def _but(self, node: AndNot, view: SegmentView) -> np.ndarray:
        return self.matches(node.wanted, view) & ~self.matches(node.unwanted, view)

    def _both(self, node: Require, view: SegmentView) -> np.ndarray:
        if self._once(node, lambda: _is_implied(node.scored, node.required)):
            return self.matches(node.required, view)
        return self.matches(node.scored, view) & self.matches(node.required, view)

    def _wrapped(self, node: Constant | Lifted | Recent, view: SegmentView) -> np.ndarray:
        return self.matches(node.child, view)

    def _enough(self, node: Enough, view: SegmentView) -> np.ndarray:
        threshold = self._once(node, lambda: self._weighed(node))
        return threshold.documents([self._held(group, view) for group in node.groups], view.size)

    def _weighed(self, node: Enough) -> DocumentSets:
        weights = self._weights(node)
        return DocumentSets(weights, max(sum(weights) * node.share - ROUNDING, LEAST_HELD), self.collection.size)

    def _held(self, group: tuple[Plan, ...], view: SegmentView) -> np.ndarray:
        """Return which documents hold one of a group, one bit each."""
        first, *others = group
        if type(first) is Term and first.field in TEXT:
            bits = view.presence(text_term(first))
        else:
            bits = packed_bits(self.matches(first, view))
        for other in others:
            bits = bits | packed_bits(self.matches(other, view))
        return bits

    def _together(self, node: Together, view: SegmentView) -> np.ndarray:
        return phrases.documents_with_all(node, view)

    def _adjacent(self, node: nodes.Adjacent, view: SegmentView) -> np.ndarray:
        return phrases.documents_with(node.children, view)

    def _in_a_row(self, node: Row, view: SegmentView) -> np.ndarray:
        return phrases.documents_with_row(node, view)

    def _in_a_passage(self, node: Passage, view: SegmentView) -> np.ndarray:
        among = np.ones(view.size, dtype=bool)
        for rows in node.kinds:
            among &= self._any_of(rows, view)
        return phrases.documents_with_passage(node, view, among)

    def _in_a_quote(self, node: InQuote, view: SegmentView) -> np.ndarray:
        among = phrases.holding(node.begins, view)
        if node.child is not None:
            among = among & self.matches(node.child, view)
        return speech.documents_with_quote(node, view, among)

    def _said(self, node: StandIn, view: SegmentView) -> np.ndarray:
        flags = np.zeros(view.size, dtype=bool)
        for other, weight in node.others:
            if weight > 0:
                flags |= self.matches(other, view)
        return flags

    # Scores

    def _term(self, node: Term, view: View) -> Result:
        if node.field in TEXT:
            scores = np.zeros(view.size, dtype=np.float32)
            term = text_term(node)
            view.add_impacts(term, node.boost * self.collection.rarity(term), scores)
            return Result(self.matches(node, view), scores)
        if isinstance(view, SubsetView):
            flags, scores = self._term(node, view.whole)
            return Result(flags.take(view.docs), scores.take(view.docs))
        flags, scores = np.zeros(view.size, dtype=bool), np.zeros(view.size, dtype=np.float32)
        postings = view.terms.postings(node.field, node.text)
        docs = postings.docs
        flags[docs] = True
        if node.field in ranking.BY_NAME or node.field == ranking.WORDS:
            field = ranking.idf_field(node.field)
            found = sum(one.document_frequency(field, node.text) for one in self.collection.views)
            n = postings.counts.astype(np.float32)
            scores[docs] = (ranking.K1 + 1) * n / (n + ranking.K1) * ranking.idf(self.collection.size, found)
            scores *= np.float32(node.boost)
        else:
            scores[docs] = node.boost
        return Result(flags, scores)

    def _one(self, node: Plan, view: View) -> Result:
        flags = self.matches(node, view)
        return Result(flags, flags.astype(np.float32))

    def _or(self, node: Or, view: View) -> Result:
        scores = np.zeros(view.size, dtype=np.float32)
        flags = np.zeros(view.size, dtype=bool)
        weights, others = self.weighed(node)
        for child in others:
            result = self.evaluate(child, view)
            flags |= result.matches
            scores += result.scores
        for term, weight in weights.items():
            view.add_impacts(term, weight, scores)
        if weights:
            flags |= scores > 0
        return Result(flags, scores)

    def weighed(self, node: Or) -> Weighed:
        return self._once(node, lambda: self._weighed_terms(node))

    def _weighed_terms(self, node: Or) -> Weighed:
        weights, others = fused(node.children)
        return Weighed({term: weight * self.collection.rarity(term) for term, weight in weights.items()}, others)

    def _and(self, node: nodes.And, view: View) -> Result:
        flags, scores = np.full(view.size, bool(node.children)), np.zeros(view.size, dtype=np.float32)
        for child in node.children:
            result = self.evaluate(child, view)
            flags &= result.matches
            scores += result.scores
        return _only(flags, scores)

    def _and_not(self, node: AndNot, view: View) -> Result:
        flags, scores = self.evaluate(node.wanted, view)
        return _only(flags & ~self.matches(node.unwanted, view), scores)

    def _require(self, node: Require, view: View) -> Result:
        flags, scores = self.evaluate(node.scored, view)
        return _only(flags & self.matches(node.required, view), scores)

    def _constant(self, node: Constant, view: View) -> Result:
        flags = self.matches(node.child, view)
        return Result(flags, flags * np.float32(node.score))

    def _best(self, node: Best, view: View) -> Result:
        flags, scores = np.zeros(view.size, dtype=bool), np.zeros(view.size, dtype=np.float32)
        for child in node.children:
            result = self.evaluate(child, view)
            flags |= result.matches
            np.maximum(scores, result.scores, out=scores)
        return Result(flags, scores)

    def _weights(self, node: Enough) -> list[float]:
        """Return what each group of a query counts."""
        unheld = ranking.idf(self.collection.size, 0)
        weights = [self._rarity(first) for first, *_ in node.groups if isinstance(first, Term)]
        return ranking.rarities(
            [
                None if weight >= unheld and not self._match_anywhere(others) else weight
                for weight, (_, *others) in zip(weights, node.groups, strict=True)
            ]
        )

    def _match_anywhere(self, nodes: list[Plan]) -> bool:
        return any(_alive(self.matches(node, view), view).any() for node in nodes for view in self.collection.views)

    def _rarity(self, node: Term) -> float:
        if node.field in TEXT:
            return self.collection.rarity(text_term(node))
        field = ranking.idf_field(node.field)
        found = sum(view.document_frequency(field, node.text) for view in self.collection.views)
        return ranking.idf(self.collection.size, found)

    def _stand_in(self, node: StandIn, view: View) -> Result:
        rarity = self._once(node, lambda: ranking.idf(self.collection.size, self._meant(node))) * node.boost
        scores = np.zeros(view.size, dtype=np.float32)
        for other, weight in node.others:
            np.maximum(scores, self.matches(other, view) * np.float32(weight * rarity), out=scores)
        return Result(scores > 0, scores)

    def _meant(self, node: StandIn) -> int:
        """Return how many documents say what was typed, in these words or others."""
        found = 0
        for view in self.collection.views:
            flags = self.matches(node.typed, view)
            for other, _ in node.others:
                flags = flags | self.matches(other, view)
            found += int(np.count_nonzero(_alive(flags, view)))
        return found

    def _lifted(self, node: Lifted, view: View) -> Result:
        flags, scores = self.evaluate(node.child, view)
        return Result(flags, scores * self.factors(node, view))

    def _recent(self, node: Recent, view: View) -> Result:
        flags, scores = self.evaluate(node.child, view)
        return Result(flags, scores * self.factors(node, view))

    def factors(self, node: Lifted | Recent, view: View) -> np.ndarray:
        """Return what the score of each document is multiplied by."""
        if isinstance(node, Recent):
            return view.freshness(self.collection.newest, node.part, node.half_life_days)
        factors = np.ones(view.size, dtype=np.float32)
        for condition, part in node.parts:
            factors += self.matches(condition, view) * np.float32(part)
        return factors

    def _phrase(self, node: nodes.Adjacent, view: View) -> Result:
        """A phrase is scored as all its terms together."""
        scores = np.zeros(view.size, dtype=np.float32)
        for term in node.children:
            scores += self.evaluate(term, view).scores
        return _only(self.matches(node, view), scores)


def _is_implied(scored: Plan, held: Plan) -> bool:
    """Tell whether what holds enough of the words matches what they are scored by: each of them is scored by itself."""
    if isinstance(held, nodes.And):
        return any(_is_implied(scored, one) for one in held.children)
    if isinstance(held, AnyOf):  # enough of the words, or every word: who has every word, has what is scored
        return _is_implied(scored, held.children[0])
    if not isinstance(scored, Or) or not isinstance(held, Enough):
        return False
    terms = {child[:2] for child in scored.children if type(child) is Term}
    return all(type(node) is Term and node[:2] in terms for group in held.groups for node in group)


_MATCHED: dict[type, Callable[[Evaluator, Any, SegmentView], np.ndarray]] = {
    nodes.Everything: Evaluator._everything,
    nodes.Nothing: Evaluator._nothing,
    nodes.Prefix: Evaluator._beginning,
    nodes.Between: Evaluator._between,
    nodes.Or: Evaluator._any,
    nodes.And: Evaluator._every_child,
    nodes.AnyOf: Evaluator._any_child,
    nodes.Best: Evaluator._any_child,
    nodes.AndNot: Evaluator._but,
    nodes.Require: Evaluator._both,
    nodes.Constant: Evaluator._wrapped,
    nodes.Enough: Evaluator._enough,
    nodes.Adjacent: Evaluator._adjacent,
    nodes.Row: Evaluator._in_a_row,
    nodes.Passage: Evaluator._in_a_passage,
    nodes.InQuote: Evaluator._in_a_quote,
    nodes.Together: Evaluator._together,
    nodes.StandIn: Evaluator._said,
    nodes.Lifted: Evaluator._wrapped,
    nodes.Recent: Evaluator._wrapped,
}
_SCORED: dict[type, Callable[[Evaluator, Any, View], Result]] = {
    **dict.fromkeys(_MATCHED, Evaluator._one),
    nodes.Term: Evaluator._term,
    nodes.Or: Evaluator._or,
    nodes.And: Evaluator._and,
    nodes.Best: Evaluator._best,
    nodes.AndNot: Evaluator._and_not,
    nodes.Require: Evaluator._require,
    nodes.Constant: Evaluator._constant,
    nodes.Adjacent: Evaluator._phrase,
    nodes.StandIn: Evaluator._stand_in,
    nodes.Lifted: Evaluator._lifted,
    nodes.Recent: Evaluator._recent,
}


def _alive(flags: np.ndarray, view: SegmentView) -> np.ndarray:
    return flags if view.live is None else flags & view.live
