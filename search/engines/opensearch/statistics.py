"""What scoring needs to know of a whole index on OpenSearch: how rare terms are, and its newest day.

Asked of every shard at once, and remembered for a while.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from search import ranking
from search.engines.opensearch.cluster import Cluster
from search.engines.opensearch.mapping import DAY_NUMBER, server_term
from search.engines.opensearch.translator import Dsl, Key, Known, counted_queries, is_dated, name, rare_terms
from search.engines.plan.nodes import Plan

KEPT_SECONDS = 60.0  # rarity changes slowly; a new state of the index is seen within a minute at the latest
KEPT_ENTRIES = 200_000  # some 30 MB; the syllables of the language are a tenth of that
EVERYTHING = "every document"
ROUTINGS_TRIED = 2000  # of shards times five, one is not hit by chance with e^-5; that many are plenty

K = TypeVar("K")
V = TypeVar("V")


class Statistics:
    """Of one generation of an index. Shared by threads."""

    def __init__(self, cluster: Cluster, index: str, shards: int) -> None:
        self.index = index
        self._cluster, self._shards = cluster, shards
        self._memory: OrderedDict[Any, tuple[Any, float]] = OrderedDict()  # → (value, when asked)
        self._routings: list[str] = []
        self._newest = (0, float("-inf"))  # (day, when asked)
        self._lock = threading.Lock()

    def known(self, tree: Plan) -> Known:
        """Return what translating a query needs."""
        frequencies = self._remembered(rare_terms(tree), self._frequencies)
        absent = {key for key, (_, count) in frequencies.items() if not count}
        queries = {name(dsl): dsl for dsl in counted_queries(tree, absent)}
        counts: dict[str, int] = {}
        documents = 0
        if queries:
            queries[EVERYTHING] = {"match_all": {}}
            counts = self._remembered(queries, lambda missing: self._counts({one: queries[one] for one in missing}))
            documents = counts[EVERYTHING]
        rarity = {key: ranking.idf(documents, count) for key, (documents, count) in frequencies.items()}
        return Known(rarity, absent, counts, documents, self.newest() if is_dated(tree) else 0)

    def documents_with(self, keys: Iterable[Key], may_ask: bool = True) -> tuple[dict[Key, int], bool]:
        """Return key → documents that have the term, and whether the cluster was asked (else: what is remembered)."""
        asked = False

        def ask(missing: set[Key]) -> dict[Key, tuple[int, int]]:
            nonlocal asked
            asked = may_ask
            return self._frequencies(missing) if may_ask else {}

        return {key: count for key, (_, count) in self._remembered(keys, ask).items()}, asked

    def _remembered(self, keys: Iterable[K], ask: Callable[[set[K]], dict[K, V]]) -> dict[K, V]:
        """Return key → value: as remembered, the others as asked for now."""
        wanted, now = set(keys), time.monotonic()
        with self._lock:
            found = {
                key: self._memory[key][0]
                for key in wanted
                if key in self._memory and now - self._memory[key][1] < KEPT_SECONDS
            }
        missing = wanted - found.keys()
        if missing:
            asked = ask(missing)
            found |= asked
            with self._lock:
                for key, value in asked.items():
                    self._memory[key] = (value, now)
                    self._memory.move_to_end(key)
                while len(self._memory) > KEPT_ENTRIES:
                    self._memory.popitem(last=False)
        return found

    def newest(self) -> int:
        """Return the newest day of a document as a number of days, 0 if none has a day."""
        now = time.monotonic()
        if now - self._newest[1] > KEPT_SECONDS:
            body = {"size": 0, "aggs": {"newest": {"max": {"field": DAY_NUMBER}}}}
            answer = self._cluster.call(self._cluster.client.search, index=self.index, body=body)
            self._newest = (int(answer["aggregations"]["newest"]["value"] or 0), now)
        return self._newest[0]

    def _frequencies(self, keys: set[Key]) -> dict[Key, tuple[int, int]]:
        """Return key → (documents that have the field, documents that have the term there).

        Each shard is asked about a document that consists of these terms.
        """
        fields: dict[str, list[str]] = {}
        for field, term in keys:
            fields.setdefault(field, []).append(server_term(term))
        options = {"term_statistics": True, "field_statistics": True, "positions": False, "offsets": False}
        document = {field: " ".join(terms) for field, terms in fields.items()}
        docs = [
            {"_index": self.index, "doc": document, "fields": list(document), "routing": routing, **options}
            for routing in self._every_shard()
        ]
        answers = self._cluster.call(self._cluster.client.mtermvectors, body={"docs": docs})["docs"]
        documents: dict[str, int] = dict.fromkeys(fields, 0)
        counts: dict[tuple[str, str], int] = {}
        for answer in answers:
            if "error" in answer:
                raise self._cluster.refused_with(str(answer["error"]))
            for field, vector in answer.get("term_vectors", {}).items():
                documents[field] += max(vector["field_statistics"]["doc_count"], 0)
                for term, numbers in vector["terms"].items():
                    counts[field, term] = counts.get((field, term), 0) + numbers.get("doc_freq", 0)
        return {(f, term): (documents[f], counts.get((f, server_term(term)), 0)) for f, term in keys}

    def _counts(self, queries: dict[str, Dsl]) -> dict[str, int]:
        """Return how many documents match each query."""
        lines: list[Dsl] = []
        for dsl in queries.values():
            lines += [{"index": self.index}, {"query": dsl, "size": 0, "track_total_hits": True}]
        answers = self._cluster.call(self._cluster.client.msearch, body=lines)["responses"]
        for answer in answers:
            if "error" in answer:
                raise self._cluster.refused_with(str(answer["error"]))
        return {one: answer["hits"]["total"]["value"] for one, answer in zip(queries, answers, strict=True)}

    def _every_shard(self) -> list[str]:
        """Return a routing value for each shard."""
        if len(self._routings) != self._shards:
            found: dict[int, str] = {}
            for number in range(ROUTINGS_TRIED):
                answer: dict[str, Any] = self._cluster.call(
                    self._cluster.client.search_shards, index=self.index, params={"routing": str(number)}
                )
                found.setdefault(answer["shards"][0][0]["shard"], str(number))
                if len(found) == self._shards:
                    break
            self._routings = list(found.values())
        return self._routings
