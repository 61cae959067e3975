import gzip
import re

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("path", ["/", "/?q=ngan", "/tro-giup", "/nowhere", "/api/search?q=ngan", "/atom?q=ngan"])
def test_every_answer_carries_the_safe_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/?q=ngan&year=2023", "/do-phu", "/tinh-trang", "/tro-giup"])
def test_pages_obey_their_own_policy(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", page)
    assert not re.search(r"<[^>]+\s(?:on\w+|style)=", page)
    assert "<style" not in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!bao\.mau\.test)', page)


def test_text_is_compressed_for_those_who_accept_it(client: FlaskClient) -> None:
    plain = client.get("/?q=ngan")
    packed = client.get("/?q=ngan", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_static_files_are_named_by_their_content_and_kept(client: FlaskClient) -> None:
    style = re.search(r'href="(/static/hoinghi\.[0-9a-f]{10}\.css)"', client.get("/").text)
    assert style
    answer = client.get(style[1])
    assert "immutable" in answer.headers["Cache-Control"]
    fonts = re.findall(r"url\((fonts/[^)]+)\)", answer.text)
    assert len(fonts) == 4
    for font in fonts:
        assert client.get(f"/static/{font}").mimetype == "font/woff2"
    assert client.get("/static/../pages.py").status_code == 404


def test_the_first_page_is_small_with_its_fonts(client: FlaskClient) -> None:
    def sent(path: str) -> int:
        return len(client.get(path, headers={"Accept-Encoding": "gzip"}).data)

    page = client.get("/").text
    style = re.search(r'href="(/static/hoinghi[^"]+\.css)"', page)
    assert style
    fonts = {f"/static/{font}" for font in re.findall(r"url\((fonts/[^)]+)\)", client.get(style[1]).text)}
    files = {"/", *re.findall(r'(?:src|href)="(/static/[^"]+)"', page), *fonts}
    assert len(files) == 1 + 4 + 4  # the page; style, two scripts and icon; two weights in two parts
    assert sum(map(sent, files)) < 150_000


def test_a_client_that_refuses_gzip_gets_none(client: FlaskClient) -> None:
    answer = client.get("/?q=hội+nghị", headers={"Accept-Encoding": "gzip;q=0, br;q=0"})
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("host", ["", "a.vn, b.vn", "a.vn b.vn"])
def test_a_request_names_one_host(client: FlaskClient, host: str) -> None:
    assert client.get("/", environ_overrides={"HTTP_HOST": host}).status_code == 400
