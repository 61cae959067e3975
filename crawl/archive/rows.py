"""The part of the archive that gives its rows as they are, and takes them back: for export, import and proof."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from crawl.archive.database import Store

# What stands in a table that is handed out; an article that is withheld, or not shown in full, is in none of them.
_SHOWN = {
    "sources": "SELECT * FROM sources ORDER BY slug",
    "captures": "SELECT * FROM captures ORDER BY id",
    "articles": "SELECT a.* FROM articles a JOIN handed_out h ON h.key = a.key ORDER BY a.id",
    "versions": "SELECT v.* FROM versions v JOIN handed_out a ON a.key = v.key ORDER BY v.rowid",
    "addresses": "SELECT d.* FROM addresses d JOIN handed_out a ON a.id = d.id ORDER BY d.number",
    "misses": "SELECT m.* FROM misses m JOIN handed_out a ON a.key = m.key ORDER BY 1, 2",
}


class RowStore(Store):
    """Whole tables, row by row."""

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read within is of one moment."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("COMMIT")

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table that may be handed out, in the order in which they came."""
        for row in self._db.execute(_SHOWN[table]):
            yield dict(row)

    def insert_rows(self, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, int]:
        """Insert rows as `rows` gave them, all or none; return how many by table. Columns that lack have their default.

        Raises KeyError for a table or a column that there is not.
        """
        with self._writing():
            for table, rows in tables.items():
                known = {column["name"] for column in self._db.execute(f"PRAGMA table_info({table})")}
                for row in rows:
                    if table not in _SHOWN or not row.keys() <= known:
                        raise KeyError(f"{table}: {sorted(row.keys() - known)}")
                    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
                    self._db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", dict(row))
        return {table: len(rows) for table, rows in tables.items()}

    def logged_captures(self, after: int) -> Iterator[dict[str, Any]]:
        """Yield the captures beyond a number, withheld ones among them, in the order in which they came."""
        yield from map(dict, self._db.execute("SELECT * FROM captures WHERE id > ? ORDER BY id", (after,)))

    def logged_versions(self, after: int) -> Iterator[dict[str, Any]]:
        """Yield the versions beyond a row number, withheld ones too; `number` is the row's, `id` the article's."""
        sql = (
            "SELECT v.rowid AS number, a.id, v.* FROM versions v JOIN articles a ON a.key = v.key"
            " WHERE v.rowid > ? ORDER BY v.rowid"
        )
        yield from map(dict, self._db.execute(sql, (after,)))

    def corrected_versions(self, after: int) -> Iterator[dict[str, Any]]:
        """Yield the versions that were read anew from the same bytes, as they are now; `correction` numbers them."""
        sql = (
            "SELECT max(c.number) AS correction, v.* FROM corrections c"
            " JOIN versions v ON v.key = c.key AND v.version = c.version"
            " WHERE c.number > ? GROUP BY c.key, c.version ORDER BY correction"
        )
        yield from map(dict, self._db.execute(sql, (after,)))

    def changes_since(self, number: int, most: int) -> list[dict[str, Any]]:
        """Return the articles that came, changed or went after a number, each once, in the order of their last change.

        Each with number and mark of that change, and whether it is gone or withheld.
        """
        rows = self._db.execute(
            "SELECT last.number, c.mark, a.key, a.id, a.gone, a.withheld FROM"
            " (SELECT id, max(number) AS number FROM changes WHERE number > ? AND id <> '' GROUP BY id) AS last"
            " JOIN changes c ON c.number = last.number JOIN articles a ON a.id = last.id ORDER BY last.number LIMIT ?",
            (number, most),
        )
        return [dict(row) for row in rows]

    def has_change(self, number: int, mark: str) -> bool:
        """Tell whether this archive once was in the state that a change left it in."""
        found = self._db.execute("SELECT 1 FROM changes WHERE number = ? AND CAST(mark AS TEXT) = ?", (number, mark))
        return found.fetchone() is not None

    def change_before(self, moment: str) -> int:
        """Return a number after which come the changes of all articles with a version from that moment on."""
        row = self._db.execute(
            "SELECT min(number) FROM (SELECT max(c.number) AS number FROM versions v JOIN articles a ON a.key = v.key"
            " JOIN changes c ON c.id = a.id WHERE v.fetched_at >= ? GROUP BY a.id)",
            (moment,),
        ).fetchone()
        newest = self._db.execute("SELECT max(number) FROM changes").fetchone()[0]
        return int(row[0]) - 1 if row[0] is not None else int(newest)

    def tombstones(self) -> list[tuple[str, str, str, str]]:
        """Return (key, reason, since, until) of the articles that are withheld; nothing else here knows of them."""
        rows = self._db.execute("SELECT key, reason, since, until FROM withheld ORDER BY since, key")
        return [(row["key"], row["reason"], row["since"], row["until"]) for row in rows]

    def permits(self) -> list[tuple[str, str]]:
        """Return (source, how much may be shown); the source "" is all others."""
        return [tuple(row) for row in self._db.execute("SELECT source, shown FROM permits ORDER BY source")]
