"""What meaning adds to words on the judged sets, and how sure the list "near in meaning" is.

    python benchmarks/bench_semantic.py [--sets edu wiki med review] [--keep DIR]

Takes half an hour of a processor: every passage is encoded once (kept in DIR). Result: results/semantic.md.
"""

import argparse
import gzip
import json
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.bench_relevance import judgments
from benchmarks.report import write
from search.document import Document
from search.engines.embedded.engine import WhooshEngine
from search.evaluation import measure, read_queries, run
from search.query.rewriter import understand
from search.semantic import hybrid
from search.semantic.answering import LEAST_MARGIN
from search.semantic.embedding import embed
from search.semantic.encoders import NANO_E5, Encoder, open_encoder
from search.semantic.hybrid import AskedMeaning, Meaning
from search.semantic.opening import store_of

RELEVANCE = Path(__file__).parents[2] / "shared" / "relevance"
WEIGHTS = (0.4, 0.8, 1.2)


def opened(name: str, keep: Path, encoder: Encoder) -> tuple[WhooshEngine, Meaning]:
    """Return a set in an index and as vectors; made where it is not there yet."""
    folder = keep / name
    engine = WhooshEngine(folder / "whoosh")
    if not (folder / "whoosh").exists():
        with gzip.open(RELEVANCE / name / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        with engine.writer() as writer:
            writer.add(Document(one["id"], one["id"], "", one.get("title", ""), one["text"]) for one in rows)
    store = store_of(folder, encoder)
    for _ in embed(engine, encoder, NANO_E5, store):
        pass
    return engine, Meaning(encoder, store)


class Remembering:
    """An encoder that is asked for each query once."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimension, self._encoder = encoder.name, encoder.dimension, encoder
        self._known: dict[str, np.ndarray] = {}

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        for text in texts:
            if text not in self._known:
                self._known[text] = self._encoder.encode_queries([text])[0]
        return np.stack([self._known[text] for text in texts])

    def encode_passages(self, texts: list[str]) -> np.ndarray:
        return self._encoder.encode_passages(texts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="*", default=["edu", "wiki", "med", "review"])
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "hoinghi-semantic")
    options = parser.parse_args()
    plain = open_encoder(NANO_E5)
    assert plain is not None
    encoder = Remembering(plain)
    sets = {name: opened(name, options.keep, encoder) for name in options.sets}
    queries = {name: read_queries(RELEVANCE / name / "queries.jsonl") for name in sets}
    rows = []
    for name, (engine, meaning) in sets.items():
        judged = judgments(name)
        words = measure(run(engine, queries[name]), judged)["nDCG@10"]
        cells = []
        for weight in WEIGHTS:
            hybrid.WEIGHT = weight
            cells.append(f"{measure(run(engine, queries[name], 100, meaning), judged)['nDCG@10']:.4f}")
        right, of_foreign = sureness(meaning, queries, name, judged)
        vectors = meaning.store.vectors()
        assert vectors is not None
        size = f"{len(vectors.ids):,}", f"{len(vectors.rows):,}", f"{len(queries[name]):,}"
        rows.append((name, *size, f"{words:.4f}", *cells, right, of_foreign))
    weights = tuple(f"with meaning, weight {weight}" for weight in WEIGHTS)
    near = f"nearest beyond {LEAST_MARGIN}: right", "foreign queries that find anything"
    write(
        "semantic",
        "Words and meaning",
        ("set", "documents", "passages", "queries", "words", *weights, *near),
        rows,
        f"nDCG@10 of the list as shown, full matches first; encoder {encoder.name}. The first {hybrid.REORDERED} hits\n"
        "are reordered; a weight of 0.8 is in use. Nothing but this weight was chosen on these sets.\n"
        "Foreign: the queries of the set before it in this table.",
    )


def sureness(
    meaning: Meaning, queries: dict[str, list[tuple[str, str]]], name: str, judged: dict[str, dict[str, int]]
) -> tuple[str, str]:
    """Return how many of the nearest passages beyond the margin are of a relevant document; how many foreign find."""
    names = list(queries)
    other = names[names.index(name) - 1]
    right = shown = foreign = 0
    for identifier, text in queries[name]:
        best = nearest(meaning, text)
        if best is not None and best.margin >= LEAST_MARGIN:
            shown += 1
            right += judged.get(identifier, {}).get(best.id, 0) > 0
    for _, text in queries[other]:
        best = nearest(meaning, text)
        foreign += best is not None and best.margin >= LEAST_MARGIN
    return f"{right / max(shown, 1):.2f} of {shown:,}", f"{foreign / len(queries[other]):.3f}"


def nearest(meaning: Meaning, text: str) -> hybrid.NearestPassage | None:
    vectors = meaning.store.vectors()
    assert vectors is not None
    asked = AskedMeaning(meaning.encoder.encode_queries([understand(text).text])[0], vectors, meaning.store)
    return next(iter(asked.nearest(1)), None)


if __name__ == "__main__":
    main()
