import re

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from search.document import FacetValue, Results
from search.domain.places import label, units_on
from web.http.parameters import read_search
from web.services import Coverage
from web.ui.charts import SHADES, histogram, shade, tile_map, tiles

ASKED = read_search(MultiDict([("q", "giải ngân")]))
COVERAGE = Coverage(
    total=60,
    counts={
        "year": {2021: 10, 2023: 40},
        "province_now": {"bac-ninh": 40, "ca-mau": 10},
        "province_then": {"bac-giang": 30, "bac-ninh": 10, "ca-mau": 10},
    },
)


def results(**facets: dict[str | int, int]) -> Results:
    values = {name: tuple(FacetValue(v, str(v), n) for v, n in counts.items()) for name, counts in facets.items()}
    return Results("giải ngân", "", 5, 1.0, (), values)


@pytest.mark.parametrize(("era", "day"), [("now", "2026-11-01"), ("then", "2024-12-31")])
def test_the_map_has_one_tile_for_each_unit_of_its_day(era: str, day: str) -> None:
    assert {tile.slug for tile in tiles(era)} == {unit.slug for unit in units_on(day)}
    places = [(tile.column, tile.row) for tile in tiles(era)]
    assert len(set(places)) == len(places)


def test_years_without_pages_are_drawn_as_such() -> None:
    marks = {mark.label: mark for mark in histogram(ASKED, results(year={2023: 4}), COVERAGE).marks}
    assert list(marks) == ["2021", "2022", "2023"]
    assert marks["2022"].says == "2022: chưa có bài nào trong kho"
    assert marks["2021"].says == "2021: 0 / 10 bài"
    assert marks["2023"].says == "2023: 4 / 40 bài"
    assert marks["2023"].height > marks["2021"].height == 0
    assert marks["2023"].query_string == "q=gi%E1%BA%A3i+ng%C3%A2n&year=2023"


def test_pages_without_a_year_are_counted_beside_the_histogram() -> None:
    assert histogram(ASKED, None, COVERAGE).undated == 10


def test_tiles_are_shaded_by_how_much_is_found() -> None:
    found = results(province_now={"bac-ninh": 4, "ca-mau": 5})
    marks = {mark.tile.slug: mark for mark in tile_map("now", ASKED, found, COVERAGE).marks}
    assert marks["ca-mau"].shade == SHADES  # 5 pages
    assert marks["bac-ninh"].shade == SHADES - 1  # 4 pages: one page more or less is one step, however much is archived
    assert marks["ha-noi"].shade == 0
    assert marks["ha-noi"].says == f"{label('ha-noi')}: chưa có bài nào trong kho"


@pytest.mark.parametrize(("weight", "expected"), [(0, 0), (0.001, 1), (0.5, 3), (1, 5)])
def test_shades_go_in_equal_steps(weight: float, expected: int) -> None:
    assert shade(weight, 1) == expected


def test_a_chosen_year_opens_into_its_months(client: FlaskClient) -> None:
    page = client.get("/?q=giải ngân&year=2023").text
    months = page[page.index('aria-label="Số bài theo tháng"') :].split("</svg>")[0]
    says = re.findall("<title>(.*?)</title>", months)
    assert says[4:9] == [
        "tháng 5/2023: chưa có bài nào trong kho",
        "tháng 6/2023: chưa có bài nào trong kho",
        "tháng 7/2023: 2 / 2 bài",
        "tháng 8/2023: 1 / 1 bài",
        "tháng 9/2023: chưa có bài nào trong kho",
    ]
    july = re.findall('href="([^"]+)"', months)[6].replace("&amp;", "&")
    assert july == "/?q=gi%E1%BA%A3i+ng%C3%A2n&year=2023&from=2023-07-01&to=2023-07-31"
    chosen = client.get(july).text
    assert '<h1 id="count" tabindex="-1">2 kết quả</h1>' in chosen
    assert re.search(
        r'href="/\?q=gi%E1%BA%A3i\+ng%C3%A2n&amp;year=2023" aria-current="true">\s*<title>tháng 7/2023', chosen
    )


def test_months_follow_the_other_filters_and_the_words(client: FlaskClient) -> None:
    page = client.get("/?q=bắc ninh năm:2023&year=2023&province_then=bac-ninh").text
    assert "tháng 7/2023: 0 / 2 bài" in page
    assert "tháng 8/2023: 1 / 1 bài" in page
    assert "Số bài theo tháng" not in client.get("/?q=bắc ninh&year=2023&year=2024").text
