"""What every database of the data directory does when its tables change: a copy first, forward only.

A migration runs in a transaction, so that it is done or not done; the copy is for what only shows later.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

BEFORE = ".before-"  # archive.db.before-6: as it was with version 6 of its tables


def newer(path: Path, version: int, known: int) -> str:
    """Return what to tell where a database has a newer version of its tables than this program knows."""
    return (
        f"{path} was written by a newer version of this program (its tables have version {version}, known is {known}):"
        " install that version again, or bring back a backup from before"
    )


def copy_before(path: Path, version: int) -> Path:
    """Copy a database to <name>.before-<version>, whole and on disk, unless such a copy is there; return its path.

    Raises OSError or sqlite3.Error where that fails; then nothing may be migrated.
    """
    copy = path.with_name(f"{path.name}{BEFORE}{version}")
    if copy.exists():
        return copy
    part = copy.with_name(f"{copy.name}.part")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as old:
            os.close(os.open(part, os.O_CREAT | os.O_RDWR, path.stat().st_mode & 0o777))  # addresses stay private
            with closing(sqlite3.connect(part)) as new:
                old.backup(new)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, copy)
    finally:
        part.unlink(missing_ok=True)
    return copy


def check_version(
    database: sqlite3.Connection, path: Path, known: int, refuse: Callable[[str], Exception], *, copies: bool = True
) -> int:
    """Return the version of a database's tables; copy it first where that is older than known, and not 0.

    refuse: makes the error that is raised where it is newer.
    """
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    if version > known:
        raise refuse(newer(path, version, known))
    if copies and 0 < version < known:
        copy_before(path, version)
    return version
