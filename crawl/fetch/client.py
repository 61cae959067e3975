"""HTTP as it comes: one request at a time, bounded in time and bytes, answers as received.

Python's http.client does the transport: it takes what browsers take (two lengths, headers without a colon), where
stricter libraries refuse a page that anybody can read. It runs in a thread beside the event loop, which ends it in
time. Redirects, retries and content codings are the crawler's own business. A failure is told in plain words, never in
those of a library.
"""

import asyncio
import errno
import ipaddress
import select
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    IncompleteRead,
    InvalidURL,
    RemoteDisconnected,
)
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from crawl.fetch.cookies import Cookies

PIECE_BYTES = 64 * 1024

_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.8,*/*;q=0.5",
    "Accept-Language": "vi,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}


def user_agent(contact: str = "") -> str:
    """Return who we say we are: name, version, what we do, and whom to write to if somebody is asked for."""
    try:
        number = version("hoinghi")
    except PackageNotFoundError:
        number = "0"
    return f"hoinghi/{number} (archive of provincial meetings; {'+' + contact if contact else 'obeys robots.txt'})"


@dataclass(frozen=True, slots=True)
class Response:
    """An answer as received. body: chunks joined, content coding untouched. request_headers: what was really sent."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    request_headers: list[tuple[str, str]]

    def header(self, name: str) -> str:
        """Return the first value of a header, "" where there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


class RequestFailed(Exception):
    """No whole answer came; says why in plain words. timed_out: the server may still be at work on it."""

    def __init__(self, why: str, *, timed_out: bool = False) -> None:
        super().__init__(why)
        self.timed_out = timed_out


class InternalAddress(Exception):
    """A name leads to an address that is no public one."""


class Client:
    """The connection to the hosts of one source; never more than one request is open. Cookies last as long as it."""

    def __init__(self, contact: str, max_bytes: int) -> None:
        self._headers = _HEADERS | {"User-Agent": user_agent(contact)}
        self._max_bytes = max_bytes
        self._cookies = Cookies()
        self._connection: HTTPConnection | None = None
        self._root = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    async def request(
        self, method: str, url: str, headers: dict[str, str], body: bytes, seconds: float, *, first_bytes: int = 0
    ) -> Response:
        """Return the answer to one request. seconds: for all of it, from the name to the last byte.

        first_bytes: where the body is longer, return so much of it and leave the rest; 0 refuses what is too long.
        Raises RequestFailed; the connection is closed by then.
        """
        try:
            parts = urlsplit(url)
            connection, is_new = self._connected_to(parts, seconds)
        except (ValueError, HTTPException):
            raise RequestFailed("the address is no URL") from None
        headers = {"Host": parts.netloc.rpartition("@")[2]} | self._headers | headers
        if cookie := self._cookies.header(parts.hostname or ""):
            headers["Cookie"] = cookie
        exchange = _Exchange(connection, method, _target(parts, url), headers, body, self._max_bytes, first_bytes)
        try:
            async with asyncio.timeout(seconds):
                response = await asyncio.to_thread(exchange.run, again=not is_new)
        except TimeoutError:
            raise RequestFailed(f"timeout: no answer within {seconds:.3g} seconds", timed_out=True) from None
        except (HTTPException, OSError, ValueError, InternalAddress) as error:
            raise RequestFailed(_in_words(error)) from error
        finally:
            exchange.end()
            if exchange.last:
                self._hang_up()
        self._cookies.take(parts.hostname or "", response.headers)
        return response

    def _connected_to(self, parts: SplitResult, seconds: float) -> tuple[HTTPConnection, bool]:
        """Return the connection to a host, and whether it is a new one. Another host's is closed."""
        root = f"{parts.scheme}://{parts.netloc}"
        if self._connection is not None and root == self._root and not _is_dropped(self._connection.sock):
            self._connection.sock.settimeout(seconds)
            return self._connection, False
        self._hang_up()
        self._connection, self._root = _new_connection(parts, seconds), root
        return self._connection, True

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


class _Exchange:
    """One request and its answer over a connection. last: the connection can be used for no other one."""

    def __init__(
        self,
        connection: HTTPConnection,
        method: str,
        target: str,
        headers: dict[str, str],
        body: bytes,
        max_bytes: int,
        first_bytes: int,
    ) -> None:
        self._connection = connection
        self._method = method
        self._target = target
        self._headers = headers
        self._body = body
        self._max_bytes = max_bytes
        self._first_bytes = first_bytes
        self._socket: socket.socket | None = None  # http.client lets go of it while the answer is still being read
        self._given_up = False  # while the name was looked up, which nobody can end
        self.last = True

    def end(self) -> None:
        """Have no thread wait any longer for what comes over this connection, if it is the last over it."""
        self._given_up = True
        if self.last and self._socket is not None:
            with suppress(OSError):  # the server has hung up before
                self._socket.shutdown(socket.SHUT_RDWR)

    def run(self, *, again: bool) -> Response:
        """Send and receive. again: over a kept connection, which the server may be closing at this very moment."""
        try:
            answer = self._asked()
        except (RemoteDisconnected, ConnectionError):
            if not again:
                raise
            self._connection.close()
            answer = self._asked()
        content = self._read(answer)
        return Response(answer.status, answer.getheaders(), content, list(self._headers.items()))

    def _asked(self) -> HTTPResponse:
        if self._connection.sock is None:
            self._connection.connect()
            _refuse_internal(self._connection)
        self._socket = self._connection.sock
        if self._given_up:
            self._connection.close()
            raise RemoteDisconnected("given up")
        self._connection.request(self._method, self._target, self._body or None, self._headers)
        return self._connection.getresponse()

    def _read(self, answer: HTTPResponse) -> bytes:
        parts: list[bytes] = []
        size = 0
        while part := answer.read1(PIECE_BYTES):
            size += len(part)
            parts.append(part)
            if self._first_bytes and size > self._first_bytes:
                return b"".join(parts)[: self._first_bytes]
            if size > self._max_bytes:
                raise RequestFailed(f"larger than {self._max_bytes:,} bytes")
        if answer.length:
            raise IncompleteRead(b"", answer.length)
        answer.close()  # all of it was read: the connection is free for the next request
        self.last = answer.will_close
        return b"".join(parts)


def _new_connection(parts: SplitResult, seconds: float) -> HTTPConnection:
    """Return a connection that is opened by its first request. Raises ValueError for what is no address."""
    host, port = parts.hostname, parts.port
    if not host or parts.scheme not in ("http", "https"):
        raise ValueError(parts.geturl())
    proxy = _proxy_of(parts)
    at, at_port = (proxy.hostname or "", proxy.port or 80) if proxy else (host, port)
    if parts.scheme == "http":
        return HTTPConnection(at, at_port, timeout=seconds)
    connection = HTTPSConnection(at, at_port, timeout=seconds, context=_lenient_tls())
    if proxy:
        connection.set_tunnel(host, port or 443)
    return connection


def _refuse_internal(connection: HTTPConnection) -> None:
    """Raise InternalAddress where a name led to an address that is no public one.

    Whoever owns a name could else make us read what only this machine sees. It is asked of the open connection, because
    a name may lead elsewhere a moment later. An address written as numbers is meant by the registry that names it, a
    proxy by who set it up.
    """
    peer = ipaddress.ip_address(connection.sock.getpeername()[0].partition("%")[0])
    if peer.is_global or _is_address(connection.host) or connection.host in _proxy_hosts():
        return
    connection.close()
    raise InternalAddress(f"{connection.host} leads to {peer}, an address within a private network")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _is_dropped(connection: socket.socket | None) -> bool:
    """Tell whether an idle connection was closed by the server: then there is something to read, the end."""
    return connection is None or bool(select.select([connection], [], [], 0)[0])


def _target(parts: SplitResult, url: str) -> str:
    if parts.scheme == "http" and _proxy_of(parts):
        return url
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _proxy_of(parts: SplitResult) -> SplitResult | None:
    proxy = None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
    return urlsplit(proxy if "//" in proxy else f"//{proxy}") if proxy else None


def _proxy_hosts() -> set[str]:
    return {urlsplit(proxy if "//" in proxy else f"//{proxy}").hostname or "" for proxy in getproxies().values()}


@cache
def _lenient_tls() -> ssl.SSLContext:
    """Return TLS that also talks to old servers; what is read there is public, and expired certificates are common."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # gov sites still offer 1,024-bit Diffie-Hellman
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0)
    return context


def _in_words(error: Exception) -> str:
    """Return what went wrong in words that crawl/archive/health_words.tsv knows."""
    if isinstance(error, InternalAddress):
        return f"{error}: only public addresses are visited; name the address itself in hosts if you mean it"
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return words
    return f"no connection ({_OF_THE_SYSTEM.get(getattr(error, 'errno', 0) or 0, 'the network refuses')})"


_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, "DNS: the host name is not found"),
    (ssl.SSLError, "TLS: no secure connection could be agreed on"),
    (ConnectionRefusedError, "connection refused"),
    (IncompleteRead, "cut off: the connection ended before the whole page had come"),
    (RemoteDisconnected, "cut off: the connection ended before an answer had come"),
    (ConnectionError, "cut off: the server broke the connection"),
    (InvalidURL, "the address is no URL"),
    (HTTPException, "what the server answers is no HTTP"),
    (ValueError, "the address is no URL"),
)
_OF_THE_SYSTEM = {
    errno.EHOSTUNREACH: "the host is unreachable",
    errno.ENETUNREACH: "the network is unreachable",
    errno.ETIMEDOUT: "the host does not answer",
    errno.EMFILE: "too many open files on this machine",
}
