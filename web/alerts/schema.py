"""The tables of subscriptions.db, as a list of migrations: entry N brings a database from version N to N + 1.

subscriptions  one row for each saved search of an address: Subscription in subscriptions.py
pages          what was found for whom, and whether it was told; entered: the page's position in the archive
not_indexed    pages of the archive that are to be looked for again in the next round
progress       one row: up to where in the archive all pages were looked at

SQLite keeps no checksums: triggers keep one of each row of subscriptions and pages (subscriptions.row_checksum).
"""

FOUND, GIVEN, TOLD = 0, 1, 2  # a page, for a subscription

WHOLE_SUBSCRIPTION = (
    "id, kind, address, query, rhythm, language, state, created, confirmed, last_told, since, refusals, refused,"
    " mailbox, network"
)
WHOLE_PAGE = "subscription, key, entered, state"

MIGRATIONS = (
    f"""
    CREATE TABLE subscriptions (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        address TEXT NOT NULL,
        query TEXT NOT NULL,
        rhythm TEXT NOT NULL,
        language TEXT NOT NULL,
        state TEXT NOT NULL,
        created TEXT NOT NULL,
        confirmed TEXT NOT NULL DEFAULT '',
        last_told TEXT NOT NULL DEFAULT '',
        since INTEGER NOT NULL DEFAULT 0,
        refusals INTEGER NOT NULL DEFAULT 0,
        refused TEXT NOT NULL DEFAULT ''
    ) WITHOUT ROWID;
    CREATE INDEX by_address ON subscriptions (address);
    CREATE TABLE pages (
        subscription TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
        key TEXT NOT NULL,
        entered INTEGER NOT NULL,
        state INTEGER NOT NULL,
        PRIMARY KEY (subscription, key)
    ) WITHOUT ROWID;
    CREATE INDEX pages_to_tell ON pages (subscription, state) WHERE state < {TOLD};
    CREATE TABLE not_indexed (key TEXT PRIMARY KEY, entered INTEGER NOT NULL, noted TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE progress (position INTEGER NOT NULL)
    """,
    """
    ALTER TABLE subscriptions ADD COLUMN mailbox TEXT NOT NULL DEFAULT '';
    ALTER TABLE subscriptions ADD COLUMN network TEXT NOT NULL DEFAULT '';
    UPDATE subscriptions SET mailbox = address;
    DROP INDEX by_address;
    CREATE INDEX by_mailbox ON subscriptions (mailbox)
    """,
    f"""
    ALTER TABLE subscriptions ADD COLUMN checksum INTEGER;
    ALTER TABLE pages ADD COLUMN checksum INTEGER;
    UPDATE subscriptions SET checksum = row_checksum({WHOLE_SUBSCRIPTION});
    UPDATE pages SET checksum = row_checksum({WHOLE_PAGE});
    CREATE TRIGGER new_subscription AFTER INSERT ON subscriptions BEGIN
        UPDATE subscriptions SET checksum = row_checksum({WHOLE_SUBSCRIPTION}) WHERE id = NEW.id; END;
    CREATE TRIGGER changed_subscription AFTER UPDATE OF {WHOLE_SUBSCRIPTION} ON subscriptions BEGIN
        UPDATE subscriptions SET checksum = row_checksum({WHOLE_SUBSCRIPTION}) WHERE id = NEW.id; END;
    CREATE TRIGGER new_page AFTER INSERT ON pages BEGIN
        UPDATE pages SET checksum = row_checksum({WHOLE_PAGE})
        WHERE subscription = NEW.subscription AND key = NEW.key; END;
    CREATE TRIGGER changed_page AFTER UPDATE OF {WHOLE_PAGE} ON pages BEGIN
        UPDATE pages SET checksum = row_checksum({WHOLE_PAGE})
        WHERE subscription = NEW.subscription AND key = NEW.key; END
    """,
)
