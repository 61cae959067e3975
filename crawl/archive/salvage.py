"""What can still be read of a damaged archive.db: each article by whatever way leads to it.

SQLite ends a question at the first damaged page that it meets. Here each article is asked for by itself: the rows of
versions by their numbers, past those that cannot be read, and the row of an article by its key. Nothing is given whose
right to be shown cannot be read.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from crawl.archive.archive import ArchivedArticle, archived_of
from crawl.archive.database import DATABASE, mode_to_read
from crawl.archive.permits import EVERY_SOURCE, FULL
from crawl.article import article_key
from crawl.errors import ArchiveError

STEPS_BY_ONE = 256  # a page holds fewer rows; behind so many the steps grow, for damage of whole branches

Place = tuple[int, str]  # number of a row of versions, fetched_at


def articles_past_damage(
    data_dir: Path, lost: Callable[[str, Exception], None], after: str = ""
) -> Iterator[ArchivedArticle]:
    """Yield the current version of every article that can be read and shown, in no order.

    Without the digest of its capture where only that cannot be read. lost: told the id (or the key, where the id cannot
    be read) and the error of each other one. after: ids up to this one were read already, and are passed over.
    Raises ArchiveError where nothing can be read.
    """
    address = f"{(data_dir / DATABASE).resolve().as_uri()}?{mode_to_read(data_dir / DATABASE)}"
    with closing(sqlite3.connect(address, uri=True, timeout=60)) as database:
        database.row_factory = sqlite3.Row
        readable = _Readable(database)
        if not readable.names:
            raise ArchiveError(
                f'{data_dir / DATABASE} cannot be read at all: restore it from a copy, or run "hoinghi rebuild-archive"'
            )
        for key, name in sorted(readable.names.items()):
            if name and name <= after:
                continue
            try:
                archived = readable.article(key)
            except (sqlite3.DatabaseError, ValueError, TypeError, KeyError) as error:
                lost(name or key, error)
            else:
                if archived and archived.article.id > after:
                    yield archived


class _Readable:
    """What of an archive can be read. names: by the key of each article its id, "" where that cannot be read."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self._places: dict[str, dict[int, Place]] = {}  # by key and number of the version
        for row in _rows_of_versions(database):
            self._places.setdefault(row["key"], {})[row["version"]] = (row["rowid"], row["fetched_at"])
        self.names = dict.fromkeys(self._places, "")
        for order in ("key", "key DESC"):  # from both ends of each of the trees that hold keys
            self.names |= dict.fromkeys(self._read(f"SELECT key FROM versions ORDER BY {order}"), "")
        for order in ("key", "key DESC", "id", "id DESC"):
            self.names |= self._read(f"SELECT key, id FROM articles ORDER BY {order}")
        self._withheld = self._whole("SELECT key, reason FROM withheld")
        self._permits = self._whole("SELECT source, shown FROM permits")

    def article(self, key: str) -> ArchivedArticle | None:
        """Return an article as it may be shown, None where it is withheld.

        Raises sqlite3.DatabaseError, ValueError, TypeError or KeyError where it cannot be read, or not be shown.
        """
        state = None
        with suppress(sqlite3.DatabaseError):
            state = self._db.execute("SELECT version, gone, withheld FROM articles WHERE key = ?", (key,)).fetchone()
        if self._is_withheld(key, state):
            return None
        places = self._places.get(key, {})
        version = state["version"] if state else self._newest(key, places)
        if version not in places:
            raise ValueError("its text cannot be read")
        row = self._db.execute(
            "SELECT *, :gone AS gone, '' AS sha256, '' AS gone_since, 1 AS editions, 0 AS many_provinces,"
            " :full AS shown FROM versions"
            " WHERE rowid = :number",
            {"gone": state["gone"] if state else 0, "full": FULL, "number": places[version][0]},
        ).fetchone()
        if row is None:
            raise ValueError("its text cannot be read")
        archived = archived_of(row, FULL)  # whole: how much may be shown depends on its source, which stands in it
        if article_key(archived.article.id) != key:
            raise ValueError("its text is not the one that was stored")
        return archived_of({**dict(row), "sha256": self._digest(row)}, self._shown(archived.article.source))

    def _is_withheld(self, key: str, state: sqlite3.Row | None) -> bool:
        if self._withheld is None and not state:
            raise ValueError("whether it is withheld cannot be read")
        return bool(state and state["withheld"]) or key in (self._withheld or ())

    def _newest(self, key: str, places: dict[int, Place]) -> int:
        """Return the newest version of an article whose own row cannot be read."""
        count = self._db.execute("SELECT count(*) FROM versions WHERE key = ?", (key,)).fetchone()[0]
        if count != len(places):
            raise ValueError("which of its versions is the current one cannot be read")
        return max(places, key=lambda version: (places[version][1], version))

    def _shown(self, source: str) -> str:
        if self._permits is None:
            raise ValueError("how much of it may be shown cannot be read")
        return self._permits.get(source, self._permits.get(EVERY_SOURCE, FULL))

    def _digest(self, version: sqlite3.Row) -> str:
        row = None
        with suppress(sqlite3.DatabaseError):
            row = self._db.execute("SELECT sha256 FROM captures WHERE id = ?", (version["capture"],)).fetchone()
        return row["sha256"] if row else ""

    def _read(self, question: str) -> dict[str, str]:
        """Return what a question gives before it meets damage: the first column and the second, if there is one."""
        found = {}
        with suppress(sqlite3.DatabaseError):
            for row in self._db.execute(question):
                found[row[0]] = row[len(row) - 1]
        return found

    def _whole(self, question: str) -> dict[str, str] | None:
        """Return all that a question gives, None where it meets damage."""
        try:
            return {row[0]: row[1] for row in self._db.execute(question)}
        except sqlite3.DatabaseError:
            return None


def _rows_of_versions(database: sqlite3.Connection) -> Iterator[Any]:
    """Yield rowid, key, version and fetched_at of the rows of versions that can be read, in order."""
    question = "SELECT rowid, key, version, fetched_at FROM versions WHERE rowid > ? ORDER BY rowid"
    last: int | None = 0
    while last is not None:
        try:
            for row in database.execute(question, (last,)):
                if row["rowid"] > last:  # a damaged page may say anything
                    last = row["rowid"]
                    yield row
            return
        except sqlite3.DatabaseError:
            last = _before_the_next(database, question, last)


def _before_the_next(database: sqlite3.Connection, question: str, last: int) -> int | None:
    """Return the number of a row behind which reading goes on past damage, None at the end of the table."""
    failed, step = 0, 1
    while last + step < 1 << 62:
        found = _first(database, question, last + step)
        if found is None:
            failed, step = step, step + 1 if step < STEPS_BY_ONE else 2 * step
            continue
        while step - failed > 1:
            middle = (failed + step) // 2
            nearer = _first(database, question, last + middle)
            if nearer is None:
                failed = middle
            else:
                step, found = middle, nearer
        return last + step if found else None
    return None


def _first(database: sqlite3.Connection, question: str, last: int) -> list[Any] | None:
    """Return the first row that a question gives, none at the end of the table; None where it meets damage."""
    try:
        return database.execute(question, (last,)).fetchmany(1)
    except sqlite3.DatabaseError:
        return None
