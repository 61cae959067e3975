"""Texts that come back: a server that shows two in turns (A, B, A, B) has two versions, and is no news at every visit.

The first A that comes back becomes the current version again, without a new row: from the rows alone it cannot be told
from a change that was taken back. When B comes as well, the two come in turns, and nothing changes any more.
"""

import sqlite3

from crawl.article import Article


def comes_in_turns(database: sqlite3.Connection, article: Article) -> bool:
    """Tell whether a text was stored after the current version, which came back then: it is the other one of two."""
    found = database.execute(
        "SELECT 1 FROM articles a JOIN versions v ON v.key = a.key AND v.version = a.version JOIN versions o"
        " ON o.key = a.key AND o.version > v.version AND o.fetched_at >= v.fetched_at AND o.text_sha256 = ?"
        " WHERE a.key = ? AND v.text_sha256 <> o.text_sha256",
        (article.text_sha256(), article.key),
    )
    return found.fetchone() is not None


def version_before(database: sqlite3.Connection, article: Article) -> int | None:
    """Return the number of the version that the current one took the place of, if it has the text of article."""
    row = database.execute(
        "SELECT o.version, o.text_sha256 FROM articles a JOIN versions v ON v.key = a.key AND v.version = a.version"
        " JOIN versions o ON o.key = a.key AND (o.fetched_at, o.version) < (v.fetched_at, v.version)"
        " WHERE a.key = ? ORDER BY o.fetched_at DESC, o.version DESC LIMIT 1",
        (article.key,),
    ).fetchone()
    return row["version"] if row and row["text_sha256"] == article.text_sha256() else None
