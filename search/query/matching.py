"""What a document has of a query and what it lacks: by the words that an engine found in it, or by its text."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from search.query.nearness import stand_together
from search.query.nodes import And, Near, Node, Not, Or, Phrase, Prefix, Spoken, Unit, Words
from search.text import sentences
from search.text.normalization import Syllable, folds, norms, parts

Holds = Callable[[Words, Unit], bool]
Row = Sequence[Syllable]


def units_in(node: Node | None) -> Iterator[tuple[Words, Unit]]:
    """Yield the words that full matches hold, each with the node it is of; what must not occur is none of them."""
    match node:
        case Words(units=units):
            yield from ((node, unit) for unit in units)
        case And(children) | Or(children):
            for child in children:
                yield from units_in(child)


def missing(node: Node | None, holds: Holds) -> tuple[str, ...]:
    """Return the words, as typed, that a document lacks to be a full match; of alternatives the nearest counts."""
    match node:
        case Words(units=units):
            return tuple(dict.fromkeys(unit.text for unit in units if not holds(node, unit)))
        case And(children):
            return tuple(dict.fromkeys(text for child in children for text in missing(child, holds)))
        case Or(children):
            return min((missing(child, holds) for child in children), key=len)
        case Not():
            return ()
    return ()


def holds(node: Node, text: str, unaccented: bool = False) -> bool:
    """Tell whether text holds what a node asks of the text itself.

    unaccented: text is of a page that is written without diacritics.
    """
    match node:
        case Words(units=units) if units:
            return all(spans_of(replace(node, units=(unit,)), text, unaccented) for unit in units)
        case Words(words):
            return set(folds(words)) <= set(folds(text))
        case Prefix(stem):
            typed, plain = norms(stem)[-1:], folds(stem)[-1:]
            found = folds(text) if unaccented or typed == plain else norms(text)
            return any(one.startswith(tuple(plain if unaccented else typed)) for one in found)
        case Near(texts, distance):
            rows = [row for row in map(parts, texts) if row]
            return stand_together(_occurrences(rows, parts(text), unaccented), len(rows), distance)
        case Phrase():
            return bool(spans_of(node, text, unaccented))
        case And(children):
            return all(holds(child, text, unaccented) for child in children)
        case Or(children):
            return any(holds(child, text, unaccented) for child in children)
    return True


def _occurrences(rows: Sequence[Row], tokens: Row, unaccented: bool) -> Iterator[tuple[int, int, int]]:
    """Yield where rows of syllables stand among tokens: (first, last, which row), ascending."""
    for first in range(len(tokens)):
        for number, row in enumerate(rows):
            if _stands_at(first, row, tokens, True, unaccented):
                yield first, first + len(row) - 1, number


def spans_of(node: Node | None, text: str, unaccented: bool = False) -> list[tuple[int, int]]:
    """Return where text holds what a node asks for, in order: (start, end) in code points, each a whole match.

    Of words the units, or another way to say one; of a phrase or of a nearness its syllables in a row. Nothing of what
    must not occur, of fields or of limits. unaccented: text is written without diacritics (analysis.is_unaccented).
    """
    rows: list[tuple[Row, bool, bool]] = []  # syllables, whether typed, whether within a sentence
    for leaf in _leaves(node):
        if isinstance(leaf, Words):
            tokens = parts(leaf.text)
            for unit in leaf.units:
                rows.append((tokens[unit.first : unit.first + unit.count], True, True))
                rows += [(parts(way), False, True) for way in unit.ways]
        elif isinstance(leaf, Phrase):
            rows.append((parts(leaf.text), True, False))
        elif isinstance(leaf, Near):
            rows += [(parts(one), True, False) for one in leaf.texts]
    rows = [row for row in rows if row[0]]
    if not rows:
        return []
    tokens, borders = _tokens(text)
    by_letters: dict[str, list[int]] = {}
    for number, token in enumerate(tokens):
        by_letters.setdefault(token.folded, []).append(number)
    found = set()
    for row, is_typed, is_word in rows:
        for first in by_letters.get(row[0].folded, ()):
            crosses = is_word and not borders.isdisjoint(range(first + 1, first + len(row)))
            if not crosses and _stands_at(first, row, tokens, is_typed, unaccented):
                found.add((tokens[first].start, tokens[first + len(row) - 1].end))
    return sorted(found)


def _stands_at(first: int, row: Row, tokens: Row, is_typed: bool, unaccented: bool) -> bool:
    """Tell whether a row of syllables begins at an index of tokens."""
    stretch = tokens[first : first + len(row)]
    return len(stretch) == len(row) and all(
        _holds(token, wanted, is_typed, unaccented) for token, wanted in zip(stretch, row, strict=True)
    )


def _leaves(node: Node | None) -> Iterator[Node]:
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from _leaves(child)
        case Spoken(_, child):
            yield from _leaves(child)
        case Words(field="") | Phrase(field="") | Near():
            yield node


def _holds(token: Syllable, wanted: Syllable, is_typed: bool, unaccented: bool) -> bool:
    """Tell whether a syllable of a text is the one wanted: typed without diacritics it may be any with its letters."""
    if unaccented or (is_typed and wanted.norm == wanted.folded):
        return token.folded == wanted.folded
    return token.norm == wanted.norm


def _tokens(text: str) -> tuple[list[Syllable], set[int]]:
    """Return the syllables of text, and the indices of those where sentences begin."""
    tokens = parts(text)
    borders, end, index = set(), 0, 0
    for sentence in sentences.split(text):
        while index < len(tokens) and tokens[index].start < end:
            index += 1
        borders.add(index)
        end += len(sentence)
    return tokens, borders
