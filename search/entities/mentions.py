"""What one document names, and what all mentions of one entity tell of it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from search.document import Document
from search.domain import kinds, places
from search.domain.citations import number_slug
from search.domain.person import name_slug
from search.text.collation import initial, sort_key
from search.text.normalization import folds, norms

PERSON, CITED, MEETING = "person", "document", "meeting"
KINDS = (PERSON, CITED, MEETING)
_NUMBER = re.compile("[0-9]+")
JOINT = "\t"  # between the parts of the name of a meeting: kind, number, body, day


class Mention(NamedTuple):
    """kind: of KINDS. key: as in the address of the page. province: slug, "" for a document cited. day: ISO or "".

    name: as printed; of a meeting its parts (JOINT). detail: roles as printed, date printed beside a number.
    """

    kind: str
    key: str
    province: str
    name: str
    detail: str
    day: str


class Entity(NamedTuple):
    """One entry of a list. pages: how many name it; first, last: their days (ISO, "" if unknown). detail: the newest.

    letter, order: where it stands in its list. words, folded: what it is searched by.
    """

    kind: str
    key: str
    province: str
    name: str
    detail: str
    pages: int
    first: str
    last: str
    letter: str
    order: bytes
    words: str
    folded: str

    def parts(self) -> tuple[str, int | None, str, str]:
        """Return of a meeting its kind, number, body ("": of the province) and day."""
        kind, ordinal, organ, day = self.name.split(JOINT)
        return kind, int(ordinal) if ordinal else None, organ, day


def mentions_of(document: Document) -> Iterator[Mention]:
    """Yield what a document names, each once."""
    day = document.day
    if document.province_then:
        for name, roles in {name: roles for name, roles, _ in document.roles}.items():
            if slug := name_slug(name):
                yield Mention(PERSON, slug, document.province_then, name, roles, day)
    dates = {number: date for number, date, _ in document.citations if date}
    for number in dict.fromkeys(document.document_numbers):
        yield Mention(CITED, number_slug(number), "", number, dates.get(number, ""), day)
    if document.meeting:
        kind = document.event or document.kind
        name = JOINT.join((kind, str(document.ordinal or ""), document.organ, document.held))
        yield Mention(MEETING, document.meeting, document.province_then, name, document.term, day)


def entities_from(mentions: Iterable[Mention]) -> list[Entity]:
    """Return the entities of mentions of one kind, key and province: names that differ by diacritics are two."""
    by_name: dict[str, list[Mention]] = {}
    for mention in mentions:
        same = " ".join(norms(mention.name)) if mention.kind != MEETING else ""
        by_name.setdefault(same, []).append(mention)
    return [_entity(told) for told in by_name.values()]


def _entity(told: list[Mention]) -> Entity:
    told = sorted(told, key=lambda one: one.day, reverse=True)
    kind, key, province, *_ = told[0]
    name = _meeting_name(told) if kind == MEETING else Counter(one.name for one in told).most_common(1)[0][0]
    days = [one.day for one in told if one.day]
    detail = next((one.detail for one in told if one.detail), "")
    listed, searched = _listed(kind, name, province), _searched(kind, name, province, detail)
    order = sort_key(listed)
    if kind == MEETING:  # the newest of a province first
        newest = name.split(JOINT)[3] or "0"
        order += bytes(255 - byte for byte in newest.encode())
    return Entity(
        *(kind, key, province, name, detail, len(told), min(days, default=""), max(days, default="")),
        initial(listed),
        order,
        f" {' '.join(norms(searched))} ",
        f" {' '.join(folds(searched))} ",
    )


def _meeting_name(told: list[Mention]) -> str:
    """Return for each part of the name of a meeting what most reports say."""
    columns = zip(*(one.name.split(JOINT) for one in told), strict=True)
    return JOINT.join(Counter(filter(None, column)).most_common(1)[0][0] if any(column) else "" for column in columns)


def _listed(kind: str, name: str, province: str) -> str:
    """Return the words by which an entity is put in order: people by their given name, meetings by their province."""
    if kind == PERSON:
        *before, given = name.split() or [""]
        return " ".join([given, *before])
    if kind == CITED:  # by number: 5-CT/TW before 35-CT/TW
        return _NUMBER.sub(lambda number: number[0].zfill(6), name, count=1)
    return places.label(province) if kind == MEETING else name


def _searched(kind: str, name: str, province: str, detail: str) -> str:
    if kind == MEETING:
        event, ordinal, organ, day = name.split(JOINT)
        year, _, rest = day.partition("-")
        number = f"lần thứ {ordinal}" if ordinal else ""
        kind_name = kinds.labels().get(event, "")
        date = "/".join(reversed([part.lstrip("0") for part in rest.split("-")] + [year])) if rest else ""
        term = f"khóa {detail}" if detail else ""
        return f"{kind_name} tỉnh {number} {organ} {places.label(province)} {term} năm {year} ngày {date}"
    return f"{name} {places.label(province)}" if kind == PERSON else name
