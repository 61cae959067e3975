import os
import socket
import subprocess
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from tests.index_url import index_url
from web.serve import PortTaken, listen, listen_together

ROOT = Path(__file__).parents[2]


def environment(data_dir: Path) -> dict[str, str]:
    return {**os.environ, "HOINGHI_INDEX": index_url(data_dir / "whoosh")}


@pytest.mark.parametrize("workers", [1, 2])
def test_the_server_prints_its_address_and_answers(data_dir: Path, workers: int) -> None:
    command = [sys.executable, "hoinghi.py", "serve", "--data", str(data_dir), "--port", "0", "--workers", str(workers)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment(data_dir))
    try:
        assert server.stdout
        address = server.stdout.readline().split()[1]
        with urllib.request.urlopen(f"{address}?q=giai+ngan", timeout=30) as answer:
            assert "<mark>giải ngân</mark>" in answer.read().decode()
    finally:
        server.terminate()
        server.wait(30)


def test_a_taken_port_is_told_with_its_remedy() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"127\.0\.0\.1:{port}.*hoinghi serve --port"):
            listen("127.0.0.1", port)


def test_connections_are_shared_out_among_processes() -> None:
    listeners = listen_together("127.0.0.1", 0, 2)
    port = listeners[0].getsockname()[1]
    for listener in listeners:
        listener.setblocking(False)
        listener.listen()
    clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(64)]  # all to one: by chance, 1 of 2 ** 63
    taken = [accepted(listener) for listener in listeners]
    for each in (*listeners, *clients):
        each.close()
    assert sum(taken) == 64
    assert all(taken)


def accepted(listener: socket.socket) -> int:
    count = 0
    with suppress(BlockingIOError):
        while True:
            listener.accept()[0].close()
            count += 1
    return count


def test_a_port_that_is_shared_out_already_is_taken() -> None:
    theirs = listen_together("127.0.0.1", 0, 2)
    for listener in theirs:
        listener.listen()
    port = theirs[0].getsockname()[1]
    with pytest.raises(PortTaken, match=str(port)):
        listen_together("127.0.0.1", port, 2)
    for listener in theirs:
        listener.close()


def test_a_search_over_the_web_loads_neither_crawler_nor_segmenter(data_dir: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from web import create_app\n"
        "client = create_app(Path(sys.argv[1])).test_client()\n"
        "for path in ('/?q=giai+ngan', '/tinh-trang', '/do-phu', '/api/search?q=ngan', '/atom?q=ngan'):\n"
        "    assert client.get(path).status_code == 200, path\n"
        "print(*sys.modules)"
    )
    command = [sys.executable, "-c", program, str(data_dir)]
    loaded = subprocess.run(command, cwd=ROOT, env=environment(data_dir), capture_output=True, text=True, check=True)
    assert not {"bs4", "pyvi", "sklearn", "trafilatura"} & set(loaded.stdout.split())
