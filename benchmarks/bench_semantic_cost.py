"""What meaning costs: milliseconds of processor of an answer, and memory, with random vectors.

    python benchmarks/bench_semantic_cost.py [--data DIR] [--documents 35000] [--passages 500000]

Vectors are random bytes: what an exact search and a table of them cost does not depend on what they mean. One thread;
the same questions are answered with meaning and without, in turns. Takes three minutes. Result:
results/semantic_cost.md.
"""

import argparse
import multiprocessing
import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import process_time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1]))
import numpy as np

from benchmarks import corpus
from benchmarks.report import private_bytes, quantile, resident_bytes, write
from search.answer import answer
from search.engines.embedded.engine import WhooshEngine
from search.query.rewriter import understand
from search.semantic.encoders import NANO_E5, open_encoder
from search.semantic.hybrid import AskedMeaning, Meaning, is_question
from search.semantic.store import VectorStore, digest, store_path

PASSAGES_OF_AN_ARTICLE = 3  # of the articles of ../shared/relevance/news: 2.9
ROWS_AT_ONCE = 10_000


def filled(
    folder: Path, documents: list[tuple[str, str, bytes]], passages: int, name: str, dimension: int
) -> VectorStore:
    """Return a store with random vectors. documents: (id, key, digest of their words)."""
    store = VectorStore(store_path(folder, name), name, dimension)
    store.create()
    dice = np.random.default_rng(1)

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(passages):
            if number % ROWS_AT_ONCE == 0:
                some = dice.integers(-127, 128, (ROWS_AT_ONCE, dimension), dtype=np.int8)
            step = 0.0007  # of a vector of length 1, about
            yield (
                documents[number % len(documents)][0],
                number // len(documents),
                0,
                900,
                step,
                some[number % ROWS_AT_ONCE].tobytes(),
            )

    db = sqlite3.connect(store.path)
    db.executemany("INSERT INTO document VALUES (?, ?, ?, 1)", documents)
    db.executemany("INSERT INTO passage VALUES (?, ?, ?, ?, ?, ?)", rows())
    db.commit()
    db.close()
    return store


def held(
    path: Path, name: str, dimension: int, told: "multiprocessing.SimpleQueue[tuple[float, float, float]]"
) -> None:
    """Tell the bytes of memory that the vectors take, at their peak while they are read anew, and ms of a search."""
    process = os.getpid()
    before = private_bytes(process)
    store = VectorStore(path, name, dimension)
    vectors = store.vectors()
    assert vectors is not None
    loaded = private_bytes(process) - before
    asked = AskedMeaning(np.ones(dimension, dtype=np.float32), vectors)
    spent = [timed(lambda: asked.nearest(20)) for _ in range(5)]
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    resident = resident_bytes(process)
    db = sqlite3.connect(path)
    db.execute("UPDATE document SET is_whole = 0 WHERE id = (SELECT min(id) FROM document)")
    db.commit()
    db.close()
    store._loaded = store._loaded and (store._loaded[0], float("-inf"), store._loaded[2])
    store.vectors()
    peak = next(
        int(line.split()[1]) * 1024
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("VmHWM")
    )
    told.put((loaded, loaded + peak - resident, median(spent)))


def timed(work: Callable[[], object]) -> float:
    """Return milliseconds of processor."""
    begun = process_time()
    work()
    return 1000 * (process_time() - begun)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a data directory, used again if filled (default: see corpus.KEPT)")
    parser.add_argument("--documents", type=int, default=35_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--passages", type=int, default=500_000, help="whose memory is measured")
    options = parser.parse_args()
    encoder = open_encoder(NANO_E5)
    assert encoder is not None
    engine = WhooshEngine(corpus.data_directory(options.data, options.documents) / "whoosh")
    documents = [(one.id, one.key, digest(one)) for one in engine.documents()]
    vocabulary = engine.vocabulary()
    texts = [
        one for one in dict.fromkeys(corpus.queries(20 * options.queries)) if is_question(understand(one, vocabulary))
    ]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        store = filled(
            Path(folder), documents, PASSAGES_OF_AN_ARTICLE * len(documents), encoder.name, encoder.dimension
        )
        meaning = Meaning(encoder, store)
        meaning.vectors()
        plain, added, encoding = [], [], []
        for text in texts[: options.queries]:
            answer(engine, text)  # what both need is read
            without = timed(lambda text=text: answer(engine, text))
            plain.append(without)
            added.append(timed(lambda text=text: answer(engine, text, meaning=meaning)) - without)
            encoding.append(timed(lambda text=text: encoder.encode_queries([text])))
        what = f"{len(documents):,} articles, {PASSAGES_OF_AN_ARTICLE * len(documents):,} passages"
        for name, values in (("answer by words", plain), ("added by meaning", added), ("of it: the encoder", encoding)):
            rows.append((what, name, f"{median(values):.1f} ms, p95 {quantile(values, 0.95):.1f} ms"))
    with tempfile.TemporaryDirectory() as folder:
        many = [
            (f"bai-{number}", f"{number:012x}", b"") for number in range(options.passages // PASSAGES_OF_AN_ARTICLE)
        ]
        store = filled(Path(folder), many, options.passages, encoder.name, encoder.dimension)
        context = multiprocessing.get_context("spawn")
        told = context.SimpleQueue()
        process = context.Process(target=held, args=(store.path, encoder.name, encoder.dimension, told))
        process.start()
        loaded, peak, search = told.get()
        process.join()
        what = f"{len(many):,} articles, {options.passages:,} passages"
        rows.append((what, "memory", f"{loaded / 1e6:,.0f} MB, {peak / 1e6:,.0f} MB while read anew after a change"))
        rows.append((what, "exact search of all", f"{search:.1f} ms"))
    write(
        "semantic_cost",
        "What meaning costs",
        ("archive", "what", "processor, or memory"),
        rows,
        f"Milliseconds of one processor. {len(plain):,} questions of at least five syllables; encoder {encoder.name}.\n"
        "Memory: of one process, beside what it holds without meaning.",
    )


if __name__ == "__main__":
    main()
