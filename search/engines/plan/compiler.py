"""Query (search/query/nodes.py) → its plan (search/engines/plan/nodes.py), which every engine runs."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from search import ranking
from search.domain.year_grades import FIRST_YEAR, LAST_YEAR, UNKNOWN
from search.engines.indexed_fields import FIRST_DAY, LAST_DAY, POSSIBLE_YEAR, day_range, wanted_values
from search.engines.plan import nodes as plan
from search.engines.plan.nodes import (
    EVERYTHING,
    NOTHING,
    AnyOf,
    Between,
    Constant,
    InQuote,
    Lifted,
    Plan,
    Recent,
    Require,
    Row,
    Together,
    adjacent,
)
from search.engines.plan.word_compiler import (
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

UNSCORED = Constant(EVERYTHING, 0.0)
YEARS = range(2000, 2036)  # in which a season of the year is looked for; what is older is not on the web
KEPT_WORDS = 256  # of the queries last asked
LAST_OF_DAYS = 99_999_999


def compile_query(wanted: Query) -> Plan:
    """Return the plan for what is wanted, its filters left aside (compile_filters)."""
    tree = compile_node(wanted.root, wanted.hints)
    if wanted.root is None or wanted.sort != "relevance":
        return tree
    parts = [(_condition(hint), ranking.HINTS[hint.field]) for hint in wanted.hints if hint.field in ranking.HINTS]
    if parts:
        tree = Lifted(tree, tuple(parts))
    dated = wanted.filters.years or wanted.filters.date_from or wanted.filters.date_to
    if dated or any(hint.field in ("year", "date", "term") for hint in wanted.hints):
        return tree
    return Recent(tree, FIRST_DAY, ranking.RECENCY, ranking.RECENCY_HALF_LIFE_DAYS)


def compile_full(node: Node | None) -> Plan:
    """Return what matches the full matches of a node, unscored: of free words the documents that hold each."""
    match node:
        case Words(units=units) if units:
            return _full_words(node)
        case Spoken():
            return _in_quote(node)
        case Not(child):
            return plan.AndNot(UNSCORED, compile_full(child))
        case And(children):
            return _each([compile_full(child) for child in children])
        case Or(children):
            return AnyOf(tuple(compile_full(child) for child in children))
    return compile_node(node)


@lru_cache(maxsize=KEPT_WORDS)  # asked for as a condition, as a part of what is scored, and for each unit
def _full_words(node: Words) -> Plan:
    if not node.together:
        return _each(_distinct(units_of(node).values()))
    near = _distinct(condition for unit, condition in units_of(node).items() if unit.hint is None)
    anywhere = _distinct(condition for unit, condition in units_of(node).items() if unit.hint is not None)
    return _each([*([passage_of(near, node.together)] if near else []), *anywhere])


def _distinct(conditions: Iterable[Plan]) -> list[Plan]:
    return list({id(condition): condition for condition in conditions}.values())


def _each(conditions: list[Plan]) -> Plan:
    return conditions[0] if len(conditions) == 1 else plan.And(tuple(conditions))


@lru_cache(maxsize=KEPT_WORDS)
def units_of(node: Words) -> dict[Unit, Plan]:
    """Return for each word that a full match holds what matches the documents that hold it."""
    return compile_units(node, _condition)


def compile_node(node: Node | None, hints: Sequence[Hint] = ()) -> Plan:
    """Return the plan for a node; a node without any syllable matches nothing, None matches everything.

    hints: what was recognised in its words; a document that fits need not hold the words themselves.
    """
    match node:
        case None:
            return EVERYTHING
        case Words():
            recognised = [(hint, _condition(hint)) for hint in hints]
            units = tuple({id(one): one for one in units_of(node).values()}.values())
            return compile_words(node, recognised, compile_full(node) if node.units else None, units)
        case Phrase():
            return _phrase(analysis.stream(node.text), node.field)
        case Prefix():
            return Constant(_beginning(node), 1.0)
        case Near():
            return _near(node)
        case Spoken(child=child):
            return Require(UNSCORED if child is None else compile_node(child, hints), _in_quote(node))
        case Where():
            return Constant(compile_filters(node.filters) or EVERYTHING, 0.0)
        case Not():
            return plan.AndNot(UNSCORED, compile_full(node.child))
        case And():
            return _and(node.children, hints)
        case Or():
            return plan.Or(tuple(compile_node(child, hints) for child in node.children))
    raise TypeError(f"no such query node: {node!r}")


def _and(children: Iterable[Node], hints: Sequence[Hint]) -> Plan:
    wanted, unwanted = [], []
    for child in children:
        if isinstance(child, Not):
            unwanted.append(compile_full(child.child))
        else:
            wanted.append(compile_node(child, hints))
    together = plan.And(tuple(wanted)) if wanted else UNSCORED
    return plan.AndNot(together, plan.Or(tuple(unwanted))) if unwanted else together


def _beginning(node: Prefix) -> Plan:
    """Return what matches syllables that begin as typed: hi* is no beginning of hy, though hi alone is spelt hy too."""
    typed, (norm, folded) = as_typed(node.stem), forms(node.stem)
    is_plain = typed == fold_letters(typed)
    name, whole = field_name(node.field, is_plain), folded if is_plain else norm
    beginning = plan.Prefix(name, typed)
    return AnyOf((beginning, plan.Term(name, whole))) if whole != typed and typed.isalpha() else beginning


def _phrase(parts: analysis.Stream, field: str) -> Plan:
    if not parts.norms:
        return NOTHING
    return Require(plan.Or(tuple(scored_terms(parts, field))), adjacent(row_of(parts, field)))


def _near(node: Near) -> Plan:
    scored = [term for text in node.texts for term in scored_terms(analysis.stream(text), "")]
    return Require(plan.Or(tuple(dict.fromkeys(scored))), _together(node)) if scored else NOTHING


def _together(node: Near) -> Plan:
    rows = [row_of(parts) for parts in map(analysis.stream, node.texts) if parts.norms]
    return Together(tuple(rows), node.distance) if rows else NOTHING


@lru_cache(maxsize=KEPT_WORDS)  # asked for as a condition, and beside what is scored
def _in_quote(node: Spoken) -> Plan:
    term = analysis.speaker_term(node.speaker) if node.speaker else ""
    folded = folded_of(term)
    speaker = plan.Term("quotes_folded" if term == folded else "quotes_exact", term) if term else None
    if speaker is not None and not parts(node.speaker):
        return NOTHING
    return InQuote(None if node.child is None else _words_in_quote(node.child), speaker)


def _words_in_quote(node: Node) -> Plan:
    """Return what a quote holds, of nodes that InQuote knows."""
    match node:
        case Words():
            kinds = rows_of(units_of(node).values()) or tuple(
                (Row((one,)),) for one in row_of(analysis.stream(node.text))
            )
            return plan.And(tuple(AnyOf(rows) for rows in kinds)) if kinds else NOTHING
        case Phrase():
            row = row_of(analysis.stream(node.text))
            return adjacent(row) if row else NOTHING
        case Prefix():
            return _beginning(node)
        case Near():
            return _together(node)
        case And(children):
            return plan.And(tuple(_words_in_quote(child) for child in children))
        case Or(children):
            return AnyOf(tuple(_words_in_quote(child) for child in children))
    raise TypeError(f"not within a quote: {node!r}")


def _condition(hint: Hint) -> Plan:
    """Return which documents fit a hint."""
    values = [str(value) for value in hint.values]
    if hint.field == "province":
        return plan.Or((*_any("province_then", values), *_any("province_now", values)))
    if hint.field == "date":
        return _days(values[0], values[1])
    if hint.field == "months":
        begin, end = map(int, hint.values)
        return plan.Or(tuple(_days(f"{year}-{begin:02}", f"{year}-{end:02}") for year in YEARS))
    if hint.field == "term":
        first, _, last = values[0].partition("-")
        return _days(first, last)
    return plan.Or(_any(hint.field, values))


def compile_filters(filters: Filters, but: str = "") -> Plan | None:
    """Return what all filters together make, without that of the facet `but`; None if none is left."""
    parts: list[Plan] = []
    if filters.provinces and but not in ("province_then", "province_now"):
        parts.append(plan.Or((*_any("province_then", filters.provinces), *_any("province_now", filters.provinces))))
    chosen: dict[str, tuple[str, ...]] = {
        "province_then": filters.provinces_then,
        "province_now": filters.provinces_now,
        "kind": filters.kinds,
        "source": filters.sources,
        "level": filters.levels,
    }
    parts += [plan.Or(_any(facet, values)) for facet, values in chosen.items() if values and facet != but]
    parts += _of_time(filters, but)
    parts += [plan.Or(_any(field, values)) for field, values in wanted_values(filters).items() if field != but]
    if filters.keys:
        parts.append(plan.Or(_any("key", filters.keys)))
    return plan.And(tuple(parts)) if parts else None


def _of_time(filters: Filters, but: str) -> list[Plan]:
    """Return the limits on years, days and how the year is known; where it is unknown, it may be one of the years."""
    years = filters.years if but != "year" else ()
    grades = filters.year_grades if but != "year_grade" else ()
    known = [grade for grade in grades if grade != UNKNOWN]
    parts: list[Plan] = [plan.Or(_any("year", years))] if years else []
    parts += [_days(filters.date_from, filters.date_to)] if filters.date_from or filters.date_to else []
    undated: Plan = plan.Term("year_grade", UNKNOWN)
    if parts:
        first, last = int(filters.date_from[:4] or FIRST_YEAR), int(filters.date_to[:4] or LAST_YEAR)
        span = range(max(first, FIRST_YEAR), min(last, LAST_YEAR) + 1)
        possible = [year for year in years or span if year in span]
        undated = plan.Or(_any(POSSIBLE_YEAR, possible)) if possible else NOTHING
    parts += [plan.Or(_any("year_grade", known))] if known else []
    if UNKNOWN not in grades:
        return parts
    return [plan.Or((undated, plan.And(tuple(parts))))] if known else [undated]


def _days(first: str, last: str) -> Plan:
    """Return the documents whose day may lie between two ISO dates; "" leaves an end open."""
    earliest, latest = max(day_range(first)[0], 1), day_range(last)[1] or LAST_OF_DAYS
    return plan.And((Between(FIRST_DAY, 1, latest), Between(LAST_DAY, earliest, LAST_OF_DAYS)))


def _any(facet: str, values: Iterable[str | int]) -> tuple[plan.Term, ...]:
    return tuple(plan.Term(facet, str(value)) for value in values)
