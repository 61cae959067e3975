"""Batches over processes: results in order, and no worker is left behind when its parent is killed."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from search.engines import process_pool
from search.engines.process_pool import in_order

ROOT = Path(__file__).parents[3]
PROGRAM = r"""
import os, time
from search.engines import process_pool

def work(batch):
    if batch != [0]:
        os.write(1, f"{os.getpid()}\n".encode())  # in one piece: two workers write at once
        time.sleep(60)

if __name__ == "__main__":
    os.sched_getaffinity = lambda process: {0, 1}
    for _ in process_pool.in_order(work, range(8), 1):
        pass
"""


def test_results_come_in_the_order_of_the_batches() -> None:
    assert list(in_order(sum, range(7), 3)) == [([0, 1, 2], 3), ([3, 4, 5], 12), ([6], 6)]


def test_one_batch_needs_no_other_process() -> None:
    assert list(in_order(lambda batch: os.getpid(), [1, 2], 3)) == [([1, 2], os.getpid())]


def dying(batch: list[int]) -> int:
    if multiprocessing.parent_process() is not None and 3 in batch:
        os._exit(1)
    return sum(batch)


def always_dying(batch: list[int]) -> int:
    if multiprocessing.parent_process() is not None:
        os._exit(1)
    return sum(batch)


@pytest.mark.parametrize("function", [dying, always_dying])
def test_what_a_dead_worker_had_is_worked_on_here_and_the_rest_goes_on(function: Callable[[list[int]], int]) -> None:
    assert [result for _, result in in_order(function, range(40), 2)] == [4 * n + 1 for n in range(20)]


def test_within_kept_the_same_processes_work_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_pool, "processors", lambda: 2)
    with process_pool.kept():
        first = {process for _, process in in_order(process_of, range(40), 1)}
        second = {process for _, process in in_order(process_of, range(40), 1)}
    assert os.getpid() not in first | second
    assert len(first | second) <= 2


def process_of(batch: list[int]) -> int:
    return os.getpid()


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, env=environment)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 30
    while is_alive(worker) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_alive(worker)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
