"""Throughput and memory of a crawl with delays off, from generated sites on loopback."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from generated_site import registry
from report import ROOT, load, write

PORT = 8791
CASES = ((1, 1_000), (10, 100), (10, 2_000))  # hosts, articles on each
REGISTRY = "sources.toml"
CRAWL = """
import resource, sys
from pathlib import Path
from crawl.registry.sources import load_sources
from crawl.fetch.crawler import crawl
if __name__ == "__main__":
    crawl(load_sources(Path(sys.argv[1])), Path(sys.argv[2]))
    for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        print(sum(resource.getrusage(whose)[:2]))
"""
COUNT = """
import sys
from pathlib import Path
from crawl.archive.archive import Archive
with Archive(Path(sys.argv[1]), read_only=True) as archive:
    print(archive.count())
"""


def run(script: str, *arguments: str) -> tuple[str, float, float]:
    """Run script in a Python of its own; return what it printed, its seconds and its greatest memory in MB."""
    start = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-c", script, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    printed = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"the crawl ended with status {os.waitstatus_to_exitcode(status)}: nothing was measured")
    return printed, time.perf_counter() - start, usage.ru_maxrss / 1024


@contextmanager
def generated_sites(hosts: int, articles: int) -> Iterator[Path]:
    """Serve generated sites while the block runs; give a folder with their registry, which goes with the block."""
    with tempfile.TemporaryDirectory(prefix="hoinghi-bench-") as folder:
        (Path(folder) / REGISTRY).write_text(registry(hosts, PORT), encoding="utf-8")
        command = [sys.executable, str(Path(__file__).with_name("generated_site.py"))]
        server = subprocess.Popen([*command, str(hosts), str(articles), str(PORT)], stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            if server.stdout.readline() != "ready\n":
                sys.exit(f"the generated sites do not answer: is port {PORT} free on 127.0.1.1 to 127.0.1.{hosts}?")
            yield Path(folder)
        finally:
            server.terminate()
            server.wait()


def measured(hosts: int, articles: int) -> list[object]:
    with generated_sites(hosts, articles) as folder:
        data = folder / "data"
        printed, seconds, memory = run(CRAWL, str(folder / REGISTRY), str(data))
        fetching, reading = map(float, printed.split())
        stored = int(run(COUNT, str(data))[0])
        size = sum(path.stat().st_size for path in data.rglob("*") if path.is_file()) / 2**20
    return [
        hosts * articles,
        hosts,
        stored,
        f"{seconds:.0f}",
        f"{stored / seconds:.0f}",
        f"{fetching:.1f}",
        f"{reading:.1f}",
        f"{memory:.0f}",
        f"{size:.0f}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="leave out the 20,000 articles")
    rows: list[list[object]] = []
    for hosts, articles in CASES[: -1 if parser.parse_args().short else None]:
        rows.append(measured(hosts, articles))
        write(  # after each case, so that a long one that is broken off loses nothing
            "crawl",
            "Throughput of a crawl with delays off",
            (
                *("articles", "hosts", "stored", "seconds", "articles/s", "processor s, fetching"),
                *("processor s, reading processes", "peak memory, MB", "data, MB"),
            ),
            rows,
            "Start of Python to end of run: list pages, extraction, WARC and database. One request at a time per host; "
            f"the sites run on the same machine, in another process. {load()}",
        )


if __name__ == "__main__":
    main()
