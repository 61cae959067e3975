"""The plan of a query (search/engines/plan/nodes.py) as Whoosh queries, with matchers that go posting by posting.

The oracle of the array evaluator. Kinds of nodes that Whoosh has not are written here, as plainly as can be.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from whoosh import matching, query
from whoosh.query import qcolumns, qcore, spans
from whoosh.searching import SearchContext

from search import ranking
from search.engines.indexed_fields import ordinal
from search.engines.plan import nodes
from search.engines.plan.nodes import ROUNDING, Plan
from search.query.nearness import stand_together

SENTENCES, UNACCENTED_DOCUMENTS, QUOTES, QUOTE_ENDS = (
    query.Term(term.field, term.text)
    for term in (nodes.SENTENCES, nodes.UNACCENTED_DOCUMENTS, nodes.QUOTES, nodes.QUOTE_ENDS)
)


Phrase = tuple[query.Term, ...]  # terms that stand one after the other


def whoosh_query(plan: Plan) -> query.Query:
    """Return the Whoosh query for a plan."""
    match plan:
        case nodes.Term(field, text, boost):
            return query.Term(field, text, boost=boost)
        case nodes.Everything():
            return query.Every()
        case nodes.Nothing():
            return query.NullQuery
        case nodes.Prefix(field, text):
            return query.ConstantScoreQuery(query.Prefix(field, text), 1.0)
        case nodes.Between(field, first, last):
            return Between(field, first, last)
        case nodes.Or(children):
            return query.Or(_all(children))
        case nodes.And(children):
            return query.And(_all(children))
        case nodes.AnyOf(children):
            return AnyOf(_all(children))
        case nodes.Best(children):
            return Best(_all(children))
        case nodes.AndNot(wanted, unwanted):
            return query.AndNot(whoosh_query(wanted), whoosh_query(unwanted))
        case nodes.Require(scored, required):
            return query.Require(whoosh_query(scored), whoosh_query(required))
        case nodes.Constant(child, score):
            wanted = whoosh_query(child)
            return query.ConstantScoreQuery(wanted, score) if score else Unscored(wanted)
        case nodes.Enough(groups, share):
            return Enough([_all(group) for group in groups], share)
        case nodes.Adjacent(children):
            return _adjacent(_all(children))
        case nodes.Row():
            return _row(plan)
        case nodes.Passage(kinds, width):
            return Passage([[_row(row) for row in rows] for rows in kinds], width)
        case nodes.InQuote(child, speaker):
            told = None if speaker is None else whoosh_query(speaker)
            return InQuote(None if child is None else whoosh_query(child), told)
        case nodes.Together(phrases, distance):
            return Together([_phrase(phrase) for phrase in phrases], distance)
        case nodes.StandIn(typed, others, boost):
            return StandIn(whoosh_query(typed), [(whoosh_query(one), weight) for one, weight in others], boost)
        case nodes.Lifted(child, parts):
            return Lifted(whoosh_query(child), [(whoosh_query(one), part) for one, part in parts])
        case nodes.Recent(child, field, part, half_life_days):
            return Recent(whoosh_query(child), field, part, half_life_days)
    raise TypeError(f"no such node: {plan!r}")


def _all(plans: Iterable[Plan]) -> list[query.Query]:
    return [whoosh_query(one) for one in plans]


def _phrase(terms: nodes.Terms) -> Phrase:
    return tuple(query.Term(term.field, term.text) for term in terms)


def _row(row: nodes.Row) -> "Row":
    return Row(_phrase(row.terms), None if row.unaccented is None else _phrase(row.unaccented))


class OwnQuery(qcore.Query):
    """What Whoosh asks of every query while it plans."""

    def estimate_size(self, ixreader: Any) -> int:
        return ixreader.doc_count_all()

    def estimate_min_size(self, ixreader: Any) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))


class Enough(OwnQuery):
    """Matches documents that hold enough of a query: terms that make up `share` of the rarity (idf) of all of them.

    groups: each the term that gives the weight, then queries that stand for it as well (other ways to say it).
    """

    def __init__(self, groups: Sequence[Sequence[query.Query]], share: float) -> None:
        self.groups, self.share = tuple(map(tuple, groups)), share

    def __repr__(self) -> str:
        return f"Enough({self.groups!r}, {self.share})"

    def children(self) -> Iterator[query.Query]:
        return (member for group in self.groups for member in group)

    def matcher(self, searcher: Any, context: Any = None) -> matching.Matcher:
        held: defaultdict[int, float] = defaultdict(float)
        top = searcher.get_parent()
        unheld = ranking.idf(top.doc_count_all(), 0)
        weights: list[float | None] = []
        for first, *others in self.groups:
            weight = top.idf(first.fieldname, first.text)
            is_held = weight < unheld or any(True for other in others for _ in other.docs(top))
            weights.append(weight if is_held else None)
        rarities = ranking.rarities(weights)
        every = sum(rarities)
        for weight, group in zip(rarities, self.groups, strict=True):
            for number in set().union(
                *(member.matcher(searcher, searcher.boolean_context()).all_ids() for member in group)
            ):
                held[number] += weight
        least = every * self.share - ROUNDING
        return _list_of({number: 1.0 for number, weight in held.items() if weight >= least and weight > 0})


class Between(qcolumns.ColumnQuery, OwnQuery):
    """Matches documents whose day in a column (YYYYMMDD) lies between first and last, both inclusive."""

    def __init__(self, fieldname: str, first: int, last: int) -> None:
        super().__init__(fieldname, lambda day: first <= day <= last)
        self.first, self.last = first, last

    def __repr__(self) -> str:
        return f"Between({self.fieldname!r}, {self.first}, {self.last})"


class Together(OwnQuery):
    """Matches documents where all phrases stand in a row, in any order, at most `distance` terms between neighbours."""

    def __init__(self, phrases: Sequence[Phrase], distance: int) -> None:
        self.phrases, self.distance = tuple(phrases), distance

    def __repr__(self) -> str:
        return f"Together({self.phrases!r}, {self.distance})"

    def matcher(self, searcher: Any, context: Any = None) -> matching.Matcher:
        found = self.occurrences(searcher)
        return _list_of({number: 1.0 for number, some in found.items() if self.fits(some)})

    def occurrences(self, searcher: Any) -> dict[int, list[tuple[int, int, int]]]:
        """Return for each document (first position, last position, which phrase)."""
        found: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for number, phrase in enumerate(self.phrases):
            matcher = _adjacent(phrase).matcher(searcher, searcher.boolean_context())
            while matcher.is_active():
                found[matcher.id()] += [(span.start, span.end, number) for span in matcher.spans()]
                matcher.next()
        return found

    def fits(self, occurrences: Iterable[tuple[int, int, int]]) -> bool:
        return stand_together(sorted(occurrences), len(self.phrases), self.distance)


class AnyOf(OwnQuery):
    """Matches what any of its subqueries matches, unscored."""

    def __init__(self, subqueries: Sequence[query.Query]) -> None:
        self.subqueries = tuple(subqueries)

    def __repr__(self) -> str:
        return f"AnyOf({self.subqueries!r})"

    def children(self) -> Iterator[query.Query]:
        return iter(self.subqueries)

    def matcher(self, searcher: Any, context: Any = None) -> matching.Matcher:
        return _list_of(dict.fromkeys({n for child in self.subqueries for n in _ids(child, searcher)}, 1.0))


class Row(OwnQuery):
    """Matches documents where syllables stand side by side within a sentence: a word, or what stands for one.

    terms: of fields whose positions agree. A syllable with diacritics (an exact term) is held by its letters alone
    where the document is written without diacritics.
    """

    def __init__(self, terms: Phrase, unaccented: Phrase | None) -> None:
        self.terms, self.unaccented = tuple(terms), unaccented

    def __repr__(self) -> str:
        return f"Row({self.terms!r})"

    def matcher(self, searcher: Any, context: Any = None) -> matching.Matcher:
        found = self._within_sentences(self.terms, searcher)
        if self.unaccented is not None:
            found |= self._within_sentences(self.unaccented, searcher) & set(_ids(UNACCENTED_DOCUMENTS, searcher))
        return _list_of(dict.fromkeys(found, 1.0))

    def _within_sentences(self, terms: Phrase, searcher: Any) -> set[int]:
        return {number for number, _ in self.starts(terms, searcher)}

    def starts(self, terms: Phrase, searcher: Any) -> Iterator[tuple[int, int]]:
        """Yield (document, position) where terms stand side by side within a sentence."""
        borders = {number: {span.start for span in found} for number, found in _spans(SENTENCES, searcher)}
        for number, found in _spans(_adjacent(terms), searcher) if terms else ():
            for span in found:
                if borders.get(number, set()).isdisjoint(range(span.start + 1, span.end + 1)):
                    yield number, span.start


class Passage(OwnQuery):
    """Matches documents where a row of each kind stands within `width` positions.

    kinds: of each the rows of which one is enough.
    """

    def __init__(self, kinds: Sequence[Sequence[Row]], width: int) -> None:
        self.kinds, self.width = tuple(map(tuple, kinds)), width

    def __repr__(self) -> str:
        return f"Passage({self.kinds!r}, {self.width})"

    def matcher(self, searcher: Any, context: Any = None) -> matching.Matcher:
        unaccented = set(_ids(UNACCENTED_DOCUMENTS, searcher))
        found: defaultdict[int, list[list[tuple[int, int]]]] = defaultdict(lambda: [[] for _ in self.kinds])
        for kind, rows in enumerate(self.kinds):
            for row in rows:
                for number, start in row.starts(row.terms, searcher):
                    found[number][kind].append((start, start + len(row.terms)))
                for number, start in row.starts(row.unaccented or (), searcher):
                    if number in unaccented:
                        found[number][kind].append((start, start + len(row.terms)))
        return _list_of({number: 1.0 for number, kinds in found.items() if self._fits(kinds)})

    def _fits(self, kinds: list[list[tuple[int, int]]]) -> bool:
        edges = {start for spans in kinds for start, _ in spans}
        return any(
            all(any(edge <= start and end <= edge + self.width for start, end in spans) for spans in kinds)
            for edge in edges
        )


class InQuote(OwnQuery):
    """Matches documents with a quote by the speaker (a term of the stream of quotes; None: anybody) that holds child.

    child: And and AnyOf over Row, Together, phrases, terms and beginnings of the text, all of it in one quote; None:
    any words.
    """

    def __init__(self, child: query.Query | None, speaker: query.Term | None) -> None:
        self.child, self.speaker = child, speaker

    def __repr__(self) -> str:
        return f"InQuote({self.child!r}, {self.speaker!r})"

    @property
    def begins(self) -> query.Term:
        """Return the term that stands where such a quote begins."""
        return self.speaker or QUOTES

    def matcher(self, searcher: Any, context: Any = None) -> matching.Matcher:
        ends = dict(_places(QUOTE_ENDS, searcher))
        found = set()
        for number, begins in _places(self.begins, searcher):
            for begin in begins:
                last = min(end for end in ends[number] if end > begin)
                if self.child is None or self._holds(self.child, searcher, number, begin, last):
                    found.add(number)
        return _list_of(dict.fromkeys(found, 1.0))

    def _holds(self, child: query.Query, searcher: Any, number: int, begin: int, last: int) -> bool:
        if isinstance(child, query.And | AnyOf):
            each = (self._holds(one, searcher, number, begin, last) for one in child.subqueries)
            return all(each) if isinstance(child, query.And) else any(each)
        if isinstance(child, Together):
            found = child.occurrences(searcher)[number]
            return child.fits(one for one in found if begin <= one[0] and one[1] <= last)
        if isinstance(child, Row):
            rows = [child.terms]
            if child.unaccented and number in set(_ids(UNACCENTED_DOCUMENTS, searcher)):
                rows.append(child.unaccented)
            spans_of_row = [
                (place, place + len(row) - 1) for row in rows for n, place in child.starts(row, searcher) if n == number
            ]
        else:
            spans_of_row = [(one.start, one.end) for n, some in _spans(child, searcher) if n == number for one in some]
        return any(begin <= first and end <= last for first, end in spans_of_row)


class Lifted(query.wrappers.WrappingQuery):
    """Multiplies the score of a query by 1 + the sum of the parts whose condition a document meets."""

    def __init__(self, child: query.Query, parts: Iterable[tuple[query.Query, float]]) -> None:
        super().__init__(child)
        self.parts = tuple(parts)

    def __repr__(self) -> str:
        return f"Lifted({self.child!r}, {self.parts!r})"

    def matcher(self, searcher: Any, context: Any = None) -> matching.Matcher:
        factors: defaultdict[int, float] = defaultdict(lambda: 1.0)
        for condition, part in self.parts:
            for number in _ids(condition, searcher):
                factors[number] += part
        return _list_of({number: score * factors[number] for number, score in _scored(self.child, searcher, context)})


class Recent(query.wrappers.WrappingQuery):
    """Multiplies the score by 1 + part · 2^(-age / half-life); age: days before the newest document that has a day."""

    def __init__(self, child: query.Query, fieldname: str, part: float, half_life_days: float) -> None:
        super().__init__(child)
        self.fieldname, self.part, self.half_life_days = fieldname, part, half_life_days

    def __repr__(self) -> str:
        return f"Recent({self.child!r}, {self.fieldname!r}, {self.part}, {self.half_life_days})"

    def matcher(self, searcher: Any, context: Any = None) -> matching.Matcher:
        top = searcher.get_parent()
        newest = max(ordinal(day) for leaf in _leaves(top) for day in leaf.reader().column_reader(self.fieldname))
        days = searcher.reader().column_reader(self.fieldname)
        scores = {}
        for number, score in _scored(self.child, searcher, context):
            known = ordinal(days[number])
            lift = self.part * 2.0 ** ((known - newest) / self.half_life_days) if known else 0.0
            scores[number] = score * (1.0 + lift)
        return _list_of(scores)


class Best(query.DisjunctionMax):
    """The best score of several queries. (Whoosh's own matcher also looks at postings that are not current.)"""

    def matcher(self, searcher: Any, context: Any = None) -> matching.Matcher:
        scores: dict[int, float] = {}
        for subquery in self.subqueries:
            for number, score in _scored(subquery, searcher, context):
                scores[number] = max(scores.get(number, score), score)
        return _list_of(scores)


class Unscored(query.ConstantScoreQuery):
    """Matches what its child matches, with score 0. (Whoosh takes a constant score of 0 for none given, that is 1.)"""

    def __init__(self, child: query.Query) -> None:
        super().__init__(child, 0.0)

    def _rewrap(self, child: query.Query) -> "Unscored":
        return Unscored(child)

    def matcher(self, searcher: Any, context: Any = None) -> matching.Matcher:
        return _list_of(dict.fromkeys(_ids(self.child, searcher), 0.0))


class StandIn(OwnQuery):
    """Matches documents that say in other words what was typed; scored as one term, as rare as all ways to say it.

    typed: the phrase as typed. others: (phrase, weight). A document gets the greatest weight it has · rarity · boost.
    """

    def __init__(self, typed: query.Query, others: Sequence[tuple[query.Query, float]], boost: float) -> None:
        self.typed, self.others, self.boost = typed, tuple(others), boost

    def __repr__(self) -> str:
        return f"StandIn({self.typed!r}, {self.others!r}, {self.boost})"

    def matcher(self, searcher: Any, context: Any = None) -> matching.Matcher:
        top = searcher.get_parent()
        meant = [self.typed, *(other for other, _ in self.others)]
        found = sum(len({n for one in meant for n in _ids(one, leaf)}) for leaf in _leaves(top))
        rarity = ranking.idf(top.doc_count_all(), found)
        scores: defaultdict[int, float] = defaultdict(float)
        for other, weight in self.others:
            for number in _ids(other, searcher):
                scores[number] = max(scores[number], weight * rarity * self.boost)
        return _list_of(scores)


def _adjacent(phrase: Sequence[query.Query]) -> query.Query:
    return phrase[0] if len(phrase) == 1 else spans.SpanNear2(list(phrase), slop=1, ordered=True)


def _ids(wanted: query.Query, searcher: Any) -> Iterator[int]:
    return wanted.matcher(searcher, searcher.boolean_context()).all_ids()


def _spans(wanted: query.Query, searcher: Any) -> Iterator[tuple[int, list[Any]]]:
    # needs_current: else what scores alike, such as a prefix, becomes a list of documents without places
    matcher = wanted.matcher(searcher, SearchContext(needs_current=True, weighting=None))
    while matcher.is_active():
        yield matcher.id(), matcher.spans()
        matcher.next()


def _places(wanted: query.Query, searcher: Any) -> Iterator[tuple[int, list[int]]]:
    return ((number, [span.start for span in found]) for number, found in _spans(wanted, searcher))


def _leaves(searcher: Any) -> list[Any]:
    return [leaf for leaf, _ in searcher.subsearchers] if searcher.subsearchers else [searcher]


def _scored(child: query.Query, searcher: Any, context: Any) -> Iterator[tuple[int, float]]:
    matcher = child.matcher(searcher, context)
    while matcher.is_active():
        yield matcher.id(), matcher.score()
        matcher.next()


def _list_of(scores: dict[int, float]) -> matching.Matcher:
    ids = sorted(scores)
    return matching.ListMatcher(ids, [scores[number] for number in ids]) if ids else matching.NullMatcher()
