"""Figures as they are read: which indicator a search names, and how values look in words and in tables."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from hoinghi import main
from indexer.figures.statements import Read
from indexer.figures.writer import FigureWriter
from indexer.rules.figures import read_document
from search.document import Document
from search.figures.export import CSV_COLUMNS, as_csv, in_words, printed
from search.figures.statements import Asked
from search.figures.store import FigureStore

PAGE = Document(
    id="a",
    key="a",
    url="https://example.vn/a",
    title="Kỳ họp thường lệ",
    text="Năm 2023, thu ngân sách đạt 1.510,5 tỷ đồng, tăng 8,2% so với cùng kỳ. Đến nay, toàn tỉnh có 112/126 xã đạt "
    "chuẩn nông thôn mới. Phấn đấu năm 2024 thu ngân sách đạt trên 1.600 tỷ đồng. "
    "Kim ngạch xuất khẩu năm 2023 giảm 3,1%.",
    province_then="bac-giang",
    province_now="bac-ninh",
    held="2023-12-01",
)


@pytest.fixture
def store(tmp_path: Path) -> FigureStore:
    with FigureWriter(tmp_path) as writer:
        writer.put(PAGE, read_document(PAGE))
        writer.commit("a")
    return FigureStore(tmp_path)


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("giải ngân vốn đầu tư công 2023", "public-investment-disbursement"),
        ("giai ngan von dau tu cong", "public-investment-disbursement"),
        ("bắc giang THU NGÂN SÁCH năm 2023", "budget-revenue"),
        ("tỉ lệ hộ nghèo", "poverty-rate"),
        ("grdp bình quân đầu người", "grdp-per-head"),
        ("xã nông thôn mới nâng cao", "advanced-rural-communes"),
        ("public investment disbursement 2023", "public-investment-disbursement"),
        ("disbursement", None),
        ("Poverty rate in Ha Giang", "poverty-rate"),
        ("phát triển kinh tế", None),
        ("họp ban thường vụ", None),
    ],
)
def test_a_search_names_an_indicator(store: FigureStore, query: str, key: str | None) -> None:
    found = store.named_in(query)
    assert (found.key if found else None) == key


def test_statements_by_province_year_and_kind(store: FigureStore) -> None:
    def values(asked: Asked) -> set[str]:
        return {one.figure.value for one in store.statements(asked)}

    assert values(Asked("budget-revenue")) == {"1510.5", "8.2", "1600"}
    assert values(Asked("budget-revenue", of_province=True)) == {"1510.5", "8.2"}
    assert values(Asked("budget-revenue", years=(2024,))) == {"1600"}
    assert values(Asked("budget-revenue", kinds=("target",))) == {"1600"}
    assert values(Asked(provinces=("bac-ninh",))) == values(Asked(provinces=("bac-giang",))) == values(Asked())
    assert values(Asked(provinces=("ha-noi",))) == set()


def test_a_page_is_replaced_and_forgotten(store: FigureStore) -> None:
    with FigureWriter(store.path.parent) as writer:
        writer.put(replace(PAGE, text=""), Read())
        writer.commit("b")
    assert store.of_page("a") == []


def test_without_a_store_there_is_nothing_and_no_error(tmp_path: Path) -> None:
    empty = FigureStore(tmp_path)
    assert not empty.exists()
    assert (empty.indicators(), empty.statements(Asked()), empty.named_in("grdp")) == ({}, [], None)
    assert empty.reach().pages == 0


def test_values_in_words(store: FigureStore) -> None:
    words = [in_words(figure).replace("\u00a0", " ") for figure in store.of_page("a")]
    assert words == ["1.510,5 tỷ đồng", "+8,2 %", "112/126 xã đạt chuẩn", "trên 1.600 tỷ đồng", "-3,1 %"]
    assert printed("-1234567.80") == "-1.234.567,80"


def test_a_table_has_a_line_for_each_witness(store: FigureStore) -> None:
    lines = list(csv.DictReader(io.StringIO(as_csv(store.statements(Asked("exports")), {"exports": "Xuất khẩu"}))))
    assert [line["value"] for line in lines] == ["-3.1"]
    assert tuple(lines[0]) == CSV_COLUMNS
    assert (lines[0]["place"], lines[0]["place_now"], lines[0]["notes"]) == ("bac-giang", "bac-ninh", "")


def test_the_command(store: FigureStore) -> None:
    data = ["--data", str(store.path.parent)]
    told = CliRunner().invoke(main, ["figures", "thu ngan sach", "--json", *data])
    statements = json.loads(told.output)["statements"]
    assert {one["value"] for one in statements} == {"1510.5", "8.2", "1600"}
    assert statements[0]["witnesses"][0]["url"] == "https://example.vn/a"
    assert "thu ngân sách" in CliRunner().invoke(main, ["figures", "budget-revenue", *data]).output
    assert "budget-revenue" in CliRunner().invoke(main, ["figures", *data]).output
    wrong = CliRunner().invoke(main, ["figures", "không có", *data])
    assert wrong.exit_code == 2 and "expected a key" in wrong.output


def test_the_command_without_figures_says_what_to_do(tmp_path: Path) -> None:
    wrong = CliRunner().invoke(main, ["figures", "--data", str(tmp_path)])
    assert wrong.exit_code == 2 and "hoinghi index" in wrong.output
