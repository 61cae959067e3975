"""archive.db as a file: opening, locking, migrating, and the one way to write to it.

One process writes at a time (a lock that dies with its process), any number read. Every write is one transaction; a
`batch()` makes one of many.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from filelock import FileLock, Timeout

from crawl import clock
from crawl.archive.migration import check_version, newer
from crawl.archive.schema import MIGRATIONS, VERSION
from crawl.archive.warc import Location, WarcWriter
from crawl.errors import ArchiveError
from search.domain.moments import iso
from search.errors import is_disk_full

DATABASE = "archive.db"
CAPTURES = "captures"
JOURNAL_URL = "urn:x-hoinghi:journal"  # of what concerns no page
LOCK = "archive.lock"
BUSY_TIMEOUT_SECONDS = 30.0  # a long read must not fail the checkpoint of the writer, nor the other way round
LOCK_TIMEOUT_SECONDS = 1.0  # is_being_written() holds the lock for a moment
CAPTURES_PER_COMMIT = 200  # within batch(): one sync of the WARC file for so many
UNREADABLE = "archive-unreadable"  # the code of the error for a damaged archive.db
INTERRUPTED = "interrupted"  # how the error of a run begins that was stopped or whose process died


Value = TypeVar("Value")


def now() -> str:
    """Return the present moment as the archive writes it: ISO 8601 in UTC, whole seconds."""
    return iso(clock.now())


def is_being_written(data_dir: Path) -> bool:
    """Tell whether a living process has the archive open to write."""
    lock = FileLock(data_dir / LOCK, timeout=0)
    try:
        with lock:
            return False
    except Timeout:
        return True
    except OSError:
        return False  # a directory that cannot be written to


class Store:
    """An open archive.db with its WARC writer. Raises ArchiveError where it cannot be used."""

    def __init__(self, data_dir: Path, read_only: bool = False) -> None:
        self.data_dir = Path(data_dir)
        self.read_only = read_only
        self._thread_lock = threading.RLock()
        self._warc = WarcWriter(self.data_dir / CAPTURES)
        self._depth = 0
        self._unsynced = 0
        self._file_lock: FileLock | None = None
        self._db = self._open_to_read() if read_only else self._open_to_write()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Bring everything to disk and let others write. May be called twice."""
        with self._thread_lock:
            try:
                self._warc.close()
            except OSError as error:
                raise self._cannot_write(error) from error
            finally:
                self._db.close()
                if self._file_lock is not None:
                    self._file_lock.release()
                    self._file_lock = None

    def _journal(
        self, event: str, values: Mapping[str, object], url: str = JOURNAL_URL, concurrent_to: str = ""
    ) -> None:
        """Write what is being done beside the captures: `rebuild-archive` does it again (crawl/archive/rebuild.py)."""
        self._warc.write_metadata(url or JOURNAL_URL, {"event": event} | dict(values), now(), concurrent_to)
        self._unsynced += 1

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Keep many writes with few syncs. What was written within is on disk when the batch ends, also by an error."""
        with self._thread_lock:
            outermost = self._depth == 0
            if outermost:
                self._begin()
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if outermost:
                    self._commit()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Do all of what is written within, or nothing."""
        with self._thread_lock:
            if self._depth == 0:
                self._begin()
            else:
                self._db.execute("SAVEPOINT one_write")
            self._depth += 1
            try:
                yield
            except BaseException as error:
                self._depth -= 1
                if self._db.in_transaction:  # SQLite ends a transaction by itself when the disk is full
                    self._db.execute("ROLLBACK" if self._depth == 0 else "ROLLBACK TO one_write")
                if isinstance(error, (OSError, sqlite3.OperationalError)):
                    raise self._cannot_write(error) from error
                raise
            self._depth -= 1
            if self._depth == 0:
                self._commit()
                return
            self._db.execute("RELEASE one_write")
            if self._depth == 1 and self._unsynced >= CAPTURES_PER_COMMIT:
                self._commit()
                self._begin()

    def _begin(self) -> None:
        if self.read_only:
            raise ArchiveError(f"{self.data_dir} is open for reading: open it without read_only to write")
        self._db.execute("BEGIN IMMEDIATE")

    def _commit(self) -> None:
        try:
            if self._unsynced:
                self._warc.sync()  # before the commit: a row never points to a record that is not on disk
                self._unsynced = 0
            if self._db.in_transaction:  # else the disk is full, which was told, and SQLite has undone all of it
                self._db.execute("COMMIT")
        except (OSError, sqlite3.OperationalError) as error:
            self._unsynced = 0
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise self._cannot_write(error) from error

    def _cannot_write(self, error: Exception) -> ArchiveError:
        return ArchiveError(
            f"cannot write to {self.data_dir} ({error}): make room or mend the disk, then run again;"
            " what was stored stays stored"
        )

    def _open_to_write(self) -> sqlite3.Connection:
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(
                f"cannot use {self.data_dir} as data directory ({error}): name another with --data"
            ) from None
        # thread_local=False: close() may come from another thread than the one that opened
        lock = FileLock(self.data_dir / LOCK, timeout=LOCK_TIMEOUT_SECONDS, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            raise ArchiveError(
                f"another process is writing to {self.data_dir}: wait until it has ended, or name another --data"
            ) from None
        except OSError as error:
            raise ArchiveError(
                f"cannot write to {self.data_dir} ({error}): name another directory with --data"
            ) from None
        self._file_lock = lock
        try:
            database = _connect(self.data_dir, "mode=rwc")
            database.execute("PRAGMA journal_mode = WAL")
            # NORMAL: a crash of the process loses nothing; a power failure may lose the last commits, never the order
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute("PRAGMA foreign_keys = ON")
            _migrate(database, self.data_dir)
            if known := _last_record(database, self.data_dir / CAPTURES):
                self._warc.go_on_after(known)
            # this process holds the lock, so whoever began these runs is dead
            database.execute("UPDATE runs SET error = ? WHERE finished_at IS NULL AND error = ''", (INTERRUPTED,))
            return database
        except sqlite3.DatabaseError as error:
            lock.release()
            told = self._cannot_write(error) if is_disk_full(error) else _unreadable(self.data_dir, error)
            raise told from error
        except ArchiveError:
            lock.release()
            raise
        except OSError as error:  # no room for the copy before a migration
            lock.release()
            raise self._cannot_write(error) from error

    def _open_to_read(self) -> sqlite3.Connection:
        path = self.data_dir / DATABASE
        if not path.is_file():
            raise ArchiveError(
                'no archive in {location}: run "hoinghi crawl" or "hoinghi import" first',
                code="archive-missing",
                location=self.data_dir,
            )
        try:
            database = _connect(self.data_dir, mode_to_read(path))
            version = _version(database)
            if version < VERSION:
                database.close()
                type(self)(self.data_dir).close()  # a writer brings it up to date
                return self._open_to_read()
            if version > VERSION:
                raise ArchiveError(newer(self.data_dir / DATABASE, version, VERSION))
            return database
        except sqlite3.DatabaseError as error:
            raise _unreadable(self.data_dir, error) from None


def mode_to_read(file: Path) -> str:
    """Return how SQLite's address of a database says that it is only read: "mode=ro", and more in a read-only folder.

    Without the right to write, SQLite cannot make the shared memory of a WAL, and reads a file that nobody writes to.
    Where a WAL lies beside it (another user writes, or a writer was killed), that must be read, too.
    """
    has_wal = file.with_name(f"{file.name}-wal").exists()
    return "mode=ro" if has_wal or os.access(file.parent, os.W_OK) else "mode=ro&immutable=1"


class _Cursor(sqlite3.Cursor):
    """Says which file is damaged and what helps, where SQLite meets a page that is no page of a database."""

    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        return _told(self.connection, partial(super().execute, sql, parameters))

    def fetchone(self) -> Any:
        return _told(self.connection, super().fetchone)

    def fetchall(self) -> list[Any]:
        return _told(self.connection, super().fetchall)

    def __next__(self) -> Any:
        return _told(self.connection, super().__next__)


class _Connection(sqlite3.Connection):
    data_dir = Path()

    def cursor(self, factory: type[sqlite3.Cursor] = _Cursor) -> sqlite3.Cursor:  # type: ignore[override]
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        return self.cursor().execute(sql, parameters)


def _told(connection: sqlite3.Connection, step: Callable[[], Value]) -> Value:
    try:
        return step()
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:  # a lock, a full disk, a broken rule: told by whoever asked
            raise
        raise _unreadable(Path(getattr(connection, "data_dir", "")), error) from error


def _connect(data_dir: Path, parameters: str) -> sqlite3.Connection:
    # isolation_level=None: transactions begin and end where this module says so
    # check_same_thread=False: a web server reads from several threads; SQLite itself takes turns
    uri = f"{(data_dir / DATABASE).resolve().as_uri()}?{parameters}"
    database = sqlite3.connect(
        uri, uri=True, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False, factory=_Connection
    )
    database.data_dir = data_dir
    database.row_factory = sqlite3.Row
    return database


def _last_record(database: sqlite3.Connection, captures: Path) -> Location | None:
    """Return a late record of the newest file of captures, its beginning where no row is known; None without files."""
    newest = max((path.name for path in captures.glob("hoinghi-*.warc.gz")), default="")
    if not newest:
        return None
    row = database.execute("SELECT max(warc_offset) FROM captures WHERE warc_file = ?", (newest,)).fetchone()
    return Location(newest, row[0] or 0)


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _migrate(database: sqlite3.Connection, data_dir: Path) -> None:
    version = check_version(database, data_dir / DATABASE, VERSION, ArchiveError)
    for number in range(version, VERSION):
        database.executescript(f"BEGIN IMMEDIATE; {MIGRATIONS[number]}; PRAGMA user_version = {number + 1}; COMMIT;")


def _unreadable(data_dir: Path, error: sqlite3.DatabaseError) -> ArchiveError:
    return ArchiveError(
        "{file} cannot be read as an archive ({reason}): restore it from a copy,"
        ' or run "hoinghi rebuild-archive", then "hoinghi index"',
        code=UNREADABLE,
        file=data_dir / DATABASE,
        reason=str(error),
    )
