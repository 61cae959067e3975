"""Sites that harm whoever visits them, one kind a row: what is odd about it, which articles can be had, what is told.

Every site has the honest article /bai-1 beside its harm. A page is an answer (status, headers, body), raw bytes that
are sent as they are, or a function of the times it was asked, of the request's headers, or of the connection.
"""

import gzip
import socket
import socketserver
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.crawl.sites.small_site import TEXT, Site, article, listing

MB = 1 << 20
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True)
class Nasty:
    """pages: beside /robots.txt (404), / (lists /bai-1 and /bai-2) and /bai-1.

    stored: numbers of the articles that are to be had. told: words of the summary, "" where nothing is amiss.
    versions: of its articles, at most. patience: seconds for a page. most: requests that it may cost. runs: visits.
    feeds, start: of the source, as paths.
    """

    pages: dict[str, Any]
    stored: tuple[int, ...] = (1,)
    told: str = ""
    most: int = 20
    runs: int = 1
    feeds: tuple[str, ...] = ()
    start: tuple[str, ...] = ("/",)
    versions: int = 1
    patience: float = 60.0


def page(text: str, title: str = "Hội nghị Tỉnh ủy lần 2") -> tuple[int, dict[str, str], str]:
    return (
        200,
        dict(HTML),
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>",
    )


BODY = page(TEXT)[2]
OTHER = "Mời quý độc giả quay lại sau ít giờ, hoặc xem các tin khác ở trang chủ của chúng tôi, xin cảm ơn. " * 2


def raw(head: str, body: bytes = b"") -> bytes:
    return head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body


def sized(body: bytes, *headers: str, status: str = "200 OK", media: str = "text/html; charset=utf-8") -> bytes:
    return raw(
        "\n".join((f"HTTP/1.1 {status}", f"Content-Type: {media}", f"Content-Length: {len(body)}", *headers)), body
    )


def links(*paths: str) -> tuple[int, dict[str, str], str]:
    return 200, dict(HTML), '<a href="/bai-1">b</a>' + "".join(f'<a href="{path}">b</a>' for path in paths)


def after(first: Any, later: Any) -> Callable[[int], Any]:
    """An answer to the first request and another one to all later ones."""
    return lambda asked: first if asked == 1 else later


def moved(to: str, status: int = 302, **headers: str) -> tuple[int, dict[str, str], str]:
    return status, {"Location": to} | headers, ""


def coded(body: bytes, coding: str = "gzip") -> bytes:
    return sized(body, f"Content-Encoding: {coding}")


def endless(connection: socket.socket) -> None:
    connection.sendall(raw("HTTP/1.1 200 OK\nContent-Type: text/html") + BODY.encode())
    while True:
        connection.sendall(b"<p>x</p>" * 8192)


def dripping(connection: socket.socket) -> None:
    connection.sendall(raw("HTTP/1.1 200 OK\nContent-Type: text/html"))
    while not connection.recv(1):
        pass


def cookie_wall(headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
    return page(TEXT) if "qua=1" in headers.get("cookie", "") else moved("/bai-2", **{"Set-Cookie": "qua=1"})


def cookie_wall_for_ever(asked: int) -> tuple[int, dict[str, str], str]:
    return moved("/bai-2", **{"Set-Cookie": f"qua={asked}"})


def two_forms(asked: int) -> tuple[int, dict[str, str], str]:
    status, headers, body = page(TEXT + ("Bản A của bài." if asked % 2 else "Bản B của bài."))
    return status, headers | {"ETag": f'"{asked}"'}, body


def many_pages(prefix: str, count: int, more: Callable[[int], str]) -> dict[str, Any]:
    return {f"{prefix}{number}": (200, dict(HTML), more(number)) for number in range(1, count + 1)}


BOMB = gzip.compress(b" " * (64 * MB))
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "hội nghị ">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 if n else chr(0)};".replace(chr(0), "") * 10}">' for n in range(9))
    + "]><rss><channel><item><link>&a8;</link></item></channel></rss>"
)
INDEX = '<?xml version="1.0"?><sitemapindex><sitemap><loc>{}</loc></sitemap></sitemapindex>'
LOOP = {"/a.xml": INDEX.format("BASE/b.xml"), "/b.xml": INDEX.format("BASE/a.xml")}

NASTY: dict[str, Nasty] = {
    # where redirects lead
    "a chain of redirects to ever new addresses": Nasty(
        {f"/bai-{n}": moved(f"/bai-{n + 1}") for n in range(2, 200)}, told="redirected more than 5 times"
    ),
    "a redirect to itself": Nasty({"/bai-2": moved("/bai-2")}, told="redirected to itself"),
    "two pages that redirect to each other": Nasty(
        {"/bai-2": moved("/bai-3"), "/bai-3": moved("/bai-2")}, told="redirect"
    ),
    "a redirect to a file": Nasty({"/bai-2": moved("file:///etc/passwd")}, told="leads to no web page"),
    "a redirect to this machine": Nasty({"/bai-2": moved("http://127.0.0.1:22/")}, told="no host of this source"),
    "a redirect without an address": Nasty({"/bai-2": (302, {}, "")}, told="redirected to itself"),
    "a redirect with line ends in its address": Nasty(
        {"/bai-2": raw("HTTP/1.1 302 Found\nLocation: /bai-3%0d%0aSet-Cookie:%20a=1\nContent-Length: 0")},
        told="no article",
    ),
    "pages that refresh each other": Nasty(
        {
            "/": (200, HTML, '<meta http-equiv="refresh" content="0;url=/b"><a href="/bai-1">b</a>'),
            "/b": (200, HTML, '<meta http-equiv="refresh" content="0;url=/"><a href="/bai-1">b</a>'),
        }
    ),
    # how long to wait
    "Retry-After of 400 digits": Nasty(
        {"/bai-2": sized(b"", "Retry-After: " + "9" * 400, status="503 Busy")}, told="asks to wait 86,400 seconds"
    ),
    "Retry-After 1e400": Nasty({"/bai-2": after((503, {"Retry-After": "1e400"}, ""), page(TEXT))}, (1, 2)),
    "Retry-After ²": Nasty(
        {
            "/bai-2": after(
                "HTTP/1.1 503 B\r\nRetry-After: ²\r\nContent-Length: 0\r\n\r\n".encode("latin-1"), page(TEXT)
            )
        },
        (1, 2),
    ),
    "Retry-After in the past": Nasty(
        {"/bai-2": after((429, {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}, ""), page(TEXT))}, (1, 2)
    ),
    "Retry-After in the year 9999": Nasty(
        {"/bai-2": (429, {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, "")}, told="asks to wait 86,400 seconds"
    ),
    # letters
    "UTF-16 that calls itself UTF-8": Nasty({"/bai-2": sized(BODY.encode("utf-16"))}, (1, 2)),
    "UTF-8 that calls itself Latin-1": Nasty(
        {"/bai-2": sized(BODY.encode(), media="text/html; charset=iso-8859-1")}, (1, 2)
    ),
    "a charset that nobody knows": Nasty({"/bai-2": sized(BODY.encode(), media="text/html; charset=x-viet")}, (1, 2)),
    "a charset with line ends": Nasty({"/bai-2": sized(BODY.encode(), media="text/html; charset=\tutf-8;;=")}, (1, 2)),
    "zero bytes within words": Nasty({"/bai-2": sized(BODY.replace("họp", "h\0ọp", 1).encode())}, (1, 2)),
    "bytes that are no text": Nasty({"/bai-2": sized(bytes(range(256)) * 200)}, told="failed"),
    "surrogates as numbers": Nasty({"/bai-2": page(TEXT + "&#xD800;&#x110000;&#0;")}, (1, 2)),
    # bodies
    "a bomb in gzip": Nasty({"/bai-2": coded(BOMB)}, told="cannot be unpacked"),
    "a bomb within a bomb": Nasty({"/bai-2": coded(gzip.compress(BOMB), "gzip, gzip")}, told="cannot be unpacked"),
    "gzip with junk behind it": Nasty({"/bai-2": coded(gzip.compress(BODY.encode()) + b"junk" * 99)}, (1, 2)),
    "gzip that is none": Nasty({"/bai-2": coded(BODY.encode())}, told="cannot be unpacked"),
    "deflate without its head": Nasty({"/bai-2": coded(zlib.compress(BODY.encode())[2:-4], "deflate")}, (1, 2)),
    "a coding that nobody knows": Nasty({"/bai-2": coded(BODY.encode(), "zip9")}, told="cannot be unpacked"),
    "a body without end": Nasty({"/bai-2": endless}, told="larger than"),
    "a body that never begins": Nasty({"/bai-2": dripping}, told="timeout", patience=1.5),
    "less than its length": Nasty({"/bai-2": sized(BODY.encode(), "Connection: close")[:-400]}, told="cut off"),
    "chunks without a size": Nasty(
        {"/bai-2": raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nConnection: close", b"zz\r\nok\r\n")},
        told="cut off",
    ),
    "HTTP/0.9": Nasty({"/bai-2": BODY.encode()}, told="no HTTP"),
    "another protocol": Nasty({"/bai-2": b"SSH-2.0-OpenSSH_9.6\r\n"}, told="no HTTP"),
    "a thousand headers": Nasty({"/bai-2": sized(BODY.encode(), *(f"X-{n}: a" for n in range(1000)))}, told="no HTTP"),
    "a header of 100 KB": Nasty({"/bai-2": sized(BODY.encode(), "X: " + "a" * 100_000)}, told="no HTTP"),
    "five thousand cookies": Nasty(
        {"/bai-2": sized(BODY.encode(), *(f"Set-Cookie: a{n}=1" for n in range(90)))}, (1, 2)
    ),
    "the connection closed at once": Nasty({"/bai-2": b""}, told="cut off"),
    "no body": Nasty({"/bai-2": (200, HTML, "")}, told="failed"),
    "status 204": Nasty({"/bai-2": (204, {}, "")}, told="answered 204"),
    "status 999": Nasty({"/bai-2": sized(b"", status="999 Denied")}, told="answered 999"),
    "304 to who has nothing": Nasty({"/bai-2": (304, {}, "")}, told="304"),
    "206 with a part": Nasty({"/bai-2": sized(BODY.encode()[:99], status="206 Partial")}, told="answered 206"),
    "a page named PDF": Nasty({"/bai-2": sized(BODY.encode(), media="application/pdf")}, told="expected a web page"),
    "a PDF named page": Nasty({"/bai-2": sized(b"%PDF-1.4\n" + bytes(range(256)) * 40)}, told="failed"),
    "a picture in the place of an article": Nasty(
        {"/bai-2": sized(b"\x89PNG\r\n", media="image/png")}, told="expected a web page"
    ),
    "a title of a megabyte": Nasty(
        {"/bai-2": page(TEXT, "Hội nghị Tỉnh ủy lần 2 " + "dài " * (MB // 4))}, told="failed"
    ),
    "60,000 elements within each other": Nasty({"/bai-2": page("<div>" * 60_000)}, told="failed"),
    "100,000 attributes": Nasty(
        {"/bai-2": page(f"<b {' '.join(f'a{n}=1' for n in range(100_000))}>{TEXT}</b>")}, told="2,000 attributes"
    ),
    "350,000 entities": Nasty({"/bai-2": page(TEXT + "&nbsp;" * (MB // 3))}, (1, 2)),
    # what is no article
    "a soft 404": Nasty({"/bai-2": page(f"Bài viết về hội nghị này không tồn tại. {OTHER}", "Lỗi")}, told="not found"),
    "a login before the article": Nasty(
        {"/bai-2": page(f"Vui lòng đăng nhập để xem bài về hội nghị. {OTHER}")}, told="login"
    ),
    "maintenance with status 200": Nasty(
        {"/bai-2": page(f"Hệ thống đang được bảo trì. {OTHER}", "Bảo trì")}, told="error page"
    ),
    "an article that is being written": Nasty(
        {"/bai-2": page(f"Nội dung hội nghị Tỉnh ủy đang được cập nhật. {OTHER}")}, told="unfinished"
    ),
    "a challenge for browsers": Nasty(
        {"/bai-2": page("Checking your browser. Please complete the captcha.", "Just a moment...")}, told="challenge"
    ),
    "a betting shop": Nasty(
        {"/bai-2": page("nhà cái casino nổ hũ soi kèo tài xỉu, hội nghị Tỉnh ủy")}, told="hijacked"
    ),
    "a wall of cookies": Nasty({"/bai-2": cookie_wall}, (1, 2)),
    "a wall of cookies that nobody passes": Nasty({"/bai-2": cookie_wall_for_ever}, told="redirected"),
    "a text that flips": Nasty({"/bai-2": two_forms}, (1, 2), runs=6, most=60, versions=2),
    # lists without end, and names of one page
    "a calendar": Nasty(
        {"/": links("/lich/1")} | many_pages("/lich/", 300, lambda n: f'<a href="/lich/{n + 1}">tháng sau</a>')
    ),
    "a pager that shows its last page for ever": Nasty(
        {"/": links("/?page=2")}
        | many_pages("/?page=", 300, lambda n: f'<a href="/bai-1">b</a><a href="/?page={n + 1}">2</a>'),
        most=12,
    ),
    "sessions in paths": Nasty(
        {"/": links(*(f"/bai-1;jsessionid={n}" for n in range(30)))}
        | {f"/bai-1;jsessionid={n}": article() for n in range(30)},
        most=10,
    ),
    "sessions in queries": Nasty({"/": links(*(f"/bai-1?PHPSESSID={n}" for n in range(30)))}, most=10),
    "campaigns in queries": Nasty({"/": links(*(f"/bai-1?utm_source={n}" for n in range(30)))}, most=10),
    "fragments": Nasty({"/": links(*(f"/bai-1#muc-{n}" for n in range(30)))}, most=10),
    "a host in capitals with its port": Nasty({"/": links("HTTP://HOST/bai-1", "//HOST/bai-1")}, most=10),
    "hosts of other letters": Nasty({"/": links("http://báo-mẫu.vn/bai-1", "http://xn--bo-mu-8na.vn/bai-1")}, most=10),
    "paths that climb into themselves": Nasty({"/": links("/a/a/a/a/a/bai-2")}, most=10),
    "an address of 5,000 letters": Nasty({"/": links("/" + "a" * 5000 + "/bai-2")}, most=10),
    "addresses that are none": Nasty(
        {"/": links("http://[::1/bai-2", "http://a:99999/bai-2", "javascript:bai-2", "data:,bai-2", "/%zz/%/bai-2")},
        told="answered 404",
    ),
    # feeds, sitemaps, robots.txt
    "a bomb of entities in a feed": Nasty({"/rss": (200, {}, ENTITIES)}, feeds=("/rss",), told="/rss"),
    "a feed that breaks off": Nasty(
        {"/rss": (200, {}, "<?xml version='1.0'?><rss><channel><item><link>")}, feeds=("/rss",), told="malformed"
    ),
    "a feed that is a page": Nasty({"/rss": page("hết bài")}, feeds=("/rss",), told="/rss"),
    "sitemaps that name each other": Nasty(
        {"/robots.txt": (200, {}, "User-agent: *\nAllow: /\nSitemap: BASE/a.xml\n")}
        | {k: (200, {}, v) for k, v in LOOP.items()}
    ),
    "a sitemap that is a bomb": Nasty(
        {
            "/robots.txt": (200, {}, "User-agent: *\nAllow: /\nSitemap: BASE/a.xml.gz\n"),
            "/a.xml.gz": sized(gzip.compress(b" " * (128 * MB)), media="application/gzip"),
        },
        told="/a.xml.gz",
    ),
    "a robots.txt of 2 MB": Nasty({"/robots.txt": (200, {}, "User-agent: *\nDisallow: /kin\n" + "# dài\n" * 300_000)}),
    "a robots.txt that is a page": Nasty({"/robots.txt": page("Không có gì ở đây")}),
    "a robots.txt of bytes": Nasty({"/robots.txt": sized(bytes(range(256)) * 100, media="text/plain")}),
    "a robots.txt that leads in a circle": Nasty({"/robots.txt": moved("/robots.txt")}),
    "a robots.txt that asks for years": Nasty(
        {"/robots.txt": (200, {}, "User-agent: *\nCrawl-delay: -1e999\nAllow: /\n")}
    ),
    "times of the year 9999": Nasty(
        {
            "/bai-2": sized(
                BODY.encode(), "Date: Fri, 31 Dec 9999 23:59:59 GMT", "Last-Modified: Fri, 31 Dec 9999 23:59:59 GMT"
            )
        },
        (1, 2),
        runs=2,
        most=40,
    ),
    "an ETag of 60 KB": Nasty({"/bai-2": sized(BODY.encode(), f'ETag: "{"a" * 60_000}"')}, (1, 2), runs=2, most=40),
}


@dataclass
class NastySite(Site):
    """A site whose answers may be anything; paths of its pages may name its own address as BASE and HOST."""

    times: dict[str, int] = field(default_factory=dict)


@contextmanager
def nasty_site(nasty: Nasty) -> Iterator[NastySite]:
    """Serve a nasty site while the `with` block runs."""
    numbers = (1, 2) if "/bai-2" in nasty.pages else (1,)
    own = {"/robots.txt": (404, {}, ""), "/": listing(*numbers), "/bai-1": article()}
    site = NastySite(own | nasty.pages, "127.0.0.43")

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                self.answer()

        def answer(self) -> None:
            stream = self.request.makefile("rb")
            parts = stream.readline().decode("latin-1").split()
            if len(parts) < 2:
                return
            lines = iter(lambda: stream.readline().decode("latin-1").strip(), "")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            site.asked.append((parts[1], 0.0, headers))
            site.times[parts[1]] = site.times.get(parts[1], 0) + 1
            found = site.pages.get(parts[1], (404, {}, ""))
            if callable(found):
                names = found.__code__.co_varnames[: found.__code__.co_argcount]
                given = {"asked": site.times[parts[1]], "headers": headers, "connection": self.request}
                found = found(given[names[0]])
            if isinstance(found, bytes):
                self.request.sendall(found)
            elif found:
                status, sent, body = found
                body = body.replace("BASE", site.base).replace("HOST", f"{site.host}:{site.port}")
                heads = [f"{name}: {value}" for name, value in (HTML | sent).items()]
                length = [] if status in (204, 304) else [f"Content-Length: {len(body.encode())}"]
                head = "\n".join((f"HTTP/1.1 {status} .", *heads, *length, "Connection: close"))
                self.request.sendall(raw(head, body.encode()))

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False
        allow_reuse_address = True

    with Server((site.host, 0), Connection) as server:
        site.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield site
        finally:
            server.shutdown()
