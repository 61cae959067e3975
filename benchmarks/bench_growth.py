"""How query time, index and memory grow with the archive: 10,000, 100,000 and 1,000,000 articles; beside Tantivy.

    python benchmarks/bench_growth.py [--documents 10000 100000 1000000] [--folder DIR] [--queries 200] [--alone]

Articles are generated (corpus.py) and indexed out of sentences that are analysed once (generated_index.py): a million
in 25 minutes of two cores, not 45; each process takes 8 GB meanwhile. DIR keeps what was made, segment by segment, so
that a run that was stopped goes on, and one with other sizes makes what is missing: 6 GB for these three. Result:
results/growth.md, growth.svg.
"""

import argparse
import shutil
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import corpus, generated_index, turns
from benchmarks.peers import Missing, Tantivy, held_bytes
from benchmarks.report import plot, quantile, write
from benchmarks.serving import api_path, served

HEADER = (
    *(
        "articles",
        "engine",
        "cold: median ms",
        "p95 ms",
        "steady: median ms",
        "p95 ms",
        "repeated: median ms",
        "p95 ms",
    ),
    *("index / text", "index GB", "memory of a server GB", "without mapped files GB"),
)


def data_directory(folder: Path, size: int) -> Path:
    """Return a data directory with an index of so many articles, made if it is not there."""
    data = folder / f"articles-{size}"
    if not data.exists():
        print(f"indexing {size:,} articles", file=sys.stderr)
        generated_index.write(data / "whoosh", size, folder / "segments")
    return data


def tantivy_index(folder: Path, size: int) -> Path | None:
    """Return Tantivy's index of the same articles, made if it is not there: 3 minutes for 35,000. None: no Tantivy."""
    place, unfinished = folder / f"tantivy-{size}", folder / f"tantivy-{size}.unfinished"
    if not place.exists():
        shutil.rmtree(unfinished, ignore_errors=True)
        try:
            peer = Tantivy(unfinished)
        except Missing as reason:
            print(reason, file=sys.stderr)
            return None
        print(f"indexing {size:,} articles for Tantivy", file=sys.stderr)
        documents = (each.document for each in generated_index.articles(size))
        while batch := list(islice(documents, 5_000)):
            peer.add(batch)
        peer.close()
        unfinished.rename(place)
    return place


def measured(data: Path, size: int, texts: list[str], text_bytes: float) -> dict[str, Any]:
    taken = turns.measured("hoinghi", data / "whoosh", texts)
    with served(data) as server:
        for text in texts:
            server.get(api_path(text))
        resident, private = server.resident_bytes(), server.private_bytes()
    held = held_bytes(data / "whoosh")
    return {
        "size": size,
        "taken": taken,
        "held": held,
        "ratio": held / (text_bytes * size),
        "resident": resident,
        "private": private,
    }


def _repeated(measured: dict[str, Any]) -> float:
    return quantile(measured["taken"]["repeated"], 0.5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--folder", type=Path, help="where the indexes are made and kept (default: a temporary one)")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--alone", action="store_true", help="without Tantivy")
    options = parser.parse_args()
    texts = corpus.queries(options.queries)
    sizes = sorted(options.documents)
    sample = min([2_000, *sizes])
    text_bytes = corpus.text_bytes(each.document for each in generated_index.articles(sample)) / sample
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        found, rows = [], []
        for size in sizes:
            each = measured(data_directory(folder, size), size, texts, text_bytes)
            found.append(each)
            memory = (f"{each[key] / 1e9:.2f}" for key in ("held", "resident", "private"))
            rows.append([f"{size:,}", "hoinghi", *turns.cells(each["taken"]), f"{each['ratio']:.2f}", *memory])
            place = None if options.alone else tantivy_index(folder, size)
            if place:
                held = held_bytes(place)
                told = (f"{held / (text_bytes * size):.2f}", f"{held / 1e9:.2f}", "", "")
                rows.append([f"{size:,}", Tantivy.name, *turns.cells(turns.measured("tantivy", place, texts)), *told])
    first, last = found[0], found[-1]
    notes = [
        f"{len(texts)} queries of 2 to 12 syllables, half of them without diacritics.",
        turns.NOTE,
        f"{text_bytes:,.0f} bytes of text an article; {corpus.source()}, mixed, with the lengths of real articles. "
        "Each sentence was analysed once and its terms put together to those of the articles: segments of 65,536 as "
        "the product writes them, except that words are segmented sentence by sentence.",
        f"From {first['size']:,} to {last['size']:,} articles ({last['size'] / first['size']:.0f} times) a repeated "
        f"query takes {_repeated(last) / _repeated(first):.1f} times as long.",
        "Memory: of `hoinghi serve` with one process after these queries over /api/search; files mapped into it count "
        "in the first figure, and the system takes their pages back when others need them.",
    ]
    write("growth", "Growth", HEADER, rows, "\n".join(f"- {note}" for note in notes))
    with plot("growth", "Query time by articles in the index", "articles", "milliseconds") as axes:
        for turn in turns.TURNS:
            for share, label in ((0.5, "median"), (0.95, "p95")):
                times = [quantile(each["taken"][turn], share) for each in found]
                axes.plot(sizes, times, "o-", label=f"{turn}, {label}")
        grown = [_repeated(first) * size / first["size"] for size in sizes]
        axes.plot(sizes, grown, "--", label="as much as there are documents")
        axes.set_xscale("log")
        axes.set_yscale("log")


if __name__ == "__main__":
    main()
