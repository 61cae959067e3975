"""Whatever is changed in an archive after it was logged is found, with its hashes made anew or not."""

import json
import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest

from crawl.archive.archive import Archive
from crawl.archive.database import CAPTURES, DATABASE
from crawl.archive.merkle import leaf_hash
from crawl.archive.proof_log import HEADS, LOG, STATE, extend_log, proof_of, verify_log
from crawl.archive.verify import verify
from crawl.archive.withholding import withhold
from crawl.article import Article
from crawl.errors import ArchiveError
from tests.crawl.archive.inclusion import is_included

CHANGES = 200


def store(archive: Archive, number: int, body: str) -> None:
    url = f"https://bao.mau.test/{number}"
    capture = archive.record_response(
        "bao-mau", url, 200, [("Content-Type", "text/html")], f"<p>{body}</p>".encode(), request_headers=[]
    )
    article = Article(id=url, url=url, title=f"Tin {number}", body=body, source="bao-mau")
    archive.store_article(article, capture)


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that was logged in four steps, with later versions and a revisit in it."""
    folder = tmp_path_factory.mktemp("logged")
    for step in range(4):
        with Archive(folder) as archive:
            for number in range(step * 4, step * 4 + 6):
                store(archive, number, f"Giải ngân được {number * 7 + step % 2} tỷ đồng.")
        extend_log(folder)
    return folder


@pytest.fixture
def data(logged: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(logged, folder)
    return folder


def found_in(folder: Path) -> list[tuple[str, str]]:
    try:
        return [*verify(folder).damaged, *verify_log(folder).wrong]
    except ArchiveError as error:
        return [(DATABASE, str(error))]


def test_what_nobody_touched_is_whole_and_a_log_grows_by_what_came(data: Path) -> None:
    before = verify_log(data)
    assert before.wrong == []
    assert before.head
    assert before.entries == before.head.size > 40
    lines = (data / LOG).read_bytes()
    assert extend_log(data) == before.head  # nothing came
    with Archive(data) as archive:
        store(archive, 99, "Mới.")
        assert verify_log(data).unlogged == 2
    extend_log(data)
    assert (data / LOG).read_bytes().startswith(lines)
    assert verify_log(data).wrong == []
    assert verify_log(data).entries == before.entries + 3  # a capture, a version, a file


def test_a_reading_that_was_corrected_and_an_article_that_is_withheld_are_no_damage(data: Path) -> None:
    with Archive(data) as archive:
        archived = next(archive.articles())
        better = replace(archived.article, body=archived.article.body + " Đọc lại.", byline="Tác giả Mẫu")
        archive.store_article(better, list(archive.captures(archived.article.url))[-1])
        assert archive.article(archived.article.key).version == archived.version
    assert verify_log(data).wrong == []
    extend_log(data)
    assert verify_log(data).wrong == []
    withhold(data, archived.article.key, "Theo yêu cầu")
    extend_log(data)
    assert verify_log(data).wrong == []


def changed(folder: Path, dice: random.Random) -> str:
    """Change one thing; return what."""
    what = dice.choice(["warc", "text", "hash", "row", "order", "log", "heads", "capture", "line", "tail"])
    database = folder / DATABASE
    if what == "warc":
        flip(dice.choice(sorted((folder / CAPTURES).iterdir())), dice)
    elif what in ("log", "heads"):
        flip(folder / (LOG if what == "log" else HEADS), dice)
    elif what in ("order", "line", "tail"):
        lines = (folder / LOG).read_bytes().splitlines(keepends=True)
        place = dice.randrange(len(lines) - 1)
        if what == "order":
            lines[place], lines[place + 1] = lines[place + 1], lines[place]
        elif what == "line":
            del lines[place]
        else:
            lines = lines[:-1]
        (folder / LOG).write_bytes(b"".join(lines))
    else:
        with closing(sqlite3.connect(database)) as archive:
            key, version = dice.choice(list(archive.execute("SELECT key, version FROM versions")))
            if what == "text":  # with every hash made anew
                moment, text = archive.execute(
                    "SELECT fetched_at, article FROM versions WHERE key = ? AND version = ?", (key, version)
                ).fetchone()
                stored = json.loads(text)
                stored["body"] = stored["body"].replace("tỷ", "triệu")
                text = json.dumps(stored, ensure_ascii=False)
                made = {name: tuple(stored[name]) for name in ("captions", "attachments", "hints")}
                digest = Article(**{**stored, **made}).text_sha256()
                archive.execute(
                    "UPDATE versions SET article = ?, text_sha256 = ?, crc = ? WHERE key = ? AND version = ?",
                    (text, digest, crc32(f"{moment} {text}".encode()), key, version),
                )
            elif what == "hash":
                archive.execute("UPDATE versions SET text_sha256 = 'f' || substr(text_sha256, 2), capture = NULL")
            elif what == "capture":
                archive.execute("UPDATE captures SET fetched_at = '2020-01-01T00:00:00Z' WHERE id % 3 = 1")
            else:
                archive.execute("DELETE FROM versions WHERE key = ? AND version = ?", (key, version))
            archive.commit()
    return what


def flip(path: Path, dice: random.Random) -> None:
    whole = bytearray(path.read_bytes())
    place = dice.randrange(len(whole) - (1 if path.name in (LOG, HEADS) else 0))
    whole[place] ^= 1 << dice.randrange(8)
    path.write_bytes(whole)


def test_of_many_changes_all_are_found(logged: Path, tmp_path: Path) -> None:
    dice, missed, kinds = random.Random(21), [], set()
    for number in range(CHANGES):
        folder = tmp_path / str(number)
        shutil.copytree(logged, folder)
        what = changed(folder, dice)
        kinds.add(what)
        if not found_in(folder):
            missed.append((number, what))
        shutil.rmtree(folder)
    assert missed == []
    assert len(kinds) == 10


def test_a_rewritten_log_is_found_by_a_head_that_was_kept(data: Path) -> None:
    kept = verify_log(data).head
    assert kept
    with closing(sqlite3.connect(data / DATABASE)) as archive:
        archive.execute("UPDATE captures SET status = 404 WHERE id = 3")
        archive.commit()
    for name in (LOG, HEADS):
        (data / name).unlink()
    extend_log(data)
    rewritten = verify_log(data)
    assert rewritten.wrong == []
    assert rewritten.head
    assert rewritten.head.root != kept.root


def test_a_log_does_not_grow_over_damage(data: Path) -> None:
    whole = (data / LOG).read_bytes()
    (data / LOG).write_bytes(whole[:-10])
    with pytest.raises(ArchiveError, match="not what its last head says"):
        extend_log(data)


@pytest.mark.parametrize("state", [None, b"{}", b"not JSON", b'{"size": 3, "subtrees": [], "length": 0, "files": []}'])
def test_where_it_goes_on_is_found_again(data: Path, state: bytes | None) -> None:
    (data / STATE).unlink() if state is None else (data / STATE).write_bytes(state)
    before = verify_log(data).entries
    with Archive(data) as archive:
        store(archive, 88, "Mới.")
    extend_log(data)
    assert verify_log(data).wrong == []
    assert verify_log(data).entries == before + 3


@pytest.mark.parametrize("killed", ["after the log", "in a line", "in the head"])
def test_a_killed_process_leaves_a_log_that_goes_on(data: Path, killed: str) -> None:
    with Archive(data) as archive:
        store(archive, 77, "Mới.")
    before = (data / LOG).read_bytes(), (data / HEADS).read_bytes()
    extend_log(data)
    after = (data / LOG).read_bytes(), (data / HEADS).read_bytes()
    (data / LOG).write_bytes(after[0] if killed != "in a line" else after[0][:-7])
    (data / HEADS).write_bytes(before[1] if killed != "in the head" else after[1][:-9])
    if killed == "in a line":
        (data / HEADS).write_bytes(before[1])
    assert verify_log(data).wrong == []
    extend_log(data)
    assert verify_log(data).wrong == []
    assert (data / LOG).read_bytes() == after[0]


def test_a_proof_can_be_checked_by_itself(data: Path) -> None:
    with Archive(data, read_only=True) as archive:
        key = next(archive.articles()).article.key
    found = proof_of(data, key)
    head = found["head"]
    assert found["entries"]
    for entry in found["entries"]:
        path = [bytes.fromhex(one) for one in entry["path"]]
        leaf, root = leaf_hash(entry["entry"].encode()), bytes.fromhex(head["root"])
        assert is_included(leaf, entry["place"], head["size"], path, root)
        assert not is_included(leaf_hash(b"[]"), entry["place"], head["size"], path, root)
    with pytest.raises(ArchiveError, match="no article"):
        proof_of(data, "0" * 16)
