"""The tables of frontier.db, and how a file of an earlier version is brought up to date."""

import logging
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from crawl.archive.frontier_file import FRONTIER

logger = logging.getLogger(__name__)

# A list deeper than the first page waits behind the articles that are already known: with a page budget the newest
# articles are kept first.
_PRIORITY = (
    "CASE kind WHEN 'feed' THEN 0 WHEN 'sitemap' THEN 1 WHEN 'list' THEN (CASE WHEN depth = 0 THEN 2 ELSE 4 END)"
    " ELSE 3 END"
)

_TABLES = f"""
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
# As in crawl/archive/schema.py: entry N brings a database from version N to N + 1, and is never edited.
MIGRATIONS = (
    _TABLES,
    """
    ALTER TABLE pages ADD COLUMN due_at REAL NOT NULL DEFAULT 0;
    ALTER TABLE pages ADD COLUMN failed_since REAL NOT NULL DEFAULT 0;
    ALTER TABLE pages ADD COLUMN seen_since REAL NOT NULL DEFAULT 0;
    ALTER TABLE pages ADD COLUMN rules TEXT NOT NULL DEFAULT '';
    ALTER TABLE pages ADD COLUMN hops INTEGER NOT NULL DEFAULT 0;
    UPDATE pages SET state = 'waiting', tries = max(tries, 1), failed_since = fetched_at WHERE state = 'failed';
    CREATE INDEX pages_failing ON pages (source, due_at) WHERE tries > 0 AND state = 'waiting';
    CREATE INDEX pages_to_judge ON pages (source, fetched_at) WHERE state IN ('left_out', 'moved');
    CREATE TABLE notes (source TEXT NOT NULL, what TEXT NOT NULL, PRIMARY KEY (source, what)) WITHOUT ROWID;
    """,
    # what robots.txt forbids is asked for again, but is no failure
    """
    ALTER TABLE pages ADD COLUMN forbidden INTEGER NOT NULL DEFAULT 0;
    UPDATE pages SET forbidden = 1 WHERE state = 'waiting' AND why = 'robots.txt forbids it';
    """,
    # what the pages of a source said of it: a run whose lists have not changed is not told again
    """
    CREATE TABLE learned (
        source TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (source, name)
    ) WITHOUT ROWID;
    """,
)
VERSION = len(MIGRATIONS)


def migrate(database: sqlite3.Connection) -> None:
    """Bring frontier.db up to date; several sources begin at the same moment, and one of them does it."""
    database.execute("BEGIN IMMEDIATE")
    try:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        for migration in MIGRATIONS[version:]:
            for statement in filter(str.strip, migration.split(";")):
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


def set_aside_if_damaged(data_dir: Path) -> Path | None:
    """Move a frontier.db that SQLite finds damaged out of the way; return where to, None where all is well.

    It holds nothing but the way to pages: the next crawl finds them anew. To be called while nobody crawls.
    """
    path = data_dir / FRONTIER
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(path, timeout=60)) as database:
            found = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError:
        return None  # locked, or not to be opened: whoever uses it says so
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found == "ok":
        return None
    aside = path.with_name(f"{FRONTIER}.damaged-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}")
    for name in ("-wal", "-shm"):
        path.with_name(FRONTIER + name).unlink(missing_ok=True)
    path.rename(aside)
    logger.warning("%s was damaged (%s): set aside as %s; the pages are found anew", path, found, aside.name)
    return aside
