"""Keeps figures.db in step with the index. What a run does to it counts from commit on; readers are never blocked."""

import hashlib
import json
import logging
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from crawl.archive.migration import check_version
from indexer.figures.indicators import Indicator, indicators, sectors
from indexer.figures.statements import Read
from search import database_checksum as checksum
from search.document import Document
from search.domain import places
from search.domain.figure import Figure
from search.errors import IndexUnavailable
from search.figures.schema import FIGURE_MEANINGS, FILE, NAMES, PAGE_MEANINGS, TABLES, VERSION

log = logging.getLogger(__name__)

_STATED = ("indicator", "sector", "high", "of", "measure", "status", "counted_in", "assigned_by", "period", "place")
_AS_PRINTED = (
    *("indicator", "sector", "value", "high", "of", "approx", "unit", "dimension", "counted_in", "amount", "measure"),
    *(
        "status",
        "kind",
        "base",
        "assigned_by",
        "period",
        "first",
        "last",
        "period_from",
        "place",
        "place_level",
        "part",
    ),
    *("start", "end", "sentence", "sure"),
)
_COLUMNS = ("page", "statement", *_AS_PRINTED, "place_now", "of_province", "notes")
_QUOTED = ", ".join(f'"{name}"' for name in _COLUMNS)
_INSERT = f"INSERT INTO figures ({_QUOTED}) VALUES ({', '.join('?' * len(_COLUMNS))})"


class FigureWriter:
    """The file figures.db of a data directory. One run uses it at a time (build.py holds the lock)."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE
        try:
            if checksum.is_damaged(self._path):
                raise sqlite3.DatabaseError("it is not what the last run left")
            self._db = self._open()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):  # the disk, a lock: the file may be whole
                raise
            log.warning("%s is damaged (%s): what all pages state in numbers is read anew", self._path, error)
            self._remove()
            self._db = self._open()

    def __enter__(self) -> "FigureWriter":
        return self

    def __exit__(self, *error: object) -> None:
        self._db.rollback()
        self._db.close()

    def state(self) -> str | None:
        """Return in which state the index was when the last run ended; None where no run has ended yet."""
        row = self._db.execute("SELECT engine FROM state").fetchone()
        return str(row[0]) if row else None

    def clear(self) -> None:
        """Forget every page, from commit on."""
        self._db.execute("DELETE FROM figures")
        self._db.execute("DELETE FROM pages")

    def put(self, document: Document, read: Read) -> None:
        """Take what a document states in place of what it stated before."""
        self.delete([document.id])
        cursor = self._db.execute(
            "INSERT INTO pages (id, key, url, title, source, province_then, province_now, day, meeting, version, "
            "fetched_at, sha256, with_numbers, named, understood) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(document.id, document.key, document.url, document.title, document.source, document.province_then),
                *(document.province_now, document.day, document.meeting, document.version),
                *(document.fetched_at, document.sha256, read.with_numbers, read.named, read.understood),
            ),
        )
        page = cursor.lastrowid
        self._db.executemany(_INSERT, [_row(page, figure) for figure in read.figures])

    def delete(self, ids: Iterable[str]) -> None:
        """Forget what some documents state."""
        for identifier in ids:
            row = self._db.execute("SELECT number FROM pages WHERE id = ?", (identifier,)).fetchone()
            if row:
                self._db.execute("DELETE FROM figures WHERE page = ?", row)
                self._db.execute("DELETE FROM pages WHERE number = ?", row)

    def commit(self, engine: str) -> None:
        """Make what this run did count. engine: in which state it left the index."""
        self._describe()
        self._db.execute("DELETE FROM state")
        self._db.execute("INSERT INTO state VALUES (?, ?)", (VERSION, engine))
        checksum.forget(self._path)
        self._db.commit()
        if not self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:  # else somebody is reading
            checksum.write(self._path)

    def _describe(self) -> None:
        for table in ("indicators", "sectors", "data_dictionary"):
            self._db.execute(f"DELETE FROM {table}")
        self._db.executemany(
            "INSERT INTO indicators VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(one.key, position, one.vi, one.en, one.dimension, one.unit, one.percent, one.nature, one.better),
                    one.reference,
                    json.dumps(asked_by(one), ensure_ascii=False),
                    json.dumps(one.confused),
                )
                for position, one in enumerate(indicators().values())
            ],
        )
        self._db.executemany("INSERT INTO sectors VALUES (?, ?, ?)", [(s.key, s.vi, s.en) for s in sectors()])
        meanings = [("figures", *pair) for pair in FIGURE_MEANINGS.items()] + [
            ("pages", *pair) for pair in PAGE_MEANINGS.items()
        ]
        self._db.executemany("INSERT INTO data_dictionary VALUES (?, ?, ?)", meanings)

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=30)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            if check_version(database, self._path, VERSION, IndexUnavailable, copies=False) != VERSION:
                for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                    if name in NAMES:
                        database.execute(f"DROP TABLE {name}")
                database.executescript(TABLES)
                database.execute(f"PRAGMA user_version = {VERSION}")
                database.commit()
            database.execute("SELECT count(*) FROM state").fetchone()
        except (sqlite3.DatabaseError, IndexUnavailable):
            database.close()
            raise
        return database

    def _remove(self) -> None:
        checksum.remove(self._path)


def asked_by(indicator: Indicator) -> list[str]:
    """Return the words by which a search asks for an indicator."""
    if indicator.queries:
        return [indicator.vi.lower(), *indicator.queries]
    longer = [] if indicator.tight else [name for name in indicator.names if " " in name]
    return list(dict.fromkeys([indicator.vi.lower(), *longer]))


def _row(page: int | None, figure: Figure) -> tuple[object, ...]:
    printed = [getattr(figure, name) for name in _AS_PRINTED]
    now = places.now(figure.place, figure.last) if figure.place_level == "province" and figure.place else ()
    return (
        page,
        statement_of(figure),
        *printed,
        now[0] if len(now) == 1 else "",
        figure.is_of_province,
        " ".join(figure.notes),
    )


def statement_of(figure: Figure) -> str:
    """Return a digest (hex) of what a figure states: the same on every page that states it."""
    amount = figure.amount or figure.value  # 405 nghìn tỷ is 405.000 tỷ
    stated = "\0".join([amount, *(getattr(figure, name) for name in _STATED)])
    return hashlib.sha256(stated.encode("utf-8")).hexdigest()[:16]
