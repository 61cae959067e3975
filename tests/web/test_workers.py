"""Several processes behind one port: who answers, what happens when one dies, and that all end together."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 30

# Answers with the number of its process, so that a test sees who answers.
SERVE = """
import os, socket, sys
from web.workers import run_workers

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)

def work(place):
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.recv(1000)
            if sys.argv[1:] == ["faulty"]:
                raise ValueError("sample fault")
            connection.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n" + str(os.getpid()).encode())

run_workers(2, work)
print("all ended", flush=True)
"""


@contextmanager
def workers(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], Callable[[], int]]]:
    """Run two of them; give the supervisor and a function that returns who answers."""
    command = [sys.executable, "-c", SERVE, *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    port = int(process.stdout.readline())

    def who() -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE_SECONDS) as answer:
            return int(answer.read())

    try:
        yield process, who
    finally:
        process.kill()
        process.communicate()


def seen(who: Callable[[], int], count: int, other_than: int = 0) -> set[int]:
    """Ask until so many different ones have answered."""
    found: set[int] = set()
    until = time.monotonic() + PATIENCE_SECONDS
    while len(found) < count and time.monotonic() < until:
        found |= {who()} - {other_than}
    return found


def is_alive(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):  # gone before, or while the file was read
        return False


def wait_for_end(process: int) -> bool:
    until = time.monotonic() + PATIENCE_SECONDS
    while is_alive(process) and time.monotonic() < until:
        time.sleep(0.02)
    return not is_alive(process)


def test_two_processes_answer_and_neither_is_the_supervisor() -> None:
    with workers() as (supervisor, who):
        answering = seen(who, 2)
    assert len(answering) == 2
    assert supervisor.pid not in answering


def test_a_killed_worker_is_replaced() -> None:
    with workers() as (_, who):
        before = seen(who, 2)
        killed = min(before)
        os.kill(killed, signal.SIGKILL)
        assert wait_for_end(killed)  # until then the system may still give it a connection, which ends with it
        assert len(seen(who, 2, other_than=killed)) == 2


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_supervisor_ends_all(stop: signal.Signals) -> None:
    with workers() as (supervisor, who):
        answering = seen(who, 2)
        supervisor.send_signal(stop)
        assert supervisor.communicate(timeout=PATIENCE_SECONDS)[0] == "all ended\n"
        assert supervisor.returncode == 0
        assert not any(map(is_alive, answering))


def test_workers_do_not_outlive_a_killed_supervisor() -> None:
    with workers() as (supervisor, who):
        answering = seen(who, 2)
        supervisor.kill()
        assert all(map(wait_for_end, answering))


def test_a_faulty_worker_is_told_and_replaced() -> None:
    with workers("faulty") as (supervisor, who):
        for _ in range(3):  # the third is for one of those that came after
            with pytest.raises(ConnectionError):
                who()
        supervisor.terminate()
        told = supervisor.communicate(timeout=PATIENCE_SECONDS)[1]
    assert "ValueError: sample fault" in told
    assert "ended after 0 s (exit code 1): replaced" in told
