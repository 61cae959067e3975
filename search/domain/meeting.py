"""One meeting as all pages that report it tell it. Built from documents that share `Document.meeting`."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search.document import Document


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting and its reports.

    day, last_day: ISO, the first and last day on which a report says that it was held, "" if none does.
    ordinal, term, chair, place: what most reports say, None or "" if none does. agenda: lines as printed, each once.
    citations: (number, ISO date or "") of the documents that any report cites. reports: in order of publication.
    """

    key: str
    kind: str
    province_then: str
    province_now: str
    organ: str
    day: str
    last_day: str
    ordinal: int | None
    term: str
    chair: str
    place: str
    agenda: tuple[str, ...]
    citations: tuple[tuple[str, str], ...]
    reports: tuple[Document, ...]


def meeting_from(documents: Iterable[Document]) -> Meeting | None:
    """Return the meeting that documents with one meeting key report; None for no documents."""
    reports = sorted(documents, key=lambda d: (d.published or d.held or "9", d.id))
    if not reports:
        return None
    days = sorted({report.held for report in reports if len(report.held) == 10})
    first = reports[0]
    return Meeting(
        key=first.meeting,
        kind=_most(report.event or report.kind for report in reports),
        province_then=first.province_then,
        province_now=first.province_now,
        organ=first.organ,
        day=days[0] if days else "",
        last_day=days[-1] if days else "",
        ordinal=int(_most(str(report.ordinal or "") for report in reports) or 0) or None,
        term=_most(report.term for report in reports),
        chair=_most(report.chair for report in reports),
        place=_most(report.place for report in reports),
        agenda=tuple(dict.fromkeys(line for report in reports for line in report.agenda)),
        citations=_citations(reports),
        reports=tuple(reports),
    )


def _most(values: Iterable[str]) -> str:
    """Return what most say; of equals the one said first; "" if nobody says anything."""
    counts = Counter(value for value in values if value)
    return max(counts, key=lambda value: counts[value]) if counts else ""


def _citations(reports: Sequence[Document]) -> tuple[tuple[str, str], ...]:
    """Return each document once, with its date where any report prints it; one number of two dates is two documents."""
    dated = dict.fromkeys((number, date) for report in reports for number, date, _ in report.citations if date)
    known = {number for number, _ in dated}
    undated = dict.fromkeys(
        (number, "") for report in reports for number, _, _ in report.citations if number not in known
    )
    return tuple(sorted([*dated, *undated]))
