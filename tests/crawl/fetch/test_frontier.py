"""The frontier remembers what is known, what waits and what became of it, over kills and runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawl.fetch.frontier import MAX_TRIES, Frontier, Page, left_out

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


def test_a_failed_page_waits_for_the_next_run_until_its_tries_are_used_up(tmp_path: Path) -> None:
    for number in range(MAX_TRIES):
        run = at(tmp_path, LATER + number * DAY)
        run.add(Page("a", "", "article"))
        page = run.next_page()
        assert page is not None and page.tries == number
        run.fail(page, "answered 500")
        assert run.next_page() is None
        run.close()
    last = at(tmp_path, LATER + 99 * DAY)
    assert last.next_page() is None
    assert last.count("article", "failed") == 1
    last.close()


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
