"""Runs the application on waitress, a WSGI server fit for production; with several workers in as many processes."""

import gc
import logging
import socket
import sys
from contextlib import ExitStack
from pathlib import Path

import waitress

from search.errors import SearchError
from settings import Settings
from web import create_app
from web.http.deadline import LARGEST_BODY_BYTES
from web.workers import run_workers

THREADS = 8  # a search holds a thread for milliseconds; streamed exports hold one for seconds
CONNECTIONS = 1000  # of one process: browsers keep theirs open long after the page; beyond, no one is let in
IDLE_SECONDS = 60  # before such a connection is closed; so is one on which a request is begun and not ended
LARGEST_HEADER_BYTES = 64_000  # 2,000 letters of a query, each as three bytes in three signs, are 18,000


class PortTaken(SearchError):
    """The address to listen on is in use, not ours, or not allowed; shown like any other mistake that can be mended."""


def serve(
    data_dir: Path,
    index_url: str | None,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 1,
    settings: Settings | None = None,
) -> None:
    """Serve until stopped; port 0 takes a free one. Prints the URL. Raises PortTaken, or OSError for a bad host.

    workers: processes that answer, each with its own counts at /metrics and its own limits.
    """
    listeners = listen_together(host, port, workers)
    with ExitStack() as kept:
        for listener in listeners:
            kept.enter_context(listener).listen(CONNECTIONS)
        shown_host = f"[{host}]" if ":" in host else host
        print(f"hoinghi: http://{shown_host}:{listeners[0].getsockname()[1]}/  (Ctrl+C to stop)", flush=True)
        if workers == 1:
            answer_requests(listeners[0], data_dir, index_url, settings)
        else:
            run_workers(workers, lambda place: answer_requests(listeners[place], data_dir, index_url, settings))


def answer_requests(
    listener: socket.socket, data_dir: Path, index_url: str | None, settings: Settings | None = None
) -> None:
    """Answer what arrives at listener until SystemExit or KeyboardInterrupt is raised."""
    server = waitress.create_server(
        create_app(data_dir, index_url, settings),
        sockets=[listener],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        channel_timeout=IDLE_SECONDS,
        max_request_body_size=LARGEST_BODY_BYTES,
        max_request_header_size=LARGEST_HEADER_BYTES,
        asyncore_use_poll=True,  # select() takes no descriptor above 1023
        ident="hoinghi",
    )
    gc.freeze()  # what is loaded now stays; to look all of it through again and again held answers up for 60 ms
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that requests wait their turn is no news
    server.run()


def listen_together(host: str, port: int, count: int) -> list[socket.socket]:
    """Return a socket for each of count processes; the system shares connections out among them.

    From one socket, the process that happens to be quickest takes all that arrive at once, and keeps them. Where the
    system does not share out (Linux does), it is one socket all the same.
    """
    alone = listen(host, port)  # a port that another server listens on is told here, be it one that would share it
    if count == 1 or sys.platform != "linux":
        return [alone] * count
    port = alone.getsockname()[1]
    alone.close()
    return [listen(host, port, shared=True) for _ in range(count)]


def listen(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Return a socket bound to host:port. shared: with other sockets of this user that share it, too."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(
            f'cannot listen on {host}:{port} ({error.strerror}): choose another port with "hoinghi serve --port"'
        ) from error
    return listener
