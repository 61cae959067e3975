import csv
import io
import json

import pytest
from flask.testing import FlaskClient

from search.spreadsheet_cells import inert
from web.views import exports


def test_csv_holds_every_result_with_the_query_and_the_moment(client: FlaskClient) -> None:
    answer = client.get("/export.csv?q=hội nghị&sort=oldest")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="hoinghi-')
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    total = client.get("/api/search?q=hội nghị&limit=0").get_json()["total"]
    assert len(rows) == total > 10
    assert {row["query"] for row in rows} == {"q=h%E1%BB%99i+ngh%E1%BB%8B&sort=oldest"}
    assert rows[0]["held"] == "2021-06-29"
    assert rows[0]["province_now"] == "thai-nguyen"
    assert rows[0]["permalink"].startswith("http://localhost/bai/")


def test_json_lines_begin_with_the_query(client: FlaskClient) -> None:
    first, *rows = map(json.loads, client.get("/export.jsonl?q=giải ngân&year=2023").text.splitlines())
    assert first["query"] == "q=gi%E1%BA%A3i+ng%C3%A2n&year=2023"
    assert first["exported_at"].endswith("Z")
    assert {row["year"] for row in rows} == {2023}
    assert len(rows) == 3


@pytest.mark.parametrize(("path", "status"), [("/export.csv", 400), ("/export.csv?q=a&page=2", 400)])
def test_a_mistake_is_told_before_anything_is_sent(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


@pytest.mark.parametrize("value", ["\n=1+1", "＝1+1", "＋1", "=1+1", "+1", "-1", "@sum", "\tx"])
def test_no_cell_is_taken_for_a_formula(value: str) -> None:
    assert inert(value) == "'" + value


def test_the_last_line_says_that_it_is_the_last(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/export.csv?q=hội nghị").data.decode("utf-8-sig"))))
    assert [int(row["result"]) for row in rows] == [*range(1, len(rows) + 1)]
    assert {int(row["results"]) for row in rows} == {len(rows)}
    _, *found = map(json.loads, client.get("/export.jsonl?q=hội nghị").text.splitlines())
    assert (found[-1]["result"], found[-1]["results"]) == (len(rows), len(rows))
    assert [row["complete"] for row in rows] == [""] * (len(rows) - 1) + ["yes"]
    assert [one.get("complete") for one in found] == [None] * (len(rows) - 1) + ["yes"]


@pytest.mark.parametrize("path", ["/export.csv", "/export.jsonl"])
def test_an_export_that_was_cut_says_where(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    whole = client.get(f"{path}?q=hội nghị").text
    monkeypatch.setattr(exports, "MAX_OFFSET", 7)
    cut = client.get(f"{path}?q=hội nghị").text
    total = client.get("/api/search?q=hội nghị&limit=0").get_json()["total"]
    assert f"cut after 7 of {total} pages" in cut.splitlines()[-1]
    assert "cut after" not in whole and len(cut) < len(whole)


def test_an_export_without_excerpts_cuts_none(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(*asked: object) -> str:
        raise AssertionError("an excerpt was cut")

    monkeypatch.setattr(exports, "excerpt", cut)
    assert client.get("/quotes.csv?q=ngan").status_code == 200
    with pytest.raises(AssertionError, match="cut"):
        client.get("/export.csv?q=ngan").get_data()
