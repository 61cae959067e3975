"""The registry of the sample sites, rewritten for a test."""

import re
from collections.abc import Collection

_PORT = re.compile(r"(?<=127\.0\.0\.\d\d:)\d+")
_SELECTORS = re.compile(r"^\[source\.selectors\]\n.*?(?=^\[\[source\]\]|\Z)", re.MULTILINE | re.DOTALL)


def moved_to_port(text: str, port: int, without_selectors: Collection[str] = ()) -> str:
    """Return the registry in text with every loopback URL on port, and without the selectors of the slugs named."""
    tables = re.split(r"(?=^\[\[source\]\])", _PORT.sub(str(port), text), flags=re.MULTILINE)
    for index, table in enumerate(tables):
        if any(f'slug = "{slug}"' in table for slug in without_selectors):
            tables[index] = _SELECTORS.sub("", table)
    return "".join(tables)
