"""Real articles and headlines: both engines find the same, and equally well, however the headline is typed."""

import csv
import gzip
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from benchmarks.measures import measure
from search.document import Document
from search.engines import open_engine
from search.engines.ports import Engine
from search.evaluation import RunLine
from search.query.rewriter import understand
from tests.search.engines.opensearch.cluster import Cluster

ROOT = Path(__file__).parents[4]
NEWS = ROOT.parent / "shared" / "relevance" / "news"
ARTICLES, HEADLINES = 1000, 100
LEAST_SAME, MOST_APART = 0.95, 0.005

pytestmark = [
    pytest.mark.skipif(not NEWS.exists(), reason=f"no judged set at {os.path.relpath(NEWS, ROOT)}"),
    pytest.mark.timeout(900),
]


def judgments() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    with (NEWS / "qrels.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return found


def headlines(variant: str) -> list[tuple[str, str]]:
    lines = (NEWS / f"queries{variant}.jsonl").read_text(encoding="utf-8").splitlines()[:HEADLINES]
    return [(row["id"], row["text"]) for row in map(json.loads, lines)]


def articles() -> Iterator[Document]:
    """Yield every article that is relevant to one of the headlines, and others up to ARTICLES."""
    judged = judgments()
    wanted = {article for name, _ in headlines("") for article in judged[name]}
    others = ARTICLES - len(wanted)
    with gzip.open(NEWS / "corpus.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            if row["id"] in wanted or others > 0:
                others -= row["id"] not in wanted
                yield Document(row["id"], row["id"], "", row["title"], row["text"])


@pytest.fixture(scope="module")
def pair(opensearch: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Engine]]:
    name = f"news-{uuid4().hex[:8]}"
    url = opensearch.url(name, shards=3, replicas=1, replicas_last=1)
    engines = open_engine(f"whoosh:{tmp_path_factory.mktemp('news')}"), open_engine(url)
    for engine in engines:
        with engine.writer(rebuild=True) as writer:
            assert writer.add(articles()) == ARTICLES
    yield engines
    opensearch.remove(name)


def first_ten(engine: Engine) -> Callable[[tuple[str, str]], list[RunLine]]:
    def ask(query: tuple[str, str]) -> list[RunLine]:
        found = engine.search(understand(query[1], engine.vocabulary()), limit=10, depth_only=True)  # type: ignore[attr-defined]
        return [RunLine(query[0], hit.id, rank, score) for rank, (hit, score) in enumerate(found.ranked, 1)]

    return ask


@pytest.mark.parametrize("variant", ["", "_nodiac", "_typo"])
def test_both_engines_find_the_same(pair: tuple[Engine, Engine], variant: str) -> None:
    queries = headlines(variant)
    with ThreadPoolExecutor(4) as pool:
        one, other = (list(pool.map(first_ten(engine), queries)) for engine in pair)
    same = sum(
        [hit.document_id for hit in a] == [hit.document_id for hit in b] for a, b in zip(one, other, strict=True)
    )
    quality = [measure((line for lines in run for line in lines), judgments())["nDCG@10"] for run in (one, other)]
    print(f"{same} of {len(queries)} alike; nDCG@10 {quality}")
    assert len(queries) == HEADLINES
    assert same / len(queries) >= LEAST_SAME
    assert abs(quality[0] - quality[1]) < MOST_APART
