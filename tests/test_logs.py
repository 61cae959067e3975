"""The log of a real server: a date in each line, one line per request, nothing about who asked and for what."""

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WORDS = "loi+tim+rieng"


def log_of_a_server(data: Path, *options: str) -> list[str]:
    command = [sys.executable, str(ROOT / "hoinghi.py"), *options, "serve", "--data", str(data), "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.stdout
    try:
        address = re.search(r"http://\S+", server.stdout.readline())
        assert address
        for path in ("tro-giup", f"api/search?q={WORDS}", f"no-such-page/{WORDS}"):
            try:
                urllib.request.urlopen(f"{address[0]}{path}", timeout=30).close()
            except urllib.error.HTTPError as error:
                error.close()
    finally:
        server.terminate()
    return server.communicate(timeout=30)[1].splitlines()


def test_each_request_gives_one_dated_line_without_what_was_searched_for(tmp_path: Path) -> None:
    lines = log_of_a_server(tmp_path)
    access = [line for line in lines if "access_log" in line]
    assert len(access) == 3
    date = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} INFO web.http.access_log: "
    assert re.fullmatch(date + r"GET /tro-giup 200 [\d.]+ ms \d+ bytes", access[0])
    assert re.fullmatch(date + r"GET /api/search 503 [\d.]+ ms \d+ bytes", access[1])
    assert re.fullmatch(date + r"GET none 404 [\d.]+ ms \d+ bytes", access[2])
    assert not [line for line in lines if "rieng" in line or "127.0.0.1" in line]


def test_a_line_can_be_json(tmp_path: Path) -> None:
    lines = [json.loads(line) for line in log_of_a_server(tmp_path, "--log-json")]
    [first] = [line for line in lines if line.get("route") == "/tro-giup"]
    assert first["level"] == "info"
    assert (first["method"], first["status"]) == ("GET", 200)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", first["time"])


@pytest.mark.parametrize("level", ["warning", "error"])
def test_a_higher_level_leaves_the_requests_out(tmp_path: Path, level: str) -> None:
    assert not [line for line in log_of_a_server(tmp_path, "--log-level", level) if "access_log" in line]
