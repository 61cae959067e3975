"""The suggester of an engine: made in the background from its documents, again when the index has changed.

Reading the titles of 35,000 documents takes seconds, so the first question after a change gets the answers of before
(at first none) and nobody waits.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock, Thread
from weakref import WeakKeyDictionary

from search.document import Document
from search.engines.base import Engine
from search.query import Query
from search.suggest import Entry, Suggester, entries_of


@dataclass
class _State:
    generation: object = None
    suggester: Suggester | None = None
    thread: Thread | None = None


_states: WeakKeyDictionary[Engine, _State] = WeakKeyDictionary()
_lock = Lock()


def suggestions(engine: Engine, text: str, limit: int = 8) -> list[Entry]:
    """Return completions of what is being typed, best first; [] while there is no suggester yet.

    Raises IndexMissing where there is no index.
    """
    suggester = _current(engine)
    return suggester.complete(text, limit) if suggester is not None else []


def wait(engine: Engine) -> None:
    """Wait until the suggester of the present index is ready (for commands and tests; a page never waits)."""
    _current(engine)
    with _lock:
        thread = _states[engine].thread
    if thread is not None:
        thread.join()


def _current(engine: Engine) -> Suggester | None:
    generation = _generation(engine)
    with _lock:
        state = _states.setdefault(engine, _State())
        if state.generation != generation and (state.thread is None or not state.thread.is_alive()):
            state.generation = generation
            state.thread = Thread(target=_make, args=(engine, state), name="suggestions", daemon=True)
            state.thread.start()
        return state.suggester


def _make(engine: Engine, state: _State) -> None:
    state.suggester = Suggester(entries_of(_documents(engine)))


def _generation(engine: Engine) -> object:
    """Return something that changes with the index."""
    offered = getattr(engine, "generation", None)
    return offered() if offered is not None else engine.count()


def _documents(engine: Engine) -> Iterable[Document]:
    """Yield all documents; an engine that can stream them does, others are asked for everything at once."""
    offered = getattr(engine, "documents", None)
    if offered is not None:
        yield from offered()
        return
    for document, _ in engine.search(Query(text="", root=None), limit=max(engine.count(), 1)).ranked:
        yield document
