"""Texts that come back: a server that shows two in turns (A, B, A, B) has two versions, and is no news at every visit.

The first A that comes back becomes the current version again, without a new row: from the rows alone it cannot be told
from a change that was taken back. When B comes as well, the two come in turns, and nothing changes any more until a
third text comes, also where B has come to stay (docs/decisions/0062).
"""

import sqlite3

from crawl.article import Article


def comes_in_turns(database: sqlite3.Connection, article: Article) -> bool:
    """Tell whether a text is that of the version after the current one, which came back then: the other one of two."""
    row = database.execute(
        "SELECT o.text_sha256, v.text_sha256 AS current FROM articles a"
        " JOIN versions v ON v.key = a.key AND v.version = a.version"
        " JOIN versions o ON o.key = a.key AND o.version > v.version AND o.fetched_at >= v.fetched_at"
        " WHERE a.key = ? ORDER BY o.version LIMIT 1",
        (article.key,),
    ).fetchone()
    return row is not None and row["current"] != row["text_sha256"] == article.text_sha256()


def version_before(database: sqlite3.Connection, article: Article) -> int | None:
    """Return the number of the version that the current one took the place of, if it has the text of article."""
    row = database.execute(
        "SELECT o.version, o.text_sha256 FROM articles a JOIN versions v ON v.key = a.key AND v.version = a.version"
        " JOIN versions o ON o.key = a.key AND (o.fetched_at, o.version) < (v.fetched_at, v.version)"
        " WHERE a.key = ? ORDER BY o.fetched_at DESC, o.version DESC LIMIT 1",
        (article.key,),
    ).fetchone()
    return row["version"] if row and row["text_sha256"] == article.text_sha256() else None
