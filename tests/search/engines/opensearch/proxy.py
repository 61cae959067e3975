"""A server between the engine and a real node: says what a healthy one hardly ever says, wants TLS and a login."""

import gzip
import json
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

Answer = tuple[int, Any]
Meddle = Callable[[str, bytes, Callable[[bytes], Answer]], Answer | None]


class Proxy:
    """meddle(path, body, ask) may answer itself, or ask the node (with another body) and change its answer.

    tls: the certificate that it shows. login: the user and password ("user:password", in Base64) that it lets through.
    """

    def __init__(
        self, target: str, meddle: Meddle = lambda *_: None, tls: ssl.SSLContext | None = None, login: str = ""
    ) -> None:
        self.seen: list[str] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                proxy.seen.append(f"{self.command} {self.path}")

                def ask(sent: bytes) -> Answer:
                    headers = {"content-type": self.headers.get("content-type", "application/json")}
                    request = urllib.request.Request(target + self.path, sent or None, headers, method=self.command)
                    try:
                        with urllib.request.urlopen(request, timeout=60) as answer:
                            return answer.status, json.loads(answer.read() or b"{}")
                    except urllib.error.HTTPError as error:
                        return error.code, json.loads(error.read() or b"{}")

                if login and self.headers.get("authorization") != f"Basic {login}":
                    status, answer = 401, {"error": "Unauthorized"}
                else:
                    status, answer = meddle(self.path, body, ask) or ask(body)
                sent = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(sent)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(sent)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_one

            def log_message(self, *_: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls is not None:  # the handshake is left to the thread of the connection: one that fails stops nobody else
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who does not trust us hangs up
        self.address = f"127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
