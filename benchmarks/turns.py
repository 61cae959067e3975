"""Queries asked cold, steady and repeated, of our engine or Tantivy's: in a process of its own, which opens the index.

    python -m benchmarks.turns hoinghi|tantivy FOLDER < queries.json

Prints JSON, milliseconds: opening (with the first answer), cold (the next COLD queries), steady (all others, as new),
repeated (every query once more, in the same order).
"""

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.peers import Tantivy
from benchmarks.report import ROOT, quantile

COLD = 50
TURNS = ("cold", "steady", "repeated")
FACETS = ("province_now", "year")
NOTE = (
    f"Cold: the first {COLD} queries after opening the index and one answer; steady: queries never asked before, after "
    "them; repeated: all of them once more. Each engine in a process of its own, with two facets, reading the queries "
    "included in ours; the files are in the memory of the system."
)


def measured(engine: str, folder: Path, texts: Sequence[str]) -> dict[str, list[float]]:
    """Return what the module tells for an index. texts: three at least."""
    command = [sys.executable, "-m", "benchmarks.turns", engine, str(folder)]
    asked = json.dumps(list(texts))
    told = subprocess.run(command, check=True, input=asked, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout
    found: dict[str, list[float]] = json.loads(told)
    return found


def cells(taken: dict[str, list[float]]) -> list[str]:
    """Return median and 95 % of each turn."""
    return [f"{quantile(taken[turn], share):.2f}" for turn in TURNS for share in (0.5, 0.95)]


def _ours(folder: Path) -> Callable[[str], object]:
    from search.engines.embedded.engine import WhooshEngine
    from search.query.rewriter import understand

    engine = WhooshEngine(folder)

    def ask(text: str) -> object:
        query = understand(text, engine.vocabulary())
        return tuple(engine.search(query, limit=10, facets=FACETS, depth_only=True).ranked)  # hits wait to be asked for

    return ask


def _tantivy(folder: Path) -> Callable[[str], object]:
    peer = Tantivy(folder)
    return lambda text: peer.asked(text)()


def _milliseconds(ask: Callable[[str], object], text: str) -> float:
    started = time.perf_counter()
    ask(text)
    return (time.perf_counter() - started) * 1000


def main() -> None:
    engine, folder = sys.argv[1:]
    first, *texts = json.load(sys.stdin)
    started = time.perf_counter()
    ask = {"hoinghi": _ours, "tantivy": _tantivy}[engine](Path(folder))
    ask(first)
    opening = (time.perf_counter() - started) * 1000
    gc.freeze()  # as a server does
    cold = min(COLD, len(texts) // 2)
    asked = {"cold": texts[:cold], "steady": texts[cold:], "repeated": texts}
    taken = {turn: [_milliseconds(ask, text) for text in some] for turn, some in asked.items()}
    print(json.dumps({"opening": [opening], **taken}))


if __name__ == "__main__":
    main()
