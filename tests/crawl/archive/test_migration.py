"""Databases of other versions: brought forward with a copy first, never taken back."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from crawl.archive import schema
from crawl.archive.archive import Archive
from crawl.archive.backup import backup
from crawl.archive.migration import copy_before
from crawl.fetch import frontier_schema
from crawl.fetch.frontier import Frontier
from indexer import interpretation_cache
from indexer.figures import writer
from search.errors import HoinghiError
from web.alerts import schema as alerts_schema
from web.alerts.subscriptions import Subscriptions

KEPT = [  # name of the file, its migrations, what opens it
    ("archive.db", schema.MIGRATIONS, Archive),
    ("frontier.db", frontier_schema.MIGRATIONS, lambda folder: Frontier(folder, "bao-mau")),
    ("subscriptions.db", alerts_schema.MIGRATIONS, lambda folder: Subscriptions(folder).__enter__()),
]
DERIVED = [
    ("interpreted.db", lambda folder: interpretation_cache.InterpretationCache(folder).__enter__()),
    ("figures.db", lambda folder: writer.FigureWriter(folder).__enter__()),
]


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0])


@pytest.mark.parametrize(("name", "migrations", "opened"), KEPT, ids=[name for name, *_ in KEPT])
def test_every_earlier_version_is_brought_forward(
    name: str, migrations: tuple[str, ...], opened: Callable[[Path], object], tmp_path: Path
) -> None:
    for version in range(1, len(migrations)):
        folder = tmp_path / str(version)
        folder.mkdir()
        with closing(sqlite3.connect(folder / name)) as database:
            for migration in migrations[:version]:
                database.executescript(migration)
            database.execute(f"PRAGMA user_version = {version}")
            database.execute("CREATE TABLE mark (text TEXT)")
            database.execute("INSERT INTO mark VALUES ('from before')")
            database.commit()
        opened(folder).close() if hasattr(opened(folder), "close") else None
        assert version_of(folder / name) == len(migrations)
        copy = folder / f"{name}.before-{version}"
        if name == "subscriptions.db":
            assert not copy.exists()
        else:
            assert version_of(copy) == version
            with closing(sqlite3.connect(copy)) as database:
                assert database.execute("SELECT text FROM mark").fetchone() == ("from before",)


@pytest.mark.parametrize(
    ("name", "opened"),
    [*((name, opened) for name, _, opened in KEPT), *DERIVED],
    ids=[name for name, *_ in (*KEPT, *DERIVED)],
)
def test_a_newer_version_is_left_as_it_is(name: str, opened: Callable[[Path], object], tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / name)) as database:
        database.execute("CREATE TABLE of_tomorrow (text TEXT)")
        database.execute("PRAGMA user_version = 99")
        database.commit()
    with pytest.raises(HoinghiError, match=r"newer version of this program \(its tables have version 99"):
        opened(tmp_path)
    with closing(sqlite3.connect(tmp_path / name)) as database:
        assert [row[0] for row in database.execute("SELECT name FROM sqlite_master")] == ["of_tomorrow"]


def test_without_a_copy_nothing_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(tmp_path / "archive.db")) as database:
        database.executescript(schema.MIGRATIONS[0])
        database.execute("PRAGMA user_version = 1")

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("crawl.archive.migration.os.replace", full)
    with pytest.raises((HoinghiError, OSError)):
        Archive(tmp_path)
    assert version_of(tmp_path / "archive.db") == 1
    assert [path.name for path in tmp_path.glob("*.before*")] == []


def test_a_backup_holds_no_copies_from_before(tmp_path: Path) -> None:
    Archive(tmp_path).close()
    copy_before(tmp_path / "archive.db", 3)
    assert backup(tmp_path, tmp_path / "kho.tar").files == 1
