"""Pages on a meeting, a cited document, a person: what several articles tell, each fact with those that say so."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, Flask, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from search.document import Document
from search.domain import places
from search.domain.citations import editions, number_slug, numbers_of_slug
from search.domain.figure import Figure
from search.domain.meeting import Meeting, meeting_from
from search.domain.person import Person, PersonStatement, name_slug, people_from
from search.domain.quote import Said, said_in
from search.figures.statements import Statement
from search.query.nodes import Filters, Phrase, Query
from search.text.normalization import folds, norms
from web.http import parameters
from web.services import MOST_TOLD, library
from web.ui.labels import evidence_in_words
from web.ui.passages import shortened
from web.ui.templating import page

MOST_PAGES_FOR_FIGURES = 60  # whose figures are looked up for one person's page
FEWEST_SYLLABLES = 4  # by which a part of a sentence is told to be what somebody says

subjects = Blueprint("subjects", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(subjects)
    app.add_template_global(number_slug)
    app.add_template_global(name_slug)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that reports say. by: numbers of those reports, from 1.

    evidence: what it rests on in the first, "" if unknown; printed: these are words of that report.
    """

    value: str
    by: tuple[int, ...]
    evidence: str = ""
    printed: bool = False


@subjects.get("/hop/<key>")
def meeting(key: str) -> Response:
    reports, total = library().newest(Filters(meetings=(key,)))
    found = meeting_from(reports)
    if found is None:
        abort(404)
    told, names = found.reports, library().source_names()
    provinces = said(told, lambda d: [d.province_then], "province")
    return page(
        "meeting.html",
        meeting=found,
        total=total,
        source_names=names,
        days=said(told, lambda d: [d.held], "held"),
        kinds=said(told, lambda d: [d.event or d.kind], "kind"),
        organs=said(told, lambda d: [d.organ]),
        ordinals=said(told, lambda d: [str(d.ordinal or "")], "ordinal"),
        terms=said(told, lambda d: [d.term], "term"),
        places=said(told, lambda d: [d.place]),
        chairs=said(told, lambda d: [d.chair]),
        provinces=[replace(one, evidence=evidence_in_words(one.evidence, names)) for one in provinces],
        agenda=said(told, lambda d: d.agenda, most_first=False),
        cited=[(number, date, citing(told, number, date)) for number, date in found.citations],
        people=people_of(told),
        stated=stated_by(key),
        said=[(one, reports_of(one, told)) for one in sorted(said_in(told), key=lambda one: one.day)],
    )


def stated_by(meeting: str) -> dict[str, list[Statement]]:
    """Return what the reports of a meeting state, by indicator, in the order of the first report."""
    found: dict[str, list[Statement]] = {}
    for one in library().figures.of_meeting(meeting):
        found.setdefault(one.figure.indicator, []).append(one)
    return found


@subjects.get("/van-ban/<slug>")
def document_number(slug: str) -> AnyResponse:
    numbers = numbers_of_slug(slug)
    documents, total = library().newest(Filters(document_numbers=numbers)) if numbers else ([], 0)
    if not documents:
        written = otherwise_written(slug)
        if not written:
            abort(404)
        return redirect(url_for("subjects.document_number", slug=number_slug(written)))
    found = editions(documents, numbers)
    return page(
        "document_number.html",
        names=list(dict.fromkeys(edition.number for edition in found)),
        editions=found,
        read=len(documents),
        total=total,
        source_names=library().source_names(),
    )


@subjects.get("/nguoi/<province>/<slug>")
def person(province: str, slug: str) -> Response:
    if province not in places.known_slugs():
        abort(404)
    wanted = Query("", Phrase(slug.replace("-", " "), "people"), Filters(provinces_then=(province,)), sort="newest")
    found = library().engine().search(wanted, limit=MOST_TOLD)
    documents = [document for document, _ in found.ranked]
    people = people_from(documents, slug)
    said = said_in(documents, slug)
    if not people and not said:
        abort(404)
    spellings = dict.fromkeys(spelling for one in people for spelling in one.spellings)
    spellings |= dict.fromkeys(one.quote.speaker for one in said)
    year, topic = request.args.get("year", ""), request.args.get("q", "").strip()
    if year:
        parameters.year(year)
    shown = [one for one in said if about(one, year, topic)]
    return page(
        "person.html",
        province=province,
        slug=slug,
        name=people[0].name if people else said[0].quote.speaker,
        people=with_quotes(people, shown),
        said_shown=len(shown),
        said_total=len(said),
        years=sorted({one.day[:4] for one in said if one.day}, reverse=True),
        year=year,
        topic=topic,
        chaired=chaired(documents, slug),
        figures=figures_said(shown),
        mentions=mentions,
        read=len(documents),
        total=found.total,
        source_names=library().source_names(),
        namesakes=namesakes(
            {*(s for one in people for s in one.spellings), *(s.quote.speaker for s in said)}, province
        ),
    )


def said(
    reports: Iterable[Document], of: Callable[[Document], Iterable[str]], evidence: str = "", most_first: bool = True
) -> list[Told]:
    """Return what reports say with the numbers of those that do, what most say first (else in order of mention)."""
    by: dict[str, list[int]] = {}
    first: dict[str, Document] = {}
    for number, report in enumerate(reports, 1):
        for value in dict.fromkeys(of(report)):
            if value:
                by.setdefault(value, []).append(number)
                first.setdefault(value, report)
    told = []
    for value, numbers in by.items():
        report, words = first[value], first[value].evidence.get(evidence, "")
        told.append(Told(value, tuple(numbers), words, words in f"{report.title}\n{report.text}\n{report.byline}"))
    return sorted(told, key=lambda one: -len(one.by)) if most_first else told


def reports_of(said: Said, reports: Sequence[Document]) -> tuple[int, ...]:
    """Return the numbers of the reports that print a quote."""
    printing = {page.id for page in said.pages}
    return tuple(number for number, report in enumerate(reports, 1) if report.id in printing)


def citing(reports: Iterable[Document], number: str, date: str) -> tuple[int, ...]:
    """Return the numbers of the reports that cite a document with this date beside it ("": without a date)."""
    cited = [{(other, day) for other, day, _ in report.citations} for report in reports]
    return tuple(rank for rank, found in enumerate(cited, 1) if (number, date) in found)


def people_of(reports: tuple[Document, ...]) -> list[tuple[str, list[Told]]]:
    """Return everyone named at a meeting with their roles as printed, in order of mention."""
    names = dict.fromkeys(name for report in reports for name, _, _ in report.roles)

    def roles_of(name: str) -> list[Told]:
        return said(reports, lambda report: [roles for other, roles, _ in report.roles if other == name])

    return [(name, roles_of(name)) for name in names]


def otherwise_written(slug: str) -> str:
    """Return the number that a slug means in other letters (35-ct-tw), "" if no page cites such a one."""
    words = Phrase(slug.replace("-", " "), "document_numbers")
    found = library().engine().search(Query("", words), limit=1)
    numbers = [number for document, _ in found.ranked for number in document.document_numbers]
    return next((number for number in numbers if number_slug(number).casefold() == slug.casefold()), "")


def with_quotes(people: Iterable[Person], said: Iterable[Said]) -> list[tuple[str, Person | None, list[Said]]]:
    """Return (name, the person, what he or she says); None for somebody whom no page names with a role.

    Names of one slug may differ by diacritics: they are different people.
    """
    by_name: dict[str, list[Said]] = {}
    for one in said:
        by_name.setdefault(" ".join(norms(one.quote.speaker)), []).append(one)
    found: list[tuple[str, Person | None, list[Said]]] = []
    for person in people:
        found.append((person.name, person, by_name.pop(" ".join(norms(person.name)), [])))
    return found + [(quotes[0].quote.speaker, None, quotes) for quotes in by_name.values()]


def about(said: Said, year: str, topic: str) -> bool:
    """Whether a quote is of a year ("": of any) and has all words of a topic, with or without diacritics."""
    words = set(folds(said.words)) if topic else set()
    return said.day.startswith(year) and words.issuperset(folds(topic))


def chaired(documents: Iterable[Document], slug: str) -> list[Meeting]:
    """Return the meetings that somebody of this name chaired, as reports tell, the latest first."""
    reports: dict[str, list[Document]] = {}
    for document in documents:
        if document.meeting and slug in map(name_slug, document.chairs or (document.chair,)):
            reports.setdefault(document.meeting, []).append(document)
    found = [meeting for told in reports.values() if (meeting := meeting_from(told))]
    return sorted(found, key=lambda meeting: meeting.day, reverse=True)


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure within a quote. sentence: that it stands in, "" where the quote shows it or the figure before has it."""

    figure: Figure
    sentence: str


def figures_said(said: Iterable[Said]) -> dict[tuple[str, int], list[Stated]]:
    """Return the figures that stand within quotes, by page and number of the quote."""
    of_pages: dict[str, list[Figure]] = {}
    found: dict[tuple[str, int], list[Stated]] = {}
    for one in said:
        key = one.page.key
        if key not in of_pages:
            if len(of_pages) == MOST_PAGES_FOR_FIGURES:
                break
            of_pages[key] = library().figures.of_page(key)
        shown_until = one.quote.start + len(shortened(one.words))  # a long quote is shown in part
        told = ""  # the sentence that stands with the figure before
        for figure in of_pages[key]:
            if figure.part == "text" and one.quote.start <= figure.start and figure.end <= one.quote.end:
                sentence = "" if figure.end <= shown_until or figure.sentence == told else figure.sentence
                found.setdefault((key, one.number), []).append(Stated(figure, sentence))
                told = sentence or told
    return found


def mentions(person: Person, said: Iterable[Said]) -> list[PersonStatement]:
    """Return the sentences on a person, each once, without those that a quote shown beside them repeats."""
    quoted = [(one.page.key, norms(one.frame), norms(one.words)) for one in said]
    found: dict[str, PersonStatement] = {}
    for one in person.statements:
        keys, sentence, roles = {page.key for page in one.pages}, norms(one.sentence), norms(one.roles)
        if any(key in keys and _runs(roles, frame) and _tells(sentence, words) for key, frame, words in quoted):
            continue
        before = found.get(one.sentence)
        pages = (*before.pages, *one.pages) if before else one.pages
        found[one.sentence] = replace(before or one, pages=tuple({page.id: page for page in pages}.values()))
    return list(found.values())


def _runs(words: Sequence[str], text: Sequence[str]) -> bool:
    """Whether words stand in a text one behind the other."""
    return any(text[at : at + len(words)] == words for at in range(len(text)))


def _tells(sentence: Sequence[str], words: Sequence[str]) -> bool:
    """Whether a sentence begins or ends with what somebody says, or ends with how that begins."""
    if len(words) >= FEWEST_SYLLABLES and sentence[: len(words)] == words:
        return True
    ends = (sentence[at:] for at in range(len(sentence)))
    return any(end == words[: len(end)] or end[: len(words)] == words for end in ends if len(end) >= FEWEST_SYLLABLES)


def namesakes(spellings: Iterable[str], province: str) -> list[tuple[str, int]]:
    """Return other provinces whose pages name somebody of this name, with the number of pages; most first."""
    query = Query("", None, Filters(people=tuple(spellings)))
    counts = library().engine().search(query, limit=0, facets=("province_then",)).facets["province_then"]
    return [(str(other), count) for other, count in counts if other != province]
