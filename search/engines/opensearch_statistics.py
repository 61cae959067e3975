"""What scoring needs to know of a whole index on OpenSearch: how rare terms are, and its newest day.

Asked of every shard at once, and remembered for a while.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from search import ranking
from search.engines.opensearch_cluster import Cluster
from search.engines.opensearch_layout import DAY_NUMBER, server_term
from search.errors import IndexUnavailable

KEPT_SECONDS = 60.0  # rarity changes slowly; a new state of the index is seen within a minute at the latest
KEPT_TERMS = 200_000  # some 20 MB; the syllables of the language are a tenth of that
ROUTINGS_TRIED = 2000  # of shards times five, one is not hit by chance with e^-5; that many are plenty

Key = tuple[str, str]


class Statistics:
    """Of one generation of an index. Shared by threads."""

    def __init__(self, cluster: Cluster, index: str, shards: int) -> None:
        self.index = index
        self._cluster, self._shards = cluster, shards
        self._known: OrderedDict[Key, tuple[float, float]] = OrderedDict()  # → (idf, when asked)
        self._routings: list[str] = []
        self._newest = (0, float("-inf"))  # (day, when asked)
        self._lock = threading.Lock()

    def rarity(self, keys: Iterable[Key]) -> dict[Key, float]:
        """Return (field, term) → idf; a term that occurs nowhere is the rarest."""
        wanted, now = set(keys), time.monotonic()
        with self._lock:
            fresh = {key: self._known[key][0] for key in wanted if key in self._known and self._is_fresh(key, now)}
        missing = wanted - fresh.keys()
        if missing:
            asked = self._ask(missing)
            fresh |= asked
            with self._lock:
                for key, idf in asked.items():
                    self._known[key] = (idf, now)
                    self._known.move_to_end(key)
                while len(self._known) > KEPT_TERMS:
                    self._known.popitem(last=False)
        return fresh

    def newest(self) -> int:
        """Return the newest day of a document as a number of days, 0 if none has a day."""
        now = time.monotonic()
        if now - self._newest[1] > KEPT_SECONDS:
            body = {"size": 0, "aggs": {"newest": {"max": {"field": DAY_NUMBER}}}}
            answer = self._cluster.call(self._cluster.client.search, index=self.index, body=body)
            self._newest = (int(answer["aggregations"]["newest"]["value"] or 0), now)
        return self._newest[0]

    def _is_fresh(self, key: Key, now: float) -> bool:
        return now - self._known[key][1] < KEPT_SECONDS

    def _ask(self, keys: set[Key]) -> dict[Key, float]:
        """Ask each shard about a document that consists of these terms."""
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
                raise IndexUnavailable(f"{self._cluster.address}: {str(answer['error'])[:300]}")
            for field, vector in answer.get("term_vectors", {}).items():
                documents[field] += max(vector["field_statistics"]["doc_count"], 0)
                for term, numbers in vector["terms"].items():
                    counts[field, term] = counts.get((field, term), 0) + numbers.get("doc_freq", 0)
        found = {}
        for field, term in keys:
            count = counts.get((field, server_term(term)), 0)
            found[field, term] = ranking.idf(documents[field], count)
        return found

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
