"""The tables of archive.db, as a list of migrations: entry N brings a database from version N to N + 1.

A migration that was released is never edited; a change is a new entry. The version stands in PRAGMA user_version.
"""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE captures (
        id INTEGER PRIMARY KEY,
        url TEXT NOT NULL,
        source TEXT NOT NULL,
        status INTEGER NOT NULL,
        fetched_at TEXT NOT NULL,
        content_type TEXT NOT NULL,
        etag TEXT NOT NULL,
        last_modified TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        payload_digest TEXT NOT NULL,
        length INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('response', 'revisit', 'resource')),
        warc_file TEXT NOT NULL,
        warc_offset INTEGER NOT NULL,
        refers_to INTEGER REFERENCES captures (id)
    );
    CREATE INDEX captures_by_url ON captures (url, id);

    CREATE TABLE articles (
        key TEXT PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL,
        version INTEGER NOT NULL,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        gone INTEGER NOT NULL DEFAULT 0,
        FOREIGN KEY (key, version) REFERENCES versions (key, version) DEFERRABLE INITIALLY DEFERRED
    ) WITHOUT ROWID;
    CREATE INDEX articles_by_source ON articles (source, first_seen);

    CREATE TABLE versions (
        key TEXT NOT NULL REFERENCES articles (key) DEFERRABLE INITIALLY DEFERRED,
        version INTEGER NOT NULL,
        fetched_at TEXT NOT NULL,
        text_sha256 TEXT NOT NULL,
        capture INTEGER REFERENCES captures (id),
        article TEXT NOT NULL,
        PRIMARY KEY (key, version)
    );

    CREATE TABLE misses (
        key TEXT NOT NULL REFERENCES articles (key),
        tried_at TEXT NOT NULL,
        status INTEGER NOT NULL,
        PRIMARY KEY (key, tried_at)
    ) WITHOUT ROWID;

    CREATE TABLE sources (
        slug TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        province TEXT NOT NULL,
        kind TEXT NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT,
        fetched INTEGER NOT NULL DEFAULT 0,
        new INTEGER NOT NULL DEFAULT 0,
        changed INTEGER NOT NULL DEFAULT 0,
        unchanged INTEGER NOT NULL DEFAULT 0,
        not_modified INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0,
        error TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX runs_by_source ON runs (source, id);

    CREATE TABLE alarms (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        url TEXT NOT NULL,
        kind TEXT NOT NULL,
        detail TEXT NOT NULL,
        raised_at TEXT NOT NULL
    );
    CREATE INDEX alarms_by_source ON alarms (source, id);
    """,
    # when a server says "come back after …", the schedule must still know it after a restart
    "ALTER TABLE runs ADD COLUMN not_before TEXT NOT NULL DEFAULT ''",
    # how many articles the list pages named, the measure by which a rebuilt site is noticed; -1: not counted
    "ALTER TABLE runs ADD COLUMN listed INTEGER NOT NULL DEFAULT -1",
    # whether a source was made up to show the program, which readers of its pages must be told
    "ALTER TABLE sources ADD COLUMN sample INTEGER NOT NULL DEFAULT 0",
    # which articles came, changed or went, in order, so that indexing need not read all to find them; the mark tells a
    # change of this archive from one with the same number in another, or in a copy that was brought back
    """
    CREATE TABLE changes (
        number INTEGER PRIMARY KEY,
        mark INTEGER NOT NULL DEFAULT (random()),
        id TEXT NOT NULL
    );
    INSERT INTO changes (id) VALUES ('');
    CREATE TRIGGER version_came AFTER INSERT ON versions BEGIN
        INSERT INTO changes (id) SELECT id FROM articles WHERE key = NEW.key;
    END;
    CREATE TRIGGER version_changed AFTER UPDATE ON versions BEGIN
        INSERT INTO changes (id) SELECT id FROM articles WHERE key = NEW.key;
    END;
    CREATE TRIGGER article_changed AFTER UPDATE OF version, gone ON articles
    WHEN OLD.version <> NEW.version OR OLD.gone <> NEW.gone BEGIN
        INSERT INTO changes (id) VALUES (NEW.id);
    END;
    CREATE TRIGGER article_went AFTER DELETE ON articles BEGIN
        INSERT INTO changes (id) VALUES (OLD.id);
    END;
    """,
    # SQLite has no checksums; NULL in versions from before
    "ALTER TABLE versions ADD COLUMN crc INTEGER",
    # articles that are not shown any more, and why; readers pass over them by the flag
    """
    ALTER TABLE articles ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE withheld (
        key TEXT PRIMARY KEY REFERENCES articles (key),
        reason TEXT NOT NULL,
        since TEXT NOT NULL,
        until TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TRIGGER article_withheld AFTER UPDATE OF withheld ON articles WHEN OLD.withheld <> NEW.withheld BEGIN
        INSERT INTO changes (id) VALUES (NEW.id);
    END;
    """,
    # versions that were read anew from the same bytes: the log of proofs tells them from rows that somebody changed
    "CREATE TABLE corrections (number INTEGER PRIMARY KEY, key TEXT NOT NULL, version INTEGER NOT NULL)",
    # what looked like further pages of a list and could not be followed, for whoever watches the metrics
    "ALTER TABLE runs ADD COLUMN not_followed INTEGER NOT NULL DEFAULT 0",
    # where articles went whose address was changed, the latest last; and the index by which they are recognised
    """
    CREATE TABLE addresses (
        number INTEGER PRIMARY KEY,
        address TEXT NOT NULL UNIQUE,
        id TEXT NOT NULL REFERENCES articles (id) DEFERRABLE INITIALLY DEFERRED
    );
    CREATE INDEX addresses_by_article ON addresses (id, number);
    CREATE INDEX versions_by_title ON versions (
        CASE WHEN json_valid(article) THEN json_extract(article, '$.title') END
    );
    """,
    # how much of a source's articles may be shown, '' for all; and the articles that may be handed out whole
    """
    CREATE TABLE permits (
        source TEXT PRIMARY KEY,
        shown TEXT NOT NULL CHECK (shown IN ('full', 'excerpt', 'metadata'))
    ) WITHOUT ROWID;
    CREATE VIEW permitted AS SELECT a.*, coalesce(
        (SELECT shown FROM permits WHERE source = a.source), (SELECT shown FROM permits WHERE source = ''), 'full'
    ) AS shown FROM articles a;
    CREATE VIEW handed_out AS SELECT * FROM permitted WHERE NOT withheld AND shown = 'full';
    """,
    # papers that report on many provinces: what a page says may overrule the province of its source
    "ALTER TABLE sources ADD COLUMN many_provinces INTEGER NOT NULL DEFAULT 0",
)

VERSION = len(MIGRATIONS)
