"""How query time, index and memory grow with the archive: 10,000, 100,000 and 1,000,000 articles.

    python benchmarks/bench_growth.py [--sizes 10000 100000 1000000] [--distinct 100000] [--folder DIR]

Up to --distinct articles are generated and indexed. A larger index holds the segments of that one several times over,
under other ids: analysing a million articles would take the better part of an hour, and postings, positions and stored
documents are as many and as long as if it had been done. What is not as in a real archive is said in the result.
Takes 12 minutes and 7 GB in DIR, which is used again if it holds the indexes. Result: results/growth.md, growth.svg.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from whoosh import index
from whoosh.index import TOC

from benchmarks import corpus
from benchmarks.peers import held_bytes
from benchmarks.report import ROOT, plot, quantile, write
from benchmarks.serving import api_path, served
from search.engines import arrays
from search.engines.codec import ArraySegment, segment_path
from search.engines.layout import hash_index
from search.engines.whoosh_schema import schema

HEADER = (
    *("articles", "median ms", "p95 ms", "with two facets: median ms", "p95 ms", "index / text"),
    *("index GB", "memory of a server GB", "without mapped files GB"),
)

# Asks each query twice, with and without facets; the second time counts.
ASKER = """
import json, sys, time
from search.engines.whoosh_engine import WhooshEngine
from search.understanding import understand

engine, taken = WhooshEngine(sys.argv[1]), {"plain": [], "facets": []}
for text in json.loads(sys.argv[2]):
    for name, facets in (("plain", ()), ("facets", ("province_now", "year"))):
        for times in ([], taken[name]):
            started = time.perf_counter()
            engine.search(understand(text, engine.vocabulary()), limit=10, facets=facets)
            times.append((time.perf_counter() - started) * 1000)
print(json.dumps(taken))
"""


def copied(source: Path, target: Path, copies: int) -> None:
    """Write an index with every segment of another one several times, each time with ids of its own."""
    target.mkdir(parents=True)
    place = index.create_in(str(target), schema())
    original = index.open_dir(str(source))
    segments = []
    for copy in range(copies):
        for segment in original._read_toc().segments:
            held = dict(arrays.load(segment_path(original.storage, segment)))
            ids = [each + b"/%d" % copy for each in arrays.unpack_all(held["id.blob"], held["id.offsets"])]
            held["id.blob"], held["id.offsets"] = arrays.pack(ids)
            held |= hash_index("id", ids) | hash_index("key", ids)
            new = ArraySegment(place.indexname, segment.size)
            arrays.save(segment_path(place.storage, new), held)
            segments.append(new)
    TOC(place._read_toc().schema, segments, 1).write(place.storage, place.indexname)


def built(folder: Path, size: int, distinct: int) -> Path:
    """Return the data directory with an index of so many articles, made if it is not there."""
    data = folder / f"articles-{size}"
    if size <= distinct:
        return corpus.data_directory(data, size)
    if size % distinct:
        sys.exit(f"--sizes {size}: expected a multiple of --distinct {distinct}, or less than that")
    if not (data / "whoosh").exists():
        source = corpus.data_directory(folder / f"articles-{distinct}", distinct)
        print(f"holding {distinct:,} articles {size // distinct} times", file=sys.stderr)
        copied(source / "whoosh", data / "whoosh", size // distinct)
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
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--distinct", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where the indexes are made and kept (default: a temporary one)")
    parser.add_argument("--queries", type=int, default=200)
    options = parser.parse_args()
    texts = corpus.queries(options.queries)
    sample = min(2_000, *options.sizes)
    text_bytes = corpus.text_bytes(corpus.articles(sample)) / sample
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        found = [
            measured(built(folder, size, options.distinct), size, texts, text_bytes) for size in sorted(options.sizes)
        ]
    rows = [
        [
            f"{each['size']:,}",
            *(f"{each[key]:.2f}" for key in ("plain 0.5", "plain 0.95", "facets 0.5", "facets 0.95", "ratio")),
            *(f"{each[key] / 1e9:.2f}" for key in ("held", "resident", "private")),
        ]
        for each in found
    ]
    first, last = found[0], found[-1]
    notes = [
        f"{len(texts)} queries, each asked for the second time; {text_bytes:,.0f} bytes of text an article; "
        f"{corpus.source()}.",
        f"From {first['size']:,} to {last['size']:,} articles ({last['size'] / first['size']:.0f} times) a query with "
        f"facets takes {last['facets 0.5'] / first['facets 0.5']:.1f} times as long.",
        "Memory: of `hoinghi serve` with one process after these queries over /api/search; files mapped into it count "
        "in the first figure, and the system takes their pages back when others need them.",
    ]
    if last["size"] > options.distinct:
        notes.append(
            f"Above {options.distinct:,} articles the index holds the same {options.distinct:,} again and again, under "
            "other ids, in segments of their own. So there are as many postings as in a real archive of that size, but "
            "no new words, more segments, and equal scores, which a real archive would not have."
        )
    write("growth", "Growth", HEADER, rows, "\n".join(f"- {note}" for note in notes))
    sizes = [each["size"] for each in found]
    with plot("growth", "Query time by articles in the index", "articles", "milliseconds") as axes:
        for key, label in (("facets 0.5", "median"), ("facets 0.95", "p95")):
            axes.plot(sizes, [each[key] for each in found], "o-", label=f"{label}, with two facets")
        grown = [first["facets 0.5"] * size / first["size"] for size in sizes]
        axes.plot(sizes, grown, "--", label="as much as there are documents")
        axes.set_xscale("log")
        axes.set_yscale("log")


if __name__ == "__main__":
    main()
