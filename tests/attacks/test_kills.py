"""kill -9 at any moment of importing, indexing and rebuilding: nothing is lost, and the next run comes to its end."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.archive.verify import verify
from search.engines.embedded.engine import WhooshEngine
from tests.attacks.conftest import ROOT, hoinghi, rounds, strays, write_articles

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills the processes of a session")
LONGEST_LIFE_SECONDS = 4.0


def killed(seconds: float, *arguments: str | Path) -> bool:
    """Run a command and kill it and its processes after some time; tell whether it came to that."""
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "hoinghi.py"), *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True


@pytest.mark.timeout(3600)
def test_no_kill_loses_anything(articles: Path, tmp_path: Path) -> None:
    moments = random.Random(8)
    data, more, kills, count = tmp_path / "data", tmp_path / "them.jsonl", 0, 600
    assert hoinghi("import", articles, "--data", data).returncode == 0
    assert hoinghi("index", "--data", data).returncode == 0
    for _ in range(rounds(2, 17)):
        before = WhooshEngine(data / "whoosh").versions()
        write_articles(more, 30, count)
        for command in (["import", more], ["index"], ["index", "--rebuild"]):
            kills += killed(moments.uniform(0.3, LONGEST_LIFE_SECONDS), *command, "--data", data)
            assert verify(data).damaged == []
            engine = WhooshEngine(data / "whoosh")
            assert engine.versions().items() >= before.items() and not engine.damage()
        assert hoinghi("import", more, "--data", data).returncode == 0
        assert hoinghi("index", "--data", data).returncode == 0
        count += 30
        with Archive(data, read_only=True) as archive:
            assert archive.count() == count
        engine = WhooshEngine(data / "whoosh")
        assert len(engine.versions()) == count and engine.verify().failed == 0
        assert strays(data) == []
    assert kills >= rounds(3, 30)
