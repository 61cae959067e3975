"""The description of the interface against what the interface does, by the requests that schemathesis thinks of."""

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, Response
from schemathesis.specs.openapi.checks import positive_data_acceptance
from schemathesis.specs.openapi.schemas import OpenApiSchema

from crawl.article import article_key
from web.openapi import description

PATHS = list(description("")["paths"])
WITH_QUERY = [path for path, item in description("")["paths"].items() if item["get"]["parameters"][0]["in"] == "query"]
THERE = {
    "/api/articles/{key}": article_key("https://bao.mau.test/tin/1.html"),
    "/api/meetings/{key}": "bac-giang.btv.2023-07-05",
}
# What JSON Schema cannot say of parameters together, and the description says in words.
SAID_IN_WORDS = ("empty query", "is after to", "expected the slug of a source", "expected a number as")
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
