"""Which places of a text a query matched: spans of code points in the text as given, for marking.

An accented syllable of the query marks its exact form alone; one typed without diacritics marks every form with its
letters, but inside an otherwise accented query only beside its neighbour in the query ("ủy ban" never marks "bản").
Neighbours of the query that are neighbours in the text make one mark.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, compress, pairwise

from search.highlight.term_locator import all_tokens, occurrences
from search.query.nodes import And, Near, Node, Or, Phrase, Prefix, Query, Words
from search.text.normalization import folds, syllables
from search.text.number_tokens import Token, Whole
from search.text.text_batch import Sheet

Span = tuple[int, int]
Match = tuple[int, int, tuple[str, ...]]  # start, end, folded syllables
_BESIDE, _ONE = 1, 2  # neighbours in the query; parts of one number or date
_BREAK = re.compile(r"[.;:!?()\[\]{}\n\r\"“”«»…]")  # one mark does not run over the end of a clause


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A syllable of the query. alone: whether it is marked without a neighbour even where only its letters agree.

    typed: False for a syllable of our lists: the TU of Tỉnh ủy is not từ.
    """

    norm: str
    folded: str
    alone: bool
    typed: bool = True

    def fits(self, forms: tuple[str, str]) -> bool:
        """forms: norm and folded form of a token."""
        norm, folded = forms
        return folded == self.folded if self.typed and self.norm == self.folded else norm == self.norm

    def fits_alone(self, forms: tuple[str, str]) -> bool:
        return forms[0] == self.norm or (self.alone and self.fits(forms))


class Marker:
    """Finds the matches of one query in any number of texts."""

    def __init__(self, query: Query, field: str = "") -> None:
        """field: "title" to mark a title (where tiêu đề:… matches as well), "" for the text."""
        self._singles: dict[str, list[_Wanted]] = {}
        self._pairs: dict[str, list[tuple[_Wanted, _Wanted]]] = {}
        self._phrases: dict[str, list[list[_Wanted]]] = {}
        self._wholes: set[str] = set()
        self._prefixes: list[tuple[str, bool]] = []
        self._field = field
        names = [folds(hint.text) for hint in query.hints if hint.field == "province"]
        self._names = [name for name in names if len(name) > 1]
        self._alone: dict[str, bool] = {}  # answers remembered: the same few words come again in every text
        self._beside: dict[tuple[str, str], bool] = {}
        if query.root is not None:
            self._collect(query.root)
        rows = [*self._singles.values(), *chain(*self._pairs.values()), *chain(*self._phrases.values())]
        self._folds = frozenset(wanted.folded for row in rows for wanted in row)

    def spans(self, text: str) -> list[Span]:
        """Return the matched places of text in order, not overlapping."""
        return [(start, end) for start, end, _ in self.matches(text)]

    def spans_in(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the spans of each text; all paragraphs of a page cost little more than one."""
        return [[match[:2] for match in matches] for matches in self.matches_on(Sheet(texts))]

    def matches(self, text: str) -> list[Match]:
        """Return the matched places, each with the folded syllables that it covers."""
        return self.matches_on(Sheet([text]))[0]

    def matches_on(self, sheet: Sheet) -> list[list[Match]]:
        """Return the matches of each text of a sheet: what `matches` does, but ten texts cost little more than one."""
        found = map(all_tokens, sheet.texts) if self._prefixes else occurrences(sheet, self._folds)
        return [self._matches(text, *one) for text, one in zip(sheet.texts, found, strict=True)]

    def _matches(self, text: str, tokens: list[Token], wholes: list[Whole]) -> list[Match]:
        matched = [False] * len(tokens)
        joined = [0] * len(tokens)  # with the one before, in one mark
        phrases, pairs, prefixes = self._phrases, self._pairs, self._prefixes
        alone, beside = self._alone, self._beside
        before, last, following = "", "", -1  # norm and folded form of the token before, and the position after it
        for at, (position, _, _, forms) in enumerate(tokens):
            norm, folded = forms
            if folded in phrases:
                self._mark_phrases(tokens, at, matched, joined)
            known = alone.get(norm)
            if known or (known is None and self._is_marked_alone(forms)):
                matched[at] = True
            if position == following and last in pairs:
                known = beside.get((before, norm))
                if known or (known is None and self._is_marked_beside((before, last), forms)):
                    matched[at - 1] = matched[at] = True
                    joined[at] = joined[at] or _BESIDE
            before, last, following = norm, folded, position + 1
            if prefixes and any(_begins(forms, stem, is_folded) for stem, is_folded in prefixes):
                matched[at] = True
        if self._wholes:
            self._mark_wholes(tokens, wholes, matched, joined)
        return _merged(text, tokens, matched, joined)

    def _is_marked_alone(self, forms: tuple[str, str]) -> bool:
        known = any(wanted.fits_alone(forms) for wanted in self._singles.get(forms[1], ()))
        self._alone[forms[0]] = known
        return known

    def _is_marked_beside(self, forms: tuple[str, str], following: tuple[str, str]) -> bool:
        known = any(one.fits(forms) and other.fits(following) for one, other in self._pairs[forms[1]])
        self._beside[forms[0], following[0]] = known
        return known

    def _mark_phrases(self, tokens: list[Token], at: int, matched: list[bool], joined: list[int]) -> None:
        for phrase in self._phrases[tokens[at][3][1]]:
            stretch = tokens[at : at + len(phrase)]
            in_a_row = len(stretch) == len(phrase) and stretch[-1][0] - stretch[0][0] == len(phrase) - 1
            if in_a_row and all(wanted.fits(token[3]) for wanted, token in zip(phrase, stretch, strict=True)):
                for offset in range(len(phrase)):
                    matched[at + offset] = True
                    joined[at + offset] = max(joined[at + offset], _BESIDE if offset else 0)

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
            case Words(text, field, alternatives) if field in ("", self._field):
                self._words(text)
                for alternative in alternatives:
                    self._phrase(alternative.text, typed=False)
            case Phrase(text, field) if field != "title" or self._field == "title":
                self._phrase(text)
            case Prefix(stem, field) if field != "title" or self._field == "title":
                for token in syllables(stem)[-1:]:
                    self._prefixes.append((token.norm, token.norm == token.folded))
            case Near(texts):
                for text in texts:
                    self._phrase(text)

    def _words(self, text: str) -> None:
        tokens = syllables(text)
        self._wholes.update(token.norm for token in tokens if token.whole)
        inside = {token.position + i for token in tokens if token.whole for i in range(_parts_of(token.norm))}
        plain = [token for token in tokens if not token.whole]
        inside |= self._inside_names([token.folded for token in plain])
        accented = any(token.norm != token.folded for token in plain)
        wanted = [_Wanted(token.norm, token.folded, not accented) for token in plain]
        for at, one in enumerate(wanted):
            if at not in inside:  # 35 of 35-CT/TW counts beside its neighbours only, as nội of Hà Nội does (nội dung)
                self._singles.setdefault(one.folded, []).append(one)
        for first, second in pairwise(wanted):
            self._pairs.setdefault(first.folded, []).append((first, second))

    def _inside_names(self, folded: list[str]) -> set[int]:
        """Return where syllables stand that are part of a recognised province."""
        return {
            at
            for name in self._names
            for first in range(len(folded) - len(name) + 1)
            if folded[first : first + len(name)] == name
            for at in range(first, first + len(name))
        }

    def _phrase(self, text: str, typed: bool = True) -> None:
        wanted = [_Wanted(token.norm, token.folded, typed, typed) for token in syllables(text) if not token.whole]
        if wanted:
            self._phrases.setdefault(wanted[0].folded, []).append(wanted)


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


def _begins(forms: tuple[str, str], stem: str, is_folded: bool) -> bool:
    return forms[is_folded].startswith(stem)


def _merged(text: str, tokens: list[Token], matched: list[bool], joined: list[int]) -> list[Match]:
    matches: list[Match] = []
    before, last = -1, 0  # the matched token before this one, and its end
    for at in compress(range(len(tokens)), matched):
        (_, start, end, (_, folded)), how = tokens[at], joined[at]
        if how and before == at - 1 >= 0 and (how == _ONE or _is_joint(text, last, start)):
            first, _, words = matches[-1]
            matches[-1] = (first, end, (*words, folded))
        else:
            matches.append((start, end, (folded,)))
        before, last = at, end
    return matches


def _is_joint(text: str, start: int, end: int) -> bool:
    return text[start:end] == " " or not _BREAK.search(text, start, end)
