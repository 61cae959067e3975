"""A real `hoinghi serve` in processes of its own, for the benchmarks that ask it over HTTP."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.report import ROOT, cpu_seconds, private_bytes, resident_bytes

CLIENTS = Path(__file__).parent / "http_clients.py"


class Server:
    """A running server: where it listens, and what its processes use."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port

    def processes(self) -> list[int]:
        """Return the numbers of the processes that answer: the workers, or the one there is."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(child) for child in children] or [self.process.pid]

    def cpu_seconds(self) -> float:
        return sum(map(cpu_seconds, self.processes()))

    def resident_bytes(self) -> int:
        return sum(map(resident_bytes, self.processes()))

    def private_bytes(self) -> int:
        return sum(map(private_bytes, self.processes()))

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            body: bytes = answer.read()
            return body

    def load(self, folder: Path, paths: list[str], clients: int, seconds: float) -> dict[str, Any]:
        """Let clients ask for seconds (0: each path once); return what they print and the cpu time of the server."""
        before = self.cpu_seconds()
        told = asked_by_clients([self.port], paths, folder, clients, seconds)
        return {**told, "server_cpu": self.cpu_seconds() - before}


def asked_by_clients(
    ports: list[int], lines: list[str], folder: Path, clients: int, seconds: float, *headers: str
) -> dict[str, Any]:
    """Return what http_clients.py prints; lines and headers as it takes them. folder: for the file of the lines."""
    file = folder / "paths.txt"
    file.write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, str(CLIENTS), "127.0.0.1", ",".join(map(str, ports)), str(clients), str(seconds)]
    told = subprocess.run([*command, str(file), *headers], capture_output=True, text=True, check=True).stdout
    found: dict[str, Any] = json.loads(told)
    return found


def command(data: Path, *options: str) -> list[str]:
    return [sys.executable, str(ROOT / "hoinghi.py"), "serve", "--data", str(data), "--port", "0", *options]


@contextmanager
def served(data: Path, workers: int = 1) -> Iterator[Server]:
    """Run `hoinghi serve` over a data directory on a free port, until the block ends."""
    options = ["--workers", str(workers)] if workers > 1 else []
    process = subprocess.Popen(command(data, *options), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        port = int(process.stdout.readline().split()[1].rstrip("/").rpartition(":")[2])
        server = Server(process, port)
        while len(server.processes()) < workers or not all(map(answers, server.processes())):
            time.sleep(0.02)
        yield server
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGTERM)
        process.wait(30)


def answers(process: int) -> bool:
    """Tell whether a process has begun to answer: it then has more threads than the two of a worker."""
    return len(os.listdir(f"/proc/{process}/task")) > 2


def api_path(text: str) -> str:
    return f"/api/search?q={quote(text)}"


def page_path(text: str) -> str:
    return f"/?q={quote(text)}"
