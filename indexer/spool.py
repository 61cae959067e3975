"""Articles → documents on disk, until all are read and the reports of one meeting can be linked.

Interpretation runs in worker processes; documents wait in a temporary file, so memory does not grow with the texts.
What an earlier run made by the same rules of the same article (memory.py) is not read again.
"""

import multiprocessing
import os
import pickle
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from itertools import chain, islice
from typing import IO, TextIO

from crawl.archive import Archive, ArchivedArticle
from crawl.article import article_key
from indexer.duplicates import copies_of, print_of
from indexer.interpret import interpret
from indexer.linking import Sighting, link, sighting_of
from indexer.memory import Made
from indexer.progress import Progress
from search.document import Document
from search.engines.workers import begin

CHUNK = 64  # articles per message to a worker: pickling costs little beside interpreting
WORKERS_FROM = 500  # articles to interpret; below that, starting workers takes longer than the work
MAX_WORKERS = 8  # more than that, and the one writer is what everybody waits for

_Outcome = tuple[Made, bytes]  # what was made of an article, and the document packed; b"" for a reject


class Spool:
    """What an archive gives: `made` for every article that could be read, and the documents that were read anew."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="hoinghi-")  # noqa: SIM115 (closed in __exit__)
        self.made: dict[str, Made] = {}
        self.damaged: Counter[str] = Counter()
        self._kept: list[str] = []
        self._meetings: dict[str, str] = {}
        self._copies: dict[str, tuple[tuple[str, str], ...]] = {}

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def fill(self, archive: Archive, earlier: Iterable[Made] = (), progress: TextIO | None = None) -> None:
        """Interpret every article that `earlier` (ordered by id) does not know as it is now."""

        def damaged(identifier: str, error: Exception) -> None:
            self.damaged[f"damaged in the archive ({type(error).__name__})"] += 1

        with Progress("reading", archive.count(), progress) as bar:
            unknown = archive.articles(damaged=damaged, known=self._known(iter(earlier), bar))
            for made, packed in _interpreted(unknown):
                self.made[made.id] = made
                if packed:
                    self._file.write(len(packed).to_bytes(4, "big") + packed)
                bar.update()
        self._meetings = link(made.sighting for made in self.made.values() if made.sighting)
        self._copies = copies_of(made.print for made in self.made.values() if made.print)

    @property
    def rejected(self) -> dict[str, int]:
        """Return reason → how many articles gave no document."""
        return dict(self.damaged + Counter(made.rejected for made in self.made.values() if made.rejected))

    def read_anew(self) -> Iterator[Document]:
        """Yield the documents that were interpreted in this run, with the keys of their meetings and their copies."""
        self._file.seek(0)
        while head := self._file.read(4):
            document: Document = pickle.loads(zlib.decompress(self._file.read(int.from_bytes(head, "big"))))
            yield self.linked(document)

    def known_before(self) -> Iterator[tuple[Made, bool]]:
        """Yield what an earlier run made of the others, and whether its meeting and its copies are still the same."""
        for identifier in self._kept:
            made = self.made[identifier]
            same_meeting = made.meeting == self._meetings.get(identifier, "")
            yield made, same_meeting and made.copies == self._copies.get(article_key(identifier), ())

    def linked(self, document: Document) -> Document:
        meeting, copies = self._meetings.get(document.id, ""), self._copies.get(document.key, ())
        return replace(document, meeting=meeting, copies=copies)

    def _known(self, earlier: Iterator[Made], bar: Progress) -> Callable[[str, str], bool]:
        """Return what says whether an article (id, digest) is known as it is, and then keeps what was made of it.

        earlier: ordered by id, as the questions are.
        """
        made = next(earlier, None)

        def known(identifier: str, digest: str) -> bool:
            nonlocal made
            while made and made.id < identifier:
                made = next(earlier, None)
            if not made or made.id != identifier or made.digest != digest:
                return False
            self.made[made.id] = made
            if not made.rejected:
                self._kept.append(made.id)
            bar.update()
            return True

        return known


def _interpreted(articles: Iterable[ArchivedArticle]) -> Iterator[_Outcome]:
    stream = iter(articles)
    first = list(islice(stream, WORKERS_FROM))
    workers = min(MAX_WORKERS, _cores())
    if len(first) < WORKERS_FROM or workers < 2:
        for archived in chain(first, stream):
            yield from interpret_chunk((archived,))
        return
    stream = chain(first, stream)
    chunks = iter(lambda: tuple(islice(stream, CHUNK)), ())
    context = multiprocessing.get_context("spawn")  # forking a process with threads (schedule) may hang
    with ProcessPoolExecutor(workers, mp_context=context, initializer=begin) as pool:
        try:
            waiting: list[Future[list[_Outcome]]] = [
                pool.submit(interpret_chunk, chunk) for chunk in islice(chunks, workers * 3)
            ]
            while waiting:
                yield from waiting.pop(0).result()
                waiting += [pool.submit(interpret_chunk, chunk) for chunk in islice(chunks, 1)]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _cores() -> int:
    """Return how many cores this process may use; macOS does not say, and has what it has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def interpret_chunk(chunk: tuple[ArchivedArticle, ...]) -> list[_Outcome]:
    """Return what each article gives. Raises nothing: one odd page must not stop the run; it is counted and named."""
    found: list[_Outcome] = []
    for archived in chunk:
        identifier, reason = archived.article.id, ""
        try:
            document = interpret(archived)
        except ValueError as error:
            reason = str(error)
        except Exception as error:
            reason = f"cannot be interpreted ({type(error).__name__}: {error})"
        if reason:
            found.append((Made(identifier, archived.digest, rejected=reason), b""))
        else:
            sighting: Sighting | None = sighting_of(document)
            made = Made(identifier, archived.digest, sighting=sighting, print=print_of(document))
            found.append((made, zlib.compress(pickle.dumps(document), 1)))
    return found
