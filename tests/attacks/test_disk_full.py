"""The disk is full, at whatever moment: one line, exit code 1, nothing left behind, and nothing lost."""

import subprocess
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.archive.verify import verify
from search.engines.embedded.engine import WhooshEngine
from tests.attacks.archive_contents import told
from tests.attacks.conftest import ARTICLES, SmallDisk, hoinghi, rounds, said, strays, write_articles

MORE = 40


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
    assert len(indexed) == ARTICLES
    more = tmp_path / "them.jsonl"
    write_articles(more, MORE, first=ARTICLES)
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
                assert now.items() >= indexed.items() and len(now) in (ARTICLES, ARTICLES + MORE)
                assert len(_articles(disk)) >= before
            disk.make_room()
            assert verify(disk.data).damaged == []
        assert disk.run(*command).returncode == 0
        if command[0] == "index":
            indexed = versions(disk)
            assert len(indexed) == ARTICLES + MORE
            assert WhooshEngine(disk.data / "whoosh").damage() == ()
    assert failed >= 4
    for file in (articles, more):  # where nothing was in the way
        assert hoinghi("import", file, "--data", tmp_path / "undisturbed").returncode == 0
    assert told(disk.data) == told(tmp_path / "undisturbed")


def _articles(disk: SmallDisk) -> list[str]:
    with Archive(disk.data, read_only=True) as archive:
        return [archived.article.id for archived in archive.articles()]


def _amounts(command: tuple[str | Path, ...]) -> list[int]:
    """Return how much room to leave: none, and some in steps up to what the command nearly needs."""
    most = 2_500_000 if "--rebuild" in command else 400_000
    steps = rounds(2, 25)
    return [0, *(most * step // steps for step in range(1, steps + 1))]
