"""Reads entities.db: lists in the order of a dictionary, by letter or by words, and single entities by name."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.entities.mentions import Entity
from search.entities.schema import FILE, VERSION
from search.readonly_database import ReadOnlyDatabase
from search.text.normalization import folds, norms

MOST_WORDS = 12  # of what is looked for in a list
_COLUMNS = 'kind, key, province, name, detail, pages, "first", "last", letter, "order", words, folded'


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list: its entities, how many there are in all, and by letter how many without a letter chosen."""

    entities: tuple[Entity, ...]
    total: int
    letters: dict[str, int]


class EntityStore:
    """The file entities.db of a data directory, for reading. Safe for threads: each has its own connection."""

    def __init__(self, data_dir: Path) -> None:
        self.path = Path(data_dir) / FILE
        self._database = ReadOnlyDatabase(self.path, _is_current)

    def listed(self, kind: str, words: str = "", letter: str = "", limit: int = 100, offset: int = 0) -> Listed:
        """Return entities in order. words: each has them, typed with signs exactly so. letter: initial, "": any."""
        condition, values = _condition(kind, words)
        rows = self._rows(f"SELECT letter, count(*) FROM entities WHERE {condition} GROUP BY letter", values)
        letters = {str(row[0]): int(row[1]) for row in rows}
        if letter:
            condition, values = f"{condition} AND letter = ?", [*values, letter]
        rows = self._rows(
            f'SELECT {_COLUMNS} FROM entities WHERE {condition} ORDER BY "order", key LIMIT ? OFFSET ?',
            [*values, limit, offset],
        )
        total = letters.get(letter, 0) if letter else sum(letters.values())
        return Listed(tuple(map(Entity._make, rows)), total, letters)

    def named(self, kind: str, key: str, most: int = 8) -> list[Entity]:
        """Return the entities of a kind with this key, letters large or small, those on most pages first."""
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM entities WHERE kind = ? AND key = ? ORDER BY pages DESC LIMIT ?",
            [kind, key, most],
        )
        return list(map(Entity._make, rows))

    def counts(self) -> dict[str, int]:
        """Return how many entities there are of each kind."""
        rows = self._rows("SELECT kind, count(*) FROM entities GROUP BY kind", [])
        return {str(kind): int(count) for kind, count in rows}

    def _rows(self, sql: str, values: Sequence[object]) -> list[Any]:
        """Return the rows of a question; none where there is no file, a damaged one, or one of another version."""
        try:
            database = self._database.connection()
            return database.execute(sql, values).fetchall() if database is not None else []
        except sqlite3.DatabaseError:
            return []


def _is_current(database: sqlite3.Connection) -> bool:
    return bool(database.execute("PRAGMA user_version").fetchone()[0] == VERSION)


def _condition(kind: str, words: str) -> tuple[str, list[object]]:
    """Return the words of SQL and their values. Typed without signs a word matches any; the last may be a beginning."""
    parts, values = ["kind = ?"], [kind]
    typed = list(zip(norms(words), folds(words), strict=True))[:MOST_WORDS]
    for number, (norm, folded) in enumerate(typed, 1):
        column, word = ("folded", folded) if norm == folded else ("words", norm)
        parts.append(f"{column} LIKE ? ESCAPE '!'")
        escaped = re.sub("([!%_])", r"!\1", word)
        values.append(f"% {escaped}{'%' if number == len(typed) else ' %'}")
    return " AND ".join(parts), list(values)
