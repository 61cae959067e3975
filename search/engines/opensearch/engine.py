"""The distributed engine: the same documents, queries and scores on an OpenSearch cluster."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from opensearchpy import exceptions

from search import ranking
from search.document import CITED, MONTH, MOST_CITED, Document
from search.engines.indexed_fields import FIRST_DAY, LAST_DAY
from search.engines.opensearch.address import Address, parse_address
from search.engines.opensearch.alias import Alias, Generation
from search.engines.opensearch.cluster import Cluster, Pauses
from search.engines.opensearch.mapping import WINDOW, document_of
from search.engines.opensearch.statistics import Statistics
from search.engines.opensearch.translator import Dsl, translate, unscored
from search.engines.opensearch.vocabulary import Vocabularies
from search.engines.opensearch.writer import OpenSearchWriter
from search.engines.plan.compiler import compile_filters, compile_full, compile_query, units_of
from search.engines.plan.nodes import And, Plan
from search.engines.ports import EngineResults, Verification
from search.errors import IndexMissing, SearchError
from search.query.matching import missing, units_in
from search.query.nodes import Filters, Query, Unit, Words
from search.query.vocabulary import Vocabulary

T = TypeVar("T")
REST = "rest"  # the aggregation that counts the partial matches
FULL = "full"  # the name of the condition that full matches meet
LAST_MONTH = "last_month"  # the aggregation below that of the first month that a document may mean

SEARCH_SECONDS = 20  # a shard that takes longer is left out, and the answer is partial
PARTIAL_PATIENCE_SECONDS = 20.0  # a lost node's copies are replaced in less; then a partial answer is better than none
GENERATION_SECONDS = 60.0  # the alias is looked up again; a rebuild is seen at once, for the old index is then gone
READ_AT_ONCE = 1000  # documents
KEYS_AT_ONCE = WINDOW
MOST_FACET_VALUES = 10_000  # more than there are sources; every shard counts them all, so the numbers are exact
BM25_WITHOUT_K1 = 3  # the version from which the server's BM25 lacks the textbook's factor (k1 + 1)


class OpenSearchEngine:
    """Safe to share between threads. url: see opensearch_address.py."""

    def __init__(self, url: str | Address) -> None:
        self.address = parse_address(url) if isinstance(url, str) else url
        self.cluster = Cluster(self.address)
        self._alias = Alias(self.cluster)
        self._lock = threading.Lock()
        self._vocabularies = Vocabularies(self.cluster)
        self._generation: tuple[Generation, Statistics, float] | None = None

    @contextmanager
    def writer(self, *, rebuild: bool = False) -> Iterator[OpenSearchWriter]:
        writer = OpenSearchWriter(
            self.cluster, rebuild=rebuild, documents=self.documents, part_ids=lambda: self.versions()
        )
        try:
            yield writer
        except BaseException:
            writer.cancel()
            raise
        writer.commit()
        self._forget()

    def search(
        self, query: Query, *, limit: int = 10, offset: int = 0, facets: Sequence[str] = (), depth_only: bool = False
    ) -> EngineResults:
        tree = compile_query(query)
        if query.root is None and query.sort == "relevance":  # all are equally relevant: the newest come first
            query = replace(query, sort="newest")
        return self._retried(lambda: self._search(tree, query, limit, offset, facets, depth_only))

    def _search(
        self, tree: Plan, query: Query, limit: int, offset: int, facets: Sequence[str], depth_only: bool
    ) -> EngineResults:
        _, statistics = self._current()
        factor = ranking.K1 + 1 if self.cluster.major() >= BM25_WITHOUT_K1 else 1.0
        full = compile_full(query.root) if any(units_in(query.root)) else None
        known = statistics.known(tree if full is None else And((tree, full)))
        scored = translate(tree, known, factor)
        wanted = None if full is None else translate(full, known)
        request = Request(scored, wanted, query, tuple(facets), depth_only)
        preference = hashlib.blake2b(json.dumps(scored).encode(), digest_size=8).hexdigest()
        answer, hits, partial = self._page(request.body(), preference, offset, limit)
        matched = int(answer["hits"]["total"]["value"])
        rest = answer["aggregations"][REST]["doc_count"] if wanted is not None else 0
        if request.is_split and rest and len(hits) < limit:
            _, more, cut = self._page(request.rest(), preference, max(offset - matched, 0), limit - len(hits))
            hits, partial = hits + more, partial or cut
        ranked = tuple((_document(hit, depth_only), float(hit["_score"] or 0.0)) for hit in hits)
        if query.sort != "relevance":
            ranked = tuple((document, 0.0) for document, _ in ranked)
        every = matched + rest if request.is_split else matched
        names = [hit.get("matched_queries", ()) for hit in hits]
        lacking = [None if FULL in held else missing(query.root, request.holds(held)) for held in names]
        fulls = matched if request.is_split or not query.partial else matched - rest
        return EngineResults(
            total=every if query.partial else matched,
            ranked=ranked,
            facets={facet: _counts(answer["aggregations"][facet]["values"]["buckets"], facet) for facet in facets},
            partial=partial,
            listed=every,
            partial_matches=rest,
            missing={document.id: one for (document, _), one in zip(ranked, lacking, strict=True) if one is not None}
            if rest
            else {},
            absent=self._absent(request, preference) if wanted is not None and not fulls else (),
        )

    def _page(
        self, body: dict[str, Any], preference: str, offset: int, limit: int
    ) -> tuple[dict[str, Any], list[dict[str, Any]], bool]:
        """Return an answer, its hits from offset on, and whether it is partial."""
        first = min(offset, WINDOW - 1) if offset + limit > WINDOW else offset
        answer, partial = self._ask({**body, "from": first, "size": min(limit, WINDOW - first)}, preference)
        if offset + limit > WINDOW:
            return answer, self._far(body, preference, offset, limit), partial
        return answer, answer["hits"]["hits"], partial

    def _absent(self, request: "Request", preference: str) -> tuple[str, ...]:
        """Return the words that no document has of those that pass the filters."""
        answer, _ = self._ask(request.counting_units(), preference)
        counts = answer["aggregations"]
        return tuple(
            dict.fromkeys(unit.text for (_, unit), name in request.units.items() if not counts[name]["doc_count"])
        )

    def _far(self, body: dict[str, Any], preference: str, offset: int, limit: int) -> list[dict[str, Any]]:
        """Return hits beyond the window: pages follow one another up to there."""
        body = {name: value for name, value in body.items() if name != "aggs"}
        found: list[dict[str, Any]] = []
        at, after = 0, None
        while at < offset + limit:
            is_wanted = at >= offset
            size = min(WINDOW, (offset + limit if is_wanted else offset) - at, READ_AT_ONCE if is_wanted else WINDOW)
            page = {**body, "size": size, **({"search_after": after} if after else {})}
            if not is_wanted:
                page |= {"_source": False, "docvalue_fields": []}
            hits = self._ask(page, preference)[0]["hits"]["hits"]
            if not hits:
                break
            found += hits if is_wanted else []
            at, after = at + len(hits), hits[-1]["sort"]
        return found

    def _ask(self, body: dict[str, Any], preference: str) -> tuple[dict[str, Any], bool]:
        """Return the answer, and whether it is partial although we asked again."""
        pauses = Pauses(PARTIAL_PATIENCE_SECONDS)
        # The same question goes to the same copies, so that pages follow one another; rarity is that of all shards.
        params = {"preference": preference, "search_type": "dfs_query_then_fetch"}
        while True:
            answer = self.cluster.call(self.cluster.client.search, index=self.address.name, body=body, params=params)
            shards = answer["_shards"]
            is_whole = not shards["failed"] and shards["successful"] == shards["total"]
            if answer["timed_out"]:
                return answer, True
            if is_whole or not pauses.wait():
                return answer, not is_whole

    def get(self, key: str) -> Document | None:
        body = {"query": {"term": {"key": key}}, "size": 1, "_source": ["document"]}
        hits = self._retried(lambda: self._whole(body))["hits"]["hits"]
        return document_of(hits[0]["_source"]) if hits else None

    def versions(self) -> dict[str, str]:
        """Return id → fingerprint; of this machine's part where the address names one."""
        wanted: Dsl = {"term": {"part": self.address.part}} if self.address.part else {"match_all": {}}
        body = {"query": wanted, "size": KEYS_AT_ONCE, "_source": False, "docvalue_fields": ["id", "fingerprint"]}
        try:
            rows = (hit["fields"] for hit in self._all(body))
            return {row["id"][0]: row["fingerprint"][0] for row in rows}
        except IndexMissing:
            return {}

    def state(self) -> str:
        """Return "": others may write to any shard at any time."""
        return ""

    def vocabulary(self) -> Vocabulary:
        """Return what the index knows about its words. Raises IndexMissing where there is none."""
        return self._retried(lambda: self._vocabularies.vocabulary(self._current()[1]))

    def documents(self) -> Iterator[Document]:
        """Yield every document."""
        body = {"query": {"match_all": {}}, "size": READ_AT_ONCE, "_source": ["document"]}
        return (document_of(hit["_source"]) for hit in self._all(body))

    def _all(self, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield every hit in the order of ids; nothing is kept on the server, so any request can be repeated."""
        page = {**body, "sort": [{"id": "asc"}], "track_total_hits": False}
        while True:
            hits = self._retried(lambda: self._whole(page))["hits"]["hits"]  # noqa: B023 (called at once)
            yield from hits
            if len(hits) < body["size"]:
                return
            page = {**page, "search_after": hits[-1]["sort"]}

    def _whole(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return an answer of all shards: where some are lost, IndexUnavailable is raised."""
        self._current()
        answer, is_partial = self._ask(body, "documents")
        if is_partial:
            shards = answer["_shards"]
            raise self.cluster.red(f"{shards['successful']} of {shards['total']} shards answer")
        return answer

    def count(self) -> int:
        def ask() -> int:
            self._current()
            return int(self.cluster.call(self.cluster.client.count, index=self.address.name)["count"])

        return self._retried(ask)

    def verify(self) -> Verification:
        raise SearchError(
            "the index of a cluster is checked by its nodes, whenever they open or move a shard: ask "
            '"GET _cat/shards"; "hoinghi index --rebuild" makes it anew'
        )

    def close(self) -> None:
        self.cluster.client.close()

    def _current(self) -> tuple[Generation, Statistics]:
        """Return the generation that readers see. Raises IndexMissing where there is none."""
        with self._lock:
            kept = self._generation
            if kept is None or time.monotonic() - kept[2] > GENERATION_SECONDS:
                found = self._alias.current()
                if found is None:
                    raise IndexMissing(
                        'no index at {place}: run "hoinghi index" first', code="index-missing", place=self.address
                    )
                same = kept is not None and kept[0].index == found.index
                statistics = kept[1] if kept and same else Statistics(self.cluster, found.index, found.shards)
                self._generation = kept = (found, statistics, time.monotonic())
            return kept[0], kept[1]

    def _forget(self) -> None:
        with self._lock:
            self._generation = None
        self._vocabularies.forget()

    def _retried(self, ask: Callable[[], T]) -> T:
        """Return what ask returns; where the index has just been replaced, its successor is asked."""
        for _ in range(3):
            try:
                return ask()
            except exceptions.NotFoundError:
                self._forget()
        return ask()


class Request:
    """What is asked of the server for a query. scored: what scores; full: what full matches hold, None: all match.

    is_split: full matches are listed first, and the others by a request of their own.
    """

    def __init__(self, scored: Dsl, full: Dsl | None, query: Query, facets: tuple[str, ...], depth_only: bool) -> None:
        self.full, self.query, self.facets, self.depth_only = full, query, facets, depth_only
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

    def body(self) -> Dsl:
        """Return the request for what is listed first, with totals and facets. Facets overlook their own filter."""
        counted = [] if self.full is None or self.query.partial else [self.full]
        listed = [self.full] if self.is_split and self.full is not None else counted
        allowed = compile_filters(self.query.filters)
        aggregations: dict[str, Any] = {
            facet: {
                "filter": _all_of([self._within(facet), *counted]),
                "aggs": {"values": _values(facet)},
            }
            for facet in self.facets
        }
        if self.full is not None:
            aggregations[REST] = {"filter": {"bool": {"filter": [unscored(allowed)], "must_not": [self.full]}}}
        days = compile_filters(Filters(date_from=self.query.filters.date_from, date_to=self.query.filters.date_to))
        return self._listing(_all_of([unscored(allowed), *listed]), unscored(days)) | {"aggs": aggregations}

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


def _values(facet: str) -> Dsl:
    """Return what counts the values of a facet."""
    if facet == MONTH:
        return {**_by_month(FIRST_DAY), "aggs": {LAST_MONTH: _by_month(LAST_DAY)}}
    size = MOST_CITED if facet == CITED else MOST_FACET_VALUES
    return {"terms": {"field": facet, "size": size, "shard_size": MOST_FACET_VALUES}}


def _by_month(day: str) -> Dsl:
    return {"histogram": {"field": day, "interval": 100, "min_doc_count": 1}}


def _named(condition: Dsl, name: str) -> Dsl:
    """Return a condition that scores nothing; a hit that meets it bears its name."""
    return {"constant_score": {"filter": condition, "boost": 0, "_name": name}}


def _all_of(conditions: list[Dsl]) -> Dsl:
    return conditions[0] if len(conditions) == 1 else {"bool": {"filter": conditions}}


_SORTS: dict[str, list[Any]] = {
    "relevance": [{"_score": "desc"}, {"id": "asc"}],
    "newest": [{FIRST_DAY: {"order": "desc", "missing": "_last"}}, {"id": "asc"}],
    "oldest": [{FIRST_DAY: {"order": "asc", "missing": "_last"}}, {"id": "asc"}],
}


def _document(hit: dict[str, Any], depth_only: bool) -> Document:
    if depth_only:
        return Document(id=hit["fields"]["id"][0], key="", url="", title="", text="")
    return document_of(hit["_source"])


def _counts(buckets: list[dict[str, Any]], facet: str) -> tuple[tuple[str | int, int], ...]:
    counts: list[tuple[str | int, int]]
    if facet == MONTH:
        counts = [(int(one["key"]) // 100, same["doc_count"]) for one in buckets for same in _in_one_month(one)]
    else:
        counts = [(int(one["key"]) if facet == "year" else one["key"], one["doc_count"]) for one in buckets]
    return tuple(sorted(counts, key=lambda pair: (-pair[1], str(pair[0]))))


def _in_one_month(bucket: dict[str, Any]) -> list[dict[str, Any]]:
    """Return of a month the bucket of those that mean no other one."""
    return [last for last in bucket[LAST_MONTH]["buckets"] if last["key"] == bucket["key"]]
