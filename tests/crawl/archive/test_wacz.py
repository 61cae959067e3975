import json
import random
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.archive.verify import verify
from crawl.archive.wacz import TABLES, export_wacz, import_wacz, sort_key
from crawl.archive.warc_reader import read_record
from crawl.archive.withholding import withhold
from crawl.errors import ArchiveError
from tests.web.conftest import fill


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    fill(folder)
    with Archive(folder) as archive:
        archived = next(archive.articles())
        archive.note_missing(archived.article.id, 404)
        archive.note_address(archived.article.id, "https://bao.mau.test/cho-moi")
    return folder


def tables(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(folder / "archive.db")) as database:
        return {table: list(database.execute(f"SELECT * FROM {table} ORDER BY 1, 2")) for table in TABLES}


def test_an_imported_export_is_the_same_archive(filled: Path, tmp_path: Path) -> None:
    summary = export_wacz(filled, tmp_path / "kho.wacz")
    assert (summary.articles, summary.captures) == (18, 19)
    assert summary.versions > summary.articles
    import_wacz(tmp_path / "kho.wacz", tmp_path / "again")
    before = tables(filled)
    assert tables(tmp_path / "again") == before
    assert all(before.values())
    assert verify(tmp_path / "again").damaged == []
    with Archive(filled, read_only=True) as one, Archive(tmp_path / "again", read_only=True) as other:
        assert list(one.articles()) == list(other.articles())
        for capture in one.captures():
            assert one.body(capture.id) == other.body(capture.id)
    export_wacz(tmp_path / "again", tmp_path / "second.wacz")
    with zipfile.ZipFile(tmp_path / "kho.wacz") as one, zipfile.ZipFile(tmp_path / "second.wacz") as other:
        assert {name: one.read(name) for name in one.namelist() if not name.startswith("datapackage")} == {
            name: other.read(name) for name in other.namelist() if not name.startswith("datapackage")
        }


def test_the_index_leads_to_the_records(filled: Path, tmp_path: Path) -> None:
    export_wacz(filled, tmp_path / "kho.wacz")
    with zipfile.ZipFile(tmp_path / "kho.wacz") as package:
        package.extractall(tmp_path)
        lines = package.read("indexes/index.cdx").decode().splitlines()
    assert len(lines) == 19
    assert lines == sorted(lines)
    for line in lines:
        key, moment, told = line.split(" ", 2)
        entry = json.loads(told)
        record = read_record(tmp_path / "archive" / entry["filename"], int(entry["offset"]))
        assert (record.url, sort_key(record.url)) == (entry["url"], key)
        assert moment == "".join(filter(str.isdigit, record.date))
        size = (tmp_path / "archive" / entry["filename"]).stat().st_size
        assert int(entry["offset"]) + int(entry["length"]) <= size


def test_what_is_withheld_is_not_in_it(filled: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    export_wacz(filled, tmp_path / "kho.wacz")
    import_wacz(tmp_path / "kho.wacz", copy)
    with Archive(copy, read_only=True) as archive:
        gone = next(one.article for one in archive.articles() if one.sha256)
    withhold(copy, gone.key, "Theo yêu cầu")
    export_wacz(copy, tmp_path / "less.wacz")
    with zipfile.ZipFile(tmp_path / "less.wacz") as package:
        for name in package.namelist():
            assert gone.url not in package.read(name).decode("latin-1"), name
    import_wacz(tmp_path / "less.wacz", tmp_path / "less")
    assert verify(tmp_path / "less").damaged == []
    with Archive(tmp_path / "less", read_only=True) as archive:
        assert archive.count() == 17


def test_a_damaged_file_or_a_full_directory_is_refused(filled: Path, tmp_path: Path) -> None:
    export_wacz(filled, tmp_path / "kho.wacz")
    with pytest.raises(ArchiveError, match="holds an archive"):
        import_wacz(tmp_path / "kho.wacz", filled)
    whole, dice = (tmp_path / "kho.wacz").read_bytes(), random.Random(2)
    for number in range(30):
        place = dice.randrange(len(whole))
        (tmp_path / "flipped.wacz").write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        try:
            import_wacz(tmp_path / "flipped.wacz", tmp_path / f"again-{number}")
        except ArchiveError:
            continue
        assert tables(tmp_path / f"again-{number}") == tables(filled)  # a date in the zip's directory
    (tmp_path / "cut.wacz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ArchiveError, match="no WACZ file"):
        import_wacz(tmp_path / "cut.wacz", tmp_path / "cut")


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.bacgiang.gov.vn/Tin?b=2&a=1", "vn,gov,bacgiang)/tin?a=1&b=2"),
        ("http://mau.test:8000", "test,mau:8000)/"),
        ("tep/bai.txt", "tep/bai.txt"),
    ],
)
def test_addresses_are_sorted_by_their_hosts(url: str, key: str) -> None:
    assert sort_key(url) == key
