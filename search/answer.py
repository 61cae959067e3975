"""Text and filters → Results: read the query, ask the engine, cut excerpts, put labels on facets."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from time import perf_counter

from search.collapse import collapsed
from search.document import CITED, FACETS, Document, FacetValue, Hit, Results, UndatedMatches
from search.domain import fates, kinds, levels, place_names, places, year_grades
from search.engines.ports import Engine, EngineResults
from search.errors import BadRequest, in_part
from search.highlight.snippet import excerpts_and_titles
from search.query.description import describe
from search.query.did_you_mean import better_text
from search.query.nodes import MAX_QUERY_CHARACTERS, SORTS, And, Filters, Query, Where
from search.query.parser import LISTED, merge
from search.query.rewriter import understand, without_phrases
from search.query.speech import quotes_asked_for, said_words, within_speech
from search.query.vocabulary import Vocabulary
from search.semantic.answering import only_by_meaning, reordered
from search.semantic.hybrid import REORDERED, AskedMeaning, Meaning, is_foreign
from search.undated import of_unknown_year

NO_FILTERS = Filters()
FIRST_YEAR, LAST_YEAR = 1900, 2100  # of a filter; outside there are no documents, so it is a slip of the finger
MOST_HITS = 1000  # of one answer; each has an excerpt to be cut
MOST_UNDATED = 5  # pages of unknown year told beside the results; a filter has all of them
_FILTER_OF_FACET = {
    "province_then": ("provinces_then", "provinces"),
    "province_now": ("provinces_now", "provinces"),
    "year": ("years",),
    "kind": ("kinds",),
    "source": ("sources",),
    "level": ("levels",),
    "year_grade": ("year_grades",),
    CITED: ("document_numbers",),
}


def answer(
    engine: Engine,
    text: str,
    *,
    filters: Filters = NO_FILTERS,
    sort: str = "relevance",
    limit: int = 10,
    offset: int = 0,
    source_names: Mapping[str, str] | None = None,
    language: str = "vi",
    loosen: bool = True,
    propose: bool = True,
    partial: bool = False,
    undated: bool = False,
    meaning: Meaning | None = None,
) -> Results:
    """Answer a search.

    text: as typed, at most 2,000 characters; "" asks for everything that passes the filters. limit, offset: hits.
    source_names: slug → name, for the labels of the facet. language: "vi" or "en", of `understood` and the labels.
    loosen: where exact phrases find nothing, their words in any order are looked for.
    partial: partial matches count as well, in totals, facets and every order.
    undated: tell, with the first hits, what a limit on time leaves out since its year is unknown (Results.undated).
    propose: look for likelier text, which takes a tenth of the time (did_you_mean, else "").
    meaning: reorders the first hits, and finds pages that words do not find (Results.near); None: words alone.
    Raises BadRequest for a bad value, IndexMissing where there is no index.
    """
    started = perf_counter()
    check_request(text, filters, sort, limit, offset)
    vocabulary = vocabulary_of(engine)
    query = replace(narrowed(understand(text, vocabulary), filters), sort=sort, partial=partial)
    facets_wanted = (*FACETS, CITED)
    asked = meaning.asked(query) if meaning is not None else None
    found, query = find(
        engine, query, limit=limit, offset=offset, facets=facets_wanted, collapse=True, loosen=loosen, asked=asked
    )
    counts = found.partial_matches, found.absent, query.loosened, partial
    better = _better(engine, query, found.total, vocabulary) if propose and offset == 0 else ""
    hits = _hits(found, query)
    facets = _facets(found, query.filters, source_names or {}, language)
    apart = _undated(engine, query, limit) if undated and offset == 0 else None
    took_ms = (perf_counter() - started) * 1000
    reads_english = asked is not None and is_foreign(query)
    understood = describe(query, "en" if reads_english else language)
    near = only_by_meaning(engine, asked, query) if asked is not None and offset == 0 and limit else ()
    return Results(
        text,
        understood,
        found.total,
        took_ms,
        hits,
        facets,
        better,
        found.partial,
        query.hints,
        *counts,
        texts=found.texts,
        near=near,
        reads_english=reads_english,
        undated=apart,
    )


def _undated(engine: Engine, query: Query, limit: int) -> UndatedMatches | None:
    """Return the pages of unknown year that a limit on time leaves out, None where there is no such limit."""
    asked = of_unknown_year(query)
    if asked is None:
        return None
    any_words = replace(asked, root=None)  # mostly there is none, and to count them so costs little
    if not engine.search(any_words, limit=0, depth_only=True).total:
        return UndatedMatches()
    total = engine.search(asked, limit=0, depth_only=True).total
    most = min(total, limit, MOST_UNDATED)
    if not most:
        return UndatedMatches(total)
    found, _ = find(engine, asked, limit=most, collapse=True, loosen=False)
    return UndatedMatches(total, tuple(hit for hit in _hits(found, asked) if hit.is_full))


def find(
    engine: Engine,
    query: Query,
    *,
    limit: int,
    offset: int = 0,
    facets: Sequence[str] = (),
    depth_only: bool = False,
    collapse: bool = False,
    loosen: bool = True,
    asked: AskedMeaning | None = None,
) -> tuple[EngineResults, Query]:
    """Return what an engine finds, and the query that found it.

    collapse: pages that print the same text give one hit. loosen: where exact phrases find nothing, their words do.
    asked: what the query means, by which the first hits are reordered.
    """

    def ask(query: Query) -> EngineResults:
        def fetch(limit: int, offset: int) -> EngineResults:
            most = limit if asked is None else max(limit, REORDERED)
            found = engine.search(query, limit=most, offset=offset, facets=facets, depth_only=depth_only)
            return found if asked is None else reordered(found, asked)

        if collapse:
            return collapsed(fetch, limit, offset)
        found = fetch(limit, offset)
        return found if asked is None else replace(found, ranked=found.ranked[:limit])

    found = ask(query)
    # what does not answer may hold the phrase
    if loosen and not found.total and not found.listed and not found.partial:
        looser = without_phrases(query, vocabulary_of(engine))
        if looser is not None and (again := ask(looser)).listed:
            return again, looser
    return found, query


def every_page(
    engine: Engine,
    text: str,
    *,
    filters: Filters = NO_FILTERS,
    sort: str = "relevance",
    partial: bool = False,
    most: int,
) -> tuple[int, Iterator[Document]]:
    """Return how many pages a search counts, and each of them once, in order, reprints among them; at most so many.

    All are of one state of the index. Raises as `answer` does; IndexUnavailable where a part did not answer.
    """
    check_request(text, filters, sort, 0, 0)
    asked = replace(narrowed(understand(text, vocabulary_of(engine)), filters), sort=sort, partial=partial)
    _, query = find(engine, asked, limit=0)
    found, pages = engine.every(query, most=most)
    if found.partial:
        raise in_part()
    return found.total, pages


def ids_among(engine: Engine, text: str, filters: Filters, keys: Sequence[str], *, partial: bool = False) -> set[str]:
    """Return the ids of the documents among keys that a search finds as it is typed: its phrases are not loosened.

    keys: a few hundred at most, of documents. partial: partial matches count as well. Raises BadRequest, IndexMissing
    as `answer` does; IndexUnavailable where a part of the index did not answer.
    """
    check_request(text, filters, "newest", len(keys), 0)
    query = narrowed(understand(text, vocabulary_of(engine)), replace(filters, keys=tuple(keys)))
    found = engine.search(replace(query, sort="newest", partial=partial), limit=len(keys), depth_only=True)
    if found.partial:
        raise in_part()
    return {document.id for document, _ in found.ranked}


def vocabulary_of(engine: Engine) -> Vocabulary | None:
    """Return what the engine knows about its words, None if it does not tell."""
    offered = getattr(engine, "vocabulary", None)
    return offered() if offered is not None else None


def _better(engine: Engine, query: Query, total: int, vocabulary: Vocabulary | None) -> str:
    """Return likelier text to propose; "" if there is none or it finds less."""
    text = better_text(query, vocabulary) if vocabulary is not None else ""
    if not text:
        return ""
    proposed = replace(understand(text, vocabulary), filters=query.filters)
    found = engine.search(proposed, limit=0, depth_only=True).total
    return text if found >= max(total, 1) else ""


def narrowed(query: Query, filters: Filters) -> Query:
    """Return the query within filters as well. A facet chosen beside năm:2023 narrows it, it is not an alternative."""
    limits = _FILTER_OF_FACET.items()
    query = replace(
        query, fixed=tuple(facet for facet, names in limits if any(getattr(query.filters, n) for n in names))
    )
    if filters.said:
        query = replace(query, root=within_speech(query.root))
    overlap = any(getattr(query.filters, name) and getattr(filters, name) for name in LISTED)
    if not overlap:
        return replace(query, filters=merge(query.filters, filters))
    typed = Where(query.filters)
    return replace(query, root=And((query.root, typed)) if query.root is not None else typed, filters=filters)


def check_length(text: str, most: int = MAX_QUERY_CHARACTERS) -> None:
    """Raise BadRequest for a query that is longer than so many characters."""
    if len(text) > most:
        raise BadRequest(
            "the query has {count:,} characters: expected at most {most:,}; shorten it",
            "q",
            code="query-too-long",
            count=len(text),
            most=most,
        )


def check_request(text: str, filters: Filters, sort: str, limit: int, offset: int) -> None:
    """Raise BadRequest for the first value that cannot be meant; each message says what would be right."""
    check_length(text)
    if sort not in SORTS:
        raise BadRequest(
            'sort: "{value}" is not an order; expected one of {known}',
            "sort",
            code="unknown-order",
            value=sort,
            known=", ".join(SORTS),
        )
    if not 0 <= limit <= MOST_HITS:
        raise BadRequest(
            "{name}: {value} is out of range; expected {least} to {most}",
            "limit",
            code="not-a-number",
            name="limit",
            value=limit,
            least=0,
            most=MOST_HITS,
        )
    if offset < 0:
        raise BadRequest(f"offset: {offset} is negative; expected 0 or more", "offset")
    for name, slugs in (
        ("province", filters.provinces),
        ("province_then", filters.provinces_then),
        ("province_now", filters.provinces_now),
    ):
        for slug in slugs:
            place_names.require_slug(slug, name)
    for year in filters.years:
        if isinstance(year, bool) or not isinstance(year, int) or not FIRST_YEAR <= year <= LAST_YEAR:
            raise BadRequest(
                'year: "{value}" is not a year; expected a number such as 2023', "year", code="no-year", value=year
            )
    for kind in filters.kinds:
        if kind not in kinds.labels():
            raise BadRequest(
                'kind: no kind of meeting "{value}"; expected one of {known}',
                "kind",
                code="unknown-kind",
                value=kind,
                known=", ".join(kinds.labels()),
            )
    for name, values, known in (
        ("level", filters.levels, levels.labels()),
        ("year_grade", filters.year_grades, year_grades.labels()),
        ("fate", filters.fates, fates.labels()),
    ):
        for value in values:
            if value not in known:
                raise BadRequest(
                    '{name}: "{value}" is unknown; expected one of {known}',
                    name,
                    code="not-a-choice",
                    name=name,
                    value=value,
                    known=", ".join(known),
                )
    for name, day in (("from", filters.date_from), ("to", filters.date_to)):
        _check_day(name, day)
    if filters.date_from and filters.date_to and filters.date_from > filters.date_to:
        raise BadRequest(
            "from {start} is after to {end}: swap them",
            "from",
            code="days-swapped",
            start=filters.date_from,
            end=filters.date_to,
        )


def _check_day(name: str, day: str) -> None:
    if not day:
        return
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
            raise ValueError
        date.fromisoformat(day)
    except ValueError:
        raise BadRequest(
            '{name}: "{value}" is not a day; expected YYYY-MM-DD, for example 2023-07-05',
            name,
            code="not-a-day",
            name=name,
            value=day,
        ) from None


def _hits(found: EngineResults, query: Query) -> tuple[Hit, ...]:
    documents = [document for document, _ in found.ranked]
    said = quotes_asked_for(documents, query.root)
    texts = [said_words(one, numbers) for one, numbers in zip(documents, said, strict=True)]
    shown = excerpts_and_titles(texts, [one.title for one in documents], query)
    lacking = found.missing
    return tuple(
        Hit(
            one,
            score,
            snippet,
            title,
            one.id not in lacking,
            lacking.get(one.id, ()),
            numbers,
            best if not numbers else None,
        )
        for (one, score), snippet, title, best, numbers in zip(found.ranked, *shown, said, strict=True)
    )


def _facets(
    found: EngineResults, filters: Filters, source_names: Mapping[str, str], language: str
) -> dict[str, tuple[FacetValue, ...]]:
    facets = {}
    for facet, counts in found.facets.items():
        chosen = {value for name in _FILTER_OF_FACET[facet] for value in getattr(filters, name)}
        facets[facet] = tuple(
            FacetValue(value, _label(facet, value, source_names, language), count, value in chosen)
            for value, count in counts
        )
    return facets


def _label(facet: str, value: str | int, source_names: Mapping[str, str], language: str) -> str:
    if facet.startswith("province"):
        return places.label(str(value))
    if facet == "level":
        return levels.labels(language).get(str(value), str(value))
    if facet == "year_grade":
        return year_grades.labels(language).get(str(value), str(value))
    if facet == "kind":
        return kinds.labels(language).get(str(value), str(value))
    return source_names.get(str(value), str(value)) if facet == "source" else str(value)
