"""Articles from files: text, HTML, PDF, DOCX, WARC and JSON Lines, alone or in folders, into the archive.

The bytes of every file are kept like those of a fetched page, so that a better reading later needs no second import.
A file that cannot be read is skipped and reported with why; the rest goes on. Kinds of files: crawl/importing/files.py.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from crawl.archive.archive import Archive
from crawl.errors import ImportFailed
from crawl.importing.files import KINDS, Skip, articles_in
from crawl.registry.hosts import Hosts
from crawl.registry.sources import Source, load_sources

Progress = Callable[[int, str], None]
REASONS_SHOWN = 5  # of a failed import; the first few say enough, a thousand would hide them


@dataclass(slots=True)
class ImportSummary:
    """What became of the files. read: articles found; skipped: (path, with a line number where it has one; why)."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """Return how many files, lines or records were left out."""
        return len(self.skipped)

    def __str__(self) -> str:
        lines = [f"{self.read} read: {self.new} new, {self.changed} changed, {self.unchanged} unchanged"]
        if self.skipped:
            lines += [f"{self.failed} skipped:", *(f"  {place}: {why}" for place, why in self.skipped)]
        return "\n".join(lines)


def import_paths(
    paths: Sequence[Path],
    data_dir: Path,
    *,
    province: str = "",
    progress: Progress | None = None,
    sources: Iterable[Source] | None = None,
) -> ImportSummary:
    """Import files and folders; return what became of them.

    An article's id is the one the file gives, else its URL, else the path of the file relative to the folder that was
    imported (a file named by itself: its name). province: slug for articles that carry none of their own.
    progress: called with the number of articles so far and the path being read.
    sources: the registry; what has a URL is read as a page of the source that publishes there;
    None: the one that comes with the program.
    Raises ImportFailed where a path does not exist or nothing at all could be read, ArchiveError as Archive does.
    """
    missing = [str(path) for path in paths if not Path(path).exists()]
    if missing or not paths:
        raise ImportFailed(
            f"{', '.join(missing) or 'no path'} does not exist: name a file ({' '.join(KINDS)}) or a folder of them"
        )
    summary = ImportSummary()
    hosts = Hosts(load_sources() if sources is None else sources)
    with Archive(data_dir) as archive, archive.batch():
        for path, file_id in _files(paths):
            if progress:
                progress(summary.read, str(path))
            for found in articles_in(archive, path, file_id, hosts):
                if isinstance(found, Skip):
                    summary.skipped.append((found.place, found.why))
                    continue
                article, capture = found
                if province and not article.province:
                    article = replace(article, province=province)
                outcome = archive.store_article(article, capture)
                summary.read += 1
                setattr(summary, outcome, getattr(summary, outcome) + 1)
                if progress:
                    progress(summary.read, str(path))
    if not summary.read:
        raise ImportFailed(_nothing_read(paths, summary))
    return summary


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield each file with its id: its path relative to the folder it came in, in NFC (some systems store NFD)."""
    for path in map(Path, paths):
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                relative = file.relative_to(path)
                if file.is_file() and not any(part.startswith(".") for part in relative.parts):
                    yield file, unicodedata.normalize("NFC", relative.as_posix())
        else:
            yield path, unicodedata.normalize("NFC", path.name)


def _nothing_read(paths: Sequence[Path], summary: ImportSummary) -> str:
    where = ", ".join(map(str, paths))
    if not summary.skipped:
        return f"no file to import in {where}: expected {' '.join(KINDS)}"
    reasons = "; ".join(f"{place}: {why}" for place, why in summary.skipped[:REASONS_SHOWN])
    more = len(summary.skipped) - REASONS_SHOWN
    return f"nothing could be read from {where}: {reasons}" + (f"; and {more} more" if more > 0 else "")
