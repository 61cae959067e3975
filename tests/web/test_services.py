from pathlib import Path

from werkzeug.datastructures import MultiDict

from crawl.archive.archive import Archive, SourceRecord
from search.document import Document
from search.engines import open_engine
from web.http.parameters import read_search
from web.services import Library


def record(name: str) -> SourceRecord:
    return SourceRecord("bao-mau", name, "bac-giang", "newspaper")


def test_names_of_sources_are_those_of_the_archive_at_any_moment(tmp_path: Path) -> None:
    library = Library(tmp_path, None)
    assert library.source_names() == {}
    with Archive(tmp_path) as archive:
        archive.save_sources([record("Báo Mẫu")])
        assert library.source_names() == {"bao-mau": "Báo Mẫu"}
        archive.save_sources([record("Báo Mẫu mới")])  # the archive is still open: the change stands in its log alone
        assert library.source_names() == {"bao-mau": "Báo Mẫu mới"}
    assert library.source_names() == {"bao-mau": "Báo Mẫu mới"}


def test_a_day_of_which_only_the_year_is_known_counts_in_every_month(tmp_path: Path) -> None:
    days = ("2023", "2023-07", "2023-07-05", "2023-02-28", "2022-12-31", "2024", "")
    with open_engine(f"whoosh:{tmp_path / 'whoosh'}").writer() as writer:
        writer.add(
            Document(str(n), str(n), f"https://bao.mau.test/{n}", "Tiêu đề", f"giải ngân bài{n}", published=day)
            for n, day in enumerate(days)
        )
    library = Library(tmp_path, None)
    assert library.month_totals(2023) == [1, 2, 1, 1, 1, 1, 3, 1, 1, 1, 1, 1]
    assert library.month_totals(2023, read_search(MultiDict({"q": "bài2"}))) == [0] * 6 + [1] + [0] * 5
    assert library.month_totals(2023, read_search(MultiDict({"q": "giải ngân -bài1"}))) == [1, 2, *[1] * 4, 2, *[1] * 5]
    assert library.month_totals(2024) == [1] * 12
    assert library.month_totals(2021) == [0] * 12
