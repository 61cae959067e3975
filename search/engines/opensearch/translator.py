"""The plan of a query (search/engines/plan/nodes.py) → OpenSearch's query language.

Scores are those of the embedded engine. BM25 over text is the server's own; the head of a document is scored by
saturated counts times the rarity that the term has in the whole text, which is asked for beforehand (Statistics).
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, permutations, product
from math import prod
from typing import Any

from search import ranking
from search.engines.opensearch.mapping import DAY_NUMBER, feature, server_term
from search.engines.plan import nodes
from search.engines.plan.nodes import (
    QUOTE_ENDS,
    ROUNDING,
    SENTENCES,
    UNACCENTED_DOCUMENTS,
    AnyOf,
    Between,
    Enough,
    InQuote,
    Lifted,
    Passage,
    Plan,
    Recent,
    Row,
    StandIn,
    Term,
    Terms,
    nodes_of,
)
from search.text.analysis import PAIR_JOINT

Dsl = dict[str, Any]
Key = tuple[str, str]  # field, term

NOTHING: Dsl = {"match_none": {}}
EVERYTHING: Dsl = {"match_all": {}}
MOST_CLAUSES = 1000  # Lucene's limit is 1,024 for a whole query; beyond, the terms that weigh least are left out
LONGEST_QUOTE = 1_000_000  # positions; a quote ends where its own end stands
NO_TERM = "|"  # joins terms on their way to the server, and so is none there
MOST_IN_ANY_ORDER = 4  # things near one another; each order is a query of its own, and five have sixty
MOST_CONJUNCTIONS = 64  # ways to hold what a quote must; beyond, their first parts are asked for together


@dataclass(frozen=True, slots=True)
class Known:
    """What an index knows about a query. rarity: of `rare_terms`; absent: those of them that no document holds.

    counts: how many documents match each of `counted_queries` (their `name`). newest: day of the newest, as a number.
    """

    rarity: Mapping[Key, float] = field(default_factory=dict)
    absent: Collection[Key] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    documents: int = 0
    newest: int = 0


def rare_terms(tree: Plan) -> set[Key]:
    """Return the (field, term) whose rarity `translate` needs: what is scored in the head, what Enough weighs."""
    scored = {(ranking.idf_field(term.field), term.text) for term in _terms(tree) if _is_head(term.field)}
    return scored | {_weighed(group) for node in nodes_of(tree) if isinstance(node, Enough) for group in node.groups}


def counted_queries(tree: Plan, absent: Collection[Key]) -> list[Dsl]:
    """Return the queries whose matches `translate` needs the number of. absent: terms that no document holds."""
    meant = [_meant(node) for node in nodes_of(tree) if isinstance(node, StandIn)]
    groups = [group for node in nodes_of(tree) if isinstance(node, Enough) for group in node.groups]
    return meant + [_others(group) for group in groups if len(group) > 1 and _weighed(group) in absent]


def is_dated(tree: Plan) -> bool:
    """Tell whether `translate` needs the newest day of the index."""
    return any(isinstance(node, Recent) for node in nodes_of(tree))


def name(dsl: Dsl) -> str:
    """Return what a query is known by in Known.counts."""
    return json.dumps(dsl, sort_keys=True)


def translate(tree: Plan, known: Known, bm25_factor: float = 1.0) -> Dsl:
    """Return the query in OpenSearch's language.

    bm25_factor: what the server's BM25 must be multiplied by to hold the (k1 + 1) of the textbook.
    """
    required = sum(len(node.groups) for node in nodes_of(tree) if isinstance(node, Enough))
    boosts = sorted((term.boost for term in _terms(tree)), reverse=True)
    room = max(MOST_CLAUSES - required, 1)
    least = boosts[room] if len(boosts) > room else -1.0
    return _Translation(known, bm25_factor, least).node(tree)


def unscored(tree: Plan | None) -> Dsl:
    """Return a filter in OpenSearch's language; None lets everything pass."""
    return EVERYTHING if tree is None else translate(tree, Known())


class _Translation:
    def __init__(self, known: Known, bm25_factor: float, least: float) -> None:
        self.known, self.bm25_factor, self.least = known, bm25_factor, least

    def node(self, node: Plan) -> Dsl:
        return _HANDLERS[type(node)](self, node)

    def term(self, node: Term) -> Dsl:
        if _is_head(node.field):
            rarity = self.known.rarity[ranking.idf_field(node.field), node.text]
            return {
                "rank_feature": {
                    "field": f"{node.field}.{feature(node.text)}",
                    "saturation": {"pivot": ranking.K1},
                    "boost": node.boost * rarity * (ranking.K1 + 1),
                }
            }
        if node.field in ranking.BY_NAME:
            return {"term": {node.field: {"value": server_term(node.text), "boost": node.boost * self.bm25_factor}}}
        return {"constant_score": {"filter": {"term": {node.field: node.text}}, "boost": node.boost}}

    def everything(self, node: nodes.Everything) -> Dsl:
        return EVERYTHING

    def nothing(self, node: nodes.Nothing) -> Dsl:
        return NOTHING

    def between(self, node: Between) -> Dsl:
        return {"range": {node.field: {"gte": node.first, "lte": node.last}}}

    def prefix(self, node: nodes.Prefix) -> Dsl:
        return {"prefix": {node.field: {"value": server_term(node.text)}}}

    def any_of(self, node: nodes.Or) -> Dsl:
        kept = (child for child in node.children if type(child) is not Term or child.boost > self.least)
        return _bool(should=[one for one in map(self.node, kept) if one is not NOTHING])

    def all_of(self, node: nodes.And) -> Dsl:
        children = [self.node(child) for child in node.children]
        return NOTHING if NOTHING in children else _bool(must=children)

    def all_but(self, node: nodes.AndNot) -> Dsl:
        return _bool(must=[self.node(node.wanted)], must_not=[self.node(node.unwanted)])

    def require(self, node: nodes.Require) -> Dsl:
        return _bool(must=[self.node(node.scored)], filter=[self.node(node.required)])

    def constant(self, node: nodes.Constant) -> Dsl:
        return {"constant_score": {"filter": self.node(node.child), "boost": node.score}}

    def best_of(self, node: nodes.Best) -> Dsl:
        children = [one for one in map(self.node, node.children) if one is not NOTHING]
        return {"dis_max": {"queries": children}} if children else NOTHING

    def enough(self, node: Enough) -> Dsl:
        """Each group that is held scores its rarity; what scores less than the share is left out."""
        weights = ranking.rarities([self._weight(group) for group in node.groups])
        held = [
            {"constant_score": {"filter": _bool(should=list(map(self.node, group))), "boost": weight}}
            for group, weight in zip(node.groups, weights, strict=True)
        ]
        least = sum(weights) * node.share - ROUNDING
        return {"function_score": {"query": _bool(should=held), "min_score": least}}

    def _weight(self, group: Sequence[Plan]) -> float | None:
        key = _weighed(group)
        is_held = key not in self.known.absent or (len(group) > 1 and self.known.counts[name(_others(group))] > 0)
        return self.known.rarity[key] if is_held else None

    def stand_in(self, node: StandIn) -> Dsl:
        rarity = ranking.idf(self.known.documents, self.known.counts[name(_meant(node))]) * node.boost
        ways = [
            {"constant_score": {"filter": self.node(other), "boost": weight * rarity}} for other, weight in node.others
        ]
        return {"dis_max": {"queries": ways}}

    def lifted(self, node: Lifted) -> Dsl:
        parts = [{"filter": self.node(condition), "weight": part} for condition, part in node.parts]
        return _multiplied(self.node(node.child), parts)

    def recent(self, node: Recent) -> Dsl:
        if not self.known.newest:
            return self.node(node.child)
        fading = {"origin": self.known.newest, "scale": node.half_life_days, "decay": 0.5}
        known = {"exists": {"field": DAY_NUMBER}}
        return _multiplied(self.node(node.child), [{"filter": known, "exp": {DAY_NUMBER: fading}, "weight": node.part}])

    def adjacent(self, node: nodes.Adjacent) -> Dsl:
        """A phrase, scored as all its terms together."""
        return _bool(must=[self.term(term) for term in node.children], filter=[_span(node.children)])

    def any_condition(self, node: AnyOf) -> Dsl:
        return _bool(should=[one for one in map(self.node, node.children) if one is not NOTHING])

    def row(self, node: Row) -> Dsl:
        found = _within_sentence(node.terms)
        plain = node.unaccented
        if plain is None:
            return found
        unaccented = {"term": {UNACCENTED_DOCUMENTS.field: UNACCENTED_DOCUMENTS.text}}
        return _bool(should=[found, _bool(filter=[unaccented, _within_sentence(plain)])])

    def passage(self, node: Passage) -> Dsl:
        found = _passage([[row.terms for row in rows] for rows in node.kinds], node.width)
        plain = [[row.unaccented or row.terms for row in rows] for rows in node.kinds]
        unaccented = {"term": {UNACCENTED_DOCUMENTS.field: UNACCENTED_DOCUMENTS.text}}
        return _bool(should=[found, _bool(filter=[unaccented, _passage(plain, node.width)])])

    def in_quote(self, node: InQuote) -> Dsl:
        begins = node.begins
        if node.child is None:
            return {"term": {begins.field: server_term(begins.text)}}
        found = _in_quote(node.child, begins, False)
        plain = _in_quote(node.child, begins, True)
        if plain == found:
            return found
        unaccented = {"term": {UNACCENTED_DOCUMENTS.field: UNACCENTED_DOCUMENTS.text}}
        return _bool(should=[found, _bool(filter=[unaccented, plain])])

    def together(self, node: nodes.Together) -> Dsl:
        return _bool(should=_rows_of(node, node.phrases[0][0].field))


_HANDLERS: dict[type, Callable[[_Translation, Any], Dsl]] = {
    nodes.Term: _Translation.term,
    nodes.Everything: _Translation.everything,
    nodes.Nothing: _Translation.nothing,
    nodes.Prefix: _Translation.prefix,
    nodes.Between: _Translation.between,
    nodes.Or: _Translation.any_of,
    nodes.And: _Translation.all_of,
    nodes.AnyOf: _Translation.any_condition,
    nodes.Best: _Translation.best_of,
    nodes.AndNot: _Translation.all_but,
    nodes.Require: _Translation.require,
    nodes.Constant: _Translation.constant,
    nodes.Enough: _Translation.enough,
    nodes.Adjacent: _Translation.adjacent,
    nodes.Row: _Translation.row,
    nodes.Passage: _Translation.passage,
    nodes.InQuote: _Translation.in_quote,
    nodes.Together: _Translation.together,
    nodes.StandIn: _Translation.stand_in,
    nodes.Lifted: _Translation.lifted,
    nodes.Recent: _Translation.recent,
}


def _bool(**clauses: list[Dsl]) -> Dsl:
    """Return a compound of its clauses; should: at least one of them."""
    given = {kind: some for kind, some in clauses.items() if some}
    if not given:
        return NOTHING
    if len(given.get("should", ())) == 1 and len(given) == 1:
        return given["should"][0]
    return {"bool": given | ({"minimum_should_match": 1} if "should" in given else {})}


def _multiplied(child: Dsl, parts: Iterable[Dsl]) -> Dsl:
    """Return child with its score times 1 + the sum of the parts that hold."""
    functions = [{"weight": 1.0}, *parts]
    return {"function_score": {"query": child, "functions": functions, "score_mode": "sum", "boost_mode": "multiply"}}


def _span(phrase: Terms) -> Dsl:
    """Return where terms stand one after the other. They may be of fields whose positions agree."""
    first = phrase[0].field
    clauses = [_masked({"span_term": {t.field: server_term(t.text)}}, t.field, first) for t in phrase]
    if len(clauses) == 1:
        return clauses[0]
    return {"span_near": {"clauses": clauses, "slop": 0, "in_order": True}}


def _within_sentence(row: Terms) -> Dsl:
    """Return where terms stand one after the other, and no sentence begins after the first of them."""
    first = row[0].field
    if len(row) == 1:
        return {"term": {first: server_term(row[0].text)}}
    if len(row) == 2 and first == row[1].field and f"{first}2" in ranking.BY_NAME:
        return {"term": {f"{first}2": server_term(PAIR_JOINT.join(term.text for term in row))}}
    return _row_span(row)


def _passage(kinds: Sequence[Sequence[Terms]], width: int) -> Dsl:
    """Return where a row of each kind stands within `width` positions, in any order."""
    field = kinds[0][0][0].field
    clauses = []
    for rows in kinds:
        spans = [_masked(_row_span(row), row[0].field, field) for row in rows]
        clauses.append(spans[0] if len(spans) == 1 else {"span_or": {"clauses": spans}})
    return _near(clauses, width - sum(len(rows[0]) for rows in kinds))


def _in_quote(child: Plan, begins: Term, plain: bool) -> Dsl:
    """Return where child stands within what is said. plain: as in documents without diacritics.

    Each conjunction is asked for by itself: span_within looks at its spans once, from the first to the last, and one
    that reaches beyond a quote hides the shorter ones after it that another conjunction finds.
    """
    end = {"span_term": {QUOTE_ENDS.field: server_term(QUOTE_ENDS.text)}}
    clauses = [{"span_term": {begins.field: server_term(begins.text)}}]
    clauses.append(_masked(end, QUOTE_ENDS.field, begins.field))
    quote = {"span_near": {"clauses": clauses, "slop": LONGEST_QUOTE, "in_order": True}}
    spans = [span for parts in _conjunctions(child) for span in _spans_of_all(parts, begins.field, plain)]
    return _bool(should=[{"span_within": {"little": span, "big": quote}} for span in spans])


def _spans_of_all(parts: Sequence[Any], wanted: str, plain: bool) -> list[Dsl]:
    """Return where all parts stand: a span for each choice among the orders in which what is near may follow."""
    orders = [
        _rows_of(part, wanted) if isinstance(part, nodes.Together) else [_span_of(part, wanted, plain)]
        for part in parts
    ]
    if prod(map(len, orders)) > MOST_CONJUNCTIONS:
        orders = [[_span_of(part, wanted, plain)] for part in parts]
    return [chosen[0] if len(chosen) == 1 else _near(chosen, LONGEST_QUOTE) for chosen in product(*orders)]


def _conjunctions(node: Any) -> list[tuple[Any, ...]]:
    """Return the ways to hold what a node asks for, each as parts that all have to be held (disjunctive form)."""
    if isinstance(node, AnyOf):
        return [way for child in node.children for way in _conjunctions(child)]
    if not isinstance(node, nodes.And):
        return [(node,)]
    ways = [_conjunctions(child) for child in node.children]
    if prod(map(len, ways)) > MOST_CONJUNCTIONS:
        return [node.children]
    return [tuple(part for way in chosen for part in way) for chosen in product(*ways)]


def _rows_of(node: nodes.Together, wanted: str) -> list[Dsl]:
    """Return where all phrases stand, as spans: two near one another, then another near these, in every order.

    Beyond MOST_IN_ANY_ORDER the gaps are counted together, which lets in rows with one longer gap.
    """
    phrases = [_masked(_span(phrase), phrase[0].field, wanted) for phrase in node.phrases]
    if len(phrases) == 1:
        return phrases
    if len(phrases) > MOST_IN_ANY_ORDER:
        return [_near(phrases, node.distance * (len(phrases) - 1))]
    rows = []
    for pair in combinations(range(len(phrases)), 2):
        others = [number for number in range(len(phrases)) if number not in pair]
        for order in permutations(others):
            row = _near([phrases[number] for number in pair], node.distance)
            for number in order:
                row = _near([row, phrases[number]], node.distance)
            rows.append(row)
    return rows


def _span_of(node: Any, wanted: str, plain: bool) -> Dsl:
    """Return where what InQuote asks for stands, as a span of a field."""
    if isinstance(node, nodes.And | AnyOf):
        found = [_span_of(child, wanted, plain) for child in node.children]
        if len(found) == 1:
            return found[0]
        return _near(found, LONGEST_QUOTE) if isinstance(node, nodes.And) else {"span_or": {"clauses": found}}
    if isinstance(node, nodes.Together):
        rows = _rows_of(node, wanted)
        return rows[0] if len(rows) == 1 else {"span_or": {"clauses": rows}}
    if isinstance(node, Row):
        row = (node.unaccented or node.terms) if plain else node.terms
        return _masked(_row_span(row), row[0].field, wanted)
    if isinstance(node, nodes.Prefix):
        beginning = {"prefix": {node.field: {"value": server_term(node.text)}}}
        return _masked({"span_multi": {"match": beginning}}, node.field, wanted)
    if isinstance(node, nodes.Nothing):
        return {"span_term": {wanted: NO_TERM}}
    phrase = node.children if isinstance(node, nodes.Adjacent) else (node,)
    return _masked(_span(phrase), phrase[0].field, wanted)


def _row_span(row: Terms) -> Dsl:
    """Return where terms stand one after the other within a sentence, as a span."""
    first = row[0].field
    if len(row) == 1:
        return {"span_term": {first: server_term(row[0].text)}}
    rest = [
        {"span_not": {"include": {"span_term": {t.field: server_term(t.text)}}, "exclude": _border(t.field)}}
        for t in row[1:]
    ]
    clauses = [{"span_term": {first: server_term(row[0].text)}}]
    clauses += [_masked(span, term.field, first) for span, term in zip(rest, row[1:], strict=True)]
    return {"span_near": {"clauses": clauses, "slop": 0, "in_order": True}}


def _border(fieldname: str) -> Dsl:
    return {"span_term": {fieldname: SENTENCES.text}}


def _near(clauses: Sequence[Dsl], distance: int) -> Dsl:
    return {"span_near": {"clauses": list(clauses), "slop": distance, "in_order": False}}


def _meant(node: StandIn) -> Dsl:
    """Return what matches any of the ways to say something."""
    return _bool(should=[unscored(way) for way in (node.typed, *(other for other, _ in node.others))])


def _others(group: Sequence[Plan]) -> Dsl:
    """Return what matches any of the queries that stand for the first of a group."""
    return _bool(should=[unscored(other) for other in group[1:]])


def _weighed(group: Sequence[Any]) -> Key:
    """Return field and text of the term that gives a group of Enough its weight."""
    return ranking.idf_field(group[0].field), group[0].text


def _masked(span: Dsl, owner: str, wanted: str) -> Dsl:
    """Return a span as one of the field that its neighbours are of."""
    return span if owner == wanted else {"field_masking_span": {"query": span, "field": wanted}}


def _terms(tree: Plan) -> Iterator[Term]:
    """Yield the terms that are scored."""
    if type(tree) is Term:
        yield tree
    elif not isinstance(tree, Enough):
        for child in tree.children:
            yield from _terms(child)


def _is_head(name: str) -> bool:
    described = ranking.BY_NAME.get(name)
    return described is not None and described.part == "head"
