"""How the tests are shared out among processes, which a quick run leaves out, and what a run says it left out."""

import os
from collections import Counter
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Those that take minutes, the longest first: begun at the end, they would keep one process busy alone.
LONG = (
    *("opensearch", "tests/test_operate_from_nothing.py"),
    *("tests/crawl/fetch/test_crawler.py", "tests/relevance/test_floors.py", "tests/search/text/test_segmentation.py"),
    *("tests/crawl/test_kill.py", "tests/search/test_any_query.py", "tests/web/test_accessibility.py"),
    *("tests/crawl/fetch/test_fetcher.py", "tests/web/test_journey.py", "tests/web/test_injection.py"),
    "tests/web/tasks/test_tasks.py",
)
# Those that wait, or visit many sites: left out of a quick run, though no process is kept busy by one.
WAITING = frozenset(
    ("tests/web/http/test_deadline.py", "tests/crawl/fetch/test_bad_days.py", "tests/web/test_counts.py")
)
LONG_FOLDERS = frozenset(("attacks", "engines", "relevance"))
STARTS_PROCESSES = ("import subprocess", "SampleSites")  # what stands in such a file of tests

# The same inputs in every run, however slow the machine is; `make attack` looks for new ones.
hypothesis.settings.register_profile("hoinghi", deadline=None, derandomize=os.environ.get("HOINGHI_ATTACK") != "long")
hypothesis.settings.load_profile("hoinghi")


class Groups(LoadScopeScheduling):
    """Keeps a file's tests together, and all that need the three OpenSearch nodes: its fixtures are set up once.

    Not by pytest-xdist's own groups: 3.8 writes them into names that pytest 9.2 no longer reads, without a word.
    """

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


def group(nodeid: str) -> str:
    return "opensearch" if "opensearch" in nodeid else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Groups:
    return Groups(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(group(item.nodeid), len(LONG)))
    for item in items:
        if group(item.nodeid) == "opensearch":
            item.add_marker("cluster")
        elif "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        elif group(item.nodeid) in WAITING or group(item.nodeid) in places or is_slow(item):
            item.add_marker("slow")


def is_slow(item: pytest.Item) -> bool:
    """Whether a test starts processes, tries many inputs or builds many indexes: too long for a quick run."""
    tries_many = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    return tries_many or bool(LONG_FOLDERS & set(item.path.parts)) or starts_processes(item.path)


@cache
def starts_processes(file: Path) -> bool:
    text = file.read_text(encoding="utf-8")
    return any(sign in text for sign in STARTS_PROCESSES)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was skipped, with the number of tests and the reason, which says what helps."""
    reasons = Counter(str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", ()))
    if reasons:
        terminalreporter.section("not run")
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count:6,} {'test' if count == 1 else 'tests'}: {reason.removeprefix('Skipped: ')}")
