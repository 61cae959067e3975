"""Which documents a plan matches, by plain Python over the terms of each document: no arrays, no postings."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from search import ranking
from search.document import Document
from search.engines.indexed_fields import FIRST_DAY, LAST_DAY, day_range, exact_values, facet_values
from search.engines.plan.nodes import (
    QUOTE_ENDS,
    ROUNDING,
    SENTENCES,
    UNACCENTED_DOCUMENTS,
    Adjacent,
    And,
    AndNot,
    AnyOf,
    Best,
    Between,
    Constant,
    Enough,
    Everything,
    InQuote,
    Lifted,
    Nothing,
    Or,
    Passage,
    Plan,
    Prefix,
    Recent,
    Require,
    Row,
    StandIn,
    Term,
    Together,
)
from search.text.analysis import field_terms
from tests.search.full_match_oracle import Span, stand_together

Key = tuple[str, str]


class Terms:
    """The terms of one document: where each stands, by field."""

    def __init__(self, document: Document) -> None:
        self.places: defaultdict[Key, set[int]] = defaultdict(set)
        for field, placed in field_terms(document).items():
            for term, place in placed:
                self.places[field, term].add(place)
        for field, value in facet_values(document).items():
            self.places[field, value].add(0)
        for field, values in exact_values(document).items():
            for value in values:
                self.places[field, value].add(0)
        self.places["key", document.key].add(0)
        self.days = dict(zip((FIRST_DAY, LAST_DAY), day_range(document.held or document.published), strict=True))
        self.unaccented = UNACCENTED_DOCUMENTS[:2] in self.places

    def starts(self, row: Sequence[Term], within_sentence: bool) -> list[int]:
        """Return where terms stand one after the other."""
        if not row or any(term[:2] not in self.places for term in row):
            return []
        borders = self.places.get(SENTENCES[:2], set()) if within_sentence else set()
        return [
            start
            for start in self.places[row[0][:2]]
            if all(start + n in self.places[term[:2]] for n, term in enumerate(row))
            and not any(start + n in borders for n in range(1, len(row)))
        ]

    def spans(self, node: Plan) -> list[Span]:
        """Return where a row, a phrase or a beginning stands."""
        match node:
            case Row(terms):
                found = [(start, start + len(terms)) for start in self.starts(terms, True)]
                if self.unaccented and node.unaccented:
                    found += [(start, start + len(terms)) for start in self.starts(node.unaccented, True)]
                return found
            case Adjacent(terms):
                return [(start, start + len(terms)) for start in self.starts(terms, False)]
            case Term():
                return [(start, start + 1) for start in self.places.get(node[:2], ())]
            case Prefix(field, text):
                return [
                    (start, start + 1)
                    for (own, term), places in self.places.items()
                    if own == field and term.startswith(text)
                    for start in places
                ]
        return []

    def quotes(self, begins: Term) -> Iterator[Span]:
        ends = sorted(self.places.get(QUOTE_ENDS[:2], ()))
        for start in self.places.get(begins[:2], ()):
            yield start, next(end for end in ends if end >= start) + 1


class PlainPlan:
    def __init__(self, documents: Sequence[Document]) -> None:
        self.terms = {one.id: Terms(one) for one in documents}
        self._holding: defaultdict[Key, set[str]] = defaultdict(set)
        for name, terms in self.terms.items():
            for key in terms.places:
                self._holding[key].add(name)
        self._unaccented = {name for name, terms in self.terms.items() if terms.unaccented}

    def matches(self, plan: Plan) -> set[str]:
        """Return the ids of the documents that a plan matches."""
        if isinstance(plan, Enough):
            return self._enough(plan)
        if isinstance(plan, Or | AnyOf | Best):
            return set().union(*map(self.matches, plan.children))
        if isinstance(plan, And | Require):
            return set.intersection(*map(self.matches, plan.children)) if plan.children else set()
        if isinstance(plan, AndNot):
            return self.matches(plan.wanted) - self.matches(plan.unwanted)
        if isinstance(plan, Constant | Lifted | Recent):
            return self.matches(plan.child)
        if isinstance(plan, StandIn):
            return set().union(*(self.matches(other) for other, _ in plan.others))
        return {name for name in self._candidates(plan) if _holds(plan, self.terms[name])}

    def _candidates(self, plan: Plan) -> set[str]:
        """Return documents among which all are that hold a row, a phrase or a term: they hold each of its terms."""
        match plan:
            case Term():
                return self._holding.get(plan[:2], set())
            case Row(terms) | Adjacent(terms):
                every = set.intersection(*(self._holding.get(term[:2], set()) for term in terms))
                return every | self._unaccented if isinstance(plan, Row) else every
        return set(self.terms)

    def _enough(self, plan: Enough) -> set[str]:
        held = [set().union(*map(self.matches, group)) for group in plan.groups]
        known = [self._rarity(group[0]) if some else None for group, some in zip(plan.groups, held, strict=True)]
        weights = ranking.rarities(known)
        least = max(sum(weights) * plan.share - ROUNDING, 1e-9)
        return {
            name
            for name in self.terms
            if sum(weight for weight, some in zip(weights, held, strict=True) if name in some) >= least
        }

    def _rarity(self, term: Plan) -> float:
        assert isinstance(term, Term)
        key = ranking.idf_field(term.field), term.text
        return ranking.idf(len(self.terms), len(self._holding.get(key, ())))


def _holds(plan: Plan, terms: Terms) -> bool:
    match plan:
        case Everything():
            return True
        case Nothing():
            return False
        case Between(field, first, last):
            return first <= terms.days[field] <= last
        case Passage(kinds, width):
            spans = [[span for row in rows for span in terms.spans(row)] for rows in kinds]
            return any(
                all(any(edge <= start and end <= edge + width for start, end in some) for some in spans)
                for edge in {start for some in spans for start, _ in some}
            )
        case Together(phrases, distance):
            return stand_together([terms.spans(Adjacent(phrase)) for phrase in phrases], distance)
        case InQuote(child):
            return any(child is None or _said(child, terms, quote) for quote in terms.quotes(plan.begins))
    return bool(terms.spans(plan))


def _said(plan: Plan, terms: Terms, quote: Span) -> bool:
    if isinstance(plan, And):
        return all(_said(child, terms, quote) for child in plan.children)
    if isinstance(plan, AnyOf):
        return any(_said(child, terms, quote) for child in plan.children)
    if isinstance(plan, Together):
        return stand_together([_within(quote, terms.spans(Adjacent(one))) for one in plan.phrases], plan.distance)
    return bool(_within(quote, terms.spans(plan)))


def _within(quote: Span, spans: Sequence[Span]) -> list[Span]:
    return [span for span in spans if quote[0] <= span[0] and span[1] <= quote[1]]
