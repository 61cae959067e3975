"""The tests of the pages, of the command line and of relevance, as they are, over three nodes (tests/index_url.py)."""

import os
import subprocess
import sys
from uuid import uuid4

import pytest

from tests.search.engines.opensearch.cluster import Cluster

# Letters, processes and users' mistakes do not depend on who finds the pages; the judged sets of thousands of articles
# take minutes to index, and test_news.py compares a part of one.
# Tests of processes, connections, members, forms and programs beside the index, which ask it little; of where things
# stand on a page.
NOT_OF_AN_ENGINE = (
    "alerts",
    "http",
    "members",
    "serving",
    "ui",
    "views/test_missing_meetings.py",
    "views/test_reader_requests.py",
    "views/test_replay.py",
    "views/test_robots.py",
    "test_accessibility.py",
    "tasks/test_first_hit.py",
    "tasks/test_full_pages.py",
    "test_examples.py",
    "test_layout.py",
    "test_list_in_browser.py",
    "test_mcp.py",
    "test_stray_language.py",
    "test_by_meaning.py",
    "test_without_meaning.py",
)
SUITES = {
    "pages": [
        "tests/web",
        *(f"--ignore=tests/web/{name}" for name in NOT_OF_AN_ENGINE),
    ],
    "command line": ["tests/test_hoinghi.py", "-k", "not crawl and not mistake"],
    "relevance": ["tests/relevance", "-k", "not test_quality and not drown"],
}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("suite", SUITES)
def test_passes_on_three_nodes(opensearch: Cluster, request: pytest.FixtureRequest, suite: str) -> None:
    prefix = f"suite-{uuid4().hex[:8]}"
    environment = {**os.environ, "HOINGHI_TEST_INDEX": opensearch.url(prefix, shards=3, replicas=1)}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--durations=15", *SUITES[suite]]
    done = subprocess.run(
        command,
        cwd=request.config.rootpath,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    opensearch.remove(prefix)
    print(done.stdout[-3000:])
    assert done.returncode == 0, done.stdout[-8000:]
    assert " passed" in done.stdout
