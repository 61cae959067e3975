"""The frontier remembers what is known, what waits and what became of it, over kills and runs."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from crawl.archive.frontier_file import left_out
from crawl.fetch.frontier import Frontier, Page
from crawl.fetch.frontier_reports import failing_pages
from crawl.fetch.frontier_schema import MIGRATIONS

DAY = 24 * 3600.0
LATER = 4_000_000_000.0  # a moment after any fetch of this test


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    frontier = Frontier(tmp_path, "bao-mau")
    yield frontier
    frontier.close()


def at(tmp_path: Path, started: float, source: str = "bao-mau") -> Frontier:
    return Frontier(tmp_path, source, started_at=started)


def test_a_page_waits_until_it_is_settled_and_is_known_for_ever(frontier: Frontier) -> None:
    assert frontier.add(Page("a", "http://a", "article"))
    page = frontier.next_page()
    assert page is not None and page.id == "a"
    assert frontier.next_page() == page
    frontier.settle(page, "done")
    assert frontier.next_page() is None
    assert not frontier.add(Page("a", "http://a", "article"))


def test_articles_come_before_deeper_lists_and_feeds_first(frontier: Frontier) -> None:
    pages = [Page("l2", "", "list", depth=1), Page("a", "", "article"), Page("l1", "", "list"), Page("f", "", "feed")]
    frontier.add_all(pages)
    order = []
    while page := frontier.next_page():
        order.append(page.id)
        frontier.settle(page, "done")
    assert order == ["f", "l1", "a", "l2"]


def test_sources_do_not_see_each_other(tmp_path: Path, frontier: Frontier) -> None:
    frontier.add(Page("a", "", "article"))
    other = at(tmp_path, LATER, "bao-khac")
    assert other.next_page() is None
    assert other.add(Page("a", "", "article"))
    other.close()


def test_sources_that_begin_at_the_same_moment_share_a_new_frontier(tmp_path: Path) -> None:
    """Eight connections that create one file used to meet "database is locked" once in seventeen rounds."""
    for number in range(40):
        together = threading.Barrier(8)

        def opens(source: int, folder: Path = tmp_path / str(number), together: threading.Barrier = together) -> None:
            together.wait()
            Frontier(folder, f"source-{source}").close()

        with ThreadPoolExecutor(8) as sources:
            list(sources.map(opens, range(8)))


def test_a_page_that_fails_is_tried_in_every_run_of_two_days_and_then_ever_more_rarely_but_never_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = LATER
    monkeypatch.setattr("crawl.clock.wall", lambda: now)
    tried = []
    for hours in range(0, 200 * 24, 6):
        now = LATER + hours * 3600
        run = at(tmp_path, now)
        run.add(Page("a", "http://a", "article"))
        if page := run.next_page():
            run.fail(page, "answered 500")
            assert run.next_page() is None
            tried.append(hours / 24)
        run.close()
    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert max(pause for moment, pause in zip(tried, pauses, strict=False) if moment < 1.75) == 0.25
    assert pauses == sorted(pauses)
    assert max(pauses) <= 61
    assert len([moment for moment in tried if 2 <= moment < 28]) >= 5
    (failing,) = failing_pages(tmp_path)
    assert (failing.url, failing.why, failing.tries, failing.given_up(now)) == (
        "http://a",
        "answered 500",
        len(tried),
        True,
    )


def test_what_fails_can_be_tried_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = LATER
    monkeypatch.setattr("crawl.clock.wall", lambda: now)
    for now in (LATER, LATER + 10 * DAY):
        run = at(tmp_path, now)
        run.add(Page("a", "", "article"))
        page = run.next_page()
        assert page is not None
        run.fail(page, "answered 500")
        run.close()
    run = at(tmp_path, now + 1)
    assert run.next_page() is None
    run.retry_failing()
    assert run.next_page() is not None
    run.close()


def test_a_clock_that_was_years_ahead_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = time.time() + 3 * 365 * DAY
    with monkeypatch.context() as patched:
        patched.setattr("crawl.clock.wall", lambda: ahead)
        run = at(tmp_path, ahead)
        run.add_all([Page("l", "", "list"), Page("a", "", "article"), Page("b", "", "article")])
        while page := run.next_page():
            run.fail(page, "answered 500") if page.id == "b" else run.settle(page, "done")
        run.close()
    run = at(tmp_path, time.time() + 2 * DAY)
    assert run.pulled_back == 3
    run.ask_again(Page("l", "", "list"))
    waiting = set()
    while page := run.next_page():
        waiting.add(page.id)
        run.fail(page, "later")
    run.close()
    assert waiting == {"l", "b"}
    again = at(tmp_path, time.time() + 4 * DAY)
    assert [page.id for page in again.pages_to_check(10)] == ["a"]
    again.close()


@pytest.mark.parametrize(
    ("age", "rules", "due"),
    [(3600, "now", True), (3 * DAY, "now", True), (40 * DAY, "now", False), (40 * DAY, "later", True)],
)
def test_what_was_left_out_is_judged_again_while_it_is_young_and_when_the_rule_changes(
    tmp_path: Path, frontier: Frontier, age: float, rules: str, due: bool
) -> None:
    frontier.add(Page("a", "", "article"))
    page = frontier.next_page()
    assert page
    frontier.settle(page, "left_out", "no meeting", rules="now")
    later = at(tmp_path, time.time() + age)
    assert bool(later.pages_to_judge_again(rules, 10)) is due
    later.close()


def test_a_frontier_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "frontier.db")
    database.executescript(MIGRATIONS[0])
    database.execute(
        "INSERT INTO pages (source, id, url, kind, state) VALUES ('bao-mau', 'a', 'http://a', 'article', 'failed')"
    )
    database.commit()
    assert list(left_out(tmp_path)) == []
    assert failing_pages(tmp_path) == []
    database.close()
    run = at(tmp_path, LATER)
    page = run.next_page()
    assert page is not None and page.id == "a"
    run.close()


def test_a_newer_lastmod_lets_a_known_article_wait_again(tmp_path: Path, frontier: Frontier) -> None:
    frontier.add(Page("a", "", "article", lastmod="2024-01-01"))
    page = frontier.next_page()
    assert page
    frontier.settle(page, "done")
    later = at(tmp_path, LATER)
    later.add(Page("a", "", "article", lastmod="2024-01-01"))
    assert later.next_page() is None
    later.add(Page("a", "", "article", lastmod="2024-03-01"))
    again = later.next_page()
    assert again is not None and again.lastmod == "2024-03-01"
    later.close()


def settled(frontier: Frontier, name: str, *, conditional: bool) -> float:
    frontier.add(Page(name, "", "article"))
    page = frontier.next_page()
    assert page
    frontier.settle(page, "done", conditional=conditional)
    stored = frontier.get(name)
    assert stored
    return stored.fetched_at


@pytest.mark.parametrize(
    ("conditional", "age", "due"),
    [(True, 60, True), (True, 300 * DAY, True), (False, 60, False), (False, 2 * DAY, True)],
)
def test_stored_articles_are_looked_at_again_cheaply_or_rarely(
    tmp_path: Path, frontier: Frontier, conditional: bool, age: float, due: bool
) -> None:
    fetched = settled(frontier, "a", conditional=conditional)
    later = at(tmp_path, fetched + age)
    assert bool(later.pages_to_check(10)) is due
    later.close()


def test_lists_are_read_again_only_when_asked_and_long_unread(tmp_path: Path, frontier: Frontier) -> None:
    page = Page("l", "", "list", depth=2)
    frontier.add(page)
    frontier.settle(page, "done")
    stored = frontier.get("l")
    assert stored
    soon = at(tmp_path, stored.fetched_at + DAY)
    soon.ask_again(page, unread_for=30 * DAY)
    assert soon.next_page() is None
    soon.ask_again(page)
    assert soon.next_page() is not None
    soon.close()


def test_what_was_left_out_is_listed_and_can_come_back(tmp_path: Path, frontier: Frontier) -> None:
    frontier.add(Page("a", "http://a", "article"))
    page = frontier.next_page()
    assert page
    frontier.settle(page, "left_out", "names no meeting")
    assert list(left_out(tmp_path)) == [("bao-mau", "http://a", "names no meeting")]
    frontier.reopen_left_out()
    assert frontier.next_page() is not None


def test_nothing_is_left_out_before_a_crawl(tmp_path: Path) -> None:
    assert list(left_out(tmp_path)) == []
