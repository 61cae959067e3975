"""A moment as it is stored and told: ISO 8601 in UTC, whole seconds."""

from datetime import UTC, datetime


def iso(moment: datetime) -> str:
    """Return a moment, given in UTC, as 2026-12-01T05:12:14Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_now() -> str:
    return iso(datetime.now(UTC))
