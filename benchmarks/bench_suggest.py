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
from search import suggestions
from search.engines.embedded.engine import WhooshEngine
from web.views.api import MAX_SUGGESTIONS
from web.views.suggestions import Suggestions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--documents", type=int, default=35_000)
    parser.add_argument("--queries", type=int, default=200)
    options = parser.parse_args()
    folder = corpus.data_directory(options.data, options.documents)
    engine = WhooshEngine(folder / "whoosh")
    started = time.process_time()
    suggestions.make(engine).save(folder / suggestions.FILE)
    made = time.process_time() - started
    started = time.process_time()
    shown = Suggestions(lambda: engine, folder)
    state = engine.state()
    taken = []
    for text in corpus.queries(options.queries):
        for end in range(1, len(text) + 1):
            shown.complete(text[:end], MAX_SUGGESTIONS, state)
            taken.append((time.process_time() - started) * 1000)
            started = time.process_time()
    write(
        "suggest",
        "Suggestions while typing",
        ("articles", "beginnings typed", "first ms", "median ms", "p95 ms", "slowest ms"),
        [
            (
                f"{options.documents:,}",
                f"{len(taken):,}",
                f"{taken[0]:.0f}",
                f"{quantile(taken, 0.5):.2f}",
                f"{quantile(taken, 0.95):.2f}",
                f"{max(taken):.1f}",
            )
        ],
        f"{options.queries} queries, {corpus.source()}, half of them without diacritics. Processor time, each\n"
        "suggestion counted; the first request reads the file. Making the file, once when the index has changed,\n"
        f"takes {made:.0f} s.",
    )


if __name__ == "__main__":
    main()
