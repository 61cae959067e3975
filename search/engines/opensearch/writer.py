"""Changes to an index on OpenSearch.

A rebuild streams into a generation that nobody sees. Other changes wait in a temporary file and are sent at the commit,
so that leaving early changes nothing. All that is sent may be sent again: where another process has moved the alias
meanwhile, the file is sent to the new generation as well.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import IO

from search.document import Document
from search.engines.opensearch.alias import Alias, Generation
from search.engines.opensearch.bulk import Bulk
from search.engines.opensearch.cluster import Cluster, Pauses
from search.engines.opensearch.mapping import bulk_lines, server_id
from search.engines.process_pool import in_order
from search.errors import IndexUnavailable

BATCH = 128  # documents for a worker process at a time: half a second of analysis
LOOKED_UP = 1000  # ids of one request

Operation = tuple[str, bytes]


class OpenSearchWriter:
    """Changes that become visible on commit. Any number of writers may be at work at once, on any machines.

    documents, part_ids: read the documents of the index, and the ids of this machine's part (engine).
    """

    def __init__(
        self,
        cluster: Cluster,
        *,
        rebuild: bool,
        documents: Callable[[], Iterator[Document]],
        part_ids: Callable[[], Iterable[str]],
    ) -> None:
        self._cluster, self._alias, self.part = cluster, Alias(cluster), cluster.address.part
        self._documents, self._part_ids = documents, part_ids
        self._before = self._alias.current()
        self._replaces_part = rebuild and bool(self.part)
        self._fresh = self._alias.make_next() if rebuild and not self.part else ""
        self._bulk = Bulk(cluster, self._fresh) if self._fresh else None
        self._spool: IO[bytes] = tempfile.TemporaryFile(prefix="hoinghi-")  # noqa: SIM115 (closed by commit or cancel)
        self._pending: dict[
            str, tuple[int, bool]
        ] = {}  # server's id → (number of its last operation, is it an addition)
        self._numbers = 0
        self._added: set[str] = set()

    def add(self, documents: Iterable[Document]) -> int:
        count = 0
        for batch, lines in in_order(_BulkLines(self.part), documents, BATCH):
            count += len(batch)
            operations = [(server_id(document.id), one) for document, one in zip(batch, lines, strict=True)]
            self._added.update(identifier for identifier, _ in operations)
            if self._bulk is not None:
                self._bulk.add(operations)
            else:
                self._keep(operations, True)
        return count

    def delete(self, ids: Iterable[str]) -> int:
        source, count = iter(ids), 0
        while wanted := [server_id(identifier) for identifier in islice(source, LOOKED_UP)]:
            there = [identifier for identifier in dict.fromkeys(wanted) if self._is_there(identifier)]
            unknown = [identifier for identifier in dict.fromkeys(wanted) if self._is_there(identifier) is None]
            there += self._known_to_server(unknown)
            operations = [(identifier, _json({"delete": {"_id": identifier}})) for identifier in there]
            self._added.difference_update(there)
            if self._bulk is not None:
                self._bulk.add(operations)
            else:
                self._keep(operations, False)
            count += len(there)
        return count

    def _is_there(self, identifier: str) -> bool | None:
        """Tell whether this writer has added or deleted a document; None if it did neither."""
        if self._bulk is not None:
            return identifier in self._added
        known = self._pending.get(identifier)
        return None if known is None else known[1]

    def _known_to_server(self, identifiers: list[str]) -> list[str]:
        if not identifiers or self._before is None:
            return []
        answer = self._cluster.call(
            self._cluster.client.mget, index=self._before.index, body={"ids": identifiers}, params={"_source": "false"}
        )
        return [found["_id"] for found in answer["docs"] if found.get("found")]

    def _keep(self, operations: list[Operation], is_addition: bool) -> None:
        for identifier, lines in operations:
            self._pending[identifier] = (self._numbers, is_addition)
            self._numbers += 1
            self._spool.write(identifier.encode() + len(lines).to_bytes(4, "big") + lines)

    def _kept(self) -> Iterator[Operation]:
        """Yield what is to be sent: of several operations on one document the last."""
        self._spool.seek(0)
        number = 0
        while identifier := self._spool.read(32).decode():
            lines = self._spool.read(int.from_bytes(self._spool.read(4), "big"))
            if self._pending[identifier][0] == number:
                yield identifier, lines
            number += 1

    def commit(self) -> None:
        try:
            if self._bulk is not None:
                self._show_rebuilt()
            elif self._pending or self._before is None or self._replaces_part or not self._before.is_current:
                self._apply()
            if (present := self._alias.current()) is not None:
                self._alias.set_replicas(present)
        except BaseException:
            self.cancel()
            raise
        self._spool.close()

    def cancel(self) -> None:
        self._spool.close()
        if self._bulk is not None:
            self._bulk.__exit__(Exception, None, None)
            self._bulk = None
            self._alias.remove(self._fresh)

    def _show_rebuilt(self) -> None:
        assert self._bulk is not None
        with self._bulk:
            pass
        self._refresh(self._fresh)
        count = self._cluster.call(self._cluster.client.count, index=self._fresh)["count"]
        if count != len(self._added):
            raise IndexUnavailable(
                f"{self._cluster.address}: {len(self._added)} documents were sent and {count} have arrived; the index "
                'stays as it was: see the cluster\'s log, then run "hoinghi index --rebuild" again'
            )
        self._alias.make_copies(self._fresh)
        self._alias.show(self._fresh)

    def _apply(self) -> None:
        """Send what is kept to the generation that readers see, and to the next if one takes its place meanwhile."""
        target = self._target()
        while True:
            with Bulk(self._cluster, target.index) as bulk:
                bulk.add(self._kept())
                if self._replaces_part:
                    gone = (server_id(identifier) for identifier in self._part_ids())
                    bulk.add((i, _json({"delete": {"_id": i}})) for i in gone if i not in self._added)
            self._refresh(target.index)
            present = self._target()
            if present.index == target.index:
                return
            target = present

    def _target(self) -> Generation:
        present = self._alias.current()
        if present is None:
            self._alias.make_first()
        elif not present.is_current:
            self._copy()
        else:
            return present
        return self._target()

    def _copy(self) -> None:
        """Fill a generation of the present layout with the documents of the one that readers see, analysed anew."""
        fresh = self._alias.make_next()
        try:
            with Bulk(self._cluster, fresh) as bulk:
                for batch, lines in in_order(_BulkLines(self.part), self._documents(), BATCH):
                    bulk.add((server_id(document.id), one) for document, one in zip(batch, lines, strict=True))
            self._refresh(fresh)
            self._alias.make_copies(fresh)
            self._alias.show(fresh)
        except BaseException:
            self._alias.remove(fresh)
            raise

    def _refresh(self, index: str) -> None:
        pauses = Pauses(self._cluster.patience_seconds)
        while True:
            shards = self._cluster.call(self._cluster.client.indices.refresh, index=index)["_shards"]
            if not shards["failed"]:
                return
            if not pauses.wait():
                raise self._cluster.red(f"{shards['failed']} of {shards['total']} copies")


class _BulkLines:
    """What a worker process does: documents → lines of a bulk request."""

    def __init__(self, part: str) -> None:
        self.part = part

    def __call__(self, documents: list[Document]) -> list[bytes]:
        return [bulk_lines(document, self.part) for document in documents]


def _json(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"
