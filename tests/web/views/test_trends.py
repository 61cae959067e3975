"""Trends: what is counted is what the search finds, in the page and in its files."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from flask.testing import FlaskClient

PHRASES = ("giải ngân", "hội nghị", '"vốn đầu tư công"', "không có đâu")


def rows(client: FlaskClient, path: str, **values: Any) -> list[dict[str, str]]:
    answer = client.get(path, query_string=values)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def facet(client: FlaskClient, name: str, **values: Any) -> dict[str, int]:
    """Return the counts of a facet; where an exact phrase was loosened, the trend does not follow."""
    found = client.get("/api/search", query_string=values).get_json()
    assert not found["loosened"]
    return {str(one["value"]): one["count"] for one in found["facets"][name] if one["value"]}


@pytest.mark.parametrize("phrase", PHRASES)
@pytest.mark.parametrize("filters", [{}, {"kind": "btv"}, {"province_now": "bac-ninh"}])
def test_counts_by_year_are_those_of_the_facet(client: FlaskClient, phrase: str, filters: dict[str, str]) -> None:
    found = rows(client, "/xu-huong.csv", q=phrase, **filters)
    counted = {row["period"]: int(row["count"]) for row in found if row["count"] != "0"}
    assert counted == facet(client, "year", q=phrase, **filters)
    if phrase == "giải ngân" and not filters:
        assert counted == {"2021": 1, "2023": 3, "2024": 12, "2025": 1}


@pytest.mark.parametrize("era", ["then", "now"])
def test_each_cell_of_year_and_province_is_the_search_that_it_leads_to(client: FlaskClient, era: str) -> None:
    found = rows(client, "/xu-huong-tinh.csv", q="giải ngân", era=era)
    assert sum(int(row["count"]) for row in found) == 17  # all but the page of no known year
    for row in found:
        asked = {"q": "giải ngân", "year": row["year"], f"province_{era}": row["province"]}
        answer = client.get("/api/search", query_string=asked).get_json()
        assert answer["total"] == int(row["count"])
        held = facet(client, "year", **{f"province_{era}": row["province"]}).get(row["year"], 0)
        assert held == int(row["archived"])
        if held:
            assert float(row["share"]) == pytest.approx(100 * int(row["count"]) / held, abs=0.001)
        else:
            assert row["share"] == ""


@pytest.mark.parametrize(("step", "shown"), [("month", "2023-07"), ("quarter", "2023-Q3")])
def test_a_page_of_known_month_counts_once(client: FlaskClient, step: str, shown: str) -> None:
    found = rows(client, "/xu-huong.csv", q="giải ngân", step=step, since=2021)
    counted = {row["period"]: int(row["count"]) for row in found if row["count"] != "0"}
    assert sum(counted.values()) == 17
    assert counted[shown] == (2 if step == "month" else 3)
    assert len(found) == 5 * (12 if step == "month" else 4)


def test_the_page_shows_the_numbers_and_leads_to_the_searches(client: FlaskClient) -> None:
    page = client.get("/xu-huong", query_string={"q": ["giải ngân", "chuyên đề"], "of": 2}).text
    assert 'aria-label="Số bài theo thời gian: “giải ngân”, “chuyên đề”"' in page
    assert "<b>18 bài</b>" in page and "1 bài không rõ thời gian" in page
    assert "“giải ngân”, năm 2023: 3 / 3 bài" in page
    assert "province_then=ca-mau" in page and "province_then=bac-kan" not in page
    links = re.findall(r'<td class="number"><a href="(/\?[^"]+)" rel="nofollow">([0-9.]+)</a>', page)
    assert len(links) == 1 + 4 + 1  # of the table by province one; by time one for each year with pages
    for link, count in links:
        total = client.get(link.replace("/?", "/api/search?").replace("&amp;", "&")).get_json()["total"]
        assert total == int(count)


def test_shares_are_of_what_the_archive_holds(client: FlaskClient) -> None:
    page = client.get("/xu-huong", query_string={"q": "chuyên đề", "show": "share"}).text
    assert "100\u00a0%" in page and "100 %</text>" in page


def test_pictures_are_whole(client: FlaskClient) -> None:
    asked = {"q": ['giải "ngân" & <b>', "hội nghị"], "kind": "btv"}
    svg = client.get("/xu-huong.svg", query_string=asked)
    assert svg.mimetype == "image/svg+xml"
    root = ET.fromstring(svg.text)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert 'giải "ngân" & <b>' in texts and "2023" in texts
    png = client.get("/xu-huong.png", query_string=asked)
    assert png.mimetype == "image/png" and png.data.startswith(b"\x89PNG") and len(png.data) > 5000
    other = client.get("/xu-huong.png", query_string={"q": "hội nghị"})
    assert other.data != png.data


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=a&q=b&q=c&q=d&q=e&q=f", "nhiều nhất 5"),
        ("q=a&step=week", "year, quarter, month"),
        ("q=a&since=2025&until=2020", "đổi chỗ"),
        ("q=a&since=1950&until=2025&step=month", "nhiều nhất 120"),
        ("q=a&since=20x0", "bốn chữ số"),
        ("q=a&province=nowhere", "Không có tỉnh"),
        ("q=a&of=2", "chọn một trong: 1"),
        ("q=a&year=2023", "Không có tham số"),
    ],
)
def test_a_bad_value_says_what_is_expected(client: FlaskClient, query: str, expected: str) -> None:
    answer = client.get(f"/xu-huong?{query}")
    assert answer.status_code == 400 and expected in answer.text
    assert client.get(f"/xu-huong.csv?{query}").status_code == 400


def test_files_need_a_phrase_and_the_page_explains_itself(client: FlaskClient) -> None:
    assert client.get("/xu-huong.csv").status_code == 400
    page = client.get("/xu-huong")
    assert page.status_code == 200 and "Một đến năm cụm từ" in page.text and "<figure" not in page.text


def test_results_lead_to_their_trend(client: FlaskClient) -> None:
    page = client.get("/?q=giải+ngân&year=2023&kind=btv&sort=newest").text
    (link,) = re.findall(r'href="(/xu-huong\?[^"]+)"', page)
    assert link == "/xu-huong?q=gi%E1%BA%A3i+ng%C3%A2n&amp;kind=btv"
    assert client.get(link.replace("&amp;", "&")).status_code == 200
