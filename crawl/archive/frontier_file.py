"""frontier.db read by others than the crawl: its rows, and the pages that the rule of relevance left out."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawl.archive.database import mode_to_read
from crawl.errors import ArchiveError

FRONTIER = "frontier.db"


def left_out(data_dir: Path, source: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield source, URL and reason of each page that the rule of relevance left out; nothing before a crawl.

    source: slug of the one that is asked for, "" for all. Raises ArchiveError.
    """
    yield from frontier_rows(
        data_dir,
        "SELECT source, url, why FROM pages WHERE state = 'left_out' AND (source = :source OR :source = '')"
        " ORDER BY source, id",
        source=source,
    )


def count_left_out(data_dir: Path, source: str) -> int:
    """Return how many pages of a source the rule of relevance left out; 0 before a crawl. Raises ArchiveError."""
    question = "SELECT count(*) FROM pages WHERE state = 'left_out' AND source = :source"
    return sum(count for (count,) in frontier_rows(data_dir, question, source=source))


def waiting_pages(data_dir: Path) -> dict[str, int]:
    """Return by source how many pages wait to be asked for; empty before a crawl. Raises ArchiveError."""
    question = "SELECT source, count(*) FROM pages WHERE state = 'waiting' AND NOT forbidden GROUP BY source"
    return dict(frontier_rows(data_dir, question))


def frontier_rows(data_dir: Path, query: str, **values: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a question to frontier.db; none before a crawl. Raises ArchiveError."""
    path = data_dir / FRONTIER
    if not path.exists():
        return
    database = sqlite3.connect(f"{path.resolve().as_uri()}?{mode_to_read(path)}", uri=True, timeout=60)
    try:
        yield from database.execute(query, values)
    except sqlite3.DatabaseError as error:
        if "no such" in str(error):
            return  # of an earlier version; the next crawl brings it up to date
        raise ArchiveError(
            f"{path} cannot be read ({error}): the next crawl sets it aside and finds the pages anew"
        ) from None
    finally:
        database.close()
