"""From files to answers over both engines side by side; test_suites.py runs the other tests over this one."""

import json
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from search.engines import open_engine
from search.engines.opensearch.engine import OpenSearchEngine
from search.query.rewriter import understand
from tests.search.engines.opensearch.cluster import Cluster
from web import create_app

LINES = [
    {"id": "a", "title": "Hội nghị Ban Chấp hành Đảng bộ tỉnh Bắc Giang", "published": "2023-07-05",
     "text": "Sáng 5/7, hội nghị thảo luận việc giải ngân vốn đầu tư công.", "province": "bac-giang"},
    {"id": "b", "title": "Kỳ họp HĐND tỉnh Tuyên Quang", "published": "2024-12-09",
     "text": "Kỳ họp bàn về giải ngân, thủy lợi và giao thông nông thôn.", "province": "tuyen-quang"},
]  # fmt: skip


@pytest.fixture(scope="module")
def indexed(opensearch: Cluster, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    tmp_path = tmp_path_factory.mktemp("whole")
    url = opensearch.url(f"whole-{uuid4().hex[:8]}", shards=2, replicas=1)
    file = tmp_path / "bai.jsonl"
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in LINES), encoding="utf-8")
    hoinghi(tmp_path, "import", str(file))
    assert "2 added" in hoinghi(tmp_path, "index", "--index", url)
    assert "2 added" in hoinghi(tmp_path, "index")
    assert "2 unchanged" in hoinghi(tmp_path, "index", "--index", url)
    return tmp_path, url


def hoinghi(folder: Path, command: str, *arguments: str) -> str:
    whole = [sys.executable, "-m", "hoinghi", command, *arguments, "--data", str(folder / "data")]
    done = subprocess.run(whole, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_command_line_answers_the_same(indexed: tuple[Path, str]) -> None:
    folder, url = indexed
    one = json.loads(hoinghi(folder, "search", "giair ngaan 2024", "--json"))
    other = json.loads(hoinghi(folder, "search", "giair ngaan 2024", "--json", "--index", url))
    for answer in (one, other):
        answer.pop("took_ms")
        for hit in answer["hits"]:
            hit["score"] = round(hit["score"], 3)
    assert one == other
    assert one["total"] > 0


@pytest.mark.parametrize(
    "path", ["/", "/?q=giải+ngân", "/?q=giải+ngân&year=2024", "/tinh-trang", "/api/search?q=hội+nghị"]
)
def test_the_pages_are_the_same(indexed: tuple[Path, str], path: str) -> None:
    folder, url = indexed
    answers = [create_app(folder / "data", index).test_client().get(path) for index in (None, url)]
    assert [answer.status_code for answer in answers] == [200, 200]
    titles = [LINES[0]["title"].encode() in answer.data for answer in answers]
    assert titles[0] == titles[1]


@pytest.mark.parametrize("words", ["hội nghị", "không có bài nào nói thế"])
def test_a_state_that_nobody_reads_to_its_end_is_given_back(indexed: tuple[Path, str], words: str) -> None:
    """A node keeps a few hundred points in time: a reader who goes away leaves none."""
    engine = open_engine(indexed[1])
    assert isinstance(engine, OpenSearchEngine)
    _, pages = engine.every(understand(words), most=9)
    del pages
    _, pages = engine.every(understand(words), most=9)
    list(pages)
    assert engine.cluster.client.get_all_pits().get("pits", []) == []


def test_a_cluster_that_is_not_there_is_told_in_one_line(indexed: tuple[Path, str]) -> None:
    folder, _ = indexed
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "hoinghi",
            "search",
            "x",
            "--index",
            "opensearch://127.0.0.1:1/Kho",
            "--data",
            str(folder),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr.startswith('hoinghi: index address: "Kho" cannot be the name of an index')
    assert "Traceback" not in done.stderr
