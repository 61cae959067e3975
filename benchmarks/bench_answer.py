"""What an answer costs, step by step: milliseconds of processor for reading, finding, proposing, cutting and showing.

    python benchmarks/bench_answer.py [--data DIR] [--documents 35000] [--queries 400]

One thread asks the application itself, without a server; every query is one that nobody has asked before. Takes a
minute, or three where the index has to be made. Result: results/answer.md.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import corpus
from benchmarks.report import write
from benchmarks.serving import api_path, page_path
from search import answer
from web import create_app
from web.views import pages

STEPS = (  # (what, module, its function), in the order of an answer
    ("read the query", answer, "understand"),
    ("find: match, score, count facets, read ten documents", answer, "find"),
    ("likelier text: make it, read it, count what it finds", answer, "_better"),
    ("cut and mark excerpts and titles of ten documents", answer, "_hits"),
    ("pictures: histogram and maps", pages, "pictures"),
    ("page from its template", pages, "page"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a data directory, used again if filled (default: see corpus.KEPT)")
    parser.add_argument("--documents", type=int, default=35_000)
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--warming", type=int, default=2_000, help="other queries, asked before")
    options = parser.parse_args()
    spent: Counter[str] = Counter()
    for what, module, name in STEPS:
        setattr(module, name, timed(getattr(module, name), what, spent))
    client = create_app(corpus.data_directory(options.data, options.documents)).test_client()
    texts = list(dict.fromkeys(corpus.queries(3 * (options.warming + 2 * options.queries))))
    for text in texts[: options.warming]:
        client.get(page_path(text))
    rows = []
    asked = texts[options.warming :]
    for kind, path_of in (("/api/search", api_path), ("HTML page", page_path)):
        spent.clear()
        begun = process_time()
        for text in asked[: options.queries]:
            assert client.get(path_of(text), headers={"Accept-Encoding": "gzip"}).status_code == 200
        total = process_time() - begun
        asked = asked[options.queries :]
        spent["the rest: routing, JSON or facets, headers, gzip"] = total - sum(spent.values())  # type: ignore[assignment]
        for what, seconds in spent.items():
            rows.append((kind, what, f"{1000 * seconds / options.queries:.2f}", f"{100 * seconds / total:.0f}"))
        rows.append((kind, "all", f"{1000 * total / options.queries:.2f}", "100"))
    write(
        "answer",
        "What an answer costs",
        ("", "step", "ms of processor", "%"),
        rows,
        f"{options.documents:,} articles, {corpus.source()}; {options.queries} queries for each kind, nobody has asked "
        "them before. Likelier text is looked for where the words stand in unknown company or bear no signs.",
    )


def timed(function: Callable[..., Any], what: str, spent: Counter[str]) -> Callable[..., Any]:
    """Return the function, with the processor's seconds that it takes added to spent; not those of steps inside it."""

    def run(*values: Any, **named: Any) -> Any:
        before, begun = sum(spent.values()), process_time()
        try:
            return function(*values, **named)
        finally:
            inside = sum(spent.values()) - before
            spent[what] += process_time() - begun - inside  # type: ignore[assignment]  # a Counter of floats

    return run


if __name__ == "__main__":
    main()
