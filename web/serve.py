"""Runs the application on waitress, a WSGI server fit for production."""

import socket
from pathlib import Path

import waitress

from search.errors import SearchError
from web import create_app

THREADS = 8  # a search holds a thread for milliseconds; streamed exports hold one for seconds


class PortTaken(SearchError):
    """The address to listen on is in use, not ours, or not allowed; shown like any other mistake that can be mended."""


def serve(data_dir: Path, index_url: str | None, *, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until stopped; port 0 takes a free one. Prints the URL. Raises PortTaken, or OSError for a bad host."""
    listener = listen(host, port)
    with listener:
        app = create_app(data_dir, index_url)
        server = waitress.create_server(app, sockets=[listener], threads=THREADS, ident="hoinghi")
        shown_host = f"[{host}]" if ":" in host else host
        print(f"hoinghi: http://{shown_host}:{listener.getsockname()[1]}/  (Ctrl+C to stop)", flush=True)
        server.run()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on host:port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(
            f'cannot listen on {host}:{port} ({error.strerror}): choose another port with "hoinghi serve --port"'
        ) from error
    return listener
