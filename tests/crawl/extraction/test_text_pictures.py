"""Pages whose text stands in pictures: which pictures are asked for, which are of text, and what becomes of them."""

import io
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.extraction import ocr
from crawl.extraction.html_page import HtmlPage
from crawl.extraction.text_pictures import is_text, text_pictures
from crawl.fetch.frontier_reports import failing_pages
from crawl.registry.sources import Selectors
from tests.components import DEJAVU, FONT, TESSERACT, require
from tests.crawl.sites.small_site import Site, listing, small_site

FIRST = [
    "Sáng 5/7/2023, Ban Chấp hành Đảng bộ tỉnh Mẫu",
    "họp lần thứ bảy, bàn về giải ngân vốn đầu tư công",
    "và phát triển kinh tế sáu tháng đầu năm của tỉnh.",
]
SECOND = [
    "Hội nghị giao các huyện ủy, thành ủy chỉ đạo tháo",
    "gỡ vướng mắc về đất đai, phấn đấu đến cuối năm",
    "giải ngân hết số vốn mà tỉnh đã phân bổ cho huyện.",
]
TITLE = "<title>Hội nghị Tỉnh ủy Mẫu lần thứ 7</title><h1>Hội nghị Tỉnh ủy Mẫu lần thứ 7</h1>"
PAGE = (
    TITLE
    + """<div class="noi-dung">
<img src="/anh/bieu-trung.png" width="120"><img data-src="/anh/trang-1.png" src="data:image/gif;base64,R0lGOD">
<img src="/anh/trang-2.png" width="100%"><img src="/anh/phong-canh.png">
<a href="/khac"><img src="/anh/quang-cao.png"></a>
<figure><img src="/anh/chup.png"><figcaption>Quang cảnh hội nghị.</figcaption></figure></div>
<footer><img src="/anh/cuoi-trang.png"></footer>"""
)


def picture_of(lines: list[str]) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("L", (1300, 80 + 70 * len(lines)), 255)
    for number, line in enumerate(lines):
        ImageDraw.Draw(page).text((50, 40 + 70 * number), line, 0, ImageFont.truetype(str(DEJAVU), 40))
    return png(page)


def photograph() -> bytes:
    from PIL import Image

    return png(Image.frombytes("L", (300, 200), random.Random(7).randbytes(60_000)))


def png(picture: object) -> bytes:
    made = io.BytesIO()
    picture.save(made, "PNG")  # type: ignore[attr-defined]
    return made.getvalue()


@pytest.fixture
def site() -> Iterator[Site]:
    require(TESSERACT, FONT)
    pages = {
        "/": listing(1),
        "/bai-1": (200, {}, PAGE),
        "/anh/trang-1.png": (200, {}, picture_of(FIRST)),
        "/anh/trang-2.png": (200, {}, picture_of(SECOND)),
        "/anh/phong-canh.png": (200, {}, photograph()),
    }
    with small_site(pages) as running:
        yield running


def test_an_e_magazine_is_read_from_its_pictures_and_marked(site: Site, tmp_path: Path) -> None:
    summary = site.crawled(tmp_path)
    assert (summary.new, summary.failures) == (1, [])
    with Archive(tmp_path, read_only=True) as archive:
        [kept] = archive.articles()
    assert kept.article.body.split("\n\n") == ["trang-1.png", " ".join(FIRST), "trang-2.png", " ".join(SECOND)]
    assert [hint for hint in kept.article.hints if hint[0] == "ocr"] == [("ocr", "trang-1.png"), ("ocr", "trang-2.png")]
    assert [link.rpartition("/")[2] for link in kept.article.attachments] == ["trang-1.png", "trang-2.png"]
    asked = [path for path in site.paths() if path.startswith("/anh/")]
    assert asked == ["/anh/trang-1.png", "/anh/trang-2.png", "/anh/phong-canh.png"]


def test_a_short_report_beside_a_photograph_stays_as_it_is(site: Site, tmp_path: Path) -> None:
    text = "<p>Sáng 5/7/2023, Tỉnh ủy Mẫu họp lần thứ bảy và thông qua hai nghị quyết về kinh tế của tỉnh.</p>"
    site.pages["/bai-1"] = (200, {}, f'{TITLE}<img src="/anh/phong-canh.png"><img src="/anh/mat.png">{text}')
    summary = site.crawled(tmp_path)
    assert (summary.new, summary.failures) == (1, [])  # a photograph that is gone is no trouble of an article
    with Archive(tmp_path, read_only=True) as archive:
        [kept] = archive.articles()
    assert (kept.article.attachments, kept.article.body) == ((), text[3:-4])


def test_without_ocr_such_a_page_is_told_and_tried_again(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "is_available", lambda: False)
    [(url, why)] = site.crawled(tmp_path).failures
    assert (url, why) == (f"{site.base}/bai-1", f"it has no text but 3 pictures: {ocr.HOW_TO_INSTALL}")
    assert not [path for path in site.paths() if path.startswith("/anh/")]
    [waiting] = failing_pages(tmp_path)
    assert waiting.url == url


def test_a_page_of_photographs_alone_has_no_text(site: Site, tmp_path: Path) -> None:
    site.pages["/bai-1"] = (200, {}, TITLE + '<img src="/anh/phong-canh.png"><img src="https://kho.test/a.png">')
    [(_, why)] = site.crawled(tmp_path).failures
    assert why == "it has no text but 2 pictures: none of them is one of text on a host of this source"


@pytest.mark.parametrize(
    ("html", "names"),
    [
        ('<h1>Họp</h1><img src="a.jpg">', ["a.jpg"]),
        ('<div><h1>Họp</h1><img src="o.jpg"></div><img src="a.jpg"><img src="b.jpg?w=9">', ["o.jpg", "a.jpg", "b.jpg"]),
        ('<h1>Họp</h1><a href="to.jpg"><img src="a.jpg"></a><a href="/b"><img src="b.jpg"></a>', ["a.jpg"]),
        ('<h1>Họp</h1><div class="tin-lien-quan"><img src="a.jpg"></div>', []),
        ('<h1>Họp</h1><img src="a.svg"><img src="b.gif"><img src=""><img>', []),
        ('<img src="a.jpg">', []),
    ],
)  # fmt: skip
def test_which_pictures_may_hold_the_text(html: str, names: list[str]) -> None:
    page = HtmlPage(f"<html><body>{html}</body></html>")
    found = text_pictures(page, "https://mau.test/tin/1", Selectors())
    assert [link.rpartition("/")[2].partition("?")[0] for link in found] == names


def test_the_selector_of_the_registry_says_where_they_stand() -> None:
    page = HtmlPage('<h1>Họp</h1><img src="a.jpg"><img src="b.jpg"><div id="than"><img src="c.jpg"></div>')
    found = text_pictures(page, "https://mau.test/", Selectors(body="#than"))
    assert found == ("https://mau.test/c.jpg",)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (" ".join(FIRST), True),
        (" ".join(SECOND), True),
        ("", False),
        (FIRST[0], False),  # the banner above a stage
        ("ỏ l‡ ‹s . ~ kk Íï w3 ,, ơi xz" * 10, False),
        ("The meeting agreed on the plan of the coming year and on the budget of the province " * 4, False),
    ],
)
def test_text_is_told_from_what_ocr_sees_in_a_photograph(read: str, text: bool) -> None:
    assert is_text(read) is text
