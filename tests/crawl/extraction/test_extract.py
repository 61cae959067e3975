"""Pages → articles: each oddity of real pages in a page of our own (sample texts), read as printed."""

import unicodedata

import pytest
from lxml import etree

from crawl.article import Article
from crawl.extraction.extract import NoArticle, extract_article, extract_page
from crawl.extraction.html_page import HtmlPage
from crawl.extraction.page_parts import page_parts
from crawl.fetch.list_pages import is_list_page
from crawl.fetch.page_links import page_links
from crawl.fetch.soft_errors import suspicion
from crawl.registry.sources import ProvinceSpan, Selectors, Source
from search.domain.date_hints import url_date

FIRST = (
    "Sáng 1/12, Ban Chấp hành Đảng bộ tỉnh (mẫu) tổ chức hội nghị thường kỳ phiên thứ 16, cho ý kiến về sáu nội dung."
)
SECOND = "Theo báo cáo, tổng thu ngân sách mười một tháng đạt 92% dự toán; giải ngân vốn đầu tư công đạt 71% kế hoạch."
THIRD = "Kết luận hội nghị, đồng chí Bí thư Tỉnh ủy yêu cầu các cấp ủy rà soát từng chỉ tiêu, làm rõ trách nhiệm."
TITLE = "Ban Chấp hành Đảng bộ tỉnh họp phiên thường kỳ thứ 16"
URL = "https://baomau.vn/chinh-tri/hoi-nghi-a1.html"


def page(body: str, head: str = f"<title>{TITLE} - Báo mẫu</title>") -> str:
    return f'<!doctype html><html lang="vi"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'


def article(*parts: str, title: str = TITLE) -> str:
    text = "".join(part if part.startswith("<") else f"<p>{part}</p>" for part in parts)
    return page(f"<div class=menu><a href=/>Trang chủ</a></div><h1>{title}</h1><div class=noi-dung>{text}</div>")


def read(html: str, **selectors: str) -> Article:
    source = Source(
        "bao-mau", "Báo mẫu", "newspaper", ("baomau.vn",), "-a", URL, "bac-giang", selectors=Selectors(**selectors)
    )
    return extract_page(HtmlPage(html), URL, source)


def test_the_generic_extractor_finds_title_and_paragraphs() -> None:
    found = read(article(FIRST, SECOND, THIRD))
    assert (found.title, found.body) == (TITLE, "\n\n".join([FIRST, SECOND, THIRD]))
    assert (found.id, found.source, found.province) == (URL, "bao-mau", "bac-giang")


@pytest.mark.parametrize(
    "line",
    [
        "Truy cập nội dung luôn", "Sign In", "Tiếng việt | English", "Tag:", "TAGS", "File đính kèm", "{title}",
        "{title} {publish} {head}", ".", ",", "0:00 / 0:00", "Nam miền Bắc", "0:00 / 0:00 Nam miền Bắc Nữ miền Nam",
        "A- A A+ | Chia sẻ bài viết lên facebook/twitter/google+", "Tăng tương phản Giảm tương phản", "In bài", "Print",
        "Gốc", "Banner", "Logo", "Skip to main content", "Article Rating", "Xem cỡ chữ", "Hà Nội: 26°C",
        "2,171 lượt xem", "Lượt xem: 1231", "Theo dõi Báo mẫu trên Google News", "Đọc báo in", "Tải ứng dụng",
    ],
)  # fmt: skip
def test_furniture_is_cut_out(line: str) -> None:
    assert read(article(line, FIRST, line, SECOND, THIRD), body=".noi-dung").body == "\n\n".join([FIRST, SECOND, THIRD])


@pytest.mark.parametrize(
    "heading",
    [
        "Tin cùng chuyên mục",
        "TIN LIÊN QUAN",
        "Các tin khác:",
        "Bài viết liên quan",
        "Những tin mới hơn",
        "Các tin đã đưa",
    ],
)
def test_what_follows_the_article_is_cut_off(heading: str) -> None:
    below = (
        f"<p><b>{heading}</b></p><ul><li><a href=/x>Bão số 3 vào Biển Đông</a></li></ul><p>{'Tin khác dài. ' * 4}</p>"
    )
    assert read(article(FIRST, SECOND, THIRD, below), body=".noi-dung").body == "\n\n".join([FIRST, SECOND, THIRD])


def test_a_box_of_links_in_the_midst_goes_and_the_text_goes_on() -> None:
    box = "<p>Tin liên quan</p><p><a href=/x>Bão số 3 vào Biển Đông, mưa rất to</a></p>"
    assert read(article(FIRST, box, SECOND, THIRD), body=".noi-dung").body == "\n\n".join([FIRST, SECOND, THIRD])


def test_links_to_other_articles_above_the_text_are_no_part_of_it() -> None:
    others = "".join(
        f'<p><a href="/bai-{n}">Ban Thường vụ Tỉnh ủy mẫu họp phiên thứ {n} của năm</a></p>' for n in (1, 2)
    )
    found = read(page(f"<div>{others}<h1>{TITLE}</h1><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div>"))
    assert found.body == "\n\n".join([FIRST, SECOND, THIRD])


def test_captions_stand_apart_and_doubled_ones_once() -> None:
    caption = "Quang cảnh hội nghị."
    figure = f"<figure><img src=a.jpg><p class=alt-text>{caption}</p><figcaption>{caption}</figcaption></figure>"
    found = read(article(FIRST, figure, SECOND, THIRD))
    assert found.captions == ("Quang cảnh hội nghị.",)
    assert found.body == "\n\n".join([FIRST, SECOND, THIRD])


def test_a_caption_without_any_markup_is_told_by_its_picture_and_its_words() -> None:
    found = read(
        article(FIRST, "<p><img src=a.jpg></p>", "Đồng chí Bí thư Tỉnh ủy phát biểu tại hội nghị.", SECOND, THIRD)
    )
    assert found.captions == ("Đồng chí Bí thư Tỉnh ủy phát biểu tại hội nghị.",)


def test_a_paragraph_that_comes_twice_in_a_row_is_one() -> None:
    found = read(article(FIRST, SECOND * 2, SECOND * 2, THIRD), body=".noi-dung")
    assert (found.captions, found.body) == ((), "\n\n".join([FIRST, SECOND * 2, THIRD]))


def test_a_bold_heading_below_a_picture_is_no_caption() -> None:
    found = read(article(FIRST, "<p><img src=a.jpg></p>", "<p><b>Chuyển biến trên các lĩnh vực</b></p>", SECOND, THIRD))
    assert "Chuyển biến trên các lĩnh vực" in found.body.split("\n\n")


def test_a_lede_that_comes_again_as_first_paragraph_stands_once() -> None:
    html = article(f"<p class=sapo>{SECOND}</p>", SECOND, FIRST, THIRD)
    found = read(html, lede=".sapo", body=".noi-dung")
    assert (found.lede, found.body) == (SECOND, f"{FIRST}\n\n{THIRD}")


@pytest.mark.parametrize(
    "byline",
    ["Trần Huyền", "Tin, ảnh: Đỗ Thành Nam", "ĐẶNG DŨNG", "Nhóm PV", "Theo báo địa phương", "Tác giả: Gia Hân"],
)
def test_the_last_short_line_is_the_byline(byline: str) -> None:
    found = read(article(FIRST, SECOND, THIRD, byline))
    assert (found.byline, found.body) == (byline, "\n\n".join([FIRST, SECOND, THIRD]))


DATES = [
    "15:34 01/12/2023", "Thứ Năm, 15/10/2020, 16:21 (GMT+7)", "Cập nhật: 18:37 27/09/2020", "21:48 | 28/06/2020",
    "Thứ 4, 14/10/2020 | 16:39:25", "Thứ sáu: 15:00 ngày 09/02/2024", "(03/02/2019 21:20)", "23:56, ngày 15-09-2023",
    "Đăng ngày: 20/01/2020 - 8:28:04 AM | Lượt xem: 1231", "- Cập nhật: Thứ ba, 29/6/2010 | 8:43:01 AM",
]  # fmt: skip


@pytest.mark.parametrize("line", DATES)
def test_the_date_line_is_found_beside_the_clock_of_the_page(line: str) -> None:
    clock = "<div class=top>Thứ hai, 16/03/2026 - 12:57</div>"
    html = page(
        f"{clock}<h1>{TITLE}</h1><div>{line}</div><div class=x><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div>"
    )
    assert read(html).printed_date == line


def test_a_clock_alone_is_no_date() -> None:
    html = page(
        f"<div class=top>Thứ hai, 16/03/2026 - 12:57</div><div>Hotline: 0213</div><div>Mục lục</div><h1>{TITLE}</h1>"
        f"<div class=x><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div>"
    )
    assert read(html).printed_date == ""


def test_a_date_that_is_glued_to_the_text_is_taken_off() -> None:
    found = read(article(f"14/12/2021{FIRST}", SECOND, THIRD))
    assert (found.printed_date, found.body.split("\n\n")[0]) == ("14/12/2021", FIRST)


def test_strings_stay_decomposed_as_printed() -> None:
    title = unicodedata.normalize("NFD", TITLE)
    found = read(
        page(f"<h1>{title}</h1><div><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div>", f"<title>{TITLE}</title>")
    )
    assert found.title == title


def test_lines_that_a_page_broke_are_joined() -> None:
    found = read(
        article(FIRST, "Hội nghị thống nhất các nội dung", "đột phá của tỉnh trong năm tới.", THIRD), body=".noi-dung"
    )
    assert "Hội nghị thống nhất các nội dung đột phá của tỉnh trong năm tới." in found.body.split("\n\n")


def test_an_official_notice_keeps_its_form() -> None:
    found = read(
        article(
            FIRST, "<p>3.1. Cấp ủy các cấp quán triệt thông báo này.</p>", "Nơi nhận:", "- Như trên,", "Lê Văn Mẫu"
        ),
        body=".noi-dung",
    )
    assert (found.byline, found.body.split("\n\n")[-3:]) == ("", ["Nơi nhận:", "- Như trên,", "Lê Văn Mẫu"])


def test_a_live_blog_keeps_its_times() -> None:
    html = article(
        "<div><b>8h00:</b> Khai mạc phiên họp.</div>", "<div><b>8h30:</b> Đồng chí Chủ tịch trình bày tờ trình.</div>"
    )
    assert (
        read(html, body=".noi-dung").body == "8h00: Khai mạc phiên họp.\n\n8h30: Đồng chí Chủ tịch trình bày tờ trình."
    )


def test_lines_by_br_in_a_table_cell_are_paragraphs() -> None:
    cell = f"<td class=nd>{FIRST}<br><br>{SECOND}<br>{THIRD}</td>"
    html = page(f"<table><tr><td class=tieude>{TITLE}</td></tr><tr>{cell}</tr></table>")
    assert read(html, body="td.nd").body == "\n\n".join([FIRST, SECOND, THIRD])


def test_attachments_are_absolute_and_each_once() -> None:
    links = (
        '<p><a href="/tep/445-KL-TU.pdf">445-KL/TU</a> <a href="/tep/445-KL-TU.pdf">tải về</a> <a href="/tin">x</a></p>'
    )
    assert read(article(FIRST, SECOND, THIRD, links)).attachments == ("https://baomau.vn/tep/445-KL-TU.pdf",)


def test_links_that_run_something_are_no_attachments() -> None:
    links = '<p><a href="javascript:x(\'a.pdf\')">a</a> <a href="data:x,a.pdf">b</a></p>'
    assert read(article(FIRST, SECOND, THIRD, links)).attachments == ()


def test_html_that_is_cut_in_the_middle_gives_what_is_there() -> None:
    html = article(FIRST, SECOND, THIRD)
    found = read(html[: html.index(THIRD) + 40])
    assert found.title == TITLE
    assert found.body.startswith(f"{FIRST}\n\n{SECOND}")


def test_an_article_in_data_alone_is_read() -> None:
    import json

    post = {"title": TITLE, "content": f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>", "author": {"name": "Gia Hân"}}
    data = json.dumps({"props": {"pageProps": {"post": post, "related": [{"title": "Khác", "content": "Ngắn."}]}}})
    found = read(page(f"<main>Đang tải…</main><script id=__NEXT_DATA__ type=application/json>{data}</script>"))
    assert (found.title, found.body, found.byline) == (TITLE, "\n\n".join([FIRST, SECOND, THIRD]), "Gia Hân")


def test_markup_in_text_stays_text() -> None:
    found = read(
        article(
            FIRST, "Nhập &lt;script&gt;alert(1)&lt;/script&gt; vào ô.", THIRD, title="A &lt;b&gt; họp phiên thường kỳ"
        )
    )
    assert found.title == "A <b> họp phiên thường kỳ"
    assert "<script>alert(1)</script>" in found.body


@pytest.mark.parametrize("encoding", ["utf-8", "cp1258", "utf-16"])
def test_bytes_count_more_than_the_charset_that_is_declared(encoding: str) -> None:
    html = article(FIRST, SECOND, THIRD)
    data = unicodedata.normalize("NFC", html).encode("utf-8")
    if encoding != "utf-8":
        decomposed = html if encoding == "utf-16" else windows_1258(html)
        data = decomposed.encode(encoding)
    found = extract_article(data, URL, content_type="text/html; charset=iso-8859-1")
    assert unicodedata.normalize("NFC", found.body) == "\n\n".join([FIRST, SECOND, THIRD])


def windows_1258(text: str) -> str:
    """Return text with its tones after their vowels, as windows-1258 writes them."""
    tones = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    written = []
    for character in unicodedata.normalize("NFC", text):
        bare = unicodedata.normalize("NFD", character)
        tone = "".join(c for c in bare if c in tones)
        written.append(unicodedata.normalize("NFC", "".join(c for c in bare if c not in tones)) + tone)
    return "".join(written)


def test_the_province_of_a_merged_paper_follows_from_its_dates() -> None:
    spans = (ProvinceSpan("bac-giang", until="2025-06-30"), ProvinceSpan("bac-ninh", since="2025-07-01"))
    source = Source("b", "B", "newspaper", ("baomau.vn",), "-a", URL, provinces=spans)
    html = article("<div class=ngay>08:00 02/07/2025</div>", FIRST, SECOND, THIRD)
    assert extract_page(HtmlPage(html), URL, source).province == "bac-ninh"
    assert (
        extract_page(HtmlPage(article(FIRST, SECOND, THIRD)), URL, source, hints=(("feed", "2024-01-05"),)).province
        == "bac-giang"
    )
    assert extract_page(HtmlPage(article(FIRST, SECOND, THIRD)), URL, source).province == ""


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("", "no title"),
        (page("<p></p>", ""), "no title"),
        (page(f"<h1>{TITLE}</h1>", ""), "no text"),
    ],
)
def test_a_page_without_an_article_says_what_is_missing(html: str, why: str) -> None:
    with pytest.raises(NoArticle, match=why):
        read(html)


@pytest.mark.parametrize(
    "html",
    ["<div>" * 60_000, "<i></i>" * 250_000, "x" * 5_000_000],
    ids=["nested", "elements", "characters"],
)
def test_a_monster_is_refused_before_it_is_read(html: str) -> None:
    with pytest.raises(ValueError, match=r"nested deeper|more than 100,000 elements|expected at most"):
        read(html)


def test_a_title_without_end_is_cut() -> None:
    assert len(read(article(FIRST, SECOND, THIRD, title="Hội nghị " * 100_000)).title) <= 1_000


@pytest.mark.parametrize(
    ("url", "date"),
    [
        ("http://b.vn/chinh-tri/202112/dien-van-785245/", "2021-12"),
        ("http://b.vn/portal/Pages/2024-4-25/x.aspx", "2024-04-25"),
        ("http://b.vn/2023/07/05/hop.html", "2023-07-05"),
        ("http://b.vn/upload/104819/20250219/a.pdf", "2025-02-19"),
        ("http://b.vn/bg/chinh-tri/415208/hop.html", ""),
        ("http://b.vn/x/209913/hop", ""),
    ],
)
def test_dates_in_urls(url: str, date: str) -> None:
    assert url_date(url) == date


def test_a_date_in_the_head_is_a_hint() -> None:
    head = f'<title>{TITLE}</title><meta property="article:published_time" content="2023-12-01T15:34:00+07:00">'
    html = page(f"<h1>{TITLE}</h1><div><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div>", head)
    assert read(html).hints == (("meta", "2023-12-01T15:34"),)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Just a moment... Checking your browser. Please complete the captcha.", "challenge"),
        ("<script>window._cf_chl_opt={};</script>Chờ", "challenge"),
        ("Nhà cái mẫu: casino, nổ hũ, bắn cá, tỷ lệ cược cao", "hijacked"),
        ("Account suspended. This domain is for sale.", "discontinued"),
        (f"{TITLE}. {FIRST} Công an bắt nhóm tổ chức lô đề.", ""),
    ],
)
def test_pages_that_are_not_what_they_seem(text: str, kind: str) -> None:
    assert suspicion(HtmlPage(page(f"<p>{text}</p>"))) == kind


def test_no_sentence_of_a_report_is_taken_for_furniture() -> None:
    assert not any(page_parts().is_dropped(text) or page_parts().is_cut(text) for text in (FIRST, SECOND, THIRD, TITLE))


def test_reading_leaves_the_tree_as_it_is() -> None:
    parsed = HtmlPage(article(FIRST, '<div class="tin-khac"><a href="/a">x</a></div>', SECOND, THIRD))
    before = etree.tostring(parsed.root)
    for selectors in (Selectors(remove=(".tin-khac", "h1")), Selectors(body=".noi-dung"), Selectors()):
        source = Source("bao-mau", "Báo mẫu", "newspaper", ("baomau.vn",), selectors=selectors)
        extract_page(parsed, URL, source)
        is_list_page(parsed, URL, page_links(parsed.root, URL, 100)[0], source, None)
        suspicion(parsed)
    assert etree.tostring(parsed.root) == before


UNDATED = """<html><head><title>Họp giao ban</title></head><body>
<header><span class="date">Thứ hai, 16/03/2026 - 12:57</span></header>
<div class="noi-dung"><h1>Họp giao ban các đảng ủy trực thuộc</h1>{inside}
<p>Các đảng ủy trực thuộc Tỉnh ủy đã họp giao ban tại hội trường lớn, nghe báo cáo về công tác kiểm tra và giám sát.</p>
<p>Hội nghị thống nhất từ nay mỗi quý họp một lần, lần sau bàn riêng về việc kết nạp đảng viên trong doanh nghiệp.</p>
</div><footer>© 2019</footer></body></html>"""


@pytest.mark.parametrize(
    ("inside", "hints"),
    [
        ('<abbr class="published" title="2023-10-11T08:00:00+07:00">hôm kia</abbr>', (("htmldate", "2023-10-11"),)),
        ("", ()),  # neither the clock in the header nor the year in the footer is taken for the day of publication
    ],
)
def test_a_page_without_a_printed_day_is_asked_through_htmldate(
    inside: str, hints: tuple[tuple[str, str], ...]
) -> None:
    article = extract_article(UNDATED.format(inside=inside).encode(), "https://dang-uy.example/giao-ban")
    assert article.printed_date == ""
    assert article.hints == hints
