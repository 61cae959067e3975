"""The part of the archive that knows where articles went whose address was changed; they keep their id and key."""

import sqlite3

from crawl.archive.database import Store


class AddressStore(Store):
    """The addresses that articles moved to. An address is the canonical URL that a page there would have as its id."""

    def note_address(self, article_id: str, address: str) -> None:
        """Note that an article stands at another address from now on."""
        with self._writing():
            self._journal("moved", {"id": article_id, "address": address}, address)
            self._db.execute(
                "INSERT OR REPLACE INTO addresses (number, address, id)"
                " SELECT coalesce(max(number), 0) + 1, ?, ? FROM addresses",
                (address, article_id),
            )

    def article_at(self, address: str) -> str:
        """Return the id of the article that stands, or stood, at an address: that address where none moved there."""
        row = self._db.execute("SELECT id FROM addresses WHERE address = ?", (address,)).fetchone()
        return row["id"] if row else address

    def address_of(self, article_id: str) -> str:
        """Return where an article stands: its id where it never moved."""
        row = self._db.execute(
            "SELECT address FROM addresses WHERE id = ? ORDER BY number DESC LIMIT 1", (article_id,)
        ).fetchone()
        return row["address"] if row else article_id

    def earlier_addresses(self, article_id: str) -> list[str]:
        """Return where an article stood before it came to where it stands, the latest first, its id at last."""
        rows = self._db.execute("SELECT address FROM addresses WHERE id = ? ORDER BY number DESC", (article_id,))
        known = [*(row["address"] for row in rows), article_id]  # the first is where it stands
        return [address for address in dict.fromkeys(known) if address != known[0]]

    def moved_counts(self) -> dict[str, int]:
        """Return by source how many articles stand at another address than at first."""
        rows = self._db.execute(
            "SELECT a.source, count(*) FROM addresses d JOIN articles a ON a.id = d.id WHERE d.address <> a.id"
            " AND d.number = (SELECT max(number) FROM addresses WHERE id = a.id) GROUP BY a.source"
        )
        return {row[0]: int(row[1]) for row in rows}

    def titled(self, source: str, title: str, most: int) -> list[tuple[str, str]]:
        """Return (id, article as JSON) of at most so many articles of a source with a title, withheld ones too."""
        rows: list[sqlite3.Row] = self._db.execute(
            "SELECT a.id, v.article FROM versions v JOIN articles a ON a.key = v.key AND a.version = v.version"
            " WHERE CASE WHEN json_valid(v.article) THEN json_extract(v.article, '$.title') END = ? AND a.source = ?"
            " ORDER BY a.id LIMIT ?",
            (title, source, most),
        ).fetchall()
        return [(row["id"], row["article"]) for row in rows]
