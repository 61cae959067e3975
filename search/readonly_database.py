"""A SQLite file that another process brings in step or makes anew, read by threads, each by a connection of its own."""

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from search import database_checksum

log = logging.getLogger(__name__)


class ReadOnlyDatabase:
    """is_current: tells of a file just opened whether it is of the version that is read here.

    checked: the file is compared with the checksum beside it (database_checksum.py) whenever it has changed.
    """

    def __init__(self, path: Path, is_current: Callable[[sqlite3.Connection], bool], *, checked: bool = False) -> None:
        self._path, self._is_current, self._checked = path, is_current, checked
        self._of_thread = threading.local()
        self._judged: tuple[object, bool] = None, False  # state of the file, and whether it is damaged then

    def connection(self) -> sqlite3.Connection | None:
        """Return this thread's connection to the file as it is now; None where there is none, or none that is current.

        Raises sqlite3.DatabaseError where it cannot be read.
        """
        try:
            file = self._path.stat()
        except OSError:
            return None
        inode = file.st_ino
        if self._checked:
            self._compare((inode, file.st_size, file.st_mtime_ns))
        known: tuple[int, sqlite3.Connection] | None = getattr(self._of_thread, "known", None)
        if known is not None and known[0] == inode:
            return known[1]
        if known is not None:
            known[1].close()
            self._of_thread.known = None
        database = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
        try:
            is_current = self._is_current(database)
        except sqlite3.DatabaseError:
            database.close()
            raise
        if not is_current:
            database.close()
            return None
        self._of_thread.known = inode, database
        return database

    def _compare(self, state: object) -> None:
        if self._judged[0] != state:
            self._judged = state, database_checksum.is_damaged(self._path)
            if self._judged[1]:
                log.error('%s is damaged and left out; "hoinghi index" makes it anew', self._path)
        if self._judged[1]:
            raise sqlite3.DatabaseError(f"{self._path} is damaged")
