"""Pages on a meeting, a cited document, a person: what several articles tell, each fact with those that say so."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from flask import Blueprint, Flask, Response, abort, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from search.document import Document
from search.domain import places
from search.domain.citations import editions, number_slug, numbers_of_slug
from search.domain.meeting import meeting_from
from search.domain.person import Person, name_slug, people_from
from search.query.nodes import Filters, Phrase, Query
from web.services import MOST_TOLD
from web.ui.labels import evidence_in_words
from web.views.pages import library, page

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
    )


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
    people = people_from((document for document, _ in found.ranked), slug)
    if not people:
        abort(404)
    return page(
        "person.html",
        province=province,
        people=people,
        read=len(found.ranked),
        total=found.total,
        source_names=library().source_names(),
        namesakes=namesakes(people, province),
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


def citing(reports: Iterable[Document], number: str, date: str) -> tuple[int, ...]:
    """Return the numbers of the reports that cite a document with this date beside it ("": without a date)."""
    cited = [{(other, day) for other, day, _ in report.citations} for report in reports]
    return tuple(place for place, found in enumerate(cited, 1) if (number, date) in found)


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


def namesakes(people: Iterable[Person], province: str) -> list[tuple[str, int]]:
    """Return other provinces whose pages name somebody of this name, with the number of pages; most first."""
    query = Query("", None, Filters(people=tuple(spelling for person in people for spelling in person.spellings)))
    counts = library().engine().search(query, limit=0, facets=("province_then",)).facets["province_then"]
    return [(str(other), count) for other, count in counts if other != province]
