"""Documents behind a link: fetched by a real crawl, kept, read where they say more, never at the cost of the page."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.article import Article
from crawl.extraction.attachments import AttachmentText, UnreadableAttachment
from crawl.extraction.linked_documents import with_document
from crawl.extraction.sandbox import read_apart
from crawl.fetch.crawler import crawl
from crawl.registry.sources import Source
from tests.crawl import documents

CONCLUSION = [
    "Hội nghị thống nhất đánh giá thu ngân sách sáu tháng đầu năm vượt kế hoạch.",
    "Ban Thường vụ Tỉnh ủy giao các huyện ủy đẩy nhanh giải phóng mặt bằng.",
]
PAGE = """<html><head><title>Thông báo kết luận hội nghị Tỉnh ủy lần thứ 7</title></head><body>
<h1>Thông báo kết luận hội nghị Tỉnh ủy lần thứ 7</h1><p class="date">15:34 01/12/2023</p>
<div class="content"><p>Văn phòng Tỉnh ủy thông báo kết luận hội nghị Ban Chấp hành Đảng bộ tỉnh lần thứ 7, khóa XX.</p>
<p>Toàn văn kết luận của hội nghị có trong tệp gửi kèm theo trang tin này để các đồng chí tải về và thực hiện.</p></div>
<p class="files"><a href="/tep/k%E1%BA%BFt-lu%E1%BA%ADn.pdf">Kết luận</a> <a href="/tep/hong.pdf">Phụ lục</a>
<a href="/tep/mat.docx">Bảng</a></p></body></html>"""
ANSWERS = {
    "/tin/": ("text/html", b'<html><body><a href="/tin/1.html">Hoi nghi</a></body></html>'),
    "/tin/1.html": ("text/html; charset=utf-8", PAGE.encode()),
    "/tep/k%E1%BA%BFt-lu%E1%BA%ADn.pdf": ("application/pdf", documents.pdf([CONCLUSION])),
    "/tep/hong.pdf": ("application/pdf", b"%PDF-1.7 hong"),
}


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, body = ANSWERS.get(self.path, ("", b""))
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def source() -> Iterator[Source]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"127.0.0.1:{server.server_port}"
    yield Source(
        slug="tinh-uy-mau",
        name="Tỉnh ủy Mẫu",
        kind="party_committee",
        hosts=(host,),
        article=r"/tin/\d+\.html$",
        example=f"http://{host}/tin/1.html",
        start=(f"http://{host}/tin/",),
        delay_seconds=0.0,
    )
    server.shutdown()
    server.server_close()


def test_a_document_that_says_more_than_its_page_is_read(source: Source, tmp_path: Path) -> None:
    summary = crawl([source], tmp_path)
    with Archive(tmp_path, read_only=True) as archive:
        [archived] = archive.articles()
        kept = {capture.url.rpartition("/")[2]: capture.status for capture in archive.captures()}
    paragraphs = archived.article.body.split("\n\n")
    assert paragraphs[0].startswith("Văn phòng Tỉnh ủy thông báo")
    assert paragraphs[-3:] == ["kết-luận.pdf", *CONCLUSION]
    assert len(archived.article.attachments) == 3
    assert (kept["k%E1%BA%BFt-lu%E1%BA%ADn.pdf"], kept["hong.pdf"], kept["mat.docx"]) == (200, 200, 404)
    reasons = {url.rpartition("/")[2]: why for url, why in summary.sources[0].failures}
    assert "damaged" in reasons["hong.pdf"]
    assert reasons["mat.docx"] == "answered 404"
    assert summary.sources[0].new == 1


def test_a_second_run_finds_the_same_text(source: Source, tmp_path: Path) -> None:
    crawl([source], tmp_path)
    crawl([source], tmp_path)
    with Archive(tmp_path, read_only=True) as archive:
        assert [archived.version for archived in archive.articles()] == [1]


ARTICLE = Article(
    "a",
    "a",
    "Thông báo",
    "Hội nghị bàn ba nội dung quan trọng về kinh tế của tỉnh. Các đại biểu thống nhất với báo cáo của Ban Thường vụ.",
)
URL = "https://mau.vn/tep/thong-bao.pdf"


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("Tỉnh ủy giao các huyện đẩy nhanh tiến độ giải ngân vốn đầu tư công.", True),
        (ARTICLE.body, False),
        (f"TỈNH ỦY MẪU\n\n{ARTICLE.body}", False),
        ("", False),
        ("Ba từ thôi", False),
    ],
)
def test_a_document_is_added_only_if_it_says_more(text: str, added: bool) -> None:
    read = with_document(ARTICLE, URL, AttachmentText(text, "text", 1))
    expected = f"{ARTICLE.body}\n\nthong-bao.pdf\n\n{text}" if added else ARTICLE.body
    assert read == replace(ARTICLE, body=expected)


def test_what_was_read_by_ocr_is_marked() -> None:
    text = "Tỉnh ủy giao các huyện đẩy nhanh tiến độ giải ngân vốn đầu tư công."
    assert with_document(ARTICLE, URL, AttachmentText(text, "ocr", 1)).hints == (("ocr", "thong-bao.pdf"),)


def test_a_document_is_read_in_a_process_of_its_own() -> None:
    assert read_apart(documents.pdf([CONCLUSION])) == AttachmentText("\n\n".join(CONCLUSION), "text", 1)
    with pytest.raises(UnreadableAttachment, match="damaged"):
        read_apart(b"%PDF-1.7 hong")
    with pytest.raises(UnreadableAttachment, match=r"longer than 0\.001 seconds"):
        read_apart(documents.pdf([CONCLUSION]), seconds=0.001)
