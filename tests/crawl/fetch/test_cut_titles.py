"""Titles cut to a few words without dots: the addresses that go on where they end tell them from a menu."""

from pathlib import Path

import pytest

from tests.crawl.fetch.discovered import HOST, TITLE, found_on
from tests.crawl.sites.plain_builds import page
from tests.crawl.sites.small_site import TEXT, small_site

CUT = ["Ban Thường vụ Tỉnh", "Hội nghị Đảng bộ", "Đồng chí Bí thư"]
SLUGS = ["ban-thuong-vu-tinh-uy-hop-phien-9", "hoi-nghi-dang-bo-tinh-lan-8", "dong-chi-bi-thu-lam-viec-tai-xa-7"]


def articles(texts: list[str], slugs: list[str]) -> list[str]:
    links = "".join(f'<a href="/{slug}.html">{text}</a>' for text, slug in zip(texts, slugs, strict=True))
    return [url.removeprefix(HOST) for url in found_on(links).articles]


def test_titles_cut_short_lead_to_articles() -> None:
    assert sorted(articles(CUT, SLUGS)) == sorted(f"/{slug}.html" for slug in SLUGS)


@pytest.mark.parametrize(
    ("texts", "slugs"),
    [
        (CUT[:2], SLUGS[:2]),  # two may be sections with longer names
        (CUT, ["ban-thuong-vu-tinh", "hoi-nghi-dang-bo", "dong-chi-bi-thu"]),  # a menu: the whole of its addresses
        (["Tin chính trị"] * 3, SLUGS),  # other words than those of the address
    ],
)
def test_menus_stay_menus(texts: list[str], slugs: list[str]) -> None:
    assert articles(texts, slugs) == []


def test_sections_with_long_names_in_a_folder_of_their_own_are_no_articles() -> None:
    """The last page of a list holds one title, and the menu has as many links of the same shape."""
    menu = {"thoi-su-chinh-tri": "Thời sự - Chính trị", "van-hoa-xa-hoi": "Văn hóa - Xã hội"}
    links = "".join(f'<a href="/chuyen-muc/{slug}.aspx">{text}</a>' for slug, text in menu.items())
    alone = f'{links}<table><tr><td><a href="/bai-viet/{SLUGS[0]}.aspx">{TITLE.format(9)}</a></td></tr></table>'
    found = found_on(alone, f"{HOST}/chuyen-muc/dang.aspx?Page=3")
    assert [url.removeprefix(HOST) for url in found.articles] == [f"/bai-viet/{SLUGS[0]}.aspx"]
    assert len(found.lists) == len(menu)


def test_a_short_title_alone_in_its_section_is_an_article() -> None:
    links = "".join(f'<a href="/thoi-su/{slug}">{TITLE.format(slug[-1])}</a>' for slug in SLUGS)
    found = found_on(f'{links}<a href="/kinh-te/gia-lua-tang-nhe">Giá lúa tăng nhẹ</a>')
    assert f"{HOST}/kinh-te/gia-lua-tang-nhe" in found.articles


def test_a_menu_whose_addresses_go_on_where_its_texts_end_leads_to_lists(tmp_path: Path) -> None:
    """Nothing but what stands behind them tells its links from titles that are cut: they are read as lists then."""
    names = {
        "/xay-dung-dang-va-doan-the": "Xây dựng Đảng",
        "/thoi-su-chinh-tri-trong-tinh": "Thời sự chính trị",
        "/van-hoa-xa-hoi-va-the-thao": "Văn hóa xã hội",
    }
    menu = "".join(f'<a href="{url}">{name}</a>' for url, name in names.items())

    def entries(first: int) -> str:
        return "".join(
            f'<li><a href="/phien-hop-thuong-vu-lan-{number}">{TITLE.format(number)}</a></li>'
            for number in range(first, first + 3)
        )

    pages = {"/": page("Cổng", f"<nav>{menu}</nav><ul>{entries(11)}</ul>")}
    pages |= {
        url: page(names[url], f"<nav>{menu}</nav><ul>{entries(first)}</ul>")
        for url, first in zip(names, (21, 31, 41), strict=True)
    }
    numbers = [*range(11, 14), *range(21, 24), *range(31, 34), *range(41, 44)]
    pages |= {
        f"/phien-hop-thuong-vu-lan-{number}": page(
            TITLE.format(number), f"<h1>{TITLE.format(number)}</h1><p>Phiên thứ {number}. {TEXT}</p>"
        )
        for number in numbers
    }
    with small_site(pages) as site:
        summary = site.crawled(tmp_path, article="", example="")
    assert (summary.new, summary.error) == (len(numbers), "")
