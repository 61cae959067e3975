"""Articles and lists told from one another by what stands on the page."""

import pytest

from crawl.extraction.extract import NoArticle, extract_page
from crawl.extraction.html_page import HtmlPage
from crawl.fetch.list_pages import is_list_page
from crawl.fetch.page_links import page_links
from crawl.registry.sources import Source
from tests.crawl.fetch.discovered import HOST, LIST, TITLE, entry

SOURCE = Source("mau", "Mẫu", "other", ("baomau.vn",), start=(f"{HOST}/",))
TEXT = "".join(
    f"<p>Hội nghị nghe báo cáo thứ {number} về việc sửa đường của xã và giao các ban theo dõi đến hết năm.</p>"
    for number in ("nhất", "hai", "ba")
)


def is_list(body: str, title: str = "Tin") -> bool:
    url = f"{HOST}/tin/hoi-nghi-ve-duong-cua-xa-9.html"
    page = HtmlPage(f"<html><head><title>{title}</title></head><body>{body}</body></html>")
    try:
        article = extract_page(page, url, SOURCE)
    except NoArticle:
        article = None
    return is_list_page(page, url, page_links(page.root, url, 100)[0], SOURCE, article)


@pytest.mark.parametrize("title", ["<h1>{}</h1>", "<h2>{}</h2>", '<div class="title">{}</div>'])
def test_a_link_to_the_article_before_makes_no_list_of_an_article(title: str) -> None:
    """It stands in the same element as the text, which is short, and a box of news in another."""
    before = f'<nav><a href="/tin/phien-hop-thuong-vu-7.html">{TITLE.format(7)}</a></nav>'
    inside = title.format("Hội nghị bàn việc sửa đường của xã trong năm") + TEXT
    assert not is_list(f"<article>{inside}{before}</article><aside>{LIST}</aside>")


def test_entries_with_their_teasers_are_a_list() -> None:
    teaser = (
        "<p>Phiên họp nghe báo cáo về việc sửa đường của xã, giao các ban theo dõi và báo cáo lại trong quý {}.</p>"
    )
    entries = "".join(f"<div><h2>{entry(number)}</h2>{teaser.format(number)}</div>" for number in range(1, 6))
    assert is_list(f"<h1>Tin tức và sự kiện của Đảng bộ tỉnh</h1>{entries}")


@pytest.mark.parametrize(
    ("back", "title"),
    [
        ('<a href="/thoi-su-chinh-tri-trong-tinh"> &laquo; Quay lại </a>', "Tin"),
        ('<a href="/thoi-su-chinh-tri-trong-tinh">&lt;&lt; Trở về</a>', "Tin"),
        (
            '<a href="/thoi-su-chinh-tri-trong-tinh">Thời sự</a>',
            "Hội nghị bàn việc sửa đường của xã trong năm - Báo Mẫu",
        ),
        (
            '<a href="/thoi-su-chinh-tri-trong-tinh"><i class="back"></i></a>',
            "Hội nghị bàn việc sửa đường của xã trong năm",
        ),
    ],
)
def test_a_link_to_the_section_above_the_title_makes_no_list_of_an_article(back: str, title: str) -> None:
    """The heading beside it is no name of where it leads to, and the article no entry."""
    related = f"<h3>Tin liên quan</h3><ul>{entry(1)}{entry(2)}</ul>"
    assert not is_list(f"<div>{back}<h1>Hội nghị bàn việc sửa đường của xã trong năm</h1>{TEXT}</div>{related}", title)


@pytest.mark.parametrize("cards", [3, 6])
def test_a_short_article_above_cards_with_their_teasers_is_no_list(cards: int) -> None:
    """Nothing says where the article ends: its body is read to the end of the page."""
    teaser = "<p>Sáng nay, phiên họp lần thứ {} nghe báo cáo về việc sửa đường của xã, giao các ban theo dõi...</p>"
    below = "".join(f"<div><h3>{entry(number)}</h3>{teaser.format(number)}</div>" for number in range(1, cards + 1))
    article = f"<h1>Hội nghị bàn việc sửa đường của xã trong năm</h1>{TEXT}"
    assert not is_list(f"<div>{article}<div>{below}</div></div>")
    assert is_list(f"<div><h1>Tin tức và sự kiện của Đảng bộ tỉnh</h1>{below}</div>")
