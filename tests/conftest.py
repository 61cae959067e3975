"""How the tests are shared out among processes (make test runs two)."""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests together, and all that need the three OpenSearch nodes: its fixtures are then set up once."""
    for item in items:
        cluster = "opensearch" in getattr(item, "fixturenames", ()) or "opensearch" in item.nodeid
        item.add_marker(pytest.mark.xdist_group("opensearch" if cluster else item.nodeid.partition("::")[0]))
