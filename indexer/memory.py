"""What earlier runs made of each article, so that only what is new, changed, or read by new rules is interpreted again.

It is a convenience and never the truth: without interpreted.db, or with a damaged one, everything is read anew.
"""

import hashlib
import json
import sqlite3
from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from indexer.duplicates import Print
from indexer.linking import Sighting

FILE = "interpreted.db"
ROOT = Path(__file__).parents[1]
RULES = (
    *("indexer/*.py", "indexer/*.csv", "indexer/*.tsv", "indexer/*.txt"),
    *("search/document.py", "search/orthography.py", "search/places.py", "search/province*.csv", "search/text.py"),
)

_TABLE = """
CREATE TABLE IF NOT EXISTS made (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, rules TEXT NOT NULL, rejected TEXT NOT NULL,
    sighting TEXT NOT NULL, print TEXT NOT NULL, sketch BLOB NOT NULL,
    meeting TEXT NOT NULL, copies TEXT NOT NULL, fingerprint TEXT NOT NULL
) WITHOUT ROWID
"""
_COLUMNS = "id, digest, rejected, sighting, print, sketch, meeting, copies, fingerprint"
_TABLE_VERSION = 3  # raised with each change of the table; one of another version is thrown away


@dataclass(frozen=True, slots=True)
class Made:
    """What an article (of this digest) gave: the reason of a reject, or a document.

    sighting, print: what it says about its meeting, and how its text looks.
    meeting, copies, fingerprint: of the document as it was last indexed.
    """

    id: str
    digest: str
    rejected: str = ""
    sighting: Sighting | None = None
    print: Print | None = None
    meeting: str = ""
    copies: tuple[tuple[str, str], ...] = ()
    fingerprint: str = ""


@cache
def rules() -> str:
    """Return a digest (hex) of everything that decides what a page means: the code and the data of the rules."""
    digest = hashlib.sha256()
    for pattern in RULES:
        for file in sorted(ROOT.glob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:32]


class Memory:
    """The file interpreted.db of a data directory. One run uses it at a time (build.py holds the lock)."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE
        try:
            self._db = self._open()
        except sqlite3.DatabaseError:
            self._path.unlink()
            self._db = self._open()

    def __enter__(self) -> "Memory":
        return self

    def __exit__(self, *error: object) -> None:
        self._db.close()

    def made(self) -> Iterator[Made]:
        """Yield what was made by the present rules, ordered by id; nothing where the file turns out to be damaged."""
        with suppress(sqlite3.DatabaseError, ValueError, TypeError):
            rows = self._db.execute(f"SELECT {_COLUMNS} FROM made WHERE rules = ? ORDER BY id", (rules(),))
            for identifier, digest, rejected, sighting, look, sketch, meeting, copies, fingerprint in rows:
                yield Made(
                    identifier,
                    digest,
                    rejected,
                    Sighting(**json.loads(sighting)) if sighting else None,
                    Print(**json.loads(look), sketch=sketch) if look else None,
                    meeting,
                    tuple((key, source) for key, source in json.loads(copies)),
                    fingerprint,
                )

    def keep(self, made: Made) -> None:
        """Note what this run made; it counts from commit on."""
        look = {name: getattr(made.print, name) for name in ("key", "source", "published")} if made.print else None
        said = _packed(asdict(made.sighting) if made.sighting else None)
        row = (
            *(made.id, made.digest, made.rejected, said, _packed(look)),
            *(made.print.sketch if made.print else b"", made.meeting, json.dumps(made.copies), made.fingerprint),
        )
        self._db.execute(
            f"INSERT OR REPLACE INTO made ({_COLUMNS}, rules) VALUES ({'?, ' * len(row)}?)", (*row, rules())
        )

    def commit(self, present: Container[str]) -> None:
        """Keep for good what this run made, and forget what is not in `present`, the ids in the archive."""
        identifiers = [identifier for (identifier,) in self._db.execute("SELECT id FROM made")]
        gone = [(identifier,) for identifier in identifiers if identifier not in present]
        self._db.executemany("DELETE FROM made WHERE id = ?", gone)
        self._db.commit()

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path)
        if database.execute("PRAGMA user_version").fetchone()[0] != _TABLE_VERSION:
            database.execute("DROP TABLE IF EXISTS made")
            database.execute(f"PRAGMA user_version = {_TABLE_VERSION}")
        database.execute(_TABLE)
        return database


def _packed(values: dict[str, object] | None) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""
