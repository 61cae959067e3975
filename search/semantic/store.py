"""Vectors of passages on disk: one SQLite file for each encoder, in the data directory below `vectors`.

A document's rows are replaced in one transaction, so that a killed process leaves whole documents. Vectors are bytes:
each number of a vector in steps of a 127th of its greatest one, which is kept beside it.
"""

import hashlib
import logging
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import monotonic

import numpy as np

from search import database_checksum as checksum
from search.document import Document
from search.semantic.passages import Passage

FOLDER = "vectors"
VERSION = 2
STEPS = 127  # of the greatest number of a vector, either way from 0
LOOK_SECONDS = 60.0  # a reader takes up what was added since
ROWS_AT_ONCE = 4096

log = logging.getLogger(__name__)

SCHEMA = """
CREATE TABLE IF NOT EXISTS about (
    name TEXT NOT NULL, dimension INTEGER NOT NULL, setting TEXT NOT NULL, model TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS document (
    id TEXT PRIMARY KEY, key TEXT NOT NULL, digest BLOB NOT NULL, is_whole INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passage (
    document TEXT NOT NULL, number INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    step REAL NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (document, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS phrase (text TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID;
"""


def digest(document: Document) -> bytes:
    """Return what names the words of a document, 16 bytes."""
    return hashlib.blake2b(
        f"{document.title}\0{document.text}".encode("utf-8", "surrogatepass"), digest_size=16
    ).digest()


def in_steps(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors (n, dimension) as int8, and what one step of each is worth (n)."""
    steps = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / STEPS
    return np.rint(vectors / steps[:, None]).astype(np.int8), steps.astype(np.float32)


def store_path(data_dir: Path, encoder: str) -> Path:
    return data_dir / FOLDER / (re.sub(r"[^\w.-]+", "-", encoder) + ".db")


@dataclass(frozen=True, slots=True)
class Vectors:
    """Passages in memory, those of a document one after the other.

    ids, keys: of the documents (Document.id, Document.key); digests: of their words. numbers: id → index in these.
    starts: int32 (documents + 1), the first row of each, and at the end how many rows there are.
    rows: int8 (n, dimension); steps: float32 (n), what 1 in a row is worth.
    spans: int32 (n, 2), start and end in the text. owners: int32 (n), the number of the row's document.
    phrases: of the archive, with their vectors (float32); phrase_rows: one row each.
    """

    ids: list[str]
    keys: list[str]
    digests: list[bytes]
    numbers: dict[str, int]
    starts: np.ndarray
    rows: np.ndarray
    steps: np.ndarray
    spans: np.ndarray
    owners: np.ndarray
    phrases: list[str]
    phrase_rows: np.ndarray

    def span(self, identifier: str) -> tuple[int, int]:
        """Return the first row of a document and the one after its last; the same twice where it has none."""
        number = self.numbers.get(identifier)
        return (0, 0) if number is None else (int(self.starts[number]), int(self.starts[number + 1]))

    def key(self, identifier: str) -> str:
        return self.keys[self.numbers[identifier]]

    def are_of(self, document: Document) -> bool:
        """Tell whether there are passages of a document, with the words that it has now."""
        number = self.numbers.get(document.id)
        return number is not None and self.digests[number] == digest(document)


class VectorStore:
    """One process writes, any number of threads and processes read. Raises sqlite3.DatabaseError for a damaged file.

    A checksum lies beside the file between two runs.
    """

    def __init__(self, path: Path, name: str, dimension: int) -> None:
        self.path, self.name, self.dimension = path, name, dimension
        self._loaded: tuple[int, float, Vectors] | None = None
        self._loading = Lock()
        self._judged: tuple[int | None, bool] = None, False  # state of the file, and whether it is damaged then

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=30.0, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()

    def create(self, setting: str = "", model: str = "") -> None:
        """Make the file, or empty one of another layout; a damaged one is made anew.

        setting, model: how the encoder is opened, so that its vectors serve while another reads.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if checksum.is_damaged(self.path):
            log.warning("%s is damaged: all is read by meaning anew", self.path)
            checksum.remove(self.path)
        with self._opened() as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            about = self.name, self.dimension, setting, model
            if version == VERSION and db.execute("SELECT * FROM about").fetchall() == [about]:
                return  # nothing is written, so what was noted of the file stays true
            checksum.forget(self.path)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("BEGIN IMMEDIATE")
            for table in ("about", *(("document", "passage", "phrase") if version != VERSION else ())):
                db.execute(f"DROP TABLE IF EXISTS {table}")
            for statement in SCHEMA.split(";"):
                db.execute(statement)
            db.execute("INSERT INTO about VALUES (?, ?, ?, ?)", about)
            db.execute(f"PRAGMA user_version = {VERSION}")
            db.execute("COMMIT")

    def seal(self) -> None:
        """Note what the file holds, at the end of a run."""
        with self._opened() as db:
            if not db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:  # else somebody is reading
                checksum.write(self.path)

    def known(self) -> dict[str, tuple[bytes, bool]]:
        """Return id → digest of the words that were encoded, and whether all passages were."""
        if not self.path.exists():
            return {}
        with self._opened() as db:
            rows = db.execute("SELECT id, digest, is_whole FROM document")
            return {identifier: (words, bool(whole)) for identifier, words, whole in rows}

    def counts(self) -> tuple[int, int]:
        """Return how many documents have the vector of their lead, and how many have all."""
        if not self.path.exists():
            return 0, 0
        with self._opened() as db:
            leads, whole = db.execute("SELECT count(*), ifnull(sum(is_whole), 0) FROM document").fetchone()
        return leads, whole

    def put(self, document: Document, passages: Sequence[Passage], vectors: np.ndarray, *, is_whole: bool) -> None:
        """Add passages of a document with their vectors (float32, one each); those of other words go."""
        rows, steps = in_steps(vectors) if len(passages) else (vectors, vectors)
        checksum.forget(self.path)
        with self._opened() as db:
            db.execute("BEGIN IMMEDIATE")
            words = digest(document)
            known = db.execute("SELECT digest FROM document WHERE id = ?", (document.id,)).fetchone()
            if known is not None and known[0] != words:
                db.execute("DELETE FROM passage WHERE document = ?", (document.id,))
            db.executemany(
                "INSERT OR REPLACE INTO passage VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (document.id, *passage, float(step), row.tobytes())
                    for passage, row, step in zip(passages, rows, steps, strict=True)
                ],
            )
            db.execute(
                "INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?)", (document.id, document.key, words, is_whole)
            )
            db.execute("COMMIT")

    def phrases(self) -> set[str]:
        """Return the phrases that have a vector."""
        with self._opened() as db:
            return {text for (text,) in db.execute("SELECT text FROM phrase")}

    def put_phrases(self, wanted: Iterable[str], vectors: Mapping[str, np.ndarray]) -> None:
        """Keep the vectors of wanted phrases alone, and add some (float32)."""
        wanted = set(wanted)
        checksum.forget(self.path)
        with self._opened() as db:
            db.execute("BEGIN IMMEDIATE")
            known = [text for (text,) in db.execute("SELECT text FROM phrase")]
            db.executemany("DELETE FROM phrase WHERE text = ?", [(text,) for text in known if text not in wanted])
            rows = [(text, vector.astype(np.float32).tobytes()) for text, vector in vectors.items()]
            db.executemany("INSERT OR REPLACE INTO phrase VALUES (?, ?)", rows)
            db.execute("COMMIT")

    def drop(self, ids: Iterable[str]) -> None:
        """Forget documents."""
        checksum.forget(self.path)
        with self._opened() as db:
            db.execute("BEGIN IMMEDIATE")
            for identifier in ids:
                db.execute("DELETE FROM passage WHERE document = ?", (identifier,))
                db.execute("DELETE FROM document WHERE id = ?", (identifier,))
            db.execute("COMMIT")

    @property
    def loaded_state(self) -> int | None:
        """Return what differs with the vectors that this process reads from; None before it has read any."""
        return self._loaded[0] if self._loaded is not None else None

    def vectors(self) -> Vectors | None:
        """Return all vectors, at most LOOK_SECONDS old; None where there are none.

        One thread reads what is new, the others go on with what was there.
        """
        loaded = self._loaded
        is_due = loaded is None or monotonic() - loaded[1] >= LOOK_SECONDS
        if is_due and self._loading.acquire(blocking=loaded is None):
            try:
                loaded = self._load()
            finally:
                self._loading.release()
        return loaded[2] if loaded is not None and len(loaded[2].rows) else None

    def _load(self) -> tuple[int, float, Vectors] | None:
        loaded = self._loaded
        now = monotonic()
        if (loaded is not None and now - loaded[1] < LOOK_SECONDS) or not self.path.exists():
            return loaded
        with self._opened() as db:
            db.execute("BEGIN")
            state = self._state(db)
            if loaded is None or loaded[0] != state:
                self._compare(state)
                self._loaded = state, now, _read(db, self.dimension)
            else:
                self._loaded = state, now, loaded[2]
        return self._loaded

    def _compare(self, state: int) -> None:
        """Raise sqlite3.DatabaseError where the file in this state is not what was noted; it is read once to tell."""
        if self._judged[0] != state:
            self._judged = state, checksum.is_damaged(self.path)
        if self._judged[1]:
            raise sqlite3.DatabaseError(f'{self.path} is damaged: "hoinghi embed" makes it anew')

    def _state(self, db: sqlite3.Connection) -> int:
        wal = self.path.with_name(self.path.name + "-wal")
        times = [file.stat().st_mtime_ns for file in (self.path, wal) if file.exists()]
        return hash((tuple(times), db.execute("SELECT count(*) FROM document").fetchone()[0]))


def _read(db: sqlite3.Connection, dimension: int) -> Vectors:
    count = db.execute("SELECT count(*) FROM passage").fetchone()[0]
    rows, steps = np.empty((count, dimension), dtype=np.int8), np.empty(count, dtype=np.float32)
    spans = np.empty((count, 2), dtype=np.int32)
    owners = np.empty(count, dtype=np.int32)
    ids: list[str] = []
    keys: list[str] = []
    digests: list[bytes] = []
    starts: list[int] = []
    at = 0
    cursor = db.execute(
        'SELECT document, start, "end", step, vector, key, digest FROM passage JOIN document ON document.id = document'
        " ORDER BY document, number"
    )
    while some := cursor.fetchmany(ROWS_AT_ONCE):
        vectors = np.frombuffer(b"".join(row[4] for row in some), dtype=np.int8).reshape(len(some), dimension)
        rows[at : at + len(some)] = vectors
        for number, (document, start, end, step, _, key, words) in enumerate(some, at):
            if not ids or ids[-1] != document:
                ids.append(document)
                keys.append(key)
                digests.append(words)
                starts.append(number)
            steps[number], spans[number], owners[number] = step, (start, end), len(ids) - 1
        at += len(some)
    numbers = {document: number for number, document in enumerate(ids)}
    bounds = np.array([*starts, at], dtype=np.int32)
    phrases = db.execute("SELECT text, vector FROM phrase ORDER BY text").fetchall()
    phrase_rows = np.frombuffer(b"".join(vector for _, vector in phrases), dtype=np.float32).reshape(-1, dimension)
    texts = [text for text, _ in phrases]
    return Vectors(ids, keys, digests, numbers, bounds, rows, steps, spans, owners, texts, phrase_rows)
