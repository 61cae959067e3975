"""The lists of all provinces, people, documents, meetings and sources, and the card of a search that names one."""

import html
import re

import pytest
from flask.testing import FlaskClient

from crawl.archive.archive import Archive, SourceRecord
from crawl.article import Article, article_key
from indexer.build import build
from search.engines import open_engine
from web import create_app

TEXT = (
    "Sáng {day}, Ban Chấp hành Đảng bộ tỉnh {province} họp hội nghị lần thứ {number}. Đồng chí {chair}, Bí thư Tỉnh ủy "
    "chủ trì hội nghị.\n\nHội nghị quán triệt Chỉ thị 35-CT/TW ngày 14/6/2024 của Bộ Chính trị. Bài mẫu {number}."
)
PAGES = [
    ("lao-cai", "Lào Cai", "4/7/2024", 17, "Vàng A Mẫu"),
    ("lao-cai", "Lào Cai", "5/9/2023", 12, "Vàng A Mẫu"),
    ("son-la", "Sơn La", "6/7/2024", 17, "Vàng A Mẫu"),
    ("ha-giang", "Hà Giang", "7/3/2022", 8, "Đào Thị Ánh"),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    data = tmp_path_factory.mktemp("lists")
    with Archive(data) as archive:
        archive.save_sources([SourceRecord("bao-mau", "Báo Mẫu", "lao-cai", "newspaper")])
        for slug, province, day, number, chair in PAGES:
            text = TEXT.format(day=day, province=province, number=number, chair=chair)
            title = f"Hội nghị Ban Chấp hành Đảng bộ tỉnh {province} lần thứ {number}"
            archive.store_article(
                Article(f"{slug}-{number}", f"https://bao.mau.test/{slug}/{number}", title, text, source="bao-mau")
            )
    build(data, open_engine(f"whoosh:{data / 'whoosh'}"), progress=None)
    return create_app(data, f"whoosh:{data / 'whoosh'}").test_client()


def seen(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def entries(page: str) -> list[str]:
    (found,) = re.findall(r'<ul class="entries">(.*?)</ul>', page, re.DOTALL)
    return [seen(entry).strip() for entry in re.findall("<li>(.*?)</li>", found, re.DOTALL)]


def cards(client: FlaskClient, query: str, language: str = "vi") -> list[str]:
    page = client.get("/", query_string={"q": query, "lang": language}).text
    return [seen(card).strip() for card in re.findall(r'<aside class="card".*?</aside>', page, re.DOTALL)]


def links(client: FlaskClient, query: str) -> list[str]:
    page = client.get("/", query_string={"q": query}).text
    return re.findall(r'<aside class="card".*?href="([^"]+)"', page, re.DOTALL)


def test_lists_name_what_the_archive_holds_in_order(desk: FlaskClient) -> None:
    assert entries(desk.get("/nguoi").text) == [
        "Đào Thị Ánh Hà Giang Bí thư Tỉnh ủy 1 bài",
        "Vàng A Mẫu Lào Cai Bí thư Tỉnh ủy 2 bài",
        "Vàng A Mẫu Sơn La Bí thư Tỉnh ủy 1 bài",
    ]
    assert entries(desk.get("/van-ban").text) == ["35-CT/TW ngày 14/6/2024 7/3/2022 – 6/7/2024 4 bài"]
    meetings = entries(desk.get("/hoi-nghi?lang=en").text)
    assert meetings[:2] == [
        "Party committee plenum no. 8 Hà Giang 7 March 2022 1 article",
        "Party committee plenum no. 17 Lào Cai 4 July 2024 1 article",
    ]
    assert entries(desk.get("/nguon").text) == ["Báo Mẫu Lào Cai 4 bài"]
    provinces = entries(desk.get("/tinh").text)
    assert provinces[0].startswith("An Giang") and provinces[-1].startswith("Yên Bái")
    assert [one for one in provinces if "Hà Giang" in one and "nay thuộc Tuyên Quang" in one and "1 bài" in one]


@pytest.mark.parametrize("path", ["/tinh", "/nguoi", "/van-ban", "/hoi-nghi", "/nguon"])
def test_every_entry_leads_to_its_page(desk: FlaskClient, path: str) -> None:
    page = desk.get(path).text
    found = re.findall(r'<li><a href="([^"]+)"', page.split('<ul class="entries">')[1].split("</ul>")[0])
    assert found
    for link in found:
        assert desk.get(html.unescape(link)).status_code == 200, link


def test_every_page_links_to_the_lists(desk: FlaskClient) -> None:
    for path in ("/", "/tro-giup", "/?q=hội nghị"):
        footer = desk.get(path).text.split("<footer>")[1]
        for link in ("/tinh", "/nguoi", "/van-ban", "/hoi-nghi", "/nguon"):
            assert f'href="{link}"' in footer


def test_lists_are_searched_by_words_and_letter(desk: FlaskClient) -> None:
    assert len(entries(desk.get("/nguoi?q=vang+a").text)) == 2
    assert entries(desk.get("/nguoi?letter=A").text) == ["Đào Thị Ánh Hà Giang Bí thư Tỉnh ủy 1 bài"]
    assert [one[:7] for one in entries(desk.get("/tinh?q=Hà").text)][:2] == ["Hà Bắc ", "Hà Gian"]
    assert "Không có mục nào." in desk.get("/nguoi?q=xyz").text
    assert desk.get("/nguoi?letter=ab").status_code == 400
    assert desk.get("/nguoi?page=0").status_code == 400
    assert desk.get("/nguoi?year=2023").status_code == 400
    assert desk.get("/nguoi?page=3").status_code == 200


@pytest.mark.parametrize(
    ("query", "shown", "address"),
    [
        ("Hà Giang", "Tỉnh, thành phố Hà Giang nay thuộc Tuyên Quang 1 bài", "/tinh/ha-giang"),
        ("tinh ha giang 2022", "Tỉnh, thành phố Hà Giang nay thuộc Tuyên Quang 1 bài", "/tinh/ha-giang"),
        ("đào thị ánh", "Nhân vật Đào Thị Ánh Bí thư Tỉnh ủy Hà Giang, 1 bài", "/nguoi/ha-giang/dao-thi-anh"),
        (
            "dao thi anh 2022",
            "Nhân vật Đào Thị Ánh Bí thư Tỉnh ủy Hà Giang, 1 bài",
            "/nguoi/ha-giang/dao-thi-anh?year=2022",
        ),
        ("Chỉ thị 35-CT/TW", "Văn bản 35-CT/TW 4 bài 7/3/2022 – 6/7/2024", "/van-ban/35-CT-TW"),
        ("35-ct/tw", "Văn bản 35-CT/TW 4 bài 7/3/2022 – 6/7/2024", "/van-ban/35-CT-TW"),
        ("báo mẫu", "Nguồn Báo Mẫu Lào Cai 4 bài", "/nguon/bao-mau"),
        (
            "hội nghị lần thứ 17 Sơn La",
            "Cuộc họp Hội nghị Ban Chấp hành Đảng bộ lần thứ 17 Sơn La, 6/7/2024 1 bài",
            "/hop/",
        ),
    ],
)
def test_a_search_that_names_one_thing_shows_its_card(desk: FlaskClient, query: str, shown: str, address: str) -> None:
    assert cards(desk, query) == [shown]
    (link,) = links(desk, query)
    assert link.startswith(address)
    assert desk.get(html.unescape(link)).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        *("giải ngân Hà Giang", "Đào Thị Anh", "Sông Hà Giang", "36-CT/TW", "hội nghị lần thứ 17", "hội nghị", "2023"),
        *("mẫu", "báo", "năm:2023 Hà Giang", "-Hà"),
    ],
)
def test_other_searches_show_none(desk: FlaskClient, query: str) -> None:
    assert cards(desk, query) == []


def test_people_of_one_name_have_a_card_each(desk: FlaskClient) -> None:
    assert cards(desk, "Vàng A Mẫu", "en") == [
        "Person Vàng A Mẫu Bí thư Tỉnh ủy Lào Cai, 2 articles",
        "Person Vàng A Mẫu Bí thư Tỉnh ủy Sơn La, 1 article",
    ]


def test_the_key_of_an_article_is_that_of_its_mentions(desk: FlaskClient) -> None:
    assert desk.get(f"/bai/{article_key('son-la-17')}").status_code == 200
