"""Quality of search for each spelling of the judged queries, and beside other ways to analyse Vietnamese text.

    python benchmarks/bench_relevance.py

Reads ../shared/relevance; writes results/relevance.md. The others are stock Whoosh with BM25 over one field:
its StandardAnalyzer; words as pyvi segments text and query; Lucene's ICU folding (case and all diacritics folded, đ
kept apart as ICU does, no bigrams).
"""

import gzip
import json
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from whoosh import fields, index, query, scoring
from whoosh.analysis import StandardAnalyzer

from benchmarks.measures import measure
from benchmarks.report import ROOT, write
from search.document import Document
from search.engines.embedded.engine import WhooshEngine
from search.engines.embedded.schema import Terms
from search.evaluation import RunLine, run
from search.text import segmentation

SHARED = ROOT.parent / "shared" / "relevance"
SPELLINGS = (
    "nodiac",
    "halfdiac",
    "nfd",
    "upper",
    "lower",
    "toneswap",
    "yi",
    "abbrev",
    "telex",
    "vni",
    "typo",
    "joined",
)
SETS = {"news": ["", *SPELLINGS], "wiki": ["", "nodiac"]}
COMPARED = {"", "nodiac", "halfdiac", "nfd"}  # stock Whoosh takes minutes for each
STANDARD = StandardAnalyzer(stoplist=None)
Analyzer = Callable[[str], list[str]]


def standard(text: str) -> list[str]:
    return [token.text for token in STANDARD(text)]


def pyvi_words(text: str) -> list[str]:
    return [token.lower() for token in segmentation.tokenize(text).split() if any(map(str.isalnum, token))]


def icu_folding(text: str) -> list[str]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return standard(bare.casefold())


OTHERS: dict[str, Analyzer] = {
    "Whoosh's StandardAnalyzer": standard,
    "pyvi words alone": pyvi_words,
    "ICU folding": icu_folding,
}


def corpus(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(SHARED / name / "corpus.jsonl.gz", "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def queries(name: str, variant: str) -> list[tuple[str, str]]:
    file = SHARED / name / f"queries{'_' * bool(variant)}{variant}.jsonl"
    return [(row["id"], row["text"]) for row in map(json.loads, file.read_text(encoding="utf-8").splitlines())]


def judgments(name: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for line in (SHARED / name / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query_id, document_id, grade = line.split("\t")
        found.setdefault(query_id, {})[document_id] = int(grade)
    return found


def other_index(folder: Path, name: str, analyze: Analyzer) -> index.FileIndex:
    folder.mkdir()
    place = index.create_in(str(folder), fields.Schema(id=fields.STORED(), text=Terms(positions=False)))
    writer = place.writer(limitmb=256)
    for row in corpus(name):
        terms = analyze(f"{row['title']}\n{row['text']}")
        writer.add_document(id=row["id"], text=[(term, 0) for term in terms])
    writer.commit()
    return place


def other_run(place: index.FileIndex, asked: list[tuple[str, str]], analyze: Analyzer) -> Iterator[RunLine]:
    with place.searcher(weighting=scoring.BM25F(B=0.75, K1=1.2)) as searcher:
        for query_id, text in asked:
            terms = [query.Term("text", term, boost=float(count)) for term, count in Counter(analyze(text)).items()]
            for rank, hit in enumerate(searcher.search(query.Or(terms), limit=10), 1):
                yield RunLine(query_id, hit["id"], rank, float(hit.score))


def main() -> None:
    if not SHARED.exists():
        sys.exit(f"no judged sets at {SHARED}: this report needs them")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, variants in SETS.items():
            engine = WhooshEngine(Path(folder) / f"{name}-ours")
            with engine.writer() as writer:
                writer.add(
                    Document(id=row["id"], key=row["id"], url="", title=row["title"], text=row["text"])
                    for row in corpus(name)
                )
            others = {
                label: other_index(Path(folder) / f"{name}-{n}", name, a) for n, (label, a) in enumerate(OTHERS.items())
            }
            for variant in variants:
                asked, judged = queries(name, variant), judgments(name)
                ours = measure(run(engine, asked), judged)
                theirs = ["–"] * len(OTHERS)
                if variant in COMPARED:
                    runs = [other_run(others[label], asked, analyze) for label, analyze in OTHERS.items()]
                    theirs = [f"{measure(lines, judged)['nDCG@10']:.4f}" for lines in runs]
                rows.append(
                    [
                        f"{name}, {variant or 'as typed'}",
                        f"**{ours['nDCG@10']:.4f}**",
                        f"{ours['R@100']:.4f}",
                        f"{ours['RR@10']:.4f}",
                        *theirs,
                    ]
                )
                print(rows[-1], file=sys.stderr, flush=True)
    header = ["set", "hoinghi nDCG@10", "R@100", "RR@10", *(f"{label}, nDCG@10" for label in OTHERS)]
    write("relevance", "Quality of search by spelling of the query", header, rows)


if __name__ == "__main__":
    main()
