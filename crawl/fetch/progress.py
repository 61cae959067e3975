"""Progress while a crawl runs: a bar on a terminal, plain lines elsewhere (logs, pipes, cron)."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

from tqdm import tqdm

from crawl.fetch.summary import SourceSummary

SECONDS_BETWEEN_LINES = 15.0  # a log of a night's crawl stays readable

Progress = Callable[[SourceSummary, bool], None]
"""Called after each page with what came of its source so far, and once with True when the source is done."""


def terminal_progress() -> Progress:
    """Return the progress that fits what stderr is."""
    return _Bar(sys.stderr) if sys.stderr.isatty() else _LineProgress(sys.stderr)


def no_progress(summary: SourceSummary, done: bool) -> None:
    """Show nothing."""


class _Bar:
    """One bar for all sources; how many pages there will be is known by nobody, so it counts up."""

    def __init__(self, stream: TextIO) -> None:
        self._bar = tqdm(unit=" pages", file=stream, dynamic_ncols=True, leave=False)
        self._latest: dict[str, SourceSummary] = {}

    def __call__(self, summary: SourceSummary, done: bool) -> None:
        self._latest[summary.slug] = summary
        pages = sum(s.fetched + s.not_modified + s.failed for s in self._latest.values())
        self._bar.set_description(summary.slug, refresh=False)
        self._bar.set_postfix(new=sum(s.new for s in self._latest.values()), refresh=False)
        self._bar.update(pages - self._bar.n)
        if done:
            self._bar.clear()
            print(f"{summary.slug}: {summary.error or summary.in_words()}", file=self._bar.fp)
            self._bar.refresh()


class _LineProgress:
    """A line when a source is done, and one now and then while it is read."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last = time.monotonic()

    def __call__(self, summary: SourceSummary, done: bool) -> None:
        now = time.monotonic()
        if done or now - self._last >= SECONDS_BETWEEN_LINES:
            self._last = now
            said = summary.error if done and summary.error else summary.in_words()
            print(f"{summary.slug}: {said}{'' if done else ' …'}", file=self._stream, flush=True)
