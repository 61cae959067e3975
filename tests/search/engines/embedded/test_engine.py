"""What the embedded engine promises beyond the port: killed writers, readers beside writers, damage, merges."""

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from search.document import Document
from search.engines import open_engine
from search.engines.embedded.engine import WhooshEngine
from search.engines.embedded.format import commit_file, segment_merge
from search.engines.embedded.writer import MERGE_FACTOR
from search.errors import IndexBusy, IndexMissing
from search.query.nodes import Phrase, Query, Words


def sample(number: int, text: str = "Hội nghị tỉnh ủy bàn về giải ngân vốn đầu tư công.") -> Document:
    return Document(id=f"bai-{number}", key=f"k{number}", url="", title=f"Bài mẫu {number}", text=text)


def found(engine: WhooshEngine, text: str = "giải ngân") -> int:
    return engine.search(Query(text="", root=Phrase(text))).total


def kept_segments(engine: WhooshEngine) -> set[str]:
    """Return the names of the segments that the last two commits name."""
    generations = commit_file.generations(engine.directory)
    assert len(generations) == 2
    return {entry.name for n in generations for entry in commit_file.read(engine.directory, n).segments}


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    engine = WhooshEngine(tmp_path / "index")
    with engine.writer() as writer:
        writer.add(map(sample, range(20)))
    return engine


KILLED = """
import sys, time
from search.engines import open_engine
from search.document import Document
engine = open_engine("whoosh:" + sys.argv[1])
with engine.writer(rebuild=sys.argv[2] == "rebuild") as writer:
    text = "giải ngân vốn đầu tư công"
    writer.add(Document(id=f"moi-{n}", key=f"m{n}", url="", title="Mới", text=text) for n in range(600))
    writer.delete(["bai-1"])
    print("written", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("how", ["add", "rebuild"])
def test_a_killed_writer_leaves_the_index_as_it_was(engine: WhooshEngine, how: str) -> None:
    before = engine.versions()
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(engine.directory), how]
    killed = subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": os.getcwd()})
    assert killed.stdout is not None and killed.stdout.readline() == b"written\n"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    assert open_engine(f"whoosh:{engine.directory}").versions() == before
    assert found(engine) == 20
    with engine.writer() as writer:  # the lock died with its owner
        writer.add([sample(50)])
    assert engine.count() == 21
    assert {path.stem for path in engine.directory.glob("*.arrays")} == kept_segments(engine)


def test_threads_search_while_commits_land(engine: WhooshEngine) -> None:
    wrong: list[object] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            try:
                total = found(engine)
                if not 20 <= total <= 32:
                    wrong.append(total)
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(20, 32):
        with engine.writer() as writer:
            writer.add([sample(number)])
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert found(engine) == 32


def count_forever(directory: str, seen: "multiprocessing.Queue[int | str]") -> None:
    engine = WhooshEngine(directory)
    last = -1
    while last < 26:
        try:
            if (now := found(engine)) != last:
                last = now
                seen.put(now)
        except Exception as error:
            seen.put(repr(error))
            return


def test_another_process_sees_each_commit(engine: WhooshEngine) -> None:
    context = multiprocessing.get_context("spawn")
    seen: multiprocessing.Queue[int | str] = context.Queue()
    reader = context.Process(target=count_forever, args=(str(engine.directory), seen))
    reader.start()
    assert seen.get(timeout=60) == 20
    for number in range(20, 26):
        with engine.writer() as writer:
            writer.add([sample(number)])
        time.sleep(0.05)
    reader.join(timeout=60)
    counts = []
    while not seen.empty():
        counts.append(seen.get())
    assert counts[-1] == 26
    assert counts == sorted(counts, key=int)


def test_a_second_writer_waits_and_then_says_why(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.engines.embedded.writer.LOCK_TIMEOUT_SECONDS", 0.2)
    with engine.writer() as writer:
        writer.add([sample(99)])
        with pytest.raises(IndexBusy, match="another process"), WhooshEngine(engine.directory).writer():
            pass
    assert engine.count() == 21


@pytest.mark.parametrize("damage", ["cut", "gone", "overwritten"])
def test_damage_is_told_with_its_remedy(engine: WhooshEngine, damage: str) -> None:
    (file,) = engine.directory.glob("*.arrays")
    whole = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(whole[:-100] if damage == "cut" else b"x" * len(whole))
    with pytest.raises(IndexMissing, match="hoinghi index --rebuild"):
        WhooshEngine(engine.directory).count()
    with WhooshEngine(engine.directory).writer(rebuild=True) as writer:
        writer.add([sample(1)])
    assert WhooshEngine(engine.directory).count() == 1


def test_an_index_of_another_version_is_refused_with_the_remedy(engine: WhooshEngine) -> None:
    (file,) = engine.directory.glob("*.arrays")
    file.write_bytes(b"HNARRAY1" + file.read_bytes()[8:])
    with pytest.raises(IndexMissing, match=r'another version.*run "hoinghi index --rebuild"'):
        WhooshEngine(engine.directory).versions()


def test_many_small_commits_are_merged_and_nothing_is_lost(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    for start in range(0, 100, 4):
        with engine.writer() as writer:
            writer.add(sample(number) for number in range(start, start + 4))
            writer.delete([f"bai-{start - 4}"])
    assert len(engine.collection().views) < 2 * MERGE_FACTOR
    assert set(engine.versions()) == {f"bai-{n}" for n in range(100) if n % 4 or n == 96}
    assert found(engine) == 76


def test_a_commit_is_seen_before_segments_are_merged_and_stays_when_that_is_stopped(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []

    def stopped(*parts: object) -> None:
        counts.append(WhooshEngine(engine.directory).count())
        raise KeyboardInterrupt

    monkeypatch.setattr(segment_merge, "merge", stopped)
    present = engine.count()
    with pytest.raises(KeyboardInterrupt):
        for number in range(MERGE_FACTOR):
            with engine.writer() as writer:
                writer.add([sample(1000 + number)])
            present += 1
    assert counts == [present + 1]
    monkeypatch.undo()
    assert engine.count() == present + 1
    with engine.writer() as writer:  # nothing is locked
        writer.add([sample(2000)])
    assert found(engine) == present + 2


def test_a_writer_that_changes_nothing_commits_nothing(engine: WhooshEngine) -> None:
    before = engine.generation(), engine.state()
    with engine.writer() as writer:
        assert writer.delete(["không có"]) == 0
    assert (engine.generation(), engine.state()) == before
    with engine.writer() as writer:
        writer.add([sample(1)])
    assert engine.state() != before[1]


def test_long_documents_keep_their_last_syllables_apart(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    with engine.writer() as writer:
        writer.add([sample(1, "và " * 70_000 + "kết thúc tại đây"), sample(2)])
    assert found(engine, "kết thúc tại đây") == 1
    best = engine.search(Query(text="", root=Words("và"))).ranked
    assert [document.id for document, _ in best] == ["bai-1"]
