import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.index_url import index_url
from web.serve import PortTaken, listen

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
