"""What was exported can be read again, by this program and by others."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.archive.database import CAPTURES
from crawl.archive.export import export_jsonl, export_warc
from crawl.archive.warc_reader import read_records
from crawl.article import Article
from crawl.errors import ArchiveError
from crawl.importing.importer import import_paths

ARTICLE = Article(
    id="https://baomau.vn/tin-1",
    url="https://baomau.vn/tin-1?utm=x",
    title="Hội nghị Tỉnh ủy",
    body="Đoạn một.\n\nĐoạn hai.",
    lede="Sáng 5/7, Tỉnh ủy họp.",
    byline="Trần Mẫu",
    printed_date="15:34 05/07/2023",
    captions=("Quang cảnh hội nghị.",),
    attachments=("https://baomau.vn/a.pdf",),
    hints=(("url", "2023-07"), ("import", "2023-07-05")),
    source="bao-mau",
    province="bac-giang",
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for number in range(2):  # two sessions, so two WARC files
        with Archive(tmp_path / "data") as archive:
            capture = archive.record_response("bao-mau", f"{ARTICLE.id}{number}", 200, {}, b"<p>1</p>" * 20)
            archive.store_article(ARTICLE, capture)
    return tmp_path / "data"


@pytest.mark.parametrize("name", ["kho.jsonl", "kho.jsonl.gz"])
def test_json_lines_bring_every_string_back(data: Path, tmp_path: Path, name: str) -> None:
    assert export_jsonl(data, tmp_path / name) == 1
    content = (tmp_path / name).read_bytes()
    [line] = (gzip.decompress(content) if name.endswith("gz") else content).splitlines()
    assert json.loads(line)["text"] == "Đoạn một.\n\nĐoạn hai."
    import_paths([tmp_path / name], tmp_path / "again")
    with Archive(tmp_path / "again", read_only=True) as archive:
        assert [archived.article for archived in archive.articles()] == [ARTICLE]


def test_one_warc_file_holds_all_records_and_passes_warcio_check(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "kho.warc.gz"
    assert export_warc(data, target) == 1
    check = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", str(target)], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout
    assert [record.url for record in read_records(target)] == [f"{ARTICLE.id}0", f"{ARTICLE.id}1"]


def test_a_file_that_was_cut_off_gives_its_whole_records(data: Path, tmp_path: Path) -> None:
    first = min((data / CAPTURES).iterdir())
    first.write_bytes(first.read_bytes() + b"\x1f\x8b\x08\x00cut")
    target = tmp_path / "kho.warc.gz"
    export_warc(data, target)
    assert [record.url for record in read_records(target)] == [f"{ARTICLE.id}0", f"{ARTICLE.id}1"]


def test_a_target_that_cannot_be_written_is_named(data: Path, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"cannot write .*khong/co/kho.jsonl"):
        export_jsonl(data, tmp_path / "khong" / "co" / "kho.jsonl")
    with pytest.raises(ArchiveError, match=r"kho.warc: expected a name in .warc.gz"):
        export_warc(data, tmp_path / "kho.warc")


def test_an_export_that_fails_leaves_no_half_file(data: Path, tmp_path: Path) -> None:
    min((data / CAPTURES).iterdir()).unlink()
    with pytest.raises(ArchiveError, match=r'cannot be read .*: see "hoinghi verify"'):
        export_warc(data, tmp_path / "kho.warc.gz")
    assert {path.name for path in tmp_path.iterdir()} == {"data"}
