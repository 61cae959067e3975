"""Reads figures.db: statements with the pages that make them, by indicator, province, year, page or meeting.

The same statement on several pages is one with all its witnesses. Statements that disagree stay beside each other.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, NamedTuple

from search.domain.figure import Figure
from search.figures.revisions import with_revisions
from search.figures.schema import FILE, TABLES, VERSION
from search.figures.statements import Asked, Brief, IndicatorInfo, Reach, Statement, Witness
from search.readonly_database import ReadOnlyDatabase
from search.text.normalization import folds

# of English names; they say nothing of what an indicator is
BINDING_WORDS = frozenset(["a", "and", "by", "for", "from", "in", "of", "per", "that", "the", "to", "with"])
MOST_WORDS, LONGEST_NAME = 60, 16  # syllables of a search that are looked at; of the name of an indicator
MOST = 5_000  # rows that one answer is made of
AT_ONCE = 500  # keys of one question

_FIELDS = tuple(one.name for one in fields(Figure))
_COLUMNS = ", ".join(f'f."{name}"' for name in _FIELDS)
_PAGE = "p.key, p.url, p.title, p.source, p.day, p.fetched_at, p.sha256, p.version"


class _Described(NamedTuple):
    """The indicators by key; their keys by the syllables of Vietnamese names, and by the words of the English one."""

    indicators: dict[str, IndicatorInfo]
    names: dict[tuple[str, ...], str]
    english: dict[frozenset[str], str]


class FigureStore:
    """The file figures.db of a data directory, for reading. Safe for threads: each has its own connection."""

    def __init__(self, data_dir: Path) -> None:
        self.path = Path(data_dir) / FILE
        self._database = ReadOnlyDatabase(self.path, _is_current)
        self._known: tuple[object, _Described] | None = None

    def exists(self) -> bool:
        """Whether there is a store of this version that a run has filled."""
        return self._database.connection() is not None

    def is_damaged(self) -> bool:
        """Whether there is a store that cannot be read as it was written; nothing is answered from it."""
        return self._database.is_damaged()

    def indicators(self) -> dict[str, IndicatorInfo]:
        """Return the indicators by key in their order; none where there is no store."""
        return self._described()[0]

    def sectors(self) -> dict[str, tuple[str, str]]:
        """Return the branches of the economy: key → (Vietnamese, English)."""
        with self._reading() as database:
            return {key: (vi, en) for key, vi, en in database.execute("SELECT key, vi, en FROM sectors")}
        return {}

    def named_in(self, text: str) -> IndicatorInfo | None:
        """Return the indicator that a search names, with or without diacritics; the longest name wins.

        The words of an English name may stand in any order: public investment disbursement.
        """
        known, names, english = self._described()
        words = tuple(folds(text)[:MOST_WORDS])
        for length in range(min(len(words), LONGEST_NAME), 0, -1):
            for at in range(len(words) - length + 1):
                if key := names.get(words[at : at + length]):
                    return known[key]
        typed = set(words)
        named = max((one for one in english if one <= typed), key=len, default=None)
        return known[english[named]] if named is not None else None

    def find(self, words: str) -> IndicatorInfo | None:
        """Return the indicator of a key, or of a name as `named_in` reads it."""
        return self.indicators().get(words) or self.named_in(words)

    def counts(self) -> dict[str, int]:
        """Return how many statements there are of each indicator."""
        with self._reading() as database:
            rows = database.execute("SELECT indicator, count(DISTINCT statement) FROM figures GROUP BY indicator")
            return dict(rows.fetchall())
        return {}

    def reach(self) -> Reach:
        """Return how much was read and understood."""
        with self._reading() as database:
            read = database.execute(
                "SELECT count(*), total(with_numbers), total(named), total(understood) FROM pages"
            ).fetchone()
            figures = database.execute("SELECT count(*) FROM figures").fetchone()[0]
            pages, numbered, named, understood = map(int, read)
            return Reach(pages, numbered, named, understood, int(figures))
        return Reach(0, 0, 0, 0, 0)

    def statements(self, asked: Asked, most: int = MOST) -> list[Statement]:
        """Return what is asked for, newest period first. most: rows that are looked at, of the newest periods."""
        condition, values = asked.condition()
        with self._reading() as database:
            rows = database.execute(
                f"SELECT f.statement, f.place_now, {_COLUMNS}, {_PAGE} "
                "FROM figures f JOIN pages p ON p.number = f.page "
                f'WHERE {condition} ORDER BY f."last" DESC LIMIT ?',
                [*values, most],
            )
            return with_revisions(_with_witnesses(rows.fetchall()))
        return []

    def newest(self, asked: Asked, most: int) -> list[Brief]:
        """Return in brief what is asked for, newest period first, until so many rows are no aims.

        A tenth of what all costs.
        """
        condition, values = asked.condition()
        with self._reading() as database:
            rows = database.execute(
                'SELECT f.statement, f.place, f."last", f.kind, f.status FROM figures f '
                f'WHERE {condition} ORDER BY f."last" DESC',
                values,
            )
            found: list[Brief] = []
            for brief in map(Brief._make, rows):
                found.append(brief)
                most -= brief.status != "target"
                if most == 0:
                    break
            return found
        return []

    def by_ids(self, ids: Sequence[str]) -> list[Statement]:
        """Return statements with all their witnesses, in the order of their ids."""
        placeholders = ", ".join("?" * len(ids))
        with self._reading() as database:
            rows = database.execute(
                f"SELECT f.statement, f.place_now, {_COLUMNS}, {_PAGE} "
                f"FROM figures f JOIN pages p ON p.number = f.page WHERE f.statement IN ({placeholders})",
                list(ids),
            )
            found = {one.id: one for one in _with_witnesses(rows.fetchall())}
            return [found[one] for one in ids if one in found]
        return []

    def stated_on(self, asked: Asked, keys: Iterable[str]) -> list[Statement]:
        """Return what is asked for and some of these pages state, with all witnesses."""
        condition, values = asked.condition()
        found: dict[str, None] = {}
        with self._reading() as database:
            for some in _in_turns(keys):
                rows = database.execute(
                    "SELECT DISTINCT f.statement FROM figures f JOIN pages p ON p.number = f.page "
                    f"WHERE {condition} AND p.key IN ({', '.join('?' * len(some))})",
                    [*values, *some],
                )
                found |= dict.fromkeys(row[0] for row in rows)
        return [one for some in _in_turns(found) for one in self.by_ids(some)]

    def holds(self, keys: Iterable[str]) -> set[str]:
        """Return which of these pages were read for figures."""
        found: set[str] = set()
        with self._reading() as database:
            for some in _in_turns(keys):
                placeholders = ", ".join("?" * len(some))
                found |= {
                    row[0] for row in database.execute(f"SELECT key FROM pages WHERE key IN ({placeholders})", some)
                }
        return found

    def of_page(self, key: str) -> list[Figure]:
        """Return the figures of a page, title first, in order."""
        with self._reading() as database:
            rows = database.execute(
                f"SELECT {_COLUMNS} FROM figures f JOIN pages p ON p.number = f.page WHERE p.key = ? "
                'ORDER BY f.part DESC, f."start", f.number',
                (key,),
            )
            return [_figure(row) for row in rows]
        return []

    def of_meeting(self, meeting: str) -> list[Statement]:
        """Return what the reports of a meeting state."""
        with self._reading() as database:
            rows = database.execute(
                f"SELECT f.statement, f.place_now, {_COLUMNS}, {_PAGE} FROM figures f "
                "JOIN pages p ON p.number = f.page WHERE p.meeting = ? ORDER BY f.number LIMIT ?",
                (meeting, MOST),
            )
            return _with_witnesses(rows.fetchall()) if meeting else []
        return []

    def state(self) -> object:
        """Return what differs after every change of the store, None where there is none."""
        return self._database.state()

    def _described(self) -> _Described:
        state = self.state()
        if self._known is None or self._known[0] != state:
            known: dict[str, IndicatorInfo] = {}
            with self._reading() as database:
                for row in database.execute("SELECT * FROM indicators ORDER BY position"):
                    key, _, vi, en, dimension, unit, percent, nature, better, reference, words, confused = row
                    described = (dimension, unit, percent, nature, better, reference)
                    asked_by, others = tuple(json.loads(words)), tuple(json.loads(confused))
                    known[key] = IndicatorInfo(key, vi, en, *described, asked_by, others)
            names: dict[tuple[str, ...], str] = {}
            for one in known.values():
                for name in one.asked_by:
                    names.setdefault(tuple(folds(name)), one.key)
            # reversed: of two indicators with one name the first is meant
            english = {words: one.key for one in reversed(known.values()) if (words := _words_of_name(one.en))}
            self._known = state, _Described(known, names, english)
        return self._known[1]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Give the database, an empty one where there is no store, or one of another version."""
        database = self._database.connection()
        if database is not None:
            try:
                yield database
            except sqlite3.OperationalError:
                raise  # busy, out of memory …: the file may be whole
            except sqlite3.DatabaseError:
                self._database.note_damage()  # the caller goes on after this block, and answers with nothing
        else:
            with closing(sqlite3.connect(":memory:")) as empty:
                empty.executescript(TABLES)
                yield empty


def _in_turns(keys: Iterable[str]) -> Iterator[list[str]]:
    """Yield so many keys at once as one question to SQLite takes."""
    every = list(keys)
    for first in range(0, len(every), AT_ONCE):
        yield every[first : first + AT_ONCE]


def _is_current(database: sqlite3.Connection) -> bool:
    row = database.execute("SELECT version FROM state").fetchone()
    return bool(row and row[0] == VERSION)


def _figure(row: Sequence[Any]) -> Figure:
    values = dict(zip(_FIELDS, row, strict=True))
    return Figure(**{**values, "sure": bool(values["sure"]), "notes": tuple(values["notes"].split())})


def _words_of_name(english: str) -> frozenset[str]:
    """Return the words of an English name of an indicator that say something, without what stands in brackets."""
    return frozenset(folds(english.partition("(")[0])) - BINDING_WORDS


def _with_witnesses(rows: Sequence[Sequence[Any]]) -> list[Statement]:
    """Return the rows of one statement as one, in the order in which each was met first."""
    found: dict[str, Statement] = {}
    for row in rows:
        statement, place_now, *values = row
        figure = _figure(values[: len(_FIELDS)])
        key, url, title, source, day, *capture = values[len(_FIELDS) :]
        where = (figure.part, figure.start, figure.end, figure.sentence)
        witness = Witness(key, url, title, source, day, *where, *capture)
        known = found.get(statement)
        if known is None:
            found[statement] = Statement(statement, figure, place_now, (witness,))
        elif all(one.key != witness.key for one in known.witnesses):
            ordered = sorted((*known.witnesses, witness), key=lambda one: (one.day or "9", one.key))
            found[statement] = replace(known, witnesses=tuple(ordered))
    return list(found.values())
