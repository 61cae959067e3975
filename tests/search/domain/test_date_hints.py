"""One order of date hints, and that crawl and indexer go by it."""

from itertools import pairwise

from crawl.extraction.extract import first_day
from indexer.page import Page
from indexer.rules.event_dates import published
from search.domain.date_hints import ORDER, ordered, url_date

DAYS = {name: f"2023-0{number}-05" for number, name in enumerate(ORDER, start=1)}


def test_hints_come_best_first_whatever_their_order() -> None:
    given = [(name, DAYS[name]) for name in reversed(ORDER)]
    assert [name for name, _ in ordered([*given, ("other", "2020"), ("meta", "2019-01-01")])] == list(ORDER)


def test_crawl_and_index_choose_the_same_of_any_two() -> None:
    for better, worse in pairwise(ORDER):
        hints = ((worse, DAYS[worse]), (better, DAYS[better]))
        assert first_day("", hints) == published("", hints, "", Page("", ["Tỉnh ủy họp."])).iso == DAYS[better]


def test_an_address_with_a_day_that_is_none_says_nothing() -> None:
    assert url_date("https://bao.vn/2024/02/31/hoi-nghi.html") == ""
    assert url_date("https://bao.vn/2024-4-25/hoi-nghi.html?d=/202301/") == "2024-04-25"
