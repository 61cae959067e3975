"""Query (search/query/nodes.py) → tree of Whoosh queries, answered by stock Whoosh and by the array evaluator alike."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from whoosh import query

from search import ranking
from search.document import FACETS
from search.engines.embedded.format.keyword_fields import wanted_values
from search.engines.embedded.schema import FIRST_DAY, LAST_DAY, day_range
from search.engines.embedded.whoosh_nodes import (
    AnyOf,
    Between,
    InQuote,
    Lifted,
    Recent,
    Row,
    Together,
    Unscored,
    adjacent,
)
from search.engines.embedded.word_compiler import (
    compile_units,
    compile_words,
    field_name,
    passage_of,
    row_of,
    rows_of,
    scored_terms,
)
from search.query.nodes import (
    And,
    Filters,
    Hint,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Spoken,
    Unit,
    Where,
    Words,
)
from search.text import analysis
from search.text.normalization import folded_of, parts
from search.text.orthography import as_typed, fold_letters, forms

UNSCORED = Unscored(query.Every())
YEARS = range(2000, 2036)  # in which a season of the year is looked for; what is older is not on the web
KEPT_WORDS = 256  # of the queries last asked
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


def compile_full(node: Node | None) -> query.Query:
    """Return what matches the full matches of a node, unscored: of free words the documents that hold each."""
    match node:
        case Words(units=units) if units:
            return _full_words(node)
        case Spoken():
            return _in_quote(node)
        case Not(child):
            return query.AndNot(UNSCORED, compile_full(child))
        case And(children):
            return _each([compile_full(child) for child in children])
        case Or(children):
            return AnyOf([compile_full(child) for child in children])
    return compile_node(node)


@lru_cache(maxsize=KEPT_WORDS)  # asked for as a condition, as a part of what is scored, and for each unit
def _full_words(node: Words) -> query.Query:
    units = list({id(condition): condition for condition in units_of(node).values()}.values())
    return passage_of(units, node.together) if node.together else _each(units)


def _each(conditions: list[query.Query]) -> query.Query:
    return conditions[0] if len(conditions) == 1 else query.And(conditions)


@lru_cache(maxsize=KEPT_WORDS)
def units_of(node: Words) -> dict[Unit, query.Query]:
    """Return for each word that a full match holds what matches the documents that hold it."""
    return compile_units(node, _condition)


def compile_node(node: Node | None, hints: Sequence[Hint] = ()) -> query.Query:
    """Return the Whoosh query for a node; a node without any syllable matches nothing, None matches everything.

    hints: what was recognised in its words; a document that fits need not hold the words themselves.
    """
    match node:
        case None:
            return query.Every()
        case Words():
            recognised = [(hint, _condition(hint)) for hint in hints]
            return compile_words(node, recognised, compile_full(node) if node.units else None)
        case Phrase():
            return _phrase(analysis.stream(node.text), node.field)
        case Prefix():
            return query.ConstantScoreQuery(_beginning(node), 1.0)
        case Near():
            return _near(node)
        case Spoken(child=child):
            return query.Require(UNSCORED if child is None else compile_node(child, hints), _in_quote(node))
        case Where():
            return Unscored(compile_filters(node.filters) or query.Every())
        case Not():
            return query.AndNot(UNSCORED, compile_full(node.child))
        case And():
            return _and(node.children, hints)
        case Or():
            return query.Or([compile_node(child, hints) for child in node.children])
    raise TypeError(f"no such query node: {node!r}")


def _and(children: Iterable[Node], hints: Sequence[Hint]) -> query.Query:
    wanted, unwanted = [], []
    for child in children:
        if isinstance(child, Not):
            unwanted.append(compile_full(child.child))
        else:
            wanted.append(compile_node(child, hints))
    together = query.And(wanted) if wanted else UNSCORED
    return query.AndNot(together, query.Or(unwanted)) if unwanted else together


def _beginning(node: Prefix) -> query.Query:
    """Return what matches syllables that begin as typed: hi* is no beginning of hy, though hi alone is spelt hy too."""
    typed, (norm, folded) = as_typed(node.stem), forms(node.stem)
    is_plain = typed == fold_letters(typed)
    name, whole = field_name(node.field, is_plain), folded if is_plain else norm
    beginning = query.Prefix(name, typed)
    return AnyOf([beginning, query.Term(name, whole)]) if whole != typed and typed.isalpha() else beginning


def _phrase(parts: analysis.Stream, field: str) -> query.Query:
    if not parts.norms:
        return query.NullQuery
    return query.Require(query.Or(scored_terms(parts, field)), adjacent(row_of(parts, field)))


def _near(node: Near) -> query.Query:
    streams = [parts for parts in map(analysis.stream, node.texts) if parts.norms]
    if not streams:
        return query.NullQuery
    scored = [term for parts in streams for term in scored_terms(parts, "")]
    return query.Require(
        query.Or(list(dict.fromkeys(scored))), Together([row_of(parts) for parts in streams], node.distance)
    )


@lru_cache(maxsize=KEPT_WORDS)  # asked for as a condition, and beside what is scored
def _in_quote(node: Spoken) -> query.Query:
    term = analysis.speaker_term(node.speaker) if node.speaker else ""
    folded = folded_of(term)
    speaker = query.Term("quotes_folded" if term == folded else "quotes_exact", term) if term else None
    if speaker is not None and not parts(node.speaker):
        return query.NullQuery
    return InQuote(None if node.child is None else _words_in_quote(node.child), speaker)


def _words_in_quote(node: Node) -> query.Query:
    """Return what a quote holds, of nodes that InQuote knows; things near one another only have to be in one quote."""
    match node:
        case Words():
            kinds = rows_of(units_of(node).values()) or [[Row((one,))] for one in row_of(analysis.stream(node.text))]
            return query.And([AnyOf(rows) for rows in kinds]) if kinds else query.NullQuery
        case Phrase():
            row = row_of(analysis.stream(node.text))
            return adjacent(row) if row else query.NullQuery
        case Prefix():
            return _beginning(node)
        case Near():
            return query.And([_words_in_quote(Phrase(text)) for text in node.texts])
        case And(children):
            return query.And([_words_in_quote(child) for child in children])
        case Or(children):
            return AnyOf([_words_in_quote(child) for child in children])
    raise TypeError(f"not within a quote: {node!r}")


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
        filters.levels,
        filters.year_grades,
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
