"""How long a query takes at engine level: reading it, scoring with the product's full shape, top 10, facets; and peers.

    python benchmarks/bench_query.py [--data DIR] [--documents 35000] [--stock 10000] [--queries 300]

On the same documents and queries, in turns: Tantivy, Xapian, SQLite FTS5 (benchmarks/peers.py), and on fewer documents
stock Whoosh (its own codec and matchers, the same query tree). DIR is a data directory, filled if it is empty and used
again if it is not. Takes 10 minutes, and 20 more where stock Whoosh's index has to be made, which is kept as ours are.
Result: results/query.md, query.svg.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from statistics import median

from whoosh import index

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import corpus, stock_whoosh
from benchmarks.peers import Tantivy, available
from benchmarks.report import plot, quantile, write
from benchmarks.turns import FACETS, NOTE, TURNS, measured
from benchmarks.whoosh_matchers import whoosh_query
from search.engines.embedded.engine import WhooshEngine
from search.engines.plan.compiler import compile_query
from search.query.rewriter import understand

HEADER = ("", "articles", "median ms", "p95 ms", "slowest ms", "times ours (median of pairs)")
OURS = "hoinghi"

Asked = Callable[[str], Callable[[], object]]


def in_turns(contestants: dict[str, Asked], texts: Sequence[str]) -> dict[str, list[float]]:
    """Return the milliseconds of each contestant for each text. Each text goes to all before the next is asked; all are
    asked twice, and the second time counts."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for text in texts:
        for name, asked in contestants.items():
            answer = asked(text)
            answer()
            started = time.perf_counter()
            answer()
            taken[name].append((time.perf_counter() - started) * 1000)
    return taken


def rows_of(taken: dict[str, list[float]], documents: int) -> list[list[object]]:
    ours = taken[OURS]
    rows: list[list[object]] = []
    for name, times in taken.items():
        ratio = median(theirs / own for theirs, own in zip(times, ours, strict=True))
        shown = "" if name == OURS else f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"
        numbers = (quantile(times, 0.5), quantile(times, 0.95), max(times))
        rows.append([name, f"{documents:,}", *(f"{number:.2f}" for number in numbers), shown])
    return rows


def ours(engine: WhooshEngine) -> Asked:
    def found(text: str) -> object:
        query = understand(text, engine.vocabulary())
        # read: hits wait for being asked for
        return tuple(engine.search(query, limit=10, facets=FACETS, depth_only=True).ranked)

    return lambda text: lambda: found(text)


def rows_of_turns(name: str, taken: dict[str, list[float]], documents: int) -> list[list[object]]:
    rows: list[list[object]] = []
    for turn in TURNS:
        numbers = (quantile(taken[turn], 0.5), quantile(taken[turn], 0.95), max(taken[turn]))
        rows.append([f"{name}, {turn}", f"{documents:,}", *(f"{number:.2f}" for number in numbers), ""])
    return rows


def split(engine: WhooshEngine, texts: Sequence[str]) -> str:
    """Say where the time goes: reading the query, scoring, facets, and opening the ten documents."""
    vocabulary = engine.vocabulary()
    queries = {text: understand(text, vocabulary) for text in texts}
    taken = in_turns(
        {
            OURS: lambda text: lambda: understand(text, vocabulary),
            "scored": lambda text: lambda: engine.search(queries[text], limit=10, depth_only=True),
            "counted": lambda text: lambda: engine.search(queries[text], limit=10, facets=FACETS, depth_only=True),
            "shown": lambda text: lambda: tuple(engine.search(queries[text], limit=10).ranked),
        },
        texts,
    )
    more = {
        name: median(one - other for one, other in zip(taken[name], taken["scored"], strict=True))
        for name in ("counted", "shown")
    }
    return (
        f"Where the time goes, medians: {median(taken[OURS]):.2f} ms to read a query, {median(taken['scored']):.2f} ms "
        f"to find and rank, {more['counted']:.2f} ms for two facets; documents for ten hits, not counted above, "
        f"take {more['shown']:.2f} ms more."
    )


def stock_asked(count: int) -> Asked:
    from whoosh.searching import Searcher

    searcher = Searcher(stock_index(count).reader(), weighting=stock_whoosh.Bm25())

    def asked(text: str) -> Callable[[], object]:
        tree = whoosh_query(compile_query(understand(text)))
        return lambda: searcher.search(tree, limit=10, groupedby="province_now", optimize=False)

    return asked


def stock_index(count: int) -> index.FileIndex:
    """Return stock Whoosh's index of so many articles, made if it is not there."""
    folder = corpus.KEPT / f"stock-whoosh-{count}"
    if index.exists_in(str(folder)):
        place = index.open_dir(str(folder))
        if place.doc_count() == count:
            return place
    shutil.rmtree(folder, ignore_errors=True)  # given up half-way
    print(f"indexing {count:,} articles for stock Whoosh", file=sys.stderr)
    return stock_whoosh.build(folder, corpus.articles(count))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a data directory, used again if filled (default: see corpus.KEPT)")
    parser.add_argument("--documents", type=int, default=35_000)
    parser.add_argument("--stock", type=int, default=10_000, help="articles for stock Whoosh; 0 leaves it out")
    parser.add_argument("--queries", type=int, default=300)
    options = parser.parse_args()
    texts = corpus.queries(options.queries)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = corpus.data_directory(options.data, options.documents)
        by_turn = {OURS: measured("hoinghi", data / "whoosh", texts)}
        engine = WhooshEngine(data / "whoosh")
        peers, notes = available(folder)
        for peer in peers:
            print(f"indexing for {peer.name}", file=sys.stderr)
            documents = corpus.articles(options.documents)
            while batch := list(islice(documents, 5_000)):
                peer.add(batch)
        for peer in peers:
            if isinstance(peer, Tantivy):
                by_turn[peer.name] = measured("tantivy", peer.folder, texts)
        large = in_turns({OURS: ours(engine), **{peer.name: peer.asked for peer in peers}}, texts)
        notes += [f"{peer.name}: {peer.counts}." for peer in peers]
        for peer in peers:
            peer.close()
        rows = [row for name, taken in by_turn.items() for row in rows_of_turns(name, taken, options.documents)]
        rows += rows_of(large, options.documents)
        openings = ", ".join(f"{name} {taken['opening'][0]:.0f} ms" for name, taken in by_turn.items())
        notes += [NOTE, "The other rows: each query asked twice, the second time counts.", split(engine, texts)]
        notes.append(f"Opening the index and the first answer: {openings}.")
        if options.stock:
            small = corpus.data_directory(None, options.stock)
            contestants = {
                OURS: ours(WhooshEngine(small / "whoosh")),
                "stock Whoosh, same tree, one facet": stock_asked(options.stock),
            }
            rows += rows_of(in_turns(contestants, texts[:40]), options.stock)
    notes.insert(0, f"{len(texts)} queries of 2 to 12 syllables, half of them without diacritics; {corpus.source()}.")
    write("query", "Queries at engine level", HEADER, rows, "\n".join(f"- {note}" for note in notes))
    with plot("query", f"Queries over {options.documents:,} articles", "milliseconds", "share of the queries") as axes:
        for contestant, times in large.items():
            shares = [number / 100 for number in range(1, 100)]
            axes.plot([quantile(times, share) for share in shares], shares, label=contestant)
        axes.set_xscale("log")


if __name__ == "__main__":
    main()
