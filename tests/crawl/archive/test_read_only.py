"""A data directory that nobody may write to: what reads goes on, what writes says so."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawl.archive.database import mode_to_read
from hoinghi import main
from tests.crawl.sites.small_site import article, listing, small_site


@pytest.fixture
def frozen(tmp_path: Path) -> Iterator[Path]:
    """Root may write wherever the file system lets it: for root it is mounted for reading alone."""
    data = tmp_path / "data"
    data.mkdir()
    with small_site({"/": listing(1, 2), "/bai-1": article(1), "/bai-2": article(2)}) as site:
        assert site.crawled(data).new == 2
    assert CliRunner().invoke(main, ["index", "--data", str(data)]).exit_code == 0
    if os.geteuid() != 0:
        data.chmod(0o555)
        yield data
        data.chmod(0o755)
        return
    for options in (["--bind", data], ["-o", "remount,ro,bind"]):
        done = subprocess.run(["mount", *options, data], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    try:
        yield data
    finally:
        subprocess.run(["umount", data], check=True)


def test_what_another_user_is_writing_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """os.access speaks for this user alone; it is replaced, since for root every folder may be written to."""
    file = tmp_path / "archive.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.executescript("PRAGMA journal_mode = WAL; CREATE TABLE pages (n); INSERT INTO pages VALUES (1)")
        monkeypatch.setattr(os, "access", lambda *_: False)
        with closing(sqlite3.connect(f"{file.as_uri()}?{mode_to_read(file)}", uri=True)) as reader:
            assert reader.execute("SELECT n FROM pages").fetchall() == [(1,)]
    assert mode_to_read(file) == "mode=ro&immutable=1"


@pytest.mark.parametrize(
    "command", ["status", "sources left-out", "verify", "export {}/out.jsonl", "backup {}/out.tar"]
)
def test_what_reads_goes_on(frozen: Path, command: str) -> None:
    ended = CliRunner().invoke(main, [*command.format(frozen.parent).split(), "--data", str(frozen)])
    assert (ended.exit_code, ended.exception) == (0, None), ended.output
    assert "cannot" not in ended.output


@pytest.mark.parametrize("command", ["index", "schedule", "crawl", "rebuild-archive"])
def test_what_writes_says_that_it_may_not(frozen: Path, command: str) -> None:
    ended = CliRunner().invoke(main, [command, "--data", str(frozen)])
    assert ended.exit_code != 0 and (ended.exception is None or isinstance(ended.exception, SystemExit))
    assert f"cannot write to {frozen}" in ended.output
