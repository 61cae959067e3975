"""Articles → documents on disk, until all are read and the reports of one meeting can be linked.

Interpretation runs in worker processes; documents wait in a temporary file, so memory does not grow with the texts.
What an earlier run made by the same rules of the same article (interpretation_cache.py) is not read again.
"""

import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import IO, TextIO

import zstandard

from crawl.archive.archive import Archive, ArchivedArticle
from crawl.article import article_key
from crawl.errors import ArchiveError
from indexer.duplicates import print_of
from indexer.figures.statements import Read
from indexer.grouping import Grouping, company, company_near
from indexer.interpret import interpret
from indexer.interpretation_cache import Interpretation, InterpretationCache
from indexer.meeting_clusters import sighting_of
from indexer.progress import Progress
from indexer.rules.figures import read_document
from indexer.time_limit import DOCUMENT_SECONDS, OutOfTime, time_limit
from search.document import Document
from search.engines.process_pool import in_order

CHUNK = 64  # articles per message to a worker: pickling costs little beside interpreting
LEVEL = 1  # of zstd: a third of the time of zlib's, and smaller
WORKERS_FROM = 500  # articles to interpret; below that, starting workers takes longer than the work

_Outcome = tuple[Interpretation, bytes]  # what was made of an article, and the document packed; b"" for a reject


class Spool:
    """What a run looks at: `made` for every article that could be read, and the documents that were read anew."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="hoinghi-")  # noqa: SIM115 (closed in __exit__)
        self.made: dict[str, Interpretation] = {}
        self._kept: list[str] = []
        self._company = Grouping({}, {})

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *error: object) -> None:
        with suppress(OSError):  # the disk is full; what still had to be written is not needed any more
            self._file.close()

    def fill(self, archive: Archive, earlier: Iterable[Interpretation] = (), progress: TextIO | None = None) -> None:
        """Interpret every article that `earlier` (ordered by id) does not know as it is now."""
        with Progress("reading", archive.count(), progress) as bar:
            known = self._known(iter(earlier), bar)
            self._interpret(archive.articles(damaged=self._damaged, known=known), bar)
        self._company = company(self.made.values())

    def fill_changed(
        self, archive: Archive, memory: InterpretationCache, ids: Sequence[str], progress: TextIO | None = None
    ) -> list[Interpretation]:
        """Interpret articles that have changed; look at those others whose company changes with them.

        Returns what memory held of all of these.
        """
        with Progress("reading", len(ids), progress) as bar:
            self._interpret(self._present(archive, ids), bar)
        before = list(memory.of(ids))
        self._company, others = company_near(memory, before, list(self.made.values()))
        self.made |= {made.id: made for made in others}
        self._kept = [made.id for made in others]
        return before + others

    def gives_document(self, identifier: str) -> bool:
        made = self.made.get(identifier)
        return made is not None and not made.rejected

    def read_anew(self) -> Iterator[tuple[Document, Read]]:
        """Yield the documents that were interpreted in this run, with the keys of their meetings and their copies.

        Beside each what it states in numbers.
        """
        self._file.seek(0)
        while head := self._file.read(4):
            document, figures = pickle.loads(zstandard.decompress(self._file.read(int.from_bytes(head, "big"))))
            linked = self.linked(document)
            yield linked, figures if linked.held == document.held else read_document(linked)

    def known_before(self) -> Iterator[tuple[Interpretation, bool]]:
        """Yield what an earlier run made of the others, and whether its meeting and its copies are still the same."""
        for identifier in self._kept:
            made = self.made[identifier]
            yield made, self._company.is_that_of(made)

    def held(self, identifier: str) -> str:
        """Return the day that other pages tell of a document's meeting, as in grouping.py."""
        return self._company.held(identifier)

    def linked(self, document: Document) -> Document:
        return self._company.of(document)

    def _known(self, earlier: Iterator[Interpretation], bar: Progress) -> Callable[[str, str], bool]:
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

    def _present(self, archive: Archive, ids: Iterable[str]) -> Iterator[ArchivedArticle]:
        """Yield those of some articles that are in the archive and whole."""
        for identifier in ids:
            try:
                archived = archive.article(article_key(identifier))
            except ArchiveError as error:
                self._damaged(identifier, error.__cause__ or error)
            else:
                if archived:
                    yield archived

    def _damaged(self, identifier: str, error: BaseException) -> None:
        self.made[identifier] = Interpretation(
            identifier, "", rejected=f"damaged in the archive ({type(error).__name__})"
        )

    def _interpret(self, articles: Iterable[ArchivedArticle], bar: Progress) -> None:
        for _, outcomes in in_order(interpret_chunk, articles, CHUNK, alone=WORKERS_FROM):
            for made, packed in outcomes:
                self.made[made.id] = made
                if packed:
                    self._file.write(len(packed).to_bytes(4, "big") + packed)
            bar.update(len(outcomes))


def interpret_chunk(chunk: Iterable[ArchivedArticle]) -> list[_Outcome]:
    """Return what each article gives. Raises nothing: one odd page must not stop the run; it is counted and named.

    Step by step for all of them: what a step needs stays in the processor's cache, which saves a seventh.
    """
    attempts = [_Attempt(archived) for archived in chunk]
    for step in (_Attempt.interpret, _Attempt.read_figures, _Attempt.look):
        for attempt in attempts:
            attempt.take(step)
    return [attempt.outcome() for attempt in attempts]


class _Attempt:
    """To make a document of an article, until one of the steps fails."""

    __slots__ = ("_archived", "_document", "_figures", "_made", "_rejected")

    def __init__(self, archived: ArchivedArticle) -> None:
        self._archived = archived
        self._rejected: str | None = None

    def take(self, step: "Callable[[_Attempt], None]") -> None:
        if self._rejected is not None:
            return
        try:
            with time_limit(DOCUMENT_SECONDS):
                step(self)
        except (ValueError, OutOfTime) as error:
            self._rejected = str(error)
        except Exception as error:
            self._rejected = f"cannot be interpreted ({type(error).__name__}: {error})"

    def interpret(self) -> None:
        self._document = interpret(self._archived)

    def read_figures(self) -> None:
        self._figures = read_document(self._document)

    def look(self) -> None:
        sighting, look = sighting_of(self._document), print_of(self._document)
        self._made = Interpretation(self._document.id, self._archived.digest, sighting=sighting, print=look)

    def outcome(self) -> _Outcome:
        if self._rejected is not None:
            return Interpretation(self._archived.article.id, self._archived.digest, rejected=self._rejected), b""
        return self._made, zstandard.compress(pickle.dumps((self._document, self._figures)), LEVEL)
