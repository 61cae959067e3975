"""The frontier: which pages of a source are known, which wait, and what became of each; SQLite, `frontier.db`.

It survives a kill: a page waits until its article is stored, so the next run goes on where this one was. It holds no
text; deleted, it costs one round of discovery and nothing of the archive. Memory does not grow with the pages, since
the frontier stands on disk. One writer at a time (the archive's lock guards both).

    waiting ──► done        fetched; an article is stored, a list was read
            ├─► left_out    fetched, and no meeting (why)
            ├─► failed      tried MAX_TRIES times, over several runs (why)
            └─► moved       redirected to another page, which is known by itself (why)
"""

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

MAX_TRIES = 5  # runs, not requests: a page that failed on five runs is not asked for again
RECHECK_EVERY_RUN_SECONDS = 2 * 24 * 3600  # corrections of an article come within its first two days
RECHECK_AGE_SHARE = 0.1  # later: again after a tenth of the time it stood unchanged, so about 40 checks in ten years
RECHECK_BODY_SECONDS = 24 * 3600  # without validators a check costs the whole body: not before a day has passed
RECHECK_BODY_SHARE = 1.0  # and then only whenever its age has doubled

# A list deeper than the first page waits behind the articles that are already known: with a page budget the newest
# articles are kept first.
_PRIORITY = (
    "CASE kind WHEN 'feed' THEN 0 WHEN 'sitemap' THEN 1 WHEN 'list' THEN (CASE WHEN depth = 0 THEN 2 ELSE 4 END)"
    " ELSE 3 END"
)

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS pages (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    url TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('article', 'list', 'feed', 'sitemap', 'attachment')),
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'left_out', 'failed', 'moved')),
    why TEXT NOT NULL DEFAULT '',
    depth INTEGER NOT NULL DEFAULT 0,
    idle INTEGER NOT NULL DEFAULT 0,
    listing TEXT NOT NULL DEFAULT '',
    form TEXT NOT NULL DEFAULT '',
    hints TEXT NOT NULL DEFAULT '[]',
    lastmod TEXT NOT NULL DEFAULT '',
    tries INTEGER NOT NULL DEFAULT 0,
    tried_run REAL NOT NULL DEFAULT 0,
    conditional INTEGER NOT NULL DEFAULT 0,
    fetched_at REAL NOT NULL DEFAULT 0,
    changed_at REAL NOT NULL DEFAULT 0,
    priority INTEGER GENERATED ALWAYS AS ({_PRIORITY}) VIRTUAL,
    PRIMARY KEY (source, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pages_waiting ON pages (source, priority, depth) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS pages_to_check ON pages (source, fetched_at) WHERE kind = 'article' AND state = 'done';
"""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a source. id: its canonical URL; url: as it was linked, which is what is fetched.

    depth: steps from a start page. idle: list pages in a row, up to this one, that named nothing new.
    listing: digest of the articles that the list page which led here names. form: body of a POST, "" for a GET.
    hints: dates that feed, sitemap or URL gave. conditional: the server honours If-None-Match or If-Modified-Since.
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


_COLUMNS = (
    "id, url, kind, state, depth, idle, listing, form, hints, lastmod, tries, conditional, fetched_at, changed_at"
)


class Frontier:
    """The pages of one source during one run. started_at: the moment the run began, seconds since 1970."""

    def __init__(self, data_dir: Path, source: str, started_at: float | None = None) -> None:
        self.source = source
        self.started_at = time.time() if started_at is None else started_at
        data_dir.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(data_dir / "frontier.db", isolation_level=None, timeout=60)
        self._database.execute("PRAGMA journal_mode = WAL")
        # A killed process loses nothing; a power cut may lose the last pages, which are then fetched again.
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        self._database.close()

    def add(self, page: Page) -> bool:
        """Let a page wait unless it is known; return whether it is new. A newer lastmod lets a known one wait again."""
        added = self._database.execute(
            "INSERT INTO pages (source, id, url, kind, depth, idle, listing, form, hints, lastmod)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, id) DO NOTHING",
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
            ),
        ).rowcount
        if added:
            return True
        if page.lastmod:
            self._database.execute(
                "UPDATE pages SET state = 'waiting', lastmod = ?, tries = 0"
                " WHERE source = ? AND id = ? AND state = 'done' AND lastmod < ? AND fetched_at < ?",
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
                "UPDATE pages SET state = 'waiting', tries = 0, idle = ?, listing = ?, depth = ?, form = ?"
                " WHERE source = ? AND id = ? AND fetched_at < ? AND state != 'waiting'",
                (page.idle, page.listing, page.depth, page.form, self.source, page.id, self.started_at - unread_for),
            )

    def reopen_left_out(self) -> None:
        """Let pages wait again that an earlier run left out by its rule of relevance."""
        self._database.execute(
            "UPDATE pages SET state = 'waiting', tries = 0 WHERE source = ? AND state = 'left_out'", (self.source,)
        )

    def next_page(self) -> Page | None:
        """Return the page to fetch next, None where nothing waits that this run has not tried."""
        row = self._database.execute(
            f"SELECT {_COLUMNS} FROM pages WHERE source = ? AND state = 'waiting' AND tried_run < ?"
            " ORDER BY priority, depth LIMIT 1",
            (self.source, self.started_at),
        ).fetchone()
        return _page(row) if row else None

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
                    "young": RECHECK_EVERY_RUN_SECONDS,
                    "share": RECHECK_AGE_SHARE,
                    "body": RECHECK_BODY_SECONDS,
                    "body_share": RECHECK_BODY_SHARE,
                    "limit": limit,
                },
            )
        ]

    def settle(
        self, page: Page, state: str, why: str = "", *, changed: bool = False, conditional: bool = False
    ) -> None:
        """Say what became of a page that was fetched. conditional: a later look at it can be a cheap one."""
        now = time.time()
        self._database.execute(
            "UPDATE pages SET state = ?, why = ?, tries = 0, fetched_at = ?, conditional = ?,"
            " changed_at = CASE WHEN ? OR changed_at = 0 THEN ? ELSE changed_at END WHERE source = ? AND id = ?",
            (state, why, now, conditional, changed, now, self.source, page.id),
        )

    def fail(self, page: Page, why: str) -> None:
        """Count a try of this run in vain; the page waits for the next run until it has failed MAX_TRIES times."""
        self._database.execute(
            "UPDATE pages SET tries = tries + 1, tried_run = ?, why = ?,"
            " state = CASE WHEN tries + 1 >= ? THEN 'failed' ELSE 'waiting' END WHERE source = ? AND id = ?",
            (self.started_at, why, MAX_TRIES, self.source, page.id),
        )

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


def left_out(data_dir: Path) -> Iterator[tuple[str, str, str]]:
    """Yield source, URL and reason of each page that the rule of relevance left out; nothing before a crawl."""
    path = data_dir / "frontier.db"
    if not path.exists():
        return
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=60)
    try:
        yield from database.execute("SELECT source, url, why FROM pages WHERE state = 'left_out' ORDER BY source, id")
    finally:
        database.close()


def _page(row: tuple) -> Page:
    page = Page(*row)
    return replace(page, hints=tuple((name, value) for name, value in json.loads(row[8])), conditional=bool(row[11]))
