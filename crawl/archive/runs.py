"""The part of the archive that remembers crawls: runs, and what readers need to know about sources."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from crawl.archive.database import INTERRUPTED, Store, now

END_OF_RUN = (
    "UPDATE runs SET finished_at = :finished_at, fetched = :fetched, new = :new, changed = :changed,"
    " unchanged = :unchanged, not_modified = :not_modified, failed = :failed, error = :error, not_before = :not_before,"
    " listed = :listed, not_followed = :not_followed WHERE id = :id"
)
NEW_ALARM = (
    "INSERT INTO alarms (source, url, kind, detail, raised_at) VALUES (:source, :url, :kind, :detail, :raised_at)"
)
SAVE_SOURCE = (
    "INSERT OR REPLACE INTO sources (slug, name, province, kind, sample, many_provinces)"
    " VALUES (:slug, :name, :province, :kind, :sample, :many_provinces)"
)


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """What readers of the archive may know about a source without reading the registry.

    sample: it was made up to show the program; its people and figures are invented.
    many_provinces: it reports on many provinces, whichever it belongs to.
    """

    slug: str
    name: str
    province: str
    kind: str
    sample: bool = False
    many_provinces: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl of one source. finished_at is "" while it runs or where its process died (error "interrupted").

    not_before: the server asked not to be visited before this moment, "" where it did not.
    listed: how many articles the list pages, feeds and sitemaps named, known or not; -1 where nobody counted.
    not_followed: links like pages of a list, and entries of lists, that led nowhere a crawl can go.
    """

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
    not_before: str = ""
    listed: int = -1
    not_followed: int = 0

    @property
    def seen(self) -> int:
        """Return how many articles the run met, whether or not it had to fetch them."""
        return self.new + self.changed + self.unchanged + self.not_modified

    @property
    def pages(self) -> int:
        """Return how many answers the run got, of whatever kind."""
        return self.fetched + self.not_modified + self.failed

    @property
    def interrupted(self) -> bool:
        """Tell whether the run was stopped or died, which says nothing about the source; or is still going on."""
        return not self.finished_at or self.error.startswith(INTERRUPTED)

    @property
    def succeeded(self) -> bool:
        """Tell whether the run ended well. One that found nothing ends with an error."""
        return bool(self.finished_at) and not self.error


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a person should look at: a page that turned into a bot challenge, a site taken over."""

    source: str
    url: str
    kind: str
    detail: str
    raised_at: str


class RunStore(Store):
    """Runs and sources."""

    def start_run(self, source: str) -> int:
        """Note that a crawl of a source begins; return the number of the run."""
        with self._writing():
            moment = now()
            cursor = self._db.execute("INSERT INTO runs (source, started_at) VALUES (?, ?)", (source, moment))
            run = int(cursor.lastrowid or 0)
            self._journal("run", {"id": run, "source": source, "started_at": moment})
            return run

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
        not_before: str = "",
        listed: int = -1,
        not_followed: int = 0,
    ) -> None:
        """Note how a crawl ended.

        error: what went wrong in plain words, "" where it went well. not_before: ISO 8601 in UTC, from Retry-After.
        listed: how many articles the list pages, feeds and sitemaps named, known or not; -1 if that was not counted.
        """
        ended = {
            "finished_at": now(),
            "fetched": fetched,
            "new": new,
            "changed": changed,
            "unchanged": unchanged,
            "not_modified": not_modified,
            "failed": failed,
            "error": error,
            "not_before": not_before,
            "listed": listed,
            "not_followed": not_followed,
            "id": run,
        }
        with self._writing():
            self._journal("run_ended", ended)
            self._db.execute(END_OF_RUN, ended)

    def runs(self, source: str, limit: int = 50) -> list[Run]:
        """Return the latest runs of a source, newest first."""
        rows = self._db.execute("SELECT * FROM runs WHERE source = ? ORDER BY id DESC LIMIT ?", (source, limit))
        return [Run(**(dict(row) | {"finished_at": row["finished_at"] or ""})) for row in rows]

    def raise_alarm(self, source: str, url: str, kind: str, detail: str) -> None:
        """Note that a person should look at a source. kind: "challenge", "hijacked", …; detail: what was seen."""
        alarm = {"source": source, "url": url, "kind": kind, "detail": detail, "raised_at": now()}
        with self._writing():
            self._journal("alarm", alarm)
            self._db.execute(NEW_ALARM, alarm)

    def alarms(self) -> list[Alarm]:
        """Return the alarms, newest first."""
        rows = self._db.execute("SELECT source, url, kind, detail, raised_at FROM alarms ORDER BY id DESC")
        return [Alarm(*row) for row in rows]

    def article_counts(self) -> dict[str, tuple[int, int]]:
        """Return for each source how many articles it has, and how many of them are gone at the source."""
        rows = self._db.execute("SELECT source, count(*), sum(gone) FROM articles WHERE NOT withheld GROUP BY source")
        return {source: (count, gone) for source, count, gone in rows}

    def save_sources(self, sources: Iterable[SourceRecord]) -> None:
        """Keep what readers need to know about sources; those of earlier registries stay."""
        known = {record.slug: record for record in self.sources()}
        changed = [record for record in sources if known.get(record.slug) != record]
        if not changed:
            return
        with self._writing():
            self._journal("sources", {"sources": [asdict(record) for record in changed]})
            self._db.executemany(SAVE_SOURCE, map(asdict, changed))
            for record in changed:
                before = known[record.slug].many_provinces if record.slug in known else False
                if record.many_provinces != before:  # the next run of the indexer places its articles again
                    self._db.execute(
                        "INSERT INTO changes (id) SELECT id FROM articles WHERE source = ?", (record.slug,)
                    )

    def sources(self) -> list[SourceRecord]:
        """Return the sources that were ever crawled or imported, ordered by slug."""
        rows = self._db.execute("SELECT slug, name, province, kind, sample, many_provinces FROM sources ORDER BY slug")
        return [
            SourceRecord(slug, name, province, kind, bool(sample), bool(many))
            for slug, name, province, kind, sample, many in rows
        ]
