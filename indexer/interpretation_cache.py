"""What earlier runs made of each article, so that only what is new, changed, or read by new rules is interpreted again.

It is a convenience and never the truth: without interpreted.db, or with a damaged one, everything is read anew. SQLite
has no checksums, so that of the whole file stands beside it: what a run left is what the next one reads.
"""

import ast
import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from isal.isal_zlib import crc32

from crawl.archive.migration import check_version
from indexer.duplicates import Print, bands_of, sketches_of
from indexer.meeting_clusters import Sighting
from search.errors import IndexUnavailable

FILE, CHECKSUM = "interpreted.db", "interpreted.crc"
ROOT = Path(__file__).parents[1]
# What decides what a page means; what only carries documents (build, spool, progress) does not.
RULES = (
    *(f"indexer/{name}.py" for name in ("interpret", "page", "reading", "sketch", "signals", "literals", "letters")),
    *(
        "indexer/duplicates.py",
        "indexer/meeting_clusters.py",
        "indexer/meeting_days.py",
        "indexer/rules/*",
        "indexer/figures/*",
    ),
    *("search/document.py", "search/domain/*", "search/text/orthography.py", "search/text/normalization.py"),
    "search/text/document_kinds.*",
)

_TABLES = """
CREATE TABLE made (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, rejected TEXT NOT NULL,
    sighting TEXT NOT NULL, party TEXT NOT NULL, print TEXT NOT NULL, sketch BLOB NOT NULL,
    meeting TEXT NOT NULL, copies TEXT NOT NULL, fingerprint TEXT NOT NULL, held TEXT NOT NULL
);
CREATE INDEX made_by_party ON made (party);
CREATE INDEX made_rejected ON made (rejected) WHERE rejected <> '';
CREATE TABLE bands (band INTEGER, number INTEGER, PRIMARY KEY (band, number)) WITHOUT ROWID;
CREATE TABLE last (sources TEXT NOT NULL, rules TEXT NOT NULL, archive TEXT NOT NULL, engine TEXT NOT NULL);
"""
_NAMES = ("made", "bands", "last")
_COLUMNS = "id, digest, rejected, sighting, party, print, sketch, meeting, copies, fingerprint, held"
_TABLE_VERSION = 6  # raised with each change of the tables; those of another version are thrown away
_FLUSH = 4096  # prints whose bands are entered at once, in their order, which is quick
_AT_ONCE = 500  # values in one question; SQLite allows 32,766


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What an article (of this digest) gave: the reason of a reject, or a document.

    sighting, print: what it says about its meeting, and how its text looks.
    meeting, copies, fingerprint: of the document as it was last indexed. held: what others told of its day.
    """

    id: str
    digest: str
    rejected: str = ""
    sighting: Sighting | None = None
    print: Print | None = None
    meeting: str = ""
    copies: tuple[tuple[str, str], ...] = ()
    fingerprint: str = ""
    held: str = ""


@cache
def rules() -> str:
    """Return the version of the rules (hex): it changes with their code and data, not with a comment or docstring."""
    return _digest((name, _code(content) if name.endswith(".py") else content) for name, content in _files())


@cache
def sources() -> str:
    """Return the digest (hex) of the files of the rules as they are, which takes a hundredth of the time of rules()."""
    return _digest(_files())


def _files() -> Iterator[tuple[str, bytes]]:
    for pattern in RULES:
        for file in sorted(path for path in ROOT.glob(pattern) if path.is_file()):
            yield file.name, file.read_bytes()


def _digest(files: Iterable[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for name, content in files:
        digest.update(b"%b\0%b\0" % (name.encode(), content))
    return digest.hexdigest()[:32]


def _code(source: bytes) -> bytes:
    """Return Python source without comments, docstrings and layout."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node, clean=False):
            node.body = node.body[1:]
    return ast.dump(tree).encode()


class InterpretationCache:
    """The file interpreted.db of a data directory. One run uses it at a time (build.py holds the lock).

    It knows what was made by the present rules alone. What a run does to it counts from commit on.
    """

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE
        self._unbanded: list[tuple[int, Print]] = []
        self._rules = ""
        try:
            self._db = self._open()
        except sqlite3.DatabaseError:
            self._remove()
            self._db = self._open()

    def __enter__(self) -> "InterpretationCache":
        return self

    def __exit__(self, *error: object) -> None:
        self._db.close()

    def is_sound(self) -> bool:
        with suppress(sqlite3.DatabaseError):
            return bool(self._db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
        return False

    def start_anew(self) -> None:
        """Throw the file away."""
        self._unbanded.clear()
        self._db.close()
        self._remove()
        self._db = self._open()

    def state(self) -> tuple[str, str]:
        """Return in which state the archive and the index were when the last run ended; "" where that is not known."""
        archive, engine = self._db.execute("SELECT archive, engine FROM last").fetchone() or ("", "")
        return archive, engine

    def made(self) -> Iterator[Interpretation]:
        """Yield all, ordered by id; nothing more where the file turns out to be damaged."""
        with suppress(sqlite3.DatabaseError, ValueError, TypeError):
            for row in self._db.execute(f"SELECT {_COLUMNS} FROM made ORDER BY id"):
                yield _made(row)

    def of(self, ids: Iterable[str]) -> Iterator[Interpretation]:
        """Yield what was made of some articles, as far as they are known."""
        for row in self._where_in("made", _COLUMNS, "id", ids):
            yield _made(row)

    def sightings(self, groups: Iterable[str]) -> Iterator[tuple[Sighting, str, str]]:
        """Yield every sighting of some groups, its meeting as it was indexed, and the day that others told."""
        for said, meeting, held in self._where_in("made", "sighting, meeting, held", "party", groups):
            yield Sighting(**json.loads(said)), meeting, held

    def prints_near(self, prints: Collection[Print]) -> dict[str, Print]:
        """Return id → print of all that have a band in common with one of prints, and so may be alike it."""
        self._enter_bands()
        bands = set(bands_of(sketches_of(list(prints))).view("int64").ravel().tolist())
        numbers = {number for (number,) in self._where_in("bands", "number", "band", bands)}
        rows = self._where_in("made", "id, print, sketch", "number", numbers)
        return {identifier: Print(**json.loads(look), sketch=sketch) for identifier, look, sketch in rows}

    def count(self) -> int:
        """Return how many articles gave a document."""
        every, rejected = self._db.execute(
            "SELECT (SELECT count(*) FROM made), (SELECT count(*) FROM made WHERE rejected <> '')"
        ).fetchone()
        return int(every - rejected)

    def rejected(self) -> dict[str, int]:
        """Return reason → how many articles gave no document."""
        return dict(self._db.execute("SELECT rejected, count(*) FROM made WHERE rejected <> '' GROUP BY rejected"))

    def keep(self, made: Interpretation) -> None:
        """Note what this run made."""
        look = {name: getattr(made.print, name) for name in ("key", "source", "published")} if made.print else None
        sighting, sketch = made.sighting, made.print.sketch if made.print else b""
        row = (
            *(made.id, made.digest, made.rejected, _packed(asdict(sighting) if sighting else None)),
            *(sighting.group if sighting else "", _packed(look), sketch),
            *(made.meeting, json.dumps(made.copies), made.fingerprint, made.held),
        )
        insert = f"INSERT INTO made ({_COLUMNS}) VALUES ({', '.join('?' * len(row))})"
        try:
            entered = self._db.execute(insert, row)
        except sqlite3.IntegrityError:
            self.forget((made.id,))
            entered = self._db.execute(insert, row)
        if made.print:
            self._unbanded.append((int(entered.lastrowid or 0), made.print))
            if len(self._unbanded) >= _FLUSH:
                self._enter_bands()

    def forget(self, ids: Iterable[str]) -> None:
        """Take out what was made of some articles."""
        for identifier in ids:
            row = self._db.execute("SELECT number, sketch FROM made WHERE id = ?", (identifier,)).fetchone()
            if row is None:
                continue
            number, sketch = row
            self._db.execute("DELETE FROM made WHERE number = ?", (number,))
            if sketch:
                self._enter_bands()
                bands = bands_of(sketches_of([Print("", "", "", sketch)])).view("int64").ravel().tolist()
                self._db.executemany(
                    "DELETE FROM bands WHERE band = ? AND number = ?", [(band, number) for band in bands]
                )

    def forget_all_but(self, present: Collection[str]) -> None:
        """Take out what is not in `present`, the ids in the archive."""
        identifiers = [identifier for (identifier,) in self._db.execute("SELECT id FROM made")]
        self.forget(identifier for identifier in identifiers if identifier not in present)

    def commit(self, archive: str, engine: str) -> None:
        """Keep for good what this run did. archive, engine: the states for which it holds."""
        self._enter_bands()
        self._db.execute("DELETE FROM last")
        self._db.execute("INSERT INTO last VALUES (?, ?, ?, ?)", (sources(), self._rules, archive, engine))
        self._db.commit()
        checksum = self._path.with_name(CHECKSUM)
        unfinished = checksum.with_suffix(".part")
        unfinished.write_text(_checksum(self._path), "ascii")
        unfinished.replace(checksum)

    def _enter_bands(self) -> None:
        if not self._unbanded:
            return
        bands = bands_of(sketches_of([look for _, look in self._unbanded])).view("int64").T.tolist()
        rows = [(band, number) for (number, _), own in zip(self._unbanded, bands, strict=True) for band in own]
        self._db.executemany("INSERT OR IGNORE INTO bands (band, number) VALUES (?, ?)", sorted(rows))
        self._unbanded.clear()

    def _where_in(self, table: str, columns: str, name: str, values: Iterable[str | int]) -> Iterator[Any]:
        wanted = list(set(values))
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            placeholders = ", ".join("?" * len(some))
            yield from self._db.execute(f"SELECT {columns} FROM {table} WHERE {name} IN ({placeholders})", some)

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path)
        # undoes what a killed run did; what a newer program made is not thrown away by an older one
        version = check_version(database, self._path, _TABLE_VERSION, IndexUnavailable, copies=False)
        if version != _TABLE_VERSION or not self._is_as_left():
            database.close()
            self._remove()
            database = sqlite3.connect(self._path)
            database.executescript(f"BEGIN; {_TABLES}; PRAGMA user_version = {_TABLE_VERSION}; COMMIT;")
        by_sources, by_rules = database.execute("SELECT sources, rules FROM last").fetchone() or ("", "")
        self._rules = self._rules or (by_rules if by_sources == sources() else rules())
        if by_rules != self._rules:
            for table in _NAMES:  # other rules made it; as all that a run does, this counts from commit on
                database.execute(f"DELETE FROM {table}")
        return database

    def _remove(self) -> None:
        """Remove the file and what a killed run would have undone in it."""
        for path in (self._path, self._path.with_name(f"{FILE}-journal"), self._path.with_name(CHECKSUM)):
            path.unlink(missing_ok=True)

    def _is_as_left(self) -> bool:
        """Tell whether the file is the one that the last run to its end left."""
        try:
            return self._path.with_name(CHECKSUM).read_text("ascii") == _checksum(self._path)
        except (OSError, UnicodeDecodeError):
            return False


def _checksum(path: Path) -> str:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            checksum = crc32(block, checksum)
    return f"{checksum:08x}"


def _made(row: tuple[Any, ...]) -> Interpretation:
    identifier, digest, rejected, sighting, _, look, sketch, meeting, copies, fingerprint, held = row
    return Interpretation(
        identifier,
        digest,
        rejected,
        Sighting(**json.loads(sighting)) if sighting else None,
        Print(**json.loads(look), sketch=sketch) if look else None,
        meeting,
        tuple((key, source) for key, source in json.loads(copies)),
        fingerprint,
        held,
    )


def _packed(values: dict[str, object] | None) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""
