"""The engines that the contract is tested on: the embedded one, and three real OpenSearch nodes where they can run."""

from collections.abc import Callable, Iterator
from itertools import count
from uuid import uuid4

import pytest

from search.engines import open_engine
from search.engines.ports import Engine
from tests.components import JAVA, MAVEN, absent, require
from tests.search.engines.opensearch.cluster import CannotStart, Cluster, libraries


@pytest.fixture(scope="session")
def opensearch() -> Iterator[Cluster]:
    """Three nodes, each a process. Skips where they cannot run; with CI=true that is a failure."""
    require(JAVA, MAVEN)
    try:
        libraries()
    except CannotStart as error:
        absent(f"OpenSearch is missing: {error}")
    with Cluster() as cluster:
        yield cluster


@pytest.fixture(scope="module", params=["whoosh", "opensearch"])
def new_address(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], str]]:
    """Return what gives the address of an index that is not there yet, at every call another."""
    if request.param == "whoosh":
        yield lambda: f"whoosh:{tmp_path_factory.mktemp('contract') / 'index'}"
        return
    cluster, name = request.getfixturevalue("opensearch"), f"contract-{uuid4().hex[:8]}"
    numbers = count()
    yield lambda: cluster.url(f"{name}-{next(numbers)}", shards=3, replicas=1)
    cluster.remove(name)


@pytest.fixture
def open_again(new_address: Callable[[], str]) -> Callable[[], Engine]:
    """Return what opens the same, at first empty, index again and again."""
    url = new_address()
    return lambda: open_engine(url)
