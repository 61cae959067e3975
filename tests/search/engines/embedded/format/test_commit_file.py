"""Which commit is the newest: seen at once, and without listing a directory in which nothing has changed."""

import os
from pathlib import Path

import pytest

from search.engines.embedded.format.commit_file import NewestCommit


def test_each_commit_is_seen_however_fast_they_come(tmp_path: Path) -> None:
    newest = NewestCommit(tmp_path)
    assert newest.number() is None
    for number in range(1, 200):
        (tmp_path / f"commit_{number}").touch()
        assert newest.number() == number
    for number in range(1, 200):
        (tmp_path / f"commit_{number}").unlink()
    assert newest.number() is None


def test_a_directory_is_listed_again_only_after_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "commit_7").touch()
    os.utime(tmp_path, (1_000_000_000, 1_000_000_000))
    newest = NewestCommit(tmp_path)
    assert newest.number() == 7
    with monkeypatch.context() as patched:
        patched.setattr(os, "listdir", lambda _: pytest.fail("listed again"))
        assert newest.number() == 7
    (tmp_path / "commit_8").touch()
    assert newest.number() == 8


def test_another_directory_under_the_same_name_is_listed(tmp_path: Path) -> None:
    index, other = tmp_path / "index", tmp_path / "other"
    for number, directory in enumerate((index, other), 1):
        directory.mkdir()
        (directory / f"commit_{number}").touch()
        os.utime(directory, (1_000_000_000, 1_000_000_000))
    newest = NewestCommit(index)
    assert newest.number() == 1
    index.rename(tmp_path / "gone")
    assert newest.number() is None
    other.rename(index)
    assert newest.number() == 2
