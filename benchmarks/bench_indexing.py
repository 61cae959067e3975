"""From text to searchable: articles and words a second, ours and peers; and what an update costs while others search.

    python benchmarks/bench_indexing.py [--data DIR] [--documents 5000] [--stock 300] [--index 35000]

Ours works in as many processes as there are processors; the stock pipeline is pyvi and Whoosh with the same fields, on
fewer articles because it takes so long. Then 100 articles are written into an index of 35,000 (--index 100000 for more)
while another process searches it without pause, and are taken out again. Takes 8 minutes: 2 for the index, 2 for peers,
3 for the stock pipeline. Result: results/indexing.md and indexing.svg.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import corpus, stock_whoosh
from benchmarks.peers import available, held_bytes
from benchmarks.report import plot, quantile, write
from search import analysis
from search.document import Document
from search.engines.whoosh_engine import WhooshEngine
from search.text import norms

UPDATE = 100
MARK = "bàithửnghiệm"  # a word that only the new articles hold
SEARCHES_BEFORE_SECONDS = 3.0

# Searches without pause; prints for each its moment, its milliseconds and how many articles hold the new word.
SEARCHER = """
import json, sys, time
from search.engines.whoosh_engine import WhooshEngine
from search.understanding import understand

engine, queries = WhooshEngine(sys.argv[1]), json.loads(sys.argv[2])
for text in queries:
    engine.search(understand(text, engine.vocabulary()), facets=("province_now", "year"))
print("ready", flush=True)
number = 0
while True:
    started = time.time()
    engine.search(understand(queries[number % len(queries)], engine.vocabulary()), facets=("province_now", "year"))
    taken = time.time() - started
    print(started, taken * 1000, engine.search(understand(sys.argv[3]), limit=0).total, flush=True)
    number += 1
    time.sleep(0.005)
"""


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def fill(folder: Path, documents: list[Document]) -> None:
    with WhooshEngine(folder).writer() as writer:
        writer.add(documents)


def stock_fill(folder: Path, documents: list[Document]) -> None:
    """Segment with pyvi itself, index with Whoosh's own codec, the same fields."""
    from pyvi import ViTokenizer

    def words(document: Document) -> list[str]:
        tokens = [token for text in (document.title, document.text) for token in ViTokenizer.tokenize(text).split()]
        return [token.lower() for token in tokens if "_" in token]

    ours = analysis.words
    analysis.words = words
    try:
        stock_whoosh.build(folder, documents)
    finally:
        analysis.words = ours


def row(name: str, documents: list[Document], seconds: float, held: int) -> list[object]:
    words = sum(len(norms(document.title)) + len(norms(document.text)) for document in documents)
    size = corpus.text_bytes(documents)
    rate = len(documents) / seconds
    return [name, f"{len(documents):,}", f"{rate:,.0f}", f"{words / seconds / 1e6:.3f}", f"{held / size:.2f}"]


def new_articles() -> Iterator[Document]:
    for number, one in enumerate(corpus.articles(UPDATE, seed=int(time.time()))):
        identifier = f"https://mau.test/them/{number}"
        yield replace(one, id=identifier, key=f"them{number:012x}", text=f"{one.text}\n\n{MARK}")


def update(data: Path, queries: list[str]) -> tuple[dict[str, float], list[tuple[float, float]]]:
    """Write UPDATE articles while a process searches; return figures, and (second, milliseconds) of its searches."""
    folder = str(data / "whoosh")
    engine = WhooshEngine(folder)
    command = [sys.executable, "-c", SEARCHER, folder, json.dumps(queries), MARK]
    searcher = subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True)
    lines: list[tuple[float, float, int]] = []
    try:
        assert searcher.stdout
        searcher.stdout.readline()
        time.sleep(SEARCHES_BEFORE_SECONDS)
        documents = list(new_articles())
        began = time.time()
        with engine.writer() as writer:
            writer.add(documents)
        committed = time.time()
        while not lines or lines[-1][2] < UPDATE:
            started, taken, found = searcher.stdout.readline().split()
            lines.append((float(started), float(taken), int(found)))
        for _ in range(200):
            started, taken, found = searcher.stdout.readline().split()
            lines.append((float(started), float(taken), int(found)))
    finally:
        searcher.kill()
        searcher.communicate()
        with engine.writer() as writer:
            writer.delete([document.id for document in new_articles()])
    seen = next(started + taken / 1000 for started, taken, found in lines if found >= UPDATE)
    before = [taken for started, taken, _ in lines if started < began]
    during = [taken for started, taken, _ in lines if began <= started < seen]
    figures = {
        "commit": committed - began,
        "seen": seen - began,
        "before": median(before),
        "before95": quantile(before, 0.95),
        "during": median(during) if during else 0.0,
        "during95": quantile(during, 0.95) if during else 0.0,
        "first": max(taken for started, taken, found in lines if committed - 0.1 < started < seen + 1.0),
    }
    return figures, [(started - began, taken) for started, taken, _ in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a data directory to update (default: see corpus.KEPT)")
    parser.add_argument("--documents", type=int, default=5_000)
    parser.add_argument("--stock", type=int, default=300, help="articles for the stock pipeline; 0 leaves it out")
    parser.add_argument("--index", type=int, default=35_000, help="articles in the index that is updated")
    options = parser.parse_args()
    documents = list(corpus.articles(options.documents))
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds = timed(lambda: fill(folder / "ours", documents))
        rows.append(row("hoinghi, all fields and documents", documents, seconds, held_bytes(folder / "ours")))
        peers, notes = available(folder)
        for number, peer in enumerate(peers):
            print(f"indexing for {peer.name}", file=sys.stderr)
            seconds = timed(lambda peer=peer: peer.add(documents))
            rows.append(
                row(
                    f"{peer.name}: {peer.counts.split(';')[0]}",
                    documents,
                    seconds,
                    held_bytes(folder / f"peer{number}"),
                )
            )
            peer.close()
        if options.stock:
            few = documents[: options.stock]
            seconds = timed(lambda: fill(folder / "few", few))
            rows.append(row("hoinghi, the first of them", few, seconds, held_bytes(folder / "few")))
            print("the stock pipeline", file=sys.stderr)
            seconds = timed(lambda: stock_fill(folder / "stock", few))
            rows.append(row("pyvi and stock Whoosh, same fields", few, seconds, held_bytes(folder / "stock")))
        data = corpus.data_directory(options.data, options.index)
        found, searches = update(data, corpus.queries(50))
    notes += [
        "Every peer but FTS5 gets the terms that our analysis makes, in one process; that time is counted. Xapian, "
        "Tantivy and FTS5 keep titles or less for showing, ours whole documents, names, numbers and words.",
        f"{UPDATE} articles into an index of {options.index:,}: committed after {found['commit']:.1f} s, found by "
        f"another process after {found['seen']:.1f} s. Its searches took {found['before']:.1f} ms before (p95 "
        f"{found['before95']:.1f}), {found['during']:.1f} ms meanwhile (p95 {found['during95']:.1f}); the slowest "
        f"after the commit {found['first']:.0f} ms.",
        f"{corpus.source().capitalize()}.",
    ]
    header = ("", "articles", "articles/s", "million words/s", "bytes of index per byte of text")
    write("indexing", "Indexing", header, rows, "\n".join(f"- {note}" for note in notes))
    with plot("indexing", f"Searches while {UPDATE} articles are indexed", "seconds", "milliseconds") as axes:
        axes.plot(*zip(*searches, strict=True), ".", markersize=2, rasterized=True)
        axes.axvspan(0, found["commit"], alpha=0.15, label="writing")
        axes.set_yscale("log")


if __name__ == "__main__":
    main()
