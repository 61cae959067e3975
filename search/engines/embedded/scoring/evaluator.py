"""Trees of Whoosh queries, evaluated over whole arrays of documents instead of posting by posting.

Each kind of node gives (matches, scores) for one segment: a flag and a number for every document, scores 0 where
nothing matches. What stands in no table here raises NotEvaluable, and Whoosh's matchers answer instead. Scores can be
had for chosen documents alone: they are the same, to the last bit, since each is computed from the same numbers in the
same order.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from whoosh import query
from whoosh.query import spans, terms

from search import ranking
from search.document import FACETS
from search.engines.embedded.scoring import phrases, speech
from search.engines.embedded.scoring.subset_view import SubsetView
from search.engines.embedded.scoring.text_terms import TEXT, TextTerm, fused, text_term, widest
from search.engines.embedded.scoring.weighted_threshold import DocumentSets, packed_bits, unpacked
from search.engines.embedded.snapshot import SegmentView, Snapshot
from search.engines.embedded.whoosh_nodes import (
    ROUNDING,
    AnyOf,
    Best,
    Between,
    Enough,
    InQuote,
    Lifted,
    Passage,
    Recent,
    Row,
    StandIn,
    Together,
    Unscored,
)

LEAST_HELD = 1e-9  # less than any rarity: of a query whose share is lost in rounding something must be held, still

View = SegmentView | SubsetView
T = TypeVar("T")


class NotEvaluable(Exception):
    """This kind of query, or this use of it, is not evaluated over arrays."""


class Result(NamedTuple):
    matches: np.ndarray
    scores: np.ndarray


class Weighed(NamedTuple):
    """The children of an Or: terms of the text with weight times rarity; those that find as much as all; the others."""

    weights: dict[TextTerm, float]
    widest: list[TextTerm]
    others: list[query.Query]


def _only(flags: np.ndarray, scores: np.ndarray) -> Result:
    """Return scores where flags are set, 0 elsewhere. (np.where takes seven times as long: it branches.)"""
    return Result(flags, scores * flags)


class Evaluator:
    """Evaluates the queries of one search over one commit."""

    def __init__(self, collection: Snapshot) -> None:
        self.collection = collection
        self._known: dict[int, tuple[query.Query, Any]] = {}
        self._matching: dict[tuple[int, int], tuple[query.Query, np.ndarray]] = {}

    def _once(self, node: query.Query, value: Callable[[], T]) -> T:
        """Return what a node means over all segments: found out at the first, remembered for the others."""
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = node, value()  # with the node, so that no other one gets its id
        meant: T = known[1]
        return meant

    def evaluate(self, node: query.Query, view: View) -> Result:
        """Return matches and scores of a query in a segment; deleted documents are not left out yet."""
        scored = _SCORED.get(type(node))
        if scored is not None:
            return scored(self, node, view)
        raise NotEvaluable(f"{type(node).__name__} is not scored over arrays: {node!r}")

    def matches(self, node: query.Query, view: View) -> np.ndarray:
        """Return which documents match, without scoring: of a node found out once, and not to be written into."""
        if isinstance(view, SubsetView):
            return self.matches(node, view.whole).take(view.docs)
        if isinstance(node, query.Term):
            return self._holding(node, view)
        key = id(node), view.base
        known = self._matching.get(key)
        if known is None:
            matched = _MATCHED.get(type(node))
            if matched is None:
                raise NotEvaluable(f"{type(node).__name__} is not evaluated over arrays: {node!r}")
            known = self._matching[key] = node, matched(self, node, view)
        return known[1]

    # Matches

    def _holding(self, node: query.Term, view: SegmentView) -> np.ndarray:
        if node.fieldname not in FACETS:
            return phrases.holding(node, view)
        code = view.terms.code(node.fieldname, node.text)
        flags: np.ndarray = view.segment.arrays[f"{node.fieldname}.codes"] == code
        return flags if code else np.zeros(view.size, dtype=bool)

    def _all(self, node: query.Every, view: SegmentView) -> np.ndarray:
        if node.fieldname not in (None, "*"):
            raise NotEvaluable(f"every document with a field is not evaluated over arrays: {node!r}")
        return np.ones(view.size, dtype=bool)

    def _none(self, node: query.Query, view: SegmentView) -> np.ndarray:
        return np.zeros(view.size, dtype=bool)

    def _between(self, node: Between, view: SegmentView) -> np.ndarray:
        days = view.segment.arrays[node.fieldname]
        flags: np.ndarray = (days >= node.first) & (days <= node.last)
        return flags

    def _beginning(self, node: terms.Prefix, view: SegmentView) -> np.ndarray:
        field = ranking.BY_NAME.get(node.fieldname)
        if field is None or field.pair or field.part == "head":
            raise NotEvaluable(f"this prefix is not evaluated over arrays: {node!r}")
        flags = np.zeros(view.size, dtype=bool)
        for text in view.terms.starting_with(node.fieldname, node.text):
            flags[view.terms.postings(node.fieldname, text).docs] = True
        return flags

    def _any(self, node: query.Or, view: SegmentView) -> np.ndarray:
        if node.scale or node.minmatch:
            raise NotEvaluable("Or with a scale is not evaluated over arrays")
        _, terms, others = self.weighed(node)
        bits = packed_bits(np.zeros(view.size, dtype=bool))
        for term in terms:
            bits |= view.presence(term)
        flags = unpacked(bits, view.size)
        for child in others:
            flags |= self.matches(child, view)
        return flags

    def _best_of(self, node: Best, view: SegmentView) -> np.ndarray:
        return self._any_of(node.subqueries, view)

    def _any_of(self, nodes: Sequence[query.Query], view: SegmentView) -> np.ndarray:
        flags = np.zeros(view.size, dtype=bool)
        for node in nodes:
            flags |= self.matches(node, view)
        return flags

    def _every(self, node: query.And, view: SegmentView) -> np.ndarray:
        children = _plain(node)
        flags = np.full(view.size, bool(children))
        for child in children:
            if not flags.any():
                break
            flags &= self.matches(child, view)
        return flags

    def _but(self, node: query.AndNot, view: SegmentView) -> np.ndarray:
        return self.matches(node.a, view) & ~self.matches(node.b, view)

    def _both(self, node: query.Require, view: SegmentView) -> np.ndarray:
        if self._once(node, lambda: _is_implied(node.a, node.b)):
            return self.matches(node.b, view)
        return self.matches(node.a, view) & self.matches(node.b, view)

    def _wanted(self, node: query.AndMaybe, view: SegmentView) -> np.ndarray:
        return self.matches(node.a, view)

    def _wrapped(self, node: query.wrappers.WrappingQuery, view: SegmentView) -> np.ndarray:
        return self.matches(node.child, view)

    def _enough(self, node: Enough, view: SegmentView) -> np.ndarray:
        holding = self._once(node, lambda: self._weighed(node))
        return holding.documents([self._held(group, view) for group in node.groups], view.size)

    def _weighed(self, node: Enough) -> DocumentSets:
        weights = self._weights(node)
        return DocumentSets(weights, max(sum(weights) * node.share - ROUNDING, LEAST_HELD), self.collection.size)

    def _held(self, group: tuple[query.Query, ...], view: SegmentView) -> np.ndarray:
        """Return which documents hold one of a group, one bit each."""
        first, *others = group
        if type(first) is query.Term and first.fieldname in TEXT:
            bits = view.presence(text_term(first))
        else:
            bits = packed_bits(self.matches(first, view))
        for other in others:
            bits = bits | packed_bits(self.matches(other, view))
        return bits

    def _together(self, node: Together, view: SegmentView) -> np.ndarray:
        return phrases.documents_with_all(node, view)

    def _adjacent(self, node: spans.SpanNear2, view: SegmentView) -> np.ndarray:
        return phrases.documents_with(_phrase_of(node), view)

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

    def _term(self, node: query.Term, view: View) -> Result:
        if node.fieldname in TEXT:
            scores = np.zeros(view.size, dtype=np.float32)
            term = text_term(node)
            view.add_impacts(term, node.boost * self.collection.rarity(term), scores)
            return Result(self.matches(node, view), scores)
        if isinstance(view, SubsetView):
            flags, scores = self._term(node, view.whole)
            return Result(flags.take(view.docs), scores.take(view.docs))
        flags, scores = np.zeros(view.size, dtype=bool), np.zeros(view.size, dtype=np.float32)
        postings = view.terms.postings(node.fieldname, node.text)
        docs = postings.docs
        flags[docs] = True
        if node.fieldname in ranking.BY_NAME or node.fieldname == ranking.WORDS:
            field = ranking.idf_field(node.fieldname)
            found = sum(one.document_frequency(field, node.text) for one in self.collection.views)
            n = postings.counts.astype(np.float32)
            scores[docs] = (ranking.K1 + 1) * n / (n + ranking.K1) * ranking.idf(self.collection.size, found)
            scores *= np.float32(node.boost)
        else:
            scores[docs] = node.boost
        return Result(flags, scores)

    def _alike(self, node: query.Every, view: View) -> Result:
        return Result(self.matches(node, view), np.full(view.size, node.boost, dtype=np.float32))

    def _one(self, node: query.Query, view: View) -> Result:
        flags = self.matches(node, view)
        return Result(flags, flags.astype(np.float32))

    def _or(self, node: query.Or, view: View) -> Result:
        if node.scale or node.minmatch:
            raise NotEvaluable("Or with a scale is not evaluated over arrays")
        scores = np.zeros(view.size, dtype=np.float32)
        flags = np.zeros(view.size, dtype=bool)
        weights, _, others = self.weighed(node)
        for child in others:
            result = self.evaluate(child, view)
            flags |= result.matches
            scores += result.scores
        for term, weight in weights.items():
            view.add_impacts(term, weight, scores)
        if weights:
            flags |= scores > 0
        return Result(flags, scores)

    def weighed(self, node: query.Or) -> Weighed:
        return self._once(node, lambda: self._weighed_terms(node))

    def _weighed_terms(self, node: query.Or) -> Weighed:
        weights, others = fused(_plain(node))
        known = {term: weight * self.collection.rarity(term) for term, weight in weights.items()}
        return Weighed(known, widest(known), others)

    def _and(self, node: query.And, view: View) -> Result:
        children = _plain(node)
        flags, scores = np.full(view.size, bool(children)), np.zeros(view.size, dtype=np.float32)
        for child in children:
            result = self.evaluate(child, view)
            flags &= result.matches
            scores += result.scores
        return _only(flags, scores)

    def _and_not(self, node: query.AndNot, view: View) -> Result:
        flags, scores = self.evaluate(node.a, view)
        return _only(flags & ~self.matches(node.b, view), scores)

    def _require(self, node: query.Require, view: View) -> Result:
        flags, scores = self.evaluate(node.a, view)
        return _only(flags & self.matches(node.b, view), scores)

    def _and_maybe(self, node: query.AndMaybe, view: View) -> Result:
        flags, scores = self.evaluate(node.a, view)
        return _only(flags, scores + self.evaluate(node.b, view).scores)

    def _constant(self, node: query.ConstantScoreQuery, view: View) -> Result:
        if not node.score and type(node) is not Unscored:
            raise NotEvaluable(f"a constant score of 0 means 1 to Whoosh: {node!r}")
        flags = self.matches(node.child, view)
        return Result(flags, flags * np.float32(node.score))

    def _best(self, node: Best, view: View) -> Result:
        flags, scores = np.zeros(view.size, dtype=bool), np.zeros(view.size, dtype=np.float32)
        for child in node.subqueries:
            result = self.evaluate(child, view)
            flags |= result.matches
            np.maximum(scores, result.scores, out=scores)
        return Result(flags, scores)

    def _weights(self, node: Enough) -> list[float]:
        """Return what each group of a query counts."""
        unheld = ranking.idf(self.collection.size, 0)
        weights = [self._rarity(first) for first, *_ in node.groups]
        return ranking.rarities(
            [
                None if weight >= unheld and not self._match_anywhere(others) else weight
                for weight, (_, *others) in zip(weights, node.groups, strict=True)
            ]
        )

    def _match_anywhere(self, nodes: list[query.Query]) -> bool:
        return any(_alive(self.matches(node, view), view).any() for node in nodes for view in self.collection.views)

    def _rarity(self, node: query.Query) -> float:
        if type(node) is not query.Term:
            raise NotEvaluable(f"only terms have a rarity: {node!r}")
        if node.fieldname in TEXT:
            return self.collection.rarity(text_term(node))
        field = ranking.idf_field(node.fieldname)
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

    def _row(self, node: spans.SpanNear2, view: View) -> Result:
        """A phrase is scored as all its terms together."""
        scores = np.zeros(view.size, dtype=np.float32)
        for term in _phrase_of(node):
            scores += self.evaluate(term, view).scores
        return _only(self.matches(node, view), scores)


def _plain(node: query.compound.CompoundQuery) -> list[query.Query]:
    """Return the children. Whoosh's matchers heed the boost of a compound only now and then; here it is refused."""
    if node.boost != 1.0:
        raise NotEvaluable(f"a boost on a whole {type(node).__name__} is not evaluated over arrays")
    return node.subqueries


def _is_implied(scored: query.Query, held: query.Query) -> bool:
    """Tell whether what holds enough of the words matches what they are scored by: each of them is scored by itself."""
    if isinstance(held, AnyOf):  # enough of the words, or every word: who has every word, has what is scored
        return _is_implied(scored, held.subqueries[0])
    if not isinstance(scored, query.Or) or not isinstance(held, Enough):
        return False
    terms = {(child.fieldname, child.text) for child in scored.subqueries if type(child) is query.Term}
    return all(
        type(node) is query.Term and (node.fieldname, node.text) in terms for group in held.groups for node in group
    )


def _phrase_of(node: spans.SpanNear2) -> list[query.Term]:
    wanted = [child for child in node.qs if type(child) is query.Term and _has_positions(child)]
    if not node.ordered or node.slop != 1 or node.mindist != 1 or len(wanted) != len(node.qs):
        raise NotEvaluable(f"only adjacent terms in order are evaluated over arrays: {node!r}")
    return wanted


def _has_positions(node: query.Term) -> bool:
    return node.fieldname in ranking.BY_NAME and ranking.BY_NAME[node.fieldname].positions


_MATCHED: dict[type, Callable[[Evaluator, Any, SegmentView], np.ndarray]] = {
    query.Every: Evaluator._all,
    type(query.NullQuery): Evaluator._none,
    Between: Evaluator._between,
    query.Prefix: Evaluator._beginning,
    query.Or: Evaluator._any,
    query.And: Evaluator._every,
    query.AndNot: Evaluator._but,
    query.Require: Evaluator._both,
    query.AndMaybe: Evaluator._wanted,
    query.ConstantScoreQuery: Evaluator._wrapped,
    Unscored: Evaluator._wrapped,
    Best: Evaluator._best_of,
    Enough: Evaluator._enough,
    Together: Evaluator._together,
    Lifted: Evaluator._wrapped,
    Recent: Evaluator._wrapped,
    StandIn: Evaluator._said,
    AnyOf: Evaluator._best_of,
    Row: Evaluator._in_a_row,
    Passage: Evaluator._in_a_passage,
    InQuote: Evaluator._in_a_quote,
    spans.SpanNear2: Evaluator._adjacent,
}
_SCORED: dict[type, Callable[[Evaluator, Any, View], Result]] = {
    query.Term: Evaluator._term,
    query.Every: Evaluator._alike,
    type(query.NullQuery): Evaluator._one,
    Between: Evaluator._one,
    Enough: Evaluator._one,
    Together: Evaluator._one,
    Row: Evaluator._one,
    Passage: Evaluator._one,
    InQuote: Evaluator._one,
    query.Or: Evaluator._or,
    query.And: Evaluator._and,
    query.AndNot: Evaluator._and_not,
    query.Require: Evaluator._require,
    query.AndMaybe: Evaluator._and_maybe,
    query.ConstantScoreQuery: Evaluator._constant,
    Unscored: Evaluator._constant,
    Best: Evaluator._best,
    Lifted: Evaluator._lifted,
    Recent: Evaluator._recent,
    StandIn: Evaluator._stand_in,
    spans.SpanNear2: Evaluator._row,
}


def _alive(flags: np.ndarray, view: SegmentView) -> np.ndarray:
    return flags if view.live is None else flags & view.live
