"""A SQLite file that another process brings in step or makes anew, read by threads, each by a connection of its own."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path


class ReadOnlyDatabase:
    """is_current: tells of a file just opened whether it is of the version that is read here."""

    def __init__(self, path: Path, is_current: Callable[[sqlite3.Connection], bool]) -> None:
        self._path, self._is_current = path, is_current
        self._of_thread = threading.local()

    def connection(self) -> sqlite3.Connection | None:
        """Return this thread's connection to the file as it is now; None where there is none, or none that is current.

        Raises sqlite3.DatabaseError where it cannot be read.
        """
        try:
            inode = self._path.stat().st_ino
        except OSError:
            return None
        known: tuple[int, sqlite3.Connection] | None = getattr(self._of_thread, "known", None)
        if known is not None and known[0] == inode:
            return known[1]
        if known is not None:
            known[1].close()
            self._of_thread.known = None
        database = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
        if not self._is_current(database):
            database.close()
            return None
        self._of_thread.known = inode, database
        return database
