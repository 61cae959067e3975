"""Floors of interpretation on real pages beside the repository; also on the half that rules were tuned on less."""

import pytest

from benchmarks.real_pages import PAGES, Report, report

FLOORS = {
    # field: (share right at least, share wrong at most), of all pages
    "published": (0.93, 0.03),
    "year": (0.85, 0.03),
    "province": (0.97, 0.01),
    "level": (0.97, 0.02),
    "kind": (0.93, 0.05),
    "ordinal": (0.93, 0.05),
    "term": (0.97, 0.02),
    "title": (0.97, 0.02),
    "roles": (0.95, 0.04),
    "documents": (0.98, 0.02),
}
CHECKED_LESS = 0.03  # how much less is right, at most, on the half that rules were not tuned on

pytestmark = pytest.mark.skipif(not PAGES.is_dir(), reason=f"{PAGES} is not there")


@pytest.fixture(scope="module")
def every() -> Report:
    return report()


@pytest.mark.parametrize(("name", "floors"), FLOORS.items())
def test_floor(every: Report, name: str, floors: tuple[float, float]) -> None:
    found = every.fields[name]
    mistakes = "\n".join(line for lines in found.mistakes.values() for line in lines)
    assert found.share_right >= floors[0], mistakes
    assert found.share_wrong <= floors[1], mistakes


def test_rules_hold_on_the_half_that_they_were_not_tuned_on() -> None:
    checked = report((1,)).fields
    low = {name: checked[name].share_right for name, (floor, _) in FLOORS.items()}
    assert {name: share for name, share in low.items() if share < FLOORS[name][0] - CHECKED_LESS} == {}


def test_relevance(every: Report) -> None:
    assert every.precision >= 0.95, every.relevance
    assert every.recall >= 0.99, every.relevance


def test_linking(every: Report) -> None:
    assert every.linked >= 0.9 * every.pairs, every.unlinked
    assert every.false_links == []


def test_held_and_published_are_not_confused(every: Report) -> None:
    assert every.confused == []


def test_pages_remain_with_their_province_and_year_switched_on(every: Report) -> None:
    assert every.remaining >= 0.87 * every.asked_for, every.gone


def test_those_of_unknown_year_stand_apart_below_them(every: Report) -> None:
    assert every.remaining + every.apart >= 0.9 * every.asked_for, every.gone
