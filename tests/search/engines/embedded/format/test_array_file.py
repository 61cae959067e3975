"""Files of arrays: what was written is read, pages given back are read again, damage is told."""

import mmap
import sys
from pathlib import Path

import numpy as np
import pytest

from search.document import Document
from search.engines.embedded.engine import WhooshEngine
from search.engines.embedded.format import array_file
from search.query.nodes import Query, Words

WRITTEN = {
    "small": np.array([1, 2, 3], dtype=np.uint8),
    "none": np.zeros(0, dtype=np.uint16),
    "large": np.arange(4_000_000, dtype=np.uint32),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.arrays"
    array_file.save(path, WRITTEN.items())
    return path


def test_what_was_written_is_read(file: Path) -> None:
    found = array_file.load(file)
    file.unlink()
    assert {name: array.dtype for name, array in found.items()} == {n: a.dtype for n, a in WRITTEN.items()}
    assert all(np.array_equal(found[name], array) for name, array in WRITTEN.items())
    assert not found["large"].flags.writeable


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(mmap, "MADV_DONTNEED"), reason="only Linux tells what is mapped"
)
def test_pages_given_back_leave_memory_and_are_read_again(file: Path) -> None:
    found = array_file.load(file)
    total = int(found["large"].sum())
    before = array_file.mapped_bytes()
    found.let_go()
    assert before - array_file.mapped_bytes() > 0.9 * found["large"].nbytes
    assert int(found["large"].sum()) == total == 7_999_998_000_000


@pytest.mark.parametrize("begins", [b"", b"HNARRAY", b"x" * 100, b"HNARRAY3" + b"\xff" * 40])
def test_a_file_that_is_none_of_ours_is_refused(begins: bytes, tmp_path: Path) -> None:
    path = tmp_path / "b.arrays"
    path.write_bytes(begins)
    with pytest.raises(array_file.DamagedFile):
        array_file.load(path)


def test_searches_find_the_same_when_pages_are_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = WhooshEngine(tmp_path / "index")
    with engine.writer() as writer:
        writer.add(Document(f"bai-{n}", f"k{n}", "", f"Bài mẫu {n}", "Hội nghị tỉnh ủy mẫu.") for n in range(8))
    wanted = Query("", Words("hội nghị tỉnh ủy"))
    expected = engine.search(wanted, facets=("year",))
    monkeypatch.setattr("search.engines.embedded.engine.MOST_MAPPED_BYTES", 0)
    monkeypatch.setattr("search.engines.embedded.engine.LOOK_EVERY", 1)
    assert len(expected.ranked) == 8
    assert [engine.search(wanted, facets=("year",)) for _ in range(3)] == [expected] * 3
