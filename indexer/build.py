"""Bring the index in step with the archive: add, update, delete; or rebuild beside the old index and swap.

    archive ─► interpret (worker processes) ─► spool on disk ─► link meetings ─► engine writer ─► commit

Articles are streamed and documents wait in a temporary file, so memory does not grow with the texts. Nothing becomes
visible before the commit: stopped in the middle, the old index stays as it was.
"""

import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import IO, TextIO

from filelock import FileLock, Timeout

from crawl.archive import Archive, ArchivedArticle
from indexer.interpret import interpret
from indexer.linking import Sighting, link, sighting_of
from indexer.progress import Progress
from search.document import Document
from search.engines.base import Engine
from search.errors import SearchError

LOCK = "index.lock"
CHUNK = 64  # articles per message to a worker: pickling costs little beside interpreting
WORKERS_FROM = 500  # articles; below that, starting workers takes longer than the work
MAX_WORKERS = 8  # more than that, and the one writer is what everybody waits for


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
    with _only_run(Path(data_dir)), Archive(Path(data_dir), read_only=True) as archive:
        known = engine.versions()
        with _Spool() as spool:
            rejected = _read(archive, spool, progress)
            summary.rejected = dict(rejected)
            present = set(spool.sightings)
            with engine.writer(rebuild=rebuild) as writer, Progress("indexing", len(present), progress) as bar:
                writer.add(_needed(spool.documents(), known, rebuild, summary, bar))
                gone = [identifier for identifier in known if identifier not in present]
                summary.deleted = len(gone) if rebuild else writer.delete(gone)
    return summary


def changes(data_dir: Path, engine: Engine, *, progress: TextIO | None = None) -> Iterator[Change]:
    """Yield the documents that a run with the present rules would add, change or delete, without touching the index."""
    with Archive(Path(data_dir), read_only=True) as archive, _Spool() as spool:
        known = engine.versions()
        _read(archive, spool, progress)
        for document in spool.documents():
            if document.id not in known:
                yield Change(document.id, document.title, {"index": ("", "added")})
            elif known[document.id] != document.fingerprint():
                yield _difference(engine.get(document.key), document)
        for identifier in known:
            if identifier not in spool.sightings:
                yield Change(identifier, "", {"index": ("indexed", "deleted")})


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
    documents: Iterable[Document], known: dict[str, str], rebuild: bool, summary: BuildSummary, bar: Progress
) -> Iterator[Document]:
    """Yield the documents to write, and count every one."""
    for document in documents:
        earlier = known.get(document.id)
        if earlier is None:
            summary.added += 1
        elif earlier != document.fingerprint():
            summary.changed += 1
        else:
            summary.unchanged += 1
        if rebuild or earlier != document.fingerprint():
            yield document
        bar.update()


# Interpretation ---------------------------------------------------------------------------------------------------


class _Spool:
    """Documents in a temporary file, until all are read and their meetings can be linked."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="hoinghi-")  # noqa: SIM115 (closed in __exit__)
        self.sightings: dict[str, Sighting | None] = {}

    def __enter__(self) -> "_Spool":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def add(self, identifier: str, packed: bytes, sighting: Sighting | None) -> None:
        self._file.write(len(packed).to_bytes(4, "big") + packed)
        self.sightings[identifier] = sighting

    def documents(self) -> Iterator[Document]:
        """Yield every document with the key of its meeting."""
        meetings = link(sighting for sighting in self.sightings.values() if sighting)
        self._file.seek(0)
        while head := self._file.read(4):
            document: Document = pickle.loads(zlib.decompress(self._file.read(int.from_bytes(head, "big"))))
            yield replace(document, meeting=meetings.get(document.id, ""))


@dataclass(frozen=True, slots=True)
class _Reject:
    id: str
    reason: str


_Packed = tuple[str, bytes, Sighting | None]


def _read(archive: Archive, spool: _Spool, progress: TextIO | None) -> Counter[str]:
    """Interpret every article into the spool; return how many gave no document, by reason."""
    rejected: Counter[str] = Counter()

    def damaged(identifier: str, error: Exception) -> None:
        rejected[f"damaged in the archive ({type(error).__name__})"] += 1

    total = archive.count()
    with Progress("reading", total, progress) as bar:
        for outcome in _interpreted(archive.articles(damaged=damaged), total):
            if isinstance(outcome, _Reject):
                rejected[outcome.reason] += 1
            else:
                spool.add(*outcome)
            bar.update()
    return rejected


def _interpreted(articles: Iterable[ArchivedArticle], total: int) -> Iterator[_Packed | _Reject]:
    stream = iter(articles)
    chunks = iter(lambda: tuple(islice(stream, CHUNK)), ())
    workers = min(MAX_WORKERS, len(os.sched_getaffinity(0)))
    if total < WORKERS_FROM or workers < 2:
        for chunk in chunks:
            yield from _interpret_chunk(chunk)
        return
    context = multiprocessing.get_context("spawn")  # forking a process with threads (schedule) may hang
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_ignore_interrupt) as pool:
        try:
            waiting: list[Future[list[_Packed | _Reject]]] = [
                pool.submit(_interpret_chunk, chunk) for chunk in islice(chunks, workers * 3)
            ]
            while waiting:
                yield from waiting.pop(0).result()
                for chunk in islice(chunks, 1):
                    waiting.append(pool.submit(_interpret_chunk, chunk))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _ignore_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the parent says what happens


def _interpret_chunk(chunk: tuple[ArchivedArticle, ...]) -> list[_Packed | _Reject]:
    found: list[_Packed | _Reject] = []
    for archived in chunk:
        try:
            document = interpret(archived)
        except ValueError as error:
            found.append(_Reject(archived.article.id, str(error)))
        except Exception as error:  # one odd page must not stop the run; it is counted and named
            found.append(_Reject(archived.article.id, f"cannot be interpreted ({type(error).__name__}: {error})"))
        else:
            found.append((document.id, zlib.compress(pickle.dumps(document), 1), sighting_of(document)))
    return found
