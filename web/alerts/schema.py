"""The tables of subscriptions.db, as a list of migrations: entry N brings a database from version N to N + 1.

subscriptions  one row for each saved search of an address: Subscription in subscriptions.py
pages          what was found for whom, and whether it was told; entered: the page's position in the archive
not_indexed    pages of the archive that are to be looked for again in the next round
progress       one row: up to where in the archive all pages were looked at
"""

FOUND, GIVEN, TOLD = 0, 1, 2  # a page, for a subscription

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
)
