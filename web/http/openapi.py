"""The OpenAPI description, made from the same tables that check the parameters."""

from typing import Any

from search.domain import fates, kinds, levels, year_grades
from search.domain.places import known_slugs
from search.query.nodes import MAX_QUERY_CHARACTERS, SORTS
from search.request_checks import FILTER_YEARS
from web.http.figure_parameters import KINDS
from web.http.openapi_schemas import DAY, SCHEMAS, STRING, Schema
from web.http.parameters import (
    API_PARAMETERS,
    MAX_LIMIT,
    MAX_OFFSET,
    MAX_VALUE_CHARACTERS,
    PAGE_SIZE,
    REPEATABLE,
    SEARCH_PARAMETERS,
)

VERSION = "1.0.0"


def description(server: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document; server: the address that /api stands under, without a slash at its end."""
    search = [parameter(name) for name in SEARCH_PARAMETERS]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "hoinghi",
            "version": VERSION,
            "description": "Search over the archives of Vietnam's provincial party meetings. "
            "Dates are ISO dates cut to what is known: 2023, 2023-07 or 2023-07-05. "
            "The same routes answer below /api/v1, which keeps its meaning; /api is the newest version.",
        },
        "servers": [{"url": server}],
        "paths": {
            "/api/search": get("Search", [parameter(name) for name in API_PARAMETERS], "Results"),
            "/api/articles/{key}": get("One article with its facts and versions", [KEY], "Article", missing=True),
            "/api/meetings/{key}": get("One meeting as its reports tell it", [MEETING_KEY], "Meeting", missing=True),
            "/api/figures": get(
                "What articles state in numbers, with their sentences; newest period first",
                figure_parameters(),
                "Figures",
                missing=True,
            ),
            "/api/quotes": get(
                "What people say, with the words of the article that say so", quotes_parameters(), "Quotes"
            ),
            "/api/suggest": get("Completions of a search", [{**parameter("q"), "required": True}], "Suggestions"),
            "/api/sources": get("The sources of the archive", [], "Sources"),
            "/api/coverage": get("How many documents there are by province, year, kind and source", [], "Coverage"),
            "/api/changes": get("Articles that came, changed, went or were withheld, in order", CHANGES, "Changes"),
            "/api/proof/head": get(
                "The last signed head of the log of proofs (RFC 6962), to be kept elsewhere", [], "Head", missing=True
            ),
            "/api/openapi.json": get("This description", [], "Description"),
            "/atom": get_file("The newest results of a search as a feed", search, "application/atom+xml"),
            "/export.csv": get_file("All results of a search as a table", search, "text/csv", limited=True),
            "/quotes.csv": get_file("What people say in all results, a line each", search, "text/csv", limited=True),
            "/quotes.atom": get_file(
                "What people say in the newest results, as a feed", search, "application/atom+xml"
            ),
            "/edits.atom": get_file("Pages changed or taken down at their source", search, "application/atom+xml"),
            "/export.jsonl": get_file(
                'All results, one JSON object a line; the first tells query and moment, the last has "complete"',
                search,
                "application/jsonl",
                limited=True,
            ),
        },
        "components": {"schemas": SCHEMAS},
    }


def quotes_parameters() -> list[dict[str, Any]]:
    """Return the parameters of /api/quotes."""
    return [parameter(name) for name in API_PARAMETERS if name not in ("said", "partial")]


def figure_parameters() -> list[dict[str, Any]]:
    """Return the parameters of /api/figures."""
    kinds_of_value = {"type": "array", "items": {"type": "string", "enum": list(KINDS)}}
    key = {"type": "string", "pattern": "^[a-z0-9-]+$", "maxLength": 60}
    own = {"in": "query", "required": False}
    return [
        {"name": "indicator", "description": "Key of an indicator, as listed in the answer.", "schema": key, **own},
        *(parameter(name) for name in ("province", "year")),
        {"name": "kind", "description": MEANINGS["value_kind"], "schema": kinds_of_value, **own},
        *(parameter(name) for name in ("limit", "offset")),
    ]


def parameter(name: str) -> dict[str, Any]:
    schema = parameter_schemas()[name]
    if name in REPEATABLE:
        schema = {"type": "array", "items": schema}
    return {"name": name, "in": "query", "required": False, "description": MEANINGS[name], "schema": schema}


MEANINGS = {
    "q": "What to search for; quotes make a phrase. Needed unless there is a filter; blanks alone are no query.",
    "province": "Slug of a unit, matched against the unit of the time or today's.",
    "province_then": "Slug of the unit on the date of the document.",
    "province_now": "Slug of today's unit.",
    "year": "Year of the meeting, else of the publication.",
    "kind": "Kind of meeting.",
    "level": "Level whose meeting or affairs an article reports.",
    "year_grade": "How sure the year is: printed, inferred from words, bracketed (the only one that fits); unknown: "
    "articles without a year, beside year, from or to those that may be of that time.",
    "fate": "What became of the article at its source: edited (changed after it was archived) or gone.",
    "value_kind": "Kind of value: result, estimate, target, or what it is measured against.",
    "source": "Slug of the source, see /api/sources; printable.",
    "document_number": "A document that is cited, written as in the facet: 35-CT/TW.",
    "from": "First day, inclusive; not after `to`.",
    "to": "Last day, inclusive.",
    "said": "1: the words stand within what somebody says; the quotes are told with each hit.",
    "sort": "Order of the results.",
    "partial": "1: documents that lack a word of the query count as well, in totals, facets and every order.",
    "limit": "How many results to return.",
    "offset": "How many results to pass over.",
}


def parameter_schemas() -> dict[str, Schema]:
    """Return the schema of one value of every parameter of a search, with the limits that are enforced."""
    slug = {"type": "string", "enum": sorted(known_slugs())}
    return {
        "q": {"type": "string", "maxLength": MAX_QUERY_CHARACTERS},
        "province": slug,
        "province_then": slug,
        "province_now": slug,
        "year": {"type": "integer", "minimum": FILTER_YEARS[0], "maximum": FILTER_YEARS[-1]},
        "kind": {"type": "string", "enum": list(kinds.labels())},
        "level": {"type": "string", "enum": list(levels.labels())},
        "year_grade": {"type": "string", "enum": list(year_grades.labels())},
        "fate": {"type": "string", "enum": list(fates.labels())},
        "source": {"type": "string", "minLength": 1, "maxLength": MAX_VALUE_CHARACTERS},
        "document_number": {"type": "string", "minLength": 1, "maxLength": MAX_VALUE_CHARACTERS},
        "from": DAY,
        "to": DAY,
        "said": {"type": "integer", "minimum": 0, "maximum": 1, "default": 0},
        "sort": {"type": "string", "enum": list(SORTS), "default": SORTS[0]},
        "partial": {"type": "integer", "minimum": 0, "maximum": 1, "default": 0},
        "limit": {"type": "integer", "minimum": 0, "maximum": MAX_LIMIT, "default": PAGE_SIZE},
        "offset": {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0},
    }


CHANGES = [
    {
        "name": "since",
        "in": "query",
        "required": False,
        "description": 'The "next" of an earlier answer of this archive, or a day; without it, from the beginning.',
        "schema": {"type": "string", "pattern": r"^(\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?|\d{1,18}:-?\d{1,19})?$"},
    },
    {
        "name": "limit",
        "in": "query",
        "required": False,
        "description": "How many changes to tell at most.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
    },
]
KEY = {
    "name": "key",
    "in": "path",
    "required": True,
    "description": "The short name of an article, as in its permalink /bai/<key>.",
    "schema": STRING,
}
MEETING_KEY = KEY | {"description": "The key of a meeting, as in its permalink /hop/<key>."}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of an answer that is already there.",
    "schema": STRING,
}
ANY_ORIGIN = {"Access-Control-Allow-Origin": {"description": "Any page may read this.", "schema": {"const": "*"}}}
ETAG = {"ETag": {"description": "Changes when the answer does.", "schema": STRING}}


def get(summary: str, parameters: list[dict[str, Any]], schema: str, *, missing: bool = False) -> dict[str, Any]:
    """Return a path that answers in JSON, with its one operation and every status it answers with."""
    responses = {
        "200": json_content("The answer", schema) | {"headers": ANY_ORIGIN | ETAG},
        "304": {"description": "Unchanged since the ETag given in If-None-Match", "headers": ETAG},
        "400": json_content("A parameter is unknown or malformed", "Error"),
        "503": json_content("There is no index yet, or answering took too long", "Error"),
    }
    if missing:
        responses["404"] = json_content("There is no such article or meeting", "Error")
        responses["410"] = json_content("The article is withheld; the message says why", "Error")
    return {"get": {"summary": summary, "parameters": [*parameters, IF_NONE_MATCH], "responses": responses}}


def get_file(summary: str, parameters: list[dict[str, Any]], mimetype: str, *, limited: bool = False) -> dict[str, Any]:
    """Return a path that answers with a file; a person may be the one who asks, so mistakes are told as a page."""
    responses: dict[str, Any] = {
        "200": {"description": "The file", "content": {mimetype: {"schema": STRING}}, "headers": ANY_ORIGIN},
        "400": {"description": "A parameter is unknown or malformed", "content": {"text/html": {}}},
        "503": {"description": "There is no index yet, or answering took too long", "content": {"text/html": {}}},
    }
    if limited:
        responses["429"] = {"description": "Too many exports from one address", "content": {"text/html": {}}}
    else:
        responses["304"] = {"description": "Unchanged since the ETag given in If-None-Match"}
        parameters = [*parameters, IF_NONE_MATCH]
    return {"get": {"summary": summary, "parameters": parameters, "responses": responses}}


def json_content(meaning: str, schema: str) -> dict[str, Any]:
    return {
        "description": meaning,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }
