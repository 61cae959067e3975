"""A small archive and index for the pages, both real: articles of our own, plainly samples."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import waitress
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect, sync_playwright
from waitress import wasyncore

from crawl.archive.archive import Archive, SourceRecord
from crawl.article import Article, article_key
from search.document import Document
from search.engines import open_engine
from search.entities.update import update
from tests.components import CHROMIUM, require
from tests.index_url import CLUSTER, index_url
from web import create_app
from web.http.limits import EXPORTS_PER_WINDOW, WINDOW_SECONDS, RateLimit

BODY = (
    "Chiều ngày {day}, tại trụ sở Tỉnh ủy, Ban Thường vụ Tỉnh ủy {province} họp cho ý kiến về giải ngân vốn đầu tư "
    "công.\n\nĐến cuối kỳ, toàn tỉnh giải ngân được {share}% kế hoạch. Chỉ thị 35-CT/TW được nhắc lại tại hội nghị.\n\n"
    "Đây là bài mẫu viết cho phần kiểm thử."
)
# (number, province name, then, now, held, kind, source, title)
ROWS = [
    (
        1,
        "Bắc Giang",
        "bac-giang",
        "bac-ninh",
        "2023-07-05",
        "btv",
        "bao-mau",
        "Bắc Giang đôn đốc giải ngân vốn đầu tư công",
    ),
    (2, "Bắc Ninh", "bac-ninh", "bac-ninh", "2023-08-10", "btv", "bao-mau", "Bắc Ninh bàn việc giải ngân sáu tháng"),
    (3, "Thái Nguyên", "thai-nguyen", "thai-nguyen", "2023-07", "bch", "cong-mau", "Thái Nguyên: giải ngân còn chậm"),
    (4, "Bắc Kạn", "bac-kan", "thai-nguyen", "2021-06-29", "bch", "cong-mau", "Bắc Kạn xem xét giải ngân vốn"),
    (5, "Cà Mau", "ca-mau", "ca-mau", "2025-09-12", "hdnd", "cong-mau", "Cà Mau họp chuyên đề về giải ngân"),
]
ROWS += [
    (n, "Gia Lai", "gia-lai", "gia-lai", f"2024-{n - 9:02}-20", "ubnd", "bao-mau", f"Gia Lai giao ban tháng {n - 9}")
    for n in range(10, 22)
]
HTML = [("Content-Type", "text/html")]
UNKNOWN = 30  # a page without date and province
SOURCES = [
    SourceRecord("bao-mau", "Báo Mẫu", "bac-giang", "newspaper"),
    SourceRecord("cong-mau", "Cổng thông tin Mẫu", "", "portal"),
]


def url(number: int) -> str:
    return f"https://bao.mau.test/tin/{number}.html"


def key(number: int) -> str:
    return article_key(url(number))


def samples() -> Iterator[tuple[Article, Document]]:
    for number, name, then, now, held, kind, source, title in ROWS:
        body = BODY.format(day="/".join(reversed(held[5:].split("-"))), province=name, share=40 + number)
        article = Article(
            id=url(number),
            url=url(number),
            title=title,
            body=body,
            lede=f"Hội nghị bàn việc chung của {name}.",
            byline="Người Mẫu",
            printed_date=f"15:30 {held}",
            captions=("Quang cảnh hội nghị.",),
            source=source,
        )
        yield article, document(article, held, then, now, kind)
    article = Article(
        id=url(UNKNOWN), url=url(UNKNOWN), title="Một hội nghị không ghi ngày", body="Bài mẫu về giải ngân."
    )
    yield article, document(article, "", "", "", "")


def document(article: Article, held: str, then: str, now: str, kind: str) -> Document:
    return Document(
        id=article.id,
        key=article.key,
        url=article.url,
        title=article.title,
        text="\n\n".join(filter(None, (article.lede, article.body))),
        lede=article.lede,
        byline=article.byline,
        source=article.source,
        province_then=then,
        province_now=now,
        published=held,
        held=held,
        year=int(held[:4]) if held else None,
        kind=kind,
        meeting=f"{then}.{kind}.{held}" if held else "",
        document_numbers=("35-CT/TW",) if held else (),
        citations=(("35-CT/TW", "2024-06-14" if held > "2024" else "", "35-CT/TW"),) if held else (),
        people=("Người Mẫu",),
        chair="Người Mẫu" if held else "",
        place="Trụ sở Tỉnh ủy" if held else "",
        agenda=("Cho ý kiến về giải ngân",) if held else (),
        roles=(("Người Mẫu", "Bí thư Tỉnh ủy", "Người Mẫu, Bí thư Tỉnh ủy chủ trì."),),
        evidence={"held": f"Chiều ngày {held}"} if held else {},
        fetched_at="2026-11-20T08:15:00Z",
    )


def fill(data_dir: Path) -> None:
    """Archive and index the samples; number 1 in two versions."""
    documents = []
    with Archive(data_dir) as archive:
        archive.save_sources(SOURCES)
        run = archive.start_run("bao-mau")
        for article, indexed in samples():
            page = f"<html><h1>{article.title}</h1>{article.body}".encode()
            capture = archive.record_response(article.source, article.url, 200, HTML, page)
            archive.store_article(article, capture)
            documents.append(indexed)
            if article.id == url(1):
                corrected = replace(article, body=article.body.replace("41%", "41,5%"))
                page += b"<!-- corrected -->"
                archive.store_article(corrected, archive.record_response(article.source, article.url, 200, HTML, page))
        archive.finish_run(run, fetched=len(documents), new=len(documents))
        failing = archive.start_run("cong-mau")
        archive.finish_run(failing, failed=1, error="HTTP 503 at the list page")
    engine = open_engine(index_url(data_dir / "whoosh"))
    with engine.writer() as writer:
        writer.add(documents)
    update(data_dir, engine, article_key)


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("data")
    fill(directory)
    return directory


@pytest.fixture(scope="session")
def app(data_dir: Path) -> Flask:
    return create_app(data_dir, index_url(data_dir / "whoosh"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.extensions["export_limit"] = RateLimit(EXPORTS_PER_WINDOW, WINDOW_SECONDS)  # of each test, not of all
    return app.test_client()


QUIET = [
    *("--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real browser. In CI a missing one is a failure, elsewhere the test is skipped.

    Ended with its file of tests: while it lives, an event loop runs in this thread, and `asyncio.run` of any test of
    another file that comes after it in the same process would fail.
    """
    if CLUSTER:
        pytest.skip("a browser shows the same pages, whichever engine found them")
    require(CHROMIUM)
    expect.set_options(timeout=60_000)  # what is waited for comes, late on a busy machine
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        yield browser
        browser.close()


@contextmanager
def serving(app: Flask, taken: socket.socket | None = None) -> Iterator[str]:
    """Serves an application and gives its address. taken: the socket, where the application must know it before."""
    channels: dict[int, object] = {}
    with taken or socket.create_server(("127.0.0.1", 0)) as listening:
        server = waitress.create_server(app, channels, sockets=[listening])
        running = threading.Thread(target=server.run, daemon=True)
        running.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            # within its own loop, which would select on closed sockets else
            server.trigger.pull_trigger(lambda: wasyncore.close_all(channels, ignore_all=True))
            running.join(60)
            server.task_dispatcher.shutdown()


@contextmanager
def served(data_dir: Path) -> Iterator[str]:
    with serving(create_app(data_dir, index_url(data_dir / "whoosh"))) as address:
        yield address


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Serves the pages of a data directory on a free port until the end of the tests; returns their address."""
    with ExitStack() as servers:
        yield lambda data_dir: servers.enter_context(served(data_dir))


@pytest.fixture(scope="session")
def site(serve: Callable[[Path], str], data_dir: Path) -> str:
    return serve(data_dir)
