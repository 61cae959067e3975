"""What each bounded cache saves of the path that it stands on: work not done before, with the cache and without it.

    python benchmarks/bench_caches.py [--data DIR] [--documents 35000] [--items 60]

Paths: a JSON answer, a page of results, a suggestion, an article interpreted, an article analysed for the index (terms
and sketch), the page of help. For each cache there are other queries or articles, each new to it: done once without
the cache, so that all else is remembered, then with it and without it, in either order by turns. The difference is
told in per cent of what such new work takes in all. What stands in a module is found there, and bypassed; what belongs
to an open index or a site is emptied. Whole answers and earlier interpretations, which serve only what comes again, are
left out. The processor's seconds, the outermost tenths left aside; "±": standard error. Result: results/caches.md;
with --only it is printed alone.
"""

import argparse
import gc
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import _lru_cache_wrapper
from itertools import islice
from pathlib import Path
from statistics import mean, stdev
from time import process_time
from typing import Any, NamedTuple
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import corpus
from benchmarks.bench_interpret import CORPUS, articles
from benchmarks.report import load, write
from benchmarks.serving import api_path, page_path
from crawl.archive.archive import ArchivedArticle
from indexer.duplicates import print_of
from indexer.interpret import interpret
from search.document import Document
from search.engines.embedded.engine import WhooshEngine
from search.engines.embedded.scoring.impacts import ByteBoundedCache
from search.engines.embedded.vocabulary import IndexVocabulary
from search.text.analysis import field_terms
from search.text.bounded_memory import BoundedMemory
from web import create_app
from web.services import Library

OURS = ("crawl", "indexer", "search", "web")
ANSWER, PAGE, SUGGESTION, HELP = "JSON answer", "page", "suggestion", "help"
INTERPRETED, ANALYSED = "article interpreted", "article analysed"
OUTLIERS = 10  # of so many, the one that saves most and the one that saves least: mostly a page fault or a rival
WARMING = 4  # times as many items as are measured are done before

Work = Callable[[Any], None]
Switch = Callable[[], Callable[[], None]]  # turns a cache off; returns what turns it on again
Rebound = tuple[Any, str, Any, Any]  # a module, a name in it, the cache, what stands for it


class Bypass:
    """Stands for a cache: makes every value anew, and counts."""

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make, self.calls = make, 0

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.calls += 1
        return self._make(*given, **named)

    __getitem__ = __call__


class InModule(NamedTuple):
    what: str
    names: list[Rebound]

    def calls(self) -> int:
        return sum(bypass.calls for *_, bypass in self.names)

    def off(self) -> Callable[[], None]:
        for module, name, _, bypass in self.names:
            setattr(module, name, bypass)
        return self.on

    def on(self) -> None:
        for module, name, cache, _ in self.names:
            setattr(module, name, cache)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a data directory, used again if filled (default: see corpus.KEPT)")
    parser.add_argument("--documents", type=int, default=35_000)
    parser.add_argument("--items", type=int, default=60, help="queries or articles for each cache and path")
    parser.add_argument("--only", nargs="+", metavar="WORD", help="caches whose name has one of these")
    options = parser.parse_args()

    def is_asked_for(what: str) -> bool:
        return not options.only or any(word in what for word in options.only)

    app = create_app(corpus.data_directory(options.data, options.documents))
    app.extensions["kept"].find = lambda key: None  # whole answers
    client = app.test_client()

    def ask(path: str) -> None:
        assert client.get(path).status_code == 200

    def read(article: Any) -> Document:
        return interpret(ArchivedArticle(article, 1, "2026-01-01T00:00:00Z", "", False, ""))

    def analyse(document: Document) -> None:
        print_of(document)
        field_terms(document)

    paths: dict[str, tuple[Work, Iterator[Any]]] = {
        ANSWER: (lambda text: ask(api_path(text)), new_queries(2)),
        PAGE: (lambda text: ask(page_path(text)), new_queries(3)),
        SUGGESTION: (lambda text: ask(f"/api/suggest?q={quote(text)}"), beginnings(new_queries(4))),
        INTERPRETED: (read, endless(articles(CORPUS))),
        ANALYSED: (analyse, map(read, endless(articles(CORPUS)))),
        HELP: (ask, endless(["/tro-giup"])),
    }
    for work, items in paths.values():
        for item in islice(items, WARMING * options.items):
            work(item)
    gc.freeze()
    gc.disable()  # it comes now and then, and takes longer than what is measured
    found: dict[str, list[tuple[str, Saving]]] = defaultdict(list)
    for cache in filter(lambda one: is_asked_for(one.what), in_modules()):
        for path, (work, items) in paths.items():
            if is_used(cache, work, list(islice(items, 8))):
                found[path].append((cache.what, saving(work, list(islice(items, options.items)), cache.off)))
    for what, path, switch in of_objects(app.extensions["library"], app):
        if not is_asked_for(what):
            continue
        work, items = paths[path]
        found[path].append((what, saving(work, list(islice(items, options.items)), switch)))
    rows = []
    for path, savings in found.items():
        whole = mean(one.first for _, one in savings) / 100
        for what, one in sorted(savings, key=lambda pair: -pair[1].saved):
            row = (f"{one.saved * 1000:.3f}", f"{one.saved / whole:.1f}", f"{one.within / whole:.1f}")
            rows.append((f"{path}, {whole * 100_000:.1f} ms", what, *row))
    write(
        "caches",
        "What each cache saves of new work",
        ("path, of new work", "cache", "ms saved", "% of the path", "±"),
        rows,
        f"{options.documents:,} articles, {corpus.source()}; {options.items} queries or articles for each. {load()}",
        whole=not options.only,
    )


def new_queries(seed: int) -> Iterator[str]:
    """Yield queries, none of them twice. seed: other ones."""
    seen: set[str] = set()
    for text in corpus.queries(60_000, seed):
        if text not in seen:
            seen.add(text)
            yield text


def beginnings(queries: Iterator[str]) -> Iterator[str]:
    dice = random.Random(5)
    return (text[: dice.randint(2, len(text))] for text in queries)


def endless(items: Sequence[Any]) -> Iterator[Any]:
    while True:
        yield from items


def in_modules() -> Iterator[InModule]:
    """Yield the bounded caches that stand in our modules, then all of a module together, since one may cover another.

    Tables that are read once are none.
    """
    of_module: defaultdict[str, list[InModule]] = defaultdict(list)
    held: defaultdict[int, list[tuple[Any, str, Any]]] = defaultdict(list)
    for module in [one for name, one in list(sys.modules.items()) if name.partition(".")[0] in OURS]:
        for name, value in list(vars(module).items()):
            if _is_bounded(value):
                held[id(value)].append((module, name, value))
    for places in held.values():
        value = places[0][2]
        make = value._make if isinstance(value, BoundedMemory) else value.__wrapped__
        bypass = Bypass(make)
        found = InModule(f"`{make.__module__}.{make.__name__}`", [(*place, bypass) for place in places])
        of_module[make.__module__].append(found)
        yield found
    for module, some in of_module.items():
        if len(some) > 1:
            yield InModule(f"all of `{module}`", [name for one in some for name in one.names])


def _is_bounded(value: Any) -> bool:
    if isinstance(value, _lru_cache_wrapper):
        return bool(value.cache_parameters()["maxsize"])
    return isinstance(value, BoundedMemory)


def of_objects(library: Library, app: Any) -> Iterator[tuple[str, str, Switch]]:
    """Yield what an open index and a site keep: what it is, a path that it stands on, what empties it."""
    engine = library.engine()
    assert isinstance(engine, WhooshEngine) and engine._collection
    snapshot = engine._collection
    views = snapshot.views

    def emptied(objects: Sequence[Any], name: str, fresh: Callable[[Any], Any]) -> Switch:
        def off() -> Callable[[], None]:
            kept = [getattr(one, name) for one in objects]
            for one in objects:
                setattr(one, name, fresh(getattr(one, name)))

            def on() -> None:
                for one, value in zip(objects, kept, strict=True):
                    setattr(one, name, value)

            return on

        return off

    def without(holder: dict[str, Any], key: str, fresh: Callable[[], Any]) -> Switch:
        def off() -> Callable[[], None]:
            kept = holder.get(key)
            holder[key] = fresh()
            return lambda: holder.__setitem__(key, kept)

        return off

    for name in ("impacts", "held", "phrases"):
        yield f"`SegmentView.{name}`", ANSWER, emptied(views, name, lambda kept: ByteBoundedCache(kept.room))
    for name in ("_spans", "_saturations", "_freshness"):
        yield f"`SegmentView.{name}`", ANSWER, emptied(views, name, lambda kept: {})
    yield "`Snapshot._rarities`", ANSWER, emptied([snapshot], "_rarities", lambda kept: {})
    yield (
        "`IndexVocabulary`",
        ANSWER,
        emptied([engine], "_vocabulary", lambda kept: (kept[0], vocabulary_of(kept[0], kept[1]))),
    )
    for name in ("_coverage", "_sources", "_archive_months", "_tombstones"):
        for path in (ANSWER, PAGE):
            yield f"`Library.{name}`", path, emptied([library], name, lambda kept: None)
    yield "`Suggestions._counts`", SUGGESTION, emptied([library.suggestions], "_counts", lambda kept: {})
    for key in ("kept_parts", "figure_panels", "example"):
        yield (
            f"`{key}`",
            HELP if key == "example" else PAGE,
            without(app.extensions, key, lambda key=key: None if key == "example" else {}),
        )


def vocabulary_of(snapshot: Any, known: IndexVocabulary) -> IndexVocabulary:
    """Return the vocabulary without what queries asked; the counts of words, read once, stay."""
    fresh = IndexVocabulary(snapshot)
    if "_words" in vars(known):
        vars(fresh)["_words"] = vars(known)["_words"]
    return fresh


def is_used(cache: InModule, work: Work, items: Sequence[Any]) -> bool:
    with switched(cache.off):
        before = cache.calls()
        for item in items:
            work(item)
    return cache.calls() > before


@contextmanager
def switched(off: Switch) -> Iterator[None]:
    on = off()
    try:
        yield
    finally:
        on()


class Saving(NamedTuple):
    """Seconds that a cache saves of an item, their standard error, and what the item takes the first time."""

    saved: float
    within: float
    first: float


def saving(work: Work, items: Sequence[Any], off: Switch) -> Saving:
    gc.collect()
    saved, first = [], 0.0
    for number, item in enumerate(items):
        with switched(off):  # whatever else is remembered of the item is, from now on
            first += seconds(work, item)
        spent = {}
        for with_it in (number % 2 == 0, number % 2 == 1):
            with nullcontext() if with_it else switched(off):
                spent[with_it] = seconds(work, item)
        saved.append(spent[False] - spent[True])
    aside = len(saved) // OUTLIERS
    kept = sorted(saved)[aside : len(saved) - aside]
    return Saving(mean(kept), stdev(kept) / len(kept) ** 0.5, first / len(items))


def seconds(work: Work, item: Any) -> float:
    begun = process_time()
    work(item)
    return process_time() - begun


if __name__ == "__main__":
    main()
