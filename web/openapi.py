"""The OpenAPI description, made from the same tables that check the parameters."""

from typing import Any

from search import kinds
from search.answer import FIRST_YEAR, LAST_YEAR
from search.places import known_slugs
from search.query import MAX_QUERY_CHARACTERS, SORTS
from web.parameters import (
    API_PARAMETERS,
    MAX_LIMIT,
    MAX_OFFSET,
    MAX_SOURCE_CHARACTERS,
    PAGE_SIZE,
    REPEATABLE,
)

VERSION = "1.0.0"

STRING: dict[str, Any] = {"type": "string"}
INTEGER: dict[str, Any] = {"type": "integer"}
NUMBER: dict[str, Any] = {"type": "number"}
OPTIONAL: dict[str, Any] = {"type": ["string", "null"]}
DAY = {"type": "string", "format": "date"}


def description(server: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document; server: the address that /api stands under, without a slash at its end."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "hoinghi",
            "version": VERSION,
            "description": "Search over the archives of Vietnam's provincial party meetings. "
            "Dates are ISO dates cut to what is known: 2023, 2023-07 or 2023-07-05.",
        },
        "servers": [{"url": server}],
        "paths": {
            "/api/search": get("Search", [parameter(name) for name in API_PARAMETERS], "Results"),
            "/api/articles/{key}": get("One article with its facts and versions", [KEY], "Article", missing=True),
            "/api/meetings/{key}": get("One meeting as its reports tell it", [MEETING_KEY], "Meeting", missing=True),
            "/api/suggest": get("Completions of a search", [{**parameter("q"), "required": True}], "Suggestions"),
            "/api/sources": get("The sources of the archive", [], "Sources"),
            "/api/coverage": get("How many documents there are by province, year, kind and source", [], "Coverage"),
            "/api/openapi.json": get("This description", [], "Description"),
        },
        "components": {"schemas": SCHEMAS},
    }


def parameter(name: str) -> dict[str, Any]:
    schema = parameter_schemas()[name]
    if name in REPEATABLE:
        schema = {"type": "array", "items": schema}
    return {"name": name, "in": "query", "required": False, "description": MEANINGS[name], "schema": schema}


MEANINGS = {
    "q": "What to search for; quotes make a phrase. Needed unless there is a filter.",
    "province": "Slug of a unit, matched against the unit of the time or today's.",
    "province_then": "Slug of the unit on the date of the document.",
    "province_now": "Slug of today's unit.",
    "year": "Year of the meeting, else of the publication.",
    "kind": "Kind of meeting.",
    "source": "Slug of the source, see /api/sources.",
    "from": "First day, inclusive.",
    "to": "Last day, inclusive.",
    "sort": "Order of the results.",
    "limit": "How many results to return.",
    "offset": "How many results to pass over.",
}


def parameter_schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of one value of every parameter of a search, with the limits that are enforced."""
    slug = {"type": "string", "enum": sorted(known_slugs())}
    return {
        "q": {"type": "string", "maxLength": MAX_QUERY_CHARACTERS},
        "province": slug,
        "province_then": slug,
        "province_now": slug,
        "year": {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR},
        "kind": {"type": "string", "enum": list(kinds.labels())},
        "source": {"type": "string", "minLength": 1, "maxLength": MAX_SOURCE_CHARACTERS},
        "from": DAY,
        "to": DAY,
        "sort": {"type": "string", "enum": list(SORTS), "default": SORTS[0]},
        "limit": {"type": "integer", "minimum": 0, "maximum": MAX_LIMIT, "default": PAGE_SIZE},
        "offset": {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0},
    }


KEY = {
    "name": "key",
    "in": "path",
    "required": True,
    "description": "The short name of an article, as in its permalink /bai/<key>.",
    "schema": STRING,
}

MEETING_KEY = KEY | {"description": "The key of a meeting, as in its permalink /hop/<key>."}


def get(summary: str, parameters: list[dict[str, Any]], schema: str, *, missing: bool = False) -> dict[str, Any]:
    """Return a path with its one operation and every status it answers with."""
    responses = {
        "200": content("The answer", schema),
        "304": {"description": "Unchanged since the ETag given in If-None-Match"},
        "400": content("A parameter is unknown or malformed", "Error"),
        "503": content("There is no index yet", "Error"),
    }
    if missing:
        responses["404"] = content("There is no such article or meeting", "Error")
    return {"get": {"summary": summary, "parameters": parameters, "responses": responses}}


def content(meaning: str, schema: str) -> dict[str, Any]:
    return {
        "description": meaning,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def record(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def listing(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


PROVINCE = record(then=OPTIONAL, now=OPTIONAL)
COUNTED = listing(record(value={"type": ["string", "integer"]}, label=STRING, count=INTEGER))
YEAR = {"type": ["integer", "null"]}
SCHEMAS: dict[str, dict[str, Any]] = {
    "Results": record(
        query=STRING,
        understood=STRING,
        total=INTEGER,
        took_ms=NUMBER,
        hits=listing(
            record(
                id=STRING,
                url=STRING,
                title=STRING,
                province=PROVINCE,
                year=YEAR,
                published=OPTIONAL,
                held=OPTIONAL,
                score=NUMBER,
                snippet={"type": "string", "description": "HTML, escaped; only <mark> is markup"},
                key=STRING,
                source=OPTIONAL,
                kind=OPTIONAL,
                also_in=listing(record(key=STRING, source=STRING)),
            )
        ),
        facets={"type": "object", "additionalProperties": COUNTED},
    ),
    "Article": record(
        key=STRING,
        id=STRING,
        url=STRING,
        permalink=STRING,
        title=STRING,
        lede=STRING,
        text=STRING,
        byline=STRING,
        captions=listing(STRING),
        source=OPTIONAL,
        printed_date=STRING,
        facts={"type": ["object", "null"]},
        capture={"type": ["object", "null"]},
        versions=listing(record(version=INTEGER, fetched_at=STRING, sha256=STRING, title=STRING)),
    ),
    "Meeting": record(
        **{name: OPTIONAL for name in ("kind", "organ", "from", "to", "term", "chair", "place")},
        key=STRING,
        permalink=STRING,
        province=PROVINCE,
        ordinal=YEAR,
        agenda=listing(STRING),
        documents=listing(record(number=STRING, date=OPTIONAL)),
        reports=listing(record(key=STRING, title=STRING, published=OPTIONAL, source=OPTIONAL)),
    ),
    "Suggestions": record(query=STRING, suggestions=listing(record(text=STRING, kind=STRING))),
    "Sources": record(sources=listing(record(slug=STRING, name=STRING, province=OPTIONAL, kind=STRING, count=INTEGER))),
    "Coverage": {"type": "object", "properties": {"total": INTEGER}, "additionalProperties": COUNTED},
    "Description": {"type": "object"},
    "Error": record(error=record(status=INTEGER, parameter=OPTIONAL, message=STRING)),
}
