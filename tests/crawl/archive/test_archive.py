"""The archive keeps every version and every byte, lets one write and many read, and survives a kill -9."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from crawl.archive import schema
from crawl.archive.archive import Archive, ArchivedVersion, SourceRecord, Validators
from crawl.archive.database import CAPTURES, DATABASE, is_being_written
from crawl.archive.rebuild import rebuild
from crawl.archive.warc_reader import DamagedRecord, read_records
from crawl.article import Article
from crawl.errors import ArchiveError

ROOT = Path(__file__).parents[3]
URL = "https://tinhuy.mau.vn/hoi-nghi-lan-thu-7"
PAGE = "<h1>Hội nghị Tỉnh ủy lần thứ 7</h1><p>Sáng 12/7, Ban Chấp hành Đảng bộ tỉnh họp.</p>".encode()
ARTICLE = Article(
    id=URL,
    url=URL,
    title="Hội nghị Tỉnh ủy lần thứ 7",
    body="Sáng 12/7, Ban Chấp hành Đảng bộ tỉnh họp.\n\nHội nghị bàn ba nội dung.",
    captions=("Quang cảnh hội nghị.",),
    hints=(("url", "2023-07"),),
    source="tinh-uy-mau",
    province="bac-giang",
)


def captured(archive: Archive, body: bytes = PAGE, status: int = 200, **headers: str):
    return archive.record_response("tinh-uy-mau", URL, status, headers, body, request_headers={"User-Agent": "hoinghi"})


def test_an_article_comes_back_as_it_was_stored(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        capture = captured(archive)
        assert archive.store_article(ARTICLE, capture) == "new"
    with Archive(tmp_path, read_only=True) as archive:
        [archived] = archive.articles()
        assert archived.article == ARTICLE
        assert archived == archive.article(ARTICLE.key)
        assert (archived.version, archived.fetched_at, archived.sha256) == (1, capture.fetched_at, capture.sha256)
        assert not archived.gone
        assert archive.body(capture.id) == PAGE
        assert archive.count() == 1
        assert archive.has_article(URL)


def test_a_changed_text_becomes_a_version_and_the_old_one_stays(tmp_path: Path) -> None:
    changed = replace(ARTICLE, title="Hội nghị Tỉnh ủy lần thứ bảy")
    with Archive(tmp_path) as archive:
        first = captured(archive)
        archive.store_article(ARTICLE, first)
        assert archive.store_article(ARTICLE, first) == "unchanged"
        second = captured(archive, PAGE + b"!")
        assert archive.store_article(changed, second) == "changed"
        assert archive.article(ARTICLE.key).article == changed
        assert archive.article(ARTICLE.key, version=1).article == ARTICLE
        assert archive.article(ARTICLE.key, version=3) is None
        assert archive.versions(ARTICLE.key) == [
            ArchivedVersion(1, first.fetched_at, first.sha256, "Hội nghị Tỉnh ủy lần thứ 7"),
            ArchivedVersion(2, second.fetched_at, second.sha256, "Hội nghị Tỉnh ủy lần thứ bảy"),
        ]
        assert [archived.version for archived in archive.articles()] == [2]


def test_what_came_since_a_position_is_known_with_where_it_first_stood(tmp_path: Path) -> None:
    other = replace(ARTICLE, id=f"{URL}-khac", url=f"{URL}-khac")
    with Archive(tmp_path) as archive:
        assert archive.position() == 0
        archive.store_article(ARTICLE, captured(archive))
        first = archive.position()
        assert archive.changed_since(0) == {ARTICLE.key: first}
        assert archive.changed_since(first) == {}
        archive.store_article(other)
        archive.store_article(replace(ARTICLE, title="Hội nghị bảy"), captured(archive, PAGE + b"!"))
        assert archive.changed_since(first) == {ARTICLE.key: first, other.key: first + 1}
        assert archive.changed_since(archive.position()) == {}


def test_an_older_capture_adds_to_the_history_and_not_to_the_present(tmp_path: Path) -> None:
    before = replace(ARTICLE, title="Hội nghị Tỉnh uỷ, bản đầu")
    with Archive(tmp_path) as archive:
        archive.store_article(ARTICLE, captured(archive))
        for outcome in ("changed", "unchanged"):
            old = archive.record_response("", URL, 200, {}, b"<h1>Ban dau</h1>", fetched_at="2020-01-02T03:04:05Z")
            assert archive.store_article(before, old) == outcome
        assert archive.article(ARTICLE.key).article == ARTICLE
        assert [(one.version, one.title) for one in archive.versions(ARTICLE.key)] == [
            (2, "Hội nghị Tỉnh uỷ, bản đầu"),
            (1, "Hội nghị Tỉnh ủy lần thứ 7"),
        ]
        archive.store_article(replace(ARTICLE, title="Bản sau"), captured(archive, PAGE + b"?"))
        assert [archived.version for archived in archive.articles()] == [3]


def test_what_was_stored_while_the_clock_was_ahead_does_not_stay_the_present(tmp_path: Path) -> None:
    ahead, now = replace(ARTICLE, title="Bản của tương lai"), replace(ARTICLE, title="Bản hiện nay")
    with Archive(tmp_path) as archive:
        future = archive.record_response("tinh-uy-mau", URL, 200, {}, PAGE, fetched_at="2099-01-02T03:04:05Z")
        archive.store_article(ahead, future)
        old = archive.record_response("", URL, 200, {}, b"<h1>Xua</h1>", fetched_at="2020-01-02T03:04:05Z")
        archive.store_article(replace(ARTICLE, title="Bản xưa"), old)
        assert archive.article(ARTICLE.key).article == ahead  # one from before never becomes the present
        archive.store_article(now, captured(archive, PAGE + b"?"))
        assert archive.article(ARTICLE.key).article == now
        before = list(archive.articles())
    rebuild(tmp_path)
    with Archive(tmp_path, read_only=True) as archive:
        assert list(archive.articles()) == before


def test_the_same_bytes_read_better_are_corrected_without_a_version(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        capture = captured(archive)
        archive.store_article(replace(ARTICLE, byline="Trang chủ"), capture)
        assert archive.store_article(ARTICLE, captured(archive)) == "changed"
        assert archive.article(ARTICLE.key).article.byline == ""
        assert len(archive.versions(ARTICLE.key)) == 1


def test_what_is_learnt_beside_the_text_is_kept_without_a_version(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.store_article(replace(ARTICLE, province=""))
        assert archive.store_article(ARTICLE) == "unchanged"
        after = archive.article(ARTICLE.key)
    assert after.article.province == "bac-giang"
    assert after.version == 1


def test_articles_come_in_the_order_of_their_ids_however_many_they_are(tmp_path: Path) -> None:
    ids = [f"https://mau.vn/{number:04}" for number in range(1203)]
    with Archive(tmp_path) as archive:
        with archive.batch():
            for article_id in sorted(ids, reverse=True):
                archive.store_article(replace(ARTICLE, id=article_id))
        assert [archived.article.id for archived in archive.articles()] == ids


def test_an_answer_of_304_refers_to_the_bytes_it_stands_for(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        assert archive.validators(URL) is None
        first = captured(archive, ETag='"a1"', **{"Last-Modified": "Wed, 12 Jul 2023 03:00:00 GMT"})
        assert archive.validators(URL) == Validators('"a1"', "Wed, 12 Jul 2023 03:00:00 GMT")
        again = captured(archive, b"", 304)
        assert (again.kind, again.refers_to, again.sha256) == ("revisit", first.id, first.sha256)
        assert archive.body(again.id) == PAGE
        assert archive.validators(URL).etag == '"a1"'


def test_equal_bytes_are_written_once_and_an_error_page_never_stands_for_the_page(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        first = captured(archive)
        error = captured(archive, b"loi", 500)
        same = captured(archive)
        assert [capture.kind for capture in archive.captures(URL)] == ["response", "response", "revisit"]
        assert same.refers_to == first.id
        assert archive.body(error.id) == b"loi"


def test_one_process_writes_and_others_read(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.store_article(ARTICLE)
        assert is_being_written(tmp_path)
        with Archive(tmp_path, read_only=True) as reader:
            assert reader.count() == 1
            with pytest.raises(ArchiveError, match="open for reading"):
                reader.store_article(ARTICLE)
        make = f"Archive(Path({str(tmp_path)!r}))"
        program = f"from crawl.archive.archive import Archive; from pathlib import Path; {make}"
        second = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
        assert "ArchiveError: another process is writing" in second.stderr
    assert not is_being_written(tmp_path)


def test_a_reader_without_an_archive_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r'no archive in .*: run "hoinghi crawl" or "hoinghi import" first'):
        Archive(tmp_path / "nowhere", read_only=True)
    assert not (tmp_path / "nowhere").exists()


def test_a_damaged_database_is_named_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes("không phải SQLite ".encode() * 100)
    for read_only in (True, False):
        with pytest.raises(ArchiveError, match=r"archive\.db cannot be read as an archive .*: restore it"):
            Archive(tmp_path, read_only=read_only)
    assert not is_being_written(tmp_path)


def test_an_archive_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    Archive(tmp_path).close()
    with sqlite3.connect(tmp_path / DATABASE) as database:
        database.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    for read_only in (True, False):
        with pytest.raises(ArchiveError, match="newer version of this program"):
            Archive(tmp_path, read_only=read_only)


@pytest.mark.parametrize("read_only", [True, False])
def test_an_archive_of_the_first_version_is_brought_up_to_date(tmp_path: Path, read_only: bool) -> None:
    with sqlite3.connect(tmp_path / DATABASE) as database:
        database.executescript(schema.MIGRATIONS[0])
        database.execute("PRAGMA user_version = 1")
        database.execute("INSERT INTO runs (source, started_at, finished_at) VALUES ('a', '2026-01-01T00:00:00Z', '')")
    with Archive(tmp_path, read_only=read_only) as archive:
        assert archive.runs("a")[0].not_before == ""
    with sqlite3.connect(tmp_path / DATABASE) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)


def test_a_write_that_fails_within_a_batch_leaves_nothing_half_done(tmp_path: Path) -> None:
    broken = replace(ARTICLE, id="khác", body=object())  # type: ignore[arg-type]
    with Archive(tmp_path) as archive:
        with archive.batch():
            archive.store_article(ARTICLE)
            with pytest.raises(TypeError):
                archive.store_article(broken)
        assert [archived.article.id for archived in archive.articles()] == [URL]


def test_a_batch_that_ends_by_an_error_keeps_what_was_done(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Archive(tmp_path) as archive, archive.batch():
        archive.store_article(ARTICLE)
        raise KeyboardInterrupt
    with Archive(tmp_path, read_only=True) as archive:
        assert archive.count() == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit of file sizes")
def test_a_full_disk_is_named_and_what_was_stored_stays(tmp_path: Path) -> None:
    import resource

    noise = random.Random(7).randbytes(200_000)  # does not pack
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Archive(tmp_path) as archive:
        first = captured(archive)
        archive.store_article(ARTICLE, first)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        try:
            with pytest.raises(ArchiveError, match=r"cannot write to .* \(.*File too large.*\): make room"):
                captured(archive, noise)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        later = captured(archive, noise)
        assert later.warc_file != first.warc_file
        assert archive.body(later.id) == noise
        assert [capture.id for capture in archive.captures()] == [first.id, later.id]
    with Archive(tmp_path, read_only=True) as archive:
        assert archive.count() == 1
        assert archive.body(first.id) == PAGE


def test_runs_and_sources_are_remembered(tmp_path: Path) -> None:
    record = SourceRecord("tinh-uy-mau", "Tỉnh ủy Mẫu", "bac-giang", "party_committee", many_provinces=True)
    with Archive(tmp_path) as archive:
        archive.save_sources([record])
        run = archive.start_run("tinh-uy-mau")
        archive.finish_run(run, fetched=3, new=2, failed=1, error="")
        archive.start_run("tinh-uy-mau")
    with Archive(tmp_path) as archive:  # the second run never ended
        assert archive.sources() == [record]
        latest, first = archive.runs("tinh-uy-mau")
        assert (latest.finished_at, latest.error) == ("", "interrupted")
        assert (first.fetched, first.new, first.failed, first.succeeded) == (3, 2, 1, True)


WRITER = """
import sys
from pathlib import Path
from crawl.archive.archive import Archive
from crawl.article import Article
with Archive(Path(sys.argv[1])) as archive:
    for number in range(100_000):
        url = f"https://tinhuy.mau.vn/{sys.argv[2]}/{number}"
        body = f"<h1>Hội nghị số {number}</h1>".encode() * 400
        capture = archive.record_response("mau", url, 200, {"Content-Type": "text/html"}, body, request_headers={})
        archive.store_article(Article(url, url, f"Hội nghị số {number}", "Nội dung."), capture)
        print(url, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_twenty_kills_at_random_moments_lose_nothing_that_was_reported(tmp_path: Path) -> None:
    moments = random.Random(20)
    reported: list[str] = []
    for life in range(20):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(life)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as writer:
            reported.append(writer.stdout.readline().strip())
            time.sleep(moments.uniform(0.0, 0.15))
            os.kill(writer.pid, signal.SIGKILL)
            reported += [line.strip() for line in writer.stdout if line.endswith("\n")]
        with Archive(tmp_path, read_only=True) as archive:
            stored = {archived.article.id for archived in archive.articles()}
            assert set(reported) <= stored
            for capture in archive.captures():
                assert archive.body(capture.id).startswith("<h1>Hội nghị số".encode())
    for path in sorted((tmp_path / CAPTURES).iterdir()):
        records = list(read_records(path))
        assert not any(isinstance(record, DamagedRecord) for record in records[:-1])
    assert len(reported) >= 20


def test_known_articles_are_passed_over_unread_and_a_digest_changes_with_anything(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        for name in "bac":
            archive.store_article(replace(ARTICLE, id=name))
        before = {one.article.id: one.digest for one in archive.articles()}
        assert list(before) == ["a", "b", "c"]
        assert {one.article.id: one.digest for one in archive.articles()} == before
        archive.store_article(replace(ARTICLE, id="a", byline="Người viết khác"))
        archive.set_gone([replace(ARTICLE, id="b").key])
        asked = []

        def known(identifier: str, digest: str) -> bool:
            asked.append(identifier)
            return before[identifier] == digest

        assert [one.article.id for one in archive.articles(known=known)] == ["a", "b"]
        assert asked == ["a", "b", "c"]


def test_what_changed_since_a_state_is_told_whatever_the_change(tmp_path: Path) -> None:
    other = replace(ARTICLE, id="khác", body="Hội nghị khác.")
    with Archive(tmp_path) as archive:
        captured(archive)
        archive.store_article(other)
        seen = [archive.state()]

        def told() -> list[str] | None:
            seen.append(archive.state())
            return archive.changed_from(seen[-2], 9)

        archive.store_article(ARTICLE, captured(archive))
        assert told() == [URL]
        archive.store_article(ARTICLE)
        archive.touch_article(URL)
        assert told() == []
        archive.store_article(replace(ARTICLE, byline="Minh Anh"))
        assert told() == [URL]
        archive.store_article(replace(ARTICLE, byline="Minh Anh", hints=()))  # the same version, read anew
        assert told() == [URL]
        archive.set_gone([other.key])
        assert told() == ["khác"]
        archive.set_gone([other.key])
        assert told() == []
        archive.touch_article("khác")
        assert told() == ["khác"]
        with sqlite3.connect(tmp_path / DATABASE) as database:
            database.execute("DELETE FROM articles WHERE id = 'khác'")
        database.close()
        assert told() == ["khác"]
        assert archive.changed_from(seen[0], 2) == sorted(["khác", URL])
        assert archive.changed_from(seen[0], 1) is None
        assert archive.changed_from("", 9) is None


def test_a_source_that_reports_on_other_provinces_than_before_changes_its_articles(tmp_path: Path) -> None:
    one = SourceRecord("bao-mau", "Báo Mẫu", "bac-giang", "newspaper")
    with Archive(tmp_path) as archive:
        archive.save_sources([one])
        for name, source in (("của-nó", "bao-mau"), ("khác", "bao-khac")):
            archive.store_article(Article(id=name, url="", title="Tin", body="Lời.", source=source))
        before = archive.state()
        archive.save_sources([replace(one, name="Báo Mẫu điện tử")])
        assert archive.changed_from(before, 9) == []
        archive.save_sources([replace(one, many_provinces=True)])
        assert archive.changed_from(before, 9) == ["của-nó"]


def test_a_state_of_another_archive_is_not_taken_for_one_of_this(tmp_path: Path) -> None:
    states = []
    for name in ("một", "hai"):
        with Archive(tmp_path / name) as archive:
            archive.store_article(ARTICLE)
            states.append(archive.state())
    with Archive(tmp_path / "một") as archive:
        assert [archive.changed_from(state, 9) for state in states] == [[], None]
