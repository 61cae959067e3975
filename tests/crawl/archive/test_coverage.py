"""Province by year: counts, gaps, and provinces of which nothing is held."""

from pathlib import Path

import pytest

from crawl.archive.archive import Archive, SourceRecord
from crawl.archive.coverage import archive_coverage, coverage, year_of
from crawl.article import Article


def test_gaps_and_empty_provinces_are_in_the_table() -> None:
    found = [("bac-giang", 2021), ("bac-giang", 2021), ("bac-giang", 2023), ("", 2022), ("bac-kan", 0)]
    table = coverage(found, provinces=["bac-giang", "son-la"])
    assert table.years == [2021, 2022, 2023]
    assert [(row.province, row.total, row.undated, row.gaps(table.years)) for row in table.rows] == [
        ("", 1, 0, [2021, 2023]),
        ("bac-giang", 3, 0, [2022]),
        ("bac-kan", 1, 1, [2021, 2022, 2023]),
        ("son-la", 0, 0, [2021, 2022, 2023]),
    ]
    assert table.to_json()["provinces"][1]["counts"] == {"2021": 2, "2022": 0, "2023": 1}
    assert str(table).splitlines()[2] == "bac-giang\t2\t·\t1\t·"


@pytest.mark.parametrize(
    ("printed", "hints", "year"),
    [
        ("15:34 01/12/2023", (("url", "2022-01"),), 2023),
        ("", (("url", "2022-01"), ("feed", "2021-05-01")), 2021),
        ("Chiều thứ Bảy", (("archive_prefix", "2024-07"),), 2024),
        ("Quyết định 1945/QĐ", (), 0),
        ("", (), 0),
    ],
)
def test_the_year_is_the_printed_one_or_the_surest_hint(printed: str, hints: tuple, year: int) -> None:
    assert year_of(Article("a", "", "T", "B", printed_date=printed, hints=hints)) == year


def test_an_archive_counts_by_the_province_of_article_or_source(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.save_sources([SourceRecord("bao-mau", "Báo Mẫu", "thai-nguyen", "newspaper")])
        archive.store_article(Article("1", "", "T", "B", printed_date="01/02/2020", source="bao-mau"))
        archive.store_article(Article("2", "", "T", "B", printed_date="01/02/2021", province="bac-kan"))
    table = archive_coverage(tmp_path)
    assert {row.province: row.counts for row in table.rows} == {"thai-nguyen": {2020: 1}, "bac-kan": {2021: 1}}
