"""From text to searchable: articles and words a second, ours and peers; and what an update costs while others search.

    python benchmarks/bench_indexing.py [--documents 100000] [--few 5000] [--stock 200] [--rounds 3] [--data DIR]

Three figures. The engine alone, from documents with their text to a committed index, beside peers (--few documents) and
beside the stock pipeline, pyvi and Whoosh with the same fields (--stock, because that takes so long). The whole of
`hoinghi index` over an archive (--documents): interpretation, meetings, copies, and the engine. And an update: 100
articles are stored in that archive and `hoinghi index` is run again, while another process searches without pause.
Takes 8 minutes on an idle machine, 6 of them for the archive. Result: results/indexing.md and indexing.svg.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import corpus, stock_whoosh
from benchmarks.peers import available, held_bytes
from benchmarks.report import plot, quantile, write
from crawl.archive.archive import Archive
from crawl.article import Article
from search.document import Document
from search.engines.embedded.engine import WhooshEngine
from search.text import analysis
from search.text.normalization import norms

ROOT = Path(__file__).parents[1]
UPDATE, ROUNDS = 100, 3
MARK = "bàithửnghiệm"  # a word that only the articles of one update hold, with a letter for each
SEARCHES_BEFORE_SECONDS = 3.0

# Searches without pause; prints for each its moment, its milliseconds and how many articles hold the new word.
SEARCHER = """
import json, sys, time
from search.engines.embedded.engine import WhooshEngine
from search.query.rewriter import understand

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


@dataclass
class Cost:
    """Of a piece of work. processor: seconds of all processes that ended; peak: megabytes of the largest of them."""

    seconds: float
    processor: float
    peak: float


def cost_of(work: Callable[[], object]) -> Cost:
    def used() -> float:
        both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(one.ru_utime + one.ru_stime for one in both)

    before, started = used(), time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    return Cost(seconds, used() - before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


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


def store(data: Path, documents: Iterable[Document]) -> None:
    """Put documents into the archive as pages that print a day; meetings and all else are left to interpretation."""
    with Archive(data) as archive, archive.batch():
        for one in documents:
            day = "/".join(reversed(one.published.split("-")))
            page = Article(one.id, one.url, one.title, one.text, printed_date=day, source=one.source)
            archive.store_article(replace(page, province=one.province_then))


def index_archive(data: Path) -> None:
    command = [sys.executable, "hoinghi.py", "index", "--data", str(data)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def words_in(documents: Iterable[Document]) -> int:
    return sum(len(norms(document.title)) + len(norms(document.text)) for document in documents)


def row(name: str, documents: list[Document], cost: Cost, held: int, tell_processor: bool = True) -> list[object]:
    count, million_words = len(documents), words_in(documents) / 1e6
    return [
        *(name, f"{count:,}", f"{count / cost.seconds:,.0f}"),
        f"{cost.processor / count * 1000:.1f}" if tell_processor else "",
        *(f"{million_words / cost.seconds:.3f}", f"{held / corpus.text_bytes(documents):.2f}"),
    ]


@dataclass
class Update:
    """Seconds from the start of `hoinghi index` until it ended and until a search found all; the searches around it."""

    ended: float
    processor: float
    seen: float
    searches: list[tuple[float, float]]  # (seconds after the start, milliseconds)

    def around(self, before: bool) -> list[float]:
        return [taken for at, taken in self.searches if (at < 0 if before else 0 <= at < self.seen + 1)]


def update(data: Path, queries: list[str], number: int) -> Update:
    """Store UPDATE articles and index them while a process searches."""
    mark = MARK + "abcdefgh"[number]
    searcher = subprocess.Popen(
        [sys.executable, "-c", SEARCHER, str(data / "whoosh"), json.dumps(queries), mark],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    lines: list[tuple[float, float, int]] = []
    try:
        assert searcher.stdout
        searcher.stdout.readline()
        documents = corpus.articles(UPDATE, seed=1000 + number)
        names = [f"https://mau.test/them/{number}/{place}" for place in range(UPDATE)]
        store(data, (replace(one, id=i, text=f"{one.text}\n\n{mark}") for one, i in zip(documents, names, strict=True)))
        time.sleep(SEARCHES_BEFORE_SECONDS)
        began = time.time()
        cost = cost_of(lambda: index_archive(data))
        while not lines or lines[-1][2] < UPDATE or lines[-1][0] < began + cost.seconds + 1:
            started, taken, found = searcher.stdout.readline().split()
            lines.append((float(started), float(taken), int(found)))
    finally:
        searcher.kill()
        searcher.communicate()
    seen = next(started + taken / 1000 for started, taken, found in lines if found >= UPDATE)
    return Update(cost.seconds, cost.processor, seen - began, [(at - began, taken) for at, taken, _ in lines])


def told(updates: list[Update], documents: int) -> str:
    """Return what the updates came to, in words."""
    before = [taken for one in updates for taken in one.around(before=True)]
    during = [taken for one in updates for taken in one.around(before=False)]
    ended, processor, seen = (median(getattr(one, name) for one in updates) for name in ("ended", "processor", "seen"))
    return (
        f"{UPDATE} articles more in an archive of {documents:,}: `hoinghi index` took {ended:.1f} s from start to end "
        f"({processor:.1f} s of processor), and another process found them after {seen:.1f} s (medians of "
        f"{len(updates)}). Its searches took {median(before):.1f} ms before (p95 {quantile(before, 0.95):.1f}), "
        f"{median(during):.1f} ms meanwhile and in the second after (p95 {quantile(during, 0.95):.1f}, slowest "
        f"{max(during):.0f})."
    )


def engine_and_stock(folder: Path, few: list[Document], stock: int) -> tuple[list[list[object]], list[str]]:
    cost = cost_of(lambda: fill(folder / "ours", few))
    rows = [row("the engine: documents with all fields", few, cost, held_bytes(folder / "ours"))]
    if not stock:
        return rows, []
    print("the stock pipeline", file=sys.stderr)
    some = few[:stock]
    of_stock = cost_of(lambda: stock_fill(folder / "stock", some))
    rows.append(row("pyvi and stock Whoosh, same fields", some, of_stock, held_bytes(folder / "stock")))
    more = len(few) / len(some)
    times, per_core = of_stock.seconds * more / cost.seconds, of_stock.processor * more / cost.processor
    return rows, [f"The engine is {times:.0f} times as fast as the stock pipeline, {per_core:.0f} times on one core."]


def peers(folder: Path, few: list[Document]) -> tuple[list[list[object]], list[str]]:
    rows = []
    present, notes = available(folder)
    for number, peer in enumerate(present):
        print(f"indexing for {peer.name}", file=sys.stderr)
        cost = cost_of(lambda peer=peer: peer.add(few))
        name = f"{peer.name}: {peer.counts.split(';')[0]}"
        rows.append(row(name, few, cost, held_bytes(folder / f"peer{number}"), tell_processor=False))
        peer.close()
    notes.append(
        "Every peer but FTS5 gets the terms that our analysis makes, in one process; that time is counted. Xapian, "
        "Tantivy and FTS5 keep titles or less for showing, ours whole documents, names, numbers and words."
    )
    return rows, notes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="where to make the archive and its index (default: nowhere for long)")
    parser.add_argument("--documents", type=int, default=100_000, help="articles in the archive")
    parser.add_argument("--few", type=int, default=5_000, help="documents for the engine alone, and for peers")
    parser.add_argument("--stock", type=int, default=200, help="articles for the stock pipeline; 0 leaves it out")
    parser.add_argument("--rounds", type=int, default=3, help="updates")
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    few = list(corpus.articles(options.few))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows, notes = engine_and_stock(folder, few, options.stock)
        if not options.no_peers:
            of_peers, more = peers(folder, few)
            rows, notes = rows + of_peers, notes + more
        every = list(corpus.articles(options.documents))
        print(f"storing {len(every):,} articles", file=sys.stderr)
        data = options.data or folder / "data"
        store(data, every)
        cost = cost_of(lambda: index_archive(data))
        command = "`hoinghi index`: articles to interpret, link and index"
        rows.insert(1, row(command, every, cost, held_bytes(data / "whoosh")))
        notes.append(f"The largest process of `hoinghi index` held {cost.peak:,.0f} MB at most.")
        updates = [update(data, corpus.queries(50), number) for number in range(options.rounds)]
    notes += [
        told(updates, options.documents),
        f"{corpus.source().capitalize()}. Load of the machine before: {load:.1f}.",
    ]
    header = (
        "",
        "articles",
        "articles/s",
        "ms of processor each",
        "million words/s",
        "bytes of index per byte of text",
    )
    write("indexing", "Indexing", header, rows, "\n".join(f"- {note}" for note in notes))
    last = updates[-1]
    with plot("indexing", f"Searches while {UPDATE} articles are indexed", "seconds", "milliseconds") as axes:
        axes.plot(*zip(*last.searches, strict=True), ".", markersize=2, rasterized=True)
        axes.axvspan(0, last.ended, alpha=0.15, label="hoinghi index")
        axes.set_yscale("log")


if __name__ == "__main__":
    main()
