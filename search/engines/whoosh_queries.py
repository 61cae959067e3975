"""Query (search/query.py) → tree of Whoosh queries. Stock Whoosh and the array evaluator both answer it."""

from collections import Counter
from collections.abc import Iterable

from whoosh import matching, query
from whoosh.query import spans

from search import analysis, ranking
from search.engines.whoosh_schema import FIRST_DAY, LAST_DAY, day_range
from search.query import And, Filters, Node, Not, Or, Phrase, Words


class AtLeast(query.compound.CompoundQuery):
    """Matches documents that match at least `minimum` of the subqueries (in Whoosh's Or "not yet implemented")."""

    JOINT = " OR "

    def __init__(self, subqueries: list[query.Query], minimum: int) -> None:
        super().__init__(subqueries)
        self.minimum = minimum

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) and self.minimum == getattr(other, "minimum", None)

    def __hash__(self) -> int:
        return super().__hash__() ^ self.minimum

    def matcher(self, searcher: object, context: object = None) -> matching.Matcher:
        counts: Counter[int] = Counter()
        for subquery in self.subqueries:
            counts.update(subquery.matcher(searcher, context).all_ids())
        ids = sorted(number for number, count in counts.items() if count >= self.minimum)
        return matching.ListMatcher(ids, [1.0] * len(ids)) if ids else matching.NullMatcher()


def compile_node(node: Node | None) -> query.Query:
    """Return the Whoosh query for a node; a node without any syllable matches nothing, None matches everything."""
    match node:
        case None:
            return query.Every()
        case Words(text):
            return _words(text)
        case Phrase(text, field):
            return _phrase(text, field)
        case Not(child):
            return query.And([query.ConstantScoreQuery(query.Every(), 0.0), query.Not(compile_node(child))])
        case And(children):
            wanted = [compile_node(child) for child in children if not isinstance(child, Not)]
            unwanted = [query.Not(compile_node(child.child)) for child in children if isinstance(child, Not)]
            return query.And((wanted or [query.ConstantScoreQuery(query.Every(), 0.0)]) + unwanted)
        case Or(children):
            return query.Or([compile_node(child) for child in children])
    raise TypeError(f"no such query node: {node!r}")


def _words(text: str) -> query.Query:
    parts = analysis.stream(text)
    if not parts.norms:
        return query.NullQuery
    distinct = sorted(set(parts.folds))
    enough = AtLeast([query.Term("folded", term) for term in distinct], ranking.syllables_needed(len(distinct)))
    return query.Require(query.Or(list(_scoring_terms(parts))), enough)


def _scoring_terms(parts: analysis.Stream) -> Iterable[query.Query]:
    accented = analysis.is_accented(parts)
    for field in ranking.FIELDS:
        if not field.folded and not accented:
            continue
        plain = parts.folds if field.folded else parts.norms
        terms = analysis.bigrams(plain) if field.bigram else plain + [whole[field.folded] for whole in parts.wholes]
        for term, count in Counter(terms).items():
            yield query.Term(field.name, term, boost=field.weight * count)


def _phrase(text: str, field: str) -> query.Query:
    """Accented syllables must stand there as typed; those typed without diacritics match any form."""
    parts = analysis.stream(text)
    if not parts.norms:
        return query.NullQuery
    prefix = "title_" if field == "title" else ""
    terms = [
        query.Term(prefix + ("folded" if norm == folded else "exact"), norm)
        for norm, folded in zip(parts.norms, parts.folds, strict=True)
    ]
    found = terms[0] if len(terms) == 1 else spans.SpanNear2(terms, slop=1, ordered=True)
    return query.Require(query.Or(list(_scoring_terms(parts))), found)


def compile_filters(filters: Filters, but: str = "") -> query.Query | None:
    """Return what all filters together make, without that of the facet `but`; None if none is left."""
    parts: list[query.Query] = []
    if filters.provinces and but not in ("province_then", "province_now"):
        parts.append(_any("province_then", filters.provinces) | _any("province_now", filters.provinces))
    for facet, values in (
        ("province_then", filters.provinces_then),
        ("province_now", filters.provinces_now),
        ("year", filters.years),
        ("kind", filters.kinds),
        ("source", filters.sources),
    ):
        if values and facet != but:
            parts.append(_any(facet, values))
    if filters.date_from or filters.date_to:
        first, last = day_range(filters.date_from)[0], day_range(filters.date_to)[1] or 99_999_999
        parts.append(query.NumericRange(FIRST_DAY, 1, last))
        parts.append(query.NumericRange(LAST_DAY, max(first, 1), 99_999_999))
    return query.And(parts) if parts else None


def _any(facet: str, values: Iterable[str | int]) -> query.Query:
    return query.Or([query.Term(facet, str(value)) for value in values])
