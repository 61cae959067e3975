"""Figures as readers meet them: panel, table, article, files, interface, reports; in a browser without script."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from crawl.archive.archive import Archive
from crawl.article import Article, article_key
from indexer.build import build
from search.domain import places
from search.engines import open_engine
from search.figures.schema import FIGURE_MEANINGS
from tests.web.barriers import violations
from web import create_app
from web.ui import figure_table, figure_words

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
SHARES = {"bac-giang": ("Bắc Giang", 71, 84), "thai-nguyen": ("Thái Nguyên", 66, 79), "bac-kan": ("Bắc Kạn", 58, 91)}
QUERY = "/?q=gi%E1%BA%A3i+ng%C3%A2n+v%E1%BB%91n+%C4%91%E1%BA%A7u+t%C6%B0+c%C3%B4ng"
TABLE = "/so-lieu?indicator=public-investment-disbursement"


def articles() -> Iterator[Article]:
    for slug, (name, earlier, later) in SHARES.items():
        for year, share in ((2022, earlier), (2023, later)):
            yield Article(
                id=f"https://bao.mau.test/{slug}-{year}",
                url=f"https://bao.mau.test/{slug}-{year}",
                title=f"Tỉnh ủy {name} họp đánh giá năm {year}",
                body=f"Sáng 5/12/{year}, Ban Chấp hành Đảng bộ tỉnh {name} họp.\n\nNăm {year}, giải ngân vốn đầu tư "
                f"công của tỉnh đạt {share},5% kế hoạch.\n\nPhấn đấu năm {year + 1} giải ngân đạt trên 95%.",
                province=slug,
                printed_date=f"06/12/{year}",
            )
    yield Article(
        id="https://bao.mau.test/other",
        url="https://bao.mau.test/other",
        title="Bắc Giang nhìn lại <b>năm 2023</b>",
        body="Sáng 8/12/2023, HĐND tỉnh Bắc Giang họp.\n\nNăm 2023, giải ngân vốn đầu tư công của tỉnh đạt 84,9% kế "
        "hoạch. Huyện Yên Thế giải ngân đạt 60% kế hoạch.",
        province="bac-giang",
        printed_date="09/12/2023",
    )


@pytest.fixture(scope="module")
def stated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("figures")
    with Archive(data) as archive:
        for article in articles():
            archive.store_article(article)
    build(data, open_engine(f"whoosh:{data / 'whoosh'}"), progress=None)
    return data


@pytest.fixture(scope="module")
def app(stated: Path) -> Flask:
    return create_app(stated, f"whoosh:{stated / 'whoosh'}")


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:500]
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).replace("\u00a0", " ").split())


@pytest.mark.parametrize("query", [QUERY, "/?q=giai+ngan+von+dau+tu+cong+2023", "/?q=GI%E1%BA%A2I+NG%C3%82N"])
def test_a_search_for_an_indicator_shows_its_newest_values(client: FlaskClient, query: str) -> None:
    shown = text_of(client, query)
    assert re.search(r"Bắc Kạn 91,5 % năm 2023", shown)
    assert re.search(r"Thái Nguyên 79,5 % năm 2023", shown)
    assert "Năm 2023, giải ngân vốn đầu tư công của tỉnh đạt 91,5% kế hoạch." in shown


def test_the_panel_keeps_to_the_province_and_the_year_that_are_named(client: FlaskClient) -> None:
    panel = text_of(client, "/?q=giai+ngan+von+dau+tu+cong+Bac+Kan+2022").split("Xem tất cả")[0]
    assert "Bắc Kạn 58,5 % năm 2022" in panel
    assert "91,5 %" not in panel and "66,5 %" not in panel


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("province_then=bac-kan", True), ("province_now=thai-nguyen", True), ("province_then=thai-nguyen", False)],
)
def test_the_panel_keeps_to_the_province_that_is_chosen(client: FlaskClient, limit: str, expected: bool) -> None:
    page = text_of(client, f"{QUERY}&{limit}")
    panel = page.split("Xem tất cả")[0] if "Xem tất cả" in page else ""
    assert ("Bắc Kạn" in panel.partition("so với kế hoạch")[2]) is expected
    assert "Bắc Giang" not in panel.partition("so với kế hoạch")[2]


def test_targets_are_no_results(client: FlaskClient) -> None:
    panel = text_of(client, QUERY).split("Xem tất cả")[0]
    results, targets = panel.split("Mục tiêu đã nêu")
    assert "95 %" not in results and "trên 95 % mục tiêu" in targets


def test_other_searches_have_no_panel(client: FlaskClient) -> None:
    assert "figure-panel" not in client.get("/?q=Th%C3%A1i+Nguy%C3%AAn+h%E1%BB%8Dp").text


def test_the_table_shows_both_values_where_pages_disagree(client: FlaskClient) -> None:
    shown = text_of(client, TABLE)
    assert re.search(r"các bài ghi khác nhau .{0,40}84,[59] % .*84,[59] %", shown)
    assert "60 %" not in shown.split("Số của huyện")[0], "a district is no province"
    assert "Huyện Yên Thế" in shown


def test_a_merged_province_stands_as_its_parts(client: FlaskClient) -> None:
    shown = text_of(client, f"{TABLE}&era=now")
    assert "Bắc Kạn nay thuộc Thái Nguyên" in shown
    assert "171" not in shown


def test_kind_of_value_year_and_province_are_chosen(client: FlaskClient) -> None:
    assert "trên 95 %" in text_of(client, f"{TABLE}&view=target")
    assert "84,5 %" not in text_of(client, f"{TABLE}&year=2022")
    assert "79,5 %" not in text_of(client, f"{TABLE}&province=bac-kan")
    assert "91.5 %" in text_of(client, f"{TABLE}&lang=en")


def test_the_table_is_ordered_by_the_values_of_a_period(client: FlaskClient) -> None:
    rows = re.compile(r'<th scope="row"><a [^>]*>([^<]+)</a>')
    assert rows.findall(client.get(TABLE).text) == ["Bắc Giang", "Bắc Kạn", "Thái Nguyên"]
    ordered = rows.findall(client.get(f"{TABLE}&sort=value&period=2022").text)
    assert ordered == ["Bắc Giang", "Thái Nguyên", "Bắc Kạn"]
    assert rows.findall(client.get(f"{TABLE}&sort=value&period=2023").text)[0] == "Bắc Kạn"


def test_a_form_filters_and_says_which_provinces_have_no_value(client: FlaskClient) -> None:
    shown = text_of(client, f"{TABLE}&province=&year=&sort=name")  # as a form sends it with nothing chosen
    assert "Bắc Kạn" in shown and "60 tỉnh, thành phố chưa có số của kỳ này" in shown
    assert "chưa có số của kỳ này" not in text_of(client, f"{TABLE}&province=bac-giang&year=2023")


def test_each_part_of_a_merged_province_has_its_own_values_over_time(client: FlaskClient) -> None:
    page = client.get(f"{TABLE}&province=thai-nguyen").text
    assert re.findall(r"<figure><h3>([^<]+)</h3>", page) == ["Bắc Kạn", "Thái Nguyên"]
    assert page.count('class="over-time"') == 2


@pytest.mark.parametrize(
    "wrong", ["view=no", "era=soon", "sort=up", "year=23", "province=Atlantis", "indicator=", "x=1"]
)
def test_a_strange_value_is_told(client: FlaskClient, wrong: str) -> None:
    assert client.get(f"{TABLE.split('?')[0]}?{wrong}").status_code == (200 if wrong == "indicator=" else 400)


def test_an_unknown_indicator_is_not_found(client: FlaskClient) -> None:
    for path in ("/so-lieu", "/so-lieu.csv", "/so-lieu.jsonl", "/so-lieu.atom", "/api/figures"):
        assert client.get(f"{path}?indicator=none").status_code == 404


def test_an_article_marks_and_lists_its_figures(client: FlaskClient) -> None:
    html = client.get(f"/bai/{article_key('https://bao.mau.test/bac-kan-2023')}?q=giai+ngan").text
    marked = re.search(r'<span class="figure" id="(so-text-\d+)" title="([^"]*)">91,5%</span>', html)
    assert marked and "năm 2023" in marked[2]
    assert f'href="#{marked[1]}"' in html
    assert "<mark>" in html


def test_province_and_meeting_pages_tell_their_figures(client: FlaskClient) -> None:
    assert re.search(r"(?<!Bắc Kạn: )91,5 %, so với kế hoạch, năm 2023", text_of(client, "/tinh/bac-kan"))
    meeting = client.get("/api/search?q=giai+ngan&province=bac-kan&year=2023").get_json()["hits"][0]
    assert meeting["year"] == 2023
    assert "Số liệu trong các bài" in text_of(client, "/hop/bac-kan.bch.2023-12-05")


def test_files_hold_every_statement_with_its_sentence(client: FlaskClient) -> None:
    lines = list(csv.DictReader(io.StringIO(client.get(f"/so-lieu.csv?{TABLE.split('?')[1]}").text.lstrip("\ufeff"))))
    assert {line["value"] for line in lines} >= {"91.5", "84.5", "84.9", "95"}
    assert all(line["sentence"] and line["url"] for line in lines)
    assert {line["indicator_label"] for line in lines} == {"Giải ngân vốn đầu tư công"}
    assert ("bac-kan", "Bắc Kạn", "Thái Nguyên") in {
        (line["place"], line["place_label"], line["place_now_label"]) for line in lines
    }
    assert list(figure_words.meanings_of_columns()) == list(FIGURE_MEANINGS)
    head, *rest = map(json.loads, client.get("/so-lieu.jsonl").text.splitlines())
    assert set(head["columns"]) >= {"value", "kind", "period", "place"}
    assert len(rest) == len({one["id"] for one in rest}) >= 10


def test_the_feed_names_value_and_place(client: FlaskClient) -> None:
    feed = client.get("/so-lieu.atom?indicator=public-investment-disbursement")
    assert feed.mimetype == "application/atom+xml"
    assert "Bắc Kạn, năm 2023: Giải ngân vốn đầu tư công +91,5" not in feed.text
    assert "Bắc Kạn, năm 2023: Giải ngân vốn đầu tư công 91,5" in feed.text.replace("\u00a0", " ")


def test_the_interface(client: FlaskClient) -> None:
    path = "/api/figures?indicator=public-investment-disbursement&province=bac-kan&kind=plan_share"
    found = client.get(path).get_json()
    assert [one["value"] for one in found["statements"]] == ["91.5", "58.5"]
    assert found["statements"][0]["period"] == {
        "key": "2023",
        "first": "2023-01-01",
        "last": "2023-12-31",
        "from": "sentence",
    }
    assert client.get("/api/figures?kind=nothing").status_code == 400
    assert client.get("/api/figures?limit=0").get_json()["total"] > 10


def test_a_wrong_reading_is_kept_on_disk_for_the_operator(client: FlaskClient, stated: Path) -> None:
    key = article_key("https://bao.mau.test/bac-kan-2023")
    html = client.get(f"/bai/{key}").text
    chosen = re.findall(r'<option value="(text:\d+)">', html)[0]
    form = {"page": key, "statement": chosen, "remark": "không phải năm 2023"}
    assert client.post("/so-lieu/doc-sai", data=form).status_code == 303
    assert client.post("/so-lieu/doc-sai", data={**form, "statement": "text:0"}).status_code == 400
    assert client.post("/so-lieu/doc-sai", data=form, headers={"Origin": "https://elsewhere.test"}).status_code == 403
    told = [json.loads(line) for line in (stated / "figure_reports.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(one["page"], one["remark"]) for one in told] == [(key, "không phải năm 2023")]


@pytest.fixture(scope="module")
def figures_site(serve: Callable[[Path], str], stated: Path) -> str:
    return serve(stated)


@pytest.fixture(params=["desk", "phone"])
def page(request: pytest.FixtureRequest, chromium: Browser, figures_site: str) -> Iterator[Page]:
    viewport = PHONE if request.param == "phone" else DESK
    context = chromium.new_context(base_url=figures_site, viewport=viewport, java_script_enabled=False)
    yield context.new_page()
    context.close()


CUT_LABELS = """drawing => [...drawing.querySelectorAll("text")].filter(label => {
    const [own, all] = [label.getBoundingClientRect(), drawing.getBoundingClientRect()];
    return own.width && (own.left < all.left - 1 || own.right > all.right + 1);
}).map(label => label.textContent)"""


@pytest.mark.parametrize("language", ["vi", "en"])
def test_without_script_the_panel_leads_to_the_sentence_the_table_and_a_file(page: Page, language: str) -> None:
    page.goto(f"{QUERY}&lang={language}")
    page.locator(".figure-panel summary").first.click()
    first = page.locator(".figure-panel li details").first
    expect(first.locator("blockquote").first).to_be_hidden()
    first.locator("summary").click()
    expect(first.locator("blockquote").first).to_be_visible()
    page.locator(".figure-panel > p a").click()
    expect(page.locator("h1")).to_have_text(
        "Giải ngân vốn đầu tư công" if language == "vi" else "Disbursement of public investment"
    )
    cell = page.locator("td .statement").first
    cell.locator("summary").click()
    expect(cell.locator("blockquote").first).to_be_visible()
    expect(page.locator("svg.tile-map a:not(.empty)")).to_have_count(3)
    page.locator("select[name=province]").select_option("bac-kan")
    page.get_by_role("button", name="Lọc" if language == "vi" else "Filter").click()
    expect(page.locator("svg.over-time circle")).to_have_count(2)
    assert page.locator("svg.over-time").evaluate(CUT_LABELS) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "so-lieu.csv"


PAGES = (
    "/so-lieu",
    TABLE,
    f"{TABLE}&province=thai-nguyen&sort=value",
    QUERY,
    f"/bai/{article_key('https://bao.mau.test/other')}",
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("language", "viewport", "theme"), [("vi", PHONE, "dark"), ("en", DESK, "light")])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    chromium: Browser, figures_site: str, path: str, language: str, viewport: dict[str, int], theme: str
) -> None:
    context = chromium.new_context(base_url=figures_site, viewport=viewport, color_scheme=theme, bypass_csp=True)
    page = context.new_page()
    page.goto(path + ("&" if "?" in path else "?") + f"lang={language}")
    for summary in page.locator("main summary").all():
        summary.evaluate("element => element.parentElement.open = true")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    context.close()


def test_provinces_stand_in_the_order_of_the_alphabet(stated: Path) -> None:
    page = create_app(stated, f"whoosh:{stated / 'whoosh'}").test_client().get(TABLE).text
    choice = page[page.index('<select name="province">') :]
    slugs = re.findall(r'value="([a-z-]+)"', choice[: choice.index("</select>")])
    unknown = figure_table.without_value([], places.LAST_DAY_OF_63)
    for found in (slugs, unknown):
        assert len(found) == 63
        placed = [found.index(slug) for slug in ("cao-bang", "da-nang", "dong-thap", "gia-lai", "yen-bai")]
        assert placed == sorted(placed)


def test_a_merged_province_names_the_part_that_each_value_is_of(client: FlaskClient) -> None:
    assert re.search(r"(?:Thái Nguyên: 79|Bắc Kạn: 91),5 %", text_of(client, "/tinh/thai-nguyen"))
    assert "Bắc Giang: 84," in text_of(client, "/tinh/bac-ninh")
    assert "Bắc Giang: 84." in text_of(client, "/tinh/bac-ninh?lang=en")


@pytest.fixture(scope="module")
def of_many_years(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    data = tmp_path_factory.mktemp("years")
    with Archive(data) as archive:
        for year in range(2013, 2026):
            archive.store_article(
                Article(
                    id=f"https://bao.mau.test/{year}",
                    url=f"https://bao.mau.test/{year}",
                    title="Hội đồng nhân dân tỉnh Phú Thọ họp kỳ cuối năm",
                    body=f"Sáng 9/12/{year}, HĐND tỉnh Phú Thọ họp.\n\nNăm {year}, giải ngân vốn đầu tư "
                    f"công của tỉnh đạt {year - 1950},5% kế hoạch; xuất khẩu đạt 7,{year - 2010} tỷ.",
                    province="phu-tho",
                    printed_date=f"10/12/{year}",
                )
            )
    build(data, open_engine(f"whoosh:{data / 'whoosh'}"), progress=None)
    return create_app(data, f"whoosh:{data / 'whoosh'}").test_client()


def test_a_table_links_to_the_years_that_it_leaves_out(of_many_years: FlaskClient) -> None:
    table = of_many_years.get(TABLE).text
    assert "Bảng chỉ có 8 kỳ; các kỳ khác:" in table
    years = re.findall(r'year=(\d{4})">\1</a>', table)
    assert years == ["2017", "2016", "2015", "2014", "2013"]
    older = text_of(of_many_years, f"{TABLE}&year=2014")
    assert "64,5 %" in older and "các kỳ khác" not in older
    assert "The table has 8 periods only; others:" in of_many_years.get(f"{TABLE}&lang=en").text


def test_a_map_of_a_period_after_the_merger_has_the_provinces_of_today(of_many_years: FlaskClient) -> None:
    for period, tiles in (("2025", 34), ("2024", 63)):
        drawn = of_many_years.get(f"{TABLE}&period={period}").text.split('class="tile-map"')[1].split("</svg>")[0]
        assert drawn.count("<a ") == tiles


def test_an_unsure_value_bears_its_sign_wherever_it_is_listed(of_many_years: FlaskClient) -> None:
    listed = of_many_years.get("/tinh/phu-tho").text.split('class="indicators"')[1].split("</ul>")[0]
    assert set(re.findall(r"Phú Thọ: ([\d,]+).*?(≈|</li>)", listed)) == {("75,5", "</li>"), ("7,15", "≈")}
    bars = [of_many_years.get(path).text.split('class="bars"')[1] for path in (TABLE, "/so-lieu?indicator=exports")]
    assert ["≈" in listed.split("</ol>")[0] for listed in bars] == [False, True]
    for query, is_sure in (("giải ngân vốn đầu tư công", True), ("xuất khẩu", False)):
        page = of_many_years.get("/", query_string={"q": query}).text
        closed = page.split('class="figure-panel"')[1].split("</summary>")[0]
        assert "<b>" in closed and ("≈" not in closed) == is_sure


@pytest.mark.parametrize(("indicator", "is_sure"), [("public-investment-disbursement", True), ("exports", False)])
def test_an_unsure_value_bears_its_sign_in_pictures(of_many_years: FlaskClient, indicator: str, is_sure: bool) -> None:
    for chosen in ("province=phu-tho", "period=2024"):
        page = of_many_years.get(f"/so-lieu?indicator={indicator}&{chosen}").text
        told = [
            one for one in re.findall(r"<title>([^<]*)</title>", page.split("<main")[1]) if re.search(r"\d,\d", one)
        ]
        assert told and {one.endswith("≈") for one in told} == {not is_sure}
