"""Gone is what was asked for in vain several times on several days; an outage is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.archive.deletion import is_gone, mark_gone
from crawl.article import Article

ARTICLE = Article("", "", "Hội nghị", "Nội dung.", source="bao-mau")


def moments(*days: int) -> list[str]:
    return [f"2026-03-{day:02}T0{number}:00:00Z" for number, day in enumerate(days)]


@pytest.mark.parametrize(
    ("tried", "expected"),
    [
        ([], False),
        (moments(1, 2), False),
        (moments(1, 1, 1), False),
        (moments(1, 1, 2, 2), False),
        (moments(1, 2, 3), True),
        (moments(1, 1, 5, 9), True),
    ],
)
def test_three_tries_on_three_days(tried: list[str], expected: bool) -> None:
    assert is_gone(tried) is expected


def filled(archive: Archive, count: int) -> list[str]:
    ids = [f"https://baomau.vn/{number:03}" for number in range(count)]
    with archive.batch():
        for article_id in ids:
            archive.store_article(replace(ARTICLE, id=article_id))
    return ids


def test_an_article_that_is_gone_stays_searchable_and_comes_back(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        first, second, _ = filled(archive, 3)
        for moment in moments(1, 2, 3):
            archive.note_missing(first, 404, moment)
        for moment in moments(1, 2):
            archive.note_missing(second, 404, moment)
        assert mark_gone(archive, "bao-mau") == 1
        assert mark_gone(archive, "bao-mau") == 0
        assert [archived.gone for archived in archive.articles()] == [True, False, False]
        assert archive.article_counts() == {"bao-mau": (3, 1)}
        archive.store_article(replace(ARTICLE, id=first))
        archive.touch_article(second)
        assert archive.misses("bao-mau") == {}
        assert not any(archived.gone for archived in archive.articles())


def test_a_source_that_vanishes_at_once_raises_an_alarm_and_is_not_deleted_in_days(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        ids = filled(archive, 60)
        for article_id in ids[:30]:
            for moment in moments(1, 2, 3):
                archive.note_missing(article_id, 404, moment)
        assert mark_gone(archive, "bao-mau") == 0
        [alarm] = archive.alarms()
        assert (alarm.kind, alarm.source) == ("vanished", "bao-mau")
        assert alarm.detail.startswith("30 of 60 articles are not found any more")
        for article_id in ids[:30]:
            archive.note_missing(article_id, 404, "2026-05-20T00:00:00Z")
        assert mark_gone(archive, "bao-mau") == 30


def test_what_was_never_stored_cannot_be_missed(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.note_missing("https://baomau.vn/khong-co", 404)
        assert archive.misses("bao-mau") == {}
