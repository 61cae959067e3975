"""The distributed engine: the same documents, queries and scores on an OpenSearch cluster."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from opensearchpy import exceptions
from whoosh import query as whoosh_query

from search import ranking
from search.document import CITED, MOST_CITED, Document
from search.engines.embedded.compiler import compile_filters, compile_query
from search.engines.embedded.schema import FIRST_DAY
from search.engines.opensearch.address import Address, parse_address
from search.engines.opensearch.alias import Alias, Generation
from search.engines.opensearch.cluster import Cluster, Pauses
from search.engines.opensearch.compiler import Dsl, translate, unscored
from search.engines.opensearch.mapping import WINDOW, document_of
from search.engines.opensearch.statistics import Statistics
from search.engines.opensearch.vocabulary import Vocabularies
from search.engines.opensearch.writer import OpenSearchWriter
from search.engines.ports import Found, Verification
from search.errors import IndexMissing, SearchError
from search.query.nodes import Filters, Query
from search.query.vocabulary import Vocabulary

T = TypeVar("T")

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
    ) -> Found:
        tree = compile_query(query)
        if query.root is None and query.sort == "relevance":  # all are equally relevant: the newest come first
            query = replace(query, sort="newest")
        return self._retried(lambda: self._search(tree, query, limit, offset, facets, depth_only))

    def _search(
        self, tree: whoosh_query.Query, query: Query, limit: int, offset: int, facets: Sequence[str], depth_only: bool
    ) -> Found:
        _, statistics = self._current()
        factor = ranking.K1 + 1 if self.cluster.major() >= BM25_WITHOUT_K1 else 1.0
        body = _body(translate(tree, statistics.known(tree), factor), query, facets, depth_only)
        preference = hashlib.blake2b(json.dumps(body["query"]).encode(), digest_size=8).hexdigest()
        first = min(offset, WINDOW - 1) if offset + limit > WINDOW else offset
        answer, partial = self._ask({**body, "from": first, "size": min(limit, WINDOW - first)}, preference)
        hits = answer["hits"]["hits"]
        if offset + limit > WINDOW:
            hits = self._far(body, preference, offset, limit)
        ranked = tuple((_document(hit, depth_only), float(hit["_score"] or 0.0)) for hit in hits)
        if query.sort != "relevance":
            ranked = tuple((document, 0.0) for document, _ in ranked)
        counts = {facet: _counts(answer["aggregations"][facet]["values"]["buckets"], facet) for facet in facets}
        return Found(answer["hits"]["total"]["value"], ranked, counts, partial)

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


def _body(dsl: Dsl, query: Query, facets: Sequence[str], depth_only: bool) -> dict[str, Any]:
    """Return the request for a query. Filters that a facet has to overlook are applied after counting."""
    days = compile_filters(Filters(date_from=query.filters.date_from, date_to=query.filters.date_to))
    allowed = compile_filters(query.filters)
    others = {facet: compile_filters(query.filters, but=facet) for facet in facets}
    at_once = all(other == allowed for other in others.values())
    body: dict[str, Any] = {
        "query": {"bool": {"must": [dsl], "filter": [unscored(allowed if at_once else days)]}},
        "track_total_hits": True,
        "timeout": f"{SEARCH_SECONDS}s",
        "sort": _SORTS[query.sort],
        "aggs": {
            facet: {
                "filter": {"match_all": {}} if at_once else unscored(others[facet]),
                "aggs": {"values": {"terms": {"field": facet, "size": size, "shard_size": MOST_FACET_VALUES}}},
            }
            for facet in facets
            for size in (MOST_CITED if facet == CITED else MOST_FACET_VALUES,)
        },
    }
    if not at_once:
        body["post_filter"] = unscored(allowed)
    return body | ({"_source": False, "docvalue_fields": ["id"]} if depth_only else {"_source": ["document"]})


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
    counts = [(int(one["key"]) if facet == "year" else one["key"], one["doc_count"]) for one in buckets]
    return tuple(sorted(counts, key=lambda pair: (-pair[1], str(pair[0]))))
