"""How much of a source's articles may be shown: all, the beginning, or nothing but title, day and address.

Held by the archive's one query (crawl/archive/archive.py), so that index, pages, interfaces and exports know no more
than they may tell. The captures and the rows stay whole; captures of what is not shown in full are not handed out.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from crawl.errors import ArchiveError

if TYPE_CHECKING:  # the command line takes PERMITS from here whenever it starts
    from crawl.archive.archive import Archive
    from crawl.article import Article

FULL, EXCERPT, METADATA = PERMITS = ("full", "excerpt", "metadata")
EVERY_SOURCE = ""
EXCERPT_CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class Permit:
    """source: slug, "" for all that have no permit of their own."""

    source: str
    shown: str


def permitted(article: "Article", shown: str) -> "Article":
    """Return of an article what may be shown: it has the same id, title, dates and source."""
    if shown == FULL:
        return article
    beginning = ""
    if shown == EXCERPT:
        whole = "\n\n".join(filter(None, (article.lede, article.body)))
        beginning = whole if len(whole) <= EXCERPT_CHARACTERS else _cut(whole)
    return replace(article, lede="", body=beginning, captions=(), attachments=())


def _cut(text: str) -> str:
    """Return the beginning of a text up to the end of a word, with an ellipsis."""
    beginning = text[:EXCERPT_CHARACTERS]
    return (beginning.rpartition(" ")[0] or beginning).rstrip() + "…"


def permit(data_dir: Path, shown: str, source: str = EVERY_SOURCE) -> None:
    """Say how much of a source, or of all, may be shown. Raises ArchiveError for a source that there is not."""
    from crawl.archive.withholding import writing

    with writing(data_dir) as database:
        known = [row[0] for row in database.execute("SELECT slug FROM sources ORDER BY slug")]
        if source and source not in known:
            raise ArchiveError(f'no source "{source}" in {data_dir}: expected one of {", ".join(known) or "none yet"}')
        database.execute("INSERT OR REPLACE INTO permits (source, shown) VALUES (?, ?)", (source, shown))
        # the next run of the indexer reads these again
        database.execute("INSERT INTO changes (id) SELECT id FROM articles WHERE ? IN ('', source)", (source,))


def permits(archive: "Archive") -> list[Permit]:
    """Return the permits that were given, that of all first."""
    return [Permit(source, shown) for source, shown in archive.permits()]
