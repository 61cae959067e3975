"""A private site: nothing is readable without signing in; roles, sessions, forms and tokens hold."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from client import ApiError, Client
from crawl.archive import orders
from hoinghi import main
from search.errors import HoinghiError
from tests.index_url import index_url
from tests.web.conftest import fill, key, serving
from tests.web.members.conftest import PASSWORD, SECRET, with_settings
from tests.web.strays import stray
from web import create_app, reader_files, reader_requests
from web.members import sessions
from web.members.accounts import hashed_password, new_token, read_members, remove_member, write_member
from web.members.gate import OPEN

ROOT = Path(__file__).parents[3]
HTML = {"Accept": "text/html"}
SITE = "https://noibo.mau.vn"


def token_of(page: TestResponse) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page.text)
    assert found, page.text[:2000]
    return found[1]


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD, afterwards: str = "") -> TestResponse:
    form = token_of(client.get("/dang-nhap", base_url=SITE))
    given = {"form": form, "name": name, "password": password, "next": afterwards}
    return client.post("/dang-nhap", data=given, base_url=SITE)


def address(rule) -> str:
    values = {name: "0" * 16 for name in rule.arguments}
    if rule.endpoint in ("pages.article", "pages.capture", "api.article", "api_v1.article"):
        values["key"] = key(1)
    return rule.build(values, append_unknown=False)[1]


def test_nothing_is_readable_without_signing_in(private_site: Callable[..., Flask]) -> None:
    """Every rule of the application, so that a new page is private as well."""
    app = private_site()
    client = app.test_client()
    walked = 0
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"OPTIONS"}:
            answer = client.open(address(rule), method=method, headers=HTML, base_url=SITE)
            if rule.endpoint in OPEN and (rule.endpoint != "alerts.end" or method == "POST"):
                continue
            walked += 1
            assert answer.status_code in (401, 303), (rule, method)
            if answer.status_code == 303:
                assert answer.location.startswith("/dang-nhap?next="), rule
            assert "giải ngân" not in answer.text, rule
            bare = client.open(address(rule), method=method, base_url=SITE)
            assert bare.status_code == 401, (rule, method)
            assert bare.headers["WWW-Authenticate"].startswith("Bearer")
            assert "giải ngân" not in bare.text
    assert walked > 80
    assert client.get("/healthz", base_url=SITE).text == "ok\n"
    assert client.get("/khong-co", base_url=SITE).status_code == 401
    assert "giải ngân" not in client.get("/dang-nhap?q=giải+ngân", base_url=SITE).text.replace("q=gi", "")


@pytest.mark.parametrize(
    ("given", "arguments", "told"),
    [
        ({"HOINGHI_PRIVATE": "1"}, [], "private is 1, and nobody signs in to MCP over HTTP"),
        ({"HOINGHI_TOKEN": "hoinghi_x"}, ["--server", "https://noibo.mau.vn"], "a token is set, and nobody signs in"),
    ],
)
def test_the_tools_of_a_private_site_are_not_served_to_everybody(given: dict, arguments: list, told: str) -> None:
    refused = CliRunner().invoke(main, ["mcp", "--http", *arguments], env=given)
    assert refused.exit_code == 2
    assert told in refused.output


def test_a_program_shows_its_token(private_site: Callable[..., Flask], members_file: Path) -> None:
    token, secret = new_token()
    write_member(members_file, "may", "reader", secret)
    with serving(private_site(public_url="http://localhost", hosts="127.0.0.1")) as site:
        assert Client(site, token=token).search("giải ngân")["total"]
        with pytest.raises(ApiError) as refused:
            Client(site).search("giải ngân")
        assert refused.value.status == 401


def test_a_public_site_has_nothing_of_it(client: FlaskClient) -> None:
    for path in ("/dang-nhap", "/quan-tri"):
        assert client.get(path).status_code == 404
    answer = client.get("/")
    assert "Set-Cookie" not in answer.headers
    assert "Thành viên" not in answer.text


def test_a_member_reads_until_signing_out(private_site: Callable[..., Flask]) -> None:
    client = private_site().test_client()
    first = client.get("/?q=giai+ngan&year=2023", headers=HTML, base_url=SITE)
    assert first.status_code == 303
    afterwards = re.search(r"next=([^&]+)", first.location)
    assert afterwards
    answer = sign_in(client, "a.reader", afterwards="/?q=giai+ngan&year=2023")
    assert (answer.status_code, answer.location) == (303, "/?q=giai+ngan&year=2023")
    cookie = answer.headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    page = client.get(answer.location, base_url=SITE)
    assert "giải ngân" in page.text
    assert "private" in page.headers["Cache-Control"]
    assert "Cookie" in page.headers["Vary"]
    out = client.post("/dang-xuat", data={"form": token_of(client.get("/dang-nhap", base_url=SITE))}, base_url=SITE)
    assert out.status_code == 303
    assert client.get("/api/search?q=giai+ngan", base_url=SITE).status_code == 401


def test_an_answer_that_is_kept_for_members_is_not_given_to_others(private_site: Callable[..., Flask]) -> None:
    app = private_site()
    member = app.test_client()
    sign_in(member, "a.reader")
    for _ in range(2):
        assert "giải ngân" in member.get("/?q=giai+ngan", base_url=SITE).text
    assert app.test_client().get("/?q=giai+ngan", base_url=SITE).status_code == 401


@pytest.mark.parametrize("name", ["a.reader", "khong.co", "", "a.reader\x00"])
def test_a_wrong_password_is_refused_alike(private_site: Callable[..., Flask], name: str) -> None:
    client = private_site().test_client()
    answer = sign_in(client, name, "không phải chữ này")
    assert answer.status_code == 401
    assert "Tên hoặc mật khẩu không đúng." in answer.text
    assert client.get("/", base_url=SITE).status_code == 401


def test_guessing_is_slowed(private_site: Callable[..., Flask]) -> None:
    app = private_site()
    app.extensions["sign_in_limit"].calls = 3
    client = app.test_client()
    assert [sign_in(client, "a.reader", "x" * 12).status_code for _ in range(5)] == [401, 401, 401, 429, 429]


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example", "evil", "/a\nb"])
def test_signing_in_leads_nowhere_else(private_site: Callable[..., Flask], elsewhere: str) -> None:
    assert sign_in(private_site().test_client(), "a.reader", afterwards=elsewhere).location == "/"


def test_who_is_removed_or_has_another_password_is_out(private_site: Callable[..., Flask], members_file: Path) -> None:
    app = private_site()
    removed, changed, lowered = clients = [app.test_client() for _ in range(3)]
    for client, name in zip(clients, ("a.reader", "a.editor", "a.operator"), strict=True):
        sign_in(client, name)
        assert client.get("/", base_url=SITE).status_code == 200
    remove_member(members_file, "a.reader")
    write_member(members_file, "a.editor", "editor", hashed_password("bốn chữ khác hẳn"))
    write_member(members_file, "a.operator", "reader", hashed_password(PASSWORD))
    for client in (removed, changed, lowered):
        assert client.get("/", base_url=SITE).status_code == 401


def test_a_session_ends(private_site: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    app = private_site()
    app.config["PERMANENT_SESSION_LIFETIME"] = 2 * sessions.SESSION_SECONDS  # it is not Flask that ends the session
    client = app.test_client()
    sign_in(client, "a.reader")
    later = time.time() + sessions.SESSION_SECONDS
    monkeypatch.setattr(sessions.time, "time", lambda: later)
    assert client.get("/", base_url=SITE).status_code == 401


def test_a_program_sends_a_token(private_site: Callable[..., Flask], members_file: Path) -> None:
    token, kept = new_token()
    write_member(members_file, "may-doc", "reader", kept)
    assert token not in members_file.read_text()
    client = private_site().test_client()

    def ask(path: str, **headers: str) -> int:
        return client.get(path, headers=headers, base_url=SITE).status_code

    assert ask("/api/search?q=giai+ngan", Authorization=f"Bearer {token}") == 200
    assert ask("/atom?q=giai+ngan", Authorization=f"Bearer {token}") == 200
    assert client.get("/api/search?q=giai+ngan", auth=("x", token), base_url=SITE).status_code == 200
    assert ask("/api/search?q=giai+ngan", Authorization=f"Bearer {token}x") == 401
    assert ask("/api/search?q=giai+ngan", Authorization="Bearer") == 401
    assert ask("/quan-tri", Authorization=f"Bearer {token}") == 403
    assert client.get("/api/search?q=giai+ngan", auth=("a.reader", PASSWORD), base_url=SITE).status_code == 401


@pytest.mark.parametrize(("role", "status"), [("reader", 403), ("editor", 200), ("operator", 200)])
def test_who_sees_the_page_of_administration(private_site: Callable[..., Flask], role: str, status: int) -> None:
    client = private_site(operator="Văn phòng Mẫu", smtp="smtps://ai:mat-khau-gi@thu.mau.vn").test_client()
    sign_in(client, f"a.{role}")
    page = client.get("/quan-tri", base_url=SITE)
    assert page.status_code == status
    assert ("Tài khoản này không có quyền làm việc ấy" in page.text) == (role == "reader")
    assert "chính trang này" not in page.text
    assert ("ask the operator" in client.get("/quan-tri?lang=en", base_url=SITE).text) == (role == "reader")
    assert ("Thu thập ngay" in page.text) == (role == "operator")
    assert ("Văn phòng Mẫu</td>" in page.text) == (role == "operator")
    assert SECRET not in page.text
    assert "mat-khau-gi" not in page.text


def test_an_operator_rests_wakes_and_visits_a_source(private_site: Callable[..., Flask], data_dir: Path) -> None:
    client = private_site().test_client()
    sign_in(client, "a.operator")
    form = token_of(client.get("/quan-tri", base_url=SITE))

    def order(what: str, source: str = "bao-mau", **further: str) -> int:
        given = {"form": form, "source": source, "order": what} | further
        return client.post("/quan-tri/nguon", data=given, base_url=SITE).status_code

    try:
        assert order("pause") == 303
        assert order("visit") == 303
        assert orders.read_orders(data_dir) == orders.Orders(("bao-mau",), ("bao-mau",))
        assert "tạm dừng" in client.get("/quan-tri", base_url=SITE).text
        assert order("resume") == 303
        assert orders.take_orders(data_dir) == orders.Orders((), ("bao-mau",))
        assert order("pause", source="khong-co") == 400
        assert order("pause", form="wrong") == 403
        assert orders.take_orders(data_dir) == orders.Orders()
        sign_in(client, "a.editor")
        form = token_of(client.get("/quan-tri", base_url=SITE))
        assert order("pause") == 403
    finally:
        (data_dir / orders.FILE).unlink(missing_ok=True)


def test_a_form_of_another_site_is_refused(private_site: Callable[..., Flask]) -> None:
    client = private_site().test_client()
    sign_in(client, "a.operator")
    form = token_of(client.get("/quan-tri", base_url=SITE))
    given = {"form": form, "key": key(1), "reason": "x"}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        for path in ("/quan-tri/an", "/quan-tri/hien", "/quan-tri/yeu-cau", "/quan-tri/nguon", "/dang-xuat"):
            assert client.post(path, data=given, headers=headers, base_url=SITE).status_code == 403
    for path in ("/quan-tri/an", "/quan-tri/hien", "/quan-tri/yeu-cau", "/quan-tri/nguon", "/dang-xuat"):
        assert client.post(path, data=given | {"form": ""}, base_url=SITE).status_code == 403


def test_a_reader_asks_and_an_editor_answers(private_site: Callable[..., Flask], tmp_path: Path) -> None:
    data = tmp_path / "data"
    fill(data)
    client = private_site(data).test_client()
    sign_in(client, "a.editor")
    given = {"kind": "withhold", "page": key(2), "text": "Xin gỡ <b>bài</b> này"}
    assert "Đã nhận" in client.post("/yeu-cau", data=given, base_url=SITE).text
    here = {"at": "2026-01-02T03:04:05Z", "province": "gia-lai", "url": "https://bao.mau.test/tin/moi.html"}
    (data / "meeting_proposals.jsonl").write_text(json.dumps(here) + "\n{\n")
    page = client.get("/quan-tri", base_url=SITE)
    assert "Xin gỡ &lt;b&gt;bài&lt;/b&gt; này" in page.text
    form = token_of(page)
    asked, proposal = reader_requests.requests(data)
    assert here["url"] in page.text
    given = {"form": form, "key": asked.page, "request": "khong-co", "reason": "Theo yêu cầu", "until": ""}
    assert client.post("/quan-tri/an", data=given, base_url=SITE).status_code == 400
    assert client.get(f"/bai/{key(2)}", base_url=SITE).status_code == 200  # not withheld, for the request is none
    given = {"form": form, "key": asked.page, "request": asked.id, "reason": "Theo yêu cầu", "until": ""}
    assert client.post("/quan-tri/an", data=given, base_url=SITE).status_code == 303
    given = {"form": form, "id": proposal.id, "state": "refused", "answer": "Không phải hội nghị"}
    assert client.post("/quan-tri/yeu-cau", data=given, base_url=SITE).status_code == 303
    assert client.get(f"/bai/{key(2)}", base_url=SITE).status_code == 410
    assert orders.read_orders(data).index
    assert {(one.state, one.by) for one in reader_requests.requests(data)} == {
        ("done", "a.editor"),
        ("refused", "a.editor"),
    }
    given = {"form": form, "key": asked.page}
    assert client.post("/quan-tri/hien", data=given | {"other": "1"}, base_url=SITE).status_code == 400
    assert client.post("/quan-tri/hien", data=given, base_url=SITE).status_code == 303
    assert client.get(f"/bai/{key(2)}", base_url=SITE).status_code == 200


def test_of_many_requests_the_newest_are_shown_and_all_are_counted(
    private_site: Callable[..., Flask], tmp_path: Path
) -> None:
    for number in range(102):
        told = {"at": f"2026-01-02T03:{number // 60:02}:{number % 60:02}Z", "remark": f"lời-báo-{number}-"}
        reader_files.append(tmp_path / reader_files.FIGURES, told)
    client = private_site(tmp_path).test_client()
    sign_in(client, "a.editor")
    page = client.get("/quan-tri", base_url=SITE).text
    assert "102 yêu cầu đang chờ" in page
    assert [f"lời-báo-{number}-" in page for number in (101, 2, 1, 0)] == [True, True, False, False]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_of_members_keep_to_one_language(
    private_site: Callable[..., Flask], data_dir: Path, language: str
) -> None:
    client = private_site().test_client()
    pages = [client.get(f"/dang-nhap?lang={language}", base_url=SITE).text]
    sign_in(client, "a.operator")
    pages += [client.get(f"{path}?lang={language}", base_url=SITE).text for path in ("/dang-nhap", "/quan-tri")]
    for text in pages:
        assert stray(text, language) == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"private": "1"}, "nobody can sign in"),
        ({"members": "{}", "public_url": "https://a.vn"}, "needs secret"),
        ({"members": "{}", "secret": SECRET, "public_url": "http://a.vn"}, "expected an https address"),
        ({"members": "/khong/co", "secret": SECRET, "public_url": "https://a.vn"}, "cannot be read"),
        ({"oidc_issuer": "https://id.vn", "secret": SECRET, "public_url": "https://a.vn"}, "oidc_client"),
    ],
)
def test_what_cannot_work_is_said_at_the_start(tmp_path: Path, members_file: Path, given: dict, told: str) -> None:
    given = {name: value.format(members_file) for name, value in given.items()}
    with pytest.raises(HoinghiError, match=told):
        create_app(tmp_path, index_url(tmp_path / "whoosh"), with_settings(**given))


@pytest.mark.parametrize(
    "secret", ["bi-mat", "scrypt:a:b$salt$00", "pbkdf2:md0$salt$00", "token$x", "scrypt:32768:8:1$salt", "oidc2"]
)
def test_a_secret_that_nothing_can_be_compared_with_is_told(tmp_path: Path, secret: str) -> None:
    file = tmp_path / "members.txt"
    file.write_text(f"mai:reader:{secret}\n")
    with pytest.raises(HoinghiError, match=r"line 1 of .*: the secret of mai is no hash") as error:
        read_members(file)
    assert secret not in str(error.value)
    write_member(tmp_path / "others.txt", "mai", "reader", hashed_password(PASSWORD))
    assert read_members(tmp_path / "others.txt")


def test_strangers_are_not_told_of_the_file(private_site: Callable[..., Flask], members_file: Path) -> None:
    client = private_site().test_client()
    sign_in(client, "a.reader")
    members_file.write_text("a.reader:reader:x\n")
    for path in ("/", "/?lang=en", "/api/search?q=giai+ngan"):
        answer = client.get(path, base_url=SITE)
        assert answer.status_code == 503
        assert "members.txt" not in answer.text
        assert "line 1" not in answer.text


def test_a_wrong_line_of_the_file_is_named_without_its_secret(tmp_path: Path, members_file: Path) -> None:
    members_file.write_text(members_file.read_text() + "ai:king:bi-mat\n")
    given = {"members": str(members_file), "secret": SECRET, "public_url": "https://a.vn"}
    with pytest.raises(HoinghiError, match="line 5 of ") as error:
        create_app(tmp_path, index_url(tmp_path / "whoosh"), with_settings(**given))
    assert "bi-mat" not in str(error.value)


def test_the_command_line_writes_the_file(tmp_path: Path) -> None:
    file = tmp_path / "members.txt"

    def hoinghi(*arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "hoinghi.py", "members", *arguments]
        environment = {"PATH": "/usr/bin:/bin", "HOINGHI_MEMBERS": str(file)}
        return subprocess.run(
            command, cwd=ROOT, env=environment, input=said, capture_output=True, text=True, timeout=60, check=False
        )

    assert hoinghi("add", "mai", "--role", "editor", said=PASSWORD + "\n").returncode == 0
    token = hoinghi("add", "may", "--token").stdout.strip()
    listed = hoinghi("list").stdout.split()
    assert listed == ["mai", "editor", "password", "may", "reader", "token"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in file.read_text()
    assert token not in file.read_text()
    short = hoinghi("add", "ai", said="ngắn\n")
    assert (short.returncode, "at least 12" in short.stderr) == (2, True)
    assert hoinghi("remove", "ai").returncode == 2
