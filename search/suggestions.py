"""The suggestions of an index: made from its documents, kept in a file beside it, made anew when enough has changed."""

from pathlib import Path
from time import time

from search.engines.ports import Engine
from search.query.rewriter import understand
from search.query.suggest import Suggester, entries_of

FILE = "suggestions.npz"
CHANGED_SHARE = 0.02  # of the documents: a few change little of what is offered, and to read 35,000 takes 12 seconds
LONGEST_KEPT_SECONDS = 24 * 3600


def make(engine: Engine) -> Suggester:
    """Read every document of an index for what it offers. Raises IndexMissing where there is no index."""
    count = engine.count()
    return Suggester(entries_of(engine.documents(), count), count)


def renew(data_dir: Path, engine: Engine) -> bool:
    """Make the file of an index that has just changed anew, if so much has changed; return whether it was."""
    file = data_dir / FILE
    known = Suggester.load(file)
    documents = engine.count()
    if known is not None:
        is_new = time() - file.stat().st_mtime < LONGEST_KEPT_SECONDS
        if is_new and abs(documents - known.documents) <= CHANGED_SHARE * known.documents:
            return False
    made = make(engine)
    if state := engine.state():
        made.count_most_frequent(lambda text: count(engine, text), state)
    made.save(file)
    return True


def count(engine: Engine, text: str) -> int:
    """Return how many pages a search for a suggestion finds: its full matches."""
    return engine.search(understand(text, engine.vocabulary()), limit=0, depth_only=True).total
