"""One round of alerts, after the index was brought in step: find what is new for whom, tell those whose turn it is.

A page is new to a subscriber if it came to the archive after the confirmation, whatever its own date; a later edition
of it is the same page. Who follows pages that were changed or taken down is told of those. What "told" means where a
process is killed: subscriptions.py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawl.archive.archive import Archive
from crawl.archive.job_lock import only_one
from crawl.article import article_key
from crawl.errors import ArchiveError
from search.answer import ids_among
from search.domain.moments import iso
from search.engines.ports import Engine
from search.errors import BadRequest, IndexMissing, IndexUnavailable
from search.figures.store import FigureStore
from search.query.nodes import Filters
from web.alerts import followed_figures
from web.alerts.channels import channels
from web.alerts.saved_search import saved_search
from web.alerts.settings import AlertsMisconfigured, Settings
from web.alerts.subscriptions import DATABASE, Subscription, Subscriptions
from web.ui.labels import VIETNAM

LOCK = "alerts.lock"
KEYS_AT_ONCE = 500  # of one question to the index
MOST_KNOWN_AT_CONFIRMATION = 5_000  # beyond, nobody can say what of it was to be found already
NOT_INDEXED_PATIENCE = timedelta(days=7)  # a page without text never comes to the index
LONGEST_MEMORY_OF_FATES = timedelta(days=60)  # within which a change comes to the index
DAYS_OF_RHYTHM = {"immediate": 0, "daily": 1, "weekly": 7}


@dataclass(slots=True)
class RoundSummary:
    """What a round did. troubles: in plain words, without addresses → how many alerts wait for the next round by it."""

    alerts: int = 0
    pages: int = 0
    figures: int = 0
    switched_off: int = 0
    unsure: int = 0
    damaged: int = 0
    is_busy: bool = False
    troubles: dict[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        return sum(self.troubles.values()) + self.damaged

    def trouble(self, reason: str) -> None:
        self.troubles[reason] = self.troubles.get(reason, 0) + 1

    def __str__(self) -> str:
        if self.is_busy:
            return "alerts: another process is sending them just now"
        figures = f", {self.figures} figures told" if self.figures else ""
        lines = [f"alerts: {self.alerts} sent, {self.pages} pages told{figures}"]
        lines += [f"{count} to be tried again in the next round: {why}" for why, count in sorted(self.troubles.items())]
        if self.switched_off:
            lines.append(f"{self.switched_off} switched off: their receivers refuse for good")
        if self.damaged:
            lines.append(f"{self.damaged} places in {DATABASE} are damaged and left out: bring back a backup of it")
        if self.unsure:
            lines.append(f"{self.unsure} pages were being handed over when a process was stopped; not told twice")
        return "\n".join(lines)


def send_due(data_dir: Path, engine: Engine, settings: Settings, now: datetime | None = None) -> RoundSummary:
    """Tell what is new to all whose turn it is; return what was done.

    now: in UTC, None for the present. A second process that comes meanwhile does nothing. Raises AlertsMisconfigured
    where somebody waits and the settings do not say how to reach him; ArchiveError, IndexMissing.
    """
    now = now or datetime.now(UTC)
    summary, store = RoundSummary(), FigureStore(data_dir)
    if not Subscriptions.exist(data_dir):
        return summary
    with only_one(data_dir, LOCK) as is_ours:
        if not is_ours:
            summary.is_busy = True
            return summary
        with Subscriptions(data_dir) as subscriptions:
            with Archive(data_dir, read_only=True) as archive:
                source_names = {source.slug: source.name for source in archive.sources()}
                look(subscriptions, archive, engine, store, now)
            summary.unsure, summary.damaged = subscriptions.settle(), subscriptions.damaged()
            due = [one for one in subscriptions.confirmed() if is_due(one, now) and subscriptions.to_tell(one.id)]
            for kind in sorted({one.kind for one in due}):
                if missing := settings.missing(kind):
                    raise AlertsMisconfigured(
                        f"{', '.join(missing)} not set, and somebody waits for alerts by {kind}: "
                        "set it in hoinghi.toml or the environment (hoinghi config)"
                    )
            with channels(subscriptions, engine, store, settings, source_names, summary, now) as by_kind:
                for one in due:
                    by_kind[one.kind].tell(one)
    return summary


def look(subscriptions: Subscriptions, archive: Archive, engine: Engine, store: FigureStore, now: datetime) -> None:
    """Note for every subscription the pages, or the figures, that are new to it."""
    end, begin = archive.position(), subscriptions.position()
    if begin is None or begin > end:  # the first round, or another archive than before
        subscriptions.begin_anew_at(end)
        begin = end
    came = archive.changed_since(begin) | subscriptions.not_indexed()
    confirmed = subscriptions.confirmed()
    visible = visible_among(engine, came) if came else set()
    if any(followed_figures.of_figures(one.query) for one in confirmed):
        visible &= store.holds(visible)  # what was not read yet is looked for again, as what is not indexed
    found = {}
    for one in confirmed if visible else ():
        if followed_figures.of_figures(one.query):
            in_index = {key: came[key] for key in visible}
            known = subscriptions.known_pages(one.id)
            found[one.id] = followed_figures.new_figures(one, in_index, known, store)
        else:
            found[one.id] = new_pages(one, came, visible, subscriptions, engine)
    for one in confirmed:
        if "fate=" in one.query:
            found[one.id] = changed_pages(one, archive, end, subscriptions, engine, now)
    absent = {key: entered for key, entered in came.items() if key not in visible}
    subscriptions.note_round(end, found, absent, now, NOT_INDEXED_PATIENCE)


def new_pages(
    one: Subscription, came: dict[str, int], visible: set[str], subscriptions: Subscriptions, engine: Engine
) -> dict[str, int]:
    """Return which of the pages that came are what a subscription looks for, and new to it; with their positions."""
    known = subscriptions.known_pages(one.id)
    keys = [key for key in visible if came[key] > one.since and key not in known]
    if not keys:
        return {}
    try:
        asked = saved_search(one.query)
    except BadRequest:  # a source or a province that is no longer known: the search finds nothing, as on the page
        return {}
    return {key: came[key] for key in keys_found(engine, asked.text, asked.filters, keys, partial=asked.partial)}


def changed_pages(
    one: Subscription, archive: Archive, position: int, subscriptions: Subscriptions, engine: Engine, now: datetime
) -> dict[str, int]:
    """Return which pages were changed or taken down since somebody asked to be told of that, each told once."""
    since = max(datetime.fromisoformat(one.confirmed), now - LONGEST_MEMORY_OF_FATES).astimezone(UTC)
    keys = sorted(archive.fates_since(iso(since)) - set(subscriptions.known_pages(one.id)))
    try:
        asked = saved_search(one.query)
    except BadRequest:
        return {}
    return {key: position for key in keys_found(engine, asked.text, asked.filters, keys, partial=asked.partial)}


def known_at_confirmation(data_dir: Path, engine: Engine, subscriptions: Subscriptions) -> tuple[int, dict[str, int]]:
    """Return from where on pages are new to who confirms now, and those beyond that can be found already.

    What was archived since the last round and is not indexed yet could not be found: to the subscriber it is new.
    """
    try:
        with Archive(data_dir, read_only=True) as archive:
            subscriptions.begin_at(archive.position())
            waiting = subscriptions.not_indexed().values()
            begin = min([subscriptions.position() or 0, *(entered - 1 for entered in waiting)])
            came = archive.changed_since(begin)
            if len(came) > MOST_KNOWN_AT_CONFIRMATION:
                return archive.position(), {}
    except ArchiveError:  # nothing was gathered yet: all that will be is new
        return 0, {}
    try:
        visible = visible_among(engine, came) if came else set()
    except (IndexMissing, IndexUnavailable):
        visible = set()
    return begin, {key: entered for key, entered in came.items() if key in visible}


def visible_among(engine: Engine, keys: Iterable[str]) -> set[str]:
    """Return which pages are in the index."""
    return keys_found(engine, "", Filters(), list(keys))


def keys_found(engine: Engine, text: str, filters: Filters, keys: Sequence[str], *, partial: bool = False) -> set[str]:
    """Return which of the pages a search finds."""
    found: set[str] = set()
    for first in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[first : first + KEYS_AT_ONCE]
        found |= {article_key(identifier) for identifier in ids_among(engine, text, filters, some, partial=partial)}
    return found & set(keys)


def is_due(one: Subscription, now: datetime) -> bool:
    """Tell whether it is a subscription's turn: days are those of the calendar in Vietnam, so that no turn is missed
    where rounds are exactly a day apart."""
    last = datetime.fromisoformat(one.last_told or one.confirmed)
    days = (now.astimezone(VIETNAM).date() - last.astimezone(VIETNAM).date()).days
    return days >= DAYS_OF_RHYTHM[one.rhythm]
