"""Which places of a text a query matched: spans of code points in the text as given, for marking.

An accented syllable of the query marks its exact form alone; one typed without diacritics marks every form with its
letters, but inside an otherwise accented query only beside its neighbour in the query ("ủy ban" never marks "bản").
Neighbours of the query that are neighbours in the text make one mark.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, pairwise

from search.occurrences import occurrences
from search.query import And, Near, Node, Or, Phrase, Prefix, Query, Words
from search.text import Syllable, folds, syllables

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

    def fits(self, token: Syllable) -> bool:
        is_letters = self.typed and self.norm == self.folded
        return token.folded == self.folded if is_letters else token.norm == self.norm

    def fits_alone(self, token: Syllable) -> bool:
        return token.norm == self.norm or (self.alone and self.fits(token))


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

    def tokens(self, text: str) -> list[Syllable]:
        """Return the tokens of text that may be marked; between two that are not neighbours stands another."""
        return syllables(text) if self._prefixes else occurrences(text, self._folds)

    def spans(self, text: str, tokens: list[Syllable] | None = None) -> list[Span]:
        """Return the matched places of text in order, not overlapping. tokens: of text, if at hand."""
        return [(start, end) for start, end, _ in self.matches(text, tokens)]

    def matches(self, text: str, tokens: list[Syllable] | None = None) -> list[Match]:
        """Return the matched places, each with the folded syllables that it covers."""
        found = tokens if tokens is not None else self.tokens(text)
        plain = [token for token in found if not token.whole]
        matched = [False] * len(plain)
        joined = [0] * len(plain)  # with the one before, in one mark
        phrases, pairs, prefixes = self._phrases, self._pairs, self._prefixes
        alone, beside = self._alone, self._beside
        last = None
        for at, token in enumerate(plain):
            norm, folded = token[:2]
            if not norm:  # stands between two that are not neighbours
                last = None
                continue
            if folded in phrases:
                self._mark_phrases(plain, at, matched, joined)
            known = alone.get(norm)
            if known or (known is None and self._is_marked_alone(token)):
                matched[at] = True
            if last is not None and last.folded in pairs:
                known = beside.get((last.norm, norm))
                if known or (known is None and self._is_marked_beside(last, token)):
                    matched[at - 1] = matched[at] = True
                    joined[at] = joined[at] or _BESIDE
            last = token
            if prefixes and any(_begins(token, stem, is_folded) for stem, is_folded in prefixes):
                matched[at] = True
        if self._wholes:
            self._mark_wholes(found, matched, joined)
        return _merged(text, plain, matched, joined)

    def _is_marked_alone(self, token: Syllable) -> bool:
        known = any(wanted.fits_alone(token) for wanted in self._singles.get(token.folded, ()))
        self._alone[token.norm] = known
        return known

    def _is_marked_beside(self, token: Syllable, following: Syllable) -> bool:
        known = any(one.fits(token) and other.fits(following) for one, other in self._pairs[token.folded])
        self._beside[token.norm, following.norm] = known
        return known

    def _mark_phrases(self, plain: list[Syllable], at: int, matched: list[bool], joined: list[int]) -> None:
        for phrase in self._phrases[plain[at].folded]:
            stretch = plain[at : at + len(phrase)]
            if len(stretch) == len(phrase) and all(
                wanted.fits(token) for wanted, token in zip(phrase, stretch, strict=True)
            ):
                for offset in range(len(phrase)):
                    matched[at + offset] = True
                    joined[at + offset] = max(joined[at + offset], _BESIDE if offset else 0)

    def _mark_wholes(self, found: list[Syllable], matched: list[bool], joined: list[int]) -> None:
        for token in found:
            if token.whole and token.norm in self._wholes:
                at = token.position
                while at < len(matched) and at < token.position + _parts_of(token):
                    matched[at] = True
                    joined[at] = _ONE if at > token.position else joined[at]
                    at += 1

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
        inside = {token.position + i for token in tokens if token.whole for i in range(_parts_of(token))}
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


def _parts_of(whole: Syllable) -> int:
    return len(re.split("[/,-]", whole.norm))


def _begins(token: Syllable, stem: str, is_folded: bool) -> bool:
    return (token.folded if is_folded else token.norm).startswith(stem)


def _merged(text: str, plain: list[Syllable], matched: list[bool], joined: list[int]) -> list[Match]:
    matches: list[Match] = []
    before = -1
    for at in [at for at, is_matched in enumerate(matched) if is_matched]:
        token, how = plain[at], joined[at]
        if how and before == at - 1 >= 0 and (how == _ONE or not _BREAK.search(text, plain[before].end, token.start)):
            start, _, words = matches[-1]
            matches[-1] = (start, token.end, (*words, token.folded))
        else:
            matches.append((token.start, token.end, (token.folded,)))
        before = at
    return matches


def overlapping(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Return the spans that lie wholly within start … end."""
    return [span for span in spans if start <= span[0] and span[1] <= end]
