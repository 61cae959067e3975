"""Starts the server: gunicorn's arbiter over worker processes in which waitress answers; on Windows waitress alone."""

import os
import socket
import sys
import tempfile
from pathlib import Path

from search.errors import SearchError
from settings import COMMAND_LINE, Settings, read_settings
from web.serving import METRICS_DIRECTORY

QUEUE = 1000  # connections that wait to be accepted; the system may allow less


class PortTaken(SearchError):
    """The address to listen on is in use, not ours, or not allowed; shown like any other mistake that can be mended."""


class CannotFork(SearchError):
    """The system has no fork()."""


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

    This process becomes the server's: nothing after this call is executed. Where systemd has opened the sockets, host,
    port and the address for metrics are its.
    """
    settings = settings or read_settings()
    for name, value in (("data", str(data_dir)), ("index", index_url or "")):
        if value != settings[name]:
            settings.put(name, value, COMMAND_LINE)
    if not hasattr(os, "fork"):
        if workers > 1:
            raise CannotFork(f"--workers {workers}: this system has no fork(); expected --workers 1")
        serve_alone(listen(host, port), settings)
        return
    environment = settings.environment()
    if "LISTEN_FDS" not in environment:
        listeners = [listen(host, port)]
        if settings["metrics"]:
            listeners.append(listen(*split_address(settings["metrics"])))
        for listener in listeners:
            listener.listen(QUEUE)
            listener.set_inheritable(True)
        bound = [part for one in listeners for part in ("--bind", f"fd://{one.fileno()}")]
    else:
        bound = []
    # what is imported comes from the place that this file is of, whichever directory is the current one
    root = Path(__file__).parents[__name__.count(".")]
    environment["PYTHONPATH"] = os.pathsep.join([str(root), *filter(None, [environment.get("PYTHONPATH")])])
    environment["PYTHONSAFEPATH"] = "1"
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(
        sys.executable,
        [
            *(sys.executable, "-m", f"{__package__}.serving.arbiter"),
            *("--config", f"python:{__package__}.serving.config"),
            *("--workers", str(workers), "--log-level", settings["log_level"], *bound),
            *("--env", f"HOINGHI_LOG_JSON={settings['log_json']}"),
            *("--env", f"{METRICS_DIRECTORY}={tempfile.mkdtemp(prefix='hoinghi-metrics-')}"),
        ],
        environment,
    )


def serve_alone(listener: socket.socket, settings: Settings) -> None:
    """Answer in this process alone, without supervision."""
    from waitress import wasyncore

    from web import create_app
    from web.http.proxy import client_of_connection
    from web.serving.connections import Server
    from web.serving.pools import Pools

    app = create_app(settings=settings)
    hops = app.extensions["proxies"]
    metrics = app.extensions["metrics"]
    pools = Pools(app.extensions["right_of_way"], client_of_connection(hops), metrics.note_waiting)
    connections: dict[int, object] = {}
    Server(app, listener, pools, connections, bounds_clients=not hops)
    host, port = listener.getsockname()[:2]
    print(f"hoinghi: http://{f'[{host}]' if ':' in host else host}:{port}/  (Ctrl+C to stop)", flush=True)
    wasyncore.loop(timeout=1, map=connections)


def split_address(text: str) -> tuple[str, int]:
    """Return host and port of "127.0.0.1:9100" or "[::1]:9100"."""
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to host:port. Raises PortTaken."""
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
