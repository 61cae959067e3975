"""Which spans of a text a query matched, in code points of the text as given, for marking.

Marked are whole words, as a full match holds them (search/query/units.py): their syllables side by side within a
sentence, a syllable typed with diacritics in its exact form alone, one typed without in every form with its letters.
Words that are neighbours in the query and in the text make one mark.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, compress, pairwise
from operator import and_

from search.highlight.term_locator import all_tokens, occurrences
from search.query.nodes import And, Near, Node, Or, Phrase, Prefix, Query, Spoken, Words
from search.query.units import PREFERRED, required_units
from search.text.analysis import is_unaccented
from search.text.normalization import norms, parts, syllables
from search.text.number_tokens import Token, Whole
from search.text.sentences import has_border
from search.text.text_batch import TextBatch

Span = tuple[int, int]
Match = tuple[int, int, tuple[str, ...]]  # start, end, for each syllable the word of the query that it is part of
MOST_MARKED_SHARE = 0.1  # bytes beyond one for each character; of Vietnamese with diacritics 0.3
_Row = tuple[str, list[tuple[int, str]]]  # a word of the query, and what must follow its first syllable (_Wanted.key)
_BESIDE, _ONE = 1, 2  # neighbours in the query; parts of one number or date
_BREAK = re.compile(r"[.;:!?()\[\]{}\n\r\"“”«»…]")  # one mark does not run over the end of a clause


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A syllable of the query. typed: False for a syllable of our lists: the TU of Tỉnh ủy is not từ."""

    norm: str
    folded: str
    typed: bool = True

    def key(self, is_unaccented: bool) -> tuple[int, str]:
        """Return which form of a token (0: norm, 1: folded) must be what. is_unaccented: the text has no diacritics."""
        is_plain = is_unaccented or (self.typed and self.norm == self.folded)
        return (1, self.folded) if is_plain else (0, self.norm)


class Marker:
    """Finds the matches of one query in any number of texts."""

    def __init__(self, query: Query, field: str = "") -> None:
        """field: "title" to mark a title (where tiêu đề:… matches as well), "" for the text."""
        self._rows: dict[str, list[tuple[str, list[_Wanted]]]] = {}  # by the folded form of the first syllable
        self._joints: set[tuple[str, str]] = set()  # neighbours in the query that belong to two words
        self._wholes: set[str] = set()
        self._prefixes: list[tuple[str, bool]] = []
        self._field = field
        if query.root is not None:
            self._collect(query.root)
            for hint in query.hints:
                if hint.field in PREFERRED:
                    self._row(hint.text)
        self._folds = frozenset(wanted.folded for _, row in chain(*self._rows.values()) for wanted in row)
        # By the norm of a token the rows that begin there; in texts with diacritics, without: the same few come again.
        self._beginning: tuple[dict[str, list[_Row]], dict[str, list[_Row]]] = {}, {}

    def spans(self, text: str) -> list[Span]:
        """Return the matched spans of text in order, not overlapping."""
        return [(start, end) for start, end, _ in self.matches(text)]

    def spans_in(self, texts: Sequence[str], is_unaccented: bool = False) -> list[list[Span]]:
        """Return the spans of each text; all paragraphs of a page cost little more than one.

        is_unaccented: the page is written without diacritics (is_written_unaccented).
        """
        plain = [is_unaccented] * len(texts)
        return [[match[:2] for match in matches] for matches in self.matches_on(TextBatch(texts), plain)]

    def matches(self, text: str) -> list[Match]:
        """Return the matched spans, each with the words of the query that stand there."""
        return self.matches_on(TextBatch([text]))[0]

    def matches_on(self, batch: TextBatch, unaccented: Sequence[bool] | None = None) -> list[list[Match]]:
        """Return the matches of each text of a batch: what `matches` does, but ten texts cost little more than one.

        unaccented: which of the texts are written without diacritics; None: none of them.
        """
        found = map(all_tokens, batch.texts) if self._prefixes else occurrences(batch, self._folds)
        plain = [False] * len(batch.texts) if unaccented is None else unaccented
        return [
            self._matches(text, *one, is_plain) if one.tokens else []
            for text, one, is_plain in zip(batch.texts, found, plain, strict=True)
        ]

    def _matches(self, text: str, tokens: list[Token], wholes: list[Whole], is_unaccented: bool) -> list[Match]:
        matched = [False] * len(tokens)
        joined = [0] * len(tokens)  # with the one before, in one mark
        words = [token[3][1] for token in tokens]
        beginning, prefixes = self._beginning[is_unaccented], self._prefixes
        for at, (_, _, _, forms) in enumerate(tokens):
            rows = beginning.get(forms[0])
            if rows is None:
                rows = beginning[forms[0]] = self._rows_from(forms, is_unaccented)
            for word, following in rows:
                if not following:
                    matched[at], words[at] = True, word
                elif _follow(following, text, tokens, at):
                    past = at + 1 + len(following)
                    matched[at:past] = [True] * (past - at)
                    words[at:past] = [word] * (past - at)
                    joined[at + 1 : past] = [_BESIDE] * len(following)
            if prefixes and any(_begins(forms, stem, is_folded) for stem, is_folded in prefixes):
                matched[at] = True
        if self._joints:
            for at in compress(range(1, len(tokens)), map(and_, matched, matched[1:])):
                before, token = tokens[at - 1], tokens[at]
                if before[0] + 1 == token[0] and (before[3][1], token[3][1]) in self._joints:
                    joined[at] = _BESIDE
        if self._wholes:
            self._mark_wholes(tokens, wholes, matched, joined)
        return _merged(text, tokens, words, matched, joined) if True in matched else []

    def _rows_from(self, forms: tuple[str, str], is_unaccented: bool) -> list[_Row]:
        """Return the rows whose first syllable has these forms."""
        keys = [(word, [wanted.key(is_unaccented) for wanted in row]) for word, row in self._rows.get(forms[1], ())]
        return [(word, following) for word, ((which, form), *following) in keys if forms[which] == form]

    def _mark_wholes(self, tokens: list[Token], wholes: list[Whole], matched: list[bool], joined: list[int]) -> None:
        positions = [token[0] for token in tokens]
        for norm, position in wholes:
            if norm in self._wholes:
                first = bisect_left(positions, position)
                for at in range(first, min(first + _parts_of(norm), len(matched))):
                    matched[at] = True
                    joined[at] = _ONE if at > first else joined[at]

    def _collect(self, node: Node) -> None:
        match node:
            case And(children) | Or(children):
                for child in children:
                    self._collect(child)
            case Spoken(_, child) if child is not None:
                self._collect(child)
            case Words(_, field) if field in ("", self._field):
                self._words(node)
            case Phrase(text, field) if field != "title" or self._field == "title":
                self._row(text)
            case Prefix(stem, field) if field != "title" or self._field == "title":
                for token in syllables(stem)[-1:]:
                    self._prefixes.append((token.norm, token.norm == token.folded))
            case Near(texts):
                for text in texts:
                    self._row(text)

    def _words(self, node: Words) -> None:
        tokens = parts(node.text)
        self._wholes.update(token.norm for token in syllables(node.text) if token.whole)
        units = node.units or required_units(node.text, node.alternatives, (), None)[0]
        for unit in units:
            stretch = tokens[unit.first : unit.first + unit.count]
            self._add(unit.text, [_Wanted(token.norm, token.folded) for token in stretch])
            for way in unit.ways:
                self._add(unit.text, [_Wanted(token.norm, token.folded, typed=False) for token in parts(way)])
        for one, other in pairwise(units):
            last = one.first + one.count - 1
            if last + 1 == other.first:
                self._joints.add((tokens[last].folded, tokens[other.first].folded))

    def _row(self, text: str) -> None:
        self._add(text, [_Wanted(token.norm, token.folded) for token in parts(text)])

    def _add(self, word: str, row: list[_Wanted]) -> None:
        if row:
            known = self._rows.setdefault(row[0].folded, [])
            known += [(word, row)] if (word, row) not in known else []


def is_written_unaccented(text: str) -> bool:
    """Tell whether a page is written without diacritics: then its words are held by their letters alone."""
    for end in (len(text) // 2, len(text)):  # half of a text with diacritics has enough of them
        if len(text[:end].encode("utf-8", "surrogatepass")) - end > MOST_MARKED_SHARE * len(text):
            return False
    return is_unaccented(norms(text))


def markers(query: Query) -> tuple[Marker, Marker]:
    """Return what marks titles and what marks texts: the same unless something is asked of the title alone."""
    in_text = Marker(query)
    return (Marker(query, "title") if query.root is not None and _asks_title(query.root) else in_text), in_text


def _asks_title(node: Node) -> bool:
    match node:
        case And(children) | Or(children):
            return any(map(_asks_title, children))
        case Words(_, field) | Phrase(_, field) | Prefix(_, field):
            return field == "title"
    return False


def _parts_of(whole: str) -> int:
    return len(re.split("[/,-]", whole))


def _follow(wanted: list[tuple[int, str]], text: str, tokens: list[Token], at: int) -> bool:
    """Tell whether syllables (_Wanted.key) stand right after a token, within its sentence."""
    if at + len(wanted) >= len(tokens):
        return False
    position = tokens[at][0]
    for ahead, (which, form) in enumerate(wanted, 1):
        token = tokens[at + ahead]
        if token[3][which] != form or token[0] != position + ahead:
            return False
        start, end = tokens[at + ahead - 1][2], token[1]
        if text[start:end] != " " and has_border(text, start, end):
            return False
    return True


def _begins(forms: tuple[str, str], stem: str, is_folded: bool) -> bool:
    return forms[is_folded].startswith(stem)


def _merged(text: str, tokens: list[Token], words: list[str], matched: list[bool], joined: list[int]) -> list[Match]:
    matches: list[Match] = []
    before, last = -1, 0  # the matched token before this one, and its end
    for at in compress(range(len(tokens)), matched):
        (_, start, end, _), how = tokens[at], joined[at]
        if how and before == at - 1 >= 0 and (how == _ONE or _is_joint(text, last, start)):
            first, _, inside = matches[-1]
            matches[-1] = (first, end, (*inside, words[at]))
        else:
            matches.append((start, end, (words[at],)))
        before, last = at, end
    return matches


def _is_joint(text: str, start: int, end: int) -> bool:
    return text[start:end] == " " or not _BREAK.search(text, start, end)
