"""The site behind a real nginx with TLS, by the configuration that deploy/ offers."""

import http.client
import re
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.components import NGINX, nginx, require
from tests.free_ports import free_ports
from tests.web.serving.running import ROOT, running, wait_until

SITE = "hoinghi.mau.vn"


class Client:
    """Asks the site through nginx, from an address of its own."""

    def __init__(self, port: int, trusted: ssl.SSLContext) -> None:
        self.port, self.trusted = port, trusted

    def ask(
        self, path: str, *, host: str = SITE, address: str = "127.0.0.1", **headers: str
    ) -> tuple[int, dict[str, str], str]:
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=60, source_address=(address, 0))
        connection = http.client.HTTPSConnection(SITE, self.port, context=self.trusted)
        connection.sock = self.trusted.wrap_socket(plain, server_hostname=SITE)
        connection.request("GET", path, headers={"Host": host} | {k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


@pytest.fixture(scope="module", params=["", "/kho"])
def prefix(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def proxied(data_dir: Path, tmp_path_factory: pytest.TempPathFactory, prefix: str) -> Iterator[Client]:
    require(NGINX)
    folder = tmp_path_factory.mktemp("nginx")
    authority = trustme.CA()
    certificate = authority.issue_cert(SITE)
    certificate.private_key_and_cert_chain_pem.write_to_path(folder / "site.pem")
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    with running(data_dir, HOINGHI_PUBLIC_URL=f"https://{SITE}{prefix}", HOINGHI_PROXIES="1") as server:
        port, plain_port = free_ports(2)
        (folder / "nginx.conf").write_text(configuration(folder, server.port, port, plain_port))
        process = subprocess.Popen(
            [str(nginx()), "-p", str(folder), "-c", "nginx.conf", "-e", "error.log"], stderr=subprocess.PIPE, text=True
        )
        client = Client(port, trusted)
        assert wait_until(lambda: is_up(port) or process.poll() is not None)
        assert process.poll() is None, process.stderr and process.stderr.read()
        yield client
        process.terminate()
        process.wait(60)


def configuration(folder: Path, upstream: int, port: int, plain_port: int) -> str:
    """Return what deploy/nginx.conf is in this place: with other names, ports and files."""
    site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for name, here in (
        ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
        ("hoinghi.example.vn;", f"{SITE} fremd.mau.vn;"),
        ("listen 443 ssl http2", f"listen 127.0.0.1:{port} ssl"),
        ("listen 80", f"listen 127.0.0.1:{plain_port}"),
    ):
        assert name in site
        site = site.replace(name, here)
    site = re.sub(r"/etc/letsencrypt/\S+\.pem", str(folder / "site.pem"), site)
    temporary = "".join(f"{name}_temp_path temp;" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return (
        f"daemon off; pid nginx.pid; worker_processes 1; events {{ worker_connections 512; }}"
        f" http {{ access_log off; {temporary} {site} }}"
    )


def is_up(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


def test_every_address_that_is_told_is_the_public_one(proxied: Client, prefix: str) -> None:
    public = f"https://{SITE}{prefix}"
    page = proxied.ask(f"{prefix}/?q=ngan")[2]
    key = re.search(rf'href="{prefix}/bai/([0-9a-f]+)', page)
    assert key
    article = proxied.ask(f"{prefix}/bai/{key[1]}")[2]
    assert f'rel="canonical" href="{public}/bai/{key[1]}"' in article
    assert f'property="og:url" content="{public}/bai/{key[1]}"' in article
    told = {
        "/atom?q=ngan": f'href="{public}/',
        "/sitemap.xml": f"<loc>{public}/",
        "/robots.txt": f"Sitemap: {public}/sitemap.xml",
        "/api/openapi.json": f'"url":"{public}"',
        f"/api/articles/{key[1]}": f'"permalink":"{public}/bai/{key[1]}"',
        "/export.csv?q=ngan": f"{public}/bai/",
    }
    for path, expected in told.items():
        status, _, text = proxied.ask(prefix + path)
        assert status == 200, path
        assert expected in text, path
        assert "127.0.0.1" not in text, path
    links = re.findall(r'(?:href|src|action)="(/[^"]*)"', page + article)
    assert links
    assert all(link.startswith(f"{prefix}/") for link in links)
    for link in {link for link in links if "/static/" in link}:
        assert proxied.ask(link)[0] == 200


def test_a_foreign_host_is_refused_and_the_health_of_the_server_is_told_to_all(proxied: Client, prefix: str) -> None:
    assert proxied.ask(f"{prefix}/", host="fremd.mau.vn")[0] == 400
    assert proxied.ask(f"{prefix}/", X_Forwarded_Host="fremd.mau.vn")[0] == 200  # nginx overrules it
    assert proxied.ask(f"{prefix}/healthz", host="fremd.mau.vn")[0] == 200


def test_browsers_are_told_to_stay_with_https(proxied: Client, prefix: str) -> None:
    assert "max-age=" in proxied.ask(f"{prefix}/")[1]["strict-transport-security"]


def test_what_a_cache_may_keep_is_told(proxied: Client, prefix: str) -> None:
    _, headers, _ = proxied.ask(f"{prefix}/?q=ngan", Accept_Encoding="gzip")
    assert (headers["cache-control"], headers["vary"], headers["content-encoding"]) == (
        *("no-cache", "Accept-Encoding"),
        "gzip",
    )
    again = proxied.ask(f"{prefix}/?q=ngan", Accept_Encoding="gzip", If_None_Match=headers["etag"])
    assert (again[0], again[1]["vary"]) == (304, "Accept-Encoding")
    assert proxied.ask(f"{prefix}/nowhere")[1]["cache-control"] == "no-store"
    assert proxied.ask(f"{prefix}/export.csv?q=ngan")[1]["cache-control"] == "no-store"


def test_limits_count_the_client_and_not_the_proxy(proxied: Client, prefix: str) -> None:
    asked = [proxied.ask(f"{prefix}/export.csv?q=ngan", address="127.0.0.7")[0] for _ in range(31)]
    assert asked == [200] * 30 + [429]
    assert proxied.ask(f"{prefix}/export.csv?q=ngan", address="127.0.0.7", X_Forwarded_For="192.0.2.1")[0] == 429
    assert proxied.ask(f"{prefix}/export.csv?q=ngan", address="127.0.0.8")[0] == 200
