"""Brings entities.db in step with an index: documents whose fingerprint has changed are read, the others are not."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

from search import database_checksum as checksum
from search.document import Document
from search.engines.ports import Engine
from search.entities.mentions import Mention, entities_from, mentions_of
from search.entities.schema import FILE, NAMES, TABLES, VERSION
from search.errors import IndexUnavailable

READ_ALL_FROM = 500  # changed documents; beyond, reading all in a row is quicker than asking for each


def update(data_dir: Path, engine: Engine, key_of: Callable[[str], str]) -> int:
    """Bring the file in step; return how many documents were read. key_of: id → key of a document.

    What a run changes counts when it ends; readers are never blocked. Raises IndexMissing where there is no index,
    IndexUnavailable where a newer version of this program has written the file, which is left alone.
    """
    path = Path(data_dir) / FILE
    with closing(_open(path)) as database:
        known = dict(database.execute("SELECT id, fingerprint FROM documents").fetchall())
        now = engine.versions()
        changed = {one for one, fingerprint in now.items() if known.get(one) != fingerprint}
        gone = [one for one in known if one not in now]
        if not changed and not gone:
            _seal(database, path)
            return 0
        touched: set[tuple[str, str, str]] = set()
        for identifier in (*gone, *(changed & known.keys())):
            touched |= _forget(database, identifier)
        for document in _documents(engine, changed, key_of):
            touched |= _put(database, document, now[document.id])
        _count_anew(database, touched)
        checksum.forget(path)
        database.commit()
        _seal(database, path)
        return len(changed)


def _seal(database: sqlite3.Connection, path: Path) -> None:
    if not database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:  # else somebody is reading
        checksum.write(path)


def _documents(engine: Engine, wanted: set[str], key_of: Callable[[str], str]) -> Iterator[Document]:
    if len(wanted) >= READ_ALL_FROM:
        yield from (document for document in engine.documents() if document.id in wanted)
        return
    for identifier in wanted:
        if (document := engine.get(key_of(identifier))) is not None:
            yield document


def _put(database: sqlite3.Connection, document: Document, fingerprint: str) -> set[tuple[str, str, str]]:
    cursor = database.execute(
        "INSERT OR REPLACE INTO documents (id, fingerprint) VALUES (?, ?)", (document.id, fingerprint)
    )
    mentions = list(mentions_of(document))
    rows = [(cursor.lastrowid, *mention) for mention in mentions]
    database.executemany("INSERT INTO mentions VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    return {mention[:3] for mention in mentions}


def _forget(database: sqlite3.Connection, identifier: str) -> set[tuple[str, str, str]]:
    """Take out what a document names; return the entities (kind, key, province)."""
    (number,) = database.execute("SELECT number FROM documents WHERE id = ?", (identifier,)).fetchone()
    touched = database.execute("SELECT kind, key, province FROM mentions WHERE document = ?", (number,)).fetchall()
    database.execute("DELETE FROM mentions WHERE document = ?", (number,))
    database.execute("DELETE FROM documents WHERE number = ?", (number,))
    return set(touched)


def _count_anew(database: sqlite3.Connection, touched: Iterable[tuple[str, str, str]]) -> None:
    for entity in touched:
        database.execute("DELETE FROM entities WHERE kind = ? AND key = ? AND province = ?", entity)
        rows = database.execute(
            "SELECT kind, key, province, name, detail, day FROM mentions "
            "WHERE kind = ? AND key = ? AND province = ? ORDER BY rowid",
            entity,
        )
        made = entities_from(map(Mention._make, rows))
        database.executemany(f"INSERT OR REPLACE INTO entities VALUES ({', '.join('?' * 12)})", made)


def _open(path: Path) -> sqlite3.Connection:
    try:
        if checksum.is_damaged(path):
            raise sqlite3.DatabaseError("it is not what the last run left")
        return _prepared(path)
    except sqlite3.DatabaseError as error:  # damaged: it is derived, and made anew
        if isinstance(error, sqlite3.OperationalError):  # the disk, a lock: the file may be whole
            raise
        checksum.remove(path)
        return _prepared(path)


def _prepared(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=30)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            database.close()
            raise IndexUnavailable(
                f"{path} was written by a newer version of this program (its tables have version {version}, known is"
                f" {VERSION}): install that version again, or remove the file, which is then made anew"
            )
        if version != VERSION:
            for name in NAMES:
                database.execute(f"DROP TABLE IF EXISTS {name}")
            database.executescript(TABLES)
            database.execute(f"PRAGMA user_version = {VERSION}")
            database.commit()
        database.execute("SELECT count(*) FROM documents").fetchone()
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database
