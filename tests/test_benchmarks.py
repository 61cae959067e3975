"""The scripts of benchmarks/ with most to go wrong run through at a tiny size; their figures are not looked at."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.components import NGINX, require

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("benchmarks")


@pytest.mark.parametrize(
    ("script", "options", "told"),
    [
        ("bench_query", ["--documents", "40", "--stock", "0", "--queries", "4"], "| SQLite FTS5 |"),
        ("bench_answer", ["--documents", "40", "--queries", "4", "--warming", "4"], "| HTML page | all |"),
        (
            "bench_indexing",
            ["--documents", "40", "--few", "40", "--stock", "0", "--rounds", "1"],
            "another process found them after",
        ),
        (
            "bench_caches",
            ["--documents", "40", "--items", "2"],
            "`search.text.analysis._norm_of_word`",
        ),
        ("bench_growth", ["--documents", "20", "60", "--queries", "4"], "From 20 to 60 articles (3 times)"),
    ],
)
def test_a_script_writes_its_result(folder: Path, script: str, options: list[str], told: str) -> None:
    data = "caches" if script == "bench_caches" else "data"  # bench_indexing leaves others more articles
    where = ["--folder", str(folder / "growth")] if script == "bench_growth" else ["--data", str(folder / data)]
    command = [sys.executable, f"benchmarks/{script}.py", *options, *where]
    environment = {**os.environ, "HOINGHI_BENCH_RESULTS": str(folder / "results")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    result = (folder / "results" / f"{script.removeprefix('bench_')}.md").read_text(encoding="utf-8")
    assert told in result


def test_a_short_round_under_load_behind_nginx(folder: Path) -> None:
    require(NGINX)
    options = ["--documents", "40", "--data", str(folder / "load"), "--seconds", "3", "--clients", "8"]
    environment = {**os.environ, "HOINGHI_BENCH_RESULTS": str(folder / "results")}
    command = [sys.executable, "benchmarks/bench_load.py", *options]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr  # 1: an answer was too slow, which is not judged here
    result = (folder / "results" / "load.md").read_text(encoding="utf-8")
    for name in ("quiet", "under load"):
        row = re.search(rf"^\| {name} \| ([\d,]+) \|", result, re.MULTILINE)
        assert row and row[1] != "0", result
    assert "webhooks were tested" in result
