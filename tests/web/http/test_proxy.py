from pathlib import Path

import pytest
from flask.testing import FlaskClient

from settings import read_settings
from tests.index_url import index_url
from web import create_app
from web.http.proxy import client_of_connection, name_of


def client_of(data_dir: Path, **settings: str) -> FlaskClient:
    environment = {f"HOINGHI_{name.upper()}": value for name, value in settings.items()}
    return create_app(data_dir, index_url(data_dir / "whoosh"), read_settings(environment=environment)).test_client()


def test_without_settings_links_are_what_was_asked_for(data_dir: Path) -> None:
    text = client_of(data_dir).get("/robots.txt", headers={"Host": "kho.mau.vn"}).text
    assert "Sitemap: http://kho.mau.vn/sitemap.xml" in text


def test_what_no_trusted_proxy_tells_is_not_believed(data_dir: Path) -> None:
    lies = {"X-Forwarded-Host": "evil.mau.vn", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil"}
    answer = client_of(data_dir).get("/robots.txt", headers={"Host": "kho.mau.vn", **lies})
    assert "Sitemap: http://kho.mau.vn/sitemap.xml" in answer.text
    assert "Strict-Transport-Security" not in answer.headers


def test_a_trusted_proxy_tells_scheme_host_and_prefix(data_dir: Path) -> None:
    told = {"X-Forwarded-Host": "kho.mau.vn", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/tim"}
    answer = client_of(data_dir, proxies="1").get("/robots.txt", headers=told)
    assert "Sitemap: https://kho.mau.vn/tim/sitemap.xml" in answer.text
    assert "Strict-Transport-Security" in answer.headers


@pytest.mark.parametrize(
    ("host", "status"),
    [("kho.mau.vn", 200), ("KHO.mau.vn:443", 200), ("khac.mau.vn", 200), ("evil.mau.vn", 400), ("[::1", 400)],
)
def test_with_names_of_our_own_a_foreign_one_is_refused(data_dir: Path, host: str, status: int) -> None:
    client = client_of(data_dir, public_url="https://kho.mau.vn", hosts="khac.mau.vn, ba.mau.vn")
    answer = client.get("/robots.txt", headers={"Host": host})
    assert answer.status_code == status
    assert "evil" not in answer.text or status == 400
    assert client.get("/healthz", headers={"Host": "10.0.0.1:8000"}).status_code == 200


@pytest.mark.parametrize(("host", "name"), [("A.vn:443", "a.vn"), ("[::1]:80", "::1"), ("[::1", ""), ("", "")])
def test_the_name_in_a_host(host: str, name: str) -> None:
    assert name_of(host) == name


@pytest.mark.parametrize(
    ("hops", "told", "client"),
    [
        (0, "1.1.1.1", "9.9.9.9"),
        (1, "1.1.1.1, 2.2.2.2", "2.2.2.2"),
        (2, "1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (1, "", "9.9.9.9"),
    ],
)
def test_the_client_of_a_connection(hops: int, told: str, client: str) -> None:
    class Request:
        headers = {"X_FORWARDED_FOR": told}  # noqa: RUF012

    class Connection:
        addr = ("9.9.9.9", 1)
        requests = (Request,)

    assert client_of_connection(hops)(Connection) == client
