"""Bring the index in step with the archive: add, update, delete; or rebuild beside the old index and swap.

    archive ─► interpret (worker processes) ─► spool on disk ─► link meetings, find copies ─► engine writer ─► commit

Nothing becomes visible before the commit: stopped in the middle, the old index stays as it was.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from filelock import FileLock, Timeout

from crawl.archive import Archive
from crawl.article import article_key
from indexer.interpret import interpret
from indexer.memory import Memory
from indexer.progress import Progress
from indexer.spool import Spool
from search.document import Document
from search.engines.base import Engine
from search.errors import SearchError

LOCK = "index.lock"


class IndexBusy(SearchError):
    """Another process is bringing the same index in step."""


@dataclass(slots=True)
class BuildSummary:
    """What a run did, counted in documents. rejected: reason → how many articles gave no document."""

    added: int = 0
    changed: int = 0
    deleted: int = 0
    unchanged: int = 0
    rejected: dict[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        return sum(self.rejected.values())

    def __str__(self) -> str:
        lines = [f"{self.added} added, {self.changed} changed, {self.deleted} deleted, {self.unchanged} unchanged"]
        lines += [f"{count} left out: {reason}" for reason, count in sorted(self.rejected.items())]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Change:
    """One document that the present rules would make different. fields: name → (as indexed, as it would be)."""

    id: str
    title: str
    fields: dict[str, tuple[str, str]]

    def __str__(self) -> str:
        what = "; ".join(f"{name}: {old or '∅'} → {new or '∅'}" for name, (old, new) in self.fields.items())
        return f"{self.id}: {what}"


def build(
    data_dir: Path, engine: Engine, *, rebuild: bool = False, progress: TextIO | None = sys.stderr
) -> BuildSummary:
    """Index what is new or changed in the archive and delete what is no longer in it.

    rebuild: make every document anew in a fresh index beside the old one, then swap.
    Raises ArchiveError where there is no archive, IndexBusy where another run is at work.
    """
    summary = BuildSummary()
    data_dir = Path(data_dir)
    with (
        _only_run(data_dir),
        Archive(data_dir, read_only=True) as archive,
        Memory(data_dir) as memory,
        Spool() as spool,
    ):
        known = engine.versions()
        spool.fill(archive, () if rebuild or not known else memory.made(), progress)
        summary.rejected = spool.rejected
        documents = sum(not made.rejected for made in spool.made.values())
        with engine.writer(rebuild=rebuild) as writer, Progress("indexing", documents, progress) as bar:
            writer.add(_needed(archive, spool, memory, known, rebuild, summary, bar))
            gone = [identifier for identifier in known if not _gives_document(spool, identifier)]
            summary.deleted = len(gone) if rebuild else writer.delete(gone)
        memory.commit(spool.made)
    return summary


def changes(data_dir: Path, engine: Engine, *, progress: TextIO | None = None) -> Iterator[Change]:
    """Yield the documents that a run with the present rules would add, change or delete, without touching the index."""
    with Archive(Path(data_dir), read_only=True) as archive, Spool() as spool:
        known = engine.versions()
        spool.fill(archive, progress=progress)
        for document in spool.read_anew():
            if document.id not in known:
                yield Change(document.id, document.title, {"index": ("", "added")})
            elif known[document.id] != document.fingerprint():
                yield _difference(engine.get(document.key), document)
        for identifier in known:
            if not _gives_document(spool, identifier):
                yield Change(identifier, "", {"index": ("indexed", "deleted")})


def _gives_document(spool: Spool, identifier: str) -> bool:
    made = spool.made.get(identifier)
    return made is not None and not made.rejected


def _difference(old: Document | None, new: Document) -> Change:
    from dataclasses import asdict

    before, after = asdict(old) if old else {}, asdict(new)
    fields = {
        name: (_short(before.get(name)), _short(value)) for name, value in after.items() if before.get(name) != value
    }
    return Change(new.id, new.title, fields)


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:57]}… ({len(text)})"


@contextmanager
def _only_run(data_dir: Path) -> Iterator[None]:
    if not data_dir.is_dir():
        with Archive(data_dir, read_only=True):  # raises with the right words
            pass
    lock = FileLock(data_dir / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise IndexBusy(
            f"{data_dir} is being indexed by another run: wait until it has ended, then try again"
        ) from None
    try:
        yield
    finally:
        lock.release()


def _needed(
    archive: Archive,
    spool: Spool,
    memory: Memory,
    known: dict[str, str],
    rebuild: bool,
    summary: BuildSummary,
    bar: Progress,
) -> Iterator[Document]:
    """Yield the documents to write; count every one, and note what was made of it."""
    for made in spool.made.values():
        if made.rejected:
            memory.keep(made)
    for document in chain(spool.read_anew(), _changed_since(archive, spool, known, summary, bar)):
        fingerprint = document.fingerprint()
        earlier = known.get(document.id)
        if earlier is None:
            summary.added += 1
        elif earlier != fingerprint:
            summary.changed += 1
        else:
            summary.unchanged += 1
        if rebuild or earlier != fingerprint:
            yield document
        memory.keep(replace(spool.made[document.id], **_as_indexed(document, fingerprint)))
        bar.update()


def _as_indexed(document: Document, fingerprint: str) -> dict[str, Any]:
    return {"meeting": document.meeting, "copies": document.copies, "fingerprint": fingerprint}


def _changed_since(
    archive: Archive, spool: Spool, known: dict[str, str], summary: BuildSummary, bar: Progress
) -> Iterator[Document]:
    """Yield the documents whose article is as it was, but whose meeting, copies or place in the index are not."""
    for made, same_company in spool.known_before():
        if same_company and known.get(made.id) == made.fingerprint:
            summary.unchanged += 1
            bar.update()
        elif archived := archive.article(article_key(made.id)):
            yield spool.linked(interpret(archived))
