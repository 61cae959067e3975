"""Signing in at a real provider (oidc-provider from npm), in Chromium; and what is refused of what one may answer."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page

from tests.index_url import index_url
from tests.web.conftest import serving
from tests.web.members.conftest import PASSWORD, SECRET, with_settings
from web import create_app
from web.members.accounts import OIDC, Member, write_member
from web.members.oidc import member_of

PACKAGE = "oidc-provider@8.8.1"
PATIENCE_SECONDS = 60
PATIENCE_MS = 60_000
BACK = "/dang-nhap/nha-cung-cap/tra-loi"


@pytest.fixture(scope="module")
def provider_place() -> Path:
    """Install the provider once, beside Python's packages."""
    pytest.importorskip("authlib", reason="pip install 'hoinghi[oidc]'")
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} missing: apt-get install -y nodejs npm")
    place = Path(sys.prefix) / "oidc-provider"
    place.mkdir(exist_ok=True)
    with FileLock(place / "install.lock"):
        if not (place / "node_modules" / "oidc-provider").exists():
            (place / "package.json").write_text('{"private": true, "type": "module"}')
            command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE]
            done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=240, check=False)
            if done.returncode:
                shutil.rmtree(place / "node_modules", ignore_errors=True)
                pytest.skip(f"{' '.join(command)} failed: {done.stderr.strip()[-200:]}")
    return place


@contextmanager
def provider(place: Path, redirect_uri: str) -> Iterator[str]:
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            ["node", str(Path(__file__).with_name("provider.mjs")), redirect_uri],
            env={**os.environ, "PROVIDER_PLACE": str(place)},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert process.stdout
            issuer = process.stdout.readline().strip()
            if not issuer:
                log.seek(0)
                raise AssertionError(log.read())
            threading.Thread(target=process.stdout.read, daemon=True).start()
            yield issuer
        finally:
            process.kill()
            process.wait(PATIENCE_SECONDS)


@dataclass
class Sites:
    url: str
    issuer: str
    members: Path


@pytest.fixture(scope="module")
def sites(provider_place: Path, data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    members = tmp_path_factory.mktemp("members") / "members.txt"
    write_member(members, "bien.tap@co-quan.mau.vn", "editor", OIDC)
    write_member(members, "chua.xac.nhan@co-quan.mau.vn", "operator", OIDC)
    with ExitStack() as running:
        listener = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        issuer = running.enter_context(provider(provider_place, url + BACK))
        settings = with_settings(
            private="1",
            secret=SECRET,
            public_url=url,
            members=str(members),
            oidc_issuer=issuer,
            oidc_client="hoinghi",
            oidc_secret="chi-de-thu",
        )
        app = create_app(data_dir, index_url(data_dir / "whoosh"), settings)
        running.enter_context(serving(app, listener))
        yield Sites(url, issuer, members)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def sign_in(page: Page, sites: Sites, name: str, path: str = "/?q=giai+ngan") -> None:
    """Follow the way of a reader: our page, the provider's form, its question, back."""
    page.goto(sites.url + path)
    page.get_by_role("link", name="Đăng nhập bằng tài khoản của cơ quan").click()
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", "gì cũng được")
    page.click("button[type=submit]")
    page.wait_for_url(f"{sites.issuer}/interaction/*")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{sites.url}/**")


def test_an_operator_signs_in_by_a_claim(page: Page, sites: Sites) -> None:
    sign_in(page, sites, "van.hanh")
    assert page.url == f"{sites.url}/?q=giai+ngan"
    assert page.locator("mark").count() > 3
    cookie = next(one for one in page.context.cookies() if one["name"] == "hoinghi-session")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    page.goto(f"{sites.url}/quan-tri")
    assert page.get_by_role("button", name="Thu thập ngay").count() == 2
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(f"{sites.url}/dang-nhap")
    page.goto(f"{sites.url}/?q=giai+ngan")
    assert page.url.startswith(f"{sites.url}/dang-nhap?next=")


def test_a_confirmed_address_gets_the_role_of_the_file(page: Page, sites: Sites) -> None:
    sign_in(page, sites, "bien.tap", "/quan-tri")
    assert page.url == f"{sites.url}/quan-tri"
    assert "biên tập" in page.inner_text("main")
    assert page.get_by_role("button", name="Thu thập ngay").count() == 0


@pytest.mark.parametrize("name", ["khach", "chua.xac.nhan"])
def test_who_has_no_role_stays_outside(page: Page, sites: Sites, name: str) -> None:
    sign_in(page, sites, name)
    assert "chưa được cấp quyền" in page.inner_text("main")
    page.goto(f"{sites.url}/?q=giai+ngan")
    assert page.url.startswith(f"{sites.url}/dang-nhap?next=")


def test_an_answer_that_nobody_asked_for_is_refused(page: Page, sites: Sites) -> None:
    page.goto(f"{sites.url}{BACK}?code=abc&state=def")
    assert "không hợp lệ" in page.inner_text("main")


def test_what_the_provider_does_not_answer_is_told(data_dir: Path, tmp_path: Path) -> None:
    pytest.importorskip("authlib", reason="pip install 'hoinghi[oidc]'")
    with socket.socket() as held:  # bound, so that no other process takes the port, and never listening
        held.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{held.getsockname()[1]}"
        settings = with_settings(secret=SECRET, public_url="http://localhost", oidc_issuer=gone, oidc_client="x")
        client = create_app(data_dir, index_url(data_dir / "whoosh"), settings).test_client()
        answer = client.get("/dang-nhap/nha-cung-cap")
    assert answer.status_code == 503
    assert "Chưa hỏi được" in answer.text


def test_roles_are_those_of_the_file_before_those_of_the_claim() -> None:
    file = {"a@b.vn": Member("a@b.vn", "reader", OIDC), "mai": Member("mai", "operator", "scrypt:…")}

    def role(**claims: object) -> str:
        found = member_of({"sub": "1", **claims}, file, "roles")
        return found.role if found else ""

    assert role(email="a@b.vn", email_verified=True, roles=["operator"]) == "reader"
    assert role(email="a@b.vn", email_verified="true", roles="editor") == "editor"
    assert role(email="a@b.vn") == ""
    assert role(sub="mai") == ""  # a password's line says nothing of the provider's people
    assert role(roles=["reader", "hoinghi-editor", "staff"]) == "editor"
    assert role(roles={"operator": True}) == ""


def test_a_password_and_a_provider_stand_side_by_side(page: Page, sites: Sites) -> None:
    from web.members.accounts import hashed_password

    write_member(sites.members, "lan", "reader", hashed_password(PASSWORD))
    page.goto(f"{sites.url}/tro-giup")
    page.fill("#name", "lan")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(f"{sites.url}/tro-giup")
