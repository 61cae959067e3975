"""What people say, on the pages of articles, people and meetings, in JSON and as a table; through the real indexer."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from crawl.article import article_key
from tests.web.barriers import violations
from tests.web.speeches import FIRST, fill
from web import create_app

Theme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def speeches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("speeches")
    fill(data)
    return data


@pytest.fixture(scope="module")
def talk(speeches: Path) -> FlaskClient:
    return create_app(speeches, f"whoosh:{speeches / 'whoosh'}").test_client()


def test_an_article_lists_what_is_said_and_where(talk: FlaskClient) -> None:
    page = talk.get(f"/bai/{article_key('first')}").get_data(as_text=True)
    assert "Phát biểu trong bài" in page
    assert '<span class="frame">đồng chí Bí thư Tỉnh ủy nhấn mạnh:</span> Phải trả lời dân trong năm ngày.' in page
    assert '“Xã tôi đã mở được bốn con đường” <span class="frame">bà Lý Thị Sến, Chủ tịch UBND xã Bản Mế nói' in page
    assert 'href="/nguoi/lao-cai/vang-a-phu"' in page
    assert '<p id="doan-2"><span id="loi-0"></span>Kết luận hội nghị' in page


def test_a_person_has_quotes_by_day_from_one_province(talk: FlaskClient) -> None:
    page = talk.get("/nguoi/lao-cai/vang-a-phu").get_data(as_text=True)
    assert page.index("Phải trả lời dân") < page.index("trồng xong rừng")
    assert "nhà sàn" not in page
    assert "Các cuộc họp đã chủ trì" in page
    assert "/theo-doi?q=" in page
    assert "nhà sàn" in talk.get("/nguoi/son-la/vang-a-phu").get_data(as_text=True)


def test_quotes_are_narrowed_to_a_year_and_a_topic(talk: FlaskClient) -> None:
    of_year = talk.get("/nguoi/lao-cai/vang-a-phu?year=2023").get_data(as_text=True)
    assert "1 / 2 phát biểu" in of_year and "trồng xong rừng" in of_year and "năm ngày. Hồ sơ" not in of_year
    of_topic = talk.get("/nguoi/lao-cai/vang-a-phu?q=ho+so").get_data(as_text=True)
    assert "1 / 2 phát biểu" in of_topic and "năm ngày. Hồ sơ" in of_topic
    assert talk.get("/nguoi/lao-cai/vang-a-phu?year=24").status_code == 400


def test_a_meeting_says_who_spoke_with_the_number_of_the_report(talk: FlaskClient) -> None:
    facts = talk.get(f"/api/articles/{article_key('first')}").get_json()["facts"]
    assert [(one["speaker"], one["verb"], one["direct"]) for one in facts["quotes"]] == [
        ("Vàng A Phừ", "nhấn mạnh", False),
        ("Lý Thị Sến", "nói", True),
    ]
    text = FIRST
    assert [text[one["start"] : one["end"]] for one in facts["quotes"]] == [one["words"] for one in facts["quotes"]]
    person = talk.get("/nguoi/lao-cai/vang-a-phu").get_data(as_text=True)
    key = person.split("/hop/", 1)[1].split('"', 1)[0]
    page = talk.get(f"/hop/{key}").get_data(as_text=True)
    assert "Phải trả lời dân" in page and 'href="#bai-1"' in page
    assert talk.get(f"/api/meetings/{key}").get_json()["quotes"][0]["speaker"] == "Vàng A Phừ"


def test_quotes_are_a_table(talk: FlaskClient) -> None:
    answer = talk.get("/quotes.csv?q=hội+nghị&sort=newest")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [row["speaker"] for row in rows].count("Vàng A Phừ") == 3
    assert all(row["words"] and row["frame"] and "#loi-" in row["permalink"] for row in rows)
    assert [row["complete"] for row in rows] == [""] * (len(rows) - 1) + ["yes"]


def test_words_are_looked_for_in_what_somebody_says(talk: FlaskClient) -> None:
    found = talk.get('/api/search?q=nói:"Vàng A Phừ" hồ sơ').get_json()
    assert [(hit["id"], [one["speaker"] for one in hit["said"]]) for hit in found["hits"]] == [
        ("first", ["Vàng A Phừ"])
    ]
    assert "<mark>Hồ sơ</mark> chậm" in found["hits"][0]["snippet"]
    assert talk.get('/api/search?q=nói:"Vàng A Phừ" con đường').get_json()["total"] == 0
    assert talk.get("/api/search?q=ngân sách").get_json()["total"] == 1
    assert talk.get("/api/search?q=ngân sách&said=1").get_json()["total"] == 0
    assert talk.get("/api/search?q=con đường&said=1").get_json()["total"] == 1
    assert talk.get("/api/search?q=con đường&said=2").status_code == 400


def test_a_result_names_who_said_it_and_leads_there(talk: FlaskClient) -> None:
    page = talk.get("/?q=nhà sàn&said=1").get_data(as_text=True)
    assert (
        f'/bai/{article_key("elsewhere")}?q=nh%C3%A0+s%C3%A0n&amp;said=1#loi-0">Vàng A Phừ</a>, Trưởng Ban Dân vận'
        in page
    )
    assert '<li><a href="/?q=nh%C3%A0+s%C3%A0n">chỉ trong lời phát biểu' in page


def test_what_was_asked_for_is_all_that_is_taken_along(talk: FlaskClient) -> None:
    table = talk.get('/quotes.csv?q=nói:"Vàng A Phừ" hồ sơ').get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    assert [row["words"][:16] for row in rows] == ["Phải trả lời dân"]
    lines = talk.get("/export.jsonl?q=con đường").get_data(as_text=True).splitlines()
    assert [one["speaker"] for one in json.loads(lines[1])["quotes"]] == ["Vàng A Phừ", "Lý Thị Sến"]
    feed = ElementTree.fromstring(talk.get("/quotes.atom?q=con đường&said=1").get_data())
    [entry] = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert entry.findtext("{http://www.w3.org/2005/Atom}id", "").endswith(f"/bai/{article_key('first')}#loi-1")
    assert entry.findtext("{http://www.w3.org/2005/Atom}title") == "Lý Thị Sến: Xã tôi đã mở được bốn con đường"


def test_figures_that_somebody_stated_are_theirs_alone(talk: FlaskClient) -> None:
    page = talk.get("/nguoi/lao-cai/vang-a-phu").get_data(as_text=True)
    assert "Số liệu đã nêu" in page and "38,5" in page
    assert "51" not in page.split("Số liệu đã nêu", 1)[1].split("</section>", 1)[0]


@pytest.mark.parametrize(("who", "words"), [("vang-a-phu", "mới đạt 38,5% kế hoạch"), ("ly-thi-sen", "bốn con đường")])
def test_a_person_page_prints_a_sentence_once(talk: FlaskClient, who: str, words: str) -> None:
    page = talk.get(f"/nguoi/lao-cai/{who}").get_data(as_text=True)
    assert page.count(words) == 1
    assert len(re.findall("<blockquote", page)) == len(set(re.findall("<blockquote.*?</blockquote>", page, re.DOTALL)))


def test_a_person_page_says_that_no_statement_fits_and_keeps_its_filter(talk: FlaskClient) -> None:
    page = talk.get("/nguoi/lao-cai/ly-thi-sen?q=rừng").get_data(as_text=True)
    assert "Không có phát biểu nào như vậy." in page and 'value="rừng"' in page
    assert "bốn con đường" in page, "the sentence that is no longer a quote above stands among those that name her"


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_from_a_person_to_the_words_in_their_article(
    chromium: Browser, serve: Callable[[Path], str], speeches: Path, width: int, theme: Theme
) -> None:
    context = chromium.new_context(
        base_url=serve(speeches),
        bypass_csp=True,
        viewport={"width": width, "height": 700},
        color_scheme=theme,
    )
    page = context.new_page()
    page.goto("/nguoi/lao-cai/vang-a-phu")
    assert violations(page) == []
    page.get_by_label("Năm").select_option("2024")
    page.get_by_role("button", name="Lọc").click()
    page.get_by_role("link", name="xem trong bài").click()
    expect(page.locator("#doan-2")).to_contain_text("Phải trả lời dân")
    expect(page.locator("#doan-2")).to_be_in_viewport()
    assert violations(page) == []
    context.close()
