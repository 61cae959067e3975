"""An article that is withheld is nowhere to be found, at once and for everybody, and its tombstone says why."""

import gzip
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from filelock import FileLock

from crawl.archive.archive import Archive
from crawl.archive.backup import backup
from crawl.archive.verify import verify
from crawl.archive.withholding import lift_due, withhold
from crawl.article import Article, article_key
from indexer.build import LOCK, build
from search.engines import open_engine
from tests.web.conftest import BODY
from web import create_app

ROOT = Path(__file__).parents[2]
URL = "https://bao.mau.test/tin/rieng.html"
KEY = article_key(URL)
TITLE = "Tỉnh ủy Bắc Giang bàn về sâm Nam núi Dành"
WORD = "núi Dành"


def stored(archive: Archive, url: str, title: str, body: str) -> None:
    page = f"<html><h1>{title}</h1><p>{body}</p></html>".encode()
    capture = archive.record_response("bao-mau", url, 200, [("Content-Type", "text/html")], page)
    article = Article(id=url, url=url, title=title, body=body, source="bao-mau", printed_date="12/07/2023")
    archive.store_article(article, capture)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("withhold")
    with Archive(folder) as archive:
        for number in range(5):
            body = BODY.format(day=f"{number + 3}/07/2023", province="Bắc Giang", share=40 + number)
            stored(archive, f"https://bao.mau.test/tin/{number}.html", f"Bắc Giang họp lần {number}", body)
        body = BODY.format(day="12/07/2023", province="Bắc Giang", share=63)
        stored(archive, URL, TITLE, f"{body}\n\nHội nghị nghe báo cáo về vùng trồng sâm ở núi Dành.")
    build(folder, open_engine(f"whoosh:{folder / 'whoosh'}"), progress=None)
    return folder


@pytest.fixture
def data(indexed: Path, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    shutil.copytree(indexed, folder)
    yield folder


def hoinghi(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "hoinghi.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def reachable(client, most: int = 150) -> dict[str, str]:
    """Return path → text of all that links lead to from the first page, and of what no link leads to."""
    todo = [
        *("/", "/?q=sâm", f"/?q={WORD}", "/?q=hội+nghị&sort=newest", "/api/search?q=hội+nghị", f"/api/search?q={WORD}"),
        *("/export.csv?q=hội+nghị", "/export.jsonl?q=hội+nghị", "/quotes.csv?q=hội+nghị", "/atom?q=hội+nghị"),
        *("/sitemap.xml", "/so-lieu.csv", "/so-lieu.jsonl", "/so-lieu.atom", "/api/figures", "/api/coverage"),
        *("/api/suggest?q=sâm", "/api/suggest?q=vùng", "/api/sources", "/tinh-trang", "/do-phu"),
    ]
    found: dict[str, str] = {}
    while todo and len(found) < most:
        path = todo.pop(0)
        if path not in found and KEY not in path:
            answer = client.get(path)
            assert answer.status_code < 500, path
            found[path] = answer.text
            links = re.findall(r'(?:href="|<loc>http://localhost)(/[^"<]*)', answer.text)
            todo += [link.replace("&amp;", "&") for link in links if "/static/" not in link and "sort=" not in link]
    return found


def test_it_is_there_before(data: Path) -> None:
    pages = reachable(create_app(data).test_client())
    assert sum(WORD in text or KEY in text for text in pages.values()) > 5


def test_a_withheld_article_is_nowhere(data: Path, tmp_path: Path) -> None:
    running = create_app(data).test_client()  # has the article in its memory
    assert KEY in running.get("/?q=sâm").text
    done = hoinghi("withhold", KEY, "--reason", "Theo yêu cầu của cơ quan", "--data", str(data))
    assert done.returncode == 0, done.stderr
    assert "1 deleted" in done.stdout
    for client in (running, create_app(data).test_client()):
        for path, text in reachable(client).items():
            asked = WORD in unquote_plus(path)  # an answer says what was asked for
            assert KEY not in text, path
            assert TITLE not in text, path
            assert asked or WORD not in text, path
        assert client.get(f"/api/search?q={WORD}").get_json()["total"] == 0
        for path in (f"/bai/{KEY}", f"/bai/{KEY}/ban-chup", f"/bai/{KEY}?version=1", f"/api/articles/{KEY}"):
            answer = client.get(path)
            assert answer.status_code == 410, path
            assert "Theo yêu cầu của cơ quan" in answer.text
            assert WORD not in answer.text
    assert hoinghi("export", str(tmp_path / "bai.jsonl"), "--data", str(data)).returncode == 0
    assert hoinghi("export", str(tmp_path / "kho.warc.gz"), "--warc", "--data", str(data)).returncode == 0
    captures = gzip.decompress((tmp_path / "kho.warc.gz").read_bytes()).decode()
    lines = (tmp_path / "bai.jsonl").read_text(encoding="utf-8")
    for dump in (captures, lines):
        assert URL not in dump
        assert WORD not in dump
        assert "https://bao.mau.test/tin/4.html" in dump


def test_the_capture_is_kept_and_the_article_comes_back(data: Path, tmp_path: Path) -> None:
    withhold(data, KEY, "Chờ xác minh", "2026-03-01")
    assert verify(data).damaged == []
    assert verify(data).captures == 6
    backup(data, tmp_path / "kho.tar")
    assert lift_due(data, date(2026, 2, 28)) == []
    assert lift_due(data, date(2026, 3, 1)) == [KEY]
    done = hoinghi("index", "--data", str(data))
    assert done.returncode == 0, done.stderr
    assert create_app(data).test_client().get(f"/bai/{KEY}").status_code == 200
    assert create_app(data).test_client().get(f"/api/search?q={WORD}").get_json()["total"] == 1


def test_pages_leave_it_out_while_a_run_holds_the_index_and_a_crawl_the_archive(data: Path) -> None:
    client = create_app(data).test_client()
    with Archive(data), FileLock(data / LOCK):
        withhold(data, KEY, "Theo yêu cầu")
        assert client.get(f"/bai/{KEY}").status_code == 410
        for path in ("/?q=sâm", "/api/search?q=sâm", "/export.csv?q=sâm", "/atom?q=sâm"):
            assert KEY not in client.get(path).text, path


def test_a_crawl_does_not_bring_it_back(data: Path) -> None:
    withhold(data, KEY, "Theo yêu cầu")
    with Archive(data) as archive:
        stored(archive, URL, TITLE, "Bài được sửa lại, vẫn về núi Dành.")
        assert archive.article(KEY) is None
        assert KEY not in {one.article.key for one in archive.articles()}


def test_mistakes_are_told(data: Path) -> None:
    unknown = hoinghi("withhold", "0" * 16, "--reason", "x", "--data", str(data))
    assert (unknown.returncode, "no article" in unknown.stderr) == (2, True)
    without = hoinghi("withhold", KEY, "--data", str(data))
    assert (without.returncode, "--reason" in without.stderr) == (2, True)
    not_withheld = hoinghi("withhold", KEY, "--lift", "--data", str(data))
    assert (not_withheld.returncode, "is not withheld" in not_withheld.stderr) == (2, True)
