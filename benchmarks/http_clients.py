"""Clients of a web server in one process: each sends a request, waits for the whole answer, and sends the next.

    python benchmarks/http_clients.py HOST PORTS CLIENTS SECONDS PATHS_FILE [HEADER…]

PORTS: one, or several separated by commas, among which the clients are shared out. PATHS_FILE holds one path per line,
with a space and a body behind it where it is a POST; SECONDS 0: each path once. HEADER: a line to send with each, in
place of "Accept-Encoding: gzip". Prints JSON {"seconds": [of each answer], "errors": [what went wrong], "elapsed":
seconds, "cpu": seconds of this process}. Bare sockets, so that the clients cost little: they share the processors with
the server.
"""

import asyncio
import json
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple

TIMEOUT_SECONDS = 30.0
HEADERS = "Accept-Encoding: gzip\r\n"


class Failed(Exception):
    """An answer that is not 200, or not whole."""


class Asked(NamedTuple):
    """Whom to ask, and what: lines of PATHS_FILE; headers as they are sent, each with its end of line."""

    host: str
    ports: list[int]
    lines: list[str]
    headers: str


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, line: str, headers: str = HEADERS
) -> None:
    path, _, body = line.partition(" ")
    content = body.encode()
    posted = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n" if content else ""
    method = "POST" if content else "GET"
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}{posted}\r\n"
    writer.write(head.encode("ascii") + content)
    answer = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = answer.split(None, 2)[1]
    if b"\r\ntransfer-encoding: chunked" in answer:
        while length := int((await reader.readline()).split(b";")[0], 16):
            await reader.readexactly(length + 2)
        await reader.readline()
    else:
        lengths = [line for line in answer.split(b"\r\n") if line.startswith(b"content-length:")]
        if not lengths:
            raise Failed(f"{path}: an answer without its length")
        await reader.readexactly(int(lengths[0].split(b":")[1]))
    if status != b"200":
        raise Failed(f"{path}: {status.decode()}")


async def client(asked: Asked, number: int, first: int, until: float, seconds: list[float], errors: list[str]) -> None:
    """Ask for lines from number `first` on, again and again until a moment (0: each once), over one connection."""
    port = asked.ports[number % len(asked.ports)]
    reader, writer = await asyncio.open_connection(asked.host, port)
    place = first
    while perf_counter() < until if until else place < first + len(asked.lines):
        line = asked.lines[place % len(asked.lines)]
        place += 1
        began = perf_counter()
        try:
            await asyncio.wait_for(ask(reader, writer, asked.host, line, asked.headers), TIMEOUT_SECONDS)
        except (OSError, EOFError, TimeoutError, Failed) as error:
            errors.append(f"{type(error).__name__}: {error}")
            writer.close()
            reader, writer = await asyncio.open_connection(asked.host, port)
            continue
        seconds.append(perf_counter() - began)
    writer.close()


async def run(asked: Asked, clients: int, length: float) -> dict[str, object]:
    seconds: list[float] = []
    errors: list[str] = []
    began = perf_counter()
    until = began + length if length else 0.0
    starts = enumerate(len(asked.lines) * number // clients for number in range(clients))
    await asyncio.gather(*(client(asked, number, first, until, seconds, errors) for number, first in starts))
    return {"seconds": seconds, "errors": errors, "elapsed": perf_counter() - began, "cpu": process_time()}


if __name__ == "__main__":
    host, ports, clients, length, file, *headers = sys.argv[1:]
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    sent = "".join(f"{header}\r\n" for header in headers) or HEADERS
    asked = Asked(host, list(map(int, ports.split(","))), lines, sent)
    print(json.dumps(asyncio.run(run(asked, int(clients), float(length)))))
