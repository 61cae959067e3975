"""What is indexed of a document besides its text, whichever engine keeps it: facets, whole values, days."""

import hashlib
from collections.abc import Sequence
from datetime import date

from search.document import FACETS, Document
from search.domain.year_grades import FIRST_YEAR, LAST_YEAR, UNKNOWN
from search.query.nodes import Filters

FIRST_DAY, LAST_DAY = "day", "day_last"  # columns: the first and the last day that a document's date can mean
# → field of Filters
EXACT = {"meeting": "meetings", "document_number": "document_numbers", "person": "people", "fate": "fates"}
POSSIBLE_YEAR = "possible_year"  # of documents of unknown year alone
WHOLE_VALUES = (*EXACT, POSSIBLE_YEAR)  # fields whose values are matched whole, of which a document may have several


def facet_values(document: Document) -> dict[str, str]:
    """Return the value of each facet as indexed; unknown ones are left out, but that the year is unknown is a value."""
    values = {facet: getattr(document, facet) for facet in FACETS}
    if document.year is None:
        values["year_grade"] = UNKNOWN
    return {facet: str(value) for facet, value in values.items() if value not in ("", None)}


def exact_values(document: Document) -> dict[str, list[str]]:
    """Return the values of each field of WHOLE_VALUES as indexed, each once; fields without any are left out."""
    values = {
        "meeting": (document.meeting,),
        "document_number": document.document_numbers,
        "person": document.people,
        "fate": document.fates,
        POSSIBLE_YEAR: tuple(map(str, possible_years(document))),
    }
    kept = {field: [value for value in dict.fromkeys(some) if value] for field, some in values.items()}
    return {field: some for field, some in kept.items() if some}


def possible_years(document: Document) -> Sequence[int]:
    """Return the years that a document of unknown year may be of: none is later than the page was fetched."""
    if document.year is not None:
        return ()
    return document.possible_years or range(FIRST_YEAR, int(document.fetched_at[:4] or LAST_YEAR) + 1)


def value_key(field: str, value: str) -> bytes:
    return f"{field}\0{value}".encode("utf-8", "surrogatepass")


def value_hash(field: str, value: str) -> int:
    """Return what stands for a value of a field of WHOLE_VALUES: 64 bits, the same on every engine."""
    return int.from_bytes(hashlib.blake2b(value_key(field, value), digest_size=8).digest(), "little")


def wanted_values(filters: Filters) -> dict[str, tuple[str, ...]]:
    """Return the values that filters ask for, by field of EXACT."""
    return {field: some for field, name in EXACT.items() if (some := getattr(filters, name))}


def day_range(iso: str) -> tuple[int, int]:
    """Return the first and last day that an ISO date cut to its precision can mean, as YYYYMMDD; (0, 0) if unknown."""
    if not iso:
        return 0, 0
    year, month, day = (int(part) for part in [*iso.split("-"), "0", "0"][:3])
    return year * 10_000 + month * 100 + day, year * 10_000 + (month or 12) * 100 + (day or 31)


def ordinal(day: int) -> int:
    """Return the number of a day given as YYYYMMDD (00 for an unknown month or day: its first), 0 if unknown."""
    if day <= 0:
        return 0
    return date(day // 10_000, max(day // 100 % 100, 1), max(day % 100, 1)).toordinal()
