"""Text and filters → Results: read the query, ask the engine, cut excerpts, put labels on facets.

search.semantic is imported where meaning is on: off, a start is spared what it loads.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

from search.collapse import collapsed
from search.document import CITED, FACETS, Document, FacetValue, Hit, NearHit, Results, UndatedMatches
from search.domain import kinds, levels, places, year_grades
from search.engines.ports import Engine, EngineResults
from search.errors import in_part
from search.highlight.snippet import excerpts_and_titles
from search.query.description import describe
from search.query.did_you_mean import better_text
from search.query.limits import LISTED, merge
from search.query.nodes import And, Filters, Query, Where
from search.query.rewriter import understand, without_phrases
from search.query.speech import quotes_asked_for, said_words, within_speech
from search.query.vocabulary import Vocabulary
from search.request_checks import check_request
from search.undated import of_unknown_year

if TYPE_CHECKING:
    from search.semantic.hybrid import AskedMeaning, Meaning

NO_FILTERS = Filters()
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
_LABELS = {"level": levels.labels, "year_grade": year_grades.labels, "kind": kinds.labels}


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
    meaning: "Meaning | None" = None,
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
    vocabulary = engine.vocabulary()
    query = replace(narrowed(understand(text, vocabulary), filters), sort=sort, partial=partial)
    facets_wanted = (*FACETS, CITED)
    asked = meaning.asked(query) if meaning is not None else None
    found, query = find(
        engine, query, limit=limit, offset=offset, facets=facets_wanted, collapse=True, loosen=loosen, asked=asked
    )
    better = _better(engine, query, found.total, vocabulary) if propose and offset == 0 else ""
    hits = _hits(found, query)
    facets = _facets(found, query.filters, source_names or {}, language)
    apart = _undated(engine, query, limit) if undated and offset == 0 else None
    took_ms = (perf_counter() - started) * 1000
    reads_english, near = False, tuple[NearHit, ...]()
    if asked is not None:
        from search.semantic.answering import only_by_meaning
        from search.semantic.hybrid import is_foreign

        reads_english = is_foreign(query)
        near = only_by_meaning(engine, asked, query, found) if offset == 0 and limit else ()
    understood = describe(query, "en" if reads_english else language)
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
        found.partial_matches,
        found.absent,
        query.loosened,
        partial,
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
    asked: "AskedMeaning | None" = None,
) -> tuple[EngineResults, Query]:
    """Return what an engine finds, and the query that found it.

    collapse: pages that print the same text give one hit. loosen: where exact phrases find nothing, their words do.
    asked: what the query means, by which the first hits are reordered.
    """

    def ask(query: Query) -> EngineResults:
        def fetch(limit: int, offset: int) -> EngineResults:
            if asked is None:
                return engine.search(query, limit=limit, offset=offset, facets=facets, depth_only=depth_only)
            from search.semantic.answering import reordered
            from search.semantic.hybrid import REORDERED

            most = max(limit, REORDERED)
            found = engine.search(query, limit=most, offset=offset, facets=facets, depth_only=depth_only)
            return reordered(found, asked)

        if collapse:
            return collapsed(fetch, limit, offset)
        found = fetch(limit, offset)
        return found if asked is None else replace(found, ranked=found.ranked[:limit])

    found = ask(query)
    # what does not answer may hold the phrase
    if loosen and not found.total and not found.listed and not found.partial:
        looser = without_phrases(query, engine.vocabulary())
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
    asked = replace(narrowed(understand(text, engine.vocabulary()), filters), sort=sort, partial=partial)
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
    query = narrowed(understand(text, engine.vocabulary()), replace(filters, keys=tuple(keys)))
    found = engine.search(replace(query, sort="newest", partial=partial), limit=len(keys), depth_only=True)
    if found.partial:
        raise in_part()
    return {document.id for document, _ in found.ranked}


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
    names = _LABELS[facet](language) if facet in _LABELS else source_names if facet == "source" else {}
    return names.get(str(value), str(value))
