"""Pages whose year is unknown, where a year is asked for: below the results, with the reason, and counted nowhere."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from crawl.archive.withholding import withhold
from search.commands import search
from search.engines import open_engine
from tests.index_url import index_url
from tests.web.conftest import UNKNOWN, document, fill, key, samples, url
from web import create_app

ASKED = "q=giải ngân&year=2023"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, and more pages without a year than stand beside results: one of a few years, one of none of 2023."""
    data = tmp_path_factory.mktemp("undated")
    fill(data)
    articles = {article.id: article for article, _ in samples()}
    bare = articles[url(UNKNOWN)]
    spans = {31: (2021, 2022, 2023), 32: (2016, 2017), 33: (), 34: (), 35: (), 36: ()}
    added = [
        replace(
            document(replace(bare, id=url(n), url=url(n), title=f"Bài số {n}"), "", "", "", ""),
            possible_years=span,
            province_then="ca-mau" if n == 31 else "",
        )
        for n, span in spans.items()
    ]
    engine = open_engine(index_url(data / "whoosh"))
    with engine.writer() as writer:
        writer.add(added)
    engine.close()
    return data


@pytest.fixture(scope="module")
def client(data: Path) -> Iterator[FlaskClient]:
    yield create_app(data, index_url(data / "whoosh")).test_client()


def test_they_stand_below_the_results_and_say_why(client: FlaskClient) -> None:
    page = client.get(f"/?{ASKED}").text
    results, _, below = page.partition('<section class="undated-matches"')
    below = below.partition("</section>")[0]
    assert "3 kết quả" in results
    assert "không ghi ngày" not in results
    assert "Thêm 6 bài không rõ năm" in below
    assert below.count('<li class="hit">') == 5
    assert below.count("bài không cho biết năm họp") == 5
    assert "bài không cho biết năm họp; chỉ có thể là 2021–2023" in client.get(f"/?{ASKED}&province=ca-mau").text
    english = client.get(f"/?{ASKED}&lang=en").text
    assert "6 more articles of unknown year" in english
    assert "the article does not tell the year of the meeting" in english


def test_one_click_leads_to_all_of_them(client: FlaskClient) -> None:
    page = client.get(f"/?{ASKED}").text
    link = page.partition('id="undated-matches"><a href="')[2].partition('"')[0].replace("&amp;", "&")
    assert parse_qs(urlparse(link).query) == {"q": ["giải ngân"], "year": ["2023"], "year_grade": ["unknown"]}
    led_to = client.get(link).text
    assert "6 kết quả" in led_to
    assert "không rõ năm (có thể là năm 2023)" in led_to
    assert "undated-matches" not in led_to


def test_programs_are_told_apart(client: FlaskClient) -> None:
    told = client.get(f"/api/search?{ASKED}").get_json()
    assert told["total"] == 3
    assert told["undated_matches"]["total"] == 6
    listed = told["undated_matches"]["results"]
    assert [one["year"] for one in listed] == [None] * 5
    assert {one["key"] for one in listed}.isdisjoint(hit["key"] for hit in told["hits"])
    near = client.get(f"/api/search?{ASKED}&province=ca-mau").get_json()["undated_matches"]
    assert [(one["key"], one["possible_years"]) for one in near["results"]] == [(key(31), [2021, 2022, 2023])]
    assert "undated_matches" not in client.get("/api/search?q=giải ngân").get_json()


@pytest.mark.parametrize("path", ["/export.csv", "/export.jsonl", "/atom"])
def test_what_is_taken_along_has_none_of_them(client: FlaskClient, path: str) -> None:
    taken = client.get(f"{path}?{ASKED}").text
    assert "Bắc Giang" in taken
    assert "Bài số 3" not in taken
    assert "Bài số 3" in client.get(f"{path}?{ASKED}&year_grade=unknown").text  # who asks for them gets them


def test_what_is_withheld_is_not_shown_there(tmp_path: Path) -> None:
    fill(tmp_path)
    client = create_app(tmp_path, index_url(tmp_path / "whoosh")).test_client()
    assert "không ghi ngày" in client.get(f"/?{ASKED}").text
    withhold(tmp_path, key(UNKNOWN), "yêu cầu của người trong bài")
    page = client.get(f"/?{ASKED}").text
    assert "không ghi ngày" not in page
    assert "undated-matches" not in page  # the only one there was


def test_the_command_line_tells_them(data: Path) -> None:
    asked = ["giải ngân", "--year", "2023", "--data", str(data), "--index", index_url(data / "whoosh")]
    told = json.loads(CliRunner().invoke(search, [*asked, "--json"]).stdout)
    assert (told["total"], told["undated_matches"]["total"]) == (3, 6)
    assert "Thêm 6 bài không rõ năm" in CliRunner().invoke(search, asked).stdout
