"""The figures of the five real pages, by the query of the project's first user and by the interface."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from crawl.importing.importer import import_paths
from indexer.build import build
from search.engines import open_engine
from web import create_app

SAMPLES = Path(__file__).parents[3] / "shared/samples"
PANEL = re.compile(r'<section class="figure-panel.*?</section>', re.DOTALL)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    files = sorted(SAMPLES.glob("*.txt"))
    if not files:
        pytest.skip("the real pages of ../shared are not here")
    data = tmp_path_factory.mktemp("samples")
    import_paths(files, data)
    url = f"whoosh:{data / 'whoosh'}"
    build(data, open_engine(url), progress=None)
    return create_app(data, url).test_client()


def in_words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).replace("\u00a0", " ").split())


def test_the_panel_of_disbursement(client: FlaskClient) -> None:
    page = client.get("/", query_string={"q": "giải ngân vốn đầu tư công"}).text
    [panel] = PANEL.findall(page)
    results, _, targets = panel.partition('<ul class="targets">')
    assert page.index(panel) < page.index('id="hits"')
    shown = in_words(results)
    assert "Bắc Kạn 24,7 %" in shown and "đến 30/6/2024" in shown
    assert re.search(r"Tính đến hết.{0,40}, .*24,7% kế hoạch", shown)
    aimed = in_words(targets)
    for value in ("60 %", "trên 90 %"):
        assert value in aimed and value not in shown
    assert "Tuyên Quang" in aimed and "mục tiêu" in aimed


def test_aims_of_tuyen_quang_are_no_results(client: FlaskClient) -> None:
    asked = "/api/figures?indicator=public-investment-disbursement&province=tuyen-quang&limit=100"
    told = {(one["value"], one["status"], one["period"]["last"]) for one in client.get(asked).get_json()["statements"]}
    assert {("60", "target", "2020-09-30"), ("90", "target", "2020-12-31")} <= told
    assert not {one for one in told if one[0] in ("60", "90") and one[1] != "target"}


def test_growth_of_bac_giang_is_an_estimate_for_the_year(client: FlaskClient) -> None:
    asked = client.get("/api/figures?indicator=grdp&province=bac-giang&year=2023&limit=100").get_json()["statements"]
    [growth] = [one for one in asked if one["value"] == "13.45"]
    assert (growth["kind"], growth["status"], growth["period"]["key"]) == ("growth", "estimate", "2023")
    page = in_words(client.get("/so-lieu?indicator=grdp&view=growth").text)
    assert re.search(r"\+13,45 %[^%]{0,40}ước", page)
