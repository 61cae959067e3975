"""A real `hoinghi serve` in a process of its own, and the processes below it."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.index_url import index_url

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 60


@dataclass
class Running:
    process: subprocess.Popen[str]
    url: str

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path.lstrip("/"), timeout=PATIENCE_SECONDS) as answer:
            body: bytes = answer.read()
            return body

    def workers(self) -> set[int]:
        """Return the living processes below the arbiter that were not about to end when looked at."""
        pid = self.process.pid
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return {int(child) for child in found if is_alive(int(child))}


@contextmanager
def running(data_dir: Path, *options: str, **environment: str) -> Iterator[Running]:
    """Serve a data directory on a free port; wait until it answers.

    The log goes to a file: a pipe that nobody reads is full after some hundred requests, and the server waits for ever.
    """
    command = [sys.executable, "hoinghi.py", "serve", "--data", str(data_dir), "--port", "0", *options]
    given = {**os.environ, "HOINGHI_INDEX": index_url(data_dir / "whoosh"), **environment}
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=given, stdout=subprocess.PIPE, stderr=log, text=True, bufsize=1
        )
        try:
            assert process.stdout
            line = process.stdout.readline()
            if not line:
                log.seek(0)
                raise AssertionError(log.read())
            server = Running(process, line.split()[1])
            server.get("/healthz")
            yield server
        finally:
            process.terminate()
            try:
                process.communicate(timeout=PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()


def is_alive(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):  # gone before, or while the file was read
        return False


def wait_until(condition: Callable[[], bool]) -> bool:
    """Return whether the condition came true in time."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (is_true := condition()) and time.monotonic() < until:
        time.sleep(0.05)
    return is_true
