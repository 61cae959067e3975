"""The further builds do what their names say; the hostile one harms, and stops when it is told to."""

import html
import itertools
import json
import re
import ssl
import time
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.crawl.sites.more.hostile import BOMB_BYTES, GOOD, INNER_SLUG, TITLE_CHARACTERS, HostileSite
from tests.crawl.sites.more_sites import MoreSites
from tests.crawl.sites.sample_article import as_read

SITES = (
    "mau-dai-tra-khuc",
    "mau-tinh-uy-co-chien",
    "mau-cong-da-rang",
    "mau-bao-ham-luong",
    "mau-bao-dat-mui",
    "mau-bao-xuan-dai",
)


class Answer(NamedTuple):
    status: int
    url: str
    headers: dict[str, str]
    text: str


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def get(url: str, data: dict[str, str] | None = None, follow: bool = True) -> Answer:
    trusting = urllib.request.HTTPSHandler(context=ssl._create_unverified_context())
    handlers = [urllib.request.ProxyHandler({}), trusting, *([] if follow else [_NoRedirect()])]
    form = urllib.parse.urlencode(data).encode() if data else None
    try:
        with urllib.request.build_opener(*handlers).open(url, form, timeout=10) as response:
            return Answer(response.status, response.url, dict(response.headers), response.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, url, dict(error.headers), error.read().decode())


@pytest.fixture(scope="module")
def sites() -> Iterator[MoreSites]:
    with MoreSites() as running:
        yield running


@pytest.fixture
def hostile() -> Iterator[HostileSite]:
    with HostileSite() as running:
        yield running


@pytest.mark.parametrize("site", SITES)
def test_each_site_prints_its_articles(sites: MoreSites, site: str) -> None:
    source = next(
        t for t in tomllib.loads(sites.sources_file.read_text(encoding="utf-8"))["source"] if t["slug"] == site
    )
    articles = sites.articles(site)
    assert articles
    for article in articles:
        while (answer := get(sites.url_of(article))).status == 429:
            time.sleep(float(answer.headers["Retry-After"]))
        seen = as_read(html.unescape(re.sub(r"<[^>]*>", " ", answer.text.replace("<\\/", "</"))).replace('\\"', '"'))
        assert answer.status == 200
        assert re.search(source["article"], sites.url_of(article))
        assert as_read(article.paragraphs[-1]) in seen
        assert as_read(article.title) in seen
        assert sites.printed_date(article) in seen
        assert "Bài mẫu do dự án hoinghi biên soạn" in seen


def test_the_json_list_names_what_no_page_links(sites: MoreSites) -> None:
    base = sites.base_url("mau-dai-tra-khuc")
    assert "<a " not in get(base + "/tin/").text
    slugs: set[str] = set()
    for number in itertools.count(1):
        items = json.loads(get(f"{base}/api/tin/{number}").text)["data"]["items"]
        if not items:
            break
        slugs |= {item["slug"] for item in items}
    assert slugs == {article.slug for article in sites.articles("mau-dai-tra-khuc")}


def test_next_js_pages_hold_their_text_as_data_alone(sites: MoreSites) -> None:
    article = sites.articles("mau-tinh-uy-co-chien")[0]
    shell, _, data = get(sites.url_of(article)).text.partition('<script id="__NEXT_DATA__" type="application/json">')
    post = json.loads(data.partition("</script>")[0])["props"]["pageProps"]["post"]
    assert "Đang tải…" in shell and article.paragraphs[0] not in shell
    assert html.unescape(post["content"]).count(article.paragraphs[0]) == 1
    assert post["title"] == sites.builds[article.site].title(article)


def test_a_postback_pager_wants_the_view_state_of_its_own_form(sites: MoreSites) -> None:
    url = sites.base_url("mau-cong-da-rang") + "/TinTuc.aspx"
    state = re.search(r'name="__VIEWSTATE"[^>]*value="([^"]+)"', get(url).text)
    assert state
    form = {"__EVENTTARGET": "ctl00$main$pager", "__EVENTARGUMENT": "1", "__VIEWSTATE": state[1]}
    assert "ChiTiet.aspx?nid=" in get(url, form).text
    assert get(url, form | {"__VIEWSTATE": "/wEP-bịa"}).status == 500


def test_the_old_domain_redirects_to_the_same_article_on_the_new_one(sites: MoreSites) -> None:
    article = sites.articles("mau-bao-ham-luong")[0]
    old = f"http://127.0.0.25:{sites.port}/chinh-tri/{article.slug}-a{article.id}.html"
    assert get(old, follow=False).status == 301
    assert get(old).url == sites.url_of(article)
    assert get(f"http://127.0.0.25:{sites.port}/chinh-tri/").url == f"http://127.0.0.24:{sites.port}/thoi-su/"


def test_the_certificate_has_expired(sites: MoreSites) -> None:
    context = ssl.create_default_context()
    context.load_verify_locations(cadata=ssl.get_server_certificate(("127.0.0.26", sites.port)))
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), urllib.request.ProxyHandler({}))
    with pytest.raises(urllib.error.URLError, match="certificate has expired"):
        opener.open(sites.base_url("mau-bao-dat-mui") + "/chinh-tri/", timeout=10)


def test_after_four_requests_a_pause_is_asked_for() -> None:
    with MoreSites() as sites:
        url = sites.base_url("mau-bao-xuan-dai") + "/news/thoi-su/"
        answers = [get(url) for _ in range(6)]
        assert [answer.status for answer in answers] == [200, 200, 200, 200, 429, 429]
        assert answers[4].headers["Retry-After"] == "1"
        assert sites.builds["mau-bao-xuan-dai"].impatient == 1  # type: ignore[attr-defined]
        time.sleep(1.05)
        assert get(url).status == 200


def test_the_hostile_lists_never_end(hostile: HostileSite) -> None:
    base = hostile.base_url("mau-trang-du")
    assert 'href="/bai/hoi-nghi-mau.html"' in get(base + "/").text
    assert 'href="/tin/100001"' in get(base + "/tin/100000").text


def test_the_bomb_is_small_on_the_wire_and_large_when_unpacked(hostile: HostileSite) -> None:
    import zlib

    unpacker, packed, unpacked = zlib.decompressobj(31), 0, 0
    with urllib.request.urlopen(hostile.base_url("mau-trang-du") + "/bai/bom-gzip.html", timeout=30) as response:
        while block := response.read(65536):
            packed += len(block)
            unpacked += len(unpacker.decompress(block))
    assert unpacked == BOMB_BYTES
    assert packed < BOMB_BYTES / 900


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("toi-tep", "file:///etc/passwd"),
        ("toi-may-nay", "http://127.0.0.32:{port}/bai/noi-bo.html"),
        ("toi-noi-khac", "http://khong-co.invalid/bai/noi-khac.html"),
        ("vong-tron", "/bai/vong-tron.html?lan=1"),
    ],
)
def test_hostile_redirects_lead_where_no_crawler_should_go(hostile: HostileSite, name: str, target: str) -> None:
    answer = get(f"{hostile.base_url('mau-trang-du')}/bai/{name}.html", follow=False)
    assert answer.status == 302
    assert answer.headers["Location"] == target.format(port=hostile.port)
    assert not [request for request in hostile.requests if request.site == INNER_SLUG]


def test_the_hostile_site_has_one_good_article_and_a_title_of_a_megabyte(hostile: HostileSite) -> None:
    base = hostile.base_url("mau-trang-du")
    assert all(paragraph in get(base + "/bai/hoi-nghi-mau.html").text for paragraph in GOOD.paragraphs)
    assert hostile.url_of(GOOD) == base + "/bai/hoi-nghi-mau.html"
    title = re.search(r"<title>(.*?)</title>", get(base + "/bai/tieu-de-dai.html").text)
    assert title and len(title[1]) == TITLE_CHARACTERS


def test_an_endless_response_stops_with_the_site() -> None:
    with HostileSite() as hostile:
        response = urllib.request.urlopen(hostile.base_url("mau-trang-du") + "/bai/vo-tan.html", timeout=10)
        assert len(response.read(3_000_000)) == 3_000_000
    with response, pytest.raises((OSError, ValueError)):  # the rest breaks off
        while response.read(1_000_000):
            pass
        raise ValueError("the response came to its end")
