"""The archive as tools: the official client lists and calls every one, over a pipe and over HTTP."""

import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from crawl.article import article_key
from tests.web.speeches import fill

ROOT = Path(__file__).parents[2]
MAIN = "import sys; from hoinghi import main; sys.exit(main())"
CAPTURE = {"fetched_at", "sha256", "version"}
pytestmark = pytest.mark.slow  # starts processes


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("speeches")
    fill(folder)
    return folder


def over_a_pipe(data: Path) -> Any:
    arguments = ["-c", MAIN, "mcp", "--data", str(data)]
    return stdio_client(StdioServerParameters(command=sys.executable, args=arguments, cwd=str(ROOT)))


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    """A server on a port that nobody else has taken meanwhile: where somebody has, it ends, and another is tried."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [sys.executable, "-c", MAIN, "mcp", "--http", "--port", str(port), "--data", str(data)]
        server = subprocess.Popen(command, cwd=ROOT)
        try:
            while server.poll() is None and not answers(port):
                time.sleep(0.1)
            if server.poll() is None:
                yield f"http://127.0.0.1:{port}/mcp"
                return
        finally:
            server.terminate()
            server.wait(20)
    pytest.fail("no server of tools has started within a minute")


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def ask(server: Any, questions: Callable[[Client], Awaitable[None]]) -> None:
    async def run() -> None:
        async with Client(server) as client:
            await questions(client)

    anyio.run(run)


async def every_tool(client: Client) -> None:
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"search", "article", "quotes", "figures", "meeting", "coverage"}
    assert all(tool.description and tool.input_schema["type"] == "object" for tool in tools.values())

    async def call(tool: str, **arguments: Any) -> Any:
        result = await client.call_tool(tool, arguments)
        assert not result.is_error, result.content
        return result.structured_content

    found = await call("search", query="trồng rừng", years=[2023])
    [hit] = found["hits"]
    assert (found["total"], hit["key"]) == (1, article_key("second"))
    assert "trồng xong rừng" in hit["sentence"] and "<" not in hit["sentence"]
    assert set(hit["capture"]) == CAPTURE and hit["permalink"].endswith(f"/bai/{hit['key']}")

    page = await call("article", key=hit["key"])
    assert "trồng xong rừng" in page["text"] and page["facts"]["evidence"]["held"] and page["capture"]["version"] == 1

    said = await call("quotes", speaker="Vàng A Phừ", words="trả lời dân")
    [quote] = said["quotes"]
    assert quote["words"].startswith("Phải trả lời dân") and "Bí thư Tỉnh ủy nhấn mạnh" in quote["frame"]
    assert set(quote["capture"]) == CAPTURE

    stated = (await call("figures", indicator="public-investment-disbursement", provinces=["lao-cai"]))["statements"]
    [witness] = stated[0]["witnesses"]
    assert stated[0]["value"] == "38.5" and "38,5%" in witness["sentence"] and set(witness["capture"]) == CAPTURE

    meeting = await call("meeting", key=hit["meeting"])
    assert meeting["ordinal"] == 12 and meeting["reports"][0]["evidence"]["ordinal"]
    assert set(meeting["reports"][0]["capture"]) == CAPTURE
    assert (await call("coverage"))["total"] == 3


WRONG = [
    ("search", {"query": "rừng", "years": [3023]}, "year", "1900 to 2100"),
    ("search", {"query": "rừng", "provinces": ["lao cai"]}, "lao cai", "province"),
    ("search", {}, "expected words in q", "filter"),
    ("search", {"query": "rừng", "limit": 500}, "limit", "less than or equal to 50"),
    ("search", {"query": "rừng", "year": 2023}, 'unknown argument "year"', "years"),
    ("article", {"key": "khong-co"}, "none of this key", "search"),
    ("article", {}, "key", "required"),
    ("figures", {"indicator": "gia-vang"}, "none of this key", "figures"),
    ("meeting", {"key": 7}, "key", "string"),
    ("quotes", {"speaker": "Vàng A Phừ", "sort": "newest"}, 'unknown argument "sort"', "newest_first"),
]


async def bad_arguments(client: Client) -> None:
    for tool, arguments, *expected in WRONG:
        result = await client.call_tool(tool, arguments)
        told = result.content[0].text  # type: ignore[union-attr]
        assert result.is_error and all(words in told for words in expected), (tool, arguments, told)
    assert not (await client.call_tool("coverage", {})).is_error


def test_over_a_pipe(data: Path) -> None:
    ask(over_a_pipe(data), every_tool)


def test_over_http(address: str) -> None:
    ask(address, every_tool)


def test_bad_arguments_are_told_what_was_expected(address: str) -> None:
    ask(address, bad_arguments)


def test_another_server_is_asked_at_its_address(data: Path, serve: Callable[[Path], str]) -> None:
    site = serve(data)
    arguments = ["-c", MAIN, "mcp", "--server", site]

    async def search(client: Client) -> None:
        found = await client.call_tool("search", {"query": "trồng rừng"})
        assert found.structured_content
        assert found.structured_content["hits"][0]["permalink"] == f"{site}/bai/{article_key('second')}"

    ask(stdio_client(StdioServerParameters(command=sys.executable, args=arguments, cwd=str(ROOT))), search)
