"""A crawl on a full disk, or killed: the next run makes the archive what it would have been, and messages are true."""

import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.archive.frontier_file import waiting_pages
from crawl.archive.proof_log import extend_log, verify_log
from crawl.archive.verify import verify
from crawl.errors import ArchiveError
from crawl.fetch.crawler import crawl
from crawl.fetch.frontier_reports import failing_pages
from crawl.fetch.limits import Limits
from crawl.fetch.progress import no_progress
from tests.attacks.archive_contents import told
from tests.attacks.conftest import SmallDisk, rounds
from tests.attacks.killing import run_command
from tests.crawl.sites.small_site import Site, article, listing, small_site

ARTICLES = range(1, 13)
UNGUARDED = Limits(timeout_seconds=20, retry_seconds=0.02, min_free_bytes=0)  # runs into the full disk, unwarned
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mounts a file system and kills processes")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    pages = {"/": listing(*ARTICLES)} | {f"/bai-{number}": article(number) for number in ARTICLES}
    with small_site(pages, "127.0.0.44") as served:
        yield served


def contents(data: Path) -> dict[str, tuple[int, str, bool]]:
    """Return version, digest of the text and fate of each article; empty where no archive was made."""
    if not (data / "archive.db").exists():
        return {}
    with Archive(data, read_only=True) as archive:
        return {one.article.id: (one.version, one.text_sha256, one.gone) for one in archive.articles()}


def undisturbed(site: Site) -> set[str]:
    return {f"{site.base}/bai-{number}" for number in ARTICLES}


def assert_whole(data: Path, whole: dict[str, list[tuple[object, ...]]]) -> None:
    """Check that an archive says what an undisturbed one says, in every table, and that its bytes are sound."""
    extend_log(data)
    assert told(data) == whole
    assert verify(data).damaged == [] and verify_log(data).wrong == []
    assert failing_pages(data) == [] and waiting_pages(data) == {}
    with Archive(data, read_only=True) as archive:
        assert archive.runs("trang-mau", 1)[0].succeeded


@pytest.mark.timeout(3600)
def test_a_crawl_on_a_full_disk_says_so_and_the_next_one_ends_it(disk: SmallDisk, site: Site, tmp_path: Path) -> None:
    most, steps, failed = 420_000, rounds(3, 20), 0
    assert crawl([site.source()], tmp_path, limits=UNGUARDED, progress=no_progress).total("new") == len(ARTICLES)
    whole = told(tmp_path)
    for step in range(steps):
        shutil.rmtree(disk.data, ignore_errors=True)
        disk.leave(most * step // steps)
        said = ""
        try:
            said = crawl([site.source()], disk.data, limits=UNGUARDED, progress=no_progress).sources[0].error
        except ArchiveError as error:
            said = str(error)
        disk.make_room()
        stored = contents(disk.data)
        if said:
            failed += 1
            assert "make room" in said, said
        else:
            assert stored.keys() == undisturbed(site)  # a success is claimed by those alone that have everything
        summary = crawl([site.source()], disk.data, limits=UNGUARDED, progress=no_progress).sources[0]
        assert (summary.error, summary.failed, summary.waiting) == ("", 0, 0)
        assert summary.new == len(ARTICLES) - len(stored)
        assert contents(disk.data).items() >= stored.items()
        assert_whole(disk.data, whole)
    assert failed >= steps // 2


@pytest.mark.timeout(3600)
def test_a_crawl_that_is_killed_is_ended_by_the_next_one(site: Site, tmp_path: Path) -> None:
    sources, data, log = tmp_path / "sources.toml", tmp_path / "data", tmp_path / "log"
    sources.write_text(
        f'[[source]]\nslug = "trang-mau"\nname = "Trang mẫu"\nkind = "other"\nhosts = ["{site.host}:{site.port}"]\n'
        f'start = ["{site.base}/"]\narticle = "/bai-[0-9]+$"\nexample = "{site.base}/bai-1"\ndelay_seconds = 0\n',
        "utf-8",
    )
    command = ["crawl", "--sources", str(sources), "--data", str(data)]
    code, calls = run_command(command, log)
    assert code == 0 and "✓" in log.read_text("utf-8"), log.read_text("utf-8")
    whole, all_told = contents(data), told(data)
    assert whole.keys() == undisturbed(site)
    dice = random.Random(17)
    cut_short = 0
    for _ in range(rounds(4, 50)):
        shutil.rmtree(data)
        code, _ = run_command(command, log, dice.randrange(calls))
        assert code == -9
        stored = contents(data)
        cut_short += stored.keys() != undisturbed(site)
        assert whole.items() >= stored.items()
        assert stored == {} or verify(data).damaged == []
        code, _ = run_command(command, log)
        said = log.read_text("utf-8")
        assert code == 0 and "✓" in said and "failed" not in said, said
        new = len(ARTICLES) - len(stored)
        assert (f"{new} new" in said) == bool(new), said
        assert contents(data) == whole
        assert_whole(data, all_told)
    assert cut_short >= rounds(4, 50) // 2
