"""The disk is full, at whatever moment: one line, exit code 1, nothing left behind, and nothing lost."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.archive.verify import verify
from search.engines.embedded.engine import WhooshEngine
from tests.attacks.conftest import hoinghi, rounds, said, strays, write_articles

DISK_BYTES = 24 << 20


class SmallDisk:
    """A file system in memory that holds a data directory, and a filler that leaves as much room as is wanted."""

    def __init__(self, place: Path) -> None:
        self.place, self.data, self.temporary = place, place / "data", place / "tmp"
        self.temporary.mkdir()

    def leave(self, free: int) -> None:
        self.make_room()
        state = os.statvfs(self.place)
        with (self.place / "filler").open("wb") as filler:
            os.posix_fallocate(filler.fileno(), 0, max(state.f_bavail * state.f_frsize - free, 1))

    def make_room(self) -> None:
        (self.place / "filler").unlink(missing_ok=True)

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return hoinghi(*arguments, "--data", self.data, TMPDIR=str(self.temporary))


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk]:
    place = tmp_path_factory.mktemp("disk")
    if sys.platform != "linux":
        pytest.skip("mounts a file system of Linux")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(place)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield SmallDisk(place)
    finally:
        subprocess.run(["umount", str(place)], check=True)


def versions(disk: SmallDisk) -> dict[str, str]:
    return WhooshEngine(disk.data / "whoosh").versions()


def assert_told(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 1, done.stderr
    lines = said(done)
    assert len(lines) == 1, done.stderr
    (line,) = lines
    assert line.startswith("hoinghi: ") and ("no space left" in line or "make room" in line), line


@pytest.mark.timeout(1200)
def test_a_full_disk_costs_nothing_but_the_run(disk: SmallDisk, articles: Path, tmp_path: Path) -> None:
    assert disk.run("import", articles).returncode == 0
    assert disk.run("index").returncode == 0
    indexed = versions(disk)
    assert len(indexed) == 600
    more = tmp_path / "them.jsonl"
    write_articles(more, 40, first=600)
    failed = 0
    for command in (("import", more), ("index",), ("index", "--rebuild")):
        for free in _amounts(command):
            before = len(_articles(disk))
            disk.leave(free)
            done = disk.run(*command)
            failed += done.returncode != 0
            if done.returncode:
                assert_told(done)
                assert strays(disk.data) == []
                assert list(disk.temporary.iterdir()) == []
                now = versions(disk)  # as before, or already whole: the last that a run writes is what it remembers
                assert now.items() >= indexed.items() and len(now) in (600, 640)
                assert len(_articles(disk)) >= before
            disk.make_room()
            assert verify(disk.data).damaged == []
        assert disk.run(*command).returncode == 0
        if command[0] == "index":
            indexed = versions(disk)
            assert len(indexed) == 640
            assert WhooshEngine(disk.data / "whoosh").damage() == ()
    assert failed >= 4


def _articles(disk: SmallDisk) -> list[str]:
    with Archive(disk.data, read_only=True) as archive:
        return [archived.article.id for archived in archive.articles()]


def _amounts(command: tuple[str | Path, ...]) -> list[int]:
    """Return how much room to leave: none, and some in steps up to what the command nearly needs."""
    most = 5_000_000 if "--rebuild" in command else 400_000
    steps = rounds(2, 25)
    return [0, *(most * step // steps for step in range(1, steps + 1))]
