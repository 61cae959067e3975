"""What a crawl may cost at most: time, bytes, requests. One value, passed from the caller to the workers."""

from dataclasses import dataclass


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
