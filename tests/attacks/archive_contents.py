"""All that an archive says but when and under which number, so that two archives can be compared."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from crawl.archive.database import DATABASE

# Of every table what must be the same however often the work was broken off. Rows are numbered in the order in which
# they came, and the checksum of a version covers its time.
QUESTIONS = {
    "articles": "SELECT key, id, source, version, gone, withheld FROM articles",
    "versions": "SELECT v.key, v.version, v.text_sha256, v.article, c.url, c.status, c.sha256 FROM versions v"
    " LEFT JOIN captures c ON c.id = v.capture",
    # what was asked for once more is a revisit, or an equal answer of a list
    "captures": "SELECT DISTINCT url, source, status, content_type, etag, last_modified, sha256, payload_digest, length"
    " FROM captures WHERE kind <> 'revisit'",
    "sources": "SELECT * FROM sources",
    "misses": "SELECT key, status FROM misses",
    "alarms": "SELECT source, url, kind, detail FROM alarms",
    "withheld": "SELECT key, reason FROM withheld",
    "corrections": "SELECT key, version FROM corrections",
    "addresses": "SELECT address, id FROM addresses",
    "permits": "SELECT source, shown FROM permits",
}
HISTORY = {"runs", "changes"}  # of how the archive came about: each run that was broken off is one more


def told(data: Path, *, without_bytes: bool = False) -> dict[str, list[tuple[object, ...]]]:
    """Return what an archive says, by table; without_bytes: but the captures, of sites whose pages show a clock.

    Empty where no archive was made.
    """
    if not (data / DATABASE).exists():
        return {}
    with closing(sqlite3.connect(data / DATABASE)) as database:
        names = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert names == QUESTIONS.keys() | HISTORY  # a new table is compared, too
        found = {name: database.execute(question).fetchall() for name, question in QUESTIONS.items()}
    if without_bytes:
        del found["captures"]
        found["versions"] = [row[:-1] for row in found["versions"]]
    return {name: sorted(rows, key=lambda row: json.dumps(row)) for name, rows in found.items()}
