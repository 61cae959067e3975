"""Alerts of an indicator: which figures are new to a subscriber, in the order and words of the page of the indicator.

A figure is new where it is shown there, and every page that states it came after the confirmation: the same figure on
another page is the same figure. What is told is remembered by its digest, as pages are by their keys.
"""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

from search.errors import BadRequest
from search.figures.revisions import with_revisions
from search.figures.statements import Asked, Statement
from search.figures.store import FigureStore
from web.alerts.subscriptions import Subscription
from web.http.figure_parameters import FiguresRequest, read_page
from web.http.parameters import encode
from web.ui import labels
from web.ui.figure_table import is_shown
from web.ui.language import current_language

PARAMETERS = ("indicator", "province", "year", "sector")  # of those that the page of an indicator has
_BEGINNING = "indicator="  # of no query string of a search


def of_figures(query: str) -> bool:
    """Whether a subscription is for the figures of an indicator and not for pages."""
    return query.startswith(_BEGINNING)


def query_of(asked: FiguresRequest) -> str:
    """Return what a subscription keeps of a request for a page."""
    return encode(pairs_of(asked))


def pairs_of(asked: FiguresRequest) -> list[tuple[str, str]]:
    pairs = [("indicator", asked.indicator), *(("province", one) for one in asked.provinces)]
    pairs += [*(("year", str(one)) for one in asked.years), ("sector", asked.sector)]
    return [pair for pair in pairs if pair[1]]


def read_query(query: str) -> FiguresRequest:
    """Return what a subscription asks for. Raises BadRequest where a value in it is no longer known."""
    return read_page(MultiDict(parse_qsl(query)))


def require_indicator(asked: FiguresRequest, store: FigureStore) -> None:
    if asked.indicator not in store.indicators():
        message = '"{value}" is no indicator: expected a key as /so-lieu links to'
        raise BadRequest(message, "indicator", code="no-such-indicator", value=asked.indicator)


def in_words(asked: FiguresRequest, store: FigureStore) -> str:
    """Return indicator, branch, provinces and years: "GRDP · Dịch vụ · Bắc Giang · 2024"."""
    language, known = current_language(), store.indicators().get(asked.indicator)
    words = [known.label(language) if known else asked.indicator]
    if asked.sector:
        vietnamese, english = store.sectors().get(asked.sector, (asked.sector, asked.sector))
        words.append(english if language == "en" else vietnamese)
    return " · ".join([*words, *map(labels.province_label, asked.provinces), *map(str, asked.years)])


def stated_by(store: FigureStore, query: str, keys: Iterable[str]) -> list[Statement]:
    """Return the figures on some pages that a subscription is for."""
    try:
        asked = read_query(query)
    except BadRequest:  # a province that is no longer known
        return []
    wanted = Asked(asked.indicator, asked.provinces, asked.years, sector=asked.sector)
    return [one for one in store.stated_on(wanted, keys) if is_shown(one)]


def new_figures(one: Subscription, came: Mapping[str, int], known: set[str], store: FigureStore) -> dict[str, int]:
    """Return the figures that are new to a subscriber, each with the position of the page that came last.

    came: pages with their positions in the archive; known: figures that were found for the subscriber before.
    """
    news = {key: position for key, position in came.items() if position > one.since}
    stated = [said for said in stated_by(store, one.query, news) if said.id not in known]
    witnesses = {said.id: [page.key for page in said.witnesses] for said in stated}
    return {
        identifier: max(news[key] for key in keys)
        for identifier, keys in witnesses.items()
        if all(key in news for key in keys)
    }


def to_be_told(store: FigureStore, query: str, ids: Sequence[str]) -> list[Statement]:
    """Return the figures that are still stated and shown, each with what it revises, newest period first."""
    try:
        read_query(query)
    except BadRequest:
        return []
    found = [one for one in store.by_ids(ids) if is_shown(one)]
    told: list[Statement] = []
    for one in found:
        f = one.figure
        around = store.statements(Asked(f.indicator, (f.place,), sector=f.sector))
        told += [known for known in with_revisions(around) if known.id == one.id] or [one]
    return sorted(told, key=lambda one: (one.figure.last, one.figure.place), reverse=True)
