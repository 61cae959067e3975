"""URLs as names: what counts is said by each source; sessions, campaigns and variants never count."""

import pytest

from crawl.registry.canonical import absolute_url, article_url, canonical_url, host_of, is_trap, list_url
from crawl.registry.sources import Source


def source(example: str, *keep: str, hosts: tuple[str, ...] = ("a.vn", "www.a.vn")) -> Source:
    return Source("a", "A", "portal", hosts, ".", example, keep_query=keep)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.vn/tin/hoi-nghi-1.html?utm_source=rss#anh", "https://a.vn/tin/hoi-nghi-1.html"),
        ("http://www.a.vn/tin/hoi-nghi-1.html", "https://a.vn/tin/hoi-nghi-1.html"),
        ("https://a.vn:443/tin//hoi-nghi-1.html", "https://a.vn/tin/hoi-nghi-1.html"),
        ("https://A.vn/tin/hoi-nghi-1.html;jsessionid=0A1B", "https://a.vn/tin/hoi-nghi-1.html"),
        ("https://a.vn/tin/Hội-nghị.html", "https://a.vn/tin/H%E1%BB%99i-ngh%E1%BB%8B.html"),
    ],
)
def test_variants_of_one_article_have_one_name(url: str, expected: str) -> None:
    assert canonical_url(url, source("https://a.vn/tin/x.html")) == expected


def test_the_id_of_an_article_may_stand_in_the_query() -> None:
    portal = source("https://a.vn/ChiTiet.aspx?nid=1", "nid")
    assert canonical_url("https://a.vn/ChiTiet.aspx?lang=vi&nid=113139&ref=home", portal) == (
        "https://a.vn/ChiTiet.aspx?nid=113139"
    )


def test_a_star_keeps_all_parameters_but_sessions() -> None:
    assert (
        canonical_url("https://a.vn/x?b=2&PHPSESSID=9f&a=1", source("https://a.vn/x", "*")) == "https://a.vn/x?a=1&b=2"
    )


def test_a_parameter_that_is_named_is_kept_even_if_it_is_usually_dropped() -> None:
    assert canonical_url("https://a.vn/x?sid=7", source("https://a.vn/x?sid=1", "sid")) == "https://a.vn/x?sid=7"


@pytest.mark.parametrize(
    ("example", "url", "expected"),
    [
        ("http://a.vn/m/202112/x-785245/", "http://a.vn/m/202112/y-785246", "http://a.vn/m/202112/y-785246/"),
        ("http://a.vn/m/x-785245", "http://a.vn/m/y-785246/", "http://a.vn/m/y-785246"),
        ("http://a.vn/m/x.html", "http://a.vn/m/y.html", "http://a.vn/m/y.html"),
    ],
)
def test_the_slash_at_the_end_follows_the_example(example: str, url: str, expected: str) -> None:
    assert canonical_url(url, source(example)) == expected


def test_an_article_is_fetched_from_the_host_that_links_it() -> None:
    assert article_url("http://www.a.vn/x.html?utm_source=z", source("https://a.vn/y.html")) == "http://www.a.vn/x.html"


def test_a_list_keeps_its_parameters_in_one_order() -> None:
    assert list_url("http://a.vn/ds;jsessionid=1?p=2&cat=7&fbclid=q") == "http://a.vn/ds?cat=7&p=2"


@pytest.mark.parametrize(
    "link",
    ["javascript:void(0)", "mailto:a@b.vn", "file:///etc/passwd", "data:text/html,x", "http://[", "ftp://a.vn/x"],
)
def test_only_web_pages_are_links(link: str) -> None:
    assert absolute_url("http://a.vn/", link) == ""


@pytest.mark.parametrize(
    ("url", "host"), [("http://A.vn:80/x", "a.vn"), ("https://a.vn:8443", "a.vn:8443"), ("http://a.vn:x/", "")]
)
def test_host(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize("url", ["http://a.vn/" + "tin/" * 5, "http://a.vn/" + "x" * 3000])
def test_paths_that_climb_into_themselves_are_traps(url: str) -> None:
    assert is_trap(url)


def test_a_link_may_be_written_with_backslashes() -> None:
    """As browsers read it; in a query they stay what they are."""
    assert absolute_url("http://a.vn/muc/", "\\tin\\7.html") == "http://a.vn/tin/7.html"
    assert absolute_url("http://a.vn/muc/", "tin?q=a\\b") == "http://a.vn/muc/tin?q=a%5Cb"
