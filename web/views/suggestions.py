"""Completions of what is being typed, from the documents of the index; read in the background, renewed on change."""

from collections.abc import Callable, Iterator
from threading import Lock, Thread
from time import monotonic

from search.document import Document
from search.engines.ports import Engine
from search.query.nodes import Query
from search.query.suggest import Entry, Suggester, entries_of

WAIT_SECONDS = 2.0  # the first who types waits at most so long; a small archive is read in less
RENEWED_AFTER_SECONDS = 60.0  # reading 35,000 documents takes some seconds: not at every commit of a running index
DOCUMENTS_PER_READ = 1000


class Suggestions:
    """Shared by all threads; never blocks but for the first answer."""

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._engine = engine
        self._lock = Lock()
        self._suggester = Suggester(())
        self._documents = -1  # how many the suggester was made from
        self._made_at = float("-inf")
        self._reader: Thread | None = None

    def complete(self, typed: str, limit: int) -> list[Entry]:
        """Return the best completions; empty while the documents of a large index are being read for the first time.

        Raises IndexMissing where there is no index.
        """
        self._renew(self._engine().count())
        return self._suggester.complete(typed, limit)

    def _renew(self, documents: int) -> None:
        with self._lock:
            is_fresh = documents == self._documents or monotonic() - self._made_at < RENEWED_AFTER_SECONDS
            if is_fresh or (self._reader is not None and self._reader.is_alive()):
                return
            is_first = self._documents < 0
            reader = self._reader = Thread(target=self._read, args=(documents,), daemon=True)
            reader.start()
        if is_first:
            reader.join(WAIT_SECONDS)

    def _read(self, documents: int) -> None:
        self._suggester = Suggester(entries_of(all_documents(self._engine())))
        self._documents, self._made_at = documents, monotonic()


def all_documents(engine: Engine, per_read: int = DOCUMENTS_PER_READ) -> Iterator[Document]:
    """Yield every document of an index, a page at a time."""
    offset = 0
    while found := engine.search(Query(text="", root=None), limit=per_read, offset=offset).ranked:
        yield from (document for document, _ in found)
        offset += len(found)
