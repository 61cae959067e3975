"""How the interval of a source follows from its runs; written out for a source that is due every twelve hours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawl.archive.runs import Run
from crawl.fetch.recrawl_interval import learnt_interval, next_visit

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HALF_DAY = timedelta(hours=12)


def run(new: int = 0, error: str = "", finished: bool = True, not_before: str = "", fetched: int = 20) -> Run:
    return Run(
        id=1,
        source="bao-mau",
        started_at="2026-03-02T11:00:00Z",
        finished_at="2026-03-02T12:00:00Z" if finished else "",
        fetched=fetched,
        new=new,
        changed=0,
        unchanged=5,
        not_modified=0,
        failed=0,
        error=error,
        not_before=not_before,
    )


def hours(runs: list[Run]) -> float:
    return round(learnt_interval(runs, HALF_DAY) / timedelta(hours=1), 2)


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([], 12),
        ([run(new=3)], 9),
        ([run()], 15),
        ([run(new=3), run()], 11.25),
        ([run(new=3)] * 40, 3),
        ([run()] * 40, 20),
        ([run(error="timeout")] * 3, 12),
        ([run(finished=False), run(new=1)], 9),
    ],
)
def test_news_bring_the_next_visit_sooner_within_the_limits(runs: list[Run], expected: float) -> None:
    assert hours(runs) == expected


def test_a_registry_that_asks_for_minutes_is_obeyed() -> None:
    assert learnt_interval([run(new=1)] * 5, timedelta(minutes=10)) == timedelta(minutes=10)


def test_a_source_never_tried_is_due_at_once() -> None:
    assert next_visit("bao-mau", [], HALF_DAY, at=NOON) == NOON


def wait_hours(runs: list[Run], **given: int) -> float:
    return (next_visit("bao-mau", runs, HALF_DAY, at=NOON, **given) - NOON) / timedelta(hours=1)


def test_failures_double_the_wait_up_to_a_day() -> None:
    waits = [wait_hours([run(error="timeout")] * failures) for failures in (1, 2, 3, 10)]
    assert waits == [waits[0]] * 4
    assert 20 * 0.9 <= waits[0] <= 20 * 1.1
    short = [next_visit("bao-mau", [run(error="timeout")] * n, timedelta(hours=2), at=NOON) - NOON for n in (1, 2, 3)]
    assert short[1] == 2 * short[0] and short[2] == 4 * short[0]


def test_the_wait_is_spread_by_source_and_always_the_same() -> None:
    waits = {slug: next_visit(slug, [run()], HALF_DAY) for slug in ("bao-mau", "dai-mau", "tinh-uy-mau")}
    assert len(set(waits.values())) == 3
    assert waits["bao-mau"] == next_visit("bao-mau", [run()], HALF_DAY)


def test_retry_after_is_never_undercut() -> None:
    asked = run(error="answered 503 and asks to wait 864,000 seconds", not_before="2026-03-12T12:00:00Z")
    assert next_visit("bao-mau", [asked], HALF_DAY) == datetime(2026, 3, 12, 12, tzinfo=UTC)


def test_an_interrupted_run_goes_on_at_once_but_not_for_ever() -> None:
    cut = run(finished=False)
    stopped = run(error="interrupted: it was stopped; the next run goes on")
    assert wait_hours([cut]) == wait_hours([stopped]) == 0
    assert [wait_hours([cut] * times) for times in (2, 3, 4)] == [-0.5, 0, 1]


def test_a_visit_that_used_its_budget_goes_on_soon() -> None:
    assert wait_hours([run(new=1_900, fetched=1_990)], page_budget=2_000) <= 0.55
    assert wait_hours([run(new=100, fetched=120)], page_budget=2_000) > 8


def test_a_visit_that_used_up_its_time_goes_on_soon() -> None:
    due = next_visit("bao-mau", [run(new=100)], HALF_DAY, time_budget=timedelta(hours=1), at=NOON)
    assert due - NOON <= timedelta(minutes=33)


def test_runs_of_a_clock_that_was_years_ahead_put_nothing_off() -> None:
    day = {"started_at": "2029-03-02T11:00:00Z", "finished_at": "2029-03-02T12:00:00Z"}
    ahead = replace(run(not_before="2029-03-12T12:00:00Z"), **day)
    assert next_visit("bao-mau", [ahead], HALF_DAY, at=NOON) <= NOON + timedelta(days=1)
    assert next_visit("bao-mau", [replace(run(), **day)], HALF_DAY, at=NOON) <= NOON + 1.4 * HALF_DAY
