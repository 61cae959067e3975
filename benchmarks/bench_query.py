"""How long a query takes at engine level: reading it, scoring with the product's full shape, top 10, facets.

    python benchmarks/bench_query.py [--documents 35000] [--stock 2000] [--queries 300]

Beside it, on the same documents and queries: stock Whoosh (its own codec and matchers, the same query tree; on fewer
documents, because building it takes so long), SQLite FTS5 (one field, OR, rank, two facets). Result: results/query.md.
"""

import argparse
import os
import platform
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import corpus, stock_whoosh
from search.document import Document
from search.engines.compiled import compile_query
from search.engines.whoosh_engine import WhooshEngine
from search.text import norms
from search.understanding import understand

RESULT = Path(__file__).parent / "results" / "query.md"
FACETS = ("province_now", "year")


def timed(call: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """Return milliseconds for each text, after one round to warm up."""
    for text in texts:
        call(text)
    found = []
    for text in texts:
        started = time.perf_counter()
        call(text)
        found.append((time.perf_counter() - started) * 1000)
    return found


def row(name: str, documents: int, milliseconds: list[float]) -> str:
    ordered = sorted(milliseconds)
    p95 = ordered[int(len(ordered) * 0.95)]
    return f"| {name} | {documents:,} | {statistics.median(ordered):.2f} | {p95:.2f} | {ordered[-1]:.2f} |"


def ask(engine: WhooshEngine) -> Callable[[str], object]:
    vocabulary = engine.vocabulary()
    return lambda text: engine.search(understand(text, vocabulary), limit=10, facets=FACETS, depth_only=True)


def fts5(documents: list[Document]) -> Callable[[str], object]:
    database = sqlite3.connect(":memory:")
    database.execute('CREATE VIRTUAL TABLE text USING fts5(body, tokenize = "unicode61 remove_diacritics 0")')
    database.execute("CREATE TABLE facts (number INTEGER PRIMARY KEY, province TEXT, year INTEGER)")
    database.executemany("INSERT INTO text VALUES (?)", ((f"{d.title} {d.text}",) for d in documents))
    database.executemany(
        "INSERT INTO facts VALUES (?, ?, ?)", ((n, d.province_now, d.year) for n, d in enumerate(documents, 1))
    )

    def search(text: str) -> object:
        words = " OR ".join(f'"{word}"' for word in norms(text))
        best = database.execute("SELECT rowid FROM text WHERE text MATCH ? ORDER BY rank LIMIT 10", (words,)).fetchall()
        for column in ("province", "year"):
            matching = "SELECT rowid FROM text WHERE text MATCH ?"
            counting = f"SELECT {column}, count(*) FROM facts WHERE number IN ({matching}) GROUP BY 1"
            database.execute(counting, (words,)).fetchall()
        return best

    return search


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=35_000)
    parser.add_argument("--stock", type=int, default=2_000)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args()
    texts = corpus.queries(options.queries)
    rows: list[str] = []
    notes: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        documents = list(corpus.articles(options.documents))
        size = sum(len((d.title + d.text).encode()) for d in documents)
        engine = WhooshEngine(Path(folder) / "ours")
        started = time.perf_counter()
        with engine.writer() as writer:
            writer.add(documents)
        seconds = time.perf_counter() - started
        held = sum(path.stat().st_size for path in engine.directory.iterdir())
        notes.append(f"Indexing: {options.documents / seconds:,.0f} articles/s, from text to searchable, all fields.")
        notes.append(f"Index: {held / size:.2f} × the text ({size / options.documents:,.0f} bytes an article).")
        started = time.perf_counter()
        fresh = WhooshEngine(engine.directory)
        ask(fresh)(texts[0])
        notes.append(f"Opening and the first query: {(time.perf_counter() - started) * 1000:.0f} ms.")
        cold = []
        for text in texts:
            started = time.perf_counter()
            ask(fresh)(text)
            cold.append((time.perf_counter() - started) * 1000)
        rows.append(row("hoinghi, each query for the first time", options.documents, cold))
        rows.append(row("hoinghi", options.documents, timed(ask(fresh), texts)))
        rows.append(row("SQLite FTS5, one field", options.documents, timed(fts5(documents), texts[:60])))

        few = documents[: options.stock]
        small = WhooshEngine(Path(folder) / "small")
        started = time.perf_counter()
        with small.writer() as writer:
            writer.add(few)
        ours = time.perf_counter() - started
        rows.append(row("hoinghi", options.stock, timed(ask(small), texts[:30])))
        started = time.perf_counter()
        stock = stock_whoosh.build(Path(folder) / "stock", few)
        theirs = time.perf_counter() - started
        rows.append(row("stock Whoosh, same tree", options.stock, timed(stock_asked(stock), texts[:30])))
        notes.append(f"Indexing {options.stock:,} articles: {ours:.1f} s; stock Whoosh, same fields: {theirs:.1f} s.")
    notes.append(
        f"Resident memory at the end: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB (peak)."
    )
    notes.append(f"Load of the machine meanwhile: {os.getloadavg()[1]:.1f} on {os.cpu_count()} processors.")
    lines = [
        "# Queries at engine level",
        "",
        f"{date.today().isoformat()}, {platform.machine()}, {platform.system()}, Python {platform.python_version()}; "
        f"{Path(__file__).name}, {len(texts)} queries, {corpus.source()}",
        "",
        "| | articles | median ms | p95 ms | slowest ms |",
        "|---|---|---|---|---|",
        *rows,
        "",
        *(f"- {note}" for note in notes),
    ]
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def stock_asked(place: object) -> Callable[[str], object]:
    from whoosh.searching import Searcher

    searcher = Searcher(place.reader(), weighting=stock_whoosh.Bm25())  # type: ignore[attr-defined]
    return lambda text: searcher.search(
        compile_query(understand(text)), limit=10, groupedby="province_now", optimize=False
    )


if __name__ == "__main__":
    main()
