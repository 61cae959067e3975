"""Bulk requests: several at once, bounded; what a busy or broken cluster did not take is sent again."""

import gzip
import json
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from search.engines.opensearch.cluster import AGAIN_STATUS, Cluster, Pauses, is_full
from search.errors import IndexUnavailable

SENDERS = 4  # requests under way at once; every node has work, and a busy cluster slows us down
CHUNK_BYTES = 5 << 20  # OpenSearch's own advice is 5 to 15 MB
CHUNK_OPERATIONS = 500
COMPRESSION_LEVEL = 1  # a third of the bytes for 0.5 ms an article; the client's own 9 takes 2.3 ms for a quarter
SHARD_WAIT = "10s"  # for the primary of a shard; then we pause and send again


class Bulk:
    """Sends operations (the one or two lines of each as bytes, with their ids) to one index."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster, self._index = cluster, index
        self._pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="bulk")
        self._under_way: deque[Future[None]] = deque()
        self._waiting: list[bytes] = []
        self._waiting_ids: set[str] = set()
        self._bytes = 0
        self._sent_ids: set[str] = set()

    def __enter__(self) -> "Bulk":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        try:
            if kind is None:
                self.flush()
        finally:
            self._pool.shutdown(cancel_futures=True)

    def add(self, operations: Iterable[tuple[str, bytes]]) -> None:
        """Send operations; of two on one document the later has the last word."""
        for identifier, lines in operations:
            if identifier in self._waiting_ids or identifier in self._sent_ids:
                self.flush()
            self._waiting.append(lines)
            self._waiting_ids.add(identifier)
            self._bytes += len(lines)
            if self._bytes >= CHUNK_BYTES or len(self._waiting) >= CHUNK_OPERATIONS:
                self._submit()

    def flush(self) -> None:
        """Wait until all that was added is in the index."""
        self._submit()
        while self._under_way:
            self._under_way.popleft().result()
        self._sent_ids.clear()

    def _submit(self) -> None:
        while len(self._under_way) >= SENDERS * 2:
            self._under_way.popleft().result()
        if self._waiting:
            self._under_way.append(self._pool.submit(self._send, self._waiting))
            self._sent_ids |= self._waiting_ids
            self._waiting, self._waiting_ids, self._bytes = [], set(), 0

    def _send(self, operations: list[bytes]) -> None:
        pauses = Pauses(self._cluster.patience_seconds)
        headers = {"content-type": "application/x-ndjson", "content-encoding": "gzip"}
        while operations:
            answer = self._cluster.call(
                self._cluster.client.transport.perform_request,
                "POST",
                f"/{self._index}/_bulk?timeout={SHARD_WAIT}",  # the client takes a "timeout" for its own
                body=gzip.compress(b"".join(operations), COMPRESSION_LEVEL),
                headers=headers,
            )
            if not answer["errors"]:
                return
            again, last = [], {}
            for operation, item in zip(operations, answer["items"], strict=True):
                (result,) = item.values()
                if "error" not in result:
                    continue
                if is_full(result["error"]):
                    raise self._cluster.full()
                if result["status"] not in AGAIN_STATUS:
                    raise IndexUnavailable(f"{self._cluster.address} refuses {_name(operation)}: {_why(result)}")
                again.append(operation)
                last = result
            if len(again) < len(operations):
                pauses = Pauses(self._cluster.patience_seconds)  # it goes on, if slowly
            elif not pauses.wait():
                raise self._cluster.red(_why(last))
            operations = again


def _name(operation: bytes) -> str:
    lines = operation.splitlines()
    return f'document "{json.loads(lines[1])["id"]}"' if len(lines) > 1 else "a deletion"


def _why(result: dict[str, Any]) -> str:
    error = result["error"]
    return f"HTTP {result['status']}, {str(error.get('reason', error) if isinstance(error, dict) else error)[:300]}"
