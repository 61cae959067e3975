"""The time of day and the time that passes, asked for in one place, so that a test can let a month go by in minutes."""

import time
from datetime import UTC, datetime


def wall() -> float:
    """Return the time of day of this machine, seconds since 1970; it may jump."""
    return time.time()


def monotonic() -> float:
    """Return seconds that only ever pass."""
    return time.monotonic()


def now() -> datetime:
    """Return the time of day in UTC."""
    return datetime.fromtimestamp(wall(), UTC)
