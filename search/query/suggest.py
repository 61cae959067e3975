"""Suggestions as you type: titles, frequent phrases, people, provinces, document numbers; with or without diacritics.

Every entry is findable from the beginning of each of its first words. The folded beginnings lie in one sorted list, so
that a prefix is a range found by bisection; for short prefixes, whose ranges are long, the best are kept ready.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from search.document import Document
from search.domain import places
from search.text.normalization import fold, norms, parts
from search.text.orthography import fold_letters

KINDS = ("province", "document", "phrase", "person", "title")
STARTS = 8  # words of an entry at which typing may begin; what comes later in a title is not how it is remembered
KEY_CHARACTERS = 48  # of a beginning that are kept: nobody types more before choosing
READY_CHARACTERS = 3  # prefixes up to this length have their best entries kept ready
READY_ENTRIES = 40  # kept for each of these prefixes
LEAST_PAGES = 3  # on which a phrase or a person must occur; what occurs once is found by its title
PHRASE_SYLLABLES = (2, 6)  # shortest and longest phrase taken from titles
SPREAD = 2  # entries of one kind before the next kind has its turn, so that titles do not push out the rest
# A phrase neither begins nor ends with these.
FUNCTION_WORDS = frozenset(
    word.norm
    for word in parts("và của các những đã đang sẽ được bị là cho với trong về tại từ có không này khi do để ở vào")
)
_WEIGHT_OF_KIND = {"province": 1000, "document": 1, "phrase": 2, "person": 2, "title": 1}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to suggest. kind: of KINDS. weight: about how many pages it leads to."""

    text: str
    kind: str
    weight: int = 1


class Suggester:
    """Completes what is being typed from a fixed set of entries. Safe to share between threads."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        once = {(entry.kind, entry.text): entry for entry in entries if entry.text.strip()}
        self._entries = sorted(once.values(), key=lambda e: (-e.weight * _WEIGHT_OF_KIND[e.kind], len(e.text), e.text))
        beginnings = sorted((key, rank) for rank, entry in enumerate(self._entries) for key in _beginnings(entry.text))
        self._keys = [key for key, _ in beginnings]
        self._ranks = [rank for _, rank in beginnings]
        self._ready = self._best_of_short_prefixes()

    def complete(self, typed: str, limit: int = 8) -> list[Entry]:
        """Return the best completions of what was typed, at most `limit`, of several kinds where there are several.

        Where diacritics were typed, entries that have them come first. If nothing begins with all that was typed,
        the last words alone are completed and the words before them are kept.
        """
        tokens = parts(typed)
        if not tokens or limit < 1:
            return []
        ends_word = typed[-1:].isspace()
        for first in range(len(tokens)):
            key = " ".join(token.folded for token in tokens[first:]) + (" " if ends_word else "")
            found = self._matching(key[:KEY_CHARACTERS])
            if first:
                head = " ".join(typed[: tokens[first].start].split())
                found = [
                    Entry(f"{head} {entry.text}", "phrase", entry.weight)
                    for entry in found
                    if entry.kind != "title" and fold(entry.text).startswith(key)
                ]
            if found and fold_letters(typed) != typed:
                worn = [entry for entry in found if _wears(entry.text, typed)]
                return (_spread(worn, limit) + _spread([entry for entry in found if entry not in worn], limit))[:limit]
            if found:
                return _spread(found, limit)
        return []

    def _matching(self, key: str) -> list[Entry]:
        if len(key.rstrip()) <= READY_CHARACTERS:
            ranks: Sequence[int] = self._ready.get(key.rstrip(), ())
        else:
            low = bisect_left(self._keys, key)
            high = bisect_left(self._keys, key + "\uffff", low)
            ranks = nsmallest(READY_ENTRIES, set(self._ranks[low:high]))
        found = [self._entries[rank] for rank in ranks]
        found.sort(key=lambda entry: not fold(entry.text).startswith(key))
        return found

    def _best_of_short_prefixes(self) -> dict[str, list[int]]:
        ready: dict[str, set[int]] = {}
        for key, rank in zip(self._keys, self._ranks, strict=True):
            for length in range(1, min(READY_CHARACTERS, len(key)) + 1):
                ready.setdefault(key[:length], set()).add(rank)
        return {prefix: nsmallest(READY_ENTRIES, ranks) for prefix, ranks in ready.items()}


def entries_of(documents: Iterable[Document]) -> Iterator[Entry]:
    """Yield what documents offer to suggestions, and the names of all provinces."""
    people: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    phrases: Counter[tuple[str, ...]] = Counter()
    printed: dict[tuple[str, ...], str] = {}
    for document in documents:
        if document.title.strip():
            yield Entry(" ".join(document.title.split()), "title")
        people.update(set(document.people))
        numbers.update(set(document.document_numbers))
        for phrase, text in _phrases(document.title):
            phrases[phrase] += 1
            printed.setdefault(phrase, text)
    yield from (Entry(name, "person", count) for name, count in people.items() if count >= LEAST_PAGES)
    yield from (Entry(number, "document", count) for number, count in numbers.items())
    yield from (Entry(printed[phrase], "phrase", count) for phrase, count in _telling(phrases).items())
    yield from (
        Entry(unit.name, "province") for unit in places.units() if not unit.until or unit.until >= places.REFORM
    )


def _phrases(title: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the runs of syllables in a title that nothing but a space separates: (norms, as printed in lower case)."""
    tokens = parts(title)
    shortest, longest = PHRASE_SYLLABLES
    for first in range(len(tokens)):
        last = first
        while (
            last + 1 < len(tokens)
            and last + 1 - first < longest
            and title[tokens[last].end : tokens[last + 1].start] == " "
        ):
            last += 1
            stretch = tokens[first : last + 1]
            if (
                len(stretch) >= shortest
                and FUNCTION_WORDS.isdisjoint((stretch[0].norm, stretch[-1].norm))
                and all(token.norm.isalpha() for token in stretch)
            ):
                yield tuple(token.norm for token in stretch), title[stretch[0].start : stretch[-1].end]


def _telling(phrases: Counter[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    """Return the phrases that are frequent, and not merely a piece of a longer one that is about as frequent."""
    frequent = {phrase: count for phrase, count in phrases.items() if count >= LEAST_PAGES}
    pieces = set()
    for phrase, count in frequent.items():
        for piece in (phrase[1:], phrase[:-1]):
            if frequent.get(piece, 0) < 2 * count:
                pieces.add(piece)
    return {phrase: count for phrase, count in frequent.items() if phrase not in pieces}


def _beginnings(text: str) -> set[str]:
    folds = [token.folded for token in parts(text)]
    return {" ".join(folds[first:])[:KEY_CHARACTERS] for first in range(min(len(folds), STARTS))}


def _wears(text: str, typed: str) -> bool:
    """Tell whether an entry has what was typed with its diacritics; the last syllable may be unfinished."""
    return f" {' '.join(norms(typed))}" in f" {' '.join(norms(text))}"


def _spread(found: list[Entry], limit: int) -> list[Entry]:
    """Return the first `limit` entries such that each kind has its turn; order within a kind is kept."""
    waiting = {kind: [entry for entry in found if entry.kind == kind] for kind in KINDS}
    chosen: list[Entry] = []
    while len(chosen) < limit and any(waiting.values()):
        for kind in KINDS:
            chosen += waiting[kind][:SPREAD]
            del waiting[kind][:SPREAD]
    return chosen[:limit]
