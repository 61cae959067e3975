"""The engines that can hold the index; each stands behind the port of base.py."""

from search.engines.base import Engine
from search.errors import IndexMissing


def open_engine(url: str) -> Engine:
    """Return the engine named by url: "whoosh:<directory>". A missing index is told by searching, not by opening."""
    kind, separator, place = url.partition(":")
    if kind == "whoosh" and separator and place:
        from search.engines.whoosh_engine import WhooshEngine

        return WhooshEngine(place)
    raise IndexMissing(f'cannot open the index "{url}": expected "whoosh:<directory>", as in whoosh:index_data/whoosh')
