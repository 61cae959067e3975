"""Who brings new pages to a subscriber: letters to a mail server, requests to a program."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from search.answer import answer
from search.document import Results
from search.domain.moments import iso
from search.engines.ports import Engine
from search.errors import BadRequest, IndexUnavailable
from search.figures.statements import Statement
from search.figures.store import FigureStore
from web.alerts import followed_figures, webhooks
from web.alerts.links import Links
from web.alerts.saved_search import saved_search
from web.alerts.settings import Settings
from web.alerts.smtp import Mailer, MailServerDown, NotTaken, NotTakenNow
from web.alerts.subscriptions import Subscription, Subscriptions

if TYPE_CHECKING:
    from web.alerts.delivery import RoundSummary
    from web.alerts.mail import Letters

SHOWN_IN_A_LETTER = 50  # pages; below the size at which mail programs cut a letter off, the rest is a link
READ_AT_ONCE = 500  # pages from which those shown are chosen; only the first digest after a large import has more
IN_A_REQUEST = 100  # pages, as many as /api/search gives at once; the rest follows in further requests
MAIL_REFUSALS, HOOK_FAILURES = 3, 7  # days in a row until an alert is switched off


class Channel(Protocol):
    def tell(self, one: Subscription) -> None:
        """Bring a subscriber what is to be told; what cannot be brought stays to be told."""


@contextmanager
def channels(
    subscriptions: Subscriptions,
    engine: Engine,
    store: FigureStore,
    settings: Settings,
    source_names: dict[str, str],
    summary: "RoundSummary",
    now: datetime,
) -> Iterator[Mapping[str, Channel]]:
    """Give the channel of each kind that the settings allow."""
    this_round = DeliveryRound(subscriptions, engine, store, source_names, summary, now)
    by_kind: dict[str, Channel] = {}
    if not settings.missing("webhook"):
        by_kind["webhook"] = WebhookChannel(this_round, settings)
    if settings.smtp is None or settings.missing("mail"):
        yield by_kind
        return
    from web.alerts.mail import Letters

    with Mailer(settings.smtp, settings.sender, settings.host) as mailer:
        yield by_kind | {"mail": MailChannel(this_round, Letters(settings, source_names), mailer)}


@dataclass(frozen=True, slots=True)
class News:
    """What one subscriber is told: pages as the search shows them, or figures. count: how many there are in all."""

    count: int
    results: Results | None = None
    figures: Sequence[Statement] = ()


class DeliveryRound:
    """What both channels do alike in one round: look up the pages, and note what became of them."""

    def __init__(
        self,
        subscriptions: Subscriptions,
        engine: Engine,
        store: FigureStore,
        source_names: dict[str, str],
        summary: "RoundSummary",
        now: datetime,
    ) -> None:
        self.subscriptions = subscriptions
        self.summary = summary
        self.now = now
        self.store = store
        self._engine = engine
        self._source_names = source_names

    def news(self, one: Subscription, keys: list[str], limit: int) -> "News | None":
        """Return what is to be told, as far as it is still so; None where nothing is left of it."""
        if not followed_figures.of_figures(one.query):
            results = self.results(one, keys, limit)
            if results is None:
                return None
            return News(results.total if len(keys) <= READ_AT_ONCE else len(keys), results=results)
        figures = followed_figures.to_be_told(self.store, one.query, keys[:limit])
        if not figures and self.store.exists():
            self.subscriptions.drop(one.id, keys[:limit])
        return News(len(figures) + len(keys[limit:]), figures=figures) if figures else None

    def results(self, one: Subscription, keys: list[str], limit: int) -> Results | None:
        """Return the pages as the search shows them, newest first; None where none of them is found any more.

        Raises IndexUnavailable where a part of the index did not answer: pages in it would pass for told.
        """
        try:
            asked = saved_search(one.query)
        except BadRequest:
            results = None
        else:
            results = answer(
                self._engine,
                asked.text,
                filters=replace(asked.filters, keys=tuple(keys[:READ_AT_ONCE])),
                sort="newest",
                limit=limit,
                source_names=self._source_names,
                language=one.language,
                loosen=False,
                partial=asked.partial,
            )
        if results is not None and results.partial:
            raise IndexUnavailable("a part of the index did not answer: alerts wait until all of its machines are up")
        if results is None or not results.hits:
            self.subscriptions.drop(one.id, keys)
            return None
        return results

    def told(self, one: Subscription, keys: list[str], news: News) -> None:
        self.subscriptions.note_told(one.id, keys, self.now)
        self.summary.alerts += 1
        self.summary.figures += news.count if news.figures else 0
        self.summary.pages += 0 if news.figures else news.count

    def not_told(self, one: Subscription, keys: list[str], reason: str) -> None:
        self.subscriptions.take_back(one.id, keys)
        self.summary.trouble(reason)

    def refused(self, one: Subscription, keys: list[str], reason: str, most: int, is_gone: bool = False) -> None:
        """Note a refusal; the alert is switched off after so many days of them, or at once if its receiver is gone."""
        self.subscriptions.take_back(one.id, keys)
        days = self.subscriptions.note_refused(one.id, self.now, another_day=not is_same_day(one.refused, self.now))
        if is_gone or days >= most:
            self.subscriptions.switch_off(one.id)
            self.summary.switched_off += 1
        else:
            self.summary.trouble(reason)


def is_same_day(refused: str, now: datetime) -> bool:
    """Tell whether the last refusal was today (UTC): rounds that follow one another count as one."""
    return refused[:10] == iso(now)[:10]


class MailChannel:
    def __init__(self, this_round: DeliveryRound, letters: "Letters", mailer: Mailer) -> None:
        self._round = this_round
        self._letters = letters
        self._mailer = mailer
        self._down = ""  # why the mail server serves nobody in this round

    def tell(self, one: Subscription) -> None:
        this_round, keys = self._round, self._round.subscriptions.to_tell(one.id)
        if self._down:
            this_round.summary.trouble(self._down)
            return
        if is_same_day(one.refused, this_round.now):  # asking a server again and again harms how it thinks of us
            this_round.summary.trouble("refused earlier today")
            return
        news = this_round.news(one, keys, SHOWN_IN_A_LETTER)
        if news is None:
            return
        if news.results is not None:
            letter = self._letters.digest(one, news.results, news.count, this_round.now)
        else:
            letter = self._letters.figures(one, news.figures, news.count, this_round.store, this_round.now)
        try:
            # From here on the pages count as told. If the process dies before the server's answer is noted, nobody
            # knows whether the letter went out, and it is not sent twice; if the server says no, it is sent again.
            if self._mailer.send(letter, one.address, lambda: this_round.subscriptions.give(one.id, keys)):
                this_round.told(one, keys, news)
        except MailServerDown as down:
            self._down = str(down)
            this_round.not_told(one, keys, self._down)
        except NotTakenNow as refusal:
            this_round.not_told(one, keys, str(refusal))
        except NotTaken as refusal:
            this_round.refused(one, keys, str(refusal), MAIL_REFUSALS)


class WebhookChannel:
    def __init__(self, this_round: DeliveryRound, settings: Settings) -> None:
        self._round = this_round
        self._links = Links(settings)
        self._loopback_allowed = settings.loopback_allowed

    def tell(self, one: Subscription) -> None:
        this_round = self._round
        while keys := this_round.subscriptions.to_tell(one.id)[:IN_A_REQUEST]:
            news = this_round.news(one, keys, IN_A_REQUEST)
            if news is None and not this_round.store.exists() and followed_figures.of_figures(one.query):
                return
            if news is None:
                continue
            if not this_round.subscriptions.give(one.id, keys):
                return
            payload = {
                "id": secrets.token_hex(16),
                "sent_at": iso(this_round.now),
                **self._told(one, news),
                "unsubscribe": self._links.unsubscribe(one.id),
            }
            try:
                webhooks.deliver(
                    one.address, payload, self._links.hook_key(one.id), loopback_allowed=self._loopback_allowed
                )
            except webhooks.WebhookFailed as failure:
                this_round.refused(one, keys, str(failure), HOOK_FAILURES, failure.is_gone)
                return
            this_round.told(one, keys, news)

    def _told(self, one: Subscription, news: News) -> dict[str, Any]:
        if news.results is None:
            url, figures = self._links.figures(one.query), [said.to_json() for said in news.figures]
            return {"type": "figures", "query": one.query, "url": url, "figures": figures}
        url, hits = self._links.search(one.query), [hit.to_json() for hit in news.results.hits]
        return {"type": "pages", "query": news.results.query, "url": url, "hits": hits}
