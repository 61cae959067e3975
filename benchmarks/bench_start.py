"""How long a user waits after Enter: `hoinghi search` until its answer stands there, `hoinghi serve` until it answers.

    python benchmarks/bench_start.py [--data DIR] [--documents 35000] [--rounds 9]

Each is started anew in every round; files are in the system's memory after the first. The modules that take longest to
import are named. Takes 3 minutes, 2 of them to index. Result: results/start.md and start.svg.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import corpus
from benchmarks.report import ROOT, plot, write
from benchmarks.serving import api_path, served

TEXT = "giải ngân vốn đầu tư công"
TARGETS = {"hoinghi search": 0.6, "hoinghi serve": 1.5}
NAMED = 8  # modules


def search(data: Path) -> float:
    """Return the seconds from the start of `hoinghi search` to its end."""
    command = [sys.executable, str(ROOT / "hoinghi.py"), "search", TEXT, "--data", str(data)]
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - started


def serve(data: Path, workers: int) -> float:
    """Return the seconds from the start of `hoinghi serve` to its first whole answer."""
    started = time.perf_counter()
    with served(data, workers) as server:
        server.get(api_path(TEXT))
        return time.perf_counter() - started


def python() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - started


def imports(program: str) -> str:
    """Return the modules whose own import takes longest, from `python -X importtime`."""
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", program], check=True, capture_output=True, text=True, cwd=ROOT
    ).stderr
    own: dict[str, int] = {}
    for line in told.splitlines()[1:]:
        microseconds, _, name = line.removeprefix("import time:").split("|")
        top = name.strip().split(".")[0]
        own[top] = own.get(top, 0) + int(microseconds)
    longest = sorted(own.items(), key=lambda pair: -pair[1])[:NAMED]
    return ", ".join(f"{name} {taken / 1000:.0f} ms" for name, taken in longest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a data directory, used again if filled (default: see corpus.KEPT)")
    parser.add_argument("--documents", type=int, default=35_000)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installation keeps what it has compiled
    data = corpus.data_directory(options.data, options.documents)
    contestants = {
        "python, nothing": python,
        "hoinghi search": lambda: search(data),
        "hoinghi serve": lambda: serve(data, 1),
        "hoinghi serve --workers 2": lambda: serve(data, 2),
    }
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(options.rounds):
        for name, work in contestants.items():
            taken[name].append(work())
    rows = [
        [name, f"{median(times):.2f}", f"{min(times):.2f}", f"{max(times):.2f}", TARGETS.get(name, "")]
        for name, times in taken.items()
    ]
    notes = "\n".join(
        (
            f"- {options.documents:,} articles; {options.rounds} rounds, in turns. Search: until the process ends. "
            "Serve: until the first answer of /api/search.",
            f"- Imports of a search, own time: {imports('import search.answer, search.engines.embedded.engine')}.",
            f"- Imports of a server: {imports('import web; web.create_app()')}.",
        )
    )
    write("start", "Start", ("", "median s", "fastest s", "slowest s", "target s"), rows, notes)
    with plot("start", f"Start over {options.documents:,} articles", "seconds", "") as axes:
        axes.boxplot(list(taken.values()), orientation="horizontal")
        axes.set_yticks(range(1, len(taken) + 1), list(taken))
        axes.set_xlim(left=0)


if __name__ == "__main__":
    main()
