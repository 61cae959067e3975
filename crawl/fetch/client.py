"""HTTP as it comes: one request at a time, bounded in time and bytes, answers as received.

aiohttp does the transport; what a crawler has to decide itself is switched off: redirects, content codings, retries,
netrc. A failure is told in plain words, never in those of a library.
"""

import asyncio
import errno
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

MAX_HEADER_BYTES = 128 * 1024  # of one line; a site with a header of 64 KiB is odd, not down
MAX_COOKIES = 50  # of one source; a site that sets more does so without end
IDLE_SECONDS = 30.0  # a connection is kept over the pause between two requests

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


class InternalAddress(OSError):
    """A name leads to an address that is no public one."""


class Client:
    """The connection to the hosts of one source; never more than one request is open. Cookies last as long as it."""

    def __init__(self, contact: str, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=1, ssl=_lenient_tls(), resolver=_PublicResolver(), keepalive_timeout=IDLE_SECONDS
            ),
            headers=_HEADERS | {"User-Agent": user_agent(contact)},
            cookie_jar=aiohttp.CookieJar(unsafe=True, quote_cookie=False),  # unsafe: hosts may be numbers
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None),
            max_line_size=MAX_HEADER_BYTES,
            max_field_size=MAX_HEADER_BYTES,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def request(
        self, method: str, url: str, headers: dict[str, str], body: bytes, seconds: float, *, first_bytes: int = 0
    ) -> Response:
        """Return the answer to one request. seconds: for all of it, from the name to the last byte.

        first_bytes: where the body is longer, return so much of it and leave the rest; 0 refuses what is too long.
        Raises RequestFailed; the connection is closed by then.
        """
        if len(self._session.cookie_jar) > MAX_COOKIES:
            self._session.cookie_jar.clear()
        began = time.monotonic()
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(method, url, headers, body, first_bytes)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            out_of_time = isinstance(error, TimeoutError) and time.monotonic() - began >= seconds
            raise RequestFailed(_in_words(error, seconds), timed_out=out_of_time) from error

    async def _exchange(
        self, method: str, url: str, headers: dict[str, str], body: bytes, first_bytes: int
    ) -> Response:
        async with self._session.request(
            method,
            URL(url, encoded=True),
            headers=headers,
            data=body or None,
            allow_redirects=False,
            proxy=_proxy_of(url),
        ) as answer:
            parts: list[bytes] = []
            size = 0
            async for part in answer.content.iter_any():
                size += len(part)
                parts.append(part)
                if first_bytes and size > first_bytes:
                    answer.close()
                    break
                if size > self._max_bytes:
                    answer.close()
                    raise RequestFailed(f"larger than {self._max_bytes:,} bytes")
            return Response(
                answer.status,
                [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.raw_headers],
                b"".join(parts)[: first_bytes or None],
                list(answer.request_info.headers.items()),
            )


class _PublicResolver(AbstractResolver):
    """Resolves names to public addresses alone: who owns a name could else make us read what only this machine sees.

    An address written as numbers never comes here: a registry that names one means it.
    """

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        public = [address for address in found if ipaddress.ip_address(address["host"].partition("%")[0]).is_global]
        if not public:
            raise InternalAddress(f"{host} leads to an address within a private network")
        return public

    async def close(self) -> None:
        await self._resolver.close()


def _lenient_tls() -> ssl.SSLContext:
    """Return TLS that also talks to old servers; what is read there is public, and expired certificates are common."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # gov sites still offer 1,024-bit Diffie-Hellman
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0)
    return context


def _proxy_of(url: str) -> str | None:
    parts = urlsplit(url)
    return None if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme)


def _in_words(error: BaseException, seconds: float) -> str:
    """Return what went wrong in plain words; which ones crawl/archive/health_words.tsv knows."""
    causes = [error]
    while causes[-1].__cause__ is not None or isinstance(getattr(causes[-1], "os_error", None), OSError):
        causes.append(causes[-1].__cause__ or causes[-1].os_error)  # type: ignore[attr-defined]
        if len(causes) > 5:
            break
    for cause in causes:
        if isinstance(cause, InternalAddress):
            return f"{cause}: only public addresses are visited; name the address itself in hosts if you mean it"
    for kind, words in _WORDS:
        if any(isinstance(cause, kind) for cause in causes):
            return words.format(seconds=seconds)
    number = next((cause.errno for cause in causes if isinstance(cause, OSError) and cause.errno), 0)
    return f"no connection ({_OF_THE_SYSTEM.get(number, 'the network does not let us through')})"


_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (TimeoutError, "timeout: no answer within {seconds:g} seconds"),
    (aiohttp.ClientConnectorDNSError, "DNS: the host name is not found"),
    (socket.gaierror, "DNS: the host name is not found"),
    (aiohttp.ClientSSLError, "TLS: no secure connection could be agreed on"),
    (ssl.SSLError, "TLS: no secure connection could be agreed on"),
    (ConnectionRefusedError, "connection refused"),
    (aiohttp.ClientPayloadError, "cut off: the connection ended before the whole page had come"),
    (aiohttp.ServerDisconnectedError, "cut off: the connection ended before an answer had come"),
    (ConnectionError, "cut off: the server broke the connection"),
    (aiohttp.ClientHttpProxyError, "the proxy refuses to connect us"),
    (aiohttp.ClientResponseError, "what the server answers is no HTTP"),
    (aiohttp.InvalidURL, "the address is no URL"),
    (ValueError, "the address is no URL"),
)
_OF_THE_SYSTEM = {
    errno.EHOSTUNREACH: "the host is unreachable",
    errno.ENETUNREACH: "the network is unreachable",
    errno.ETIMEDOUT: "the host does not answer",
    errno.EMFILE: "too many open files on this machine",
}
