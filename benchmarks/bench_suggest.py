"""How long suggestions take while somebody types: each beginning of each query, letter by letter.

    python benchmarks/bench_suggest.py [--data DIR] [--documents 35000] [--queries 200]

Takes 2 minutes, most of them to index. Result: results/suggest.md.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import corpus
from benchmarks.report import quantile, write
from search.engines.embedded.engine import WhooshEngine
from search.query.suggest import Suggester, entries_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--documents", type=int, default=35_000)
    parser.add_argument("--queries", type=int, default=200)
    options = parser.parse_args()
    engine = WhooshEngine(corpus.data_directory(options.data, options.documents) / "whoosh")
    started = time.perf_counter()
    suggester = Suggester(entries_of(engine.documents()))
    made = time.perf_counter() - started
    taken = []
    for text in corpus.queries(options.queries):
        for end in range(1, len(text) + 1):
            started = time.perf_counter()
            suggester.complete(text[:end])
            taken.append((time.perf_counter() - started) * 1000)
    write(
        "suggest",
        "Suggestions while typing",
        ("articles", "beginnings typed", "median ms", "p95 ms", "slowest ms"),
        [
            (
                f"{options.documents:,}",
                f"{len(taken):,}",
                f"{quantile(taken, 0.5):.3f}",
                f"{quantile(taken, 0.95):.3f}",
                f"{max(taken):.1f}",
            )
        ],
        f"{options.queries} queries, {corpus.source()}, half of them without diacritics. Reading all\n"
        f"documents for what to suggest takes {made:.1f} s, once, in the background.",
    )


if __name__ == "__main__":
    main()
