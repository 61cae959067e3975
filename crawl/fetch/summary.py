"""What came of a crawl: numbers by source, what failed and why."""

from collections.abc import Iterator
from dataclasses import dataclass, field

FAILURES_KEPT = 20  # by source; the first ones tell what is wrong, all of them would fill the memory


@dataclass(slots=True)
class SourceSummary:
    """What came of one source.

    fetched: pages that came with a body, lists included. new, changed, unchanged: articles stored. not_modified:
    answers 304. left_out: pages that are no meeting. failed: pages that could not be fetched or read. forbidden: pages
    that robots.txt forbids. moved: stored articles found at a new address. gone: those that the site says do not exist.
    named: articles that lists, feeds and sitemaps name, known or not. waiting: pages left for the next run.
    failures: (URL, why) of the first ones. failing: pages that failed, in this run or before, and will be tried again.
    not_followed: links and entries that look like pages of a list or articles and lead nowhere we can go. notes: what
    was not followed or needs a look, in plain words. paused: why nothing is fetched at the moment, "" otherwise.
    error: why the run came to no good end, "" where it did. not_before: when the site itself asks to be visited again
    (Retry-After), ISO 8601, "" where it did not; a source that was sent away so has not failed.
    """

    slug: str
    name: str = ""
    fetched: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    not_modified: int = 0
    left_out: int = 0
    failed: int = 0
    forbidden: int = 0
    gone: int = 0
    moved: int = 0
    named: int = 0
    waiting: int = 0
    failing: int = 0
    not_followed: int = 0
    paused: str = ""
    notes: list[str] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    error: str = ""
    not_before: str = ""

    @property
    def has_failed(self) -> bool:
        return bool(self.error) and not self.not_before

    @property
    def stored(self) -> int:
        return self.new + self.changed + self.unchanged + self.moved

    def note_failure(self, url: str, why: str) -> None:
        self.failed += 1
        if len(self.failures) < FAILURES_KEPT:
            self.failures.append((url, why))

    def in_words(self) -> str:
        """Return one line: "12 new, 1 changed, 80 not modified, 3 left out, 1 failed"."""
        named = (
            (self.new, "new"),
            (self.changed, "changed"),
            (self.unchanged, "unchanged"),
            (self.not_modified, "not modified"),
            (self.left_out, "left out (no meeting)"),
            (self.forbidden, "forbidden by robots.txt"),
            (self.moved, "at a new address"),
            (self.gone, "not found any more"),
            (self.failed, "failed"),
            (self.failing, "to be tried again"),
            (self.waiting, "waiting for the next run"),
        )
        said = [f"{count:,} {what}" for count, what in named if count]
        if self.paused:
            said.append(self.paused)
        return ", ".join(said) or "nothing"


@dataclass(slots=True)
class CrawlSummary:
    """What came of a crawl, by source in the order of the registry. stopped: it was interrupted (Ctrl-C)."""

    sources: list[SourceSummary] = field(default_factory=list)
    stopped: bool = False

    @property
    def failed(self) -> bool:
        """Whether the crawl is done in part only: a source or a page failed, or somebody stopped it."""
        return self.stopped or any(source.has_failed or source.failed for source in self.sources)

    def total(self, name: str) -> int:
        """Return the sum of one of the numbers of SourceSummary over all sources."""
        return sum(getattr(source, name) for source in self.sources)

    def lines(self) -> Iterator[str]:
        """Yield the summary for a reader: a line for each source, below it what failed and why."""
        width = max((len(source.slug) for source in self.sources), default=0)
        for source in self.sources:
            needs_a_look = source.error or source.failed or source.failing or source.notes
            mark = "✗" if source.has_failed else ("!" if needs_a_look else "✓")
            yield f"{mark} {source.slug:<{width}}  {source.in_words()}"
            if source.has_failed:
                yield f"    failed: {source.error}"
            elif source.error:
                yield f"    asked to come back, not before {source.not_before}: {source.error}"
            yield from (f"    {note}" for note in source.notes)
            for url, why in source.failures[:5]:
                yield f"    {url}: {why}"
            if source.failed > 5:
                yield f"    and {source.failed - 5:,} more"
        if self.stopped:
            yield "stopped before the end: what was stored stays stored; run it again to go on"

    def __str__(self) -> str:
        return "\n".join(self.lines())
