"""The client against servers that answer oddly, slowly, or not at all, over real sockets."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawl.fetch.client import Client, RequestFailed, Response
from crawl.fetch.cookies import MAX_COOKIES, Cookies

READ_AS_BROWSERS_READ = {
    "line feeds alone": b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 2\n\nok",
    "no reason": b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.0 without a length": b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nok",
    "HTTP/1.1 without a length": b"HTTP/1.1 200 OK\r\n\r\nok",
    "a header name beyond ASCII": "HTTP/1.1 200 OK\r\nX-Tên: ô\r\nContent-Length: 2\r\n\r\nok".encode(),
    "a space in a header name": b"HTTP/1.1 200 OK\r\nX Ten: a\r\nContent-Length: 2\r\n\r\nok",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
    "a length and chunks": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "a header without a colon": b"HTTP/1.1 200 OK\r\nfoo\r\nContent-Length: 2\r\n\r\nok",
    "100 Continue before": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "a folded header": b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok",
    "a cookie that is none": "HTTP/1.1 200 OK\r\nSet-Cookie: tên=ô\r\nContent-Length: 2\r\n\r\nok".encode(),
    "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nok",
    "more than the length": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more",
    "a zero byte in a header": b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nok",
}
REFUSED_IN_WORDS = {
    "chunks that end early": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", "cut off: "),
    "a chunk of no size": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n", "cut off: "),
    "less than the length": (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", "cut off: the connection ended before"),
    "no answer": (b"", "cut off: the connection ended before an answer"),
    "another protocol": (b"SSH-2.0-OpenSSH_9.6\r\n", "what the server answers is no HTTP"),
    "a page without a head": (b"<html>ok</html>", "what the server answers is no HTTP"),
    "too much": (b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 200_000, "larger than 100,000 bytes"),
}


async def answered(*answers: bytes, keep_open: bool = False, first_bytes: int = 0) -> tuple[list[Response], int]:
    """Return the answers to as many requests as there are answers, and how many connections they took."""
    connections, asked, waiting = 0, iter(answers), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(next(asked))
                await writer.drain()
                if not keep_open:
                    break
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError, StopIteration):
            pass
        finally:
            writer.close()
            waiting.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/tin"
    async with server, Client("", 100_000) as client:
        return [await client.request("GET", url, {}, b"", 5.0, first_bytes=first_bytes) for _ in answers], connections


@pytest.mark.parametrize("answer", READ_AS_BROWSERS_READ.values(), ids=list(READ_AS_BROWSERS_READ))
def test_what_browsers_read_is_read(answer: bytes) -> None:
    (response,), _ = asyncio.run(answered(answer))
    assert (response.status, response.body) == (200, b"ok")


@pytest.mark.parametrize(("answer", "words"), REFUSED_IN_WORDS.values(), ids=list(REFUSED_IN_WORDS))
def test_what_cannot_be_read_is_told_in_plain_words(answer: bytes, words: str) -> None:
    with pytest.raises(RequestFailed) as failure:
        asyncio.run(answered(answer))
    assert str(failure.value).startswith(words)


def test_one_connection_serves_many_requests_and_its_end_between_two_is_no_failure() -> None:
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    assert asyncio.run(answered(whole, whole, whole, keep_open=True))[1] == 1
    assert asyncio.run(answered(whole, whole, whole))[1] == 3


def test_the_first_bytes_of_a_long_answer_can_be_had() -> None:
    (response,), _ = asyncio.run(answered(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 200_000, first_bytes=1000))
    assert response.body == b"a" * 1000


@pytest.fixture
def patience() -> Iterator[float]:
    yield 0.4


@pytest.mark.parametrize("drip", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_an_answer_that_never_ends_is_given_up_and_its_connection_closed(drip: bytes, patience: float) -> None:
    async def seen() -> bytes:
        closed: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(drip)
            ends = asyncio.ensure_future(reader.read())
            try:
                while not ends.done():
                    writer.write(b"a" if drip else b"")
                    await asyncio.sleep(0.05)
                closed.set_result(await ends)
            except ConnectionError:
                closed.set_result(b"")
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        async with server, Client("", 100_000) as client:
            with pytest.raises(RequestFailed, match=r"timeout: no answer within 0\.4 seconds") as failure:
                await client.request("GET", url, {}, b"", patience)
            assert failure.value.timed_out
            return await asyncio.wait_for(closed, 10)

    assert asyncio.run(seen()) == b""


@pytest.mark.skipif(not Path("/etc/hosts").exists(), reason="takes localhost for a name that leads to this machine")
def test_a_name_that_leads_to_this_machine_is_refused() -> None:
    async def asked() -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            requests.append(await reader.read(100))

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server, Client("", 100_000) as client:
            with pytest.raises(RequestFailed, match="an address within a private network: only public addresses"):
                await client.request("GET", f"http://localhost:{server.sockets[0].getsockname()[1]}/", {}, b"", 5.0)

    requests: list[bytes] = []
    asyncio.run(asked())
    assert requests in ([], [b""])


def test_cookies_are_sent_back_until_they_end_and_are_never_many() -> None:
    cookies = Cookies()
    cookies.take("a.vn", [("Set-Cookie", "D1N=abc; path=/"), ("set-cookie", "phien=1; HttpOnly"), ("X", "y=1")])
    assert cookies.header("a.vn") == "D1N=abc; phien=1"
    assert cookies.header("b.vn") == ""
    cookies.take("a.vn", [("Set-Cookie", "phien=; Max-Age=0")])
    assert cookies.header("a.vn") == "D1N=abc"
    cookies.take("a.vn", [("Set-Cookie", f"c{number}=1") for number in range(900)])
    assert cookies.header("a.vn").count("=") == MAX_COOKIES
