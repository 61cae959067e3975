"""What an index on OpenSearch looks like: settings, mapping, and a document as it is sent.

Text is analysed here, by search/text/analysis.py, and sent as tokens: the server cuts at spaces and nothing else. Terms
at one position (a date and its first part) are joined by "|"; a gap in the positions is a new value of the field. Where
quotes begin and end is sent with the positions of the text; the server drops what stands at all others.

    syllables        text, positions; BM25 with Lucene's norms (length of the text in 256 steps)
    pairs            text without positions, "giải_ngân"
    head             counts of terms, scored by saturation: Lucene's own rarity would be that of the head alone
    document         as it is shown, not indexed
"""

import hashlib
import json
from collections import Counter
from dataclasses import MISSING, asdict, fields
from itertools import pairwise
from typing import Any

from search import ranking
from search.document import CITED, FACETS, Document
from search.engines.indexed_fields import (
    FIRST_DAY,
    LAST_DAY,
    WHOLE_VALUES,
    day_range,
    exact_values,
    facet_values,
    ordinal,
    value_hash,
)
from search.text.analysis import PAIR_JOINT, field_terms

MADE_BY = "hoinghi"
REVISION = 3  # counts changes of this file that the mapping does not show
SAME_POSITION = "|"  # neither this nor "_" occurs in a syllable
EMPTY_POSITION = "-"  # nor this
SERVER_PAIR_JOINT = "_"
NORMS, FOLDS = "norms", "folds"  # the distinct syllables of a document, for the vocabulary; numbers are left out
CITED_BY_HASH = "cited"  # documents cited, each behind its hash: equally frequent ones are listed in that order
HASH_DIGITS = 16
REPRINT = "reprint"  # names the text of a page that others print, too
DAY_NUMBER = "day_number"  # of the first day that a document may mean; recency counts days
LONGEST_TERM = 1000  # characters; Lucene refuses a document with a term of more than 32,766 bytes
WINDOW = 10_000  # hits that one request may ask for (OpenSearch's own default); beyond, pages follow one another

_SYLLABLES = {"exact": NORMS, "folded": FOLDS}
_EMPTY: tuple[Any, ...] = ("", None, (), {})
_COUNTS = {"index_options": "freqs"}
_TUPLES = {one.name for one in fields(Document) if isinstance(one.default, tuple)}
_KNOWN = {one.name for one in fields(Document)}
_REQUIRED = {one.name for one in fields(Document) if one.default is MISSING and one.default_factory is MISSING}


def index_body(shards: int, replicas: int) -> dict[str, Any]:
    """Return settings and mapping for a new index."""
    similarities = {
        _similarity(b): {"type": "BM25", "k1": ranking.K1, "b": b, "discount_overlaps": False}
        for b in {field.b for field in ranking.FIELDS}
    }
    settings = {
        "number_of_shards": shards,
        "number_of_replicas": replicas,
        "refresh_interval": -1,  # what was added becomes visible at the commit
        "max_result_window": WINDOW,
        "similarity": similarities,
        "analysis": {
            "tokenizer": {"spaces": {"type": "whitespace", "max_token_length": 16_384}},
            "filter": {
                "places": {"type": "pattern_capture", "preserve_original": False, "patterns": ["([^|]+)"]},
                "gaps": {"type": "stop", "stopwords": [EMPTY_POSITION]},
            },
            "analyzer": {
                "tokens": {"type": "custom", "tokenizer": "spaces", "filter": ["places"]},
                "sparse_tokens": {"type": "custom", "tokenizer": "spaces", "filter": ["places", "gaps"]},
            },
        },
    }
    return {"settings": {"index": settings}, "mappings": {**_mapping(), "_meta": {**marker()}}}


def marker() -> dict[str, str]:
    """Return what tells that an index is ours, and of which layout."""
    shape = json.dumps([_mapping(), ranking.K1, ranking.HEAD_SYLLABLES, REVISION], sort_keys=True)
    return {"made_by": MADE_BY, "layout": hashlib.sha256(shape.encode()).hexdigest()[:12]}


def _mapping() -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for field in ranking.FIELDS:
        if field.part == "head":
            properties[field.name] = {"type": "rank_features"}
            continue
        properties[field.name] = {
            "type": "text",
            "analyzer": "sparse_tokens" if field.part == "quotes" else "tokens",
            "similarity": _similarity(field.b),
            "norms": field.b > 0,
            **({"index_options": "positions", "position_increment_gap": 1} if field.positions else _COUNTS),
        }
    properties[ranking.WORDS] = {"type": "text", "analyzer": "tokens", "norms": False, "index_options": "docs"}
    unkept = [*properties, NORMS, FOLDS, CITED_BY_HASH, REPRINT]
    properties |= {facet: {"type": "keyword"} for facet in FACETS}
    properties |= {name: {"type": "keyword", "ignore_above": LONGEST_TERM} for name in WHOLE_VALUES}
    properties |= {CITED_BY_HASH: {"type": "keyword", "index": False}, REPRINT: {"type": "keyword", "index": False}}
    properties |= {day: {"type": "integer"} for day in (FIRST_DAY, LAST_DAY, DAY_NUMBER)}
    properties |= {name: {"type": "keyword"} for name in ("id", "key", "part")}
    properties |= {name: {"type": "keyword", "index": False} for name in (NORMS, FOLDS)}
    properties["fingerprint"] = {"type": "keyword", "index": False}
    properties["document"] = {"type": "object", "enabled": False}
    return {"dynamic": "strict", "_source": {"excludes": unkept}, "properties": properties}


def _similarity(b: float) -> str:
    return f"bm25_b{round(b * 100):03}"


def server_id(document_id: str) -> str:
    """Return the id under which the server keeps a document: ids are URLs and may be longer than it allows."""
    return hashlib.blake2b(document_id.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def server_term(term: str) -> str:
    """Return a term of search/text/analysis.py as the server has it."""
    plain = _sendable(term.replace(PAIR_JOINT, SERVER_PAIR_JOINT))
    if len(plain) <= LONGEST_TERM:
        return plain
    return plain[:LONGEST_TERM] + hashlib.blake2b(plain.encode(), digest_size=8).hexdigest()


def feature(term: str) -> str:
    """Return a term as the name of a feature: a point would separate field and feature."""
    return server_term(term).replace(".", "·")


def source(document: Document, part: str = "") -> dict[str, Any]:
    """Return a document as it is sent."""
    first, last = day_range(document.day)
    sent: dict[str, Any] = {
        "id": _sendable(document.id),
        "key": _sendable(document.key),
        "fingerprint": document.fingerprint(),
        "part": part,
        "document": {n: value for n, value in asdict(document).items() if n in _REQUIRED or value not in _EMPTY},
        **{facet: _sendable(value) for facet, value in facet_values(document).items()},
        **{name: [_sendable(value) for value in values] for name, values in exact_values(document).items()},
    }
    if cited := exact_values(document).get(CITED):
        sent[CITED_BY_HASH] = [by_hash(number) for number in cited if len(number) <= LONGEST_TERM]
    if document.copies:
        sent[REPRINT] = _sendable(document.copied_text)
    if first:
        sent |= {FIRST_DAY: first, LAST_DAY: last, DAY_NUMBER: ordinal(first)}
    found = field_terms(document)
    first_position = min((position for _, position in found["folded"]), default=0)
    for name, placed in found.items():
        if any(len(term) > LONGEST_TERM for term, _ in placed):
            placed = [(server_term(term), position) for term, position in placed]
        terms = [term for term, _ in placed]
        field = ranking.BY_NAME.get(name)
        if field is not None and field.part == "head":
            sent[name] = {feature(term): count for term, count in Counter(terms).items()}
        elif field is not None and field.part == "quotes":
            sent[name] = _sparse(placed, first_position)
        elif field is not None and field.positions:
            sent[name] = _values(placed)
        else:
            sent[name] = _value(terms)
        if name in _SYLLABLES:
            sent[_SYLLABLES[name]] = [term for term in set(terms) if term.isalpha()]
    return sent


def by_hash(number: str) -> str:
    """Return the number of a document cited behind its hash, as it is counted."""
    return f"{value_hash(CITED, number):0{HASH_DIGITS}x}{_sendable(number)}"


def number_behind(value: str) -> str:
    return value[HASH_DIGITS:]


def _value(terms: list[str]) -> str:
    """Return terms as a value of a field. All are rewritten at once, which takes a tenth of one after the other."""
    return "\n".join(terms).replace(PAIR_JOINT, SERVER_PAIR_JOINT).replace("\n", " ")


def _values(placed: list[tuple[str, int]]) -> list[str]:
    """Return terms as the values of a field: one for each stretch without a gap."""
    at: dict[int, str] = {}
    for term, position in placed:
        at[position] = at[position] + SAME_POSITION + term if position in at else term
    positions = sorted(at)
    starts = [n for n, (before, after) in enumerate(pairwise(positions), 1) if after != before + 1]
    stretches = zip([0, *starts], [*starts, len(positions)], strict=True)
    return [_value([at[position] for position in positions[first:end]]) for first, end in stretches]


def _sparse(placed: list[tuple[str, int]], first: int) -> str:
    """Return terms as a value that holds something at every position. first: that of the server's first."""
    at: dict[int, str] = {}
    for term, position in placed:
        at[position] = at[position] + SAME_POSITION + term if position in at else term
    return _value([at.get(position, EMPTY_POSITION) for position in range(first, max(at, default=first - 1) + 1)])


def bulk_lines(document: Document, part: str = "") -> bytes:
    """Return the two lines of a bulk request that add or replace a document."""
    try:
        action = {"index": {"_id": server_id(document.id)}}
        return (_json(action) + "\n" + _json(source(document, part)) + "\n").encode()
    except UnicodeEncodeError:  # half a surrogate pair, from a damaged page
        return (_json(action) + "\n" + _sendable(_json(source(document, part))) + "\n").encode()


def document_of(kept: dict[str, Any]) -> Document:
    """Return the document from what the server kept; fields that Document no longer has are passed over."""
    values: dict[str, Any] = {name: value for name, value in kept["document"].items() if name in _KNOWN}
    return Document(**values | {name: _tupled(values[name]) for name in _TUPLES & values.keys()})


def _tupled(value: list[Any]) -> tuple[Any, ...]:
    return tuple(tuple(one) if isinstance(one, list) else one for one in value)


def _sendable(text: str) -> str:
    """Return text without halves of surrogate pairs, which JSON over HTTP cannot carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
