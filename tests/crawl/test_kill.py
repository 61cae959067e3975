"""kill -9 in the middle of a crawl, twenty times: nothing reported is lost, and the end is as if nothing had been."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.archive.database import CAPTURES
from crawl.archive.verify import verify
from crawl.archive.warc_reader import DamagedRecord, read_records
from tests.attacks.archive_contents import told
from tests.crawl.sites.serve import SampleSites

ROOT = Path(__file__).parents[2]
KILLS = 20
LONGEST_LIFE_SECONDS = 0.7  # a run needs several seconds, so that a dozen lives do not yet see its end

PROGRAM = """
import sys
from pathlib import Path
from crawl.registry.sources import load_sources
from crawl.fetch.crawler import crawl
crawl(
    load_sources(Path(sys.argv[1]), None),
    Path(sys.argv[2]),
    progress=lambda summary, done: print(summary.slug, summary.new, flush=True),
)
"""


def start(sources: Path, data: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(sources), str(data)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def reported(process: subprocess.Popen[str]) -> int:
    """Return how many new articles the crawl said that it stored."""
    stdout, _ = process.communicate()
    latest = dict(line.split() for line in stdout.splitlines() if len(line.split()) == 2)
    return sum(map(int, latest.values()))


@pytest.mark.timeout(600)  # each life starts Python anew
def test_a_crawl_that_is_killed_again_and_again_ends_like_an_undisturbed_one(tmp_path: Path) -> None:
    moments = random.Random(9)
    killed, undisturbed = tmp_path / "killed", tmp_path / "undisturbed"
    cut_short = 0
    with SampleSites() as sites:
        stored = 0
        for _ in range(KILLS):
            process = start(sites.sources_file, killed)
            assert process.stdout
            process.stdout.readline()
            time.sleep(moments.uniform(0.0, LONGEST_LIFE_SECONDS))
            process.kill()
            said = reported(process)
            cut_short += process.returncode != 0
            with Archive(killed, read_only=True) as archive:
                assert archive.count() >= stored + said
                stored = archive.count()
        assert verify(killed).damaged == []
        for data in (killed, undisturbed):
            process = start(sites.sources_file, data)
            _, stderr = process.communicate()
            assert process.returncode == 0, stderr
        assert len(told(undisturbed)["articles"]) == len(sites.articles())
    assert cut_short >= KILLS // 2
    assert told(killed, without_bytes=True) == told(undisturbed, without_bytes=True)
    for path in (killed / CAPTURES).iterdir():
        records = list(read_records(path))
        assert not any(isinstance(record, DamagedRecord) for record in records[:-1])
