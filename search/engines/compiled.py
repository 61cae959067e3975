"""Query (search/query.py) → tree of Whoosh queries, answered by stock Whoosh and by the array evaluator alike."""

from collections.abc import Iterable, Iterator

from whoosh import query
from whoosh.query import spans

from search import analysis, ranking
from search.engines.whoosh_queries import AtLeast, Between
from search.engines.whoosh_schema import FIRST_DAY, LAST_DAY, day_range
from search.query import And, Filters, Node, Not, Or, Phrase, Words

EVERYTHING_UNSCORED = query.ConstantScoreQuery(query.Every(), 0.0)
LAST_OF_DAYS = 99_999_999


def compile_node(node: Node | None) -> query.Query:
    """Return the Whoosh query for a node; a node without any syllable matches nothing, None matches everything."""
    match node:
        case None:
            return query.Every()
        case Words():
            return _words(node.text)
        case Phrase():
            return _phrase(node.text, node.field)
        case Not():
            return query.AndNot(EVERYTHING_UNSCORED, compile_node(node.child))
        case And():
            return _and(node.children)
        case Or():
            return query.Or([compile_node(child) for child in node.children])
    raise TypeError(f"no such query node: {node!r}")


def _and(children: Iterable[Node]) -> query.Query:
    wanted, unwanted = [], []
    for child in children:
        if isinstance(child, Not):
            unwanted.append(compile_node(child.child))
        else:
            wanted.append(compile_node(child))
    together = query.And(wanted) if wanted else EVERYTHING_UNSCORED
    return query.AndNot(together, query.Or(unwanted)) if unwanted else together


def _words(text: str) -> query.Query:
    parts = analysis.stream(text)
    if not parts.norms:
        return query.NullQuery
    distinct = list(dict.fromkeys(parts.folds))
    enough = AtLeast([query.Term("folded", term) for term in distinct], ranking.syllables_needed(len(distinct)))
    return query.Require(query.Or(list(_scored_terms(parts))), enough)


def _scored_terms(parts: analysis.Stream) -> Iterator[query.Query]:
    accented = analysis.is_accented(parts)
    for field in ranking.FIELDS:
        if not field.weight or not (field.folded or accented):
            continue
        plain = parts.folds if field.folded else parts.norms
        terms = analysis.pairs(plain) if field.pair else plain + [whole[field.folded] for whole in parts.wholes]
        for term in dict.fromkeys(terms):
            yield query.Term(field.name, term, boost=field.weight)


def _phrase(text: str, field: str) -> query.Query:
    """Accented syllables must stand there as typed; those typed without diacritics match any form."""
    parts = analysis.stream(text)
    if not parts.norms:
        return query.NullQuery
    prefix = f"{field}_" if field else ""
    terms = [
        query.Term(prefix + ("folded" if norm == folded else "exact"), norm)
        for norm, folded in zip(parts.norms, parts.folds, strict=True)
    ]
    found = terms[0] if len(terms) == 1 else spans.SpanNear2(terms, slop=1, ordered=True)
    return query.Require(query.Or(list(_scored_terms(parts))), found)


def compile_filters(filters: Filters, but: str = "") -> query.Query | None:
    """Return what all filters together make, without that of the facet `but`; None if none is left."""
    parts: list[query.Query] = []
    if filters.provinces and but not in ("province_then", "province_now"):
        parts.append(query.Or([*_any("province_then", filters.provinces), *_any("province_now", filters.provinces)]))
    for facet, values in (
        ("province_then", filters.provinces_then),
        ("province_now", filters.provinces_now),
        ("year", filters.years),
        ("kind", filters.kinds),
        ("source", filters.sources),
    ):
        if values and facet != but:
            parts.append(query.Or(_any(facet, values)))
    if filters.date_from or filters.date_to:
        first, last = day_range(filters.date_from)[0], day_range(filters.date_to)[1] or LAST_OF_DAYS
        parts += [Between(FIRST_DAY, 1, last), Between(LAST_DAY, max(first, 1), LAST_OF_DAYS)]
    return query.And(parts) if parts else None


def _any(facet: str, values: Iterable[str | int]) -> list[query.Query]:
    return [query.Term(facet, str(value)) for value in values]
