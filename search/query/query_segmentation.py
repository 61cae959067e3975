"""The words of a query: which of its syllables make one word, without the context that pyvi needs.

Asked are the words of the corpus, each segmented in its context, and pyvi's list where the corpus has no say. A run of
syllables is a word where the corpus mostly reads it as one; of all ways to cut a query the one with the fewest words
is taken, then the one whose words are surest.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise, product
from typing import NamedTuple

from search.query.vocabulary import Vocabulary
from search.text.analysis import WORD_JOINT
from search.text.normalization import Syllable
from search.text.orthography import spellings
from search.text.segmentation import load_words, word_list

LONGEST_WORD = 5  # syllables; names of persons
LEAST_SHARE = 0.3  # of the documents with these syllables side by side, in how many they are one word
LISTED = 0.5  # how sure a word of pyvi's list is that the corpus hardly knows
HARDLY_KNOWN = 5  # documents; who has more of them and reads no word there contradicts the list
UNSURE_COSTS = 0.4  # of a word: less than one word more
READINGS = 3  # of syllables typed without diacritics
# A syllable of that many compounds says little alone: công of đầu tư công would be held by công an. It belongs to the
# word before it where the two stand together now and then.
MANY_COMPOUNDS = 100
LEAST_TOGETHER, LEAST_TOGETHER_SHARE = 3, 0.02

Span = tuple[int, int]  # (first syllable, how many)


class Word(NamedTuple):
    """norms: with the diacritics that it has in the corpus. sureness: 0 … 1. documents: about, 0 where not known."""

    first: int
    norms: tuple[str, ...]
    sureness: float
    documents: int


def words_of_query(tokens: Sequence[Syllable], vocabulary: Vocabulary | None) -> list[Word]:
    """Return the words that tokens are made of, in order; they cover all of them."""
    ending: list[list[Word]] = [[] for _ in range(len(tokens) + 1)]
    for word in _words(tokens, vocabulary):
        ending[word.first + len(word.norms)].append(word)
    best: list[tuple[float, list[Word]]] = [(0.0, [])]
    for end, token in enumerate(tokens, 1):
        alone = Word(end - 1, (token.norm,), 1.0, 0)
        cost, words = best[-1]
        way = cost + 1, [*words, alone]
        for word in ending[end]:
            cost, words = best[word.first]
            way = min(way, (cost + 1 + UNSURE_COSTS * (1 - word.sureness), [*words, word]))
        best.append(way)
    return _joined(best[-1][1], tokens, vocabulary)


def _words(tokens: Sequence[Syllable], vocabulary: Vocabulary | None) -> list[Word]:
    """Return the words of several syllables that may stand among tokens."""
    runs = _runs(tokens, vocabulary) if vocabulary is not None else []
    counts = vocabulary.word_counts([WORD_JOINT.join(run.norms) for run in runs]) if vocabulary is not None else []
    found = []
    known: set[Span] = {(run.first, len(run.norms)) for run in runs}
    for run, count in zip(runs, counts, strict=True):
        first, norms, _, documents = run
        share = count / max(documents, count, 1)
        if share >= LEAST_SHARE:
            found.append(Word(first, norms, share, count))
        elif documents < HARDLY_KNOWN and _is_listed(norms):
            found.append(Word(first, norms, LISTED, documents))
    every = [token.norm for token in tokens]
    for first, pair in enumerate(pairwise(every)):
        if not _begins_word(*pair):
            continue
        for count in range(2, min(LONGEST_WORD, len(every) - first) + 1):
            norms = tuple(every[first : first + count])
            if (first, count) not in known and _is_listed(norms):
                found.append(Word(first, norms, LISTED, 0))
    return found


def _runs(tokens: Sequence[Syllable], vocabulary: Vocabulary) -> list[Word]:
    """Return what syllables may be together, with the diacritics they have side by side in the corpus."""
    pairs = [_pairs(first, second, vocabulary) for first, second in pairwise(tokens)]
    found = []
    for first, beginning in enumerate(pairs):
        runs = [Word(first, pair, 0.0, count) for pair, count in beginning]
        for following in (*pairs[first + 1 : first + LONGEST_WORD - 1], ()):
            if not runs:
                break
            found += runs
            runs = [
                Word(first, (*norms, pair[1]), 0.0, min(documents, count))
                for _, norms, _, documents in runs
                for pair, count in following
                if norms[-1] == pair[0]
            ]
            if len(runs) > 1:
                runs = sorted(runs, key=lambda run: (-run.documents, run.norms))[:READINGS]
    return found


def _pairs(first: Syllable, second: Syllable, vocabulary: Vocabulary) -> list[tuple[tuple[str, str], int]]:
    """Return the forms of two neighbours that fit what was typed: a syllable typed with diacritics has no other."""
    if _is_typed_whole(first) and _is_typed_whole(second):
        count = vocabulary.bigram_count(first.norm, second.norm)
        return [((first.norm, second.norm), count)] if count else []
    fitting = [
        (pair, count)
        for pair, count in vocabulary.pair_forms(first.folded, second.folded)
        if all(
            not _is_typed_whole(token) or token.norm == norm for token, norm in zip((first, second), pair, strict=True)
        )
    ]
    return fitting[:READINGS]


def load_word_lists() -> None:
    """Make now what the first queries would make."""
    load_words()
    _beginnings()
    _compound_lines()


def _is_typed_whole(token: Syllable) -> bool:
    return token.norm != token.folded


def _is_listed(norms: tuple[str, ...]) -> bool:
    listed = word_list()
    return any(spelt in listed for spelt in _spelt(norms))


def _spelt(norms: Sequence[str]) -> Iterator[str]:
    return map(" ".join, product(*map(spellings, norms)))


@cache
def _beginnings() -> frozenset[str]:
    """Return the first two syllables of each listed word, as spelt: what begins as none of them is not looked up."""
    return frozenset(re.findall("(?m)^[^ \n]+ [^ \n]+", "\n".join(word_list())))


@lru_cache(maxsize=16384)
def _begins_word(first: str, second: str) -> bool:
    return not _beginnings().isdisjoint(_spelt((first, second)))


@lru_cache(maxsize=16384)
def _compounds(norm: str) -> int:
    """Return of how many listed words of several syllables a syllable is a part."""
    return sum(map(_lines_with, spellings(norm)))


def _lines_with(syllable: str) -> int:
    lines, part = _compound_lines(), f" {syllable} "
    count, at = 0, lines.find(part)
    while at >= 0:
        count += 1
        at = lines.find(part, lines.index("\n", at))
    return count


@cache
def _compound_lines() -> str:
    """Return the listed words of several syllables, each on a line of its own, with spaces around."""
    return "".join(f" {word} \n" for word in word_list() if " " in word)


def _joined(words: list[Word], tokens: Sequence[Syllable], vocabulary: Vocabulary | None) -> list[Word]:
    found: list[Word] = []
    before: Word | None = None
    for word in words:
        norm = _last_of(before, word, tokens, vocabulary) if before is not None and vocabulary is not None else ""
        if before is not None and norm:
            found[-1] = before._replace(norms=(*before.norms, norm))
            before = None
            continue
        found.append(word)
        before = word
    return found


def _last_of(before: Word, word: Word, tokens: Sequence[Syllable], vocabulary: Vocabulary) -> str:
    """Return the norm of a syllable alone if it is a part of the word before it: công of đầu tư công; else ""."""
    if len(word.norms) > 1 or len(before.norms) < 2 or not word.norms[0].isalpha():
        return ""
    token = tokens[word.first]
    last = tokens[word.first - 1]._replace(norm=before.norms[-1])
    pairs = [(pair, count) for pair, count in _pairs(last, token, vocabulary) if pair[0] == before.norms[-1]]
    if not pairs:
        return ""
    pair, together = max(pairs, key=lambda known: known[1])
    is_usual = together >= max(LEAST_TOGETHER, LEAST_TOGETHER_SHARE * before.documents)
    return pair[1] if is_usual and _compounds(pair[1]) >= MANY_COMPOUNDS else ""
