"""The frontier: which pages of a source are known, which wait, and what became of each; SQLite, `frontier.db`.

It survives a kill: a page waits until its article is stored, so the next run goes on where this one was. It holds no
text; deleted, it costs one round of discovery and nothing of the archive. Memory does not grow with the pages, since
the frontier stands on disk. One process writes at a time (the archive's lock guards both).

    waiting ──► done        fetched; an article is stored, a list was read
            ├─► left_out    fetched, and no meeting (why)
            └─► moved       redirected to another page, which is known by itself (why)

Nothing is final. A page that failed waits on: for YOUNG_SECONDS it is tried in every run, later after pauses that grow
with the time it has failed (why, tries, failed_since). What was left out or moved is looked at again in the same rhythm
for JUDGED_AGAIN_SECONDS, and once more whenever the rule that left it out has changed.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crawl import clock
from crawl.archive.frontier_file import FRONTIER
from crawl.archive.migration import check_version
from crawl.errors import ArchiveError
from crawl.fetch.frontier_schema import VERSION, migrate

SENT_AS_JSON = "json:"  # begin of the fields of a POST that are sent as JSON
DAY = 24 * 3600.0
YOUNG_SECONDS = 2 * DAY  # corrections and outages of a night fall into the first two days of a page or a failure
GROWTH = 0.5  # later: again after half of the time that a page has failed or been left out
LONGEST_PAUSE_SECONDS = 60 * DAY
JUDGED_AGAIN_SECONDS = 30 * DAY  # a page that was no meeting for a month becomes none
RECHECK_AGE_SHARE = 0.1  # a stored page: after a tenth of the time it stood unchanged, so about 40 checks in ten years
RECHECK_BODY_SECONDS = DAY  # without validators a check costs the whole body: not before a day has passed
RECHECK_BODY_SHARE = 1.0  # and then only whenever its age has doubled

_TIMES = ("tried_run", "fetched_at", "changed_at", "failed_since", "seen_since")
TRIED, FOUND = "tried", "found"  # listing of a usual place of sitemaps and feeds: it may not exist; it named something


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a source. id: its canonical URL; url: as it was linked, which is what is fetched.

    depth: steps from a start page, ARCHIVE_DEPTH and more for the parts of an archive; the deeper one waits longer.
    idle: list pages in a row, up to this one, that named nothing new.
    listing: digest of the articles that the page before this one of its list names. form: fields of a POST as JSON, ""
    for a GET; behind SENT_AS_JSON they are sent as they stand.
    hints: dates that feed, sitemap or URL gave. conditional: the server honours If-None-Match or If-Modified-Since.
    hops: redirects and frames that led here. rules: version of the rule that left it out. seen_since: when found.
    """

    id: str
    url: str
    kind: str
    state: str = "waiting"
    depth: int = 0
    idle: int = 0
    listing: str = ""
    form: str = ""
    hints: tuple[tuple[str, str], ...] = ()
    lastmod: str = ""
    tries: int = 0
    conditional: bool = False
    fetched_at: float = 0.0
    changed_at: float = 0.0
    hops: int = 0
    rules: str = ""
    seen_since: float = 0.0


_COLUMNS = (
    "id, url, kind, state, depth, idle, listing, form, hints, lastmod, tries, conditional, fetched_at, changed_at,"
    " hops, rules, seen_since"
)

# All sources of a run begin at the same moment, in threads of one process. While a new file changes to WAL, SQLite
# answers another connection that changes it with "locked" at once, whatever its timeout.
_PREPARING = threading.Lock()


class Frontier:
    """The pages of one source during one run. started_at: the moment the run began, seconds since 1970.

    pulled_back: how many pages had a time in the future, because the clock was ahead; it is set to started_at.
    Raises sqlite3.DatabaseError where frontier.db is damaged.
    """

    def __init__(self, data_dir: Path, source: str, started_at: float | None = None) -> None:
        self.source = source
        self.started_at = clock.wall() if started_at is None else started_at
        data_dir.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(data_dir / FRONTIER, isolation_level=None, timeout=60)
        # A killed process loses nothing; a power cut may lose the last pages, which are then fetched again.
        self._database.execute("PRAGMA synchronous = NORMAL")
        with _PREPARING:
            self._database.execute("PRAGMA journal_mode = WAL")
            if check_version(self._database, data_dir / FRONTIER, VERSION, ArchiveError) < VERSION:
                migrate(self._database)
        self.pulled_back = self._pull_back()

    def close(self) -> None:
        self._database.close()

    def add(self, page: Page) -> bool:
        """Let a page wait unless it is known; return whether it is new. A newer lastmod lets a known one wait again."""
        added = self._database.execute(
            "INSERT INTO pages (source, id, url, kind, depth, idle, listing, form, hints, lastmod, hops, seen_since)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, id) DO NOTHING",
            (
                self.source,
                page.id,
                page.url,
                page.kind,
                page.depth,
                page.idle,
                page.listing,
                page.form,
                json.dumps(page.hints, ensure_ascii=False),
                page.lastmod,
                page.hops,
                clock.wall(),
            ),
        ).rowcount
        if added:
            return True
        if page.lastmod:
            self._database.execute(
                "UPDATE pages SET state = 'waiting', lastmod = ?, due_at = 0"
                " WHERE source = ? AND id = ? AND state IN ('done', 'left_out') AND lastmod < ? AND fetched_at < ?",
                (page.lastmod, self.source, page.id, page.lastmod, self.started_at),
            )
        return False

    def add_all(self, pages: Iterable[Page]) -> int:
        """Let pages wait, in one transaction; return how many of them are new."""
        with self._transaction():
            return sum(self.add(page) for page in pages)

    def ask_again(self, page: Page, unread_for: float = 0.0) -> None:
        """Let a known page wait once more, unless it was fetched in this run or in the `unread_for` seconds before."""
        if not self.add(page):
            self._database.execute(
                "UPDATE pages SET state = 'waiting', due_at = 0, idle = ?, listing = ?, depth = ?, form = ?"
                " WHERE source = ? AND id = ? AND fetched_at < ? AND (state != 'waiting' OR tries > 0)",
                (page.idle, page.listing, page.depth, page.form, self.source, page.id, self.started_at - unread_for),
            )

    def reopen_left_out(self) -> None:
        """Let pages wait again that an earlier run left out by its rule of relevance."""
        self._database.execute(
            "UPDATE pages SET state = 'waiting', due_at = 0 WHERE source = ? AND state = 'left_out'", (self.source,)
        )

    def retry_failing(self) -> None:
        """Let every page that failed be tried in this run, due or not."""
        self._database.execute(
            "UPDATE pages SET due_at = 0 WHERE source = ? AND state = 'waiting' AND tries > 0", (self.source,)
        )

    def next_page(self) -> Page | None:
        """Return the page to fetch next, None where nothing is due that this run has not tried.

        What failed before comes after what was never tried.
        """
        for condition in ("tries = 0", "tries > 0 AND due_at <= :started"):
            row = self._database.execute(
                f"SELECT {_COLUMNS} FROM pages WHERE source = :source AND state = 'waiting' AND tried_run < :started"
                f" AND {condition} ORDER BY priority, depth LIMIT 1",
                {"source": self.source, "started": self.started_at},
            ).fetchone()
            if row:
                return _page(row)
        return None

    def pages_to_check(self, limit: int) -> list[Page]:
        """Return stored articles that are due for a look whether they changed, longest unseen first."""
        return [
            _page(row)
            for row in self._database.execute(
                f"SELECT {_COLUMNS} FROM pages WHERE source = :source AND kind = 'article' AND state = 'done'"
                " AND fetched_at < :started AND CASE WHEN conditional"
                "   THEN :started - changed_at < :young OR :started - fetched_at >= :share * (:started - changed_at)"
                "   ELSE :started - fetched_at >= max(:body, :body_share * (fetched_at - changed_at)) END"
                " ORDER BY fetched_at LIMIT :limit",
                {
                    "source": self.source,
                    "started": self.started_at,
                    "young": YOUNG_SECONDS,
                    "share": RECHECK_AGE_SHARE,
                    "body": RECHECK_BODY_SECONDS,
                    "body_share": RECHECK_BODY_SHARE,
                    "limit": limit,
                },
            )
        ]

    def pages_to_judge_again(self, rules: str, limit: int) -> list[Page]:
        """Return pages that were left out or moved and are due for another look, longest unseen first.

        rules: the version of the rule of relevance; what another one left out is due.
        """
        return [
            _page(row)
            for row in self._database.execute(
                f"SELECT {_COLUMNS} FROM pages WHERE source = :source AND state IN ('left_out', 'moved')"
                " AND kind = 'article' AND fetched_at < :started AND (state = 'left_out' AND rules <> :rules"
                "  OR :started - seen_since < :young"
                "  OR :started - seen_since < :last"
                "   AND :started - fetched_at >= max(:day, :growth * (fetched_at - seen_since)))"
                " ORDER BY fetched_at LIMIT :limit",
                {
                    "source": self.source,
                    "started": self.started_at,
                    "rules": rules,
                    "young": YOUNG_SECONDS,
                    "last": JUDGED_AGAIN_SECONDS,
                    "day": DAY,
                    "growth": GROWTH,
                    "limit": limit,
                },
            )
        ]

    def settle(
        self,
        page: Page,
        state: str,
        why: str = "",
        *,
        changed: bool = False,
        conditional: bool = False,
        rules: str = "",
    ) -> None:
        """Say what became of a page that was fetched. conditional: a later look at it can be a cheap one.

        rules: version of the rule that left it out.
        """
        now = clock.wall()
        self._database.execute(
            "UPDATE pages SET state = ?, why = ?, tries = 0, failed_since = 0, due_at = 0, fetched_at = ?, rules = ?,"
            " forbidden = 0, conditional = ?, changed_at = CASE WHEN ? OR changed_at = 0 THEN ? ELSE changed_at END"
            " WHERE source = ? AND id = ?",
            (state, why, now, rules, conditional, changed, now, self.source, page.id),
        )

    def note_listing(self, page: Page, listing: str) -> None:
        """Keep with a page what the list is that it belongs to."""
        self._database.execute(
            "UPDATE pages SET listing = ? WHERE source = ? AND id = ?", (listing, self.source, page.id)
        )

    def fail(self, page: Page, why: str, *, forbidden: bool = False) -> None:
        """Count a try of this run in vain; the page waits for a later one. forbidden: by robots.txt, so no failure."""
        now = clock.wall()
        self._database.execute(
            "UPDATE pages SET state = 'waiting', tries = tries + 1, tried_run = :run, why = :why,"
            " forbidden = :forbidden,"
            " failed_since = CASE failed_since WHEN 0 THEN :now ELSE failed_since END,"
            " due_at = CASE WHEN failed_since = 0 OR :now - failed_since < :young THEN 0"
            "  ELSE :now + min(:longest, max(:day, :growth * (:now - failed_since))) END"
            " WHERE source = :source AND id = :id",
            {
                "run": self.started_at,
                "why": why,
                "forbidden": forbidden,
                "now": now,
                "young": YOUNG_SECONDS,
                "longest": LONGEST_PAUSE_SECONDS,
                "day": DAY,
                "growth": GROWTH,
                "source": self.source,
                "id": page.id,
            },
        )

    def failing(self, for_seconds: float = 0.0) -> int:
        """Return how many pages wait that failed for at least so long; those that robots.txt forbids are none."""
        return int(
            self._database.execute(
                "SELECT count(*) FROM pages WHERE source = ? AND state = 'waiting' AND tries > 0 AND NOT forbidden"
                " AND failed_since <= ?",
                (self.source, clock.wall() - for_seconds),
            ).fetchone()[0]
        )

    def untried(self) -> int:
        """Return how many pages wait that were never asked for."""
        return int(
            self._database.execute(
                "SELECT count(*) FROM pages WHERE source = ? AND state = 'waiting' AND tries = 0", (self.source,)
            ).fetchone()[0]
        )

    def note(self, notes: Iterable[str]) -> None:
        """Keep what the latest run did not follow, for `hoinghi status`, in the place of what was kept before."""
        with self._transaction():
            self._database.execute("DELETE FROM notes WHERE source = ?", (self.source,))
            self._database.executemany(
                "INSERT OR IGNORE INTO notes VALUES (?, ?)", ((self.source, note) for note in notes)
            )

    def learn(self, name: str, value: str) -> None:
        """Keep what the pages of the source said of it: how its items are addressed, that its lists have pagers."""
        self._database.execute("INSERT OR REPLACE INTO learned VALUES (?, ?, ?)", (self.source, name, value))

    def learned(self) -> dict[str, str]:
        """Return what the pages of the source said of it, in this run or before, by name."""
        rows = self._database.execute("SELECT name, value FROM learned WHERE source = ?", (self.source,))
        return {str(name): str(value) for name, value in rows}

    def get(self, page_id: str) -> Page | None:
        row = self._database.execute(
            f"SELECT {_COLUMNS} FROM pages WHERE source = ? AND id = ?", (self.source, page_id)
        ).fetchone()
        return _page(row) if row else None

    def count(self, kind: str, state: str) -> int:
        return int(
            self._database.execute(
                "SELECT count(*) FROM pages WHERE source = ? AND kind = ? AND state = ?", (self.source, kind, state)
            ).fetchone()[0]
        )

    def _transaction(self) -> sqlite3.Connection:
        self._database.execute("BEGIN IMMEDIATE")
        return self._database

    def _pull_back(self) -> int:
        """Set times in the future to now; else a clock that was ahead once would stop all crawling until then."""
        late = " OR ".join(f"{name} > :started" for name in _TIMES)
        back = ", ".join(f"{name} = min({name}, :before)" for name in _TIMES)
        return self._database.execute(
            f"UPDATE pages SET {back}, due_at = min(due_at, :latest) WHERE source = :source"
            f" AND ({late} OR due_at > :latest)",
            {
                "started": self.started_at,
                "before": self.started_at - 1,
                "latest": self.started_at + LONGEST_PAUSE_SECONDS,
                "source": self.source,
            },
        ).rowcount


def _page(row: tuple[Any, ...]) -> Page:
    page = Page(*row)
    return replace(page, hints=tuple((name, value) for name, value in json.loads(row[8])), conditional=bool(row[11]))
