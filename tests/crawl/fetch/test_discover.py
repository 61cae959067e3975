"""What list pages, feeds, sitemaps and data lead to; and what they must not lead to."""

import gzip
import json
from datetime import date

import pytest

from crawl.extraction.decoding import TooLarge
from crawl.fetch.discover import backfill, discover, seeds
from crawl.fetch.feeds import feed_entries, iso_date, sitemap_entries
from crawl.fetch.found_links import Discovery
from crawl.fetch.frontier import Page
from crawl.fetch.pagination import is_further_page, page_number
from crawl.registry.sources import Source

HOST = "https://baomau.vn"


def source(**values: object) -> Source:
    given = {"start": (f"{HOST}/chinh-tri/",), "article": r"/[^/?]+-a\d+\.html$", "example": f"{HOST}/hoi-nghi-a1.html"}
    return Source(slug="bao-mau", name="Báo mẫu", kind="newspaper", hosts=("baomau.vn",), **(given | values))  # type: ignore[arg-type]


def found_on(
    body: str | bytes, kind: str = "list", url: str = f"{HOST}/chinh-tri/", depth: int = 0, **values: object
) -> Discovery:
    page = Page(url, url, kind, depth=depth)
    return discover(source(**values), page, url, body.encode() if isinstance(body, str) else body)


def test_a_list_names_articles_and_its_other_pages() -> None:
    found = found_on(
        """<a href="/hoi-nghi-tinh-uy-a12.html?ref=home">Hội nghị</a> <a href="/lien-he.html">Liên hệ</a>
        <a href="//khac.vn/hoi-nghi-a13.html">khác</a> <a href="/chinh-tri/trang-2.html">2</a>
        <a href="?page=3">3</a> <a href="/kinh-te/trang-2.html">kinh tế</a> <a href="/tim-kiem?q=a&page=2">tìm</a>"""
    )
    assert list(found.articles) == [f"{HOST}/hoi-nghi-tinh-uy-a12.html"]
    assert list(found.lists) == [f"{HOST}/chinh-tri/trang-2.html", f"{HOST}/chinh-tri/?page=3"]


def test_base_href_and_rel_next_count() -> None:
    found = found_on(f'<base href="{HOST}/tin/"><link rel="next" href="cu-hon"><a href="hop-a7.html">Họp</a>')
    assert list(found.articles) == [f"{HOST}/tin/hop-a7.html"]
    assert list(found.lists) == [f"{HOST}/tin/cu-hon"]


def test_a_pattern_names_further_lists() -> None:
    found = found_on('<a href="/xay-dung-dang/">x</a><a href="/the-thao/">t</a>', next=r"/xay-dung-dang/$")
    assert list(found.lists) == [f"{HOST}/xay-dung-dang/"]


FAMILIES = [
    ("https://b.vn/chinh-tri/trong-tinh/", "https://b.vn/chinh-tri/trong-tinh/trang-16.html", 16),
    ("https://b.vn/thoi-su-chinh-tri-21.html", "https://b.vn/thoi-su-chinh-tri-21.html?page=465", 465),
    ("https://b.vn/vi/news/thanh-uy/", "https://b.vn/vi/news/thanh-uy/page-10", 10),
    ("https://b.vn/tin-tuc/trong-tinh", "https://b.vn/tin-tuc/trong-tinh/page/35", 35),
    ("https://b.vn/11/CHINH-TRI.htm", "https://b.vn/11/page/57/CHINH-TRI.htm", 57),
    ("https://b.vn/chinh-tri/", "https://b.vn/chinh-tri/?p=4&d=", 4),
    ("https://b.vn/chinh-tri", "https://b.vn/chinh-tri?pagenumber=79", 79),
    ("https://b.vn/van-ban/", "https://b.vn/van-ban/&cpage=2", 2),
    ("https://b.vn/tag?tag=x", "https://b.vn/tag?currentpage=3&tag=x", 3),
    (
        "https://b.vn/thoi-su",
        "https://b.vn/thoi-su?p_p_id=com_x_INSTANCE_tdpa&p_p_lifecycle=0&_com_x_INSTANCE_tdpa_resetCur=false"
        "&_com_x_INSTANCE_tdpa_delta=40&_com_x_INSTANCE_tdpa_cur=69",
        69,
    ),
]


@pytest.mark.parametrize(("first", "further", "number"), FAMILIES)
def test_pagination_families(first: str, further: str, number: int) -> None:
    assert page_number(further)[1] == number
    assert is_further_page(further, of=first)


@pytest.mark.parametrize(
    "url",
    ["https://b.vn/kinh-te/trang-2.html", "https://b.vn/chinh-tri/2024/05/06/", "https://b.vn/lich?thang=5&nam=2024"],
)
def test_other_lists_and_calendars_are_no_further_pages(url: str) -> None:
    assert not is_further_page(url, of="https://b.vn/chinh-tri/")


RSS = f"""<?xml version="1.0"?><rss version="2.0"><channel><link>{HOST}/</link>
<item><title>Hội nghị</title><link>{HOST}/hoi-nghi-a1.html?utm_source=rss</link>
<pubDate>Wed, 05 Jul 2023 16:20:00 +0700</pubDate></item>
<item><guid isPermaLink="true">{HOST}/ky-hop-a2.html</guid></item>
<item><link>{HOST}/gioi-thieu.html</link></item></channel></rss>"""

ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><link rel="alternate" href="{HOST}/hop-a3.html"/>
<published>2024-01-02T03:04:05+07:00</published><updated>2024-01-03T00:00:00+07:00</updated></entry></feed>"""


def test_rss_gives_articles_with_their_dates() -> None:
    articles = found_on(RSS, "feed").articles
    assert list(articles) == [f"{HOST}/hoi-nghi-a1.html", f"{HOST}/ky-hop-a2.html"]
    assert articles[f"{HOST}/hoi-nghi-a1.html"].hints == (("feed", "2023-07-05T16:20"),)


def test_atom_gives_articles_with_their_last_change() -> None:
    (page,) = found_on(ATOM, "feed").articles.values()
    assert (page.hints, page.lastmod) == ((("feed", "2024-01-02T03:04"),), "2024-01-03T00:00")


def test_a_feed_that_is_cut_off_gives_what_it_has() -> None:
    assert [entry.url for entry in feed_entries(RSS[: RSS.index("<item><guid")].encode())] == [
        f"{HOST}/hoi-nghi-a1.html?utm_source=rss"
    ]


SITEMAP = f"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>{HOST}/hoi-nghi-a1.html</loc><lastmod>2024-02-01</lastmod><image:image><image:loc>{HOST}/anh-a9.html</image:loc></image:image></url>
<url><loc>{HOST}/hop-a2.html</loc><news:news><news:publication_date>2024-02-03T07:00:00+07:00</news:publication_date></news:news></url>
</urlset>"""


def test_a_sitemap_gives_articles_and_dates_but_not_pictures() -> None:
    articles = found_on(SITEMAP, "sitemap").articles
    assert {name: page.hints for name, page in articles.items()} == {
        f"{HOST}/hoi-nghi-a1.html": (("sitemap", "2024-02-01"),),
        f"{HOST}/hop-a2.html": (("sitemap", "2024-02-03T07:00"),),
    }


def test_a_sitemap_may_come_as_a_gzip_file() -> None:
    assert len(found_on(gzip.compress(SITEMAP.encode()), "sitemap").articles) == 2


def test_an_index_leads_to_sitemaps_of_the_source_alone() -> None:
    index = f"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
    <sitemap><loc>{HOST}/sitemap-2024.xml.gz</loc><lastmod>2024-02-01</lastmod></sitemap>
    <sitemap><loc>https://khac.vn/sitemap.xml</loc></sitemap></sitemapindex>"""
    (page,) = found_on(index, "sitemap").lists.values()
    assert (page.url, page.kind, page.lastmod) == (f"{HOST}/sitemap-2024.xml.gz", "sitemap", "2024-02-01")
    assert found_on(index, "sitemap", depth=3).lists == {}


def test_a_bomb_in_a_sitemap_is_refused() -> None:
    with pytest.raises(TooLarge):
        found_on(gzip.compress(b" " * 40_000_000), "sitemap")


def test_entities_of_a_hostile_feed_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]><rss><item><link>&c;&a;</link></item></rss>'
    assert [entry.url for entry in feed_entries(bomb)] in ([], [""])
    assert list(sitemap_entries(b"<urlset><url><loc></loc></url></urlset>")) == []


def test_a_json_list_gives_links_and_items() -> None:
    body = json.dumps({"data": [{"id": 5, "slug": "hop"}, {"url": "/ky-hop-a6.html"}], "next": "/api?page=2"})
    found = found_on(body, url=f"{HOST}/api?page=1", item_url="/{slug}-a{id}.html")
    assert sorted(found.articles) == [f"{HOST}/hop-a5.html", f"{HOST}/ky-hop-a6.html"]
    assert list(found.lists) == [f"{HOST}/api?page=2"]


def test_data_embedded_by_next_js_is_read() -> None:
    data = json.dumps({"props": {"pageProps": {"posts": [{"href": "/hop-a8.html"}]}}})
    assert list(found_on(f'<main>Đang tải</main><script id="__NEXT_DATA__">{data}</script>').articles) == [
        f"{HOST}/hop-a8.html"
    ]


def test_a_counted_list_goes_on_while_it_names_articles() -> None:
    start = (f"{HOST}/api/tin/{{page}}",)
    full = found_on('[{"url": "/hop-a1.html"}]', url=f"{HOST}/api/tin/4", start=start)
    assert list(full.lists) == [f"{HOST}/api/tin/5"]
    assert found_on("[]", url=f"{HOST}/api/tin/9", start=start).lists == {}


def test_months_of_an_archive_run_back_to_its_beginning() -> None:
    monthly = source(start=(f"{HOST}/luu-tru/{{year}}/{{month}}/",), since="2023-11")
    today = date(2024, 2, 10)
    assert [page.url for page in seeds(monthly, today)] == [f"{HOST}/luu-tru/2024/02/", f"{HOST}/luu-tru/2024/01/"]
    assert [page.url for page in backfill(monthly, today)] == [
        f"{HOST}/luu-tru/{month}/" for month in ("2024/02", "2024/01", "2023/12", "2023/11")
    ]


ASPX = """<form action="/TinTuc.aspx"><input type="hidden" name="__VIEWSTATE" value="abc"/>
<a href="javascript:__doPostBack('ctl00$pager','Page$2')">2</a>
<a href="javascript:__doPostBack('ctl00$pager$ctl05','')">...</a>
<a href="javascript:__doPostBack('ctl00$xoa','')">Xóa</a></form>"""


def test_a_postback_pager_becomes_posts_with_the_fields_of_its_form() -> None:
    pages = found_on(ASPX, url=f"{HOST}/TinTuc.aspx").lists
    assert list(pages) == [f"{HOST}/TinTuc.aspx#page=2"]
    assert json.loads(pages[f"{HOST}/TinTuc.aspx#page=2"].form) == {
        "__VIEWSTATE": "abc",
        "__EVENTTARGET": "ctl00$pager",
        "__EVENTARGUMENT": "Page$2",
    }


def test_an_empty_page_says_what_was_expected() -> None:
    with pytest.raises(ValueError, match="expected a list of articles"):
        found_on("")


def test_a_list_that_repeats_itself_has_the_same_digest() -> None:
    one, other = (found_on(f'<a href="/x-a1.html">x</a><a href="?page={n}">n</a>') for n in (2, 3))
    assert one.digest() == other.digest() != found_on("<p></p>").digest()


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Wed, 05 Jul 2023 16:20:00 +0700", "2023-07-05T16:20"),
        ("2023-07-05T16:20:00+07:00", "2023-07-05T16:20"),
        ("2023-07-05", "2023-07-05"),
        ("2023-07", "2023-07"),
        ("always", ""),
        ("2023-13-45", ""),
        ("", ""),
    ],
)
def test_dates_of_feeds(text: str, iso: str) -> None:
    assert iso_date(text) == iso
