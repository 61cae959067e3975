"""64 clients behind nginx while indexes are swapped, workers killed, exports and dripping webhooks run.

    python benchmarks/bench_load.py [--data DIR] [--documents 500] [--workers 2] [--seconds 60] [--clients 64]

A real `hoinghi serve` behind a real nginx, by deploy/nginx.conf without TLS, asked what nobody has asked before. First
quietly, then while `hoinghi index --rebuild` swaps the index again and again, a worker is killed (SIGKILL) every ten
seconds, 12 exports are under way all the time and 8 webhooks are tested whose program drips its answer. Asked for: no
5xx and no broken answer but of a killed worker (what breaks within two seconds of a kill), p95 at most 3 times the
quiet one. Exit code 1 where an answer broke otherwise; times are judged by the reader. Result: results/load.md.
"""

import argparse
import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import corpus
from benchmarks.bench_under_load import ALERTS, EXPORTS, HOOKS, Load, drip, until_the_end
from benchmarks.http_clients import Failed, ask
from benchmarks.report import ROOT, quantile, write
from benchmarks.serving import Server, api_path, served

SECONDS_BETWEEN_KILLS = 10.0
AFTER_A_KILL_SECONDS = 2.0  # an answer that breaks so soon after may have been of the killed worker
TIMEOUT_SECONDS = 60.0
ON_A_CONNECTION = 900  # requests; nginx closes a connection after a thousand
WARMING = 200  # queries asked before anything is measured, and never again
MOST_ANSWERS = 400  # a second: more different queries than can be answered
TRIES = 5  # somebody else may take the port before nginx does
NGINX = shutil.which("nginx", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin")))
HEADER = ("", "answers", "p50 ms", "p95 ms", "slowest ms", "broken by a kill", "broken otherwise")


@dataclass
class Round:
    """What clients saw. broken: (moment, what) of each answer that was not 200, or not whole."""

    seconds: list[float] = field(default_factory=list)
    broken: list[tuple[float, str]] = field(default_factory=list)

    def p95(self) -> float:
        return 1000 * quantile(self.seconds, 0.95) if self.seconds else float("nan")

    def row(self, name: str, kills: list[float]) -> list[object]:
        times = (
            [f"{1000 * quantile(self.seconds, share):.0f}" for share in (0.5, 0.95, 1)] if self.seconds else ["-"] * 3
        )
        otherwise = len(self.unexplained(kills))
        return [name, f"{len(self.seconds):,}", *times, len(self.broken) - otherwise, otherwise]

    def unexplained(self, kills: list[float]) -> list[str]:
        return [what for at, what in self.broken if not any(0 <= at - kill <= AFTER_A_KILL_SECONDS for kill in kills)]


async def client(port: int, paths: list[str], number: int, step: int, until: float, found: Round) -> None:
    """Ask for one path after the other over one connection, as a reader's browser keeps it."""
    connection = await asyncio.open_connection("127.0.0.1", port)
    asked_so_far = 0
    while time.monotonic() < until:
        asked_so_far += 1
        if asked_so_far % ON_A_CONNECTION == 0:
            connection[1].close()
            connection = await asyncio.open_connection("127.0.0.1", port)
        began = time.monotonic()
        try:
            await asyncio.wait_for(ask(*connection, "127.0.0.1", paths[number % len(paths)]), TIMEOUT_SECONDS)
            found.seconds.append(time.monotonic() - began)
        except (OSError, EOFError, TimeoutError, Failed) as error:
            found.broken.append((time.monotonic(), f"{type(error).__name__}: {error}"))
            connection[1].close()
            connection = await asyncio.open_connection("127.0.0.1", port)
        number += step
    connection[1].close()


def asked(port: int, paths: list[str], clients: int, seconds: float) -> Round:
    found = Round()
    until = time.monotonic() + seconds

    async def every() -> None:
        await asyncio.gather(*(client(port, paths, one, clients, until, found) for one in range(clients)))

    asyncio.run(every())
    return found


def configuration(upstream: int, port: int) -> str:
    """Return deploy/nginx.conf for this place: other ports, no TLS and no redirect to it."""
    site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    site = site.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}").replace("hoinghi.example.vn", "127.0.0.1")
    site = re.sub(r"server \{\s+listen 80;.*?\n\}\n", "", site, flags=re.S)
    site = re.sub(r"^\s+ssl_.*\n", "", site.replace("listen 443 ssl http2", f"listen 127.0.0.1:{port}"), flags=re.M)
    temporary = "".join(f"{name}_temp_path temp;" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return (
        "daemon off; pid nginx.pid; worker_processes 1; events { worker_connections 1024; }"
        f" http {{ access_log off; {temporary} {site} }}"
    )


def proxied(server: Server, folder: Path, kept: ExitStack) -> int:
    """Run nginx before the server until the end; return the port that it answers on."""
    for _ in range(TRIES):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        (folder / "nginx.conf").write_text(configuration(server.port, port), encoding="utf-8")
        command = [str(NGINX), "-p", str(folder), "-c", "nginx.conf", "-e", "error.log"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        kept.callback(end, process)
        while process.poll() is None:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    return port
            time.sleep(0.05)
    raise SystemExit(f"nginx ended: {(folder / 'error.log').read_text()[-500:]}")


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(30)


class Troubles:
    """What is done to the server meanwhile."""

    def __init__(self, server: Server, data: Path) -> None:
        self._server, self._data = server, data
        self.kills: list[float] = []
        self.swaps = 0

    def swap_indexes(self, is_over: threading.Event) -> None:
        command = [sys.executable, str(ROOT / "hoinghi.py"), "index", "--rebuild", "--data", str(self._data)]
        while not is_over.is_set():
            done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
            self.swaps += done.returncode == 0

    def kill_workers(self, is_over: threading.Event) -> None:
        while not is_over.wait(SECONDS_BETWEEN_KILLS):
            os.kill(self._server.processes()[0], signal.SIGKILL)
            self.kills.append(time.monotonic())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a data directory, used again if filled (default: see corpus.KEPT)")
    parser.add_argument("--documents", type=int, default=corpus.ARCHIVED, help="no more than the archive holds")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=64)
    options = parser.parse_args()
    if NGINX is None:
        raise SystemExit("nginx missing: apt-get install -y nginx-light")
    os.environ.update({**ALERTS, "HOINGHI_PROXIES": "1", "HOINGHI_LOG_LEVEL": "error"})
    wanted = int(MOST_ANSWERS * options.seconds)
    every = list(map(api_path, dict.fromkeys(corpus.queries(4 * wanted))))
    with ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory()))
        data = corpus.data_directory(options.data, options.documents)
        server = kept.enter_context(served(data, options.workers))
        port = proxied(server, folder, kept)
        asked(port, every[-WARMING:], 4, min(3, options.seconds))  # what is loaded at first is loaded
        quiet = asked(port, every[:wanted], options.clients, options.seconds)
        troubles, load = Troubles(server, data), Load(SimpleNamespace(port=port))  # type: ignore[arg-type]
        listener = kept.enter_context(socket.create_server(("127.0.0.1", 0)))
        hook_port = listener.getsockname()[1]
        doings = [
            troubles.swap_indexes,
            troubles.kill_workers,
            lambda is_over: drip(listener, is_over),
            *(lambda is_over, number=number: load.export(number, is_over) for number in range(1, EXPORTS + 1)),
            *(
                lambda is_over, number=number: load.test_webhook(number, hook_port, is_over)
                for number in range(1, HOOKS + 1)
            ),
        ]
        with until_the_end(*doings):
            loaded = asked(port, every[wanted:-WARMING], options.clients, options.seconds)
    unexplained = quiet.unexplained([]) + loaded.unexplained(troubles.kills)
    write(
        "load",
        f"{options.clients} clients behind nginx while everything else goes on",
        HEADER,
        [quiet.row("quiet", []), loaded.row("under load", troubles.kills)],
        f"{options.documents:,} articles, {options.workers} workers, {options.seconds:g} s each. Meanwhile the index"
        f" was swapped {troubles.swaps} times, {len(troubles.kills)} workers were killed, {load.exports} exports ended"
        f" with {load.rows:,} rows and {load.hooks} webhooks were tested. p95 is {loaded.p95() / quiet.p95():.1f} times"
        " the quiet one." + "".join(f"\n\n- broken: {what}" for what in unexplained[:10]),
    )
    sys.exit(1 if unexplained else 0)


if __name__ == "__main__":
    main()
