"""The scheduler as a process of its own: it crawls what is due, indexes, stops on a signal, goes on after a restart."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawl.archive import orders
from crawl.archive.archive import Archive
from crawl.fetch.schedule import _Schedule
from crawl.registry.sources import Source

ROOT = Path(__file__).parents[3]
DEADLINE_SECONDS = 60

PROGRAM = """
import json, sys, time
from pathlib import Path
from crawl.archive.archive import Archive
from crawl.fetch.schedule import run_schedule
from crawl.registry.sources import Source

data, hours, seconds = Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
sources = [
    Source(slug, slug, "newspaper", (slug + ".vn",), "/tin/", "https://" + slug + ".vn/tin/1", interval_hours=hours)
    for slug in sys.argv[4:]
]

def say(**event):
    print(json.dumps(event) + "\\n", end="", flush=True)  # one write: threads print at the same time

def crawl(source, archive, stop):
    say(crawl=source.slug)
    run = archive.start_run(source.slug)
    stop.wait(float(dict(slow=3600).get(source.slug, seconds)))
    archive.finish_run(run, fetched=3, new=1)
    return json.dumps({"done": source.slug})

run_schedule(sources, data, after_crawl=lambda: say(index=True), crawl=crawl)
"""


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def start(
    processes: list, data: Path, *slugs: str, hours: float, seconds: float = 0.0, program: str = PROGRAM
) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(data), str(hours), str(seconds), *slugs],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    processes.append(process)
    return process


def events(process: subprocess.Popen[str]) -> Iterator[dict]:
    assert process.stdout
    for line in process.stdout:
        if line.startswith("{"):
            yield json.loads(line)


def wait_for_runs(data: Path, slug: str, count: int) -> None:
    give_up = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < give_up:
        if (data / "archive.db").exists():
            with Archive(data, read_only=True) as archive:
                if len([run for run in archive.runs(slug) if run.finished_at]) >= count:
                    return
        time.sleep(0.1)
    raise AssertionError(f"{slug} was not crawled {count} times")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_is_due_is_crawled_and_indexed_until_a_signal(processes: list, tmp_path: Path, number: int) -> None:
    process = start(processes, tmp_path, "bao-mau", "dai-mau", hours=0.0003)
    wait_for_runs(tmp_path, "bao-mau", 3)
    process.send_signal(number)
    seen = list(events(process))
    assert process.wait(DEADLINE_SECONDS) == 0
    crawls = [event["crawl"] for event in seen if "crawl" in event]
    assert {"bao-mau", "dai-mau"} == set(crawls)
    assert crawls.count("bao-mau") >= 3
    assert any("index" in event for event in seen)


def test_a_slow_source_keeps_no_other_waiting_and_what_others_bring_is_indexed(processes: list, tmp_path: Path) -> None:
    program = PROGRAM.replace("run_schedule(sources", "schedule.SECONDS_BETWEEN_INDEXING = 0.5; run_schedule(sources")
    program = program.replace(
        "from crawl.fetch.schedule", "from crawl.fetch import schedule; from crawl.fetch.schedule"
    )
    process = start(processes, tmp_path, "slow", "bao-mau", hours=0.0003, program=program)
    seen = []
    for event in events(process):
        seen.append(event)
        if seen.count({"crawl": "bao-mau"}) >= 3 and seen.count({"index": True}) >= 2:
            break
    assert seen.count({"crawl": "slow"}) == 1
    process.terminate()
    assert process.wait(DEADLINE_SECONDS) == 0


def test_an_operator_is_obeyed(processes: list, tmp_path: Path) -> None:
    """What rests is not crawled; what is asked for is crawled at once, resting or not; the index as well."""
    orders.pause(tmp_path, "nghi")
    process = start(processes, tmp_path, "bao-mau", "nghi", hours=12)
    seen = events(process)
    assert [next(seen), next(seen)] == [{"crawl": "bao-mau"}, {"done": "bao-mau"}]
    assert next(seen) == {"index": True}
    for slug in ("nghi", "bao-mau"):
        orders.visit_now(tmp_path, slug)
        assert [next(seen), next(seen), next(seen)] == [{"crawl": slug}, {"done": slug}, {"index": True}]
    orders.index_now(tmp_path)
    assert next(seen) == {"index": True}
    assert orders.read_orders(tmp_path) == orders.Orders(paused=("nghi",))
    orders.resume(tmp_path, "nghi")
    orders.visit_now(tmp_path, "bao-mau")
    assert next(seen) == {"crawl": "bao-mau"}
    process.terminate()
    assert process.wait(DEADLINE_SECONDS) == 0


def test_orders_that_cannot_be_carried_out_stop_nothing(processes: list, tmp_path: Path) -> None:
    orders.pause(tmp_path, "nghi")
    orders.visit_now(tmp_path, "nghi")
    (hindrance := tmp_path / f"{orders.FILE}.part").mkdir()
    process = start(processes, tmp_path, "bao-mau", "nghi", hours=12)
    seen = events(process)
    assert [next(seen), next(seen), next(seen)] == [{"crawl": "bao-mau"}, {"done": "bao-mau"}, {"index": True}]
    assert process.poll() is None
    hindrance.rmdir()
    assert next(seen) == {"crawl": "nghi"}
    process.terminate()
    assert process.wait(DEADLINE_SECONDS) == 0


def test_a_crawl_that_is_stopped_ends_well(processes: list, tmp_path: Path) -> None:
    process = start(processes, tmp_path, "bao-mau", hours=12, seconds=DEADLINE_SECONDS)
    assert next(events(process)) == {"crawl": "bao-mau"}
    process.terminate()
    assert process.wait(DEADLINE_SECONDS / 2) == 0
    with Archive(tmp_path, read_only=True) as archive:
        assert archive.runs("bao-mau")[0].finished_at


def test_after_a_restart_only_what_is_due_is_crawled(processes: list, tmp_path: Path) -> None:
    first = start(processes, tmp_path, "bao-mau", hours=12)
    wait_for_runs(tmp_path, "bao-mau", 1)
    first.terminate()
    first.communicate()
    second = start(processes, tmp_path, "bao-mau", "dai-mau", hours=12)
    wait_for_runs(tmp_path, "dai-mau", 1)
    second.terminate()
    assert [event["crawl"] for event in events(second) if "crawl" in event] == ["dai-mau"]


def test_a_killed_scheduler_frees_its_lock_and_the_cut_run_goes_on(processes: list, tmp_path: Path) -> None:
    first = start(processes, tmp_path, "bao-mau", hours=12, seconds=DEADLINE_SECONDS)
    assert next(events(first)) == {"crawl": "bao-mau"}
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    second = start(processes, tmp_path, "bao-mau", hours=12)
    assert next(events(second)) == {"crawl": "bao-mau"}
    second.terminate()


def test_a_second_scheduler_of_the_directory_is_refused(processes: list, tmp_path: Path) -> None:
    first = start(processes, tmp_path, "bao-mau", hours=12)
    wait_for_runs(tmp_path, "bao-mau", 1)
    second = start(processes, tmp_path, "bao-mau", hours=12)
    _, stderr = second.communicate(timeout=DEADLINE_SECONDS)
    assert "ArchiveError: another scheduler works on" in stderr
    assert first.poll() is None


def test_an_index_that_fails_does_not_stop_the_crawls(processes: list, tmp_path: Path) -> None:
    program = PROGRAM.replace("after_crawl=lambda: say(index=True)", "after_crawl=lambda: 1 / 0")
    process = start(processes, tmp_path, "bao-mau", hours=0.0003, program=program)
    wait_for_runs(tmp_path, "bao-mau", 2)
    process.terminate()
    _, stderr = process.communicate(timeout=DEADLINE_SECONDS)
    assert "indexing failed, to be tried after the next crawl: division by zero" in stderr
    assert process.returncode == 0


def test_a_crawl_that_cannot_begin_is_put_off(processes: list, tmp_path: Path) -> None:
    with Archive(tmp_path):
        process = start(processes, tmp_path, "bao-mau", hours=12)
        assert process.stderr
        line = process.stderr.readline()
    assert "not crawled, to be tried again in 0:05:00: another process is writing" in line
    process.terminate()
    assert list(events(process)) == []
    assert process.wait(DEADLINE_SECONDS) == 0


def test_a_plan_made_while_the_clock_was_ahead_is_made_again(tmp_path: Path) -> None:
    source = Source("bao-mau", "Báo Mẫu", "newspaper", ("bao.mau.test",), "/tin/", "https://bao.mau.test/tin/1")
    with Archive(tmp_path) as archive:
        archive.finish_run(archive.start_run("bao-mau"), fetched=3, new=1)
    schedule = _Schedule([source], tmp_path, lambda: None, lambda *_: None, threading.Event())
    schedule._due["bao-mau"] = datetime.now(UTC) + timedelta(days=3 * 365)
    with ThreadPoolExecutor(1) as workers:
        schedule._start_what_is_due(workers)
    assert schedule._due["bao-mau"] < datetime.now(UTC) + timedelta(days=1)
