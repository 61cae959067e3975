"""The engines that the contract is tested on: the embedded one, and three real OpenSearch nodes where they can run."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from search.engines import open_engine
from search.engines.base import Engine
from tests.search.engines.opensearch.cluster import Cluster, missing_tools


@pytest.fixture(scope="session")
def opensearch() -> Iterator[Cluster]:
    """Three nodes, each a process. Skips where they cannot run; with CI=true that is a failure."""
    if missing := missing_tools():
        if os.environ.get("CI") == "true":
            pytest.fail(f"OpenSearch cannot be started: {missing}")
        pytest.skip(f"OpenSearch cannot be started: {missing}")
    with Cluster() as cluster:
        yield cluster


@pytest.fixture(params=["whoosh", "opensearch"])
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Engine]:
    """Return what opens the same, at first empty, index again and again."""
    if request.param == "whoosh":
        return lambda: open_engine(f"whoosh:{tmp_path / 'index'}")
    url = request.getfixturevalue("opensearch").url(f"contract-{uuid4().hex[:8]}", shards=3, replicas=1)
    return lambda: open_engine(url)
