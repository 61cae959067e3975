"""What a crawl may cost at most: time, bytes, requests. One value, passed from the caller to the workers."""

import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """Each with its reason; tests and benchmarks pass others.

    max_pages: requests of one run of a source, None for what the registry says (page_budget).
    """

    max_pages: int | None = None
    timeout_seconds: float = 30.0  # of one page with its retries; provincial servers answer within ten, or not at all
    max_pause_seconds: float = 30.0  # between the end of a slow answer and the next request
    max_bytes: int = 16 * 1024 * 1024  # of one response; the largest sitemaps and scans of reports are below
    retries: int = 2  # of one request, after errors that often pass
    retry_seconds: float = 2.0  # before the first retry, four times as long before the second
    max_wait_seconds: float = 300.0  # of a Retry-After; a longer one ends the run, and the next one comes after it
    failures_in_a_row: int = 4  # requests, with their retries: then the site is down, and asking on is rude
    rechecks: int = 500  # stored articles looked at again in one run; at a page a second eight minutes
    sources_at_once: int = 16  # each waits for its site most of the time; one core reads what they bring
    max_seconds: float = 9 * 3600.0  # of one run of a source; what is left waits for the next one
    min_free_bytes: int = 256 * 1024 * 1024  # of the disk, or FREE_SHARE of a small one: below, crawling pauses
    max_space_wait_seconds: float = 300.0  # for somebody to make room; then the run ends, and the next one goes on


FREE_SHARE = 0.02


def lacking_space(data_dir: Path, min_free_bytes: int) -> str:
    """Return how much room is missing on the disk of data_dir in plain words, "" where there is enough."""
    disk = shutil.disk_usage(data_dir)
    needed = min(min_free_bytes, int(FREE_SHARE * disk.total))
    if disk.free >= needed:
        return ""
    return (
        f"the disk of {data_dir} has {disk.free / 2**20:,.0f} MB free, below the {needed / 2**20:,.0f} MB that a crawl"
        " leaves: make room, it then goes on"
    )
