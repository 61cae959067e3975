"""A SQLite file that another process brings in step or makes anew, read by threads, each by a connection of its own."""

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from search import database_checksum
from search.file_state import file_state

REMEDY = 'run "hoinghi index", which makes it anew'

log = logging.getLogger(__name__)


class ReadOnlyDatabase:
    """The file is compared with the checksum beside it (database_checksum.py) whenever it has changed.

    is_current: tells of a file just opened whether it is of the version that is read here.
    """

    def __init__(self, path: Path, is_current: Callable[[sqlite3.Connection], bool]) -> None:
        self._is_current = is_current
        self._files = path, path.with_name(f"{path.name}-wal")
        self._of_thread = threading.local()
        self._judged: tuple[object, bool] = None, False  # state of the file, and whether it is damaged then

    def state(self) -> object:
        """Return what differs after every change of the file, None where there is none."""
        return file_state(self._files) or None

    def is_damaged(self) -> bool:
        """Tell whether there is a file that is not as it was written."""
        state = self.state()
        if state is not None and self._judged[0] != state:
            self._judge(state, database_checksum.is_damaged(self._files[0]))
        return state is not None and self._judged[1]

    def note_damage(self) -> None:
        """Give no connection any more to the file as it is now: reading it failed."""
        self._judge(self.state(), True)

    def connection(self) -> sqlite3.Connection | None:
        """Return this thread's connection to the file as it is now; None where there is none, whole and current."""
        if self.is_damaged():
            return None
        try:
            return self._current()
        except (sqlite3.OperationalError, OSError):
            return None  # no file; no such table: of another version, or not made to its end
        except sqlite3.DatabaseError:
            self.note_damage()
            return None

    def _judge(self, state: object, damaged: bool) -> None:
        self._judged = state, damaged
        if damaged:
            log.error("%s is damaged and left out: %s", self._files[0], REMEDY)

    def _current(self) -> sqlite3.Connection | None:
        inode = self._files[0].stat().st_ino
        known: tuple[int, sqlite3.Connection] | None = getattr(self._of_thread, "known", None)
        if known is not None and known[0] == inode:
            return known[1]
        if known is not None:
            known[1].close()
            self._of_thread.known = None
        database = sqlite3.connect(f"{self._files[0].absolute().as_uri()}?mode=ro", uri=True, timeout=5)
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
