"""What each cache saves of the path that it stands on: the same work with it and without it, in turns, in one process.

    python benchmarks/bench_caches.py [--data DIR] [--documents 5000] [--queries 40] [--articles 20]

Three paths: a JSON answer, a page, and an article interpreted and segmented. The work was done once before, so that
each cache holds what it can: what is told is the most that it saves. The processor's seconds. Result:
results/caches.md.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import corpus
from benchmarks.bench_interpret import CORPUS, articles
from benchmarks.report import write
from benchmarks.serving import api_path, page_path
from crawl.archive.archive import ArchivedArticle
from indexer.duplicates import print_of
from indexer.interpret import interpret
from search.text.segmentation import tokenize
from web import create_app

ANSWER, PAGE, ARTICLE = "JSON answer", "page", "article"

# (what it holds, where it stands: module and name, the paths that it stands on)
CACHES = (
    ("syllables of a query", (("search.text.normalization", "_syllables_of_query"),), (ANSWER,)),
    ("parts of a query", (("search.text.normalization", "_parts_of_query"),), (ANSWER,)),
    ("forms of a chunk of text", (("search.text.normalization", "_chunks"),), (ANSWER, ARTICLE)),
    ("folded form of a syllable", (("search.text.normalization", "_folded"),), (ANSWER, ARTICLE)),
    ("words of a chunk, segmented", (("search.text.segmentation", "_chunks"),), (ARTICLE,)),
    ("typing read as Telex or VNI", (("search.text.keyboards", "*"),), (ANSWER,)),
    ("spellings of a word", (("search.text.orthography", "*"),), (ANSWER,)),
    ("places named in texts", (("search.domain.places", "*"), ("search.domain.place_names", "*")), (ANSWER, ARTICLE)),
    ("numbers of a run of syllables", (("indexer.duplicates", "_numbers"),), (ARTICLE,)),
    ("hashes for sketches", (("indexer.sketch", "*"),), (ARTICLE,)),
    ("names that may be a person's, offices", (("indexer.rules.people", "*"),), (ARTICLE,)),
    ("speakers' offices", (("indexer.rules.quote_speakers", "*"),), (ARTICLE,)),
    ("districts", (("indexer.rules.province", "*"),), (ARTICLE,)),
    ("places and days as they stand in a hit", (("web.ui.hot_markup", "*"),), (PAGE,)),
    ("escaped short texts", (("web.ui.markup", "*"),), (PAGE,)),
    ("tiles of the maps", (("web.ui.hot_markup", "_tile_itself"),), (PAGE,)),
    ("parameters as in a link", (("web.http.parameters", "_encoded"),), (PAGE,)),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a data directory, used again if filled (default: see corpus.KEPT)")
    parser.add_argument("--documents", type=int, default=5_000)
    parser.add_argument("--queries", type=int, default=40)
    parser.add_argument("--articles", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=8)
    options = parser.parse_args()
    app = create_app(corpus.data_directory(options.data, options.documents))
    app.extensions["kept"].find = lambda key: None  # whole answers that are kept: measured in results/http.md
    client = app.test_client()
    texts = corpus.queries(options.queries)
    pages = articles(CORPUS)[: options.articles]

    def asked(path_of: Callable[[str], str]) -> Callable[[], None]:
        def run() -> None:
            for text in texts:
                assert client.get(path_of(text)).status_code == 200

        return run

    def read() -> None:
        for article in pages:
            print_of(interpret(ArchivedArticle(article, 1, "2026-01-01T00:00:00Z", "", False, "")))
            tokenize(f"{article.title}\n{article.body}")

    paths = {ANSWER: asked(api_path), PAGE: asked(page_path), ARTICLE: read}
    for work in paths.values():
        work()
    rows = []
    for what, places, on in CACHES:
        for path in on:
            rows.append(
                (path, what, ", ".join(module for module, _ in places), saving(paths[path], places, options.rounds))
            )
    rows.sort(key=lambda row: list(paths).index(row[0]))
    write(
        "caches",
        "What each cache saves",
        ("path", "what is kept", "module", "% of the path"),
        rows,
        f"{options.documents:,} articles, {corpus.source()}; the shortest of {options.rounds} rounds each way. "
        "Below 3 % is noise.",
    )


def saving(work: Callable[[], None], places: tuple[tuple[str, str], ...], rounds: int) -> str:
    """Return how much longer the work takes without the caches, in per cent of that longer time."""
    spent = {True: float("inf"), False: float("inf")}
    for turn in range(rounds):
        for with_it in (turn % 2 == 0, turn % 2 == 1):
            with ExitStack() as stack:
                if not with_it:
                    stack.enter_context(without(places))
                begun = process_time()
                work()
                spent[with_it] = min(spent[with_it], process_time() - begun)
    return f"{100 * (1 - spent[True] / spent[False]):.0f}"


class Forgetful(dict[str, Any]):
    """Stands for a Remembered: makes every value anew."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, text: str) -> Any:
        return self._make(text)


@contextmanager
def without(places: tuple[tuple[str, str], ...]) -> Iterator[None]:
    """Put what makes the values in place of each cache, wherever it was imported."""
    changed = []
    for module_name, name in places:
        module = vars(sys.modules[module_name])
        every = [each for each, value in module.items() if _is_cache(value, module_name)]
        for each in every if name == "*" else [name]:
            cache = module[each]
            bare = cache.__wrapped__ if hasattr(cache, "__wrapped__") else Forgetful(cache._make)
            for other in list(sys.modules.values()):
                for known, value in list(vars(other).items()) if other and hasattr(other, "__dict__") else ():
                    if value is cache:
                        setattr(other, known, bare)
                        changed.append((other, known, cache))
    assert changed, places
    try:
        yield
    finally:
        for other, known, cache in changed:
            setattr(other, known, cache)


def _is_cache(value: Any, module: str) -> bool:
    """Whether a value of a module is a bounded cache made there; tables that are read once are none."""
    if hasattr(value, "cache_parameters"):
        return value.cache_parameters()["maxsize"] is not None and value.__module__ == module
    return type(value).__name__ == "Remembered" and value._make.__module__ == module


if __name__ == "__main__":
    main()
