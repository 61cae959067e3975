"""The index in step with the archive: what is added, changed, deleted, rejected, and what survives being stopped."""

import io
import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from crawl.archive.archive import Archive
from crawl.article import Article
from crawl.errors import ArchiveError
from indexer.build import LOCK, build, changes
from search.engines import open_engine
from search.engines.ports import Engine
from search.errors import IndexBusy, IndexMissing

ROOT = Path(__file__).parents[2]
PLENUM = Article(
    id="plenum",
    url="https://example.vn/1",
    title="Hội nghị Ban Chấp hành Đảng bộ tỉnh lần thứ 20",
    body="Sáng 16/7, Tỉnh ủy Tuyên Quang tổ chức hội nghị lần thứ 20. Giải ngân vốn đầu tư công còn chậm.",
    printed_date="17/07/2020",
)
REPORT = replace(PLENUM, id="report", title="Tuyên Quang dồn sức giải ngân", url="https://example.vn/2")
OTHER = Article(
    id="other",
    url="",
    title="Kỳ họp thứ 8 HĐND tỉnh Hà Giang khóa XVIII",
    body="Ngày 3/8/2023, HĐND tỉnh Hà Giang họp.",
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    store(tmp_path, PLENUM, REPORT, OTHER)
    return tmp_path


def store(data: Path, *articles: Article) -> None:
    with Archive(data) as archive:
        for article in articles:
            archive.store_article(article)


def engine_of(data: Path) -> Engine:
    return open_engine(f"whoosh:{data / 'whoosh'}")


def quiet(data: Path, engine: Engine, rebuild: bool = False) -> tuple[int, int, int, int]:
    summary = build(data, engine, rebuild=rebuild, progress=None)
    return summary.added, summary.changed, summary.deleted, summary.unchanged


def test_a_second_run_adds_nothing_and_a_changed_article_is_one_change(data: Path) -> None:
    engine = engine_of(data)
    assert quiet(data, engine) == (3, 0, 0, 0)
    assert quiet(data, engine) == (0, 0, 0, 3)
    store(data, replace(OTHER, body="Ngày 4/8/2023, HĐND tỉnh Hà Giang họp."))
    assert quiet(data, engine) == (0, 1, 0, 2)
    document = engine.get(OTHER.key)
    assert document is not None
    assert (document.held, document.version) == ("2023-08-04", 2)


def test_what_is_no_longer_in_the_archive_is_deleted(data: Path) -> None:
    engine = engine_of(data)
    quiet(data, engine)
    with sqlite3.connect(data / "archive.db") as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("DELETE FROM articles WHERE id = 'other'")
    assert quiet(data, engine) == (0, 0, 1, 2)
    assert engine.get(OTHER.key) is None


def test_rebuild_makes_the_same_index_again(data: Path) -> None:
    engine = engine_of(data)
    quiet(data, engine)
    before = engine.versions()
    assert quiet(data, engine, rebuild=True) == (0, 0, 0, 3)
    assert engine.versions() == before


def test_rebuild_mends_an_index_that_cannot_be_read(data: Path) -> None:
    quiet(data, engine_of(data))
    for segment in (data / "whoosh").glob("*.arrays"):
        segment.write_bytes(b"HNARRAY0" + bytes(100))
    with pytest.raises(IndexMissing, match=r'by another version.*: run "hoinghi index --rebuild"'):
        quiet(data, engine_of(data))
    assert quiet(data, engine_of(data), rebuild=True) == (3, 0, 0, 0)
    assert quiet(data, engine_of(data)) == (0, 0, 0, 3)


def test_pages_of_one_meeting_share_its_key(data: Path) -> None:
    engine = engine_of(data)
    quiet(data, engine)
    keys = [document.meeting for a in (PLENUM, REPORT, OTHER) if (document := engine.get(a.key))]
    assert keys == ["tuyen-quang.bch.2020-07-16", "tuyen-quang.bch.2020-07-16", "ha-giang.hdnd.2023-08-03"]


def test_a_new_report_can_change_what_an_old_one_is_linked_to(data: Path) -> None:
    engine = engine_of(data)
    undated = replace(PLENUM, id="undated", body="Tỉnh ủy Tuyên Quang họp.", printed_date="17/07/2020", source="")
    with Archive(data) as archive:
        archive.store_article(undated)
    quiet(data, engine)
    document = engine.get(undated.key)
    assert document is not None
    assert document.meeting == "tuyen-quang.bch.2020-07-16"


def test_damaged_and_empty_articles_are_counted_and_the_rest_goes_on(data: Path) -> None:
    store(data, Article(id="empty", url="", title="", body=""))
    with sqlite3.connect(data / "archive.db") as database:
        database.execute("UPDATE versions SET article = '{broken' WHERE key = ?", (OTHER.key,))
    summary = build(data, engine_of(data), progress=None)
    assert summary.added == 2
    assert summary.rejected == {"damaged in the archive (JSONDecodeError)": 1, "no text": 1}
    assert summary.failed == 2
    assert "1 left out: no text" in str(summary)


def test_a_dry_run_says_what_would_change_and_changes_nothing(data: Path) -> None:
    engine = engine_of(data)
    assert {change.fields["index"] for change in changes(data, engine)} == {("", "added")}
    quiet(data, engine)
    assert list(changes(data, engine)) == []
    store(data, replace(OTHER, body="Ngày 4/8/2023, HĐND tỉnh Hà Giang họp."))
    (change,) = changes(data, engine)
    assert change.fields["held"] == ("2023-08-03", "2023-08-04")
    assert "held: 2023-08-03 → 2023-08-04" in str(change)
    assert list(changes(data, engine)) == [change]


def test_a_missing_archive_and_a_second_run_get_clear_messages(data: Path, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError):
        build(tmp_path / "nowhere", engine_of(data), progress=None)
    with FileLock(data / LOCK), pytest.raises(IndexBusy, match="another run: wait until it has ended"):
        build(data, engine_of(data), progress=None)


def test_progress_is_plain_lines_where_there_is_no_terminal(data: Path) -> None:
    stream = io.StringIO()
    build(data, engine_of(data), progress=stream)
    assert [line.split(" (")[0] for line in stream.getvalue().splitlines()] == ["reading: 3/3", "indexing: 3/3"]


@pytest.mark.skipif(not hasattr(signal, "SIGINT"), reason="needs signals")
def test_an_interrupted_run_leaves_the_old_index_intact(data: Path) -> None:
    engine = engine_of(data)
    quiet(data, engine)
    before = engine.versions()
    store(
        data,
        *(
            replace(PLENUM, id=f"n{n}", body=PLENUM.body + f" Lần {n}. " + "Vốn đầu tư công. " * 100)
            for n in range(600)
        ),
    )
    program = (
        "import sys; from pathlib import Path\n"
        "from indexer.build import build; from search.engines import open_engine\n"
        "data = Path(sys.argv[1]); build(data, open_engine(f'whoosh:{data}/whoosh'), rebuild=True)"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", program, str(data)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # what a shell runs in the background begins with Ctrl+C ignored, and so do its children
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert run.stderr is not None and run.stderr.readline().startswith("reading")  # in the middle: writing comes next
    os.killpg(run.pid, signal.SIGINT)
    run.communicate(timeout=60)
    assert run.returncode != 0
    assert engine_of(data).versions() == before
    assert quiet(data, engine_of(data))[0] == 600  # and nothing is locked for the next run
