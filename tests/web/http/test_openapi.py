"""The description of the interface against what the interface does, by the requests that schemathesis thinks of."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, Response
from schemathesis.specs.openapi.checks import positive_data_acceptance
from schemathesis.specs.openapi.schemas import OpenApiSchema

from crawl.article import article_key
from search.query.nodes import MAX_QUERY_CHARACTERS
from web.http.openapi import description, parameter_schemas

PATHS = list(description("")["paths"])
WITH_QUERY = [path for path, item in description("")["paths"].items() if item["get"]["parameters"][0]["in"] == "query"]
THERE = {
    "/api/articles/{key}": article_key("https://bao.mau.test/tin/1.html"),
    "/api/meetings/{key}": "bac-giang.btv.2023-07-05",
}
# What JSON Schema cannot say of parameters together, and the description says in words.
SAID_IN_WORDS = (
    *(
        "of an earlier answer of this archive",
        "empty query",
        "is after to",
        "expected the slug of a source",
        "expected a number as",
    ),
    *("Chưa có gì để", "sau ngày kết thúc", "không phải mã của một nguồn", "không phải số hiệu văn bản"),
)
PLAIN = {"Accept-Encoding": "identity"}  # the answer as it is; compression has its own tests

fuzzed = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="session")
def described(app: Flask) -> OpenApiSchema:
    app.extensions["export_limit"].calls = 10**9
    return schemathesis.openapi.from_wsgi("/api/openapi.json", app)


def answered(case: Case) -> Response:
    """Return the answer. Fails on 5xx, statuses, headers and types that are not described, and other shapes.

    Fails, too, where a request that breaks the description is taken.
    """
    return case.call_and_validate(headers=PLAIN, excluded_checks=[positive_data_acceptance])


@pytest.mark.parametrize("path", PATHS)
@given(data=st.data())
@fuzzed
def test_what_fits_the_description_is_answered_as_described(
    described: OpenApiSchema, path: str, data: st.DataObject
) -> None:
    answer = answered(data.draw(described[path]["GET"].as_strategy(generation_mode=GenerationMode.POSITIVE)))
    assert answer.status_code != 400 or any(reason in answer.text for reason in SAID_IN_WORDS), answer.text


@pytest.mark.parametrize("path", WITH_QUERY)
@given(data=st.data())
@fuzzed
def test_what_does_not_fit_is_refused_as_described(described: OpenApiSchema, path: str, data: st.DataObject) -> None:
    answered(data.draw(described[path]["GET"].as_strategy(generation_mode=GenerationMode.NEGATIVE)))


@pytest.mark.parametrize("path", THERE)
def test_what_is_there_is_as_described(described: OpenApiSchema, path: str) -> None:
    assert answered(described[path]["GET"].Case(path_parameters={"key": THERE[path]})).status_code == 200


def beyond(schema: dict[str, Any]) -> Iterator[str]:
    """Yield values just outside of what a schema allows."""
    if "enum" in schema:
        yield "khong-co"
    if "minimum" in schema:
        yield from (str(schema["minimum"] - 1), str(schema["maximum"] + 1), "hai", "1.5", "")
    if "maxLength" in schema:
        yield "a" * (schema["maxLength"] + 1)
        if schema["maxLength"] >= MAX_QUERY_CHARACTERS:
            yield "a" + " " * schema["maxLength"]
    if "minLength" in schema:
        yield ""
    if schema.get("format") == "date":
        yield from ("2023-02-30", "1/2/2023", "2023", "")


def within(schema: dict[str, Any]) -> Iterator[str]:
    """Yield values at the limits of what a schema allows."""
    yield from schema.get("enum", ())[::20]
    if "minimum" in schema:
        yield from (str(schema["minimum"]), str(schema["maximum"]))
    if "maxLength" in schema:
        yield from ("a" * schema.get("minLength", 0), "a" * schema["maxLength"])
    if schema.get("format") == "date":
        yield from ("2024-02-29", "1900-01-01")


@pytest.mark.parametrize("name", parameter_schemas())
def test_the_limits_of_each_parameter_are_those_described(client: FlaskClient, name: str) -> None:
    schema = parameter_schemas()[name]
    for value in beyond(schema):
        answer = client.get("/api/search", query_string={"province": "bac-ninh"} | {name: value})
        assert answer.status_code == 400, value
        assert answer.get_json()["error"]["parameter"] in (name, None if name != "q" else "q"), value
    for value in within(schema):
        assert client.get("/api/search", query_string={"province": "bac-ninh"} | {name: value}).status_code == 200, (
            value
        )
