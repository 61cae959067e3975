"""What is shown of figures, where more is newer than is read."""

from dataclasses import replace
from pathlib import Path

import pytest

from indexer.figures.statements import Read
from indexer.figures.writer import FigureWriter
from indexer.rules.figures import read_document
from search.document import Document, Results
from search.figures.statements import Asked
from search.figures.store import FigureStore
from web import create_app
from web.http.parameters import read_search
from web.ui.figure_table import is_shown
from web.views.figure_panel import PANEL_READ, Panel, panel

REPORT = Document(
    id="a",
    key="a",
    url="https://mau.test/a",
    title="Kỳ họp thường lệ",
    text="Năm 2023, thu ngân sách của tỉnh đạt 1.510,5 tỷ đồng. Phấn đấu năm 2024 thu ngân sách đạt 1.600 tỷ đồng.",
    province_then="bac-ninh",
    province_now="bac-ninh",
    held="2023-12-01",
)
NEWER = {"period": "2024", "first": "2024-01-01", "last": "2024-12-31"}


def panel_of(data: Path, query_string: str) -> Panel | None:
    app = create_app(data)
    with app.test_request_context(f"/?q=thu+ng%C3%A2n+s%C3%A1ch&{query_string}") as context:
        asked = read_search(context.request.args)
        return panel(asked, Results(asked.text, "", 1, 0, (), {}))


@pytest.mark.parametrize(
    ("newer", "chosen"),
    [("aims of the province", ""), ("results of what belongs to it today", "province_then=bac-ninh")],
)
def test_values_are_shown_however_many_others_are_newer(tmp_path: Path, newer: str, chosen: str) -> None:
    result, aim = read_document(REPORT).figures
    assert (result.status, aim.status) == ("result", "target")
    one = replace(aim, **NEWER) if newer == "aims of the province" else replace(result, place="bac-giang", **NEWER)
    many = [replace(one, amount=str(amount), value=str(amount)) for amount in range(PANEL_READ + 1)]
    with FigureWriter(tmp_path) as writer:
        writer.put(replace(REPORT, id="b", key="b"), Read(many))
        writer.put(REPORT, Read([result, aim]))
        writer.commit("x")
    found = panel_of(tmp_path, chosen)
    assert found is not None
    assert [bar.statement.figure.value for bar in found.bars] == ["1510.5"]
    assert found.targets


def test_the_database_tells_what_is_shown_before_it_cuts_a_list(tmp_path: Path) -> None:
    result, aim = read_document(REPORT).figures
    others = [
        replace(aim, place_level="district", value="4", amount="4", **NEWER),
        replace(aim, notes=("of-a-project",), value="2", amount="2", **NEWER),
        replace(result, status="disputed", value="3", amount="3", **NEWER),
    ]
    with FigureWriter(tmp_path) as writer:
        writer.put(REPORT, Read([*others, result, aim]))
        writer.commit("x")
    store = FigureStore(tmp_path)
    every, shown = store.statements(Asked()), store.statements(Asked(shown=True), most=2)
    assert {one.id for one in shown} == {one.id for one in every if is_shown(one)}
    assert {one.id for one in store.statements(Asked(shown=False))} == {one.id for one in every if not is_shown(one)}
    assert (len(every), len(shown)) == (5, 2)
