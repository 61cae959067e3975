"""Whole answers over HTTP: how long they take, and how many two processes give in a second.

    python benchmarks/bench_http.py [--data DIR] [--documents 35000] [--workers 2] [--clients 64] [--seconds 60]

Real `hoinghi serve` processes over a data directory, asked by clients in another process (http_clients.py), which share
the processors with the server. First one client after the other's answer (low load), then all at once; each query is
one that nobody has asked before, and at last the same few again and again, whose answers are kept
(web/http/answer_cache.py). DIR is filled if it is empty and used again if it is not. Takes 7 minutes, 2 of them to
index. Result: results/http.md and http.svg.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import corpus
from benchmarks.report import plot, quantile, write
from benchmarks.serving import Server, api_path, page_path, served

HEADER = ("", "clients", "answers", "p50 ms", "p95 ms", "slowest ms", "answers/s", "errors", "server CPU ms", "kB")
WARMING = 2_000  # other queries, before anything is measured: what most terms need is then at hand, as after minutes
WARMING_SECONDS = 20  # of the same load by which several processes are measured afterwards
MOST_ANSWERS = 400  # a second: more different queries than can be answered


def measured(server: Server, folder: Path, name: str, paths: list[str], clients: int, seconds: float) -> dict[str, Any]:
    """Return a row of the table and the milliseconds of all answers."""
    found = server.load(folder, paths, clients, seconds)
    milliseconds = sorted(1000 * each for each in found["seconds"])
    answers = len(milliseconds)
    row = [
        name,
        clients,
        f"{answers:,}",
        f"{quantile(milliseconds, 0.5):.1f}",
        f"{quantile(milliseconds, 0.95):.1f}",
        f"{milliseconds[-1]:.0f}",
        f"{answers / found['elapsed']:.0f}",
        len(found["errors"]),
        f"{1000 * found['server_cpu'] / answers:.1f}",
        f"{sum(len(server.get(path)) for path in paths[:20]) / min(20, len(paths)) / 1000:.0f}",
    ]
    return {"row": row, "milliseconds": milliseconds, "errors": found["errors"], "client_cpu": found["cpu"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a data directory, used again if filled (default: see corpus.KEPT)")
    parser.add_argument("--documents", type=int, default=35_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60, help="of full load, for each kind of answer")
    parser.add_argument("--queries", type=int, default=300)
    options = parser.parse_args()
    under_load = int(MOST_ANSWERS * options.seconds)
    texts = list(dict.fromkeys(corpus.queries(2 * (WARMING + options.queries + under_load))))
    found: dict[str, dict[str, Any]] = {}
    memory = 0.0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        data = corpus.data_directory(options.data, options.documents)
        kinds: list[tuple[str, Callable[[str], str]]] = [("/api/search", api_path), ("HTML page", page_path)]
        for name, path_of in kinds:
            paths = list(map(path_of, texts))
            warming, few, many = paths[:WARMING], paths[WARMING:][: options.queries], paths[WARMING + options.queries :]
            with served(data) as server:
                server.load(folder, warming, 1, 0)
                what = f"{name}, one process"
                found[what] = measured(server, folder, what, few, 1, 0)
            with served(data, options.workers) as server:
                server.load(folder, warming, options.clients, min(WARMING_SECONDS, options.seconds))
                what = f"{name}, {options.workers} processes"
                found[what] = measured(server, folder, what, many, options.clients, options.seconds)
                what = f"{name}, the same again"
                found[what] = measured(server, folder, what, few, options.clients, options.seconds / 4)
                memory = server.private_bytes() / options.workers
    notes = [
        f"{options.documents:,} articles, {corpus.source()}; top 10 with excerpts and facets, compressed on the way "
        f"(kB: before that). Every query is asked for the first time, but in the rows that say so: there, {len(few)} "
        "again and again. The clients run on the same processors and used "
        + ", ".join(f"{each['client_cpu']:.1f} s ({name})" for name, each in found.items())
        + ".",
        f"Memory of one process at the end, mapped files aside: {memory / 1e6:,.0f} MB.",
    ]
    notes += [f"Error: {error}" for each in found.values() for error in each["errors"][:3]]
    write("http", "Answers over HTTP", HEADER, [each["row"] for each in found.values()], "\n\n".join(notes))
    with plot("http", "Answers over HTTP", "milliseconds", "share of the answers that took no longer") as axes:
        for name, each in found.items():
            shares = [number / 200 for number in range(1, 200)]
            axes.plot([quantile(each["milliseconds"], share) for share in shares], shares, label=name)
        axes.set_xscale("log")


if __name__ == "__main__":
    main()
