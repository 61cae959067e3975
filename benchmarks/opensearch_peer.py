"""OpenSearch, one node on loopback, with the analysis of ICU, as its manual sets up an index that is only read."""

import json
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.elastic_answers import elastic_found, elastic_line
from benchmarks.held_words import is_accented
from benchmarks.http_peers import FACETS, Found, Missing, row_of
from search.document import Document
from tests.search.engines.opensearch.cluster import HOST, CannotStart, Cluster, fetched, missing_tools

ICU = Path(__file__).parent / "opensearch_icu"
JAVA = ("-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-Dplugins=IcuAnalysis")  # the collector and the equal sizes it advises
BATCH = 500
TEXT = {
    "type": "text",
    "analyzer": "folded",
    "index_options": "offsets",  # so that excerpts are marked without analysing them again
    "fields": {"exact": {"type": "text", "analyzer": "exact"}},
}
INDEX = {
    "settings": {
        "number_of_shards": 1,
        "number_of_replicas": 0,
        "refresh_interval": "-1",
        "analysis": {
            "analyzer": {
                "folded": {"type": "custom", "tokenizer": "icu_tokenizer", "filter": ["icu_folding"]},
                "exact": {"type": "custom", "tokenizer": "icu_tokenizer", "filter": ["icu_normalizer"]},
            }
        },
    },
    "mappings": {
        "properties": {
            "title": TEXT,
            "text": TEXT,
            **{name: {"type": "keyword"} for name in ("id", "url", *FACETS)},
            "published": {"type": "date"},
        }
    },
}
ENOUGH = "2<75%"  # of more than two words as many must match: the manual's example


def query(text: str) -> dict[str, Any]:
    """Return the query that found most of what was asked of those tried: default, most_fields, best_fields, this.

    Words may be in either field, without diacritics; if any were typed, pages that have them as typed come first.
    """
    folded = {
        "query": text,
        "type": "cross_fields",
        "fields": ["title", "text"],
        "minimum_should_match": ENOUGH,
    }
    if not is_accented(text):
        return {"multi_match": folded}
    exact = {"query": text, "type": "cross_fields", "fields": ["title.exact", "text.exact"]}
    return {"bool": {"must": {"multi_match": folded}, "should": {"multi_match": exact}}}


class OpenSearch:
    name = "OpenSearch with ICU"
    told = (
        "one node of version 2.19, heap of 1 GB, one shard merged into one segment; `icu_tokenizer` with "
        "`icu_folding`, `multi_match` across both fields, 75 % of more than two words must match; those typed with "
        "diacritics count again in exact fields (`icu_normalizer`). The plug-in analysis-icu is not on Maven Central: "
        "benchmarks/opensearch_icu/ registers the same classes of Lucene"
    )
    headers = ()

    def __init__(self, folder: Path) -> None:
        if missing := missing_tools():
            raise Missing(f"OpenSearch is left out: {missing}")
        try:
            jars = fetched(ICU / "pom.xml", "opensearch-icu")
            self.cluster = Cluster(1, java=JAVA, version="2", sources=[ICU / "IcuAnalysisPlugin.java"], jars=jars)
            self.running = ExitStack()
            self.running.enter_context(self.cluster)
        except CannotStart as reason:
            raise Missing(f"OpenSearch is left out: {reason}") from None

    @property
    def ports(self) -> list[int]:
        return [self.cluster.nodes[0].http]

    def _send(self, method: str, path: str, body: bytes = b"") -> Any:
        kind = "application/x-ndjson" if path == "/_bulk" else "application/json"
        headers = {"Content-Type": kind} if body else {}
        request = urllib.request.Request(f"http://{HOST}:{self.ports[0]}{path}", body or None, headers, method=method)
        with urllib.request.urlopen(request, timeout=600) as answer:
            return json.load(answer)

    def prepare(self) -> None:
        self._send("PUT", "/articles", json.dumps(INDEX).encode())

    def fill(self, documents: Sequence[Document]) -> None:
        left = iter(documents)
        while batch := "".join(_bulk_lines(islice(left, BATCH))):
            if self._send("POST", "/_bulk", batch.encode())["errors"]:
                raise Missing("OpenSearch is left out: it refused documents")
        self._send("POST", "/articles/_forcemerge?max_num_segments=1")
        self._send("POST", "/articles/_refresh")
        self._send("POST", "/articles/_flush")

    def serve(self) -> None:
        node = self.cluster.nodes[0]
        node.kill()
        try:
            self.cluster.restart(node)
        except CannotStart as reason:
            raise Missing(f"OpenSearch is left out: {reason}") from None

    def processes(self) -> list[int]:
        process = self.cluster.nodes[0].process
        return [process.pid] if process else []

    def files(self) -> Path:
        return self.cluster.nodes[0].home / "data"

    def line(self, text: str) -> str:
        return elastic_line("/articles/_search", query(text))

    def found(self, answer: bytes) -> Found:
        return elastic_found(answer)

    def close(self) -> None:
        self.running.close()


def _bulk_lines(documents: Iterator[Document]) -> Iterator[str]:
    for one in documents:
        yield json.dumps({"index": {"_index": "articles", "_id": one.id}}) + "\n"
        yield json.dumps(row_of(one), ensure_ascii=False) + "\n"
