from pathlib import Path

from crawl.archive.archive import Archive, SourceRecord
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
