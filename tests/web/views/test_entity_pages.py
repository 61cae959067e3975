import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from crawl.archive.archive import Archive, SourceRecord
from search.document import Document
from search.engines import open_engine
from tests.index_url import index_url
from tests.web.barriers import violations
from web import create_app

MEETING = "bac-giang.bch.2023-07-05"
KEYNOTE = "Đồng chí Lò Văn Mẫu, Bí thư Tỉnh ủy chủ trì hội nghị."
FIRST = Document(
    id="1",
    key="k1",
    url="https://bao.mau.test/1",
    title="Khai mạc Hội nghị lần thứ 15",
    text=f"{KEYNOTE} Hội nghị quán triệt Chỉ thị 35-CT/TW ngày 14/6/2024. Bài mẫu để kiểm thử.",
    source="bao-mau",
    province_then="bac-giang",
    province_now="bac-ninh",
    published="2023-07-06",
    held="2023-07-05",
    year=2023,
    kind="bch",
    event="bch",
    ordinal=15,
    term="XIX",
    meeting=MEETING,
    chair="Lò Văn Mẫu",
    place="Trung tâm Hội nghị tỉnh",
    agenda=("Cho ý kiến về kinh tế - xã hội", "Công tác cán bộ"),
    document_numbers=("35-CT/TW",),
    citations=(("35-CT/TW", "2024-06-14", "35-CT/TW"),),
    people=("Lò Văn Mẫu",),
    roles=(("Lò Văn Mẫu", "Bí thư Tỉnh ủy", KEYNOTE),),
    evidence={"ordinal": "lần thứ 15"},
)
SECOND = Document(
    id="2",
    key="k2",
    url="https://cong.mau.test/2",
    title="Ban Chấp hành Đảng bộ tỉnh họp",
    text="Sáng ngày 5/7, ông Lò Văn Mẫu, Bí thư Tỉnh ủy, Chủ tịch HĐND tỉnh phát biểu. Bài mẫu.",
    source="cong-mau",
    province_then="bac-giang",
    province_now="bac-ninh",
    published="2023-07-05",
    held="2023-07-05",
    year=2023,
    kind="bch",
    event="bch",
    ordinal=15,
    meeting=MEETING,
    chair="Hà Thị Mẫu",
    place="Trung tâm Hội nghị tỉnh",
    agenda=("Công tác cán bộ",),
    people=("Lò Văn Mẫu",),
    roles=(
        (
            "Lò Văn Mẫu",
            "Bí thư Tỉnh ủy, Chủ tịch HĐND tỉnh",
            "Sáng ngày 5/7, ông Lò Văn Mẫu, Bí thư Tỉnh ủy, Chủ tịch HĐND tỉnh phát biểu.",
        ),
    ),
    evidence={"held": "Sáng ngày 5/7", "province": "nguồn cong-mau → Bắc Giang"},
)
OLDER = Document(
    id="3",
    key="k3",
    url="https://bao.mau.test/3",
    title="Chuẩn bị đại hội theo Chỉ thị 35-CT/TW",
    text="Chỉ thị số 35-CT/TW ngày 30/5/2019 được phổ biến. Nơi này làm theo 35-CT/TW. Bài mẫu.",
    province_then="gia-lai",
    province_now="gia-lai",
    published="2019-08-01",
    year=2019,
    document_numbers=("35-CT/TW",),
    citations=(
        ("35-CT/TW", "", "35-CT/TW"),
        ("35-CT/TW", "2019-05-30", "35-CT/TW"),
        ("35-CT/TW", "", "35-CT/TW"),
    ),
    people=("Lò Văn Mẫu",),
    roles=(("Lò Văn Mẫu", "Trưởng thôn", "Lò Văn Mẫu, Trưởng thôn kể lại."),),
)
UNDATED = Document(
    id="4",
    key="k4",
    url="https://bao.mau.test/4",
    title="Một bài không ghi ngày ban hành",
    text="Xã học tập Chỉ thị 35-CT/TW. Bài mẫu.",
    published="2024-09-01",
    year=2024,
    document_numbers=("35-CT/TW", "12/2021/NQ-HĐND"),
    citations=(("35-CT/TW", "", "35-CT/TW"),),
)
OTHER_NAME = Document(
    id="5",
    key="k5",
    url="https://bao.mau.test/5",
    title="Một cuộc làm việc",
    text="Bà Lô Vân Mậu, Giám đốc sở dự. Bài mẫu.",
    province_then="bac-giang",
    published="2022-01-02",
    people=("Lô Vân Mậu",),
    roles=(("Lô Vân Mậu", "Giám đốc sở", "Bà Lô Vân Mậu, Giám đốc sở dự."),),
)


@pytest.fixture(scope="module")
def told_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data_dir = tmp_path_factory.mktemp("told")
    with Archive(data_dir) as archive:
        archive.save_sources([SourceRecord("bao-mau", "Báo Mẫu", "bac-giang", "newspaper")])
    with open_engine(index_url(data_dir / "whoosh")).writer() as writer:
        writer.add([FIRST, SECOND, OLDER, UNDATED, OTHER_NAME])
    return data_dir


@pytest.fixture(scope="module")
def client(told_dir: Path) -> FlaskClient:
    return create_app(told_dir, index_url(told_dir / "whoosh")).test_client()


def visible(page: str) -> str:
    """Return what a reader sees of a page, in one line."""
    body = page[page.index("<main") :]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def test_a_meeting_shows_what_it_was_and_all_reports_as_they_came_out(client: FlaskClient) -> None:
    page = client.get(f"/hop/{MEETING}").text
    seen = visible(page)
    assert "Hội nghị Ban Chấp hành Đảng bộ lần thứ 15" in seen
    assert "Bắc Giang → , nay thuộc Bắc Ninh họp 5/7/2023" in seen
    assert page.index('href="/bai/k2"') < page.index('href="/bai/k1"')  # published a day earlier
    assert "Báo Mẫu" in seen
    assert "cong-mau" in seen


def test_each_fact_of_a_meeting_names_the_articles_that_say_so(client: FlaskClient) -> None:
    seen = visible(client.get(f"/hop/{MEETING}").text)
    assert "Cho ý kiến về kinh tế - xã hội bài 2" in seen
    assert "Công tác cán bộ bài 1 bài 2" in seen
    assert "Ngày họp 5/7/2023 bài 1 bài 2 Sáng ngày 5/7" in seen
    assert "Khóa, nhiệm kỳ XIX bài 2" in seen
    assert "Chủ trì Hà Thị Mẫu bài 1 cũng có bài ghi: Lò Văn Mẫu bài 2" in seen
    assert "35-CT/TW 14/6/2024 bài 2" in seen
    assert "Lò Văn Mẫu Bí thư Tỉnh ủy, Chủ tịch HĐND tỉnh bài 1 Bí thư Tỉnh ủy bài 2" in seen


def test_the_number_beside_a_fact_leads_to_the_article(client: FlaskClient) -> None:
    page = client.get(f"/hop/{MEETING}").text
    assert 'href="#bai-2"' in page
    second = page[page.index('id="bai-2"') :].split("</li>")[0]
    assert 'href="/bai/k1"' in second


def test_an_article_leads_to_its_meeting_documents_and_people(client: FlaskClient) -> None:
    page = client.get("/bai/k1").text
    assert f'<a href="/hop/{MEETING}">2 bài</a>' in page
    assert 'href="/van-ban/35-CT-TW"' in page
    assert 'href="/nguoi/bac-giang/lo-van-mau"' in page
    alone = client.get("/bai/k4").text
    assert "/hop/" not in alone
    assert 'href="/van-ban/12-2021-NQ-H%C4%90ND"' in alone


def test_a_result_leads_to_its_meeting(client: FlaskClient) -> None:
    page = client.get("/?q=khai mạc hội nghị").text
    first = page[page.index('<li class="hit">') :].split("</li>")[0]
    assert "<span>Hội nghị Ban Chấp hành Đảng bộ</span>" in first
    assert f'<a href="/hop/{MEETING}">trang cuộc họp</a>' in first


def test_a_number_of_two_years_is_two_documents(client: FlaskClient) -> None:
    page = client.get("/van-ban/35-CT-TW").text
    headings = [visible("<main>" + heading) for heading in re.findall(r"<h2>(.*?)</h2>", page, re.DOTALL)]
    assert [heading.split(" bài")[0].strip() for heading in headings] == [
        "ngày 14/6/2024 1",
        "ngày 30/5/2019 1",
        "không ghi ngày ban hành 1",
    ]
    newer, older, undated = page.split('<section class="edition">')[1:]
    assert ("/bai/k1" in newer, "/bai/k1" in older + undated) == (True, False)
    assert ("/bai/k3" in older, "/bai/k3" in newer + undated) == (True, False)
    assert ("/bai/k4" in undated, "/bai/k4" in newer + older) == (True, False)


def test_a_citation_is_quoted_as_it_stands_in_the_article(client: FlaskClient) -> None:
    quotes = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", client.get("/van-ban/35-CT-TW").text)
    assert quotes == [
        "Hội nghị quán triệt Chỉ thị 35-CT/TW ngày 14/6/2024.",
        "Chuẩn bị đại hội theo Chỉ thị 35-CT/TW",
        "Chỉ thị số 35-CT/TW ngày 30/5/2019 được phổ biến.",
        "Nơi này làm theo 35-CT/TW.",
        "Xã học tập Chỉ thị 35-CT/TW.",
    ]


def test_a_number_in_small_letters_leads_to_its_page(client: FlaskClient) -> None:
    answer = client.get("/van-ban/35-ct-tw?lang=en")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/van-ban/35-CT-TW?lang=en"
    assert "12/2021/NQ-HĐND" in visible(client.get("/van-ban/12-2021-nq-hđnd", follow_redirects=True).text)


def test_a_person_has_roles_with_dates_and_the_sentences_that_say_so(client: FlaskClient) -> None:
    page = client.get("/nguoi/bac-giang/lo-van-mau").text
    person = page.split('<h2 class="name"')[0]
    assert "<h1" in person
    assert "Lò Văn Mẫu" in visible(person)
    assert "Bí thư Tỉnh ủy 5/7/2023" in visible(person)
    quotes = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", person)
    assert sorted(quotes) == sorted([KEYNOTE, SECOND.roles[0][2]])
    for key in ("k1", "k2"):
        assert f'href="/bai/{key}"' in person


def test_people_of_two_names_or_two_provinces_stay_two(client: FlaskClient) -> None:
    page = client.get("/nguoi/bac-giang/lo-van-mau").text
    assert "Trưởng thôn" not in page
    assert '<a href="/nguoi/gia-lai/lo-van-mau">Gia Lai (1)</a>' in page
    first, other = page.split('<h2 class="name"')
    assert "Giám đốc sở" not in first
    assert "Lô Vân Mậu" in other
    assert visible(client.get("/nguoi/gia-lai/lo-van-mau").text).count("Trưởng thôn") == 2  # the role and its sentence


@pytest.mark.parametrize(
    "path",
    [
        "/hop/bac-giang.bch.2023-07-06",
        "/hop/bac-giang",
        "/van-ban/36-CT-TW",
        "/van-ban/35",
        "/van-ban/-",
        "/van-ban/" + "a-" * 200,
        "/nguoi/bac-giang/khong-co-ai",
        "/nguoi/bac-giang/---",
        "/nguoi/xu-so-la/lo-van-mau",
        "/nguoi/bac-ninh/lo-van-mau",
    ],
)
def test_what_nobody_tells_of_is_not_found(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Không tìm thấy trang" in answer.text


def test_words_of_an_article_are_quoted_and_other_reasons_are_not(client: FlaskClient) -> None:
    page = client.get(f"/hop/{MEETING}").text
    assert '<q class="evidence" lang="vi">Sáng ngày 5/7</q>' in page
    assert '<span class="evidence" lang="vi">nguồn cong-mau → Bắc Giang</span>' in page


def test_a_meeting_is_there_for_programs(client: FlaskClient) -> None:
    told = client.get(f"/api/meetings/{MEETING}").get_json()
    assert told == {
        "key": MEETING,
        "permalink": f"http://localhost/hop/{MEETING}",
        "kind": "bch",
        "province": {"then": "bac-giang", "now": "bac-ninh"},
        "organ": None,
        "from": "2023-07-05",
        "to": "2023-07-05",
        "ordinal": 15,
        "term": "XIX",
        "chair": "Hà Thị Mẫu",
        "place": "Trung tâm Hội nghị tỉnh",
        "agenda": ["Công tác cán bộ", "Cho ý kiến về kinh tế - xã hội"],
        "documents": [{"number": "35-CT/TW", "date": "2024-06-14"}],
        "quotes": [],
        "reports": [
            {
                **{name: getattr(one, name) for name in ("key", "url", "title", "published", "source", "evidence")},
                "capture": {"fetched_at": one.fetched_at, "sha256": one.sha256, "version": 1},
            }
            for one in (SECOND, FIRST)
        ],
    }
    assert client.get("/api/meetings/nothing").status_code == 404
    assert client.get(f"/api/meetings/{MEETING}?x=1").status_code == 400


@pytest.mark.parametrize("path", [f"/hop/{MEETING}", "/van-ban/35-CT-TW", "/nguoi/bac-giang/lo-van-mau"])
def test_an_english_page_keeps_the_printed_words_and_the_language_of_its_links(client: FlaskClient, path: str) -> None:
    page = client.get(f"{path}?lang=en").text
    assert '<html lang="en">' in page
    assert 'href="/bai/k1?lang=en"' in page
    for vietnamese in ("Các bài về", "không in ngày", "Những câu", "cũng có bài ghi"):
        assert vietnamese not in page


@pytest.mark.parametrize("path", [f"/hop/{MEETING}", "/van-ban/35-CT-TW", "/nguoi/bac-giang/lo-van-mau"])
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing(
    chromium: Browser, serve: Callable[[Path], str], told_dir: Path, path: str, theme: str, width: int
) -> None:
    context = chromium.new_context(
        base_url=serve(told_dir),
        color_scheme="dark" if theme == "dark" else "light",
        viewport={"width": width, "height": 900},
        bypass_csp=True,
    )
    page = context.new_page()
    page.goto(path)
    found = violations(page)
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    context.close()
    assert found == []
    assert overflow == 0
