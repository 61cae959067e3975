"""Trees of Whoosh queries, evaluated over whole arrays of documents instead of posting by posting.

Each kind of node gives (matches, scores) for one segment: a flag and a number for every document, scores 0 where
nothing matches. What stands in no table here raises NotEvaluable, and Whoosh's matchers answer instead.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np
from whoosh import query
from whoosh.query import spans, terms

from search import ranking
from search.analysis import PAIR_JOINT
from search.document import FACETS
from search.engines.collection import Collection, SegmentView, TextTerm
from search.engines.terms import folded_of
from search.engines.whoosh_queries import (
    ROUNDING,
    Best,
    Between,
    Enough,
    Lifted,
    Recent,
    StandIn,
    Together,
    Unscored,
    adjacent,
)

T = TypeVar("T")


class NotEvaluable(Exception):
    """This kind of query, or this use of it, is not evaluated over arrays."""


class Result(NamedTuple):
    matches: np.ndarray
    scores: np.ndarray


def _only(flags: np.ndarray, scores: np.ndarray) -> Result:
    """Return scores where flags are set, 0 elsewhere. (np.where takes seven times as long: it branches.)"""
    return Result(flags, scores * flags)


class Evaluator:
    """Evaluates the queries of one search over one commit."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self._known: dict[int, tuple[query.Query, Any]] = {}

    def _once(self, node: query.Query, value: Callable[[], T]) -> T:
        """Return what a node means over all segments: found out at the first, remembered for the others."""
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = node, value()  # with the node, so that no other one gets its id
        meant: T = known[1]
        return meant

    def evaluate(self, node: query.Query, view: SegmentView) -> Result:
        """Return matches and scores of a query in a segment; deleted documents are not left out yet."""
        handler = _HANDLERS.get(type(node))
        if handler is None:
            raise NotEvaluable(f"{type(node).__name__} is not evaluated over arrays: {node!r}")
        return handler(self, node, view)

    def matches(self, node: query.Query, view: SegmentView) -> np.ndarray:
        """Return which documents match, without scoring where that is cheaper."""
        if isinstance(node, query.Or):
            flags = np.zeros(view.size, dtype=bool)
            for child in _plain(node):
                flags |= self.matches(child, view)
            return flags
        if isinstance(node, query.And):
            children = _plain(node)
            flags = self.matches(children[0], view) if children else np.zeros(view.size, dtype=bool)
            for child in children[1:]:
                flags = flags & self.matches(child, view)
            return flags
        if isinstance(node, query.Require):
            return self.matches(node.a, view) & self.matches(node.b, view)
        if isinstance(node, query.Prefix):
            return self._beginning(node, view)
        if isinstance(node, spans.SpanNear2):
            return self._phrase_flags(_phrase_of(node), view)
        if isinstance(node, query.Term):
            flags = np.zeros(view.size, dtype=bool)
            if node.fieldname in _TEXT:
                view.impact(_as_scored(node)).mark_in(flags)
            elif node.fieldname in FACETS:
                code = view.terms.code(node.fieldname, node.text)
                return view.segment.arrays[f"{node.fieldname}.codes"] == code if code else flags
            else:
                flags[view.terms.postings(node.fieldname, node.text).docs] = True
            return flags
        return self.evaluate(node, view).matches

    # Leaves

    def _term(self, node: query.Term, view: SegmentView) -> Result:
        scores = np.zeros(view.size, dtype=np.float32)
        if node.fieldname in _TEXT:
            term = _text_term(node)
            impact = view.impact(term)
            impact.add_to(scores, node.boost * self.collection.rarity(term))
            flags = np.zeros(view.size, dtype=bool)
            impact.mark_in(flags)
            return Result(flags, scores)
        postings = view.terms.postings(node.fieldname, node.text)
        docs = postings.docs
        flags = np.zeros(view.size, dtype=bool)
        flags[docs] = True
        if node.fieldname in ranking.BY_NAME or node.fieldname == ranking.WORDS:
            field = ranking.idf_field(node.fieldname)
            found = sum(v.terms.document_frequency(field, node.text) for v in self.collection.views)
            n = postings.counts.astype(np.float32)
            scores[docs] = (ranking.K1 + 1) * n / (n + ranking.K1) * ranking.idf(self.collection.size, found)
            scores *= np.float32(node.boost)
        else:
            scores[docs] = node.boost
        return Result(flags, scores)

    def _every(self, node: query.Every, view: SegmentView) -> Result:
        if node.fieldname not in (None, "*"):
            raise NotEvaluable(f"every document with a field is not evaluated over arrays: {node!r}")
        return Result(np.ones(view.size, dtype=bool), np.full(view.size, node.boost, dtype=np.float32))

    def _nothing(self, node: query.Query, view: SegmentView) -> Result:
        return Result(np.zeros(view.size, dtype=bool), np.zeros(view.size, dtype=np.float32))

    def _between(self, node: Between, view: SegmentView) -> Result:
        days = view.segment.arrays[node.fieldname]
        flags = (days >= node.first) & (days <= node.last)
        return Result(flags, flags.astype(np.float32))

    def _beginning(self, node: terms.Prefix, view: SegmentView) -> np.ndarray:
        field = ranking.BY_NAME.get(node.fieldname)
        if field is None or field.pair or field.part == "head":
            raise NotEvaluable(f"this prefix is not evaluated over arrays: {node!r}")
        flags = np.zeros(view.size, dtype=bool)
        for text in view.terms.starting_with(node.fieldname, node.text):
            flags[view.terms.postings(node.fieldname, text).docs] = True
        return flags

    # Compounds

    def _or(self, node: query.Or, view: SegmentView) -> Result:
        if node.scale or node.minmatch:
            raise NotEvaluable("Or with a scale is not evaluated over arrays")
        scores = np.zeros(view.size, dtype=np.float32)
        flags = np.zeros(view.size, dtype=bool)
        boosts: dict[tuple[bool, bool, str], list[float]] = {}
        for child in _plain(node):
            if type(child) is query.Term and child.fieldname in _FUSED and child.boost > 0:
                folded, pair, head = _FUSED[child.fieldname]
                boosts.setdefault((folded, pair, child.text), [0.0, 0.0])[head] += child.boost
            else:
                result = self.evaluate(child, view)
                flags |= result.matches
                scores += result.scores
        for (folded, pair, text), (in_text, in_head) in boosts.items():
            if not in_text:
                result = self._term(query.Term(_HEAD_NAME[folded, pair], text, boost=in_head), view)
                scores += result.scores
                flags |= result.matches
                continue
            term = TextTerm(folded, pair, text, _ratio(in_text, in_head))
            view.impact(term).add_to(scores, in_text * self.collection.rarity(term))
        if boosts:
            flags |= scores > 0
        return Result(flags, scores)

    def _and(self, node: query.And, view: SegmentView) -> Result:
        children = _plain(node)
        if not children:
            return self._nothing(node, view)
        flags, scores = self.evaluate(children[0], view)
        for child in children[1:]:
            other = self.evaluate(child, view)
            flags, scores = flags & other.matches, scores + other.scores
        return _only(flags, scores)

    def _and_not(self, node: query.AndNot, view: SegmentView) -> Result:
        flags, scores = self.evaluate(node.a, view)
        return _only(flags & ~self.matches(node.b, view), scores)

    def _require(self, node: query.Require, view: SegmentView) -> Result:
        required = self.matches(node.b, view)
        flags, scores = self.evaluate(node.a, view)
        return _only(flags & required, scores)

    def _and_maybe(self, node: query.AndMaybe, view: SegmentView) -> Result:
        flags, scores = self.evaluate(node.a, view)
        return _only(flags, scores + self.evaluate(node.b, view).scores)

    def _constant(self, node: query.ConstantScoreQuery, view: SegmentView) -> Result:
        if not node.score and type(node) is not Unscored:
            raise NotEvaluable(f"a constant score of 0 means 1 to Whoosh: {node!r}")
        flags = self.matches(node.child, view)
        return Result(flags, flags * np.float32(node.score))

    def _best(self, node: Best, view: SegmentView) -> Result:
        flags, scores = self._nothing(node, view)
        for child in node.subqueries:
            result = self.evaluate(child, view)
            flags |= result.matches
            np.maximum(scores, result.scores, out=scores)
        return Result(flags, scores)

    def _enough(self, node: Enough, view: SegmentView) -> Result:
        held = np.zeros(view.size, dtype=np.float32)
        weights = self._once(node, lambda: self._weights(node))
        every = sum(weights)
        for weight, (first, *others) in zip(weights, node.groups, strict=True):
            if not others and type(first) is query.Term and first.fieldname in _TEXT:
                view.impact(_as_scored(first)).count_in(held, weight)
                continue
            flags = self.matches(first, view)
            for other in others:
                flags = flags | self.matches(other, view)
            held += flags * np.float32(weight)
        flags = (held >= every * node.share - ROUNDING) & (held > 0)
        return Result(flags, flags.astype(np.float32))

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
        return any(self.matches(node, view).any() for node in nodes for view in self.collection.views)

    def _rarity(self, node: query.Query) -> float:
        if type(node) is not query.Term:
            raise NotEvaluable(f"only terms have a rarity: {node!r}")
        if node.fieldname in _TEXT:
            return self.collection.rarity(_as_scored(node))
        field = ranking.idf_field(node.fieldname)
        found = sum(view.terms.document_frequency(field, node.text) for view in self.collection.views)
        return ranking.idf(self.collection.size, found)

    def _together(self, node: Together, view: SegmentView) -> Result:
        flags = np.zeros(view.size, dtype=bool)
        among = np.ones(view.size, dtype=bool)
        for phrase in node.phrases:
            among &= self.matches(adjacent(phrase), view)
        if among.any():
            found = [self.phrase_places(phrase, view, among) for phrase in node.phrases]
            owners = np.repeat(np.arange(len(found)), [len(places) for places in found])
            ends = np.concatenate([p + len(phrase) - 1 for p, phrase in zip(found, node.phrases, strict=True)])
            starts = np.concatenate(found)
            order = np.argsort(starts, kind="stable")
            starts, owners, ends = starts[order], owners[order], np.maximum.accumulate(ends[order])
            # Another document is more than any distance away: its number stands above the 32 bits of the position.
            rows = np.flatnonzero(np.concatenate(([True], starts[1:] - ends[:-1] - 1 > node.distance)))
            complete = np.ones(len(rows), dtype=bool)
            for number in range(len(found)):
                complete &= np.logical_or.reduceat(owners == number, rows)
            flags[starts[rows[complete]] >> 32] = True
        return Result(flags, flags.astype(np.float32))

    def _stand_in(self, node: StandIn, view: SegmentView) -> Result:
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
            found += int(np.count_nonzero(flags))
        return found

    def _lifted(self, node: Lifted, view: SegmentView) -> Result:
        flags, scores = self.evaluate(node.child, view)
        factors = np.ones(view.size, dtype=np.float32)
        for condition, part in node.parts:
            factors += self.matches(condition, view) * np.float32(part)
        return Result(flags, scores * factors)

    def _recent(self, node: Recent, view: SegmentView) -> Result:
        flags, scores = self.evaluate(node.child, view)
        return Result(flags, scores * view.freshness(self.collection.newest, node.part, node.half_life_days))

    def _adjacent(self, node: spans.SpanNear2, view: SegmentView) -> Result:
        """A phrase: each term one position after the one before. Scored as all its terms together."""
        wanted = _phrase_of(node)
        flags = self._phrase_flags(wanted, view)
        scores = np.zeros(view.size, dtype=np.float32)
        for term in wanted:
            scores += self.evaluate(term, view).scores
        return _only(flags, scores)

    def _phrase_flags(self, wanted: list[query.Term], view: SegmentView) -> np.ndarray:
        key = tuple((term.fieldname, term.text) for term in wanted)
        known = view.phrases.get(key)
        if known is None:
            pair = _pair_of(*wanted) if len(wanted) == 2 else None
            if pair is not None and wanted[0].fieldname == wanted[1].fieldname:
                return self._has(pair, view)  # nothing is left to be told by positions
            flags = np.zeros(view.size, dtype=bool)
            flags[self.phrase_places(wanted, view) >> 32] = True
            known = view.phrases.put(key, np.packbits(flags))
        return np.unpackbits(known, count=view.size).view(bool)

    def _has(self, term: TextTerm, view: SegmentView) -> np.ndarray:
        flags = np.zeros(view.size, dtype=bool)
        view.impact(term).mark_in(flags)
        return flags

    def phrase_places(
        self, wanted: Sequence[query.Term], view: SegmentView, among: np.ndarray | None = None
    ) -> np.ndarray:
        """Return where a phrase begins: document << 32 | position, ascending. among: documents to look into."""
        among = np.ones(view.size, dtype=bool) if among is None else among
        pairs = [_pair_of(one, other) for one, other in pairwise(wanted)]
        for place, term in enumerate(wanted):
            if not any(pairs[max(place - 1, 0) : place + 1]):  # a pair tells more than its parts
                among = among & self.matches(term, view)
        for pair in filter(None, pairs):
            among = among & self._has(pair, view)
        if not among.any():
            return np.zeros(0, dtype=np.int64)
        sizes = [view.terms.document_frequency(term.fieldname, term.text) for term in wanted]
        found: np.ndarray | None = None
        for number in np.argsort(sizes, kind="stable").tolist():
            term = wanted[number]
            places = view.terms.places(term.fieldname, term.text, among) - number
            if found is None:
                found = places
            else:
                slots = places.searchsorted(found)
                slots[slots == len(places)] = 0
                found = found[places[slots] == found] if len(places) else found[:0]
        return np.zeros(0, dtype=np.int64) if found is None else found


def _plain(node: query.compound.CompoundQuery) -> list[query.Query]:
    """Return the children. Whoosh's matchers heed the boost of a compound only now and then; here it is refused."""
    if node.boost != 1.0:
        raise NotEvaluable(f"a boost on a whole {type(node).__name__} is not evaluated over arrays")
    return node.subqueries


# Fields that are views on the stream "text" and its head: (folded, pair, is the head).
_FUSED = {
    field.name: (field.folded, field.pair, int(field.part == "head"))
    for field in ranking.FIELDS
    if field.part in ("text", "head")
}
_HEAD_NAME = {(folded, pair): name for name, (folded, pair, head) in _FUSED.items() if head}
_TEXT = {name: (folded, pair) for name, (folded, pair, head) in _FUSED.items() if not head}


def _text_term(node: query.Term) -> TextTerm:
    return TextTerm(*_TEXT[node.fieldname], node.text)


def _as_scored(node: query.Term) -> TextTerm:
    """Return the term as free words score it: where only its presence is asked for, that impact is the one at hand."""
    return TextTerm(*_TEXT[node.fieldname], node.text, _ratio(1.0, ranking.H))


def _ratio(in_text: float, in_head: float) -> float:
    return round(in_head / in_text, 6)  # so that equal shares are equal numbers


def _phrase_of(node: spans.SpanNear2) -> list[query.Term]:
    wanted = [child for child in node.qs if type(child) is query.Term and _has_positions(child)]
    if not node.ordered or node.slop != 1 or node.mindist != 1 or len(wanted) != len(node.qs):
        raise NotEvaluable(f"only adjacent terms in order are evaluated over arrays: {node!r}")
    return wanted


def _pair_of(one: query.Term, other: query.Term) -> TextTerm | None:
    """Return the pair that two neighbours of a phrase make, as far as documents without it cannot have the phrase."""
    if not {one.fieldname, other.fieldname} <= _TEXT.keys() or "/" in one.text + other.text:
        return None
    if one.fieldname == other.fieldname:
        folded = _TEXT[one.fieldname][0]
        return TextTerm(folded, True, one.text + PAIR_JOINT + other.text, _ratio(1.0, ranking.H))
    texts = [term.text if _TEXT[term.fieldname][0] else folded_of(term.text) for term in (one, other)]
    return TextTerm(True, True, PAIR_JOINT.join(texts), _ratio(1.0, ranking.H))


def _has_positions(node: query.Term) -> bool:
    return node.fieldname in ranking.BY_NAME and ranking.BY_NAME[node.fieldname].positions


_HANDLERS: dict[type, Callable[[Evaluator, Any, SegmentView], Result]] = {
    query.Term: Evaluator._term,
    query.Every: Evaluator._every,
    type(query.NullQuery): Evaluator._nothing,
    Between: Evaluator._between,
    query.Or: Evaluator._or,
    query.And: Evaluator._and,
    query.AndNot: Evaluator._and_not,
    query.Require: Evaluator._require,
    query.AndMaybe: Evaluator._and_maybe,
    query.ConstantScoreQuery: Evaluator._constant,
    Unscored: Evaluator._constant,
    Best: Evaluator._best,
    Enough: Evaluator._enough,
    Together: Evaluator._together,
    Lifted: Evaluator._lifted,
    Recent: Evaluator._recent,
    StandIn: Evaluator._stand_in,
    spans.SpanNear2: Evaluator._adjacent,
}
