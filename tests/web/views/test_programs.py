"""The page for those who write programs says what there is, in the reader's language, and its examples run."""

import re
import tomllib
from html import unescape

from flask.testing import FlaskClient

from client import Client
from web.http.openapi import description
from web.mcp_server import in_process
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


def test_the_example_in_python_runs(client: FlaskClient) -> None:
    page = client.get("/api").text
    example = unescape(re.search(r"<code>(from hoinghi.*?)</code>", page, re.DOTALL)[1])  # type: ignore[index]
    printed: list[tuple[object, ...]] = []
    inside = in_process(client.application, "http://localhost")
    names = {"Client": lambda server: Client(server, fetch=inside), "print": lambda *values: printed.append(values)}
    exec(example.replace("from hoinghi.client import ApiError, Client", "from client import ApiError"), names)
    assert "year" in printed[-1] and isinstance(printed[0][0], int)


def test_the_example_for_a_spreadsheet_leads_to_a_table(client: FlaskClient) -> None:
    page = unescape(client.get("/api").text)
    address = re.search(r'IMPORTDATA\("http://localhost([^"]*)" & ENCODEURL\("([^"]*)"\) & "([^"]*)"\)', page)
    assert address
    answer = client.get(address[1] + address[2] + address[3])
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
