"""A site of a few pages over real HTTP, for what no sample site does: faults, redirects, odd headers."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from crawl.fetch.crawler import crawl
from crawl.fetch.limits import Limits
from crawl.fetch.progress import no_progress
from crawl.fetch.summary import SourceSummary
from crawl.registry.sources import Source

QUICK = Limits(timeout_seconds=60, retry_seconds=0.02)
TEXT = (
    "Sáng 12/3, Ban Thường vụ Tỉnh ủy (mẫu) họp phiên thường kỳ, cho ý kiến về bốn nội dung quan trọng của tỉnh. " * 4
)

Answer = tuple[int, dict[str, str], str | bytes]


@dataclass
class Site:
    """A site of a few pages, path → answer or a function of the headers of the request; "path body" of a POST."""

    pages: dict[str, Answer | Callable[[dict[str, str]], Answer]]
    host: str = "127.0.0.41"
    asked: list[tuple[str, float, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    @property
    def base(self) -> str:
        return f"http://{self.host}:{self.port}"

    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked]

    def source(self, **values: object) -> Source:
        given = {"start": (f"{self.base}/",), "article": r"/bai-\d+$", "example": f"{self.base}/bai-1"}
        source = Source("trang-mau", "Trang mẫu", "other", (f"{self.host}:{self.port}",), **(given | values))  # type: ignore[arg-type]
        return replace(source, delay_seconds=values.get("delay_seconds", 0))  # type: ignore[arg-type]

    def crawled(self, data: Path, limits: Limits = QUICK, retry: bool = False, **values: object) -> SourceSummary:
        return crawl([self.source(**values)], data, limits=limits, retry=retry, progress=no_progress).sources[0]


def article(number: int = 1) -> Answer:
    return (
        200,
        {"ETag": f'"{number}"'},
        f"<title>Hội nghị Tỉnh ủy lần {number}</title><h1>Hội nghị Tỉnh ủy lần {number}</h1><p>{TEXT}</p>",
    )


def listing(*numbers: int, more: str = "") -> Answer:
    return 200, {}, "".join(f'<a href="/bai-{number}">b</a>' for number in numbers) + more


@contextmanager
def small_site(pages: dict[str, Any], host: str = "127.0.0.41") -> Iterator[Site]:
    """Serve pages while the `with` block runs."""
    site = Site(pages, host)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.answer(self.path)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
            self.answer(f"{self.path} {body}")

        def answer(self, asked: str) -> None:
            headers = dict(self.headers.items())
            site.asked.append((asked, time.monotonic(), headers))
            page = site.pages.get(asked, (404, {}, ""))
            status, sent, content = page(headers) if callable(page) else page
            body = content.encode() if isinstance(content, str) else content
            self.send_response(status)
            for name, value in sent.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer((host, 0), Handler)
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
