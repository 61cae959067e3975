"""The scripts of benchmarks/ with most to go wrong run through at a tiny size; their figures are not looked at."""

import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks.held_words import HeldWords
from benchmarks.serving import asked_by_clients
from search.document import Document
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
        ("bench_growth", ["--documents", "20", "60", "--queries", "4"], "From 20 to 60 articles (3 times)"),
    ],
)
def test_a_script_writes_its_result(folder: Path, script: str, options: list[str], told: str) -> None:
    where = ["--folder", str(folder / "growth")] if script == "bench_growth" else ["--data", str(folder / "data")]
    command = [sys.executable, f"benchmarks/{script}.py", *options, *where]
    environment = {**os.environ, "HOINGHI_BENCH_RESULTS": str(folder / "results")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    result = (folder / "results" / f"{script.removeprefix('bench_')}.md").read_text(encoding="utf-8")
    assert told in result


def test_what_one_cache_saves_is_printed(folder: Path) -> None:
    """All of them take a minute, and bench_caches.py finds them in the same way."""
    options = ["--documents", "40", "--items", "2", "--data", str(folder / "caches"), "--only", "_norm_of_word"]
    done = subprocess.run(
        [sys.executable, "benchmarks/bench_caches.py", *options], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "`search.text.analysis._norm_of_word`" in done.stdout


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


def test_servers_side_by_side(folder: Path) -> None:
    """Peers that are not installed are left out of the table, which hoinghi is always in."""
    options = ["--documents", "40", "--queries", "4", "--clients", "2", "--seconds", "0.5"]
    command = [sys.executable, "benchmarks/bench_http_peers.py", *options, "--peers", "hoinghi", "datasette"]
    environment = {**os.environ, "HOINGHI_BENCH_RESULTS": str(folder / "results")}
    with (folder / "peers.log").open("w+") as log:
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=log)
        log.seek(0)
        assert done.returncode == 0, log.read()
    result = (folder / "results" / "http_peers.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^\| hoinghi \| .*\b0 errors", result, re.MULTILINE)) == 1, result
    datasette = r"^\| Datasette with FTS5 \| .*\b0 errors|^Datasette is not installed: pip install"
    assert len(re.findall(datasette, result, re.MULTILINE)) == 1, result


def test_what_holds_the_words_of_a_query() -> None:
    texts = {
        "together": "Thành phố mở hội nghị về đất đai.",
        "apart": "Hội đồng đề nghị một phố mới, thành công.",
        "without": "Hoi nghi thanh pho.",
        "none": "Mưa lớn.",
    }
    documents = [Document(name, name, name, "", text) for name, text in texts.items()]
    queries = {"hội nghị thành phố": "hội nghị thành phố", "hoi nghi": "hội nghị"}
    holders = HeldWords(documents, queries)
    assert holders.every_syllable("hội nghị thành phố") == {"together", "apart"}
    assert holders.every_word("hội nghị thành phố") == {"together"}
    assert holders.every_syllable("hoi nghi") == {"together", "apart", "without"}
    assert holders.every_word("hoi nghi") == {"together", "without"}


def test_clients_read_answers_in_chunks_and_post_bodies(folder: Path) -> None:
    bodies: list[bytes] = []

    class Chunks(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])) + self.headers["X-Said"].encode())
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"5\r\n0\r\n\r\n\r\n3;of=3\r\nabc\r\n0\r\n\r\n")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Chunks) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        lines = ['/one {"a": 1}', '/two {"b": "hai ba"}']
        told = asked_by_clients([server.server_port], lines, folder, 1, 0, "X-Said: so")
        server.shutdown()
    assert told["errors"] == [] and len(told["seconds"]) == 2
    assert bodies == [b'{"a": 1}so', b'{"b": "hai ba"}so']
