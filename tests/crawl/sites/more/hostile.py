"""mau-trang-du: a site that harms its visitors; one of its articles is good and must be found all the same.

| page under /bai/ | what it does |
|---|---|
| vo-tan | a response without end (5 GB) |
| nho-giot | one byte now and then, for ever |
| bom-gzip | 1 GiB of spaces in 1 MB of gzip |
| toi-tep, toi-may-nay, toi-noi-khac, vong-tron | redirects: to file:, another loopback server, no host, in a circle |
| sai-bang-ma, bang-ma-la, nhi-phan | a wrong charset, an unknown one, bytes that are no text |
| tieu-de-dai | a title of 1 MB |
| kich-ban | script and HTML in title, date and byline; links to javascript: and data: |
| long-nhau | 60,000 elements, each within the other |
| dau-dai | 64 KiB in one response header |
| rong | nothing at all |

Its lists go on for ever, each with new links to articles; its feed is an XML bomb.
"""

import gzip
import io
import threading
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import Flask, Response, redirect, request

from tests.crawl.sites.builds.build import NOTICE, Build
from tests.crawl.sites.running_sites import RunningSites
from tests.crawl.sites.sample_article import SampleArticle

SOURCES = Path(__file__).parent / "hostile.toml"
HOST = "127.0.0.31"
INNER_SLUG = "mau-noi-bo"
INNER_HOST = "127.0.0.32"  # a server that only this machine should see; nothing may be fetched from it
ENDLESS_BYTES = 5 * 10**9
BOMB_BYTES = 2**30
TITLE_CHARACTERS = 2**20
DEPTH = 60_000
DRIP_SECONDS = 0.5
SCRIPT = "<script>alert('hoinghi')</script>"
GOOD = SampleArticle(
    site="mau-trang-du",
    id="hoi-nghi-mau",
    slug="hoi-nghi-mau",
    title="Ban Thường vụ Tỉnh ủy họp phiên thường kỳ tháng 3",
    body=(
        "Sáng 12/3, Ban Thường vụ Tỉnh ủy họp phiên thường kỳ tháng 3 năm 2024, cho ý kiến về bốn nội dung do Ban cán "
        "sự đảng UBND tỉnh trình. Đồng chí Trịnh Văn Mẫu, Bí thư Tỉnh ủy chủ trì.\n\n"
        "Ban Thường vụ Tỉnh ủy thống nhất chủ trương đầu tư hai cây cầu nông thôn, yêu cầu khởi công trước mùa mưa; "
        "giao Ủy ban Kiểm tra Tỉnh ủy giám sát việc sử dụng nguồn vốn.\n\n"
        "Kết luận phiên họp, đồng chí Bí thư Tỉnh ủy đề nghị mỗi cơ quan chọn một việc khó, hẹn ngày xong và báo cáo."
    ),
    published="2024-03-12T11:20",
    held="2024-03-12",
    year=2024,
    kind="btv",
)
_HARMS = (
    *("vo-tan", "nho-giot", "bom-gzip", "toi-tep", "toi-may-nay", "toi-noi-khac", "vong-tron", "sai-bang-ma"),
    *("bang-ma-la", "nhi-phan", "tieu-de-dai", "kich-ban", "long-nhau", "dau-dai", "rong"),
)


class HostileBuild(Build):
    slug = "mau-trang-du"

    def path_of(self, article: SampleArticle) -> str:
        return f"/bai/{article.slug}.html"

    def write_date(self, moment: datetime) -> str:
        return f"{moment:%H:%M %d/%m/%Y}"

    def add_pages(self, app: Flask) -> None:
        self.stopped = threading.Event()
        app.add_url_rule("/", "home", lambda: self.listed(0))
        app.add_url_rule("/tin/<int:number>", "list", self.listed)
        app.add_url_rule("/lich/<int:number>", "diary", self.diary)
        app.add_url_rule("/feed.xml", "feed", lambda: Response(_XML_BOMB, mimetype="application/rss+xml"))
        app.add_url_rule("/bai/<name>.html", "article", self.answer)

    def listed(self, number: int) -> Response:
        """Return a page of a list without end: the harmful pages and the good one on the first, others after it."""
        names = (*_HARMS, GOOD.slug) if number == 0 else tuple(f"bai-{number}-{n}" for n in range(20))
        links = "".join(f'<li><a href="/bai/{name}.html">{name}</a></li>' for name in names)
        return _html(f'<ul>{links}</ul><a href="/tin/{number + 1}">Trang sau</a> <a href="/lich/{number}">Lịch</a>')

    def diary(self, number: int) -> Response:
        return _html(f'<a href="/lich/{number + 1}">Ngày sau</a>')

    def answer(self, name: str) -> Response:
        if name == GOOD.slug:
            paragraphs = "".join(f"<p>{text}</p>" for text in GOOD.paragraphs)
            return _html(
                f"<article><h1>{GOOD.title}</h1><p>{self.date_line(GOOD)}</p>{paragraphs}</article>", GOOD.title
            )
        harm = getattr(self, name.replace("-", "_"), None) if name in _HARMS else None
        return harm() if harm else _html(f"<article><h1>{name}</h1><p>Bài {name}.</p></article>", name)

    def vo_tan(self) -> Response:
        block = b"<p>" + "Hội nghị tiếp tục. ".encode() * 3000 + b"</p>"

        def endless() -> Iterator[bytes]:
            for _ in range(ENDLESS_BYTES // len(block)):
                if self.stopped.is_set():
                    return
                yield block

        return Response(endless(), mimetype="text/html")

    def nho_giot(self) -> Response:
        def drip() -> Iterator[bytes]:
            while not self.stopped.wait(DRIP_SECONDS):
                yield b"<"

        return Response(drip(), mimetype="text/html")

    def bom_gzip(self) -> Response:
        return Response(_gzip_bomb(), mimetype="text/html", headers={"Content-Encoding": "gzip"})

    def toi_tep(self) -> Response:
        return Response(status=302, headers={"Location": "file:///etc/passwd"})

    def toi_may_nay(self) -> Response:
        port = request.host.rpartition(":")[2]
        return Response(status=302, headers={"Location": f"http://{INNER_HOST}:{port}/bai/noi-bo.html"})

    def toi_noi_khac(self) -> Response:
        return Response(status=302, headers={"Location": "http://khong-co.invalid/bai/noi-khac.html"})

    def vong_tron(self) -> Response:
        return redirect(f"/bai/vong-tron.html?lan={int(request.args.get('lan', 0)) + 1}")  # type: ignore[return-value]

    def sai_bang_ma(self) -> Response:
        return Response(_page(f"<h1>{GOOD.title} (bản khác)</h1>"), content_type="text/html; charset=utf-16le")

    def bang_ma_la(self) -> Response:
        return Response(_page(f"<h1>{GOOD.title} (bản lạ)</h1>"), content_type="text/html; charset=x-khong-co")

    def nhi_phan(self) -> Response:
        return Response(bytes(range(256)) * 400, mimetype="text/html")

    def tieu_de_dai(self) -> Response:
        title = ("Hội nghị " * (TITLE_CHARACTERS // 9 + 1))[:TITLE_CHARACTERS]
        return _html(f"<article><h1>{title}</h1><p>{GOOD.paragraphs[0]}</p></article>", title)

    def kich_ban(self) -> Response:
        escaped = SCRIPT.replace("<", "&lt;").replace(">", "&gt;")
        return _html(
            f"<article><h1>Hội nghị {escaped} <img src=x onerror=alert(1)></h1><p>{escaped} 10:00 02/03/2024</p>"
            f"<p>{GOOD.paragraphs[0]} {escaped}</p><p>{GOOD.paragraphs[1]}</p><p><b>&lt;svg onload=alert(2)&gt;</b></p>"
            '<a href="javascript:alert(3)">Tệp.pdf</a> <a href="data:text/html,x">Tệp.docx</a></article>',
            f"Hội nghị {escaped}",
        )

    def long_nhau(self) -> Response:
        return _html("<div>" * DEPTH + GOOD.paragraphs[0] + "</div>" * DEPTH, "Lồng nhau")

    def dau_dai(self) -> Response:
        return _html("<p>Đầu dài.</p>", headers={"X-Dai": "a" * 65536})

    def rong(self) -> Response:
        return Response(b"", mimetype="text/html")


class HostileSite(RunningSites):
    """The hostile site while the `with` block runs, and beside it the inner server that nothing may be fetched from."""

    def __init__(self, port: int = 0) -> None:
        self.build = HostileBuild([GOOD])
        inner = Flask(INNER_SLUG, static_folder=None)
        inner.add_url_rule("/<path:path>", "all", lambda path: _html("<h1>Hội nghị nội bộ</h1>"))
        hosts = {HostileBuild.slug: HOST, INNER_SLUG: INNER_HOST}
        super().__init__([self.build], hosts, SOURCES, port=port, apps={INNER_SLUG: inner})

    def __exit__(self, *details: object) -> None:
        self.build.stopped.set()
        super().__exit__(*details)


def _page(body: str, title: str = "Trang mẫu dữ") -> bytes:
    head = f'<!doctype html><html lang="vi"><head><title>{title}</title></head>'
    return f"{head}<body>{body}<hr>{NOTICE}</body></html>".encode()


def _html(body: str, title: str = "Trang mẫu dữ", headers: dict[str, str] | None = None) -> Response:
    return Response(_page(body, title), content_type="text/html; charset=utf-8", headers=headers)


def _gzip_bomb() -> Iterator[bytes]:
    """Yield a gzip file of BOMB_BYTES spaces, made as it is sent: it must not cost the tests what it costs a victim."""
    block = b" " * 2**20
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0):
        pass
    yield out.getvalue()[:10]  # the header
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)  # forgets what was before: may be sent again
    check = 0
    for _ in range(BOMB_BYTES // len(block)):
        yield packed
        check = zlib.crc32(block, check)
    yield packer.flush() + check.to_bytes(4, "little") + (BOMB_BYTES % 2**32).to_bytes(4, "little")


_XML_BOMB = """<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY a "Hội nghị "><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">
<!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;"><!ENTITY h "&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;">
<!ENTITY tep SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><title>&h;</title>
<item><title>&tep;</title><link>/bai/bai-0-1.html</link></item></channel></rss>
"""
