"""Whole answers by plain Python over the documents: sets, totals, facets, orders, pages and exports.

Full matches come from the texts alone (full_match_oracle.py), which documents hold enough of a query from their terms
(plain_plan.py). Scores are not computed here, only compared with the order: test_oracle.py has them from stock Whoosh.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from search.answer import answer, every_page, narrowed
from search.document import CITED, FACETS, MONTH, MOST_CITED, Document
from search.engines.indexed_fields import value_hash
from search.engines.plan.compiler import compile_full, compile_query
from search.engines.ports import Engine
from search.query.matching import missing
from search.query.nodes import And, Filters, Node, Not, Or, Query, Where, Words
from search.query.rewriter import understand
from tests.search.full_match_oracle import Text, holds_unit, is_full, may_be_of, passes
from tests.search.plain_plan import PlainPlan

FACETS_ASKED = (*FACETS, CITED, MONTH)
ALIKE = 2e-5  # of scores, and 1e-4 in all: engines add up in single precision, each in its own order


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    filters: Filters
    sort: str
    limit: int
    offset: int
    partial: bool


class PlainEvaluator:
    """documents: in the order of their ids, in which equal ones are listed."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = {one.id: one for one in documents}
        self.texts = {one.id: Text(one) for one in documents}
        self._plan = PlainPlan(documents)

    def enough(self, query: Query) -> set[str]:
        """Return the ids of the documents that hold enough, filters left aside."""
        return self._plan.matches(compile_query(query))

    def full(self, query: Query) -> set[str]:
        """Return the ids of the full matches, filters left aside."""
        if any(not words.units for words in _words_in(query.root)):  # without content words: enough of them
            return self._plan.matches(compile_full(query.root))
        return {one.id for one in self.documents.values() if is_full(query.root, one, self.texts[one.id])}

    def within(self, ids: set[str], query: Query, but: str = "") -> set[str]:
        but = "" if but in query.fixed else but
        return {one for one in ids if passes(query.filters, self.documents[one], but)}

    def undated(self, query: Query) -> set[str] | None:
        """Return the ids of what stands apart from the results since its year is unknown; None without such a list."""
        children = query.root.children if isinstance(query.root, And) else (query.root,)
        typed = [child.filters for child in children if isinstance(child, Where)] if len(children) > 1 else []
        limits = [one for one in (query.filters, *typed) if one.years or one.date_from or one.date_to]
        if not limits or any(one.year_grades for one in (query.filters, *typed)):
            return None
        words = tuple(child for child in children if not (isinstance(child, Where) and child.filters in typed))
        bare = replace(query, root=And(words) if len(words) > 1 else words[0] if words else None)
        others = [replace(one, years=(), date_from="", date_to="") for one in (query.filters, *typed)]
        return {
            one
            for one in self.full(bare)
            if (document := self.documents[one]).year is None
            and all(passes(other, document) for other in others)
            and all(may_be_of(document, limit.years, limit.date_from, limit.date_to) for limit in limits)
        }

    def facet(self, name: str, ids: set[str]) -> list[tuple[str | int, int]]:
        counts: Counter[str | int] = Counter()
        for document in map(self.documents.__getitem__, ids):
            counts.update(_values(document, name))
        if name == CITED:
            most = sorted(counts, key=lambda value: (-counts[value], value_hash(CITED, str(value))))[:MOST_CITED]
            return sorted(((one, counts[one]) for one in most), key=lambda pair: (-pair[1], str(pair[0])))
        return sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))

    def day(self, identifier: str, sort: str) -> tuple[bool, int]:
        """Return by what a document is ordered; unknown days come last in both directions."""
        document = self.documents[identifier]
        digits = (document.held or document.published).replace("-", "").ljust(8, "0")
        return digits == "00000000", int(digits) * (-1 if sort == "newest" else 1)

    def lacking(self, query: Query, identifier: str) -> tuple[str, ...]:
        document, text = self.documents[identifier], self.texts[identifier]
        return missing(query.root, lambda words, unit: holds_unit(words, unit, document, text))


def read(engine: Engine, question: Question) -> Query:
    asked = narrowed(understand(question.text, engine.vocabulary()), question.filters)  # type: ignore[attr-defined]
    return replace(asked, sort=question.sort, partial=question.partial)


def differences(engine: Engine, plain: PlainEvaluator, question: Question) -> Iterator[str]:
    """Yield what an engine tells otherwise than the documents do."""
    query = read(engine, question)
    found = engine.search(query, limit=len(plain.documents) + 1, facets=FACETS_ASKED)
    full, enough = plain.full(query), plain.enough(query)
    if not full <= enough:
        yield f"full matches that do not hold enough: {sorted(full - enough)[:3]}"
    counted = enough if query.partial else full
    expected = plain.within(counted, query)
    listed = [document.id for document, _ in found.ranked]
    by_relevance = query.root is not None and query.sort == "relevance"
    if (total := len(expected)) != found.total:
        yield f"total {found.total} instead of {total}"
    if set(listed[: found.total]) != expected or len(set(listed)) != len(listed):
        yield f"set: {sorted(set(listed[: found.total]) ^ expected)[:5]}"
    if set(listed) != (plain.within(enough, query) if by_relevance else expected):
        yield "what follows the full matches"
    if found.partial_matches != len(plain.within(enough - full, query)):
        yield f"partial matches: {found.partial_matches}"
    if found.texts != len({plain.documents[one].copied_text for one in expected}):
        yield f"texts: {found.texts}"
    for facet in FACETS_ASKED:
        if list(found.facets[facet]) != (right := plain.facet(facet, plain.within(counted, query, facet))):
            yield f"facet {facet}: {found.facets[facet][:4]} instead of {right[:4]}"
    if by_relevance:
        rows = [(document.id not in full, score) for document, score in found.ranked]
        for (low, score), (lower, below) in pairwise(rows):
            if low > lower or (low == lower and below > score + score * ALIKE + 1e-4):
                yield f"order by relevance: {score} before {below}"
                break
    elif listed != sorted(
        listed, key=lambda one: (*plain.day(one, "oldest" if query.sort == "oldest" else "newest"), one)
    ):
        yield f"order by day: {listed[:5]}"
    yield from _page_differences(engine, plain, question, query, [document for document, _ in found.ranked])
    if found.total:  # else phrases are loosened
        total, pages = every_page(
            engine, question.text, filters=question.filters, sort=question.sort, partial=question.partial, most=10_000
        )
        if (total, [one.id for one in pages]) != (found.total, listed[: found.total]):
            yield "export"


def _page_differences(
    engine: Engine, plain: PlainEvaluator, question: Question, query: Query, listed: Sequence[Document]
) -> Iterator[str]:
    seen: dict[str, str] = {}
    for document in listed:
        seen.setdefault(document.copied_text, document.id)
    first, last = question.offset, question.offset + question.limit
    results = answer(
        engine,
        question.text,
        filters=question.filters,
        sort=question.sort,
        limit=question.limit,
        offset=question.offset,
        partial=question.partial,
        loosen=False,
        propose=False,
        undated=True,
    )
    undated = plain.undated(query) if not question.offset else None
    if (undated is None) != (results.undated is None):
        yield f"a list of unknown years: {results.undated}"
    elif undated is not None and results.undated is not None:
        if results.undated.total != len(undated) or not {hit.document.id for hit in results.undated.hits} <= undated:
            yield f"unknown years: {results.undated.total} instead of {len(undated)}"
        if len(results.undated.hits) != min(
            question.limit, 5, len({plain.documents[one].copied_text for one in undated})
        ):
            yield f"unknown years: {len(results.undated.hits)} shown"
    if [hit.document.id for hit in results.hits] != list(seen.values())[first:last]:
        yield f"page from {first} to {last}"
    for hit in results.hits:
        if not hit.is_full and hit.missing != plain.lacking(query, hit.document.id):
            yield f"what a partial match lacks: {hit.missing}"


def _values(document: Document, facet: str) -> set[str | int]:
    if facet == CITED:
        return set(document.document_numbers)
    if facet == MONTH:
        day = document.held or document.published
        return {int(day[:7].replace("-", ""))} if len(day) >= len("2023-07") else set()
    if facet == "year_grade" and document.year is None:
        return {"unknown"}
    value = getattr(document, facet)
    return set() if value in (None, "") else {value}


def _words_in(node: Node | None) -> Iterator[Words]:
    match node:
        case Words():
            yield node
        case Not(child):
            yield from _words_in(child)
        case And(children) | Or(children):
            for child in children:
                yield from _words_in(child)
