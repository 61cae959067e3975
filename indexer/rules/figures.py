"""The figures that a document reports: title and text, with the place and the day that the other rules found."""

import re

from indexer.figures import introduced_places, subjects
from indexer.figures.context import Context
from indexer.figures.statements import Read, figures_of_parts
from indexer.figures.subjects import PROVINCE, Subject
from indexer.reading import Reading, read
from search.document import Document
from search.domain import levels, place_names

_OF_THE_ASSEMBLY = re.compile(r"(?:(?:trưởng |phó trưởng )?đoàn )?(?:đbqh|đại biểu quốc hội)(?!\w)", re.IGNORECASE)
_HOST = re.compile(r"\S+\.\S+")  # the evidence is the host of the source; "TP. HCM" is of a text
_OF_ALL = ("central", "ministry", "foreign")  # levels
_SMALLER = (subjects.DISTRICT, subjects.COMMUNE)  # levels, by the same keys


def read_document(document: Document) -> Read:
    """Return what a document states in numbers; offsets point into its title or text as printed."""
    title, text = read(document.title), read(document.text)
    home = Subject(document.province_then, PROVINCE) if document.province_then else subjects.UNKNOWN
    smaller = introduced_places.of_title(title, home) if not document.organ else _organ(document.organ)
    default = smaller if smaller.level else home if _is_of_its_province(document) else subjects.UNKNOWN
    today = document.day
    context = Context(
        default,
        today,
        title,
        document.fetched_at[:4],
        home,
        bool(document.kind),
        _congress(document),
        _body(document, title, text, home, smaller),
    )
    return figures_of_parts((("title", title), ("text", text)), context)


def _body(document: Document, title: Reading, text: Reading, home: Subject, smaller: Subject) -> Subject:
    """Return the district, commune or part of the party whose meeting a page reports, UNKNOWN if none.

    smaller: what the title, or the organ, names.
    """
    if document.organ:
        return smaller
    opening = text.cut(0, _end_of_opening(text.text))
    if introduced_places.is_of_part_of_the_party(title) or introduced_places.is_of_an_association(title, opening):
        return Subject("", subjects.OTHER)
    if document.level not in _SMALLER or introduced_places.names_its_bodies(opening, 0, len(opening.text), home):
        return subjects.UNKNOWN
    return smaller if smaller.level == document.level else Subject("", document.level)


def _end_of_opening(text: str) -> int:
    """Return where the opening of a text ends, at a blank so that no word is cut."""
    if len(text) <= levels.OPENING_CHARACTERS:
        return len(text)
    return text.rfind(" ", 0, levels.OPENING_CHARACTERS) + 1


def _is_of_its_province(document: Document) -> bool:
    """Whether what a page says of no other place is of its province.

    It is where the page reports a meeting, or its source or title names the province. Elsewhere a number may be of
    anything in that province, and must name its place.
    """
    if document.level in _OF_ALL:
        return False
    if document.kind:
        return True
    words, arrow, _ = document.evidence.get("province", "").partition(" →")
    if _OF_THE_ASSEMBLY.match(words):  # whoever sits there for a province speaks of the nation
        return False
    by_source = not arrow or words.startswith("nguồn ") or _HOST.fullmatch(words.strip()) is not None
    named = any(one.slug == document.province_then for one in place_names.find_composed(document.title))
    return named or (by_source and document.level in ("", levels.PROVINCE))


def _congress(document: Document) -> int:
    """Return the year of the party congress of the province that a page reports, 0 if it reports none."""
    year = int(document.day[:4] or document.year or 0)
    return year if "daihoi" in (document.kind, document.event) and not document.organ and year % 5 == 0 else 0


def _organ(organ: str) -> Subject:
    kind = organ.split(" ")[0].lower()
    if kind in ("xã", "phường"):
        return Subject(organ, subjects.COMMUNE)
    return Subject(organ, subjects.DISTRICT if kind in ("huyện", "thị", "quận", "thành") else subjects.OTHER)
