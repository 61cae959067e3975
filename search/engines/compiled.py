"""Query (search/query.py) → tree of Whoosh queries, answered by stock Whoosh and by the array evaluator alike."""

from collections.abc import Iterable, Sequence

from whoosh import query

from search import analysis, ranking
from search.document import FACETS
from search.engines.exact import wanted_values
from search.engines.whoosh_queries import Best, Between, Enough, Lifted, Recent, StandIn, Together, Unscored, adjacent
from search.engines.whoosh_schema import FIRST_DAY, LAST_DAY, day_range
from search.orthography import forms
from search.query import Alternative, And, Filters, Hint, Near, Node, Not, Or, Phrase, Prefix, Query, Where, Words

UNSCORED = Unscored(query.Every())
YEARS = range(2000, 2036)  # in which a season of the year is looked for; what is older is not on the web
LAST_OF_DAYS = 99_999_999


def compile_query(wanted: Query) -> query.Query:
    """Return the tree for what is wanted, its filters left aside (compile_filters)."""
    tree = compile_node(wanted.root, wanted.hints)
    if wanted.root is None or wanted.sort != "relevance":
        return tree
    parts = [(_condition(hint), ranking.HINTS[hint.field]) for hint in wanted.hints if hint.field in ranking.HINTS]
    if parts:
        tree = Lifted(tree, parts)
    dated = wanted.filters.years or wanted.filters.date_from or wanted.filters.date_to
    if dated or any(hint.field in ("year", "date", "term") for hint in wanted.hints):
        return tree
    return Recent(tree, FIRST_DAY, ranking.RECENCY, ranking.RECENCY_HALF_LIFE_DAYS)


def compile_node(node: Node | None, hints: Sequence[Hint] = ()) -> query.Query:
    """Return the Whoosh query for a node; a node without any syllable matches nothing, None matches everything.

    hints: what was recognised in its words; a document that fits need not hold the words themselves.
    """
    match node:
        case None:
            return query.Every()
        case Words():
            return _words(node, hints)
        case Phrase():
            return _phrase(analysis.stream(node.text), node.field)
        case Prefix():
            norm, folded = forms(node.stem)
            return query.ConstantScoreQuery(query.Prefix(_field(node.field, norm == folded), norm), 1.0)
        case Near():
            return _near(node)
        case Where():
            return Unscored(compile_filters(node.filters) or query.Every())
        case Not():
            return query.AndNot(UNSCORED, compile_node(node.child))
        case And():
            return _and(node.children, hints)
        case Or():
            return query.Or([compile_node(child, hints) for child in node.children])
    raise TypeError(f"no such query node: {node!r}")


def _and(children: Iterable[Node], hints: Sequence[Hint]) -> query.Query:
    wanted, unwanted = [], []
    for child in children:
        if isinstance(child, Not):
            unwanted.append(compile_node(child.child))
        else:
            wanted.append(compile_node(child, hints))
    together = query.And(wanted) if wanted else UNSCORED
    return query.AndNot(together, query.Or(unwanted)) if unwanted else together


def _field(name: str, folded: bool) -> str:
    return (f"{name}_" if name else "") + ("folded" if folded else "exact")


def _words(node: Words, hints: Sequence[Hint]) -> query.Query:
    parts = analysis.stream(node.text)
    if not parts.norms:
        return query.NullQuery
    spans = _spans(node.alternatives, len(parts.norms))
    groups: dict[str, list[query.Query]] = {}
    for place, folded in enumerate(parts.folds):
        group = groups.setdefault(folded, [query.Term(_field(node.field, True), folded)])
        for (first, count), others in spans.items():
            if first <= place < first + count:
                group += [_terms_in_a_row(analysis.stream(other.text), node.field) for other in others]
    for hint in hints:
        for folded in _recognised(hint, parts.folds):
            groups[folded].append(_condition(hint))
    scored = _scored(parts, node.field)
    accented = analysis.is_accented(parts)
    for (first, count), others in spans.items():
        within = analysis.Stream(parts.norms[first : first + count], parts.folds[first : first + count], [])
        typed = _scored(within, node.field, accented)
        scored = [term for term in scored if term not in typed]
        ways = [(_terms_in_a_row(analysis.stream(other.text), node.field), other.weight) for other in others]
        boost = 1.0 + ranking.A * accented
        scored.append(Best([query.Or(typed), StandIn(adjacent(_row(within, node.field)), ways, boost)]))
    return query.Require(query.Or(scored), Enough(list(groups.values()), ranking.LEAST_SHARE))


def _recognised(hint: Hint, folds: list[str]) -> list[str]:
    """Return the syllables by which a hint was recognised, where they stand together in folds; else []."""
    told = analysis.stream(hint.text).folds
    places = range(len(folds) - len(told) + 1)
    return told if told and any(folds[place : place + len(told)] == told for place in places) else []


def _spans(alternatives: Iterable[Alternative], count: int) -> dict[tuple[int, int], list[Alternative]]:
    """Return the alternatives by the syllables they replace; of spans that overlap the longest stays."""
    found: dict[tuple[int, int], list[Alternative]] = {}
    for other in sorted(alternatives, key=lambda other: (-other.count, other.first)):
        first, end = other.first, other.first + other.count
        if end <= count and all((first, other.count) == (f, c) or end <= f or f + c <= first for f, c in found):
            found.setdefault((first, other.count), []).append(other)
    return found


def _scored(parts: analysis.Stream, field: str, accented: bool | None = None, weight: float = 1.0) -> list[query.Query]:
    """Return the terms that free words are scored by, each with the weight of its field."""
    accented = analysis.is_accented(parts) if accented is None else accented
    if field:
        plain = [(_field(field, True), 1.0, parts.folds)] + [(_field(field, False), ranking.A, parts.norms)] * accented
        return [
            query.Term(name, term, boost=boost * weight)
            for name, boost, terms in plain
            for term in dict.fromkeys(terms)
        ]
    found: list[query.Query] = []
    for described in ranking.FIELDS:
        if not described.weight or not (described.folded or accented):
            continue
        terms = parts.folds if described.folded else parts.norms
        wholes = [folded if described.folded else norm for norm, folded, _ in parts.wholes]
        terms = analysis.pairs(terms) if described.pair else terms + wholes
        found += [query.Term(described.name, term, boost=described.weight) for term in dict.fromkeys(terms)]
    return found


def _terms_in_a_row(parts: analysis.Stream, field: str) -> query.Query:
    return adjacent(_row(parts, field))


def _row(parts: analysis.Stream, field: str = "") -> tuple[query.Term, ...]:
    """Accented syllables must stand there as typed; those typed without diacritics match any form."""
    pairs = zip(parts.norms, parts.folds, strict=True)
    return tuple(query.Term(_field(field, norm == folded), norm) for norm, folded in pairs)


def _phrase(parts: analysis.Stream, field: str) -> query.Query:
    if not parts.norms:
        return query.NullQuery
    return query.Require(query.Or(_scored(parts, field)), _terms_in_a_row(parts, field))


def _near(node: Near) -> query.Query:
    streams = [parts for parts in map(analysis.stream, node.texts) if parts.norms]
    if not streams:
        return query.NullQuery
    scored = [term for parts in streams for term in _scored(parts, "")]
    return query.Require(
        query.Or(list(dict.fromkeys(scored))), Together([_row(parts) for parts in streams], node.distance)
    )


def _condition(hint: Hint) -> query.Query:
    """Return which documents fit a hint."""
    values = [str(value) for value in hint.values]
    if hint.field == "province":
        return query.Or([*_any("province_then", values), *_any("province_now", values)])
    if hint.field == "date":
        return _days(values[0], values[1])
    if hint.field == "months":
        begin, end = map(int, hint.values)
        return query.Or([_days(f"{year}-{begin:02}", f"{year}-{end:02}") for year in YEARS])
    if hint.field == "term":
        first, _, last = values[0].partition("-")
        return _days(first, last)
    return query.Or(_any(hint.field, values))


def compile_filters(filters: Filters, but: str = "") -> query.Query | None:
    """Return what all filters together make, without that of the facet `but`; None if none is left."""
    parts: list[query.Query] = []
    if filters.provinces and but not in ("province_then", "province_now"):
        parts.append(query.Or([*_any("province_then", filters.provinces), *_any("province_now", filters.provinces)]))
    chosen: Sequence[tuple[str, ...] | tuple[int, ...]] = (
        filters.provinces_then,
        filters.provinces_now,
        filters.years,
        filters.kinds,
        filters.sources,
    )
    for facet, values in zip(FACETS, chosen, strict=True):
        if values and facet != but:
            parts.append(query.Or(_any(facet, values)))
    parts += [query.Or(_any(field, values)) for field, values in wanted_values(filters).items() if field != but]
    if filters.keys:
        parts.append(query.Or(_any("key", filters.keys)))
    if filters.date_from or filters.date_to:
        parts.append(_days(filters.date_from, filters.date_to))
    return query.And(parts) if parts else None


def _days(first: str, last: str) -> query.Query:
    """Return the documents whose day may lie between two ISO dates; "" leaves an end open."""
    earliest, latest = max(day_range(first)[0], 1), day_range(last)[1] or LAST_OF_DAYS
    return query.And([Between(FIRST_DAY, 1, latest), Between(LAST_DAY, earliest, LAST_OF_DAYS)])


def _any(facet: str, values: Iterable[str | int]) -> list[query.Query]:
    return [query.Term(facet, str(value)) for value in values]
