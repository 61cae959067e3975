"""The page for those who write programs says what there is in the reader's language; examples: ../test_examples.py."""

import tomllib

from flask.testing import FlaskClient

from web.http.openapi import description
from web.views.programs import VIETNAMESE


def test_every_route_and_parameter_is_told_in_vietnamese() -> None:
    known = tomllib.loads(VIETNAMESE.read_text(encoding="utf-8"))
    paths = description("")["paths"]
    assert set(known["routes"]) == set(paths)
    parameters = paths["/api/search"]["get"]["parameters"]
    assert set(known["parameters"]) == {one["name"] for one in parameters if one["in"] == "query"}


def test_the_page_in_both_languages(client: FlaskClient) -> None:
    vietnamese, english = client.get("/api").text, client.get("/api?lang=en").text
    assert "Ai nói gì, kèm những chữ" in vietnamese and "What people say" not in vietnamese
    assert "What people say" in english and "IMPORTDATA" in english and "fromJSON" in english
    assert client.get("/api/khong-co").get_json()["error"]["status"] == 404
