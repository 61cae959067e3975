"""What happened to each source, in plain words: ok, stale, failing and why, never tried, moved, discontinued.

Read from the runs of the archive alone, so that it is true after any restart, and without loading a crawler.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from crawl import clock
from crawl.archive.archive import Archive, Run, SourceRecord
from crawl.archive.database import INTERRUPTED, is_being_written
from crawl.archive.runs import Alarm

if TYPE_CHECKING:
    from crawl.registry.sources import Source

RUNS_LOOKED_AT = 50
STALE_INTERVALS = 4  # one failed crawl is weather, four in a row are climate
DEFAULT_INTERVAL = timedelta(hours=12)  # of a source that is no longer in the registry
COLLAPSE_SHARE = 0.2  # of the articles that lists usually name; in a quiet week they name the same ones again
COLLAPSE_RUNS = 4  # fewer runs make no history to compare with
COLLAPSE_USUAL = 10  # a source that never has more than a handful says nothing by having two
DEAD_REASONS = ("dns", "unreachable", "timeout", "not_found", "parked")  # what a closed site answers
DEAD_AFTER = timedelta(days=90)  # a portal that is rebuilt is away for weeks, one that was closed for good longer


@dataclass(frozen=True, slots=True)
class SourceState:
    """How one source fares. Times are ISO 8601 in UTC, "" for never.

    state: "ok", "stale", "failing", "moved", "discontinued", "never_tried" or "running".
    reason: key of why (health_words.tsv), "" where all is well; trouble: the same in the words of the crawl.
    articles: how many the archive holds; gone: how many of them are no longer at the source.
    not_followed_links: of the latest run, what looked like pages of a list and led nowhere.
    moved: how many articles stand at another address than at first.
    """

    slug: str
    name: str
    province: str
    kind: str
    state: str
    reason: str
    trouble: str
    tried: str
    succeeded: str
    articles: int
    gone: int
    alarms: int = 0
    not_followed_links: int = 0
    moved: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the state with its names in both languages."""
        key = self.reason or self.state
        return asdict(self) | {"label": {"vi": label(key, "vi"), "en": label(key, "en")}}

    def __str__(self) -> str:
        why = f" ({label(self.reason, 'vi')}: {self.trouble})" if self.reason else ""
        moved = f", {self.moved} bài đã sang địa chỉ mới" if self.moved else ""
        return (
            f"{self.slug}: {label(self.state, 'vi')}{why}; {self.articles} bài{moved};"
            f" thử lần cuối {self.tried or '–'}, thành công lần cuối {self.succeeded or '–'}"
        )


def source_states(data_dir: Path, sources: Sequence["Source"] | None = None) -> list[SourceState]:
    """Return the state of every source in the archive, and of those in the registry that were never tried.

    sources: the registry; it tells how often a source should be crawled. Ordered by slug. Raises ArchiveError.
    """
    with Archive(data_dir, read_only=True) as archive:
        return states_in(archive, sources or ())


def states_in(archive: Archive, sources: Sequence["Source"] = ()) -> list[SourceState]:
    """Return what source_states does, of an open archive."""
    at = clock.now()
    registry = {source.slug: source for source in sources}
    records = {record.slug: record for record in archive.sources()}
    for source in sources:
        records.setdefault(source.slug, SourceRecord(source.slug, source.name, source.province, source.kind))
    counts, moved = archive.article_counts(), archive.moved_counts()
    alarms = archive.alarms()
    writing = is_being_written(archive.data_dir)
    states = []
    for slug, record in sorted(records.items()):
        interval = timedelta(hours=registry[slug].interval_hours) if slug in registry else DEFAULT_INTERVAL
        runs = archive.runs(slug, RUNS_LOOKED_AT)
        open_alarms = _open_alarms(slug, runs, alarms)
        articles, gone = counts.get(slug, (0, 0))
        state, reason, trouble = judge(runs, interval, at, open_alarms, writing, articles)
        successor = registry[slug].successor if slug in registry else ""
        if successor and state in ("failing", "stale", "discontinued"):
            state, reason, trouble = "moved", "moved", f"goes on as {successor}; {trouble}"
        good = next((run for run in runs if run.succeeded), None)
        states.append(
            SourceState(
                slug=slug,
                name=record.name,
                province=record.province,
                kind=record.kind,
                state=state,
                reason=reason,
                trouble=trouble,
                tried=runs[0].started_at if runs else "",
                succeeded=good.finished_at if good else "",
                articles=articles,
                gone=gone,
                alarms=len(open_alarms),
                not_followed_links=runs[0].not_followed if runs else 0,
                moved=moved.get(slug, 0),
            )
        )
    return states


def judge(
    runs: Sequence[Run],
    interval: timedelta,
    at: datetime,
    alarms: Sequence[Alarm] = (),
    writing: bool = False,
    articles: int = 0,
) -> tuple[str, str, str]:
    """Return state, reason and trouble of a source from its runs, newest first.

    alarms: those that are open. writing: whether somebody is crawling now; else a run without an end has died.
    articles: how many the archive holds of the source.
    """
    if not runs:
        return "never_tried", "", ""
    latest = runs[0]
    if alarms:
        return "failing", alarms[0].kind, alarms[0].detail
    if latest.interrupted:
        if writing and not latest.finished_at:
            return "running", "", ""
        if any(run.succeeded for run in runs[1:2]):
            return "ok", "", ""  # somebody stopped the program; nothing is wrong with the source
        return "failing", INTERRUPTED, latest.error or INTERRUPTED
    if latest.error:
        reason = reason_of(latest.error)
        if reason == "moved":
            return "moved", reason, latest.error
        if reason in DEAD_REASONS and at - _in_vain_since(runs) > DEAD_AFTER:
            return "discontinued", reason, latest.error
        return "failing", reason, latest.error
    if not articles and not latest.seen:
        return "failing", "no_articles", "the crawl ended without a single article"
    usual = [run.listed for run in runs[1:] if run.succeeded and run.listed > 0]
    if latest.listed > 0 and len(usual) >= COLLAPSE_RUNS:
        expected = median(usual)
        if expected >= COLLAPSE_USUAL and latest.listed < COLLAPSE_SHARE * expected:
            return "failing", "collapsed", f"{latest.listed} articles listed, where there were {expected:.0f} before"
    if at - datetime.fromisoformat(latest.finished_at) > STALE_INTERVALS * interval:
        return (
            "stale",
            "stale",
            f"last crawled {latest.finished_at}, due every {interval.total_seconds() / 3600:g} hours",
        )
    return "ok", "", ""


def _in_vain_since(runs: Sequence[Run]) -> datetime:
    """Return when the last success was, or the first try where there was none."""
    good = next((run.finished_at for run in runs if run.succeeded), "")
    return datetime.fromisoformat(good or runs[-1].started_at)


def _open_alarms(slug: str, runs: Sequence[Run], alarms: Sequence[Alarm]) -> list[Alarm]:
    """Return the alarms of the latest run: a later run without any has shown that it is over."""
    since = runs[0].started_at if runs else ""
    return [alarm for alarm in alarms if alarm.source == slug and alarm.raised_at >= since]


def reason_of(error: str) -> str:
    """Return the key of what an error is about, "unknown" where no pattern of health_words.tsv is found in it."""
    for key, _, _, pattern in _words():
        if pattern and re.search(pattern, error, re.IGNORECASE):
            return key
    return "unknown"


def label(key: str, language: str) -> str:
    """Return what a state or reason is called, language "vi" or "en"; the key itself where it has no name."""
    for name, vietnamese, english, _ in _words():
        if name == key:
            return english if language == "en" else vietnamese
    return key


@cache
def _words() -> list[tuple[str, str, str, str]]:
    lines = Path(__file__).with_name("health_words.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")][1:]
    return [(key, vietnamese, english, why) for key, vietnamese, english, why in rows]
