"""Serves a simulated world over real HTTP, as the proxy of all its hosts, and writes down every request."""

import os
import signal
import socket
import socketserver
import threading
from pathlib import Path
from urllib.parse import urlsplit

from tests.attacks.simulated_world import DAY, PER_PAGE, SimulatedArticle, SimulatedSite, World
from tests.crawl.sites.simulated_time import SimulatedTime

NEVER_SECONDS = 50 * DAY
FORBIDS_ALL = "User-agent: *\nDisallow: /\n"
FORBIDDEN = "quan-tri"  # to crawlers at all times, though each list names a page there
Answer = tuple[int, dict[str, str], str]
NOTICE = "Hệ thống đang được bảo trì, mời quý độc giả quay lại sau ít giờ."
CHALLENGE = "<title>Just a moment...</title><div id='cf-challenge'>Checking your browser. captcha</div>"


class WorldServer(socketserver.ThreadingTCPServer):
    """log: one line a request: host, when it came, when it was over (true time), status, path, what it asks of the
    crawler: "forbids" all of the site, a Retry-After in seconds, "-". Status 0: no answer.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, world: World, time: SimulatedTime, log: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.world, self.time = world, time
        self.requests = len(log.read_text("ascii").splitlines()) if log.exists() else 0
        self._log = log.open("a", encoding="ascii", buffering=1)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 60.0}, daemon=True).start()

    def note(self, host: str, began: float, status: int, path: str, over: float, asks: str = "-") -> None:
        """Write a request down; die where it is one of those in whose midst the crawler is killed."""
        self._log.write(f"{host} {began:.3f} {over:.3f} {status} {path} {asks}\n")
        self.requests += 1
        if self.requests in self.world.kills:
            os.kill(os.getpid(), signal.SIGKILL)


class _Connection(socketserver.StreamRequestHandler):
    server: WorldServer
    connection: socket.socket

    def handle(self) -> None:
        try:
            while self._answered():
                pass
        except OSError:  # whoever asked has hung up
            pass

    def _answered(self) -> bool:
        line = self.rfile.readline().split()
        if len(line) < 2:
            return False
        etag = ""
        while header := self.rfile.readline().strip():
            if header.lower().startswith(b"if-none-match:"):
                etag = header.partition(b":")[2].strip().decode()
        parts = urlsplit(line[1].decode())
        host, path = parts.netloc, parts.path + (f"?{parts.query}" if parts.query else "")
        site, time = self.server.world.sites[host], self.server.time
        began = time.now
        trouble = site.trouble(began)
        if trouble == "cuts every connection":
            self.server.note(host, began, 0, path, began)
            return False
        seconds = NEVER_SECONDS if trouble == "never answers" else site.answer_seconds
        hung_up = time.pass_(seconds, self.connection)
        if hung_up is not None:
            self.server.note(host, began, 0, path, hung_up)
            return False
        status, headers, body = answer(site, path, trouble, time.now)
        if status == 200 and site.validators and not trouble:
            headers = {"ETag": f'"{hash_of(body)}"'} | headers
            if headers["ETag"] == etag:
                status, body = 304, ""
        forbids = path == "/robots.txt" and body.endswith(FORBIDS_ALL)
        self.server.note(host, began, status, path, time.now, "forbids" if forbids else headers.get("Retry-After", "-"))
        sent = body.encode()
        head = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(sent))} | headers
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        self.wfile.write(f"HTTP/1.1 {status} .\r\n{lines}\r\n".encode() + (b"" if status == 304 else sent))
        return True


def hash_of(text: str) -> str:
    return f"{sum(text.encode()) % 9973}-{len(text)}"


def answer(site: SimulatedSite, path: str, trouble: str, at: float) -> Answer:
    """Return what a site answers at a moment."""
    if path == "/robots.txt":
        if trouble == "robots.txt answers 500":
            return 500, {}, ""
        return 200, {}, FORBIDS_ALL if trouble == "robots.txt forbids all" else f"{FORBIDS_ALL[:-1]}{FORBIDDEN}\n"
    match trouble:
        case "answers 500":
            return 500, {}, ""
        case "answers 503 with Retry-After":
            return 503, {"Retry-After": "900"}, ""
        case "answers 429":
            return 429, {}, ""
        case "a notice of maintenance with status 200":
            return 200, {}, _page("Bảo trì", f"<p>{NOTICE}</p>")
        case "all redirected to a notice":
            if path == "/thong-bao":
                return 200, {}, _page("Thông báo", f"<p>{NOTICE}</p>")
            return 302, {"Location": f"http://{site.host}/thong-bao"}, ""
        case "a challenge for browsers":
            return 200, {}, CHALLENGE
        case "a login before every page":
            return 200, {}, _page("Đăng nhập", "<p>Vui lòng đăng nhập để xem trang này.</p>")
    shown = [one for one in site.articles if one.published <= at and not (one.removed and at >= one.removed)]
    if path == "/" or path.startswith("/?trang="):
        return _listed(site, [] if trouble == "lists without entries" else shown[::-1], path, at)
    name, _, number = path.rpartition("-")
    article = next((one for one in shown if str(one.number) == number), None)
    if article is None or trouble == "every article answers 404":
        return 404, {}, ""
    if path == site.path(article, at):
        return _article(article, at)
    if site.redirects and name == "/bai":
        return 301, {"Location": f"http://{site.host}{site.path(article, at)}"}, ""
    return 404, {}, ""


def _listed(site: SimulatedSite, shown: list[SimulatedArticle], path: str, at: float) -> Answer:
    number = int(path.partition("=")[2] or 1)
    links = "".join(
        f'<li><a href="{site.path(one, at)}">{one.title()}</a></li>'
        for one in shown[(number - 1) * PER_PAGE : number * PER_PAGE]
    )
    links += f'<li><a href="/{FORBIDDEN}/bai-0">Họp nội bộ</a></li>'
    pages = -(-len(shown) // PER_PAGE)
    pager = " ".join(f'<a href="/?trang={one}">{one}</a>' for one in range(2, pages + 1))
    return 200, {}, f"<!doctype html><html><body><ul>{links}</ul><div>{pager}</div></body></html>"


def _article(article: SimulatedArticle, at: float) -> Answer:
    if at < article.ready and article.before == "404":
        return 404, {}, ""
    if at < article.ready:
        return 200, {}, _page(article.title(), f"<p>{article.text(at)[:120]} Nội dung đang được cập nhật.</p>")
    return 200, {}, _page(article.title(), f"<p>{article.text(at)}</p>")


def _page(title: str, body: str) -> str:
    return f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
