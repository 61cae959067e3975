"""Which source a URL belongs to."""

import pytest

from crawl.registry.hosts import Hosts
from crawl.registry.sources import Source

PAPER = Source(
    "bao-mau", "Báo Mẫu", "newspaper", ("baomau.vn",), r"\d", "https://baomau.vn/1", aliases=("baomau.com.vn",)
)
PORTAL = Source("cong-mau", "Cổng Mẫu", "portal", ("www.mau.gov.vn",), r"\d", "https://www.mau.gov.vn/1")


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://baomau.vn/tin/1.html", "bao-mau"),
        ("http://www.baomau.vn/tin/1.html", "bao-mau"),
        ("https://m.baomau.vn/tin/1.html", "bao-mau"),
        ("https://baomau.com.vn/tin/1.html", "bao-mau"),
        ("https://daihoidang.baomau.vn/tin/1.html", "bao-mau"),  # a section of the same paper
        ("https://mau.gov.vn/tin/1.html", "cong-mau"),
        ("https://hdnd.mau.gov.vn/tin/1.html", ""),  # another office below the portal's domain
        ("https://baomau.vn.example/tin/1.html", ""),
        ("https://khac.vn/", ""),
        ("", ""),
    ],
)
def test_the_source_of_a_url(url: str, slug: str) -> None:
    source = Hosts([PAPER, PORTAL]).source_of(url)
    assert (source.slug if source else "") == slug
