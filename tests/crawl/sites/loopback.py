"""Websites on loopback addresses over real HTTP, with a log of every request and faults that can be switched on."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

FAULTS = {
    "500": "every page answers 500",
    "404": "every page answers 404",
    "403": "every page answers 403",
    "429": "every page answers 429 with Retry-After: 1",
    "hang": "the connection is taken and never answered",
    "cut": "HTML ends in the middle; the HTTP response is whole",
    "drop": "the connection is closed before the promised length has come",
    "challenge": "200 with a page that wants JavaScript and a captcha",
    "gambling": "200 with a page of a betting shop in place of the article",
}


class Request(NamedTuple):
    """One request that a site answered; status 0 stands for one that it never answered."""

    site: str
    method: str
    path: str
    status: int
    agent: str = ""


class AddressTaken(Exception):
    """An address that the sites need is in use or not to be had; the message says what to do."""


@dataclass
class Loopback:
    """Serves apps (slug → WSGI app) on hosts (slug → loopback address), all on one port; 0 takes a free one.

    tls: slug → SSL context, for sites that speak https.
    """

    apps: Mapping[str, WSGIApp]
    hosts: Mapping[str, str]
    port: int = 0
    tls: Mapping[str, ssl.SSLContext] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    faults: dict[str, tuple[str, str]] = field(default_factory=dict)
    _servers: list[BaseWSGIServer] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    _now: dict[str, int] = field(default_factory=dict)
    _most: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def start(self) -> None:
        """Bind all addresses, then serve each in a thread of its own. Raises AddressTaken."""
        sockets = _bound_sockets(list(self.hosts.values()), self.port)
        self.port = sockets[0].getsockname()[1]
        for (slug, host), bound in zip(self.hosts.items(), sockets, strict=True):
            server = make_server(
                host,
                self.port,
                self._watched(slug),
                threaded=True,
                request_handler=_QuietHandler,
                ssl_context=self.tls.get(slug),
                fd=bound.fileno(),
            )
            bound.close()  # make_server listens on a duplicate
            server.daemon_threads = True  # type: ignore[attr-defined]
            server.block_on_close = False  # type: ignore[attr-defined]
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            self._servers.append(server)
            self._threads.append(thread)

    def stop(self) -> None:
        self._stopped.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join()

    def base_url(self, slug: str) -> str:
        return f"{'https' if slug in self.tls else 'http'}://{self.hosts[slug]}:{self.port}"

    def most_at_once(self, slug: str) -> int:
        """Return the greatest number of requests that were open at slug at the same moment."""
        return self._most.get(slug, 0)

    def fail(self, slug: str, mode: str, path: str = "") -> None:
        """Switch a fault on for the pages of slug whose URL begins with path; mode "" switches it off."""
        if slug not in self.apps:
            raise ValueError(f"{slug!r} is not served here: use one of {', '.join(self.apps)}")
        if mode and mode not in FAULTS:
            raise ValueError(f"{mode!r} is no fault: use one of {', '.join(FAULTS)}")
        self.faults[slug] = (mode, path)

    def _watched(self, slug: str) -> WSGIApp:
        """Return the app of slug with its requests counted and logged and its fault applied."""

        def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            with self._lock:
                self._now[slug] = self._now.get(slug, 0) + 1
                self._most[slug] = max(self._most.get(slug, 0), self._now[slug])

            def started(line: str, headers: list[tuple[str, str]], *more: Any) -> Any:
                self._log(slug, environ, int(line.split()[0]))
                return start_response(line, headers, *more)

            # Over when the last bytes are handed on: the client has them before this thread runs again.
            chunk: bytes | None = None
            try:
                for following in self._answer(slug, environ, started):
                    if chunk is not None:
                        yield chunk
                    chunk = following
            finally:
                with self._lock:
                    self._now[slug] -= 1
            if chunk is not None:
                yield chunk

        return app

    def _log(self, slug: str, environ: dict[str, Any], status: int) -> None:
        query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
        path = environ.get("RAW_URI") or environ["PATH_INFO"] + query
        with self._lock:
            self.requests.append(
                Request(slug, environ["REQUEST_METHOD"], path, status, environ.get("HTTP_USER_AGENT", ""))
            )

    def _answer(self, slug: str, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        mode, prefix = self.faults.get(slug, ("", ""))
        if not mode or not environ["PATH_INFO"].startswith(prefix) or environ["PATH_INFO"] == "/robots.txt":
            yield from self.apps[slug](environ, start_response)
        elif mode.isdigit():
            headers = [("Content-Type", "text/html; charset=utf-8"), ("Retry-After", "1")]
            start_response(f"{mode} Fault", headers if mode == "429" else headers[:1])
            yield f"<html><body><h1>{mode}</h1><p>Máy chủ đang bận, xin thử lại.</p></body></html>".encode()
        elif mode == "hang":
            self._log(slug, environ, 0)
            self._stopped.wait()
        elif mode in _STRANGE_PAGES:
            start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
            yield _STRANGE_PAGES[mode].encode()
        else:
            yield from self._shortened(slug, environ, start_response, promise_all=mode == "drop")

    def _shortened(
        self, slug: str, environ: dict[str, Any], start_response: Callable[..., Any], *, promise_all: bool
    ) -> Iterable[bytes]:
        """Answer with the first half of the page; promise_all leaves the Content-Length as it was."""
        begun: list[Any] = []
        body = b"".join(self.apps[slug](environ, lambda *line: begun.extend(line[:2])))
        half = body[: len(body) // 2]
        length = len(body) if promise_all else len(half)
        headers = [(name, value) for name, value in begun[1] if name.lower() not in ("content-length", "etag")]
        start_response(begun[0], [*headers, ("Content-Length", str(length))])
        yield half


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Print nothing: what was asked for stands in Loopback.requests."""


def _bound_sockets(hosts: list[str], port: int) -> list[socket.socket]:
    """Return a listening socket for each host, all on one port; with port 0 a port that is free on all of them."""
    for attempt in range(20):
        sockets: list[socket.socket] = []
        chosen = port
        try:
            for host in hosts:
                bound = socket.socket()
                sockets.append(bound)
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                bound.bind((host, chosen))
                bound.listen(128)
                chosen = bound.getsockname()[1]
            return sockets
        except OSError as error:
            for bound in sockets:
                bound.close()
            if port or attempt == 19:
                raise AddressTaken(
                    f"cannot serve the sample sites on {host}:{chosen} ({error.strerror}): they need {hosts[0]} to "
                    f"{hosts[-1]}, port {port or 'any'}, for themselves; stop the program that listens there "
                    f"(another run of the sample sites?), or name another port with --port and crawl the registry that "
                    f"the command then finds in $HOINGHI_SAMPLE_SOURCES"
                ) from error
    raise AssertionError("unreachable")


_STRANGE_PAGES = {
    "challenge": """<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>
<noscript>Enable JavaScript and cookies to continue</noscript>
<div id="cf-challenge">Checking your browser before accessing the site. Please complete the captcha.</div>
<script>window._cf_chl_opt = {};</script></body></html>""",
    "gambling": """<!DOCTYPE html><html lang="vi"><head><title>Nhà cái MẪU88 - Đăng ký nhận thưởng</title></head><body>
<h1>Hội nghị nhà cái MẪU88 khuyến mãi nạp đầu</h1>
<p>Nhà cái MẪU88 (trang mẫu, hư cấu) mời đăng ký, nạp tiền, chơi casino trực tuyến, nổ hũ, bắn cá, xóc đĩa, soi kèo.</p>
<p>Tải app MẪU88, nhập mã khuyến mãi để nhận thưởng, tỷ lệ cược cao, rút tiền nhanh.</p></body></html>""",
}
