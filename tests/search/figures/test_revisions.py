"""An estimate and what came out later: in order; results that differ only disagree."""

from pathlib import Path

from indexer.figures.writer import FigureWriter
from indexer.rules.figures import read_document
from search.document import Document
from search.figures.statements import Asked, Statement
from search.figures.store import FigureStore


def page(name: str, day: str, sentence: str) -> Document:
    return Document(
        id=name, key=name, url="", title="", text=sentence, province_then="bac-giang", province_now="bac-ninh", held=day
    )


def stated(folder: Path, *pages: Document) -> dict[str, Statement]:
    with FigureWriter(folder) as writer:
        for one in pages:
            writer.put(one, read_document(one))
        writer.commit("a")
    return {one.figure.value: one for one in FigureStore(folder).statements(Asked("budget-revenue"))}


def test_a_result_revises_the_estimates_before_it(tmp_path: Path) -> None:
    found = stated(
        tmp_path,
        page("c", "2024-03-01", "Năm 2023, thu ngân sách đạt 1.530 tỷ đồng."),
        page("a", "2023-10-01", "Năm 2023, thu ngân sách ước đạt 1.480 tỷ đồng."),
        page("b", "2023-12-05", "Năm 2023, thu ngân sách ước đạt 1.510 tỷ đồng."),
    )
    assert [one.figure.value for one in found["1530"].revises] == ["1480", "1510"]
    assert [one.figure.value for one in found["1510"].revises] == ["1480"]
    assert found["1480"].revises == ()
    assert found["1530"].to_json()["revises"] == [found["1480"].id, found["1510"].id]


def test_what_is_of_another_period_or_said_on_the_same_day_is_no_revision(tmp_path: Path) -> None:
    found = stated(
        tmp_path,
        page("a", "2023-12-05", "Năm 2023, thu ngân sách ước đạt 1.510 tỷ đồng."),
        page("b", "2023-12-05", "Năm 2023, thu ngân sách đạt 1.530 tỷ đồng."),
        page("c", "2024-12-05", "Năm 2024, thu ngân sách đạt 1.700 tỷ đồng."),
        page("d", "2025-03-05", "Năm 2024, thu ngân sách đạt 1.690 tỷ đồng."),
    )
    assert all(one.revises == () for one in found.values())
    assert found["1700"].slot == found["1690"].slot  # they disagree
