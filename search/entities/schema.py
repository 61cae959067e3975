"""The tables of entities.db. It is derived from the index: without it, or with another version, it is made anew."""

FILE = "entities.db"
VERSION = 1  # raised with each change of the tables or of what is told of an entity

TABLES = """
CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, fingerprint TEXT NOT NULL);
CREATE TABLE mentions (
    document INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, province TEXT NOT NULL, name TEXT NOT NULL,
    detail TEXT NOT NULL, day TEXT NOT NULL
);
CREATE INDEX mentions_by_document ON mentions (document);
CREATE INDEX mentions_by_entity ON mentions (kind, key, province);
CREATE TABLE entities (
    kind TEXT NOT NULL, key TEXT NOT NULL, province TEXT NOT NULL, name TEXT NOT NULL, detail TEXT NOT NULL,
    pages INTEGER NOT NULL, "first" TEXT NOT NULL, "last" TEXT NOT NULL, letter TEXT NOT NULL, "order" BLOB NOT NULL,
    words TEXT NOT NULL, folded TEXT NOT NULL, PRIMARY KEY (kind, key, province, name)
) WITHOUT ROWID;
CREATE INDEX entities_in_order ON entities (kind, "order");
"""
NAMES = ("documents", "mentions", "entities")
