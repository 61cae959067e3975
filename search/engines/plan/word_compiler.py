"""Free words → what scores them, and what a document must hold of them.

Syllables score one by one and as neighbours. What is one thing (a document number, a province, "lần thứ 20") scores in
full only where its syllables stand in a row: nguyên of nguyên nhân is no part of Thái Nguyên. Other ways to say a thing
score as much as its own words would; to be of the province, or of the year, is such a way.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from search import ranking
from search.engines.plan.nodes import NOTHING, And, AnyOf, Best, Enough, Or, Passage, Plan, Require, Row, StandIn, Term
from search.query.nodes import Alternative, Hint, Unit, Words
from search.text import analysis

Span = tuple[int, int]  # (first syllable, how many)
Way = tuple[Plan, float]  # another way to say something, and what it is worth beside the words themselves
MOST_WORDS_HELD_BY_ONE = 4  # of more some syllables tell enough to be a partial match
MOST_NUMBERS = 16  # document numbers of one query that are taken as wholes; a list of hundreds costs no second
Recognised = Sequence[tuple[Hint, Plan]]  # each with the documents that fit it
KEPT_STREAMS = 256  # a query is asked for its terms three times; provinces and synonyms come again from others


@lru_cache(maxsize=KEPT_STREAMS)
def _stream(text: str) -> analysis.Stream:
    """Return the terms of a text; nobody changes them."""
    return analysis.stream(text)


def compile_words(node: Words, hints: Recognised, full: Plan | None = None, units: Sequence[Plan] = ()) -> Plan:
    """Return what scores a document for free words, of those documents that hold enough of them.

    full: what matches the documents that hold every word; they hold enough, too, however common these words are.
    units: what matches those that hold each. Of a few words a document must hold one: mere syllables are no part of it.
    """
    parts = _stream(node.text)
    if not parts.norms:
        return NOTHING
    numbers, names = _numbers(parts), _names(parts, hints)
    ways = _ways(node, parts, hints, numbers)
    things = {*numbers, *names, *(span for span in ways if _is_numbered(parts, span))}
    accented, has_all_signs = analysis.is_accented(parts), analysis.has_all_signs(parts)
    boost = 1.0 + ranking.A * accented
    worths = _worths(node.units, len(parts.norms))
    spelt = _restored(parts, node.units)
    scored = scored_terms(spelt, node.field, accented, has_all_signs, worths=worths)
    things_scored: list[Plan] = []
    said: set[tuple[str, ...]] = set()
    for span in dict.fromkeys((*ways, *sorted(things))):
        within = _stretch(parts, span)
        if tuple(within.norms) in said:
            continue
        said.add(tuple(within.norms))
        row = Row(row_of(within, node.field))
        typed = scored_terms(_stretch(spelt, span), node.field, accented, has_all_signs)
        beside = {(term.field, term.text) for term in typed}
        scored = [term for term in scored if (term.field, term.text) not in beside]
        best: list[Plan] = [Or(tuple(typed))]
        if span in things:
            loose = scored_terms(_stretch(spelt, span), node.field, accented, has_all_signs, ranking.LOOSE)
            best = [Require(Or(tuple(typed)), row), Or(tuple(loose))]
        things_scored.append(Best((*best, StandIn(row, tuple(ways[span]), boost)) if span in ways else tuple(best)))
    enough = _enough(node.field, parts, ways, numbers | names, hints)
    held: Plan = enough if full is None else AnyOf((enough, full))
    if 0 < len(units) <= MOST_WORDS_HELD_BY_ONE:
        held = And((held, AnyOf(tuple(units))))
    return Require(Or((*scored, *things_scored)), held)


def compile_units(node: Words, condition: Callable[[Hint], Plan]) -> dict[Unit, Plan]:
    """Return for each word that a full match holds what matches the documents that hold it.

    condition: what a hint is → the documents that fit it. A word that is said again gets the very same condition.
    """
    found: dict[Unit, Plan] = {}
    said: dict[tuple[object, ...], Plan] = {}
    parts = _stream(node.text)
    for unit in node.units:
        word = (" ".join(unit.text.split()), unit.ways, unit.hint)
        if word in said:
            found[unit] = said[word]
            continue
        rows = [row_of(_stretch(parts, (unit.first, unit.count)), node.field)]
        rows += [row_of(_stream(way), node.field, typed=False) for way in unit.ways]
        ways: list[Plan] = [Row(row) for row in rows if row]
        if unit.hint is not None:
            ways.append(condition(unit.hint))
        found[unit] = said[word] = ways[0] if len(ways) == 1 else AnyOf(tuple(ways))
    return found


def passage_of(units: Iterable[Plan], width: int) -> Passage:
    """Return what matches the documents that print every word of a full match within so many syllables.

    units: of each word what compile_units gives. Its rows are taken over as they are, and so evaluated once.
    """
    return Passage(rows_of(units), width)


def rows_of(units: Iterable[Plan]) -> tuple[tuple[Row, ...], ...]:
    """Return how each word of a full match is printed. units: of each word what compile_units gives."""
    ways = [unit.children if isinstance(unit, AnyOf) else (unit,) for unit in units]
    return tuple(tuple(way for way in some if isinstance(way, Row)) for some in ways)


def field_name(name: str, folded: bool) -> str:
    return (f"{name}_" if name else "") + ("folded" if folded else "exact")


def row_of(parts: analysis.Stream, field: str = "", typed: bool = True) -> tuple[Term, ...]:
    """Accented syllables must stand there as typed; those typed without diacritics match any form.

    typed: False for what comes from our lists, where the diacritics are right: TU for Tỉnh ủy is not từ.
    """
    pairs = zip(parts.norms, parts.folds, strict=True)
    return tuple(Term(field_name(field, typed and norm == folded), norm) for norm, folded in pairs)


def scored_terms(
    parts: analysis.Stream,
    field: str,
    accented: bool | None = None,
    has_all_signs: bool | None = None,
    weight: float = 1.0,
    worths: Sequence[float] = (),
) -> list[Term]:
    """Return the terms that free words are scored by, each with the weight of its field.

    accented, has_all_signs: of the whole query, where parts are a piece of it. worths: by what the weight of each
    syllable is multiplied; one that is said again has the greatest.
    """
    accented = analysis.is_accented(parts) if accented is None else accented
    has_all_signs = analysis.has_all_signs(parts) if has_all_signs is None else has_all_signs
    share = {folded: weight * ranking.bracket(folded, has_all_signs) for folded in (True, False)}
    worth = {True: _by_term(parts.folds, worths), False: _by_term(parts.norms, worths)}
    if field:
        plain = [(True, 1.0)] + [(False, ranking.A)] * accented
        return [
            Term(field_name(field, folded), term, boost=boost * share[folded] * by)
            for folded, boost in plain
            for term, by in worth[folded].items()
        ]
    found: list[Term] = []
    new, norms, folds = tuple.__new__, parts.norms, parts.folds
    for described in ranking.FIELDS:
        if not described.weight or not (described.folded or accented):
            continue
        name, boost = described.name, described.weight * share[described.folded]
        if described.pair:
            pairs = analysis.pairs(folds if described.folded else norms)
            found += [new(Term, (name, pair, boost)) for pair in dict.fromkeys(pairs)]
            continue
        found += [new(Term, (name, term, boost * by)) for term, by in worth[described.folded].items()]
        wholes = (folded if described.folded else norm for norm, folded, _ in parts.wholes)
        found += [new(Term, (name, whole, boost)) for whole in dict.fromkeys(wholes)]
    return found


def _restored(parts: analysis.Stream, units: Sequence[Unit]) -> analysis.Stream:
    """Return a query with the diacritics that the corpus gives its words."""
    norms = list(parts.norms)
    for unit in units:
        norms[unit.first : unit.first + len(unit.norms)] = unit.norms
    return replace(parts, norms=norms)


def _worths(units: Sequence[Unit], count: int) -> list[float]:
    """Return what each syllable counts beside others. units: the words of a full match; () where nothing is known."""
    worths = [ranking.BINDING if units else 1.0] * count
    for unit in units:
        worth = ranking.BINDING if unit.binds else ranking.PART if unit.count > 1 else 1.0
        worths[unit.first : unit.first + unit.count] = [worth] * unit.count
    return worths


def _by_term(terms: Sequence[str], worths: Sequence[float]) -> dict[str, float]:
    """Return each term once, with the greatest of its worths; without any it counts in full."""
    if not worths:
        return dict.fromkeys(terms, 1.0)
    found: dict[str, float] = {}
    for term, worth in zip(terms, worths, strict=True):
        found[term] = max(worth, found.get(term, 0.0))
    return found


def _enough(
    field: str, parts: analysis.Stream, ways: dict[Span, list[Way]], units: dict[Span, Term], hints: Recognised
) -> Enough:
    """Return what asks a document for enough of the words. units: what counts as a whole, each with its term."""
    groups: dict[Term, list[Plan]] = {}
    unit_at = {position: span for span in units for position in range(span[0], sum(span))}
    fitting = {span: fits for hint, fits in hints if hint.field in ranking.STANDS_IN for span in _spans_of(hint, parts)}
    for position, folded in enumerate(parts.folds):
        unit = unit_at.get(position)
        wanted = units[unit] if unit and not field else Term(field_name(field, True), folded)
        group = groups.setdefault(wanted, [wanted])
        if unit and not field:
            group.append(Row(row_of(_stretch(parts, unit))))
        for span, others in ways.items():
            if span[0] <= position < sum(span):
                group += [other for other, _ in others]
        group += [fits for span, fits in fitting.items() if span[0] <= position < sum(span)]
    return Enough(tuple(tuple(dict.fromkeys(group)) for group in groups.values()), ranking.LEAST_SHARE)


def _ways(node: Words, parts: analysis.Stream, hints: Recognised, numbers: Iterable[Span]) -> dict[Span, list[Way]]:
    """Return other ways to say syllables, with weights: in other words, or by being what they name.

    A page of Bắc Kạn in 2024 may print neither: it fits the hints. But the year right after a document (chỉ thị 35
    năm 2019, 35-CT/TW ngày 14/6/2024) is the document's, and the page may be of another.
    """
    found: dict[Span, list[Way]] = {}
    for span, others in _spans(node.alternatives, len(parts.norms)).items():
        rows = [Row(row_of(_stream(other.text), node.field, typed=False)) for other in others]
        found[span] = [(row, other.weight) for row, other in zip(rows, others, strict=True)]
    after_documents = {sum(span) for span in (*numbers, *found) if _is_numbered(parts, span)}
    for hint, fitting in hints if not node.field else ():
        weight = ranking.STANDS_IN.get(hint.field, 0.0)
        for span in _spans_of(hint, parts) if weight else ():
            is_free = not any(_overlap(span, other) for other in (*found, *numbers))
            if span in found or (is_free and (hint.field == "province" or span[0] not in after_documents)):
                found.setdefault(span, []).append((fitting, weight))
    return found


def _numbers(parts: analysis.Stream) -> dict[Span, Term]:
    """Return where document numbers stand, and each as a whole: 35/ct/tw. (A date has no letters.)"""
    wholes = [(folded, position) for _, folded, position in parts.wholes if any(map(str.isalpha, folded))]
    return {(position, w.count("/") + 1): Term("folded", w) for w, position in wholes[:MOST_NUMBERS]}


def _names(parts: analysis.Stream, hints: Recognised) -> dict[Span, Term]:
    """Return where provinces stand whose name has several syllables, with the first two: Bắc of Bắc Liêu is nothing."""
    spans = [span for hint, _ in hints if hint.field == "province" for span in _spans_of(hint, parts)]
    found = {span: analysis.pairs(_stretch(parts, span).folds) for span in spans}
    return {span: Term("folded2", pairs[0]) for span, pairs in found.items() if pairs}


def _is_numbered(parts: analysis.Stream, span: Span) -> bool:
    return span[1] > 1 and any(map(str.isdecimal, _stretch(parts, span).norms))


def _spans_of(hint: Hint, parts: analysis.Stream) -> list[Span]:
    """Return where the words stand first by which a hint was recognised, [] if not here."""
    told = _stream(hint.text).folds
    spans = ((first, len(told)) for first in range(len(parts.folds) - len(told) + 1)) if told else ()
    return [span for span in spans if parts.folds[span[0] : sum(span)] == told][:1]


def _stretch(parts: analysis.Stream, span: Span) -> analysis.Stream:
    return analysis.Stream(parts.norms[span[0] : sum(span)], parts.folds[span[0] : sum(span)], [])


def _spans(alternatives: Iterable[Alternative], count: int) -> dict[Span, list[Alternative]]:
    """Return the alternatives by the syllables they replace; of spans that overlap the longest stays."""
    found: dict[Span, list[Alternative]] = {}
    for other in sorted(alternatives, key=lambda other: (-other.count, other.first)):
        span = other.first, other.count
        if sum(span) <= count and all(span == known or not _overlap(span, known) for known in found):
            found.setdefault(span, []).append(other)
    return found


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < sum(other) and other[0] < sum(one)
