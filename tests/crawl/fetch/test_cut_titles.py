"""Titles cut to a few words without dots: the addresses that go on where they end tell them from a menu."""

import pytest

from tests.crawl.fetch.discovered import HOST, found_on

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
