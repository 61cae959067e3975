"""The dump of a month: importable, described field by field, kept for so many months, without what is withheld."""

import gzip
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from crawl.archive import dumps
from crawl.archive.archive import Archive
from crawl.archive.dumps import FIELDS, drop_dumps, dump
from crawl.archive.withholding import withhold
from crawl.article import Article, article_key
from crawl.errors import ArchiveError
from crawl.importing.importer import import_paths

ROOT = Path(__file__).parents[3]
URLS = [f"https://bao.mau.test/{number}" for number in range(3)]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with Archive(tmp_path / "data") as archive:
        for url in URLS:
            capture = archive.record_response("bao-mau", url, 200, {}, url.encode(), request_headers={})
            article = Article(id=url, url=url, title=f"Bài {url[-1]}", body="Bài mẫu.", hints=(("url", "2023"),))
            archive.store_article(article, capture)
    return tmp_path / "data"


def lines(folder: Path, month: str) -> list[dict]:
    text = gzip.decompress((folder / f"hoinghi-{month}.jsonl.gz").read_bytes()).decode()
    return [json.loads(line) for line in text.splitlines()]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_a_dump_a_month_is_kept_for_so_many_months(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "dumps"
    for month in range(1, 6):
        assert len(dump(data, folder, keep=3, today=date(2026, month, 3)).made) == 2
    assert dump(data, folder, keep=3, today=date(2026, 5, 30)).made == ()
    assert dump(data, folder, keep=3, today=date(2026, 5, 30), anew=True).made
    kept = [f"hoinghi-2026-0{month}.{end}" for month in (3, 4, 5) for end in ("jsonl.gz", "wacz")]
    assert names(folder) == ["README.md", *kept]
    dictionary = (folder / "README.md").read_text(encoding="utf-8")
    for line in lines(folder, "2026-05"):
        assert line.keys() <= FIELDS.keys()
        assert all(f"| `{name}` |" in dictionary for name in line)


def test_a_dump_can_be_imported(data: Path, tmp_path: Path) -> None:
    dump(data, tmp_path / "dumps", keep=1, today=date(2026, 5, 3))
    import_paths([tmp_path / "dumps" / "hoinghi-2026-05.jsonl.gz"], tmp_path / "again")
    with Archive(tmp_path / "again", read_only=True) as archive:
        assert {one.article.id for one in archive.articles()} == set(URLS)


def test_what_is_withheld_is_in_no_dump(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "dumps"
    dump(data, folder, keep=3, today=date(2026, 4, 3))
    key = article_key(URLS[1])
    command = [sys.executable, "hoinghi.py", "withhold", key, "--reason", "Theo yêu cầu", "--data", str(data)]
    environment = {**os.environ, "HOINGHI_DUMPS": str(folder)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert "2 files of dumps taken away" in done.stdout, done.stderr
    assert names(folder) == ["README.md"]
    dump(data, folder, keep=3, today=date(2026, 4, 9))
    assert [line["id"] for line in lines(folder, "2026-04")] == [URLS[0], URLS[2]]
    withhold(data, article_key(URLS[0]), "Theo yêu cầu")
    assert drop_dumps(folder) == 2


def test_what_is_withheld_while_a_dump_is_written_is_not_in_it(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, written = tmp_path / "dumps", []

    def export_and_withhold(data_dir: Path, target: Path) -> None:
        written.append(target)
        export_wacz(data_dir, target)
        if len(written) == 1:
            withhold(data, article_key(URLS[1]), "Theo yêu cầu")
            assert drop_dumps(folder, wait_seconds=0) == 2

    export_wacz = dumps.export_wacz
    monkeypatch.setattr(dumps, "export_wacz", export_and_withhold)
    assert len(dump(data, folder, keep=3, today=date(2026, 4, 3)).made) == 2
    assert [line["id"] for line in lines(folder, "2026-04")] == [URLS[0], URLS[2]]
    assert len(written) == 2
    (folder / dumps.TO_DROP).touch()  # nobody waited for its end
    assert len(dump(data, folder, keep=3, today=date(2026, 4, 9)).made) == 2
    assert dump(data, folder, keep=3, today=date(2026, 4, 9)).made == ()


def test_dumps_that_cannot_be_taken_away_are_told(tmp_path: Path) -> None:
    (tmp_path / "hoinghi-2026-01.wacz").mkdir()
    with pytest.raises(ArchiveError, match="they may hold what was withheld; delete them"):
        drop_dumps(tmp_path)
    assert drop_dumps(tmp_path / "nothing") == 0


def test_mistakes_are_told(tmp_path: Path, data: Path) -> None:
    with pytest.raises(ArchiveError, match="no archive"):
        dump(tmp_path / "nothing", tmp_path, keep=1, today=date(2026, 1, 1))
    (tmp_path / "file").write_text("x")
    with pytest.raises(ArchiveError, match="cannot write"):
        dump(data, tmp_path / "file" / "below", keep=1, today=date(2026, 1, 1))
