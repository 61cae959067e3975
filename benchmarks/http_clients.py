"""Clients of a web server in one process: each sends a request, waits for the whole answer, and sends the next.

    python benchmarks/http_clients.py HOST PORT CLIENTS SECONDS PATHS_FILE

PATHS_FILE holds one path per line; SECONDS 0: each path once. Prints JSON {"seconds": [of each answer], "errors": [what
went wrong], "elapsed": seconds, "cpu": seconds of this process}. Bare sockets, so that the clients cost little: they
share the processors with the server.
"""

import asyncio
import json
import sys
from pathlib import Path
from time import perf_counter, process_time

TIMEOUT_SECONDS = 30.0


class Failed(Exception):
    """An answer that is not 200, or not whole."""


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, path: str) -> None:
    head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n"
    writer.write(head.encode("ascii"))
    answer = await reader.readuntil(b"\r\n\r\n")
    status = answer.split(None, 2)[1]
    lengths = [line for line in answer.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    if not lengths:
        raise Failed(f"{path}: an answer without its length")
    await reader.readexactly(int(lengths[0].split(b":")[1]))
    if status != b"200":
        raise Failed(f"{path}: {status.decode()}")


async def client(
    host: str, port: int, paths: list[str], first: int, until: float, seconds: list[float], errors: list[str]
) -> None:
    """Ask for paths from number `first` on, again and again until a moment (0: each once), over one connection."""
    reader, writer = await asyncio.open_connection(host, port)
    number = first
    while perf_counter() < until if until else number < first + len(paths):
        path = paths[number % len(paths)]
        number += 1
        began = perf_counter()
        try:
            await asyncio.wait_for(ask(reader, writer, host, path), TIMEOUT_SECONDS)
        except (OSError, EOFError, TimeoutError, Failed) as error:
            errors.append(f"{type(error).__name__}: {error}")
            writer.close()
            reader, writer = await asyncio.open_connection(host, port)
            continue
        seconds.append(perf_counter() - began)
    writer.close()


async def run(host: str, port: int, clients: int, length: float, paths: list[str]) -> dict[str, object]:
    seconds: list[float] = []
    errors: list[str] = []
    began = perf_counter()
    until = began + length if length else 0.0
    starts = [len(paths) * number // clients for number in range(clients)]
    await asyncio.gather(*(client(host, port, paths, first, until, seconds, errors) for first in starts))
    return {"seconds": seconds, "errors": errors, "elapsed": perf_counter() - began, "cpu": process_time()}


if __name__ == "__main__":
    host, port, clients, length, file = sys.argv[1:]
    paths = Path(file).read_text(encoding="utf-8").split()
    print(json.dumps(asyncio.run(run(host, int(port), int(clients), float(length), paths))))
