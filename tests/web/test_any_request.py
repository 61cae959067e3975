"""Whatever is asked, the answer is one that was described; many may ask at once, and the index may change meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.document import Document
from search.engines import open_engine
from tests.index_url import index_url
from web import create_app
from web.http.parameters import API_PARAMETERS

ROUTES = [
    "/",
    "/do-phu",
    "/api/search",
    "/api/suggest",
    "/atom",
    "/export.csv",
    "/export.jsonl",
    "/theo-doi",
    "/yeu-cau",
    "/xu-huong",
    "/danh-sach",
    "/danh-sach.ris",
    "/nguoi",
    "/tinh",
    "/xu-huong.csv",
    "/xu-huong.svg",
    "/bai/0123456789abcdef",
    "/hop/bac-giang.btv.2023-07-05",
    "/van-ban/35-CT-TW",
    "/nguoi/bac-giang/nguoi-mau",
]
NAMES = st.sampled_from([*API_PARAMETERS, "page", "lang", "version", "compare"]) | st.text(max_size=8)
VALUES = (
    st.text(max_size=40)
    | st.sampled_from(
        ["giải ngân", "2023", "bac-giang", "btv", "newest", "2023-07-05", "-1", "", '"a" OR (b -c', "năm:x"]
    )
    | st.integers().map(str)
)


@given(route=st.sampled_from(ROUTES), pairs=st.lists(st.tuples(NAMES, VALUES), max_size=5))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_string_breaks_a_route(app: Flask, route: str, pairs: list[tuple[str, str]]) -> None:
    query = "&".join(
        f"{quote(name.encode('utf-8', 'ignore'))}={quote(value.encode('utf-8', 'ignore'))}" for name, value in pairs
    )
    app.extensions["export_limit"].calls = 10**9
    answer = app.test_client().get(f"{route}?{query}")
    assert answer.status_code in (200, 400, 404), answer.text
    if answer.status_code == 400:
        assert any(word in answer.text for word in ("ham số", "parameter", "cannot be used")), answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/?q=%ff%fe",
        "/?q=%00",
        "/?q=%ED%A0%80",
        "/bai/%00",
        "/bai/" + "a" * 5000,
        "/hop/%00",
        "/hop/" + "a" * 5000,
        "/van-ban/%00-%00",
        "/van-ban/35-CT%2FTW",
        "/nguoi/bac-giang/%00",
        "/nguoi/%00/a",
        "/nguoi/bac-giang/" + "a-" * 3000,
        "/static/%00",
        "/%ff",
        "/do-phu/",
    ],
)
def test_broken_encodings_and_odd_paths_are_answered(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in (200, 404)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_other_safe_methods_are_answered(client: FlaskClient, method: str) -> None:
    assert client.open("/?q=ngan", method=method).status_code == 200


def test_many_searches_at_once_answer_as_one_does(app: Flask) -> None:
    paths = ["/api/search?q=giải ngân", "/api/search?q=hội nghị&year=2024", "/api/search?q=chuyên đề&sort=oldest"] * 8

    def hits(path: str) -> list[str]:
        return [hit["id"] for hit in app.test_client().get(path).get_json()["hits"]]

    alone = {path: hits(path) for path in paths[:3]}
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(hits, paths)) == [alone[path] for path in paths]


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_change_of_the_index_shows_without_a_restart(tmp_path: Path, rebuild: bool) -> None:
    index = index_url(tmp_path / "whoosh")

    def write(number: int) -> None:
        document = Document(
            id=str(number), key=str(number), url="", title=f"Hội nghị {number}", text="Bài mẫu.", year=2020 + number
        )
        with open_engine(index).writer(rebuild=rebuild) as writer:
            writer.add([document])

    write(1)
    client = create_app(tmp_path, index).test_client()
    assert [hit["year"] for hit in client.get("/api/search?q=hội nghị").get_json()["hits"]] == [2021]
    write(2)
    years = {hit["year"] for hit in client.get("/api/search?q=hội nghị").get_json()["hits"]}
    assert years == ({2022} if rebuild else {2021, 2022})
