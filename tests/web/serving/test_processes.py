"""`hoinghi serve` as its operator sees it: stopped, reloaded, a worker killed or hung, and how it is measured."""

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.free_ports import free_ports
from tests.index_url import index_url
from tests.web.serving.running import ROOT, is_alive, running, wait_until


def test_requests_under_way_are_answered_when_the_server_is_stopped(data_dir: Path) -> None:
    with running(data_dir) as server:
        address = ("127.0.0.1", server.port)
        clients = [socket.create_connection(address, timeout=60) for _ in range(30)]
        for number, client in enumerate(clients):
            client.sendall(f"GET /api/search?q=giai+ngan+{number} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        late = socket.create_connection(address, timeout=60)
        late.sendall(b"GET /healthz HTTP/1.1\r\nHo")
        server.process.terminate()
        late.sendall(b"st: a\r\n\r\n")
        answers = [whole(client) for client in [*clients, late]]
        assert [answer.split(b" ", 2)[1] for answer in answers] == [b"200"] * 31
        assert all(b'"hits"' in answer for answer in answers[:30])
        assert server.process.wait(60) == 0


def whole(client: socket.socket) -> bytes:
    """Return all until the server closes the connection, which it does when it stops."""
    with client:
        return b"".join(iter(lambda: client.recv(65536), b""))


def test_a_killed_worker_is_replaced(data_dir: Path) -> None:
    with running(data_dir, "--workers", "2") as server:
        assert wait_until(lambda: len(server.workers()) == 2)
        before = server.workers()
        os.kill(min(before), signal.SIGKILL)
        assert wait_until(lambda: len(server.workers() - {min(before)}) == 2)
        assert server.get("/healthz").startswith(b"ok")


def test_a_hung_worker_is_replaced(data_dir: Path) -> None:
    with running(data_dir, GUNICORN_CMD_ARGS="--timeout 3") as server:
        (hung,) = server.workers()
        os.kill(hung, signal.SIGSTOP)
        assert wait_until(lambda: not is_alive(hung))
        assert wait_until(lambda: bool(server.workers()))
        assert server.get("/healthz").startswith(b"ok")


def test_a_reload_replaces_the_workers_and_loses_no_request(data_dir: Path) -> None:
    with running(data_dir, "--workers", "2") as server:
        assert wait_until(lambda: len(server.workers()) == 2)
        before, is_over, failed, answered = server.workers(), threading.Event(), [], []

        def ask_all_the_time() -> None:
            while not is_over.is_set():
                try:
                    answered.append(server.get("/api/search?q=giai+ngan"))
                except OSError as error:
                    failed.append(error)

        clients = [threading.Thread(target=ask_all_the_time) for _ in range(4)]
        for client in clients:
            client.start()
        server.process.send_signal(signal.SIGHUP)
        assert wait_until(lambda: not before & server.workers() and len(server.workers()) == 2)
        is_over.set()
        for client in clients:
            client.join()
        assert answered
        assert not failed


def test_workers_do_not_outlive_a_killed_arbiter(data_dir: Path) -> None:
    with running(data_dir, "--workers", "2") as server:
        assert wait_until(lambda: len(server.workers()) == 2)
        workers = server.workers()
        server.process.kill()
        assert wait_until(lambda: not any(map(is_alive, workers)))


def test_the_counts_of_all_processes_stand_on_an_address_of_their_own(data_dir: Path) -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"
    with running(data_dir, "--workers", "2", "--metrics", address) as server:
        assert wait_until(lambda: len(server.workers()) == 2)
        for _ in range(20):
            server.get("/api/search?q=ngan")
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=60) as answer:
            text = answer.read().decode()
        assert 'hoinghi_answers_total{route="/api/search",status="200"} 20.0' in text
        assert 'hoinghi_source_age_seconds{source="bao-mau"}' in text
        assert 'hoinghi_source_links_not_followed{source="bao-mau"} 0.0' in text
        assert "hoinghi_index_documents 18.0" in text
        assert "hoinghi_index_generation 1.0" in text
        with pytest.raises(urllib.error.HTTPError, match="404"):
            server.get("/metrics")


def test_a_taken_port_is_told_in_one_line(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        command = [
            sys.executable,
            "hoinghi.py",
            "serve",
            "--data",
            str(data_dir),
            "--port",
            str(other.getsockname()[1]),
        ]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "choose another port" in done.stderr
    assert "Traceback" not in done.stderr


def test_sockets_that_the_system_opened_are_taken_and_outlive_a_restart(data_dir: Path) -> None:
    """As hoinghi.socket does: who comes while nobody serves is answered by the next server."""
    with socket.create_server(("127.0.0.1", 0)) as site, socket.create_server(("127.0.0.1", 0)) as metrics:
        environment = {**os.environ, "HOINGHI_INDEX": index_url(data_dir / "whoosh"), "LISTEN_FDS": "2"}
        program = (
            "import fcntl, os, sys\n"
            "given = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 50) for number in sys.argv[1:3]]\n"
            "for place, number in enumerate(given, 3): os.dup2(number, place)\n"
            "os.environ['LISTEN_PID'] = str(os.getpid())\n"
            "sys.argv = ['hoinghi', 'serve', '--data', sys.argv[3]]\n"
            "from hoinghi import main\n"
            "main()\n"
        )
        numbers = [str(one.fileno()) for one in (site, metrics)]

        def start() -> subprocess.Popen[str]:
            return subprocess.Popen(
                [sys.executable, "-c", program, *numbers, str(data_dir)],
                cwd=ROOT,
                env=environment,
                pass_fds=[site.fileno(), metrics.fileno()],
                stdout=subprocess.PIPE,
                text=True,
            )

        for _ in range(2):
            early = socket.create_connection(site.getsockname(), timeout=60)  # nobody serves yet
            early.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            server = start()
            assert b"200 OK" in whole(early)
            address = "{}:{}".format(*metrics.getsockname())
            with urllib.request.urlopen(f"http://{address}/metrics", timeout=60) as answer:
                assert b"hoinghi_index_documents" in answer.read()
            server.terminate()
            assert server.wait(60) == 0
