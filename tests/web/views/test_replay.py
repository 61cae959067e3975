"""A captured page beside its text: nothing of it runs, loads, is sent or leads away."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from crawl.archive.archive import Archive, SourceRecord
from crawl.archive.permits import METADATA, permit
from crawl.archive.withholding import withhold
from crawl.article import Article, article_key
from tests.web.conftest import key, served
from web import create_app
from web.views.replay import inert_page

URL = "https://bao.mau.test/tin/la.html"
HOSTILE = """<!doctype html><html><head><title>Bài lạ</title>
<meta http-equiv="refresh" content="0; url=https://evil.example/">
<base href="https://evil.example/"><link rel="stylesheet" href="https://evil.example/a.css">
<style>p { color: #123456 } @import "https://evil.example/b.css";</style>
<script>document.documentElement.dataset.ran = "1"; top.location = "https://evil.example/"</script></head>
<body onload="document.documentElement.dataset.ran = '1'" background="https://evil.example/bg.png">
<p style="background: url(https://evil.example/c.png)">Hội nghị bàn về đê điều.</p>
<img src="https://evil.example/d.png" onerror="document.documentElement.dataset.ran = '1'"
 srcset="https://evil.example/e.png 2x">
<a href="https://evil.example/f" ping="https://evil.example/g">liên kết</a> <a href="javascript:alert(1)">mã</a>
<form action="https://evil.example/h"><input name="a"><button>Gửi</button></form>
<iframe src="https://evil.example/i"></iframe><object data="https://evil.example/j"></object>
<svg><a xlink:href="https://evil.example/o"><text>đi</text></a><use xlink:href="https://evil.example/p#q"/>
<script href="https://evil.example/k"></script><image href="https://evil.example/l"/></svg>
<video src="https://evil.example/m" poster="https://evil.example/n"></video>
</body></html>"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replay")
    with Archive(folder) as archive:
        archive.save_sources([SourceRecord("bao-mau", "Báo Mẫu", "", "newspaper")])
        capture = archive.record_response("bao-mau", URL, 200, [("Content-Type", "text/html")], HOSTILE.encode())
        article = Article(id=URL, url=URL, title="Bài lạ", body="Hội nghị bàn về đê điều.", source="bao-mau")
        archive.store_article(article, capture)
    return folder


def test_what_could_run_load_send_or_lead_away_is_not_there() -> None:
    made = inert_page(HOSTILE.encode()).decode()
    assert "Hội nghị bàn về đê điều." in made
    for word in ("evil.example", "refresh", "<script", "<style", "onload", "onerror", "<form", "<iframe"):
        assert word not in made, word
    assert inert_page(b"%PDF-1.7 <") == b""
    assert inert_page("Chỉ là chữ".encode()) == b""
    legacy = '<meta charset="windows-1258"><p>Hội nghị</p>'.encode("utf-16")
    assert isinstance(inert_page(legacy), bytes)  # no error, whatever the bytes


def test_the_page_and_its_frame_keep_to_themselves(client: FlaskClient) -> None:
    article = client.get(f"/bai/{key(1)}").text
    assert f'href="/bai/{key(1)}/trang-goc?version=2"' in article
    page = client.get(f"/bai/{key(1)}/trang-goc?version=2")
    assert page.status_code == 200
    assert '<iframe sandbox=""' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    frame = client.get(f"/bai/{key(1)}/trang-goc/khung?version=2")
    assert frame.status_code == 200
    assert frame.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = frame.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script-src" not in policy
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    for path in (f"/bai/{'0' * 16}/trang-goc", f"/bai/{key(1)}/trang-goc/khung?version=9"):
        assert client.get(path).status_code == 404


def test_in_a_browser_nothing_runs_and_nobody_is_asked(data: Path, chromium: Browser) -> None:
    with served(data) as site:
        context = chromium.new_context()
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.goto(f"{site}/bai/{article_key(URL)}/trang-goc")
        frame = page.frame_locator("iframe")
        frame.get_by_text("Hội nghị bàn về đê điều.").wait_for(timeout=60_000)
        assert page.locator(".beside article").inner_text().strip() == "Hội nghị bàn về đê điều."
        inner = page.frames[1]
        assert inner.url.endswith("/khung?version=1")
        frame.get_by_text("liên kết").click()
        assert inner.url.endswith("/khung?version=1")
        alone = context.new_page()  # the frame's address opened by itself
        alone.goto(f"{site}/bai/{article_key(URL)}/trang-goc/khung")
        assert "đê điều" in alone.inner_text("body")
        assert page.url.endswith("/trang-goc")
        assert not [url for url in asked if not url.startswith(site)]
        context.close()


def test_what_may_not_be_shown_is_not_replayed(data: Path) -> None:
    client = create_app(data).test_client()
    paths = [f"/bai/{article_key(URL)}/trang-goc{end}" for end in ("", "/khung")]
    assert [client.get(path).status_code for path in paths] == [200, 200]
    permit(data, METADATA, "bao-mau")
    assert [client.get(path).status_code for path in paths] == [404, 404]
    withhold(data, article_key(URL), "Theo yêu cầu")
    assert [client.get(path).status_code for path in paths] == [410, 410]
