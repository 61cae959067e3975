"""Backups: whole, of one moment, taken while others write; and nothing that is damaged is brought back."""

import hashlib
import io
import json
import random
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from crawl.archive.archive import Archive
from crawl.archive.backup import FORMAT, MANIFEST, PLACING, UNPACKED, backup, restore
from crawl.archive.database import CAPTURES, DATABASE, LOCK
from crawl.archive.proof_log import extend_log, verify_log
from crawl.archive.verify import verify
from crawl.article import Article
from crawl.errors import ArchiveError
from tests.web.conftest import fill

ROOT = Path(__file__).parents[3]

WRITE_ON = """
import sys
from pathlib import Path
from crawl.archive.archive import Archive
from crawl.article import Article

with Archive(Path(sys.argv[1])) as archive:
    for number in range(1, 100_000):
        url = f"https://bao.mau.test/{number}"
        body = b"<p>%d</p>" % number * 500
        capture = archive.record_response("bao-mau", url, 200, [("Content-Type", "text/html")], body)
        archive.store_article(Article(id=url, url=url, title=f"Tin {number}", body="Lời.", source="bao-mau"), capture)
        print(number, flush=True)
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    fill(folder)
    with closing(sqlite3.connect(folder / "subscriptions.db")) as database:
        database.execute("CREATE TABLE wishes (id TEXT, text TEXT)")
        database.execute("INSERT INTO wishes VALUES ('a', 'tin mới')")
        database.commit()
    (folder / "readings.jsonl").write_text('{"remark": "đọc sai"}\n', encoding="utf-8")
    return folder


def everything(folder: Path) -> dict[str, object]:
    """Return every row of every database and the bytes of every other file, the index aside."""
    found: dict[str, object] = {}
    for path in sorted([*folder.iterdir(), *(folder / CAPTURES).iterdir()]):
        if path.suffix == ".db":
            with closing(sqlite3.connect(path)) as database:
                found[path.name] = list(database.iterdump())
        elif path.is_file() and not path.name.endswith((".lock", "-wal", "-shm", "last-backup")):
            found[path.name] = path.read_bytes()
    return found


def test_what_is_restored_is_what_was_backed_up(filled: Path, tmp_path: Path) -> None:
    summary = backup(filled, tmp_path / "kho.tar")
    restore(tmp_path / "kho.tar", tmp_path / "again")
    before = everything(filled)
    assert everything(tmp_path / "again") == before
    assert summary.files == len(before)
    assert {"archive.db", "subscriptions.db", "readings.jsonl"} <= before.keys()
    assert verify(tmp_path / "again").damaged == []
    assert (filled / "last-backup").exists()
    assert not (tmp_path / "again" / "last-backup").exists()


def test_a_backup_while_another_process_writes_is_of_one_moment(tmp_path: Path) -> None:
    data = tmp_path / "data"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITE_ON, str(data)], cwd=ROOT, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        assert writer.stdout
        stored = 0
        for round_ in range(3):
            stored = [int(writer.stdout.readline()) for _ in range(20)][-1]
            extend_log(data)
            backup(data, tmp_path / f"{round_}.tar")
            assert writer.poll() is None
            restore(tmp_path / f"{round_}.tar", tmp_path / str(round_))
            found = verify(tmp_path / str(round_))
            assert found.damaged == []
            assert verify_log(tmp_path / str(round_)).wrong == []
            assert found.articles >= stored
            with Archive(tmp_path / str(round_), read_only=True) as archive:
                numbers = sorted(int(one.article.title.split()[1]) for one in archive.articles())
            assert numbers == list(range(1, len(numbers) + 1))
    finally:
        writer.kill()
        writer.communicate()


def test_a_damaged_backup_is_refused_and_nothing_of_it_is_left(filled: Path, tmp_path: Path) -> None:
    backup(filled, tmp_path / "kho.tar")
    whole, dice, refused = (tmp_path / "kho.tar").read_bytes(), random.Random(4), 0
    with tarfile.open(tmp_path / "kho.tar") as tar:
        content = [(entry.offset_data, entry.size) for entry in tar]
    for number in range(60):
        start, size = dice.choice(content)
        place = start + dice.randrange(size)
        (tmp_path / "flipped.tar").write_bytes(
            whole[:place] + bytes([whole[place] ^ 1 << dice.randrange(8)]) + whole[place + 1 :]
        )
        target = tmp_path / f"again-{number}"
        try:
            restore(tmp_path / "flipped.tar", target)
        except ArchiveError:
            refused += 1
            assert [path.name for path in target.iterdir()] in ([], [LOCK])
        else:
            assert everything(target) == everything(filled)  # a sign between the fields of the manifest
    assert refused > 50
    for length in (0, 1000, len(whole) // 2, len(whole) - 12_000):
        (tmp_path / "cut.tar").write_bytes(whole[:length])
        with pytest.raises(ArchiveError, match="take another"):
            restore(tmp_path / "cut.tar", tmp_path / "cut")


@pytest.mark.parametrize("name", ["../away.txt", "captures/../../away.txt", "/tmp/away.txt"])
def test_a_file_that_leads_out_of_the_directory_is_refused(tmp_path: Path, name: str) -> None:
    told = {"size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
    with tarfile.open(tmp_path / "kho.tar", "w") as tar:
        for entry, content in (
            (name, b"x"),
            (MANIFEST, json.dumps({"format": FORMAT, "files": {name: told}}).encode()),
        ):
            member = tarfile.TarInfo(entry)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    with pytest.raises(ArchiveError, match="no whole backup of this program"):
        restore(tmp_path / "kho.tar", tmp_path / "data")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "kho.tar"]


def test_an_archive_is_never_overwritten(filled: Path, tmp_path: Path) -> None:
    backup(filled, tmp_path / "kho.tar")
    with pytest.raises(ArchiveError, match="holds an archive already: name an empty directory"):
        restore(tmp_path / "kho.tar", filled)


def test_captures_that_no_restore_put_there_are_never_deleted(filled: Path, tmp_path: Path) -> None:
    """Whatever a killed restore left behind; what it had put in its place itself is brought back again."""
    backup(filled, tmp_path / "kho.tar")
    data = tmp_path / "again"
    (own := data / CAPTURES / "của-tôi.warc.gz").parent.mkdir(parents=True)
    own.write_bytes(b"x")
    (data / UNPACKED).mkdir()  # killed before it put anything in its place
    with pytest.raises(ArchiveError, match="holds an archive already"):
        restore(tmp_path / "kho.tar", data)
    half = next(path.name for path in (filled / CAPTURES).iterdir())
    (data / CAPTURES / half).write_bytes(b"of an earlier backup")
    (data / UNPACKED / PLACING).write_text(json.dumps([f"{CAPTURES}/{half}", DATABASE]), encoding="utf-8")
    with pytest.raises(ArchiveError, match="holds an archive already"):
        restore(tmp_path / "kho.tar", data)
    assert own.read_bytes() == b"x"
    own.unlink()
    restore(tmp_path / "kho.tar", data)
    assert everything(data) == everything(filled)


def test_nothing_is_restored_where_another_process_writes(filled: Path, tmp_path: Path) -> None:
    backup(filled, tmp_path / "kho.tar")
    (data := tmp_path / "again").mkdir()
    with FileLock(data / LOCK), pytest.raises(ArchiveError, match="another process is writing"):
        restore(tmp_path / "kho.tar", data)


def test_without_an_archive_or_a_place_the_reason_is_told(filled: Path, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no archive in"):
        backup(tmp_path, tmp_path / "kho.tar")
    with pytest.raises(ArchiveError, match="cannot write"):
        backup(filled, tmp_path / "nowhere" / "kho.tar")
    assert not list(tmp_path.glob("*.tar*"))


def test_a_crawl_goes_on_in_what_was_restored(filled: Path, tmp_path: Path) -> None:
    backup(filled, tmp_path / "kho.tar")
    restore(tmp_path / "kho.tar", tmp_path / "again")
    with Archive(tmp_path / "again") as archive:
        before = archive.count()
        archive.store_article(Article(id="moi", url="", title="Tin mới", body="Lời.", source="bao-mau"))
        assert archive.count() == before + 1
