"""The two engines side by side: indexing rate, sizes, latency, and whether they give the same answers.

    python benchmarks/bench_engines.py [--documents 5000] [--index opensearch://host:9200/name?shards=3&replicas=1]

Without --index three nodes are started on this machine (tests/search/engines/opensearch/cluster.py), on the same
processors that everything else here uses: a rate of a cluster is not to be read from it; what it takes of a core is.
The index is filled three times, and the last time counts: a server that has run for a minute is not one that has run
for a month, and needs several times as much for a document until its code is compiled.
"""

import argparse
import gzip
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.measures import measure
from benchmarks.report import NEWS, write
from search.document import FACETS, Document
from search.engines import open_engine
from search.engines.opensearch.engine import OpenSearchEngine
from search.engines.opensearch.mapping import bulk_lines
from search.engines.ports import Engine
from search.evaluation import RunLine
from search.query.nodes import Query
from search.query.rewriter import understand
from search.text.normalization import norms
from tests.search.engines.opensearch.cluster import CannotStart, Cluster

JAVA = ("-Xmx1g", "-XX:+UseSerialGC")  # compiled in earnest, unlike in tests
DEPTH = 10
TIMED = 100  # queries of each form


def documents(count: int) -> Iterator[Document]:
    with gzip.open(NEWS / "corpus.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in islice(file, count):
            article = json.loads(line)
            yield Document(article["id"], article["id"], "", article["title"], article["text"])


def headlines() -> list[tuple[str, str]]:
    lines = (NEWS / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    return [(query["id"], query["text"]) for query in map(json.loads, lines)]


def judgments() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for line in (NEWS / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        found.setdefault(query, {})[document] = int(grade)
    return found


def filled(engine: Engine, count: int, cluster: Cluster | None = None) -> tuple[float, float, float]:
    """Fill an index anew; return the seconds that took, and those of a core that we and the nodes worked for it."""
    started, ours, theirs = time.perf_counter(), own_seconds(), node_seconds(cluster)
    with engine.writer(rebuild=True) as writer:
        writer.add(documents(count))
    return time.perf_counter() - started, own_seconds() - ours, node_seconds(cluster) - theirs


def own_seconds() -> float:
    """Return the seconds that this process and its workers (those that have ended) have worked."""
    return sum(os.times()[:4])


def node_seconds(cluster: Cluster | None) -> float:
    """Return the seconds that the nodes have worked."""
    total = 0
    for node in cluster.nodes if cluster else ():
        assert node.process is not None
        after_name = Path(f"/proc/{node.process.pid}/stat").read_text().rpartition(")")[2].split()
        total += int(after_name[11]) + int(after_name[12])
    return total / os.sysconf("SC_CLK_TCK")


def asked(engine: Engine, queries: list[tuple[str, Query]], **options: Any) -> tuple[dict[str, list[str]], list[float]]:
    """Return query id → ids of its first ten, and the milliseconds that TIMED of them take when asked again."""
    answers, taken = {}, []
    for name, query in queries:
        answers[name] = [document.id for document, _ in engine.search(query, limit=DEPTH, **options).ranked]
    for _, query in queries[:TIMED]:
        started = time.perf_counter()
        tuple(engine.search(query, limit=DEPTH, **options).ranked)
        taken.append((time.perf_counter() - started) * 1000)
    return answers, taken


def latency(taken: list[float]) -> str:
    return f"{median(taken):.1f} / {quantiles(taken, n=20)[-1]:.1f}"


def size_of(engine: OpenSearchEngine, name: str) -> int:
    """Return the bytes of one copy of every shard, its segments merged."""
    indices = engine.cluster.client.indices
    indices.forcemerge(index=name, params={"max_num_segments": "1", "request_timeout": 600})
    indices.refresh(index=name)
    return int(indices.stats(index=name, metric="store")["_all"]["primaries"]["store"]["size_in_bytes"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--index", default="", help="fill this index instead of one on nodes started here")
    options = parser.parse_args()
    if not NEWS.exists():
        sys.exit(f"{NEWS} is not there: nothing to index")
    with ExitStack() as stack:
        url, cluster = options.index, None
        if not url:
            try:
                cluster = stack.enter_context(Cluster(java=JAVA))
                url = cluster.url("bench", shards=3, replicas=1)
            except CannotStart as reason:
                sys.exit(f"OpenSearch cannot be started: {reason}")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        embedded, distributed = open_engine(f"whoosh:{folder / 'whoosh'}"), open_engine(url)
        assert isinstance(distributed, OpenSearchEngine)
        sample = list(documents(200))
        bulk_lines(sample[0])  # loads the model of the segmenter
        started = time.process_time()
        sent = sum(len(bulk_lines(document)) for document in sample) / len(sample)
        analysis = (time.process_time() - started) / len(sample)
        hurried = open_engine(f"{url}{'&' if '?' in url else '?'}replicas_last=1")
        order = (distributed, hurried, embedded, distributed)
        cold, hurry, *fills = (filled(each, options.documents, cluster) for each in order)
        sizes = [
            sum(path.stat().st_size for path in (folder / "whoosh").iterdir()),
            size_of(distributed, distributed.address.name),
        ]
        long = [(name, understand(text)) for name, text in headlines()]
        short = [(name, understand(" ".join(text.split()[:3]))) for name, text in headlines()[:TIMED]]
        asked_of = [
            (asked(engine, long), asked(engine, short), asked(engine, short, facets=FACETS))
            for engine in (embedded, distributed)
        ]
        runs = [each[0][0] for each in asked_of]
    same = sum(runs[0][name] == runs[1][name] for name, _ in long) / len(long)
    quality = [
        measure((RunLine(q, d, rank, 0.0) for q, ids in run.items() for rank, d in enumerate(ids, 1)), judgments())
        for run in runs
    ]

    def per_document(seconds: float) -> float:
        return seconds / options.documents * 1000

    rows: list[list[object]] = [
        ["documents/s indexed", *(f"{options.documents / each[0]:.0f}" for each in fills)],
        ["ms of a core per document: hoinghi", *(f"{per_document(each[1]):.1f}" for each in fills)],
        ["ms of a core per document: nodes, both copies", "–", f"{per_document(fills[1][2]):.1f}"],
        ["bytes on disk per document (one copy)", *(f"{each / options.documents:,.0f}" for each in sizes)],
        [
            f"headlines ({median(len(norms(text)) for _, text in headlines())} syllables), ms (median / 95 %)",
            *(latency(each[0][1]) for each in asked_of),
        ],
        ["three words, ms", *(latency(each[1][1]) for each in asked_of)],
        ["three words with five facets, ms", *(latency(each[2][1]) for each in asked_of)],
        ["nDCG@10, news", *(f"{each['nDCG@10']:.4f}" for each in quality)],
    ]
    notes = (
        f"{options.documents:,} articles; OpenSearch: 3 shards and a replica of each, three nodes on this machine. "
        f"Analysis alone takes {analysis * 1000:.1f} ms of a core per article and gives {sent / 1000:.1f} kB to send. "
        f"Every article is written twice there; with replicas_last that takes {per_document(hurry[2]):.1f} ms of nodes "
        f"and {options.documents / hurry[0]:.0f} documents/s are indexed. Just started, the nodes take "
        f"{per_document(cold[2]):.1f} ms ({options.documents / cold[0]:.0f} documents/s). "
        f"Load of the machine meanwhile: {os.getloadavg()[1]:.1f} on {os.cpu_count()} processors.\n\n"
        f"The first ten are the same, in the same order, for {same:.1%} of {len(long)} queries."
    )
    write("engines", "Embedded and distributed engine", ["", "Whoosh", "OpenSearch"], rows, notes)


if __name__ == "__main__":
    main()
