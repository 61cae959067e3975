"""Numbers, dates, numbers of documents and T.Ư among the tokens of a text, read where they can matter."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator

import numpy as np

from search.text.normalization import MORE_OF_NUMBER, syllables_at
from search.text.orthography import forms
from search.text.text_batch import BLANK, TextBatch

# Position, start, end, (norm, folded form). A bare tuple, of which there are hundreds on a page of results.
Token = tuple[int, int, int, tuple[str, str]]
Whole = tuple[str, int]  # norm and position of a document number or date
_Located = tuple[int, bool, int, tuple[str, str]]  # start, whether it is no whole, end, forms: a whole before its parts
_Word = tuple[int, int]  # start and end in a text

_CENTRAL = frozenset(("t", "u", "w", "tw"))  # what T.Ư consists of, and what it is read as
_CENTRAL_IN_PRINT = re.compile("[Tt][.][ \u00a0]?[ƯưWw]")
_WIDEST_JOINT = 3  # characters between two figures of one token: 2020 – 2025
_ZERO, _T = ord("0"), ord("t")


class NumberToken:
    """What is asked for of a batch, as far as it has to do with figures and T.Ư."""

    def __init__(self, batch: TextBatch, folded: Collection[str]) -> None:
        self._batch = batch
        self._folded = folded
        figures = [wanted for wanted in folded if wanted[0].isdigit()]
        # What a number asked for may begin with in print: 1.510 is one word, but stands there as two.
        self._heads = {wanted[:end].encode() for wanted in figures for end in range(len(wanted) + 1)}
        every = range(len(batch.texts))
        asks_central = not _CENTRAL.isdisjoint(folded)
        self._with_central = every if asks_central else set(_central_in_number(batch) if "tu" in folded else ())
        self._texts = every if figures else {*self._with_central, *map(batch.text_at, _glued(batch))}
        if self._texts:
            self._bounds, _, self._starts, self._ends = batch.offsets(_openings(batch))

    def among(self, tokens: list[Token], number: int) -> tuple[list[Token], list[Whole]]:
        """Return tokens of a text together with those that are composed or have figures, and its wholes."""
        if number not in self._texts:
            return tokens, []
        first, past = self._bounds[number : number + 2]
        text, begin = self._batch.texts[number], self._batch.begins[number]
        page = self._batch.folded[begin : begin + len(text)]
        words: Iterable[_Word] = zip(self._starts[first:past], self._ends[first:past], strict=True)
        if number not in self._with_central:
            words = _worth_reading(words, page, self._heads)
        found: list[_Located] = []
        covered = _read(text, words, self._folded, found)
        if not covered and not found:
            return tokens, []
        for _, start, end, both in tokens:
            before = bisect_right(covered, (start, len(text))) - 1
            if before < 0 or start >= covered[before][1]:
                found.append((start, True, end, both))
        found.sort()
        return _numbered(page, found)


def _openings(batch: TextBatch) -> np.ndarray:
    """Return the numbers of the words with which a number, a date or T.Ư may begin."""
    letters = batch.folded_bytes[batch.starts]
    return np.flatnonzero((letters - _ZERO < 10) | ((letters == _T) & (batch.ends - batch.starts == 1)))


def _glued(batch: TextBatch) -> Iterator[int]:
    """Yield offsets of words that are partly numbers: that of 1.510tỷ ends inside the word."""
    is_figure, is_letter = batch.folded_bytes - _ZERO < 10, batch.folded_bytes >= ord("a")
    for offset in np.flatnonzero(is_figure[:-1] & is_letter[1:]).tolist():
        start = batch.folded.rfind(BLANK, 0, offset) + 1
        if batch.folded[start - 2 : start - 1].isdigit() and batch.folded[start : offset + 1].isdigit():
            yield offset


def _central_in_number(batch: TextBatch) -> Iterator[int]:
    """Yield the numbers of texts where "tu" may be the organ of a document: 35-CT/TƯ."""
    words = batch.numbers_of(["tu"])
    words = words[words >= 2]
    words = words[batch.folded_bytes[batch.ends[words - 2] - 1] - _ZERO < 10]
    for end, start in zip(batch.ends[words - 1].tolist(), batch.starts[words].tolist(), strict=True):
        number = batch.text_at(start)
        begin = batch.begins[number]
        if batch.texts[number][max(end - begin, 0) : start - begin].strip():
            yield number


def _worth_reading(words: Iterable[_Word], page: bytes, heads: Collection[bytes]) -> list[_Word]:
    """Return the words that open a number asked for, or stand in one row of figures with such, or are glued to it."""
    kept: list[_Word] = []
    row: list[_Word] = []
    is_worth = False
    for start, end in words:
        if row and start - row[-1][1] > _WIDEST_JOINT:
            kept += row if is_worth else ()
            row, is_worth = [], False
        word = page[start:end]
        is_worth = is_worth or word in heads or word.lstrip(b"0") in heads or (bool(row) and not word.isdigit())
        row.append((start, end))
    return kept + row if is_worth else kept


def _read(text: str, words: Iterable[_Word], folded: Collection[str], found: list[_Located]) -> list[_Word]:
    """Append the tokens asked for that begin with these words; return the spans of those of several words."""
    covered: list[_Word] = []
    end = 0
    for start, stop in words:
        if start < end:
            continue
        if text[start] in "Tt":
            if not _CENTRAL_IN_PRINT.match(text, start):
                continue
        elif not MORE_OF_NUMBER.match(text, stop):
            both = forms(text[start:stop])
            if both[1] in folded:
                found.append((start, True, stop, both))
            continue
        end = start
        while text[end : end + 1].isalnum():  # 1.510tỷ: the next token begins where the number ends
            tokens = syllables_at(text, end)
            missed = min((one.start for one in tokens if not one.whole and one.folded not in folded), default=len(text))
            for one in tokens:
                if one.end <= missed if one.whole else one.folded in folded:
                    found.append((one.start, not one.whole, one.end, (one.norm, one.folded)))
            end = tokens[-1].end
        covered.append((start, end))
    return covered


def _numbered(page: bytes, found: list[_Located]) -> tuple[list[Token], list[Whole]]:
    """Return what was found with positions that differ by one where no word stands between."""
    tokens: list[Token] = []
    wholes: list[Whole] = []
    position, before, last = 0, -1, 0
    for start, is_part, end, both in found:
        if start != before:
            position += 2 if page[last:start].strip() else 1
        if is_part:
            tokens.append((position, start, end, both))
            last = end
        else:
            wholes.append((both[0], position))
        before = start
    return tokens, wholes
