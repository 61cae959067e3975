"""Lists of all provinces, people, documents cited, meetings and sources: in the order of a dictionary, searchable."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, request
from werkzeug.datastructures import MultiDict

from search.domain import places
from search.entities.mentions import CITED, MEETING, PERSON, Entity
from search.entities.store import EntityStore
from search.query.nodes import Filters, Query
from search.request_checks import check_length
from search.text.collation import LETTERS, initial, sort_key
from search.text.normalization import folds, norms
from web.http.parameters import check_names, encode, one_of, whole_number
from web.http.urls import at
from web.services import library
from web.ui.labels import date_in_words, kind_label, province_label
from web.ui.language import translated
from web.ui.templating import page

ENTRIES = 100  # of a page
LAST_PAGE = 10_000
LONGEST_WORDS = 200  # characters
INITIALS = (*LETTERS.upper(), "#")

lists = Blueprint("lists", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(lists)
    app.add_template_global(list_names)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list. name: as printed, in_vietnamese, or in the language of the page, as the facts are.

    printed: words as pages print them. pages: how many tell of it.
    """

    name: str
    address: str
    facts: tuple[str, ...]
    pages: int
    in_vietnamese: bool = True
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """words: to be found in an entry; letter: its initial, "" for any; number: of the page, from 1."""

    words: str
    letter: str
    number: int

    def link(self, number: int = 1, letter: str | None = None) -> str:
        letter = self.letter if letter is None else letter
        pairs = (("q", self.words), ("letter", letter), ("page", str(number) if number > 1 else ""))
        return encode((name, value) for name, value in pairs if value)


def read_asked(arguments: MultiDict[str, str]) -> Asked:
    check_names(arguments, ("q", "letter", "page", "lang"))
    words, letter = arguments.get("q", "").strip(), arguments.get("letter", "")
    check_length(words, LONGEST_WORDS)
    one_of("letter", letter, ("", *INITIALS))
    given = {"page": tuple(filter(None, arguments.getlist("page")))}
    return Asked(words, letter, whole_number(given, "page", default=1, least=1, most=LAST_PAGE))


def entities() -> EntityStore:
    return library().entities


# -- from the index --------------------------------------------------------------------------------------------------


@lists.get("/nguoi")
def people() -> Response:
    title, lead = translated("Các nhân vật"), translated("Những người được các bài nêu kèm chức danh, xếp theo tên.")
    return _from_index("people", PERSON, title, lead, person_entry)


@lists.get("/van-ban")
def cited() -> Response:
    title, lead = translated("Văn bản được nhắc"), translated("Văn bản mà các bài nhắc đến, xếp theo số.")
    return _from_index("cited", CITED, title, lead, cited_entry)


@lists.get("/hoi-nghi")
def meetings() -> Response:
    title = translated("Các cuộc họp")
    lead = translated("Các cuộc họp mà kho có bài, xếp theo tỉnh, mới nhất trước.")
    return _from_index("meetings", MEETING, title, lead, meeting_entry)


def _from_index(name: str, kind: str, title: str, lead: str, entry: Callable[[Entity], Entry]) -> Response:
    asked = read_asked(request.args)
    found = entities().listed(kind, asked.words, asked.letter, ENTRIES, (asked.number - 1) * ENTRIES)
    return _shown(name, title, lead, asked, list(map(entry, found.entities)), found.total, found.letters)


def person_entry(one: Entity) -> Entry:
    address = at("subjects.person", province=one.province, slug=one.key)
    return Entry(one.name, address, (province_label(one.province),), one.pages, printed=one.detail)


def cited_entry(one: Entity) -> Entry:
    day = translated("ngày {day}", day=date_in_words(one.detail)) if one.detail else ""
    return Entry(one.name, at("subjects.document_number", slug=one.key), (day, span_in_words(one)), one.pages)


def meeting_entry(one: Entity) -> Entry:
    *_, organ, day = one.parts()
    facts = (organ or province_label(one.province), date_in_words(day))
    return Entry(meeting_name(one), at("subjects.meeting", key=one.key), facts, one.pages, False)


def meeting_name(one: Entity) -> str:
    kind, ordinal, *_ = one.parts()
    return f"{kind_label(kind)} {translated('lần thứ {number}', number=ordinal)}" if ordinal else kind_label(kind)


def span_in_words(one: Entity) -> str:
    """Return from which to which day pages name an entity."""
    first, last = date_in_words(one.first), date_in_words(one.last)
    return first if first == last else f"{first} – {last}"


# -- of the registry and the gazetteer -------------------------------------------------------------------------------


@lists.get("/tinh")
def provinces() -> Response:
    entries = [province_entry(slug, pages_of_province(slug)) for slug in places.known_slugs()]
    lead = translated("34 tỉnh, thành phố ngày nay và các đơn vị trước đó.")
    return _listed_here("provinces", translated("Các tỉnh, thành phố"), lead, entries)


def pages_of_province(slug: str) -> int:
    """Return how many pages are of a unit, then or now."""
    then, now = (library().coverage().counts.get(name, {}).get(slug, 0) for name in ("province_then", "province_now"))
    if not then or not now:
        return then or now
    query = Query("", None, Filters(provinces=(slug,)))  # the same pages in part
    return library().engine().search(query, limit=0).total


def province_entry(slug: str, pages: int) -> Entry:
    unit = places.unit(slug)
    assert unit is not None  # the slugs are the gazetteer's own
    later = ", ".join(province_label(one) for one in places.now(slug)) if unit.until else ""
    since = f"{date_in_words(unit.since) or '…'} – {date_in_words(unit.until) or translated('nay')}"
    now = f"{translated('nay thuộc')} {later}" if later else ""
    return Entry(unit.name, at("holdings.province", slug=slug), (since, now), pages)


@lists.get("/nguon")
def sources() -> Response:
    counts = library().coverage().counts.get("source", {})
    entries = [
        Entry(
            source.name,
            at("holdings.source", slug=source.slug),
            (province_label(source.province) if source.province else "",),
            counts.get(source.slug, 0),
        )
        for source in library().sources()
    ]
    lead = translated("Những trang web mà kho thu thập bài.")
    return _listed_here("sources", translated("Các nguồn"), lead, entries)


def _listed_here(name: str, title: str, lead: str, entries: Iterable[Entry]) -> Response:
    asked = read_asked(request.args)
    matching = sorted((one for one in entries if _holds(one, asked.words)), key=lambda one: sort_key(one.name))
    letters = Counter(initial(one.name) for one in matching)
    chosen = [one for one in matching if asked.letter in ("", initial(one.name))]
    first = (asked.number - 1) * ENTRIES
    return _shown(name, title, lead, asked, chosen[first : first + ENTRIES], len(chosen), letters)


def _holds(entry: Entry, words: str) -> bool:
    """Whether an entry has each word, typed with signs exactly so; the last one may be the beginning of a word."""
    text = " ".join((entry.name, *entry.facts))
    exact, plain = (f" {' '.join(forms(text))} " for forms in (norms, folds))
    typed = list(zip(norms(words), folds(words), strict=True))
    ends = ([" "] * (len(typed) - 1) + [""])[: len(typed)]
    return all(
        f" {folded}{end}" in plain if norm == folded else f" {norm}{end}" in exact
        for (norm, folded), end in zip(typed, ends, strict=True)
    )


def _shown(
    name: str, title: str, lead: str, asked: Asked, entries: Sequence[Entry], total: int, letters: dict[str, int]
) -> Response:
    return page(
        "list.html",
        endpoint=f"lists.{name}",
        title=title,
        lead=lead,
        asked_list=asked,
        entries=entries,
        total=total,
        letters=[letter for letter in INITIALS if letters.get(letter)],
        last=-(-total // ENTRIES),
    )


def list_names() -> tuple[tuple[str, str], ...]:
    """Return (endpoint, name) of all lists."""
    return (
        ("lists.provinces", translated("Các tỉnh, thành phố")),
        ("lists.people", translated("Các nhân vật")),
        ("lists.cited", translated("Văn bản được nhắc")),
        ("lists.meetings", translated("Các cuộc họp")),
        ("lists.sources", translated("Các nguồn")),
    )
