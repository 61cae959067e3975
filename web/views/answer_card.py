"""The card above the results of a search that names one thing: a province, person, meeting, document or source.

Named is what the whole search says, a year aside: "Bắc Giang 2023" names the province, "giải ngân Bắc Giang" does not.
An indicator has a panel of its own (figure_panel.py).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from search.document import Results
from search.domain import place_names, places
from search.domain.citations import number_slug, numbers_of_slug
from search.domain.person import name_slug
from search.entities.mentions import CITED, MEETING, PERSON, Entity
from search.query.nodes import Filters, Query
from search.text.normalization import fold, folds, norms
from web.http.parameters import SearchRequest
from web.http.urls import at
from web.services import library
from web.ui.labels import date_in_words, number, province_label
from web.ui.language import translated
from web.views.lists import meeting_name, pages_of_province, span_in_words

LONGEST_NAME = 120  # characters of a search that may be a name
MOST_NAMESAKES = 3
WORDS_OF_MEETINGS = ("hoi nghi", "ky hop", "dai hoi", "phien hop")
_NUMBER = re.compile(r"(?<!\S)[0-9]+[-/]\S+$")  # at the end: Chỉ thị 35-CT/TW
_YEAR = re.compile(r"(?:\s+|^)(?:năm |nam )?((?:19|20)[0-9]{2})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Card:
    """what: the kind of thing; name: in Vietnamese where in_vietnamese; facts: in the language of the page.

    printed: words as pages print them, which come before the facts.
    """

    what: str
    name: str
    address: str
    facts: tuple[str, ...]
    in_vietnamese: bool = True
    printed: str = ""


def cards(asked: SearchRequest, results: Results) -> list[Card]:
    """Return the cards of a search: none where it names nothing, several for people of one name."""
    text = asked.text.strip(' "“”')
    if not text or len(text) > LONGEST_NAME or asked.offset or ":" in text:
        return []
    year = _YEAR.search(text)
    name = text[: year.start()].strip() if year and not any(sign in text for sign in "/-") else text
    shown_year = year[1] if year and name != text else ""
    if not name:
        return []
    for found in (_province(name), _cited(name), _people(name, shown_year), _source(name), _meeting(text)):
        if cards_found := list(found):
            return cards_found
    return []


def _province(name: str) -> Iterator[Card]:
    bare = re.sub(r"^(?:tỉnh|thành phố|tp\.?|tinh|thanh pho)\s+", "", name, flags=re.IGNORECASE)
    if len(folds(bare)) > 5:  # no name has more
        return
    unit = place_names.named(bare)
    if unit is None or not _is_same(bare, unit.name):
        return
    later = ", ".join(map(province_label, places.now(unit.slug))) if unit.until else ""
    made_of = ", ".join(map(province_label, places.made_of(unit.slug))) if not unit.until else ""
    told = f"{translated('nay thuộc')} {later}" if later else f"{translated('lập từ')} {made_of}" if made_of else ""
    since = f"{date_in_words(unit.since) or '…'} – {date_in_words(unit.until) or translated('nay')}"
    address = at("holdings.province", slug=unit.slug)
    yield Card(translated("Tỉnh, thành phố"), unit.name, address, (told or since, _pages(pages_of_province(unit.slug))))


def _cited(name: str) -> Iterator[Card]:
    number_typed = _NUMBER.search(name)
    if number_typed is None or not numbers_of_slug(slug := number_slug(number_typed[0])):
        return
    for one in library().entities.named(CITED, slug, 1) or library().entities.named(CITED, slug.upper(), 1):
        address = at("subjects.document_number", slug=one.key)
        yield Card(translated("Văn bản"), one.name, address, (_pages(one.pages), span_in_words(one)))


def _people(name: str, year: str) -> Iterator[Card]:
    found = [one for one in library().entities.named(PERSON, name_slug(name)) if _is_same(name, one.name)]
    for one in found[:MOST_NAMESAKES]:
        address = at("subjects.person", f"year={year}" if year else "", province=one.province, slug=one.key)
        facts = (f"{province_label(one.province)}, {_pages(one.pages)}",)
        yield Card(translated("Nhân vật"), one.name, address, facts, printed=one.detail)


def _source(name: str) -> Iterator[Card]:
    folded = fold(name)
    for one in library().sources():
        if (folded == _folded_name(one.name) and _is_same(name, one.name)) or name == one.slug:
            pages = library().engine().search(Query("", None, Filters(sources=(one.slug,))), limit=0).total
            place = province_label(one.province) if one.province else ""
            yield Card(translated("Nguồn"), one.name, at("holdings.source", slug=one.slug), (place, _pages(pages)))
            return


_folded_name = lru_cache(maxsize=1024)(fold)  # of sources: every search is compared with all of them


def _meeting(text: str) -> Iterator[Card]:
    """Yield the one meeting that has all words; those of other words, or of several meetings, are not named."""
    words = " ".join(folds(text))
    if not re.search(r"\d", words) or not any(kind in words for kind in WORDS_OF_MEETINGS):
        return
    found = library().entities.listed(MEETING, text, limit=2)
    if found.total == 1:
        yield _meeting_card(found.entities[0])


def _meeting_card(one: Entity) -> Card:
    *_, organ, day = one.parts()
    where = organ or province_label(one.province)
    facts = (", ".join(filter(None, (where, date_in_words(day)))), _pages(one.pages))
    return Card(translated("Cuộc họp"), meeting_name(one), at("subjects.meeting", key=one.key), facts, False)


def _is_same(typed: str, name: str) -> bool:
    """Whether a name is meant: typed with signs it has to have these, typed without any."""
    same = list(norms(typed)) == list(norms(name))
    return same or (list(folds(typed)) == list(norms(typed)) and list(folds(typed)) == list(folds(name)))


def _pages(count: int) -> str:
    return translated("{count} bài", count=number(count))
