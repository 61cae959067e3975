"""What is asked of the server for a query: listings, totals and facets, and how its answers are read."""

from collections.abc import Callable, Collection
from typing import Any

from search.document import CITED, MONTH, MOST_CITED
from search.domain.year_grades import UNKNOWN
from search.engines.indexed_fields import FIRST_DAY, LAST_DAY
from search.engines.opensearch.mapping import CITED_BY_HASH, REPRINT, number_behind
from search.engines.opensearch.translator import Dsl, unscored
from search.engines.plan.compiler import compile_filters, units_of
from search.engines.plan.nodes import Plan
from search.query.matching import units_in
from search.query.nodes import Filters, Query, Unit, Words

REST = "rest"  # the aggregation that counts the partial matches
FULL = "full"  # the name of the condition that full matches meet
TEXTS = "texts"  # the aggregation that counts pages whose text others print as well, and these texts
LAST_MONTH = "last_month"  # the aggregation below that of the first month that a document may mean

SEARCH_SECONDS = 20  # a shard that takes longer is left out, and the answer is partial
MOST_FACET_VALUES = 10_000  # more than there are sources; every shard counts them all, so the numbers are exact
MOST_TEXTS = 50_000  # that several pages print, counted in one answer: the server takes 65,535 buckets
WITHOUT_TEXTS = f"-aggregations.{TEXTS}.values.buckets"  # counted there, and not sent


class Request:
    """What is asked of the server for a query. scored: what scores; full: what full matches hold, None: all match.

    is_split: full matches are listed first, and the others by a request of their own.
    """

    def __init__(self, scored: Dsl, full: Dsl | None, query: Query, facets: tuple[str, ...], depth_only: bool) -> None:
        self.scored, self.full, self.query, self.facets, self.depth_only = scored, full, query, facets, depth_only
        self.is_split = full is not None and query.sort == "relevance"
        nodes = dict.fromkeys(words for words, _ in units_in(query.root))
        conditions = [(words, unit, one) for words in nodes for unit, one in units_of(words).items()]
        names = {id(one): f"unit-{number}" for number, (*_, one) in enumerate(conditions)}  # a repeated word has one
        self.units = {(words, unit): names[id(one)] for words, unit, one in conditions}
        self._conditions = {names[id(one)]: unscored(one) for *_, one in conditions}
        named = [_named(one, name) for name, one in self._conditions.items()]
        named += [_named(full, FULL)] if full is not None else []
        self._query: Dsl = {"bool": {"must": [scored], **({"should": named} if named and not depth_only else {})}}

    def holds(self, matched: Collection[str]) -> Callable[[Words, Unit], bool]:
        """Return what tells of a word whether a hit holds it. matched: the names that the server gives with the hit."""
        return lambda words, unit: self.units[words, unit] in matched

    def body(self, *, texts: bool = True) -> Dsl:
        """Return the request for what is listed first, with totals and facets. Facets overlook their own filter.

        texts: count different texts as well.
        """
        counted = [] if self.full is None or self.query.partial else [self.full]
        listed = [self.full] if self.is_split and self.full is not None else counted
        allowed = compile_filters(self.query.filters)
        aggregations: dict[str, Any] = {
            facet: {
                "filter": _all_of([self._within(facet), *counted]),
                "aggs": {"values": values_of(facet)},
            }
            for facet in self.facets
        }
        if texts:
            aggregations[TEXTS] = {"filter": _all_of([unscored(allowed), *counted]), "aggs": _BY_TEXT}
        if self.full is not None:
            aggregations[REST] = {"filter": {"bool": {"filter": [unscored(allowed)], "must_not": [self.full]}}}
        return self._listing(_all_of([unscored(allowed), *listed]), unscored(self._days())) | {"aggs": aggregations}

    def _days(self) -> Plan | None:
        """Return what every document counted has passed: the limit on days, which no facet overlooks."""
        limits = self.query.filters
        if UNKNOWN in limits.year_grades:  # those without a day are wanted as well
            return None
        return compile_filters(Filters(date_from=limits.date_from, date_to=limits.date_to))

    def _within(self, facet: str) -> Dsl:
        """Return the filter of the documents that a facet counts."""
        return unscored(compile_filters(self.query.filters, but="" if facet in self.query.fixed else facet))

    def rest(self) -> Dsl:
        """Return the request for those that are no full matches."""
        allowed = unscored(compile_filters(self.query.filters))
        return self._listing({"bool": {"filter": [allowed], "must_not": [self.full]}}, allowed)

    def counting_units(self) -> Dsl:
        """Return the request for how many documents hold each word, of those that pass the filters."""
        counts = {name: {"filter": condition} for name, condition in self._conditions.items()}
        return {"query": unscored(compile_filters(self.query.filters)), "size": 0, "aggs": counts}

    def _listing(self, listed: Dsl, counted: Dsl) -> Dsl:
        query = {"bool": self._query["bool"] | {"filter": [counted]}}
        return {
            "query": query,
            "post_filter": listed,
            "track_total_hits": True,
            "timeout": f"{SEARCH_SECONDS}s",
            "sort": _SORTS[self.query.sort],
            **({"_source": False, "docvalue_fields": ["id"]} if self.depth_only else {"_source": ["document"]}),
        }


def values_of(facet: str) -> Dsl:
    """Return what counts the values of a facet."""
    if facet == MONTH:
        return {**_by_month(FIRST_DAY), "aggs": {LAST_MONTH: _by_month(LAST_DAY)}}
    if facet == CITED:
        errors = {"show_term_doc_count_error": True}
        return {
            "terms": {
                "field": CITED_BY_HASH,
                "size": MOST_CITED,
                "shard_size": MOST_FACET_VALUES,
                **_MOST_FIRST,
                **errors,
            }
        }
    return {"terms": {"field": facet, "size": MOST_FACET_VALUES, "shard_size": MOST_FACET_VALUES}}


def is_settled(values: dict[str, Any]) -> bool:
    """Tell whether what the shards told of their most frequent values settles which are the most frequent of all."""
    error, buckets = values["doc_count_error_upper_bound"], values["buckets"]
    if not error:
        return True
    return (
        bool(buckets)
        and buckets[-1]["doc_count"] > error
        and not any(one["doc_count_error_upper_bound"] for one in buckets)
    )


def texts_of(counts: dict[str, Any], pages: int) -> int | None:
    """Return how many different texts some pages have; None where more are reprinted than one answer counts."""
    if counts["values"]["sum_other_doc_count"]:
        return None
    reprints, distinct = int(counts["reprints"]["value"]), int(counts["distinct"]["count"])
    return pages - reprints + distinct


def _by_month(day: str) -> Dsl:
    return {"histogram": {"field": day, "interval": 100, "min_doc_count": 1}}


def _named(condition: Dsl, name: str) -> Dsl:
    """Return a condition that scores nothing; a hit that meets it bears its name."""
    return {"constant_score": {"filter": condition, "boost": 0, "_name": name}}


def _all_of(conditions: list[Dsl]) -> Dsl:
    return conditions[0] if len(conditions) == 1 else {"bool": {"filter": conditions}}


_MOST_FIRST: Dsl = {"order": [{"_count": "desc"}, {"_key": "asc"}]}
_BY_TEXT: Dsl = {
    "reprints": {"value_count": {"field": REPRINT}},
    "values": {"terms": {"field": REPRINT, "size": MOST_TEXTS, "shard_size": MOST_TEXTS}},
    "distinct": {"stats_bucket": {"buckets_path": "values>_count"}},
}
_SORTS: dict[str, list[Any]] = {
    "relevance": [{"_score": "desc"}, {"id": "asc"}],
    "newest": [{FIRST_DAY: {"order": "desc", "missing": "_last"}}, {"id": "asc"}],
    "oldest": [{FIRST_DAY: {"order": "asc", "missing": "_last"}}, {"id": "asc"}],
}


def counts_of(buckets: list[dict[str, Any]], facet: str) -> tuple[tuple[str | int, int], ...]:
    counts: list[tuple[str | int, int]]
    if facet == MONTH:
        counts = [(int(one["key"]) // 100, same["doc_count"]) for one in buckets for same in _in_one_month(one)]
    elif facet == CITED:
        counts = [(number_behind(one["key"]), one["doc_count"]) for one in buckets]
    else:
        counts = [(int(one["key"]) if facet == "year" else one["key"], one["doc_count"]) for one in buckets]
    return tuple(sorted(counts, key=lambda pair: (-pair[1], str(pair[0]))))


def _in_one_month(bucket: dict[str, Any]) -> list[dict[str, Any]]:
    """Return of a month the bucket of those that mean no other one."""
    return [last for last in bucket[LAST_MONTH]["buckets"] if last["key"] == bucket["key"]]
