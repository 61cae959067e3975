"""Which pages report the same meeting and which print the same text: of all, or only near those that have changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from crawl.article import article_key
from indexer.duplicates import Print, alike_any, copies_of
from indexer.interpretation_cache import Interpretation, InterpretationCache
from indexer.meeting_clusters import link
from indexer.meeting_days import InferredDay, infer_days, with_days
from search.document import Document


@dataclass(frozen=True, slots=True)
class Grouping:
    """meetings: id → key of the meeting. copies: key → (key, source) of all that print the same text.

    days: id → day of the meeting, of documents that print it without its year (meeting_days.py).
    """

    meetings: dict[str, str]
    copies: dict[str, tuple[tuple[str, str], ...]]
    days: dict[str, InferredDay] = field(default_factory=dict)

    def of(self, document: Document) -> Document:
        """Return a document with the key of its meeting, its copies, and the day of the meeting that others tell."""
        if inferred := self.days.get(document.id):
            document = _dated(document, inferred)
        meeting, copies = self.meetings.get(document.id, ""), self.copies.get(document.key, ())
        return replace(document, meeting=meeting, copies=copies) if meeting or copies else document

    def is_that_of(self, made: Interpretation) -> bool:
        """Whether an article has the company that it was indexed with."""
        key = article_key(made.id)
        now = self.meetings.get(made.id, ""), self.copies.get(key, ()), self.held(made.id)
        return now == (made.meeting, made.copies, made.held)

    def held(self, identifier: str) -> str:
        """Return the day that others tell of a document's meeting, with grade and words; "" if none do."""
        return str(self.days[identifier]) if identifier in self.days else ""


def _dated(document: Document, inferred: InferredDay) -> Document:
    evidence = dict(document.evidence)
    evidence["held"] = evidence.pop("held_day", "")
    evidence["held_year"] = evidence["year"] = inferred.words
    evidence.pop("possible_years", None)
    year = int(inferred.day[:4])
    return replace(
        document, held=inferred.day, year=year, year_grade=inferred.grade, possible_years=(), evidence=evidence
    )


def company(every: Iterable[Interpretation]) -> Grouping:
    """Return the company of all articles."""
    pages = list(every)
    sightings = [made.sighting for made in pages if made.sighting]
    days = infer_days(sightings)
    return Grouping(link(with_days(sightings, days)), copies_of(made.print for made in pages if made.print), days)


def company_near(
    memory: InterpretationCache, before: Sequence[Interpretation], now: Sequence[Interpretation]
) -> tuple[Grouping, list[Interpretation]]:
    """Return the company of what was made now, and the other articles whose company changes with it.

    before: what memory holds of the same articles and of those that are gone. A key depends on the sightings of one
    group, a cluster on the pages that are alike: only these are read from memory.
    """
    changed = {made.id for made in (*before, *now)}
    prints = [made.print for made in (*before, *now) if made.print]
    alike = {identifier: look for identifier, look in _connected(memory, prints) if identifier not in changed}
    told = [made for made in memory.of(alike.keys()) if made.held]  # what others told of them is told again
    groups = {made.sighting.group for made in (*before, *now, *told) if made.sighting}
    sightings = {said.id: (said, was) for said, *was in memory.sightings(groups) if said.id not in changed}

    every = [*(said for said, _ in sightings.values()), *(made.sighting for made in now if made.sighting)]
    days = infer_days(every)
    meetings = link(with_days(every, days))
    copies = copies_of([*alike.values(), *(made.print for made in now if made.print)])
    found = Grouping(meetings, copies, days)
    moved = {
        identifier
        for identifier, (_, was) in sightings.items()
        if was != [meetings[identifier], found.held(identifier)]
    }
    others = list(memory.of(moved | alike.keys()))
    meetings |= {made.id: made.meeting for made in others if made.id not in sightings}
    copies |= {article_key(made.id): made.copies for made in others if made.id not in alike}
    return found, [made for made in others if not found.is_that_of(made)]


def _connected(memory: InterpretationCache, prints: list[Print]) -> Iterator[tuple[str, Print]]:
    """Yield (id, print) of all pages that are alike one of prints, or alike one of those, and so on."""
    seen: set[str] = set()
    while prints:
        near = {identifier: look for identifier, look in memory.prints_near(prints).items() if identifier not in seen}
        flags = alike_any(list(near.values()), prints)
        found = {identifier: look for (identifier, look), flag in zip(near.items(), flags, strict=True) if flag}
        yield from found.items()
        seen |= found.keys()
        prints = list(found.values())
