"""Coverage counts the province and the year of the documents, as every page and facet does."""

from pathlib import Path

from search.coverage import coverage, meetings_coverage
from search.document import Document
from search.engines import open_engine
from search.engines.ports import Engine


def filled(path: Path) -> Engine:
    engine = open_engine(f"whoosh:{path}")
    rows = [
        ("bac-giang", "2021-05-01", 13),
        ("bac-giang", "2023-05-01", 15),
        ("bac-kan", "", 2),
        ("", "2022-01-02", None),
    ]
    with engine.writer() as writer:
        writer.add(
            Document(
                f"bài-{number}",
                f"k{number}",
                "",
                f"Bài mẫu {number}",
                "Hội nghị mẫu.",
                held=held,
                province_then=province,
                year=int(held[:4]) if held else None,
                kind="bch",
                ordinal=ordinal,
                term="XIX",
                meeting=f"m{number}",
            )
            for number, (province, held, ordinal) in enumerate(rows)
        )
    return engine


def test_the_table_counts_documents(tmp_path: Path) -> None:
    table = coverage(filled(tmp_path))
    assert table.years == [2021, 2022, 2023]
    assert [(row.province, row.total, row.undated, row.gaps(table.years)) for row in table.rows] == [
        ("bac-giang", 2, 0, [2022]),
        ("bac-kan", 1, 1, [2021, 2022, 2023]),
        ("", 1, 0, [2021, 2023]),
    ]
    assert str(table).splitlines()[1] == "bac-giang\t1\t·\t1\t·"
    assert table.to_json()["provinces"][0]["counts"] == {"2021": 1, "2022": 0, "2023": 1}


def test_the_meetings_of_a_province(tmp_path: Path) -> None:
    engine = filled(tmp_path)
    assert [(body.province, body.missing) for body in meetings_coverage(engine, ["bac-giang"])] == [
        ("bac-giang", [*range(1, 13), 14])
    ]
    assert len(meetings_coverage(engine)) == 2
