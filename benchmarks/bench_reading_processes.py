"""What several reading processes bring to a crawl: the same generated sites, read in one process and in more.

The sites have no selectors in their registry and no delay, so that reading is the largest part.
"""

import argparse
import re

from bench_crawl import COUNT, REGISTRY, generated_sites, run
from report import load, write

HOSTS = 8
CRAWL = """
import resource, sys
from pathlib import Path
from crawl.registry.sources import load_sources
from crawl.fetch import crawler
from crawl.fetch.reading_pool import ReadingPool
if __name__ == "__main__":
    crawler.READING = ReadingPool(processes=int(sys.argv[3]), alone=int(sys.argv[4]))
    crawler.crawl(load_sources(Path(sys.argv[1])), Path(sys.argv[2]), progress=lambda summary, done: None)
    for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        print(sum(resource.getrusage(whose)[:2]))
"""


def measured(articles: int, processes: int, alone: int) -> list[object]:
    with generated_sites(HOSTS, articles) as folder:
        sources = folder / REGISTRY
        sources.write_text(re.sub(r"\[source.selectors\]\n(?:\w+ = .*\n)+", "", sources.read_text("utf-8")), "utf-8")
        data = folder / "data"
        printed, seconds, _ = run(CRAWL, str(sources), str(data), str(processes), str(alone))
        stored = int(run(COUNT, str(data))[0])
    fetching, reading = map(float, printed.split())
    longest = max(fetching, reading / processes) if reading else fetching
    return [
        *(processes, stored, f"{seconds:.0f}", f"{stored / seconds:.0f}", f"{fetching:.1f}", f"{reading:.1f}"),
        f"{stored / longest:.0f}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=150, help="of each of the 8 sites")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--alone", type=int, default=50, help="pages that are read before processes are started")
    given = parser.parse_args()
    rows: list[list[object]] = []
    for processes in given.processes:
        rows.append(measured(given.articles, processes, given.alone))
        write(
            "reading_processes",
            "A crawl read by several processes",
            (
                *("reading processes", "articles", "seconds", "articles/s", "processor s, fetching and storing"),
                *("processor s, reading", "articles/s with a core for each"),
            ),
            rows,
            "One reading process: all is read in the one that fetches. The last column is what the slowest process"
            " lets through where each has a core of its own: articles by its processor seconds, with those to start it."
            f" {load()}",
        )


if __name__ == "__main__":
    main()
