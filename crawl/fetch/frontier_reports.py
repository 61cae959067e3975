"""What frontier.db tells people: pages that fail, what was not followed. Read while others crawl."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawl import clock
from crawl.archive.frontier_file import frontier_rows
from search.domain.moments import iso

GIVEN_UP_SECONDS = (
    28 * 24 * 3600.0
)  # from then on a page that fails is called given up, though it is tried now and then


@dataclass(frozen=True, slots=True)
class FailingPage:
    """A page that was asked for in vain. Times are seconds since 1970; due_at: 0 for the next run."""

    source: str
    url: str
    kind: str
    why: str
    tries: int
    failed_since: float
    due_at: float

    def given_up(self, at: float) -> bool:
        """Tell whether it has failed for so long that a person should look at it."""
        return at - self.failed_since >= GIVEN_UP_SECONDS

    def to_json(self) -> dict[str, object]:
        return {
            "url": self.url,
            "why": self.why,
            "tries": self.tries,
            "since": _iso(self.failed_since),
            "next_try": _iso(self.due_at),
            "given_up": self.given_up(clock.wall()),
        }

    def __str__(self) -> str:
        again = f"thử lại sau {_iso(self.due_at)}" if self.due_at else "thử lại ở lần thu thập tới"
        state = "đã thôi chờ" if self.given_up(clock.wall()) else "chưa lấy được"
        return f"{state}: {self.url} ({self.why}; {self.tries} lần từ {_iso(self.failed_since)}; {again})"


def failing_pages(data_dir: Path) -> list[FailingPage]:
    """Return the pages that were asked for in vain, by source, those that fail longest first; none before a crawl."""
    return [
        FailingPage(*row)
        for row in frontier_rows(
            data_dir,
            "SELECT source, url, kind, why, tries, failed_since, due_at FROM pages"
            " WHERE state = 'waiting' AND tries > 0 AND NOT forbidden ORDER BY source, failed_since, id",
        )
    ]


def forbidden_pages(data_dir: Path) -> dict[str, int]:
    """Return by source how many pages wait that robots.txt forbids; empty before a crawl."""
    return dict(frontier_rows(data_dir, "SELECT source, count(*) FROM pages WHERE forbidden GROUP BY source"))


def notes(data_dir: Path) -> dict[str, list[str]]:
    """Return by source what its latest run did not follow; empty before a crawl."""
    found: dict[str, list[str]] = {}
    for source, note in frontier_rows(data_dir, "SELECT source, what FROM notes ORDER BY source, what"):
        found.setdefault(source, []).append(note)
    return found


def _iso(moment: float) -> str:
    """Return a moment as ISO 8601 in UTC, "" for the next run."""
    return iso(datetime.fromtimestamp(moment, UTC)) if moment else ""
