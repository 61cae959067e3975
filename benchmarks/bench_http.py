"""Whole answers over HTTP: how long they take, and how many two processes give in a second.

    python benchmarks/bench_http.py [--data DIR] [--documents 35000] [--workers 2] [--clients 64] [--seconds 60]

Real `hoinghi serve` processes over a data directory, asked by clients in another process (http_clients.py), which share
the processors with the server. First one client after the other's answer (low load), then all at once. DIR is filled if
it is empty and used again if it is not. Takes 5 minutes, 2 of them to index. Result: results/http.md and http.svg.
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
WARMING = 300  # answers before anything is measured: impacts of common terms are then at hand, as in a running server


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
    texts = corpus.queries(options.queries)
    kinds: list[tuple[str, Callable[[str], str]]] = [("/api/search", api_path), ("HTML page", page_path)]
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        data = corpus.data_directory(options.data, options.documents)
        for name, path_of in kinds:
            paths = [path_of(text) for text in texts]
            with served(data) as server:
                server.load(Path(folder), paths[:WARMING], 1, 0)
                found[f"{name}, one process"] = measured(server, Path(folder), f"{name}, one process", paths, 1, 0)
            with served(data, options.workers) as server:
                server.load(Path(folder), paths[: WARMING // 3], 4 * options.workers, 0)  # so that each has its share
                label = f"{name}, {options.workers} processes"
                found[label] = measured(server, Path(folder), label, paths, options.clients, options.seconds)
                memory = server.private_bytes() / options.workers
    notes = [
        f"{options.documents:,} articles, {len(texts)} queries, {corpus.source()}; top 10 with excerpts and facets, "
        "compressed on the way (kB: before that). The clients run on the same processors and used "
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
