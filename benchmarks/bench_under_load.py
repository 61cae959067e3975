"""What ordinary searches wait while others ask for what is expensive, or are slow on purpose.

    python benchmarks/bench_under_load.py [--data DIR] [--documents 5000] [--workers 1] [--seconds 12]

A real `hoinghi serve`, asked by four clients: first quietly, then while 12 exports are under way all the time, 8
webhooks are tested whose program drips its answer, and 1,200 sockets of one address trickle a request. All on this
machine: clients share the processors with the server. Result: results/under_load.md.
"""

import argparse
import http.client
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import corpus
from benchmarks.report import quantile, write
from benchmarks.serving import Server, api_path, served

HEADER = ("", "answers", "p50 ms", "p95 ms", "slowest ms", "errors", "p95 of the quiet")
CLIENTS, EXPORTS, HOOKS, TRICKLING = 4, 12, 8, 1200
WARMING = 300
ALERTS = {
    "HOINGHI_PUBLIC_URL": "http://127.0.0.1",
    "HOINGHI_SECRET": "0123456789abcdef",
    "HOINGHI_WEBHOOK_LOOPBACK": "1",
}


@contextmanager
def until_the_end(*targets: object) -> Iterator[threading.Event]:
    """Run functions of one event in threads; set it at the end and wait for them."""
    is_over = threading.Event()
    threads = [threading.Thread(target=target, args=(is_over,), daemon=True) for target in targets]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    try:
        yield is_over
    finally:
        is_over.set()
        for thread in threads:
            thread.join(30)


class Load:
    """What is done to a server beside the searches; counts what came of it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.exports = self.rows = self.hooks = 0

    def export(self, number: int, is_over: threading.Event) -> None:
        """Download one result after the other, from an address of its own: one address may have 30 a minute."""
        while not is_over.is_set():
            client = http.client.HTTPConnection(
                "127.0.0.1", self.server.port, timeout=300, source_address=(f"127.0.1.{number}", 0)
            )
            with suppress(OSError, http.client.HTTPException):
                client.request("GET", "/export.csv?" + urlencode({"q": "tỉnh"}))
                answer = client.getresponse()
                while block := answer.read(65536):
                    self.rows += block.count(b"\n")
                    if is_over.is_set():
                        break
                self.exports += answer.status == 200
            client.close()

    def test_webhook(self, number: int, port: int, is_over: threading.Event) -> None:
        form = {"by": "webhook", "rhythm": "daily", "q": "tỉnh", "address": f"http://127.0.0.1:{port}/{number}"}
        client = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        with suppress(OSError, http.client.HTTPException):
            client.request("POST", "/theo-doi", urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})
            client.getresponse().read()
        self.hooks += 1
        client.close()

    def trickle(self, is_over: threading.Event) -> None:
        """Keep 1,200 sockets open, each of which sends a letter of its header a second."""
        open_ones: list[socket.socket] = []
        while not is_over.is_set():
            while len(open_ones) < TRICKLING and not is_over.is_set():
                with suppress(OSError):
                    one = socket.create_connection(("127.0.0.1", self.server.port), timeout=1)
                    one.sendall(b"GET / HTTP/1.1\r\nX-A: ")
                    open_ones.append(one)
            kept = []
            for one in open_ones:
                try:
                    one.sendall(b"a")
                    kept.append(one)
                except OSError:
                    one.close()
            open_ones = kept
            is_over.wait(1)
        for one in open_ones:
            one.close()


def drip(listener: socket.socket, is_over: threading.Event) -> None:
    """Answer as a program that never comes to its end."""
    listener.settimeout(0.2)
    clients: list[socket.socket] = []
    while not is_over.is_set():
        with suppress(TimeoutError):
            client, _ = listener.accept()
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            clients.append(client)
        for client in clients:
            with suppress(OSError):
                client.sendall(b"a")
        time.sleep(0.5)


def measured(server: Server, folder: Path, name: str, paths: list[str], seconds: float) -> tuple[list[object], float]:
    found = server.load(folder, paths, CLIENTS, seconds)
    milliseconds = sorted(1000 * each for each in found["seconds"]) or [float("nan")]
    p95 = quantile(milliseconds, 0.95)
    row = [name, f"{len(milliseconds):,}", f"{quantile(milliseconds, 0.5):.1f}", f"{p95:.1f}"]
    return [*row, f"{milliseconds[-1]:.0f}", len(found["errors"])], p95


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a data directory, used again if filled (default: see corpus.KEPT)")
    parser.add_argument("--documents", type=int, default=5_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=12)
    options = parser.parse_args()
    os.environ.update(ALERTS)
    texts = list(dict.fromkeys(corpus.queries(WARMING + int(600 * options.seconds))))
    with ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory()))
        data = corpus.data_directory(options.data, options.documents)
        server = kept.enter_context(served(data, options.workers))
        paths = list(map(api_path, texts))
        server.load(folder, paths[:WARMING], 1, 0)
        half = WARMING + (len(paths) - WARMING) // 2
        quiet, before = measured(server, folder, "quiet", paths[WARMING:half], options.seconds)
        load = Load(server)
        listener = kept.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = listener.getsockname()[1]
        doings = [
            *(lambda is_over, number=number: load.export(number + 1, is_over) for number in range(EXPORTS)),
            *(lambda is_over, number=number: load.test_webhook(number, port, is_over) for number in range(HOOKS)),
            load.trickle,
            lambda is_over: drip(listener, is_over),
        ]
        with until_the_end(*doings):
            time.sleep(2)
            loaded, after = measured(server, folder, "under load", paths[half:], options.seconds)
    rows = [[*quiet, "1.0"], [*loaded, f"{after / before:.1f}"]]
    notes = (
        f"{options.documents:,} articles, {options.workers} process(es), {CLIENTS} clients that ask for what nobody "
        f"has asked before. Meanwhile {load.exports:,} exports were completed, {load.rows:,} rows sent, {load.hooks} "
        f"tests of webhooks ended, and {TRICKLING:,} sockets of one address trickled."
    )
    write("under_load", "Searches under load", HEADER, rows, notes)


if __name__ == "__main__":
    main()
