"""Where a cited document was taken up: when each province did so first, with which words, and what came of it.

A province has taken a document up where a page on a meeting or the affairs of the province itself cites it. What it
promised and what it reported are told only from sentences that cite the document.
"""

import csv
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from search.document import Document
from search.domain import places
from search.domain.citations import quotations
from search.text.collation import sort_key

CUES_FILE = Path(__file__).with_name("tracing_cues.tsv")
PROVINCE = "province"  # level of the pages that count


@dataclass(frozen=True, slots=True)
class CitingSentence:
    """A sentence that cites the document, and its page."""

    page: Document
    sentence: str

    @property
    def day(self) -> str:
        """Return that of the page, as Document.day."""
        return self.page.day


@dataclass(frozen=True, slots=True)
class Uptake:
    """A province with its first mention, what it promised, and what it reported after that; each in order of days."""

    province: str
    first: CitingSentence
    promises: tuple[CitingSentence, ...]
    reports: tuple[CitingSentence, ...]
    pages: int


@dataclass(frozen=True, slots=True)
class Unseen:
    """A province none of whose pages cites the document. taken_up_by: today's unit that did, "" if none."""

    province: str
    taken_up_by: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """provinces: the earliest first. unseen: the units of the document's day that are not among them, by name."""

    number: str
    date: str
    provinces: tuple[Uptake, ...]
    unseen: tuple[Unseen, ...]


def trace(documents: Iterable[Document], number: str, date: str, dates: Collection[str]) -> Trace:
    """Return where a document was taken up.

    date: its own (ISO), "" where no page prints one. dates: of all documents of this number.
    """
    mentions: dict[str, list[CitingSentence]] = {}
    for page in documents:
        is_of_province = page.level == PROVINCE and not page.organ and page.province_then
        if is_of_province and _is_since(page.day, date):
            found = [CitingSentence(page, sentence) for sentence in _sentences(page, number, date, dates)]
            mentions.setdefault(page.province_then, []).extend(found)
    uptakes = [_uptake(province, found) for province, found in mentions.items() if found]
    taken = {one.province for one in uptakes}
    return Trace(
        number,
        date,
        tuple(sorted(uptakes, key=lambda one: (one.first.day, one.province))),
        tuple(_unseen(unit.slug, taken) for unit in units_of(date) if unit.slug not in taken),
    )


def units_of(date: str) -> Sequence[places.Unit]:
    """Return the provinces on the day of a document by name; today's where it has no day."""
    units = [unit for unit in places.units() if (unit.covers(date) if date else not unit.until)]
    return sorted(units, key=lambda unit: sort_key(unit.name))


def _is_since(day: str, date: str) -> bool:
    """Tell whether a day that is known to its month at least is not before another."""
    return len(day) >= len("2024-07") and day >= date[: len(day)]


def _sentences(page: Document, number: str, date: str, dates: Collection[str]) -> list[str]:
    """Return the sentences of a page that cite this document, and not another of its number."""
    cited = list(quotations(page, {number}))
    printed = {told for _, told, _ in cited if told}
    if not printed:  # then it can only be the one that there was
        there = [one for one in dates if one and one <= page.day]
        if there not in ([date], []) or (date and not there):
            return []
    elif printed != {date}:
        cited = [one for one in cited if one[1] == date]
    return list(dict.fromkeys(sentence for *_, sentence in cited))


def _uptake(province: str, mentions: list[CitingSentence]) -> Uptake:
    ordered = sorted(mentions, key=lambda one: (one.day, one.page.id))
    first = ordered[0]
    later = [one for one in ordered if one.day > first.day and one.page.id != first.page.id]
    return Uptake(
        province,
        first,
        _once(one for one in ordered if says("promise", one.sentence)),
        _once(one for one in later if says("report", one.sentence)),
        len({one.page.id for one in mentions}),
    )


def says(kind: str, sentence: str) -> bool:
    """Tell whether a sentence promises ("promise") or reports what was done ("report")."""
    return bool(_cues(kind).search(sentence))


def _once(mentions: Iterable[CitingSentence]) -> tuple[CitingSentence, ...]:
    found: dict[str, CitingSentence] = {}
    for one in mentions:
        found.setdefault(" ".join(one.sentence.split()), one)
    return tuple(found.values())


def _unseen(slug: str, taken: Collection[str]) -> Unseen:
    return Unseen(slug, next((later for later in places.now(slug) if later in taken), ""))


@cache
def _cues(kind: str) -> re.Pattern[str]:
    with CUES_FILE.open(encoding="utf-8", newline="") as file:
        cues = [row["cue"] for row in csv.DictReader(file, delimiter="\t") if row["kind"] == kind]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(cues)})(?![^\W_])", re.IGNORECASE)
