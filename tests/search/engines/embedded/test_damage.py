"""Damage on disk: it is named with its remedy, what is whole answers and says that it is not all, and runs mend it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from search.document import Document
from search.engines import open_engine
from search.engines.embedded.engine import WhooshEngine
from search.engines.embedded.format import array_file, commit_file
from search.errors import IndexMissing, IndexUnavailable
from search.query.nodes import Phrase, Query

TEXT = "Hội nghị tỉnh ủy mẫu bàn về giải ngân vốn đầu tư công."


def sample(number: int) -> Document:
    return Document(id=f"bai-{number}", key=f"k{number}", url="", title=f"Bài mẫu {number}", text=TEXT)


def ids(engine: WhooshEngine) -> tuple[list[int], bool]:
    found = engine.search(Query(text="", root=Phrase("giải ngân")), limit=100)
    return sorted(int(document.key[1:]) for document, _ in found.ranked), found.partial


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    """Return an index of two segments: documents 0 to 3, and 4 to 9; document 1 is deleted by the last commit."""
    engine = WhooshEngine(tmp_path / "index")
    for numbers in (range(4), range(4, 10)):
        with engine.writer() as writer:
            writer.add(map(sample, numbers))
    with engine.writer() as writer:
        writer.delete(["bai-1"])
    return engine


def newest_commit(engine: WhooshEngine) -> Path:
    return engine.directory / f"commit_{commit_file.generations(engine.directory)[0]}"


def segment(engine: WhooshEngine, documents: int) -> Path:
    entries = engine.collection().commit.segments
    (name,) = (entry.name for entry in entries if entry.documents == documents)
    return commit_file.segment_path(engine.directory, name)


def flip(path: Path, place: int) -> None:
    """Change a byte in place, as a bad disk does; the time of the last change tells nothing."""
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(place)
        (byte,) = file.read(1)
        file.seek(place)
        file.write(bytes([byte ^ 0x10]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


WHOLE, OLD = ([0, 2, 3, 4, 5, 6, 7, 8, 9], False), (list(range(10)), True)


@pytest.mark.parametrize("spoil", [lambda p: flip(p, 40), lambda p: os.truncate(p, 9), lambda p: p.write_bytes(b"")])
def test_the_commit_before_answers_where_the_newest_is_damaged(
    engine: WhooshEngine, spoil: Callable[[Path], object]
) -> None:
    assert ids(engine) == WHOLE
    spoil(newest_commit(engine))
    assert ids(engine) == WHOLE  # a process that has it open needs no file for that
    fresh = WhooshEngine(engine.directory)
    assert ids(fresh) == OLD
    assert fresh.verify().failed == 1
    with fresh.writer() as writer:  # any commit is above the damaged one, and the index is whole again
        writer.delete(["bai-1"])
    assert ids(fresh) == ids(engine) == ids(WhooshEngine(engine.directory)) == WHOLE
    assert fresh.verify().failed == 0


def test_an_open_index_answers_on_when_no_commit_can_be_read_any_more(engine: WhooshEngine) -> None:
    assert ids(engine) == WHOLE
    for generation in commit_file.generations(engine.directory):
        (engine.directory / f"commit_{generation}").write_bytes(b"x")
    (engine.directory / "commit_99").write_bytes(b"")
    assert ids(engine) == (WHOLE[0], True)
    with pytest.raises(IndexMissing, match="hoinghi index --rebuild"):
        ids(WhooshEngine(engine.directory))


def test_a_damaged_segment_is_named_and_left_out(engine: WhooshEngine) -> None:
    path = segment(engine, 6)
    for place in range(0, path.stat().st_size, 997):
        flip(path, place)
        fresh = WhooshEngine(engine.directory)
        assert ids(fresh) == ([0, 2, 3], True)
        assert path.name in fresh.damage()[0]
        assert set(fresh.versions()) == {"bai-0", "bai-2", "bai-3"}
        assert fresh.get("k2")
        with pytest.raises(IndexUnavailable, match="rebuild"):
            fresh.get("k7")
        (damaged,) = fresh.verify().damaged
        assert damaged[0] == path.name
        flip(path, place)
    assert ids(WhooshEngine(engine.directory)) == WHOLE


def test_where_nothing_of_the_newest_is_whole_the_commit_before_answers(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    for rebuild in (False, True):
        with engine.writer(rebuild=rebuild) as writer:
            writer.add(map(sample, range(3 + rebuild)))
    assert ids(engine) == ([0, 1, 2, 3], False)
    os.truncate(segment(engine, 4), 5000)
    assert ids(WhooshEngine(engine.directory)) == ([0, 1, 2], True)


def test_a_segment_in_another_s_place_is_not_taken_for_it(engine: WhooshEngine) -> None:
    one, other = segment(engine, 4), segment(engine, 6)
    one.write_bytes(other.read_bytes())
    assert ids(WhooshEngine(engine.directory)) == ([4, 5, 6, 7, 8, 9], True)


@pytest.mark.parametrize("check", [True, False])
def test_what_is_cut_or_changed_under_an_open_index_is_not_read_any_more(engine: WhooshEngine, check: bool) -> None:
    opened = WhooshEngine(engine.directory, check=check)
    assert ids(opened) == WHOLE
    path = segment(engine, 6)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])  # reading beyond would end this process
    assert ids(opened) == ([0, 2, 3], True)
    path.write_bytes(whole)
    assert ids(WhooshEngine(engine.directory)) == WHOLE


def test_without_checks_at_opening_what_stops_a_search_is_found_and_left_out(engine: WhooshEngine) -> None:
    path = segment(engine, 6)
    arrays = array_file.load(path)
    whole = path.read_bytes()
    for name in ("text.docs", "pair.docs", "stored.blob"):
        start = arrays._base + arrays._entries[name][2]
        path.write_bytes(whole[:start] + b"\xff" * arrays[name].nbytes + whole[start + arrays[name].nbytes :])
        unchecked = open_engine(f"whoosh:{engine.directory}?check=merge")
        assert isinstance(unchecked, WhooshEngine)
        if name == "stored.blob":  # it is read when a hit is shown
            with pytest.raises(IndexUnavailable, match=path.name):
                ids(unchecked)
        else:
            assert ids(unchecked) == ([0, 2, 3], True)


def test_nothing_damaged_is_merged(engine: WhooshEngine) -> None:
    path = segment(engine, 6)
    flip(path, path.stat().st_size - 1000)  # in an array, not in the header
    unchecked = WhooshEngine(engine.directory, check=False)
    with pytest.raises(IndexMissing, match=path.name), unchecked.writer() as writer:
        for number in range(4, 9):  # most of it: the rest is to be written anew
            writer.delete([f"bai-{number}"])
    assert path.exists()


RUBBISH: dict[str, Callable[[Path], object]] = {
    "commits cut": lambda place: [os.truncate(path, 10) for path in place.glob("commit_*")],
    "commits gone": lambda place: [path.unlink() for path in place.glob("commit_*")],
    "segments cut": lambda place: [os.truncate(path, 3000) for path in place.glob("*.arrays")],
    "segments gone": lambda place: [path.unlink() for path in place.glob("*.arrays")],
    "a folder as a commit": lambda place: (place / "commit_1000").mkdir(),
    "a commit of the far future": lambda place: (place / f"commit_{10**40}").write_bytes(b"?"),
    "an index of whoosh": lambda place: (place / "_MAIN_7.toc").write_bytes(b"\x80\x04nonsense"),
    "all zeros": lambda place: [p.write_bytes(bytes(p.stat().st_size)) for p in place.iterdir() if p.is_file()],
}


@pytest.mark.parametrize("name", RUBBISH)
def test_rebuild_works_whatever_is_on_disk(engine: WhooshEngine, name: str) -> None:
    opened = WhooshEngine(engine.directory)
    assert ids(opened) == WHOLE
    RUBBISH[name](engine.directory)
    for rebuilt in (WhooshEngine(engine.directory), opened):
        with rebuilt.writer(rebuild=True) as writer:
            writer.add(map(sample, range(5)))
        for one in (rebuilt, WhooshEngine(engine.directory)):
            assert ids(one) == ([0, 1, 2, 3, 4], False)
            assert one.damage() == ()
    assert not list(engine.directory.glob("*.toc"))


READER = """
import sys
from search.engines.embedded.engine import WhooshEngine
from search.query.nodes import Phrase, Query
engine = WhooshEngine(sys.argv[1])
for _ in sys.stdin:
    found = engine.search(Query(text="", root=Phrase("giải ngân")), limit=100)
    print(found.total, found.partial, len([hit.text for hit, _ in found.ranked]), flush=True)
"""


def test_a_running_process_survives_any_truncation(engine: WhooshEngine) -> None:
    path = segment(engine, 6)
    whole = path.read_bytes()
    environment = os.environ | {"PYTHONPATH": os.getcwd()}
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(engine.directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as reader:
        assert reader.stdin and reader.stdout

        def ask() -> str:
            reader.stdin.write("\n")
            reader.stdin.flush()
            return reader.stdout.readline().strip()

        assert ask() == "9 False 9"
        for size in (len(whole) - 1, len(whole) // 2, 4096, 0):
            os.truncate(path, size)
            assert ask() == "3 True 3"
        reader.stdin.close()
        assert reader.wait() == 0


def test_a_commit_is_on_disk_before_the_one_before_loses_a_file(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order of all that a commit does to the directory, as a power failure would cut it."""
    done: list[str] = []

    def noted(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*arguments: object, **options: object) -> object:
            done.append(name)
            return function(*arguments, **options)

        return wrapped

    monkeypatch.setattr(os, "fsync", noted("sync", os.fsync))
    monkeypatch.setattr(Path, "replace", noted("rename", Path.replace))
    monkeypatch.setattr(Path, "unlink", noted("remove", Path.unlink))
    with engine.writer() as writer:
        writer.add([sample(20)])
    # segment; commit, directory; the new name; directory; only then what is not needed any more
    assert done[: done.index("remove")] == ["sync", "sync", "sync", "rename", "sync"]
    assert "sync" not in done[done.index("remove") :]
