"""Throughput and memory of a crawl with delays off, from generated sites on loopback."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generated_site import registry
from report import ROOT, write

PORT = 8791
CASES = ((1, 1_000), (10, 100), (10, 2_000))  # hosts, articles on each
CRAWL = """
import sys
from pathlib import Path
from crawl.registry.sources import load_sources
from crawl.fetch.crawler import crawl
crawl(load_sources(Path(sys.argv[1])), Path(sys.argv[2]))
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


def measured(hosts: int, articles: int) -> list[object]:
    with tempfile.TemporaryDirectory(prefix="hoinghi-bench-") as folder:
        sources = Path(folder) / "sources.toml"
        sources.write_text(registry(hosts, PORT), encoding="utf-8")
        command = [sys.executable, str(Path(__file__).with_name("generated_site.py"))]
        server = subprocess.Popen([*command, str(hosts), str(articles), str(PORT)], stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            if server.stdout.readline() != "ready\n":
                sys.exit(f"the generated sites do not answer: is port {PORT} free on 127.0.1.1 to 127.0.1.{hosts}?")
            data = str(Path(folder) / "data")
            _, seconds, memory = run(CRAWL, str(sources), data)
            stored = int(run(COUNT, data)[0])
        finally:
            server.terminate()
            server.wait()
        size = sum(path.stat().st_size for path in Path(data).rglob("*") if path.is_file()) / 2**20
    return [
        hosts * articles,
        hosts,
        stored,
        f"{seconds:.0f}",
        f"{stored / seconds:.0f}",
        f"{memory:.0f}",
        f"{size:.0f}",
    ]


def main() -> None:
    rows: list[list[object]] = []
    for hosts, articles in CASES:
        rows.append(measured(hosts, articles))
        write(  # after each case, so that a long one that is broken off loses nothing
            "crawl",
            "Throughput of a crawl with delays off",
            ("articles", "hosts", "stored", "seconds", "articles/s", "peak memory, MB", "data, MB"),
            rows,
            "Start of Python to end of run: list pages, extraction, WARC and database. One request at a time per host; "
            "the sites run on the same machine, in another process.",
        )


if __name__ == "__main__":
    main()
