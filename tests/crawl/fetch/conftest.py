"""A small site for each test of the fetcher."""

from collections.abc import Iterator

import pytest

from tests.crawl.sites.small_site import Site, article, listing, small_site


@pytest.fixture
def site() -> Iterator[Site]:
    with small_site({"/": listing(1), "/bai-1": article()}) as site:
        yield site
