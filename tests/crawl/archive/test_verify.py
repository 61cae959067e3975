"""Damage of every kind is found and named; an archive that is whole is said to be so."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.archive.database import CAPTURES, DATABASE
from crawl.archive.export import export_jsonl
from crawl.archive.verify import verify
from crawl.article import Article
from crawl.errors import ArchiveError

ARTICLE = Article("", "", "Hội nghị", "Nội dung.", source="bao-mau")


def url(number: int) -> str:
    return f"https://baomau.vn/tin-{number}"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with Archive(tmp_path) as archive:
        for number in range(4):
            body = f"<h1>Hội nghị số {number}</h1>".encode() * 50
            capture = archive.record_response("bao-mau", url(number), 200, {}, body, request_headers={})
            archive.store_article(replace(ARTICLE, id=url(number)), capture)
        archive.record_response("bao-mau", url(0), 304, {}, b"")
    return tmp_path


def warc(data: Path) -> Path:
    [path] = (data / CAPTURES).iterdir()
    return path


def offset(data: Path, capture: int) -> int:
    with Archive(data, read_only=True) as archive:
        found = archive.capture(capture)
        assert found
        return found.warc_offset


def test_a_whole_archive_is_said_to_be_so(data: Path) -> None:
    seen: list[tuple[int, int]] = []
    summary = verify(data, progress=lambda done, total: seen.append((done, total)))
    assert (summary.captures, summary.articles, summary.files, summary.damaged) == (5, 4, 1, [])
    assert str(summary) == "5 captures in 1 files and 4 articles: all as they were stored"
    assert seen[-1] == (5, 5)


def test_altered_bytes_are_named_by_url(data: Path) -> None:
    place = offset(data, 3)
    content = bytearray(warc(data).read_bytes())
    content[place + 40 : place + 60] = bytes(20)
    warc(data).write_bytes(content)
    summary = verify(data)
    assert [what for what, _ in summary.damaged] == [url(2)]
    assert warc(data).name in summary.damaged[0][1]


def test_a_damaged_revisit_is_named_by_its_place(data: Path) -> None:
    place = offset(data, 5)
    content = warc(data).read_bytes()
    warc(data).write_bytes(content[: place + 20])
    assert [what for what, _ in verify(data).damaged] == [f"{warc(data).name} at byte {place}"]


def test_a_missing_file_is_damage_of_all_that_lay_in_it(data: Path) -> None:
    warc(data).unlink()
    summary = verify(data)
    assert {what for what, _ in summary.damaged} >= {url(number) for number in range(4)}
    assert summary.failed == 5


def test_a_text_that_was_altered_in_the_database_is_found(data: Path) -> None:
    with sqlite3.connect(data / DATABASE) as database:
        database.execute("UPDATE versions SET article = replace(article, 'Nội dung.', 'Sai.') WHERE capture = 2")
    assert verify(data).damaged == [(url(1), "its text is not the one that was stored")]


def test_records_without_a_row_do_no_harm(data: Path) -> None:
    with sqlite3.connect(data / DATABASE) as database:
        database.execute("DELETE FROM captures WHERE id = 5")
    summary = verify(data)
    assert (summary.unrecorded, summary.failed) == (1, 0)


def test_without_an_archive_there_is_nothing_to_verify(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no archive in"):
        verify(tmp_path)


def test_a_damaged_page_of_the_database_is_told_with_what_helps(tmp_path: Path) -> None:
    """Pages of SQLite are 4,096 bytes; whichever is overwritten, nobody gets a traceback and the way out is named."""
    with Archive(tmp_path, read_only=False) as archive, archive.batch():
        for number in range(300):
            archive.store_article(Article(f"bài-{number}", "", f"Bài mẫu {number}", "Hội nghị mẫu bàn việc mẫu. " * 20))
    whole = (tmp_path / DATABASE).read_bytes()
    assert len(whole) > 20 * 4096
    messages = []
    for page in range(1, len(whole) // 4096, 7):
        damaged = whole[: page * 4096] + bytes(range(256)) * 16 + whole[(page + 1) * 4096 :]
        (tmp_path / DATABASE).write_bytes(damaged)
        try:
            messages += [why for _, why in verify(tmp_path).damaged]
            export_jsonl(tmp_path, tmp_path / "out.jsonl")
        except ArchiveError as error:
            messages.append(str(error))
    assert messages
    helps = ("import", "rebuild-archive", "not the one that was stored")
    assert all(any(words in message for words in helps) for message in messages), messages
    assert not list(tmp_path.glob("*.part"))
