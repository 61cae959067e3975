"""Interpretation beside segmentation: milliseconds per article, on up to 5,000 news articles.

    python benchmarks/bench_interpret.py [CORPUS.jsonl[.gz]]
    python benchmarks/bench_interpret.py --beside CHECKOUT      beside the rules of another checkout, by turns; who said
                                                                what, which that one may not read, is left out

The rule to hold: interpreting an article costs less than segmenting it with pyvi. search/text/segmentation.py, which
has pyvi's model on arrays and is much faster, is measured as well. Both get title and text. All steps take turns, TURN
articles each, so that a machine whose speed changes meanwhile changes all of them alike. Without a corpus (JSON Lines
with "title" and "text") the sample articles of the tests are used, repeated.
"""

import gzip
import json
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from pyvi import ViTokenizer  # noqa: E402

from benchmarks.report import write  # noqa: E402
from crawl.archive.archive import ArchivedArticle  # noqa: E402
from crawl.article import Article  # noqa: E402
from indexer.interpret import interpret  # noqa: E402
from indexer.page import Page  # noqa: E402
from indexer.reading import read  # noqa: E402
from indexer.rules.dates import find_dates  # noqa: E402
from indexer.rules.document_numbers import documents_in  # noqa: E402
from indexer.rules.meetings import meeting_of  # noqa: E402
from indexer.rules.people import people_in  # noqa: E402
from indexer.rules.province import clues_of, weigh  # noqa: E402
from indexer.signals import look_for  # noqa: E402
from search.text.segmentation import tokenize  # noqa: E402

CORPUS = ROOT / "../shared/relevance/news/corpus.jsonl.gz"
MOST = 5000
TURN = 100


def articles(path: Path) -> list[Article]:
    if not path.exists():
        files = sorted((ROOT / "tests/crawl/sites/articles").rglob("*.toml"))
        truths = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]
        return [Article(id=str(n), url="", title=t["title"], body=t["body"]) for n, t in enumerate(truths * 10)]
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for _, line in zip(range(MOST), lines, strict=False)]
    return [Article(id=row["id"], url="", title=row["title"], body=row["text"]) for row in rows]


def milliseconds(steps: dict[str, Callable[[Article], object]], batch: list[Article]) -> dict[str, float]:
    spent = dict.fromkeys(steps, 0.0)
    for work in steps.values():
        work(batch[0])
    for start in range(0, len(batch), TURN):
        for name, work in steps.items():
            begun = time.process_time()
            for article in batch[start : start + TURN]:
                work(article)
            spent[name] += time.process_time() - begun
    return {name: seconds / len(batch) * 1000 for name, seconds in spent.items()}


ONE_CHECKOUT = """
import gzip, json, sys, time
root, corpus, most = sys.argv[1:]
sys.path.insert(0, root)
try:
    from crawl.archive.archive import ArchivedArticle
except ImportError:  # of an early version
    from crawl.archive import ArchivedArticle
from crawl.article import Article
from indexer import interpret as room
if hasattr(room, "quotes_in"):
    room.quotes_in = lambda *_: []
with gzip.open(corpus, "rt", encoding="utf-8") as lines:
    rows = [json.loads(line) for _, line in zip(range(int(most)), lines)]
articles = [Article(row["id"], "", row["title"], row["text"]) for row in rows]
pages = [ArchivedArticle(article, 1, "2026-01-01T00:00:00Z", "", False, "") for article in articles]
for page in pages[:100]:
    room.interpret(page)
begun = time.process_time()
for page in pages:
    room.interpret(page)
print((time.process_time() - begun) / len(pages) * 1000)
"""
ROUNDS = 7


def beside(other: Path) -> None:
    """Compare with another checkout, in processes of their own by turns; the median of the rounds."""
    spent: dict[Path, list[float]] = {other.resolve(): [], ROOT: []}
    for _ in range(ROUNDS):
        for root, found in spent.items():
            command = [sys.executable, "-P", "-c", ONE_CHECKOUT, str(root), str(CORPUS), "1500"]
            found.append(float(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    theirs, ours = map(median, spent.values())
    print(f"{theirs:.3f} ms an article there, {ours:.3f} here: {ours / theirs:.2f} times")


def main() -> None:
    if sys.argv[1:2] == ["--beside"]:
        beside(Path(sys.argv[2]))
        return
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS
    batch = articles(path)
    syllables = sum(len(article.body.split()) for article in batch) / len(batch)
    steps: dict[str, Callable[[Article], object]] = {
        "interpret": lambda a: interpret(ArchivedArticle(a, 1, "2026-01-01T00:00:00Z", "", False, "")),
        "  dates": lambda a: find_dates(a.body),
        "  province": lambda a: weigh(clues_of(Page(a.title, a.body.split("\n")), "", ""), ""),
        "  meeting": lambda a: meeting_of(Page(a.title, a.body.split("\n"))),
        "  documents": lambda a: documents_in(page := read(a.body), look_for(page)),
        "  people": lambda a: people_in(read(a.body)),
        "segment": lambda a: tokenize(f"{a.title}\n{a.body}"),
        "segment (pyvi)": lambda a: ViTokenizer.tokenize(f"{a.title}\n{a.body}"),
    }
    measured = milliseconds(steps, batch)
    ours, pyvi = (measured["interpret"] / measured[name] for name in ("segment", "segment (pyvi)"))
    write(
        "interpret",
        "Interpretation beside segmentation",
        ("step", "ms of CPU per article"),
        [(name.strip(), f"{value:.2f}") for name, value in measured.items()],
        f"{len(batch):,} articles of {syllables:.0f} syllables on average, on one core. Interpretation costs\n"
        f"{pyvi:.2f} of what pyvi takes for segmentation, and {ours:.2f} times what search/text/segmentation.py\n"
        "takes, which runs pyvi's model on arrays.",
    )


if __name__ == "__main__":
    main()
