"""An article that is withheld is nowhere to be found, at once and for everybody, and its tombstone says why."""

import gzip
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from filelock import FileLock

from crawl.archive import permits
from crawl.archive.archive import Archive, SourceRecord
from crawl.archive.backup import backup
from crawl.archive.verify import verify
from crawl.archive.withholding import lift_due, withhold
from crawl.article import Article, article_key
from crawl.errors import ArchiveError
from indexer.build import LOCK, build
from search.engines import open_engine
from tests.web.conftest import BODY
from web import create_app

ROOT = Path(__file__).parents[2]
URL = "https://bao.mau.test/tin/rieng.html"
KEY = article_key(URL)
OTHER_KEY = article_key("https://bao.mau.test/tin/4.html")
TITLE = "Tỉnh ủy Bắc Giang bàn về sâm Nam núi Dành"
WORD = "núi Dành"
FILLER = "Các ý kiến thống nhất về cách làm, phân công cụ thể từng việc và hẹn kiểm điểm vào kỳ họp sau. " * 2
END = "báo cáo về vùng trồng"


def stored(archive: Archive, url: str, title: str, body: str) -> None:
    page = f"<html><h1>{title}</h1><p>{body}</p></html>".encode()
    capture = archive.record_response("bao-mau", url, 200, [("Content-Type", "text/html")], page)
    article = Article(id=url, url=url, title=title, body=body, source="bao-mau", printed_date="12/07/2023")
    archive.store_article(article, capture)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("withhold")
    with Archive(folder) as archive:
        archive.save_sources([SourceRecord("bao-mau", "Báo Mẫu", "bac-giang", "newspaper")])
        for number in range(5):
            body = BODY.format(day=f"{number + 3}/07/2023", province="Bắc Giang", share=40 + number)
            stored(archive, f"https://bao.mau.test/tin/{number}.html", f"Bắc Giang họp lần {number}", body)
        body = BODY.format(day="12/07/2023", province="Bắc Giang", share=63)
        stored(archive, URL, TITLE, f"{body}\n\n{FILLER}\n\nHội nghị nghe báo cáo về vùng trồng sâm ở núi Dành.")
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


def every_route(client) -> list[str]:
    """Return an address of each rule that answers GET, so that a new page is looked at as well."""
    values = {
        "key": OTHER_KEY,
        "name": "bai-1",
        "ending": "csv",
        "province": "bac-giang",
        "slug": "bac-giang",
        "token": "x",
    }
    found = []
    for rule in client.application.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            path = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)[1]
            asks = rule.endpoint.startswith(("api", "export", "feeds", "trends", "changes"))
            found += [path, f"{path}?q={WORD}", f"{path}?q=sâm"] if asks else [path]
    return found


def reachable(client, most: int = 200) -> dict[str, str]:
    """Return path → text of all that links lead to from the first page, and of what no link leads to."""
    todo = [
        *("/", "/?q=sâm", f"/?q={WORD}", "/?q=hội+nghị&sort=newest", "/api/search?q=hội+nghị", f"/api/search?q={WORD}"),
        *("/export.csv?q=hội+nghị", "/export.jsonl?q=hội+nghị", "/quotes.csv?q=hội+nghị", "/atom?q=hội+nghị"),
        *("/sitemap.xml", "/so-lieu.csv", "/so-lieu.jsonl", "/so-lieu.atom", "/api/figures", "/api/coverage"),
        *("/api/suggest?q=sâm", "/api/suggest?q=vùng", "/api/sources", "/tinh-trang", "/do-phu"),
        *every_route(client),
    ]
    found: dict[str, str] = {}
    while todo and len(found) < most:
        path = todo.pop(0)
        if path not in found and KEY not in path:
            answer = client.get(path)
            assert answer.status_code < 500, path
            found[path] = answer.get_data().decode(errors="replace")  # some are pictures
            links = re.findall(r'(?:href="|<loc>http://localhost)(/[^"<]*)', found[path])
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
            assert KEY not in text or "/changes" in path, path  # which says that it is withheld, and nothing else
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


@pytest.mark.parametrize("shown", ["excerpt", "metadata"])
def test_what_may_not_be_shown_is_nowhere(data: Path, tmp_path: Path, shown: str) -> None:
    """The end of a text that may be shown in part, and all of one of which nothing may be shown."""
    running = create_app(data).test_client()
    assert WORD in running.get(f"/bai/{KEY}").text
    done = hoinghi("permit", shown, "--source", "bao-mau", "--data", str(data))
    assert done.returncode == 0, done.stderr
    assert f"{1 if shown == 'excerpt' else 6} changed" in done.stdout
    hidden = [END] if shown == "excerpt" else [END, "tại trụ sở Tỉnh ủy", "toàn tỉnh giải ngân được"]
    for client in (running, create_app(data).test_client()):
        for path, text in reachable(client, 90 if client is running else 160).items():
            assert not [words for words in hidden if words in re.sub("</?mark>", "", text)], path
        page = client.get(f"/bai/{KEY}").text
        assert TITLE in page
        assert "ở trang nguồn" in page
        assert ("tại trụ sở Tỉnh ủy" in page) == (shown == "excerpt")
        told = client.get(f"/api/articles/{KEY}").get_json()
        assert told["shown"] == shown
        assert len(told["text"]) <= 401
        assert client.get(f"/bai/{KEY}/ban-chup").status_code == 404
    for name, *options in (("bai.jsonl",), ("kho.warc.gz", "--warc"), ("kho.wacz",)):
        assert hoinghi("export", str(tmp_path / name), *options, "--data", str(data)).returncode == 0
    captures = gzip.decompress((tmp_path / "kho.warc.gz").read_bytes()).decode()
    with zipfile.ZipFile(tmp_path / "kho.wacz") as package:
        packed = "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    for dump in ((tmp_path / "bai.jsonl").read_text(encoding="utf-8"), captures, packed):
        assert END not in dump
        assert shown == "excerpt" or "tại trụ sở Tỉnh ủy" not in dump
    assert verify(data).damaged == []
    assert hoinghi("permit", "full", "--source", "bao-mau", "--data", str(data)).returncode == 0
    assert create_app(data).test_client().get(f"/api/search?q={WORD}").get_json()["total"] == 1


def test_a_permit_of_all_gives_way_to_that_of_a_source(data: Path) -> None:
    permits.permit(data, permits.METADATA)
    permits.permit(data, permits.FULL, "bao-mau")
    with Archive(data, read_only=True) as archive:
        found = archive.article(KEY)
        assert permits.permits(archive) == [permits.Permit("", "metadata"), permits.Permit("bao-mau", "full")]
    assert found is not None
    assert WORD in found.article.body
    with pytest.raises(ArchiveError, match="expected one of bao-mau"):
        permits.permit(data, permits.FULL, "khong-co")
