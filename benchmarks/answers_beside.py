"""Answers over HTTP of an earlier version beside this one's, in turns: median, 95 %, mean.

    python benchmarks/answers_beside.py CHECKOUT [--documents 35000] [--queries 800] [--rounds 2] [--keep DIR]

CHECKOUT: a folder with the earlier version (git worktree add) and a .venv of its own with what that needs. Both serve
the same articles, indexed by each; every query is asked once of both, which of them first changes each time, so that a
machine whose speed changes meanwhile changes both alike. DIR keeps the data. Result: results/answers_beside.md.
"""

import argparse
import http.client
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from statistics import mean, median

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import corpus
from benchmarks.before_after import Version
from benchmarks.report import ROOT, load, quantile, write
from benchmarks.serving import api_path, page_path

WARMING = 2_000  # queries that both have answered before
MAKE = (
    "import sys; sys.path.insert(0, '.'); from pathlib import Path; from benchmarks import corpus; "
    "corpus.data_directory(Path(sys.argv[1]), int(sys.argv[2]))"
)


class Installed(Version):
    """A version that runs in the Python of its own checkout."""

    def command(self, *arguments: str) -> list[str]:
        return [str(self.checkout / ".venv/bin/python"), str(self.checkout / "hoinghi.py"), *arguments]

    def fill(self, documents: int) -> None:
        python = str(self.checkout / ".venv/bin/python")
        subprocess.run([python, "-c", MAKE, str(self.data), str(documents)], cwd=self.checkout, check=True)


def asked(connection: http.client.HTTPConnection, path: str) -> float:
    """Return the milliseconds from a request to the last byte of its answer."""
    begun = time.perf_counter()
    connection.request("GET", path, headers={"Accept-Encoding": "gzip, br"})
    response = connection.getresponse()
    response.read()
    assert response.status == 200, path
    return 1000 * (time.perf_counter() - begun)


def in_turns(versions: list[Installed], paths: list[str], warming: list[str]) -> list[list[float]]:
    """Return the milliseconds of each version for each path."""
    taken: list[list[float]] = [[], []]
    with versions[0].served() as (first, _), versions[1].served() as (second, _):
        connections = [http.client.HTTPConnection("127.0.0.1", port) for port in (first, second)]
        for path in warming:
            for connection in connections:
                asked(connection, path)
        for number, path in enumerate(paths):
            for which in (0, 1) if number % 2 == 0 else (1, 0):
                taken[which].append(asked(connections[which], path))
    return taken


def row(what: str, before: list[float], after: list[float]) -> tuple[str, ...]:
    figures: list[Callable[[list[float]], float]] = [median, lambda some: quantile(some, 0.95), mean]
    pairs = [(figure(before), figure(after)) for figure in figures]
    return what, *(f"{old:.1f} → {new:.1f} = {new / old:.3f}" for old, new in pairs)


def measured(options: argparse.Namespace, folder: Path) -> list[tuple[str, ...]]:
    folder.mkdir(parents=True, exist_ok=True)
    versions = [Installed(options.checkout.resolve(), folder / "before"), Installed(ROOT, folder / "after")]
    for version in versions:
        version.fill(options.documents)
    texts = list(dict.fromkeys(corpus.queries(2 * (WARMING + options.rounds * options.queries))))
    rows = []
    for number in range(options.rounds):
        first = WARMING + number * options.queries
        for what, path_of in (("JSON", api_path), ("page", page_path)):
            paths = [path_of(text) for text in texts[first : first + options.queries]]
            taken = in_turns(versions, paths, [path_of(text) for text in texts[:WARMING]])
            rows.append(row(f"{what}, round {number + 1}", *taken))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--documents", type=int, default=35_000)
    parser.add_argument("--queries", type=int, default=800)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    keeping = nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory(prefix="hoinghi-beside-")
    with keeping as folder:
        rows = measured(options, Path(folder))
    write(
        "answers_beside",
        "Answers over HTTP beside an earlier version's",
        ("", "median ms", "95 % ms", "mean ms"),
        rows,
        f"{options.checkout.name} → this version: {options.documents:,} articles, {options.queries} queries a round "
        f"that nobody has asked before, of a running server, one client, both versions in turns; {corpus.source()}. "
        f"{load()}",
    )


if __name__ == "__main__":
    main()
