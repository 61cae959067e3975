"""How often a source is worth a visit, learnt from its runs within the limits of the registry.

The registry's interval is where it starts. A visit that finds something makes the next one come sooner, one that finds
nothing makes it come later; failures double the wait; `Retry-After` is never undercut. Everything follows from the runs
in the archive, so that nothing is lost when the scheduler is stopped.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from crawl import clock
from crawl.archive.runs import Run

SOONER = 0.75  # after a visit with news
LATER = 1.25  # after a visit without; 3 : 4 settles where about half of the visits bring news
SHORTEST_SHARE = 0.25  # of the registry's interval: a busy day must not turn twice a day into a siege
SHORTEST = timedelta(minutes=30)
# With SPREAD_SHARE and a visit of an hour this is below a day: a page that stands for a day is seen.
LONGEST = timedelta(hours=20)
FAILURE_FACTOR = 2.0
LONGEST_NOT_BEFORE = timedelta(days=1)  # of a Retry-After; a later moment comes from a clock that was ahead
BUDGET_USED_SHARE = 0.9  # redirects and retries cost requests, too, and are not counted in a run
SPREAD_SHARE = 0.1  # of the interval: sources added on the same day must not stay in step for ever


def learnt_interval(runs: Sequence[Run], registry_interval: timedelta) -> timedelta:
    """Return the interval that runs (newest first) have taught, between the limits of the registry's interval."""
    shortest = max(SHORTEST, registry_interval * SHORTEST_SHARE)
    shortest = min(shortest, registry_interval)  # a registry that asks for less than SHORTEST gets what it asks for
    longest = max(registry_interval, LONGEST)
    interval = registry_interval
    for run in reversed(runs):
        if run.succeeded:
            interval *= SOONER if run.new or run.changed else LATER
            interval = min(max(interval, shortest), longest)
    return interval


def next_visit(
    slug: str,
    runs: Sequence[Run],
    registry_interval: timedelta,
    *,
    page_budget: int | None = None,
    time_budget: timedelta | None = None,
    at: datetime | None = None,
) -> datetime:
    """Return when a source is due, from its runs (newest first); at once for one that was never tried.

    A run that was interrupted goes on at once; a source whose runs die again and again waits longer each time.
    page_budget, time_budget: of one visit; a run that used one up has more to fetch and goes on soon.
    A run in the future was made while the clock was ahead: it counts as of now.
    """
    at = at or clock.now()
    interrupted = next((number for number, run in enumerate(runs) if not run.interrupted), len(runs))
    if interrupted > 1:
        wait = min(LONGEST, SHORTEST * FAILURE_FACTOR ** min(interrupted - 2, 10))
        return min(at, datetime.fromisoformat(runs[0].started_at)) + wait
    if not runs or interrupted:
        return at
    interval = learnt_interval(runs, registry_interval)
    tried = [run for run in runs if not run.interrupted]
    failures = next((number for number, run in enumerate(tried) if run.succeeded), len(tried))
    if failures:
        interval = max(interval, min(LONGEST, registry_interval * FAILURE_FACTOR ** min(failures, 10)))
    elif (page_budget is not None and runs[0].pages >= BUDGET_USED_SHARE * page_budget) or (
        time_budget is not None and _duration(runs[0]) >= BUDGET_USED_SHARE * time_budget
    ):
        interval = min(SHORTEST, interval)
    due = min(at, datetime.fromisoformat(runs[0].finished_at)) + interval * (1 + SPREAD_SHARE * _offset(slug))
    if runs[0].not_before:
        due = max(due, min(at + LONGEST_NOT_BEFORE, datetime.fromisoformat(runs[0].not_before)))
    return due


def _duration(run: Run) -> timedelta:
    return datetime.fromisoformat(run.finished_at) - datetime.fromisoformat(run.started_at)


def _offset(slug: str) -> float:
    """Return a number in [-1, 1) that is always the same for a source and differs between sources."""
    return int.from_bytes(hashlib.sha256(slug.encode()).digest()[:4], "big") / 2**31 - 1
