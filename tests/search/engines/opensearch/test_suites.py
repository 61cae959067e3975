"""The tests of the pages, of the command line and of relevance, as they are, over three nodes (tests/index_url.py)."""

import os
import subprocess
import sys
from uuid import uuid4

import pytest

from tests.search.engines.opensearch.cluster import Cluster

# What asks the index much. Not a second time: letters, processes and members, the look of a page in a browser, judged
# sets of thousands of articles, which take minutes to index (test_news.py compares a part of one).
PAGES = ("views", "test_any_request.py", "test_client.py", "test_counts.py", "test_partial.py", "test_undated.py")
SUITES = {
    "pages": [*(f"tests/web/{name}" for name in PAGES), "-m", "not browser"],
    "command line": ["tests/test_hoinghi.py", "tests/web/test_serve.py", "-k", "not crawl and not mistake"],
    "relevance": ["tests/relevance", "-k", "not quality and not questions and not drown"],
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
