"""The distributed engine: the same documents, queries and scores on an OpenSearch cluster."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from opensearchpy import exceptions

from search import ranking
from search.document import CITED, Document
from search.engines.opensearch.address import Address, parse_address
from search.engines.opensearch.alias import Alias, Generation
from search.engines.opensearch.cluster import Cluster, Pauses
from search.engines.opensearch.mapping import WINDOW, document_of
from search.engines.opensearch.pinned import Pinned
from search.engines.opensearch.request import (
    FULL,
    MOST_FACET_VALUES,
    REST,
    TEXTS,
    WITHOUT_TEXTS,
    Request,
    counts_of,
    is_settled,
    texts_of,
)
from search.engines.opensearch.statistics import Statistics
from search.engines.opensearch.translator import Dsl, translate
from search.engines.opensearch.vocabulary import Vocabularies
from search.engines.opensearch.writer import OpenSearchWriter
from search.engines.plan.compiler import compile_full, compile_query
from search.engines.plan.nodes import And, Plan
from search.engines.ports import EngineResults, Verification
from search.errors import IndexMissing, SearchError, no_index
from search.query.matching import missing, units_in
from search.query.nodes import Query
from search.query.vocabulary import Vocabulary

T = TypeVar("T")

PARTIAL_PATIENCE_SECONDS = 20.0  # a lost node's copies are replaced in less; then a partial answer is better than none
GENERATION_SECONDS = 60.0  # the alias is looked up again; a rebuild is seen at once, for the old index is then gone
READ_AT_ONCE = 1000  # documents
KEYS_AT_ONCE = WINDOW
MOST_VALUES_OF_A_SHARD = 10_000_000  # of documents cited, where the most cited of each shard do not settle it
BM25_WITHOUT_K1 = 3  # the version from which the server's BM25 lacks the textbook's factor (k1 + 1)


class OpenSearchEngine:
    """Safe to share between threads. url: see address.py."""

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
        tree, query = compile_query(query), _in_its_order(query)
        return self._retried(lambda: self._search(tree, query, limit, offset, facets, depth_only))

    def _search(
        self, tree: Plan, query: Query, limit: int, offset: int, facets: Sequence[str], depth_only: bool
    ) -> EngineResults:
        request = self._request(tree, query, facets, depth_only)
        wanted = request.full
        preference = hashlib.blake2b(json.dumps(request.scored).encode(), digest_size=8).hexdigest()
        total_alone = depth_only and not limit and not facets
        answer, hits, partial = self._page(request.body(texts=not total_alone), preference, offset, limit)
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
        counts = answer.get("aggregations", {})  # a total alone may need none
        values = {facet: counts[facet]["values"] for facet in facets}
        if CITED in values and not is_settled(values[CITED]):
            values[CITED], cut = self._all_cited(request, preference)
            partial = partial or cut
        fulls = matched if request.is_split or not query.partial else matched - rest
        return EngineResults(
            total=every if query.partial else matched,
            ranked=ranked,
            facets={facet: counts_of(some["buckets"], facet) for facet, some in values.items()},
            texts=None if total_alone else texts_of(counts[TEXTS], every if query.partial else matched),
            partial=partial,
            listed=every,
            partial_matches=rest,
            missing={document.id: one for (document, _), one in zip(ranked, lacking, strict=True) if one is not None}
            if rest
            else {},
            absent=self._absent(request, preference) if wanted is not None and not fulls and not total_alone else (),
            lists=lambda keys: self._listed(query, keys),
        )

    def _listed(self, query: Query, keys: Mapping[str, str]) -> set[str]:
        """Return the ids of the documents that a query finds, or a part of it, of some. keys: id → key of each."""
        limits = replace(query.filters, keys=tuple(keys.values()))
        found = self.search(replace(query, filters=limits, partial=True), limit=len(keys), depth_only=True).ranked
        return {document.id for document, _ in found}

    def _request(self, tree: Plan, query: Query, facets: Sequence[str], depth_only: bool) -> Request:
        _, statistics = self._current()
        factor = ranking.K1 + 1 if self.cluster.major() >= BM25_WITHOUT_K1 else 1.0
        full = compile_full(query.root) if any(units_in(query.root)) else None
        known = statistics.known(tree if full is None else And((tree, full)))
        wanted = None if full is None else translate(full, known)
        return Request(translate(tree, known, factor), wanted, query, tuple(facets), depth_only)

    def every(self, query: Query, *, most: int) -> tuple[EngineResults, Iterator[Document]]:
        tree, query = compile_query(query), _in_its_order(query)
        return self._retried(lambda: self._every(tree, query, most))

    def _every(self, tree: Plan, query: Query, most: int) -> tuple[EngineResults, Iterator[Document]]:
        request = self._request(tree, query, (), False)
        pinned = Pinned(self.cluster, self._answered)
        body = request.body(texts=False)
        answer, is_partial = pinned.ask({**body, "size": 0})
        matched = int(answer["hits"]["total"]["value"])
        rest = answer["aggregations"][REST]["doc_count"] if request.full is not None else 0
        total = matched + rest if query.partial and request.is_split else matched
        listings = [body, request.rest()] if query.partial and request.is_split else [body]
        hits = islice(pinned.hits(listings), min(total, most))
        found = EngineResults(total=total, ranked=(), facets={}, partial=is_partial, listed=total)
        return found, (document_of(hit["_source"]) for hit in hits)

    def _all_cited(self, request: Request, preference: str) -> tuple[dict[str, Any], bool]:
        """Return the documents cited most, and whether the answer is partial.

        Every shard tells more and more of its own until that is settled.
        """
        body, size = {**request.body(), "size": 0}, MOST_FACET_VALUES
        counted = body["aggs"][CITED]
        body["aggs"] = {CITED: counted}
        while True:
            size *= 10
            counted["aggs"]["values"]["terms"]["shard_size"] = min(size, MOST_VALUES_OF_A_SHARD)
            answer, is_partial = self._ask(body, preference)
            values: dict[str, Any] = answer["aggregations"][CITED]["values"]
            if is_settled(values) or size >= MOST_VALUES_OF_A_SHARD:
                return values, is_partial

    def _page(
        self, body: dict[str, Any], preference: str, offset: int, limit: int
    ) -> tuple[dict[str, Any], list[dict[str, Any]], bool]:
        """Return an answer, its hits from offset on, and whether it is partial."""
        first = min(offset, WINDOW - 1) if offset + limit > WINDOW else offset
        answer, partial = self._ask({**body, "from": first, "size": min(limit, WINDOW - first)}, preference)
        if offset + limit > WINDOW:
            return answer, self._far(body, preference, offset, limit), partial
        return answer, answer["hits"]["hits"], partial

    def _absent(self, request: Request, preference: str) -> tuple[str, ...]:
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
        # The same question goes to the same copies, so that pages follow one another.
        return self._answered(body, {"preference": preference}, self.address.name)

    def _answered(
        self, body: dict[str, Any], params: dict[str, str], index: str | None = None
    ) -> tuple[dict[str, Any], bool]:
        """Return the answer to a request, and whether it is partial although we asked again."""
        pauses = Pauses(PARTIAL_PATIENCE_SECONDS)
        # Rarity is that of all shards.
        params = {**params, "search_type": "dfs_query_then_fetch", "filter_path": WITHOUT_TEXTS}
        while True:
            answer = self.cluster.call(self.cluster.client.search, index=index, body=body, params=params)
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

    def generation(self) -> None:
        return None

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
                    raise no_index(self.address)
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


def _in_its_order(query: Query) -> Query:
    """Return the query as it is sorted: where nothing is asked for, all are equally relevant, and the newest lead."""
    return replace(query, sort="newest") if query.root is None and query.sort == "relevance" else query


def _document(hit: dict[str, Any], depth_only: bool) -> Document:
    if depth_only:
        return Document(id=hit["fields"]["id"][0], key="", url="", title="", text="")
    return document_of(hit["_source"])
