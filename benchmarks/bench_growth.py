"""How query time, index and memory grow with the archive: 10,000, 100,000 and 1,000,000 articles.

    python benchmarks/bench_growth.py [--documents 10000 100000 1000000] [--folder DIR] [--queries 200]

Articles are generated (corpus.py) and indexed out of sentences that are analysed once (generated_index.py): a million
in 25 minutes of two cores, not 45; each process takes 8 GB meanwhile. DIR keeps what was made, segment by segment, so
that a run that was stopped goes on, and one with other sizes makes what is missing: 6 GB for these three. Result:
results/growth.md, growth.svg.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import corpus, generated_index
from benchmarks.peers import held_bytes
from benchmarks.report import ROOT, plot, quantile, write
from benchmarks.serving import api_path, served

HEADER = (
    *("articles", "first time: median ms", "p95 ms", "again: median ms", "p95 ms"),
    *("with two facets: median ms", "p95 ms", "index / text"),
    *("index GB", "memory of a server GB", "without mapped files GB"),
)

# Asks all queries for the first time, then all once more, then all with facets; prints the milliseconds of each.
ASKER = """
import json, sys, time
from search.engines.embedded.engine import WhooshEngine
from search.query.rewriter import understand

engine, taken = WhooshEngine(sys.argv[1]), {"first": [], "plain": [], "facets": []}
for name, times in taken.items():
    facets = ("province_now", "year") if name == "facets" else ()
    for text in json.loads(sys.argv[2]):
        started = time.perf_counter()
        engine.search(understand(text, engine.vocabulary()), limit=10, facets=facets)
        times.append((time.perf_counter() - started) * 1000)
print(json.dumps(taken))
"""


def data_directory(folder: Path, size: int) -> Path:
    """Return a data directory with an index of so many articles, made if it is not there."""
    data = folder / f"articles-{size}"
    if not data.exists():
        print(f"indexing {size:,} articles", file=sys.stderr)
        generated_index.write(data / "whoosh", size, folder / "segments")
    return data


def measured(data: Path, size: int, texts: list[str], text_bytes: float) -> dict[str, Any]:
    command = [sys.executable, "-c", ASKER, str(data / "whoosh"), json.dumps(texts)]
    taken = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout)
    with served(data) as server:
        for text in texts:
            server.get(api_path(text))
        resident, private = server.resident_bytes(), server.private_bytes()
    held = held_bytes(data / "whoosh")
    return {
        "size": size,
        **{f"{name} {share}": quantile(times, share) for name, times in taken.items() for share in (0.5, 0.95)},
        "held": held,
        "ratio": held / (text_bytes * size),
        "resident": resident,
        "private": private,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--folder", type=Path, help="where the indexes are made and kept (default: a temporary one)")
    parser.add_argument("--queries", type=int, default=200)
    options = parser.parse_args()
    texts = corpus.queries(options.queries)
    sizes = sorted(options.documents)
    sample = min([2_000, *sizes])
    text_bytes = corpus.text_bytes(each.document for each in generated_index.articles(sample)) / sample
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        found = [measured(data_directory(folder, size), size, texts, text_bytes) for size in sizes]
    rows = [
        [
            f"{each['size']:,}",
            *(
                f"{each[key]:.2f}"
                for key in ("first 0.5", "first 0.95", "plain 0.5", "plain 0.95", "facets 0.5", "facets 0.95", "ratio")
            ),
            *(f"{each[key] / 1e9:.2f}" for key in ("held", "resident", "private")),
        ]
        for each in found
    ]
    first, last = found[0], found[-1]
    notes = [
        f"{len(texts)} queries of 2 to 12 syllables, half of them without diacritics, reading them included: "
        "all for the first time after opening the index, then all again, then all with two facets.",
        f"{text_bytes:,.0f} bytes of text an article; {corpus.source()}, mixed, with the lengths of real articles. "
        "Each sentence was analysed once and its terms put together to those of the articles: segments of 65,536 as "
        "the product writes them, except that words are segmented sentence by sentence.",
        f"From {first['size']:,} to {last['size']:,} articles ({last['size'] / first['size']:.0f} times) a query with "
        f"facets takes {last['facets 0.5'] / first['facets 0.5']:.1f} times as long.",
        "Memory: of `hoinghi serve` with one process after these queries over /api/search; files mapped into it count "
        "in the first figure, and the system takes their pages back when others need them.",
    ]
    write("growth", "Growth", HEADER, rows, "\n".join(f"- {note}" for note in notes))
    with plot("growth", "Query time by articles in the index", "articles", "milliseconds") as axes:
        for key, label in (("facets 0.5", "median"), ("facets 0.95", "p95")):
            axes.plot(sizes, [each[key] for each in found], "o-", label=f"{label}, with two facets")
        grown = [first["facets 0.5"] * size / first["size"] for size in sizes]
        axes.plot(sizes, grown, "--", label="as much as there are documents")
        axes.set_xscale("log")
        axes.set_yscale("log")


if __name__ == "__main__":
    main()
