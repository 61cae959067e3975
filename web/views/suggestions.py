"""Completions of what is being typed, each with how many pages a search for it finds.

They are read from the file that indexing leaves beside the index; where there is none, they are made in the background.
"""

from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock, Thread
from time import monotonic

from search.engines.ports import Engine
from search.query.suggest import Suggester, Suggestion
from search.suggestions import FILE, count, make

WAIT_SECONDS = 2.0  # the first who types waits at most so long; a small archive is read in less
RENEWED_AFTER_SECONDS = 60.0
REMEMBERED = 20_000  # counts; who types letter by letter is shown the same entries again and again


class Suggestions:
    """Shared by all threads; never blocks but for the first answer where there is no file."""

    def __init__(self, engine: Callable[[], Engine], data_dir: Path) -> None:
        self._engine = engine
        self._file = data_dir / FILE
        self._lock = Lock()
        self._suggester = Suggester(())
        self._read_at = 0  # time of the file that was read, 0: none was
        self._made_at = float("-inf")
        self._maker: Thread | None = None
        self._counts: dict[tuple[Hashable, str], int] = {}

    def complete(self, typed: str, limit: int, state: Hashable) -> list[Suggestion]:
        """Return the best completions that find something; empty while a large index is read for the first time.

        state: what differs after every change of the index. Raises IndexMissing where there is no index.
        """
        documents = self._engine().count()
        if not self._is_read():
            self._make(documents)
        return self._suggester.complete(typed, limit, lambda text: self._count(text, state))

    def _count(self, text: str, state: Hashable) -> int:
        suggester = self._suggester
        if state and state == suggester.state and text in suggester.counted:
            return suggester.counted[text]
        known = self._counts.get((state, text))
        if known is None:
            if len(self._counts) >= REMEMBERED:
                self._counts.clear()
            known = self._counts[state, text] = count(self._engine(), text)
        return known

    def _is_read(self) -> bool:
        """Tell whether there is a file, and read it where it is new."""
        try:
            changed_at = self._file.stat().st_mtime_ns
        except OSError:
            return False
        with self._lock:
            if changed_at != self._read_at:
                read = Suggester.load(self._file)
                if read is None:
                    return False
                self._suggester, self._read_at = read, changed_at
        return True

    def _make(self, documents: int) -> None:
        """Make the suggestions from the index, where they were not made from as many documents."""
        with self._lock:
            is_fresh = documents == self._suggester.documents or monotonic() - self._made_at < RENEWED_AFTER_SECONDS
            if is_fresh or (self._maker is not None and self._maker.is_alive()):
                return
            is_first = self._made_at < 0
            maker = self._maker = Thread(target=self._made, daemon=True)
            maker.start()
        if is_first:
            maker.join(WAIT_SECONDS)

    def _made(self) -> None:
        self._suggester, self._made_at = make(self._engine()), monotonic()
