"""Suggestions as you type: phrases of the texts, names, places, document numbers, kinds of meetings.

What is suggested begins with what was typed, letter by letter; a letter typed without its sign stands for all of its
forms. Entries are found by their beginnings, which lie in one sorted list: a prefix is a range, found by bisection.
"""

import math
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from search.document import Document
from search.domain import kinds, places
from search.query.phrases import LEAST_PAGES, phrases_of
from search.text.normalization import fold, parts
from search.text.orthography import fold_letters, without_tone

KINDS = ("phrase", "person", "province", "document", "meeting")  # in this order
# Kinds found from each of their words: who looks for Châu Văn Lâm may type "Lâm".
FOUND_INSIDE = ("person", "meeting")
FIRST_TURN, NEXT_TURNS = 4, 2  # entries of a kind before the next kind has its turn: phrases at first, then each
MOST_TEXTS = 6_000  # read for phrases, evenly spread: what many people type stands in many; bounds time and memory
MOST_OF_A_KIND = 30_000
MOST_COUNTED = 3_000  # 3 ms each in an archive of 35,000
COUNTED_SHARE = 0.1  # entries counted for each document: in a small archive counting one when it is shown takes 0.5 ms
MOST_LOOKED_AT = 400  # of the entries that begin with the letters typed, for those that bear the signs typed
KEY_CHARACTERS = 48  # of a beginning that are kept: nobody types more before choosing
SEPARATOR = "\n"  # in files; no entry holds it


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to suggest. kind: of KINDS. pages: how many it leads to, about."""

    text: str
    kind: str
    pages: int = 1


class Suggester:
    """Completes what is being typed from a fixed set of entries. Safe to share between threads.

    documents: how many documents the entries were gathered from. counted: how many pages the most frequent entries
    found, by their text, when the index was in a state ("" if none were counted).
    """

    def __init__(self, entries: Iterable[Suggestion], documents: int = 0) -> None:
        self.documents, self.state = documents, ""
        self.counted: dict[str, int] = {}
        self._entries = sorted(entries, key=lambda entry: (-entry.pages, len(entry.text), entry.text))
        rows = sorted(row for number, entry in enumerate(self._entries) for row in _beginnings(entry, number))
        self._keys = [key for key, _, _ in rows]
        self._norms = [norm for _, norm, _ in rows]
        self._numbers = np.array([number for _, _, number in rows], dtype=np.int32)

    def __len__(self) -> int:
        return len(self._entries)

    def texts(self, kind: str, most: int) -> list[str]:
        """Return the entries of a kind that lead to most pages, at most `most`."""
        return list(islice((entry.text for entry in self._entries if entry.kind == kind), most))

    def complete(self, typed: str, limit: int = 8, count: Callable[[str], int] | None = None) -> list[Suggestion]:
        """Return the best completions of what was typed, at most `limit`, of several kinds where there are several.

        count: how many pages a text finds now; entries that find none are left out. None: as they were gathered.

        Where nothing begins with all that was typed, the last words alone are completed, from two on (one of them may
        be unfinished), and the words before them are kept.
        """
        tokens = parts(typed)
        if not tokens or limit < 1:
            return []
        found = self._matching(typed)
        for first in range(1, len(tokens) - 1):
            if found:
                break
            if self._is_inside_a_word(tokens[first - 1].folded, tokens[first].folded):
                continue
            head = " ".join(typed[: tokens[first].start].split())
            found = [
                Suggestion(f"{head} {entry.text}", entry.kind, entry.pages)
                for entry in self._matching(typed[tokens[first].start :])
                if entry.kind == "phrase"
            ]
        return _by_turns(found, limit, count)

    def count_most_frequent(self, count: Callable[[str], int], state: str) -> None:
        """Count what short beginnings show, so that nobody waits for it; in a small archive nobody would."""
        most = min(MOST_COUNTED, math.ceil(COUNTED_SHARE * self.documents))
        self.counted, self.state = {one.text: count(one.text) for one in self._entries[:most]}, state

    def save(self, file: Path) -> None:
        """Write all to a file, in one step: whoever reads meanwhile has the old one."""
        texts = {"keys": self._keys, "norms": self._norms, "texts": [entry.text for entry in self._entries]}
        arrays: dict[str, Any] = {
            "documents": np.array(self.documents),
            "numbers": self._numbers,
            "kinds": np.array([KINDS.index(entry.kind) for entry in self._entries], dtype=np.uint8),
            "pages": np.array([entry.pages for entry in self._entries], dtype=np.uint32),
        }
        counts = [self.counted[entry.text] for entry in self._entries[:MOST_COUNTED] if entry.text in self.counted]
        arrays["counts"] = np.array(counts, dtype=np.uint32)
        texts |= {"state": [self.state]}
        for name, lines in texts.items():
            arrays[name] = np.frombuffer(SEPARATOR.join(lines).encode(), dtype=np.uint8)
        beside = file.with_suffix(".new.npz")
        try:
            np.savez(beside, **arrays)
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)

    @classmethod
    def load(cls, file: Path) -> "Suggester | None":
        """Return what was saved; None where the file is not there, or not such a file."""
        try:
            with np.load(file) as arrays:
                texts, keys, forms = (_lines(arrays[name]) for name in ("texts", "keys", "norms"))
                numbered = zip(texts, arrays["kinds"].tolist(), arrays["pages"].tolist(), strict=True)
                made = cls((), int(arrays["documents"]))
                made._entries = [Suggestion(text, KINDS[kind], pages) for text, kind, pages in numbered]
                made._keys, made._norms, made._numbers = keys, forms, arrays["numbers"]
                made.counted = dict(zip(texts, arrays["counts"].tolist(), strict=False))
                made.state = "".join(_lines(arrays["state"]))
        except Exception:  # a damaged file fails in any of the ways of zip archives
            return None
        return made if len(keys) == len(forms) == len(made._numbers) else None

    def _matching(self, typed: str) -> list[Suggestion]:
        """Return the entries that begin with what was typed, best first."""
        found: set[int] = set()
        for key, norm in _forms_of(typed):
            low = bisect_left(self._keys, key)
            high = bisect_left(self._keys, key + "\uffff", low)
            best = np.argsort(self._numbers[low:high], kind="stable")[:MOST_LOOKED_AT] + low
            rows = best.tolist() if norm == key else [row for row in best.tolist() if _bears(self._norms[row], norm)]
            found.update(self._numbers[rows].tolist() if rows else ())
        return [self._entries[number] for number in sorted(found)]

    def _is_inside_a_word(self, before: str, after: str) -> bool:
        """Tell whether two syllables are a word: nothing is completed from its second one on."""
        word = f"{before} {after}"
        slot = bisect_left(self._keys, word)
        return slot < len(self._keys) and self._keys[slot] == word


def entries_of(documents: Iterable[Document], count: int) -> list[Suggestion]:
    """Return what documents offer to suggestions. count: how many documents there are, about."""
    people: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    provinces: Counter[str] = Counter()
    meetings: Counter[str] = Counter()

    def texts() -> Iterator[str]:
        every = -(-count // MOST_TEXTS) or 1
        for number, document in enumerate(documents):
            people.update(list(dict.fromkeys(document.people)))
            numbers.update(list(dict.fromkeys(document.document_numbers)))
            provinces.update(list(dict.fromkeys([document.province_then, document.province_now])))
            meetings[document.kind] += 1
            if number % every == 0:
                yield f"{document.title}\n{document.text}"

    phrases = phrases_of(texts())
    names = {unit.slug: unit.name for unit in places.units() if not unit.until or unit.until >= places.REFORM}
    labels = kinds.labels()
    found = [Suggestion(names[slug], "province", pages) for slug, pages in provinces.items() if slug in names]
    found += [
        Suggestion(name, "person", pages) for name, pages in people.most_common(MOST_OF_A_KIND) if pages >= LEAST_PAGES
    ]
    found += [Suggestion(labels[kind], "meeting", pages) for kind, pages in meetings.items() if kind in labels]
    found += [Suggestion(number, "document", pages) for number, pages in numbers.most_common(MOST_OF_A_KIND)]
    known = {fold(entry.text) for entry in found} | {fold(name) for name in names.values()}
    spoken = (phrase for phrase in phrases if fold(phrase.text) not in known)
    found += [Suggestion(phrase.text, "phrase", phrase.pages) for phrase in islice(spoken, MOST_OF_A_KIND)]
    return [entry for entry in found if SEPARATOR not in entry.text and entry.text.strip()]


def _beginnings(entry: Suggestion, number: int) -> Iterator[tuple[str, str, int]]:
    tokens = parts(entry.text)
    for first in range(len(tokens) if entry.kind in FOUND_INSIDE else min(len(tokens), 1)):
        key = " ".join(token.folded for token in tokens[first:])
        norm = " ".join(token.norm for token in tokens[first:])
        yield key[:KEY_CHARACTERS], norm[:KEY_CHARACTERS], number


def _forms_of(typed: str) -> list[tuple[str, str]]:
    """Return (folded form, norm) of what was typed, in both ways that its last syllable may go on.

    As a whole syllable "ki" is kỹ, and "hoá" is hóa; as the beginning of one they are those of kiểm and hoán.
    """
    tokens = parts(typed)
    before = "".join(f"{token.folded} " for token in tokens[:-1]), "".join(f"{token.norm} " for token in tokens[:-1])
    last = tokens[-1]
    if typed[-1:].isspace():
        endings = [(f"{last.folded} ", f"{last.norm} ")]
    else:
        letters = unicodedata.normalize("NFC", typed[last.start : last.end]).lower()
        endings = [(last.folded, last.norm), (fold_letters(letters), letters)]
    forms = [(before[0] + folded, before[1] + norm) for folded, norm in endings]
    return [(key[:KEY_CHARACTERS], norm[:KEY_CHARACTERS]) for key, norm in dict.fromkeys(forms)]


def _bears(norm: str, typed: str) -> bool:
    """Tell whether an entry has the signs that were typed. The last syllable may still lack its tone: giâ of giấy."""
    finished = typed.rfind(" ") + 1
    for index, (wanted, letter) in enumerate(zip(typed, norm, strict=False)):
        if wanted not in (letter, fold_letters(letter)) and (index < finished or wanted != without_tone(letter)):
            return False
    return True


def _lines(blob: np.ndarray) -> list[str]:
    return blob.tobytes().decode().split(SEPARATOR) if len(blob) else []


def _by_turns(found: list[Suggestion], limit: int, count: Callable[[str], int] | None) -> list[Suggestion]:
    """Return the first `limit` entries such that each kind has its turn, in the order of KINDS."""
    waiting = {kind: _counted([entry for entry in found if entry.kind == kind], count) for kind in KINDS}
    chosen: dict[str, list[Suggestion]] = {kind: [] for kind in KINDS}
    left, turn = limit, FIRST_TURN
    while left and waiting:
        for kind in list(waiting):
            taken = list(islice(waiting[kind], min(turn, left)))
            chosen[kind] += taken
            left -= len(taken)
            if len(taken) < turn:
                del waiting[kind]
            turn = NEXT_TURNS
    return [entry for kind in KINDS for entry in chosen[kind]]


def _counted(entries: Iterable[Suggestion], count: Callable[[str], int] | None) -> Iterator[Suggestion]:
    """Yield the entries that find something, each with how much it finds."""
    for entry in entries:
        if count is None:
            yield entry
        elif pages := count(entry.text):
            yield replace(entry, pages=pages)
