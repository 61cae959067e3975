"""Where tests keep an index: in a directory; with HOINGHI_TEST_INDEX, on that cluster, where the same has to pass.

    python tests/search/engines/opensearch/cluster.py --port 0 -- pytest tests/web tests/test_hoinghi.py

HOINGHI_TEST_INDEX: opensearch://host:9200,other:9200/prefix?shards=3&replicas=1; every index gets a name of its own.
"""

import hashlib
import os
from pathlib import Path

import pytest

CLUSTER = os.environ.get("HOINGHI_TEST_INDEX", "")

embedded_only = pytest.mark.skipif(bool(CLUSTER), reason="about files of the embedded engine")


def index_url(directory: Path) -> str:
    """Return the address of the index that belongs to a directory (of a test's own, so that nobody else has it)."""
    if not CLUSTER:
        return f"whoosh:{directory}"
    place, _, options = CLUSTER.partition("?")
    name = hashlib.blake2b(str(directory).encode(), digest_size=8).hexdigest()
    return f"{place}-{name}?{options}"
