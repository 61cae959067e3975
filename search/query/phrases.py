"""The phrases that texts use: words of several syllables, and runs of words that stand together, as printed.

Words come from the segmenter, so that a phrase begins and ends where a word does. A run of words is a phrase where

    it is frequent     in LEAST_PAGES texts
    it holds together  either end stands beside the rest COHESION times as often as by chance
    it is whole        it is not mostly a piece of one longer run (WHOLE), as "vốn đầu tư" is of "vốn đầu tư công"
    it can end there   its last word ends clauses now and then (LAST_WORD): "của", "đối với", "khoảng" hardly do

All texts are one array of word numbers; runs of n + 1 words are made of two overlapping frequent runs of n words.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from search.text import segmentation
from search.text.normalization import norms
from search.text.orthography import forms

LEAST_PAGES = 3
MOST_SYLLABLES = 6
COHESION = 8.0
WHOLE = 0.6  # share of its occurrences that one neighbour on either side may have
LAST_WORD = 0.045  # share of a word's occurrences before the end of a clause; 0.17 on average, "của" 0.02
PRINTED_LOOKED_AT = 15  # occurrences by which the usual capitals of a phrase are told
TEXTS_AT_ONCE = 64
_CLAUSE_END, _NO_WORD = 0, 1  # numbers of what is no word: signs; figures and what holds one
FUNCTION_WORDS_FILE = Path(__file__).with_name("function_words.tsv")  # no phrase begins or ends with one


@dataclass(frozen=True, slots=True)
class Phrase:
    """text: as mostly printed. pages: in how many texts it stands."""

    text: str
    pages: int


def phrases_of(texts: Iterable[str]) -> list[Phrase]:
    """Return the phrases of some texts, the most frequent first. Takes a second and 60 MB for 1,000 news articles."""
    corpus = _Corpus.read(texts)
    found: defaultdict[str, list[Phrase]] = defaultdict(list)
    runs: _Runs | None = _Runs.of_words(corpus)
    while runs is not None:
        longer = runs.longer()
        for phrase in runs.phrases(longer):
            found[" ".join(norms(phrase.text))].append(phrase)
        runs = longer
    # The segmenter may cut one phrase in two ways: as printed by the more frequent one.
    together = [
        Phrase(max(ways, key=lambda way: way.pages).text, sum(way.pages for way in ways)) for ways in found.values()
    ]
    return sorted(together, key=lambda phrase: (-phrase.pages, phrase.text))


@cache
def function_words() -> frozenset[str]:
    """Return the norms of the words that no phrase begins or ends with."""
    _, *words = FUNCTION_WORDS_FILE.read_text(encoding="utf-8").split("\n")
    return frozenset(" ".join(norms(word)) for word in words if word)


class _Numbers(dict[str, int]):
    """Word → its number in order of first mention."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


@dataclass(frozen=True, slots=True)
class _Corpus:
    """All texts as words. printed: words by number of the printed form; words: the same by number of the norm."""

    printed_forms: list[str]
    printed: np.ndarray
    words: np.ndarray
    text_of: np.ndarray
    syllables: np.ndarray
    ends_clauses: np.ndarray
    is_function_word: np.ndarray

    @classmethod
    def read(cls, texts: Iterable[str]) -> "_Corpus":
        numbers = _Numbers({"": 0})
        pieces, owners, count = [np.zeros(1, dtype=np.int32)], [np.zeros(1, dtype=np.int32)], 0
        source = iter(texts)
        for some in iter(lambda: list(islice(source, TEXTS_AT_ONCE)), []):
            units = segmentation.units_of(some)
            piece = np.fromiter(map(numbers.__getitem__, units), dtype=np.int32, count=len(units))
            ends = np.cumsum(piece == 0)
            pieces.append(piece)
            owners.append((count + np.concatenate(([0], ends[:-1]))).astype(np.int32))
            count += len(some)
        printed, text_of = np.concatenate(pieces), np.concatenate(owners)
        norm_numbers: dict[str, int] = {"": _CLAUSE_END, "0": _NO_WORD}
        norm_of = np.array([norm_numbers.setdefault(_norm(u), len(norm_numbers)) for u in numbers], dtype=np.int32)
        words = norm_of[printed]
        occurrences = np.bincount(words, minlength=len(norm_numbers))
        before_end = np.bincount(words[:-1][words[1:] == _CLAUSE_END], minlength=len(norm_numbers))
        return cls(
            list(numbers),
            printed,
            words,
            text_of,
            np.array([norm.count(" ") + 1 for norm in norm_numbers], dtype=np.int32),
            (before_end + 1) / (occurrences + 2),
            np.array([norm in function_words() for norm in norm_numbers]),
        )


def _norm(unit: str) -> str:
    """Return a word's norm; "0" for what holds a figure, "" for a sign."""
    if not any(map(str.isalnum, unit)):
        return ""
    pieces = unit.split("_")
    return " ".join([forms(piece)[0] for piece in pieces]) if all(map(str.isalpha, pieces)) else "0"


@dataclass(frozen=True, slots=True)
class _Runs:
    """The frequent runs of `length` words, numbered. at: for each position the run that begins there, -1 if none.

    For each run: count, syllables, first and last word, cohesion; shorter: the run without its last and its first word.
    """

    corpus: _Corpus
    length: int
    at: np.ndarray
    count: np.ndarray
    syllables: np.ndarray
    first: np.ndarray
    last: np.ndarray
    cohesion: np.ndarray
    shorter: tuple[np.ndarray, np.ndarray]
    word_count: np.ndarray

    @classmethod
    def of_words(cls, corpus: _Corpus) -> "_Runs":
        count = np.bincount(corpus.words, minlength=len(corpus.syllables))
        every = np.arange(len(count), dtype=np.int32)
        usable = count >= LEAST_PAGES
        usable[[_CLAUSE_END, _NO_WORD]] = False
        at = np.where(usable[corpus.words], corpus.words, np.int32(-1))
        together = np.full(len(count), np.inf)
        return cls(corpus, 1, at, count, corpus.syllables, every, every, together, (every[:0], every[:0]), count)

    def longer(self) -> "_Runs | None":
        """Return the runs of one word more, None if there are none."""
        positions = np.flatnonzero((self.at[:-1] >= 0) & (self.at[1:] >= 0))
        keys = self.at[positions].astype(np.int64) << 32 | self.at[positions + 1]
        distinct, number, count = np.unique(keys, return_inverse=True, return_counts=True)
        if not len(distinct):
            return None
        begin, end = distinct >> 32, distinct & 0xFFFFFFFF
        first, last = self.first[begin], self.last[end]
        syllables = self.syllables[begin] + self.corpus.syllables[last]
        words = int(np.count_nonzero(self.corpus.words > _NO_WORD))
        cohesion = (
            count
            * words
            / np.maximum(
                self.word_count[first] * self.count[end].astype(float),
                self.word_count[last] * self.count[begin].astype(float),
            )
        )
        at = np.full(len(self.at), -1, dtype=np.int32)
        # Runs of one syllable too many stay, to tell which shorter ones are pieces of them.
        is_kept = (count >= LEAST_PAGES) & (self.syllables[begin] <= MOST_SYLLABLES)
        at[positions] = np.where(is_kept[number], number, -1)
        return _Runs(
            self.corpus, self.length + 1, at, count, syllables, first, last, cohesion, (begin, end), self.word_count
        )

    def phrases(self, longer: "_Runs | None") -> Iterator[Phrase]:
        """Yield those of the runs that are phrases."""
        corpus = self.corpus
        is_phrase = (
            (self.count >= LEAST_PAGES)
            & (self.syllables > 1)
            & (self.syllables <= MOST_SYLLABLES)
            & (self.cohesion >= COHESION)
            & ~corpus.is_function_word[self.first]
            & ~corpus.is_function_word[self.last]
            & (corpus.ends_clauses[self.last] >= (LAST_WORD if self.length > 1 else 0))
        )
        if longer is not None and self.length > 1:
            for pieces in longer.shorter:
                most = np.zeros(len(self.count), dtype=np.int64)
                np.maximum.at(most, pieces, longer.count)
                is_phrase &= most < WHOLE * self.count
        positions = np.flatnonzero(self.at >= 0)
        positions = positions[is_phrase[self.at[positions]]]
        positions = positions[np.argsort(self.at[positions], kind="stable")]
        if not len(positions):
            return
        is_next_run = np.diff(self.at[positions], prepend=-1) != 0
        begins = np.flatnonzero(is_next_run)
        # The positions of a run ascend, so those of one text stand together.
        is_next_text = is_next_run | (np.diff(corpus.text_of[positions], prepend=-1) != 0)
        every = np.add.reduceat(is_next_text, begins, dtype=np.int64).tolist()
        for (first, past), pages in zip(pairwise([*begins.tolist(), len(positions)]), every, strict=True):
            if pages >= LEAST_PAGES:
                some = positions[first : min(past, first + PRINTED_LOOKED_AT)]
                printed = map(tuple, corpus.printed[some[:, None] + np.arange(self.length)].tolist())
                yield Phrase(self._as_printed(Counter(printed).most_common(1)[0][0]), pages)

    def _as_printed(self, numbers: Iterable[int]) -> str:
        return " ".join([self.corpus.printed_forms[number] for number in numbers]).replace("_", " ")
