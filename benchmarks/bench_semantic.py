"""What meaning adds to words on the judged sets, by kind of query, and how sure the list "near in meaning" is.

    python benchmarks/bench_semantic.py [--sets edu wiki med review news_large] [--keep DIR]

Takes half an hour of a processor: every passage is encoded once (kept in DIR). Of news_large, the leads of the first
20 hits of every fourth query are, which takes another quarter of an hour: all of it would take two hours. The weight
is chosen with each set left out in turn. Result: results/semantic.md.
"""

import argparse
import gzip
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.bench_relevance import judgments
from benchmarks.measures import measure
from benchmarks.report import write
from search.answer import find
from search.document import Document
from search.engines.embedded.engine import WhooshEngine
from search.evaluation import RunLine, read_queries, run
from search.query.rewriter import understand
from search.semantic import hybrid
from search.semantic.answering import LEAST_MARGIN
from search.semantic.embedding import embed
from search.semantic.encoders import NANO_E5, Encoder, open_encoder
from search.semantic.hybrid import AskedMeaning, Meaning, order
from search.semantic.opening import store_of
from search.semantic.passages import passages, read_with_title
from search.semantic.store import VectorStore, digest

RELEVANCE = Path(__file__).parents[2] / "shared" / "relevance"
WEIGHTS = (0.8, 1.2, 1.6, 2.0)
IN_PART = {"news_large"}  # too large to be encoded whole for a figure
EVERY, DEPTH = 4, 20  # of the queries of such a set, and of their hits
IN_PART_SAID = f", of news_large {DEPTH}, by their leads, for every fourth query"
KINDS: dict[str, Callable[[str], bool]] = {
    "with a number": lambda text: any(map(str.isdigit, text)),
    "with a name": lambda text: any(word[0].isupper() for word in text.split()[1:]),
    "up to 9 words": lambda text: len(text.split()) <= 9,
    "longer": lambda text: len(text.split()) > 9,
}
LEAST_OF_A_KIND = 25  # queries; fewer tell nothing


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
    if name in IN_PART:
        embed_first_hits(engine, encoder, store, queries_of(name))
    else:
        for _ in embed(engine, encoder, NANO_E5, store):
            pass
    return engine, Meaning(encoder, store)


def queries_of(name: str) -> list[tuple[str, str]]:
    asked = read_queries(RELEVANCE / name / "queries.jsonl")
    return asked[::EVERY] if name in IN_PART else asked


def embed_first_hits(
    engine: WhooshEngine, encoder: Encoder, store: VectorStore, queries: list[tuple[str, str]]
) -> None:
    """Encode the leads of the first hits of some queries."""
    store.create()
    known = store.known()
    for line in run(engine, queries, DEPTH):
        document = engine.get(line.document_id) if line.document_id not in known else None
        if document is not None and (lead := passages(document.text)[:1]):
            store.put(document, lead, encoder.encode_passages([read_with_title(document, lead[0])]), is_whole=False)
            known[document.id] = digest(document), False


class Remembering:
    """An encoder that is asked for each query once. file: where the vectors of queries are kept (npz)."""

    def __init__(self, encoder: Encoder, file: Path) -> None:
        self.name, self.dimension, self._encoder = encoder.name, encoder.dimension, encoder
        self._file = file
        self._known: dict[str, np.ndarray] = {}
        if file.exists():
            with np.load(file) as kept:
                self._known = dict(zip(kept["texts"].tolist(), kept["rows"], strict=True))

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        for text in texts:
            if text not in self._known:
                self._known[text] = self._encoder.encode_queries([text])[0]
        return np.stack([self._known[text] for text in texts])

    def encode_passages(self, texts: list[str]) -> np.ndarray:
        return self._encoder.encode_passages(texts)

    def keep(self) -> None:
        np.savez(self._file, texts=np.array(list(self._known)), rows=np.stack(list(self._known.values())))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="*", default=["edu", "wiki", "med", "review", "news_large"])
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "hoinghi-semantic")
    options = parser.parse_args()
    plain = open_encoder(NANO_E5)
    assert plain is not None
    options.keep.mkdir(parents=True, exist_ok=True)
    encoder = Remembering(plain, options.keep / "queries.npz")
    sets = {name: opened(name, options.keep, encoder) for name in options.sets}
    queries = {name: queries_of(name) for name in sets}
    scores = {name: scored(name, *sets[name], queries[name]) for name in sets}
    rows = []
    for name, (_, meaning) in sets.items():
        vectors = meaning.store.vectors()
        assert vectors is not None
        size = f"{len(vectors.ids):,}", f"{len(vectors.rows):,}", f"{len(queries[name]):,}"
        of_set = [f"{scores[name][weight]['all']:.4f}" for weight in (0.0, *WEIGHTS)]
        sure = ("–", "–") if name in IN_PART else sureness(meaning, queries, name, judgments(name))
        rows.append((name, *size, *of_set, left_out(name, scores), worst_kind(scores[name]), *sure))
    encoder.keep()
    weights = tuple(f"weight {weight}" for weight in WEIGHTS)
    near = f"nearest beyond {LEAST_MARGIN}: right", "foreign queries that find anything"
    chosen = "weight chosen on the others", f"kind of query that gains least at {hybrid.WEIGHT}"
    write(
        "semantic",
        "Words and meaning",
        ("set", "documents read", "passages", "queries", "words", *weights, *chosen, *near),
        rows,
        f"nDCG@10 of the list as shown, full matches first; encoder {encoder.name}. The first {hybrid.REORDERED} hits\n"
        f"are reordered{IN_PART_SAID if IN_PART & sets.keys() else ''}; a weight of {hybrid.WEIGHT} is in use.\n"
        f"Kinds: {', '.join(KINDS)}; those with {LEAST_OF_A_KIND} queries at least. One word, a name or a term\n"
        f"of fewer than {hybrid.LEAST_SYLLABLES} syllables, a phrase and a document number keep the order of words.\n"
        "Foreign: the queries of the set before it in this table.",
    )


def scored(
    name: str, engine: WhooshEngine, meaning: Meaning, queries: list[tuple[str, str]]
) -> dict[float, dict[str, float]]:
    """Return weight → kind of query, or "all" → nDCG@10; 0: words alone."""
    judged = judgments(name)
    if name in IN_PART:
        judged = {identifier: judged[identifier] for identifier, _ in queries}
    kinds = {"all": {identifier for identifier, _ in queries}} | {
        kind: {identifier for identifier, text in queries if holds(text)} for kind, holds in KINDS.items()
    }
    vocabulary = engine.vocabulary()
    lines: dict[float, list[RunLine]] = {weight: [] for weight in (0.0, *WEIGHTS)}
    for identifier, text in queries:
        query = understand(text, vocabulary)
        asked = meaning.asked(query)
        found, _ = find(engine, query, limit=DEPTH if name in IN_PART else hybrid.REORDERED, depth_only=True)
        ids = [document.id for document, _ in found.ranked]
        scores = np.array([score for _, score in found.ranked])
        full = min(found.listed - found.partial_matches, len(ids)) if found.listed else len(ids)
        cosines = asked.cosines(ids) if asked is not None else None
        for weight in lines:
            by_words = not weight or cosines is None
            places = range(len(ids)) if by_words else order(scores, cosines, full, weight).tolist()
            lines[weight] += [RunLine(identifier, ids[place], rank, 0.0) for rank, place in enumerate(places, 1)]
    return {
        weight: {
            kind: measure(
                [line for line in some if line.query_id in chosen],
                {identifier: grades for identifier, grades in judged.items() if identifier in chosen},
            )["nDCG@10"]
            for kind, chosen in kinds.items()
            if kind == "all" or len(chosen) >= LEAST_OF_A_KIND
        }
        for weight, some in lines.items()
    }


def left_out(name: str, scores: dict[str, dict[float, dict[str, float]]]) -> str:
    """Return what a set scores with the weight that is best for the sum of the others, and this weight."""
    others = [other for other in scores if other != name]
    if not others:
        return "–"
    best = max(WEIGHTS, key=lambda weight: sum(scores[other][weight]["all"] for other in others))
    return f"{scores[name][best]['all']:.4f} ({best})"


def worst_kind(scores: dict[float, dict[str, float]]) -> str:
    gains = {kind: value - scores[0.0][kind] for kind, value in scores[hybrid.WEIGHT].items()}
    worst = min(gains, key=lambda kind: gains[kind])
    return f"{worst}: {gains[worst]:+.4f}"


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
    asked = AskedMeaning(meaning.encoder.encode_queries([understand(text).text])[0], vectors)
    return next(iter(asked.nearest(1)), None)


if __name__ == "__main__":
    main()
