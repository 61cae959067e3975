"""Re-hashes what the archive keeps: every capture from its WARC file, every article against its digest.

What is damaged is named with its URL and file, so that a copy can be brought back; nothing is repaired or deleted here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from crawl.archive.archive import Archive
from crawl.archive.database import CAPTURES, DATABASE
from crawl.archive.warc_reader import DamagedRecord, read_records
from crawl.errors import ArchiveError


@dataclass(slots=True)
class VerifySummary:
    """What was looked at. damaged: (what, why). unrecorded: records that a crash left without a row; no harm."""

    captures: int = 0
    articles: int = 0
    files: int = 0
    unrecorded: int = 0
    damaged: list[tuple[str, str]] = field(default_factory=list)

    @property
    def failed(self) -> int:
        return len(self.damaged)

    def __str__(self) -> str:
        lines = [f"{self.captures:,} captures in {self.files:,} files and {self.articles:,} articles: "]
        lines[0] += f"{self.failed:,} damaged" if self.damaged else "all as they were stored"
        return "\n".join([*lines, *(f"  {what}: {why}" for what, why in self.damaged)])


def verify(data_dir: Path, *, progress: Callable[[int, int], None] | None = None) -> VerifySummary:
    """Read everything once and compare it with its digests. progress: called with captures done and their number.

    Raises ArchiveError where there is no archive or its database cannot be read.
    """
    summary = VerifySummary()
    with Archive(data_dir, read_only=True) as archive:
        total = archive.capture_count()
        unnamed: dict[str, set[int]] = {}  # by file, the offsets of captures that were not found damaged
        for capture in archive.captures():
            summary.captures += 1
            offsets = unnamed.setdefault(capture.warc_file, set())
            offsets.add(capture.warc_offset)
            if capture.refers_to is None:
                try:
                    if sha256(archive.body(capture.id)).hexdigest() != capture.sha256:
                        raise ArchiveError(f"the bytes in {capture.warc_file} are not those that were stored")
                except ArchiveError as damage:
                    summary.damaged.append((capture.url, str(damage)))
                    offsets.remove(capture.warc_offset)
            if progress:
                progress(summary.captures, total)
        try:
            _verify_articles(archive, summary)
        except ArchiveError as damage:
            summary.damaged.append((DATABASE, str(damage)))
        for name, offsets in sorted(unnamed.items()):
            _verify_file(archive.data_dir / CAPTURES / name, offsets, summary)
    return summary


def _verify_articles(archive: Archive, summary: VerifySummary) -> None:
    articles = archive.articles(damaged=lambda name, error: summary.damaged.append((name, str(error))), whole=True)
    for archived in articles:
        summary.articles += 1
        if archived.text_sha256 != archived.article.text_sha256():
            summary.damaged.append((archived.article.id, "its text is not the one that was stored"))


def _verify_file(path: Path, offsets: set[int], summary: VerifySummary) -> None:
    """Look for records without a row and for damage that no row points to (a revisit, a request)."""
    summary.files += 1
    found: set[int] = set()
    try:
        for record in read_records(path):
            if not isinstance(record, DamagedRecord):
                found.add(record.location.offset)
    except OSError:
        pass  # what lay in a missing file is named below
    summary.unrecorded += len(found - offsets)
    for offset in sorted(offsets - found):
        summary.damaged.append((f"{path.name} at byte {offset}", "the record cannot be read"))
