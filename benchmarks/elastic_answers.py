"""Whole answers in the language of Elasticsearch, which several servers speak: how to ask for one, how to read it."""

import json
from collections.abc import Mapping
from typing import Any

from benchmarks.http_peers import FACETS, MARK, SHOWN, TOP, VALUES, Found


def elastic_line(path: str, query: Mapping[str, Any]) -> str:
    """Return a request for a whole answer. The line is as http_clients.py takes it."""
    body = {
        "query": query,
        "size": TOP,
        "track_total_hits": True,
        "_source": SHOWN,
        "aggs": {facet: {"terms": {"field": facet, "size": VALUES}} for facet in FACETS},
        "highlight": {
            "pre_tags": [MARK],
            "post_tags": ["</mark>"],
            "fields": {"text": {"number_of_fragments": 1, "fragment_size": 250}},
        },
    }
    return f"{path} {json.dumps(body)}"


def elastic_found(answer: bytes) -> Found:
    told = json.loads(answer)
    hits = told["hits"]["hits"] or []
    values = sum(len(facet["buckets"] or []) for facet in told["aggregations"].values())
    return Found([hit["_source"]["id"] for hit in hits], values, sum(bool(hit.get("highlight")) for hit in hits))
