"""Pages that are read in other processes say the same, whatever becomes of those."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.fetch import crawler
from crawl.fetch.frontier import Page
from crawl.fetch.page_reading import ReadPage, read_page
from crawl.fetch.reading_pool import ReadingPool
from crawl.registry.sources import Source
from tests.crawl.sites.small_site import QUICK, Site, article, listing, small_site

ROOT = Path(__file__).parents[3]
SOURCE = Source("trang-mau", "Trang mẫu", "other", ("mau.test",), r"/bai-\d+$", "https://mau.test/bai-1")
BASE = "https://mau.test"
DEADLINE_SECONDS = 60


def pages() -> list[tuple[Source, Page, str, bytes, str]]:
    """Return articles, a list, what is no page and what is nothing."""
    made = [("article", f"{BASE}/bai-{number}", article(number)[2].encode(), "text/html") for number in range(8)]
    made += [("list", f"{BASE}/", listing(1, 2, 3)[2].encode(), "text/html"), ("article", f"{BASE}/bai-9", b"", "")]
    made += [("article", f"{BASE}/bai-10", bytes(range(256)), "text/html")]
    return [(SOURCE, Page(url, url, kind), url, body, media) for kind, url, body, media in made]


async def all_read(pool: ReadingPool) -> list[ReadPage]:
    return list(await asyncio.gather(*(pool.read(*one) for one in pages())))


def test_pages_say_the_same_in_other_processes_also_after_one_was_killed() -> None:
    here = [read_page(*one) for one in pages()]
    assert [bool(read.article) for read in here] == [True] * 8 + [False] * 3
    pool = ReadingPool(processes=2, alone=0)
    with pool.used():
        assert asyncio.run(all_read(pool)) == here
        assert len(pool.processes()) == 2
        os.kill(pool.processes()[0], signal.SIGKILL)
        assert asyncio.run(all_read(pool)) == here
    assert pool.processes() == []


def ends_its_process(*_: object) -> None:
    os._exit(3)


def test_a_page_that_ends_its_process_twice_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawl.fetch.reading_pool.read_page", ends_its_process)
    pool = ReadingPool(processes=2, alone=0)
    with pool.used():
        read = asyncio.run(pool.read(*pages()[0]))
    assert "has ended, twice" in read.trouble


def test_a_long_crawl_reads_elsewhere_and_stores_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = range(1, 25)
    with small_site({"/": listing(*numbers)} | {f"/bai-{number}": article(number) for number in numbers}) as site:
        site.crawled(tmp_path / "here")
        pool = ReadingPool(processes=2, alone=5)
        used: list[int] = []
        monkeypatch.setattr(crawler, "READING", pool)
        summary = crawler.crawl(
            [site.source()],
            tmp_path / "elsewhere",
            limits=QUICK,
            progress=lambda summary, done: used.append(len(pool.processes())),
        )
    assert (summary.failed, summary.total("new")) == (False, len(numbers))
    assert (min(used), max(used)) == (0, 1)  # none for the first pages; one source waits for each of its pages
    assert stored(tmp_path / "here", site) == stored(tmp_path / "elsewhere", site)


def stored(data: Path, site: Site) -> list[tuple[str, str]]:
    with Archive(data, read_only=True) as archive:
        return [(found.article.id, found.text_sha256) for found in archive.articles()]


PROGRAM = """
import asyncio, time
from tests.crawl.fetch.test_reading_pool import ReadingPool, all_read
if __name__ == "__main__":
    pool = ReadingPool(processes=2, alone=0)
    with pool.used():
        asyncio.run(all_read(pool))
        print(*pool.processes(), flush=True)
        time.sleep(600)
"""


def test_the_processes_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert parent.stdout
        readers = [int(number) for number in parent.stdout.readline().split()]
        assert len(readers) == 2
    finally:
        parent.kill()
        parent.communicate()
    give_up = time.monotonic() + DEADLINE_SECONDS
    while (left := list(filter(is_running, readers))) and time.monotonic() < give_up:
        time.sleep(0.05)
    for reader in left:
        os.kill(reader, signal.SIGKILL)
    assert left == []


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
