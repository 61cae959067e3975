"""The part of the archive that remembers crawls: runs, and what readers need to know about sources."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from crawl.store import Store, now


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """What readers of the archive may know about a source without reading the registry."""

    slug: str
    name: str
    province: str
    kind: str


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl of one source. finished_at is "" while it runs or where its process died (error "interrupted")."""

    id: int
    source: str
    started_at: str
    finished_at: str
    fetched: int
    new: int
    changed: int
    unchanged: int
    not_modified: int
    failed: int
    error: str


class RunStore(Store):
    """Runs and sources."""

    def start_run(self, source: str) -> int:
        """Note that a crawl of a source begins; return the number of the run."""
        with self._writing():
            cursor = self._db.execute("INSERT INTO runs (source, started_at) VALUES (?, ?)", (source, now()))
            return int(cursor.lastrowid or 0)

    def finish_run(
        self,
        run: int,
        *,
        fetched: int = 0,
        new: int = 0,
        changed: int = 0,
        unchanged: int = 0,
        not_modified: int = 0,
        failed: int = 0,
        error: str = "",
    ) -> None:
        """Note how a crawl ended. error: what went wrong in plain words, "" where it went well."""
        with self._writing():
            self._db.execute(
                "UPDATE runs SET finished_at = ?, fetched = ?, new = ?, changed = ?, unchanged = ?, not_modified = ?,"
                " failed = ?, error = ? WHERE id = ?",
                (now(), fetched, new, changed, unchanged, not_modified, failed, error, run),
            )

    def runs(self, source: str, limit: int = 50) -> list[Run]:
        """Return the latest runs of a source, newest first."""
        rows = self._db.execute("SELECT * FROM runs WHERE source = ? ORDER BY id DESC LIMIT ?", (source, limit))
        return [Run(**(dict(row) | {"finished_at": row["finished_at"] or ""})) for row in rows]

    def save_sources(self, sources: Iterable[SourceRecord]) -> None:
        """Keep what readers need to know about sources; those of earlier registries stay."""
        with self._writing():
            self._db.executemany("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?)", map(astuple, sources))

    def sources(self) -> list[SourceRecord]:
        """Return the sources that were ever crawled or imported, ordered by slug."""
        rows = self._db.execute("SELECT slug, name, province, kind FROM sources ORDER BY slug")
        return [SourceRecord(*row) for row in rows]
