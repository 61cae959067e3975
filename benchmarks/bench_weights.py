"""What each weight of search/ranking.py is worth, on the development sets: one weight at a time, all else as it is.

    python benchmarks/bench_weights.py

Reads ../shared/relevance; writes results/weights.md, boosts.md and matching_rule.md; takes 6 minutes. "News, facts
read" are the same 5,000 articles after indexer/interpret.py: some 60 % have a province, 4 % a day; the other set is our
own sample articles with their facts in truth. A weight of something recognised is measured on the queries in which it
is recognised.
"""

import csv
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[1]))
import numpy as np

from benchmarks.bench_relevance import corpus, judgments, queries
from benchmarks.measures import measure
from benchmarks.report import NEWS, ROOT, write
from crawl.archive.archive import ArchivedArticle
from crawl.article import Article
from indexer.interpret import interpret
from search import ranking
from search.document import Document
from search.engines.embedded.engine import WhooshEngine
from search.engines.embedded.scoring.evaluator import Evaluator
from search.engines.plan import compiler
from search.engines.plan.nodes import Or, Plan, Require, Term
from search.evaluation import RunLine
from search.query.nodes import Phrase, Query, Words
from search.query.rewriter import understand
from search.text import analysis
from tests.crawl.sites.sample_article import load_articles
from tests.crawl.sites.sample_document import document_of

NEEDS = ROOT / "tests" / "relevance" / "samples"
AMBIGUOUS = tomllib.loads((ROOT / "tests" / "relevance" / "ambiguous.toml").read_text(encoding="utf-8"))["queries"]
Patches = dict[str, Any]
Asked = list[tuple[str, Query]]


def plain(name: str) -> Iterator[Document]:
    for row in corpus(name):
        yield Document(id=row["id"], key=row["id"], url="", title=row["title"], text=row["text"])


def interpreted() -> Iterator[Document]:
    for row in corpus("news"):
        article = Article(id=row["id"], url="", title=row["title"], body=row["text"])
        yield interpret(ArchivedArticle(article, version=1, fetched_at="2025-01-01T00:00:00", sha256="", gone=False))


def samples() -> Iterator[Document]:
    return map(document_of, load_articles())


class Sets:
    """Indexes and judged queries. A set is (index, variant of the queries)."""

    def __init__(self, folder: Path) -> None:
        self.engines = {}
        made: dict[str, Callable[[], Iterable[Document]]] = {
            "news": lambda: plain("news"),
            "wiki": lambda: plain("wiki"),
            "facts": interpreted,
            "samples": samples,
        }
        for name, documents in made.items():
            self.engines[name] = WhooshEngine(folder / name)
            with self.engines[name].writer() as writer:
                writer.add(documents())

    @cache  # noqa: B019 (lives as long as the run)
    def asked(self, name: str, variant: str = "") -> Asked:
        vocabulary = self.engines[name].vocabulary()
        if name == "samples":
            with (NEEDS / "queries.tsv").open(encoding="utf-8", newline="") as stream:
                typed = [(row["qid"], row["query"]) for row in csv.DictReader(stream, delimiter="\t")]
        else:
            typed = queries("news" if name == "facts" else name, variant)
        return [(number, understand(text, vocabulary)) for number, text in typed]

    @cache  # noqa: B019
    def judged(self, name: str) -> dict[str, dict[str, int]]:
        if name != "samples":
            return judgments("news" if name == "facts" else name)
        found: dict[str, dict[str, int]] = {}
        with (NEEDS / "qrels.tsv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, delimiter="\t"):
                found.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
        return found

    def ndcg(self, name: str, variant: str = "", only: Callable[[Query], bool] = lambda _: True) -> str:
        """Return nDCG@10 over the queries that pass `only`, as a cell."""
        asked = [(number, query) for number, query in self.asked(name, variant) if only(query)]
        if not asked:
            return "–"
        judged = {number: self.judged(name)[number] for number, _ in asked}
        return f"{100 * measure(self.run(name, asked), judged)['nDCG@10']:.2f}"

    def run(self, name: str, asked: Asked) -> Iterator[RunLine]:
        for number, query in asked:
            found = self.engines[name].search(query, limit=10, depth_only=True)
            for rank, (document, score) in enumerate(found.ranked, 1):
                yield RunLine(number, document.id, rank, score)

    def exact_share(self) -> str:
        """Return how many of the first ten of short accented queries hold the very form, as a cell."""
        shares = []
        for text in AMBIGUOUS:
            exact, best = (
                [d.id for d, _ in self.engines["news"].search(Query("", root), limit=n, depth_only=True).ranked]
                for root, n in ((Phrase(text), 5000), (Words(text), 10))
            )
            if possible := min(10, len(exact), len(best)):
                shares.append(len(set(exact) & set(best[:possible])) / possible)
        return f"{100 * sum(shares) / len(shares):.1f}"


@contextmanager
def weights(patches: Patches) -> Iterator[None]:
    """Put values for names of search.ranking; FIELDS follow G, A and H; "words" is a weight for pyvi's words."""
    with ExitStack() as stack:
        given = {name: value for name, value in patches.items() if name != "words"}
        for name, value in given.items():
            stack.enter_context(patch.object(ranking, name, value))
        if given.keys() & {"G", "A", "H"}:
            stack.enter_context(patch.object(ranking, "FIELDS", tuple(map(weighed, ranking.FIELDS))))
        if "words" in patches:
            stack.enter_context(patch.object(compiler, "compile_words", with_words(patches["words"])))
        yield


def weighed(field: ranking.Field) -> ranking.Field:
    if not field.weight:
        return field
    weight = (1 if field.folded else ranking.A) * (ranking.G if field.pair else 1)
    return replace(field, weight=weight * (ranking.H if field.part == "head" else 1))


def with_words(weight: float) -> Callable[..., Plan]:
    """Return compile_words with the words of the query, as pyvi segments it, scored as well."""
    plainly = compiler.compile_words

    def compile_words(node: Words, hints: Any, full: Plan | None = None) -> Plan:
        tree = plainly(node, hints, full)
        if not isinstance(tree, Require) or not isinstance(tree.scored, Or):
            return tree
        words = dict.fromkeys(analysis.words(Document(id="", key="", url="", title="", text=node.text)))
        terms = [Term(ranking.WORDS, word, boost=weight) for word in words]
        return Require(Or((*tree.scored.children, *terms)), tree.required)

    return compile_words


def has(*fields: str) -> Callable[[Query], bool]:
    return lambda query: any(hint.field in fields for hint in query.hints)


def undated(query: Query) -> bool:
    return not has("year", "date", "term")(query)


def only(name: str, field: str, value: float) -> Patches:
    """Return STANDS_IN or HINTS with another weight for one kind of hint."""
    return {name: getattr(ranking, name) | {field: value}}


TEXT_WEIGHTS: dict[str, tuple[str, tuple[float, ...]]] = {
    "G, neighbouring syllables": ("G", (0.0, 0.2, 0.4, 0.6)),
    "A, exact diacritics": ("A", (0.0, 0.4, 0.7, 1.0)),
    "H, head of the document": ("H", (0.0, 0.1, 0.2, 0.4)),
    "LOOSE, parts of a name apart": ("LOOSE", (0.0, 0.3, 0.6, 1.0)),
    "pyvi words": ("words", (0.0, 0.1, 0.3)),
}
HINT_WEIGHTS = [
    ("STANDS_IN", "province", (0.0, 1.5, 3.0, 4.0)),
    ("STANDS_IN", "year", (0.0, 1.5, 3.0, 4.0)),
    ("STANDS_IN", "date", (0.0, 1.5, 3.0, 4.0)),
    ("HINTS", "province", (0.0, 0.1, 0.3, 0.6)),
    ("HINTS", "year", (0.0, 0.1, 0.3, 0.6)),
    ("HINTS", "date", (0.0, 0.1, 0.3, 0.6)),
    ("HINTS", "months", (0.0, 0.1, 0.3, 0.6)),
    ("HINTS", "kind", (0.0, 0.1, 0.3, 0.6)),
    ("HINTS", "term", (0.0, 0.1, 0.3, 0.6)),
]


def text_rows(sets: Sets) -> Iterator[list[str]]:
    for label, (name, values) in TEXT_WEIGHTS.items():
        for value in values:
            used = value == getattr(ranking, name, 0.0)  # pyvi's words have no weight
            with weights({name: value}):
                columns = ("news", ""), ("news", "nodiac"), ("news", "halfdiac"), ("wiki", ""), ("samples", "")
                cells = [sets.ndcg(*column) for column in columns]
                yield [label, f"**{value}**" if used else f"{value}", *cells, sets.exact_share()]


def hint_rows(sets: Sets) -> Iterator[list[str]]:
    for name, field, values in HINT_WEIGHTS:
        asked = [(n, sum(map(has(field), (q for _, q in sets.asked(n))))) for n in ("facts", "samples")]
        for value in values:
            used = value == getattr(ranking, name)[field]
            with weights(only(name, field, value)):
                cells = [
                    sets.ndcg(*column, only=has(field)) for column in (("facts",), ("facts", "nodiac"), ("samples",))
                ]
            counted = f"{asked[0][1]} + {asked[1][1]}"
            yield [f"{name} {field}", f"**{value}**" if used else f"{value}", counted, *cells]
    count = " + ".join(str(sum(undated(q) for _, q in sets.asked(n))) for n in ("facts", "samples"))
    for value in (0.0, 0.05, 0.1, 0.2, 0.4):
        with weights({"RECENCY": value}):
            cells = [sets.ndcg(*column, only=undated) for column in (("facts",), ("facts", "nodiac"), ("samples",))]
        yield ["RECENCY", f"**{value}**" if value == ranking.RECENCY else f"{value}", count, *cells]


def rule_rows(sets: Sets) -> Iterator[list[str]]:
    """Compare what a document must hold: some of the rarity of the syllables, or of their number."""
    rules: dict[str, Patches] = {
        f"{share} of the rarity": {"LEAST_SHARE": share} for share in (0.0, 0.2, 0.3, 0.4, 0.5)
    }
    number = {"rarities": lambda known: [1.0] * len(known)}
    rules |= {f"{share} of the syllables": {"LEAST_SHARE": share} | number for share in (0.3, 0.5)}
    for label, patches in rules.items():
        cells = []
        for name in ("news", "wiki"):
            with weights(patches):
                let_in, lost = matched(sets, name)
                cells += [f"{100 * let_in:.1f} %", f"{100 * lost:.1f} %", sets.ndcg(name)]
        yield [f"**{label}**" if patches == {"LEAST_SHARE": ranking.LEAST_SHARE} else label, *cells]


def matched(sets: Sets, name: str) -> tuple[float, float]:
    """Return which share of all documents match a query on average, and which share of the relevant does not."""
    collection = sets.engines[name].collection()
    evaluator = Evaluator(collection)
    shares, wanted, missed = [], 0, 0
    for number, query in sets.asked(name):
        tree = compiler.compile_query(query)
        found: set[str] = set()
        for view in collection.views:
            flags = evaluator.matches(tree, view)
            found |= {view.segment.id_of(at) for at in np.flatnonzero(flags).tolist()}
        shares.append(len(found) / collection.size)
        relevant = {identifier for identifier, grade in sets.judged(name)[number].items() if grade}
        wanted, missed = wanted + len(relevant), missed + len(relevant - found)
    return sum(shares) / len(shares), missed / wanted


def main() -> None:
    if not NEWS.exists():
        sys.exit(f"no judged sets at {NEWS.parent}: this report needs them")
    with tempfile.TemporaryDirectory() as folder:
        sets = Sets(Path(folder))
        header = ["what a document must hold"]
        header += [
            f"{of}: {what}" for of in ("headlines", "questions") for what in ("let in", "relevant lost", "nDCG@10")
        ]
        write("matching_rule", "What a document must hold of a query", header, list(rule_rows(sets)), MATCHING_NOTES)
        boosts = ["weight", "value", "queries", "news, facts read", "no diacritics", "own samples"]
        title = "What is recognised in a query, and how recent a page is"
        write("boosts", title, boosts, list(hint_rows(sets)), BOOST_NOTES)
        rows = [[*row[:2], "all", *row[2:]] for row in text_rows(sets)]
        header = ["weight", "value", "queries", "news", "no diacritics", "half", "wiki", "own samples", "P@10 exact"]
        write("weights", "What each weight is worth", header, rows)


MATCHING_NOTES = """
Headlines: 400 of party news over 5,000 articles. Questions: 1,692 over 691 passages of Wikipedia. "Let in" is how much
of the collection is found on average, "relevant lost" how many relevant documents are not.
"""

BOOST_NOTES = """
nDCG@10 over the queries in which the thing is recognised (news + own samples); recency: those that name no date. The
day of most of the news articles is not known, and a page without a year cannot be of the year that is asked for. An
archive has the day of nearly every page.
"""


if __name__ == "__main__":
    main()
