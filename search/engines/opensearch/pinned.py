"""One state of an index, read to its end whatever is written meanwhile: a point in time, as the server calls it."""

import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from opensearchpy import exceptions

from search.engines.opensearch.cluster import Cluster
from search.errors import in_part

EXPORTED_AT_ONCE = 500  # documents
PINNED_FOR = "5m"  # since the last request; as long as a whole export may take

Answered = Callable[[dict[str, Any], dict[str, str]], tuple[dict[str, Any], bool]]  # body, params → answer, is partial


class Pinned:
    """A point in time of an index; gone where a rebuild removes the index. It is given back when nobody holds it.

    answered: sends a request, again if need be.
    """

    def __init__(self, cluster: Cluster, answered: Answered) -> None:
        self._cluster, self._answered = cluster, answered
        pinned = cluster.call(cluster.client.create_pit, index=cluster.address.name, params={"keep_alive": PINNED_FOR})
        self._id: str = pinned["pit_id"]
        self._release = weakref.finalize(self, _release, cluster, self._id)  # also where nobody asks for a hit

    def ask(self, body: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        return self._answered({**body, "pit": {"id": self._id, "keep_alive": PINNED_FOR}}, {})

    def hits(self, listings: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield all hits of some requests, one request after the other. Raises IndexUnavailable where some are lost."""
        try:
            for listing in listings:
                page = {name: value for name, value in listing.items() if name != "aggs"} | {"size": EXPORTED_AT_ONCE}
                while True:
                    answer, is_partial = self.ask(page)
                    if is_partial:
                        raise in_part()
                    hits = answer["hits"]["hits"]
                    yield from hits
                    if len(hits) < EXPORTED_AT_ONCE:
                        break
                    page["search_after"] = hits[-1]["sort"]
        except exceptions.NotFoundError as error:
            raise in_part() from error
        finally:
            self._release()


def _release(cluster: Cluster, pinned: str) -> None:
    """Give a point in time back: a node keeps a few hundred. One that is not taken back ends by itself."""
    with suppress(exceptions.OpenSearchException):
        cluster.client.delete_pit(body={"pit_id": [pinned]})
