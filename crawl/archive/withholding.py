"""Articles that are not shown any more: why, since when, until when. Their rows and captures stay, apart from others.

Every reader of the archive passes over them (crawl/archive/archive.py), so that pages, interfaces, exports and the next
`hoinghi index` know nothing of them; what is left is a tombstone. Written beside a crawl that holds the archive: each
change is one short transaction.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crawl.archive.archive import Archive
from crawl.archive.database import DATABASE, now
from crawl.errors import ArchiveError

BUSY_SECONDS = 60.0  # a crawl writes in batches


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is told of a withheld article. since, until: ISO 8601; until "" for good."""

    key: str
    reason: str
    since: str
    until: str


def withhold(data_dir: Path, key: str, reason: str, until: str = "") -> None:
    """Withhold an article, or change why and until when. Raises ArchiveError where there is no such article."""
    with writing(data_dir) as database:
        if not database.execute("SELECT 1 FROM articles WHERE key = ?", (key,)).fetchone():
            raise ArchiveError(f'no article "{key}" in {data_dir}: expected its key, as in the address /bai/<key>')
        database.execute(
            "INSERT INTO withheld (key, reason, since, until) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET reason = excluded.reason, until = excluded.until",
            (key, reason, now(), until),
        )
        database.execute("UPDATE articles SET withheld = 1 WHERE key = ?", (key,))


def lift(data_dir: Path, key: str) -> None:
    """Show an article again. Raises ArchiveError where it is not withheld."""
    with writing(data_dir) as database:
        if not database.execute("DELETE FROM withheld WHERE key = ?", (key,)).rowcount:
            raise ArchiveError(f'"{key}" is not withheld: "hoinghi withhold --list" names those that are')
        database.execute("UPDATE articles SET withheld = 0 WHERE key = ?", (key,))


def lift_due(data_dir: Path, today: date) -> list[str]:
    """Show again what was withheld until a day that has come; return the keys."""
    if not (data_dir / DATABASE).is_file():
        return []
    due = [one.key for one in withheld(data_dir).values() if one.until and one.until <= today.isoformat()]
    for key in due:
        lift(data_dir, key)
    return due


def withheld(data_dir: Path) -> dict[str, Tombstone]:
    """Return the tombstones by key, oldest first. Raises ArchiveError where there is no archive."""
    with Archive(data_dir, read_only=True) as archive:
        return {one[0]: Tombstone(*one) for one in archive.tombstones()}


@contextmanager
def writing(data_dir: Path) -> Iterator[sqlite3.Connection]:
    """Give the database for one transaction, whoever holds the archive."""
    Archive(data_dir, read_only=True).close()  # there is one, and it is up to date
    try:
        with closing(sqlite3.connect(data_dir / DATABASE, timeout=BUSY_SECONDS)) as database, database:
            database.execute("PRAGMA foreign_keys = ON")
            yield database
    except sqlite3.OperationalError as error:
        raise ArchiveError(f"cannot write to {data_dir / DATABASE} ({error}): try again") from error
