"""Bring the index in step with the archive: add, update, delete; or rebuild beside the old index and swap.

    archive ─► interpret (worker processes) ─► spool on disk ─► link meetings, find copies ─► engine writer ─► commit
                    └─► what pages state in numbers ─► figures.db

Nothing becomes visible before the commit: stopped in the middle, the old index stays as it was. Where the archive knows
what has changed since the last run, and the index is as that run left it, only the changed articles are looked at, and
those that a change gives another meeting or other copies.
"""

import logging
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from crawl.archive.archive import Archive
from crawl.archive.job_lock import only_one
from crawl.article import article_key
from crawl.errors import ArchiveError
from indexer.figures.statements import Read
from indexer.figures.writer import FigureWriter
from indexer.interpret import interpret
from indexer.interpretation_cache import InterpretationCache
from indexer.progress import Progress
from indexer.rules.figures import read_document
from indexer.spool import Spool
from search import suggestions
from search.document import Document
from search.engines.ports import Engine
from search.engines.process_pool import few_collections, kept
from search.entities import update as entities
from search.errors import IndexBusy, IndexMissing, IndexUnavailable

LOCK = "index.lock"
MOST_CHANGED = 2_000  # articles; beyond, comparing all of them with arrays is quicker than looking up their neighbours

log = logging.getLogger(__name__)


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
class DocumentChange:
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
    data_dir = Path(data_dir)
    with (
        _only_run(data_dir),
        Archive(data_dir, read_only=True) as archive,
        InterpretationCache(data_dir) as memory,
        FigureWriter(data_dir) as figures,
        kept(),
        few_collections(),
    ):
        try:
            summary = _build(archive, memory, figures, engine, rebuild, progress)
        except sqlite3.DatabaseError:
            if memory.is_sound():
                raise
            memory.start_anew()
            summary = _build(archive, memory, figures, engine, rebuild, progress)
        if rebuild or summary.added or summary.changed or summary.deleted:
            suggestions.renew(data_dir, engine)
        entities.update(data_dir, engine, article_key)
        return summary


def _build(
    archive: Archive,
    memory: InterpretationCache,
    figures: FigureWriter,
    engine: Engine,
    rebuild: bool,
    progress: TextIO | None,
) -> BuildSummary:
    summary = BuildSummary()
    seen = archive.state()  # before anything is read: what is stored meanwhile is for the next run
    indexed = engine.state()
    anew = rebuild or figures.state() != memory.state()[1]  # their store is not of the last run: read every page
    if anew:
        figures.clear()
    changed = None if anew else _changed(archive, memory, engine)
    with Spool() as spool:
        if changed is not None:
            before = spool.fill_changed(archive, memory, changed, progress)
            known = {made.id: made.fingerprint for made in before if not made.rejected}
        else:
            known = _versions(engine, rebuild)
            if rebuild or not known:
                memory.start_anew()
            spool.fill(archive, () if anew else memory.made(), progress)
        documents = sum(not made.rejected for made in spool.made.values())
        with engine.writer(rebuild=rebuild) as writer, Progress("indexing", documents, progress) as bar:
            if not rebuild and engine.state() != indexed:
                raise IndexUnavailable("the index has changed while the archive was read: run again")
            writer.add(_needed(archive, spool, memory, figures, known, rebuild, summary, bar))
            gone = [identifier for identifier in known if not spool.gives_document(identifier)]
            summary.deleted = len(gone) if rebuild else writer.delete(gone)
            figures.delete(gone)
        if changed is not None:
            memory.forget(identifier for identifier in changed if identifier not in spool.made)
        else:
            memory.forget_all_but(spool.made)
        state = engine.state()
        memory.commit(seen, state)
        figures.commit(state)
    summary.rejected = memory.rejected()
    summary.unchanged = memory.count() - summary.added - summary.changed
    return summary


def _versions(engine: Engine, rebuild: bool) -> dict[str, str]:
    """Return what is in the index; nothing where it cannot be read and is rebuilt, which is the remedy for that."""
    try:
        return engine.versions()
    except IndexMissing:
        if rebuild:
            return {}
        raise


def _changed(archive: Archive, memory: InterpretationCache, engine: Engine) -> list[str] | None:
    """Return the ids of the articles that changed since the last run, None if all have to be compared."""
    archive_then, engine_then = memory.state()
    if not engine_then or engine_then != engine.state():
        return None
    return archive.changed_from(archive_then, MOST_CHANGED)


def changes(data_dir: Path, engine: Engine) -> Iterator[DocumentChange]:
    """Yield the documents that a run with the present rules would add, change or delete, without touching the index."""
    with Archive(Path(data_dir), read_only=True) as archive, Spool() as spool:
        known = engine.versions()
        spool.fill(archive)
        for document, _ in spool.read_anew():
            if document.id not in known:
                yield DocumentChange(document.id, document.title, {"index": ("", "added")})
            elif known[document.id] != document.fingerprint():
                yield _difference(engine.get(document.key), document)
        for identifier in known:
            if not spool.gives_document(identifier):
                yield DocumentChange(identifier, "", {"index": ("indexed", "deleted")})


def _difference(old: Document | None, new: Document) -> DocumentChange:
    from dataclasses import asdict

    before, after = asdict(old) if old else {}, asdict(new)
    fields = {
        name: (_short(before.get(name)), _short(value)) for name, value in after.items() if before.get(name) != value
    }
    return DocumentChange(new.id, new.title, fields)


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:57]}… ({len(text)})"


@contextmanager
def _only_run(data_dir: Path) -> Iterator[None]:
    if not data_dir.is_dir():
        with Archive(data_dir, read_only=True):  # raises with the right words
            pass
    with only_one(data_dir, LOCK) as is_ours:
        if not is_ours:
            raise IndexBusy(f"{data_dir} is being indexed by another run: wait until it has ended, then try again")
        yield


def _needed(
    archive: Archive,
    spool: Spool,
    memory: InterpretationCache,
    figures: FigureWriter,
    known: dict[str, str],
    rebuild: bool,
    summary: BuildSummary,
    bar: Progress,
) -> Iterator[Document]:
    """Yield the documents to write; count every one, and note what was made of it."""
    for made in spool.made.values():
        if made.rejected:
            memory.keep(made)
    for document, stated in chain(spool.read_anew(), _changed_since(archive, spool, known, bar)):
        figures.put(document, stated)
        fingerprint = document.fingerprint()
        earlier = known.get(document.id)
        if earlier is None:
            summary.added += 1
        elif earlier != fingerprint:
            summary.changed += 1
        if rebuild or earlier != fingerprint:
            yield document
        memory.keep(replace(spool.made[document.id], **_as_indexed(document, fingerprint, spool)))
        bar.update()


def _as_indexed(document: Document, fingerprint: str, spool: Spool) -> dict[str, Any]:
    held = spool.held(document.id)
    return {"meeting": document.meeting, "copies": document.copies, "fingerprint": fingerprint, "held": held}


def _changed_since(
    archive: Archive, spool: Spool, known: dict[str, str], bar: Progress
) -> Iterator[tuple[Document, Read]]:
    """Yield the documents whose article is as it was, but whose meeting, copies or place in the index are not.

    Beside each what it states in numbers.
    """
    for made, same_company in spool.known_before():
        if same_company and known.get(made.id) == made.fingerprint:
            bar.update()
            continue
        try:
            archived = archive.article(article_key(made.id))
        except ArchiveError as error:  # the document stays as it was indexed
            log.warning("%s", error)
            continue
        if archived:
            document = spool.linked(interpret(archived))
            yield document, read_document(document)
