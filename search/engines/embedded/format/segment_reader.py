"""One segment as read: its arrays mapped into memory, and the look-ups on them. Immutable, shared by threads."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from search.document import CITED, Document
from search.engines.embedded.format import array_file as files
from search.engines.embedded.format import docstore, keyword_fields
from search.engines.embedded.format.chosen_numbers import ChosenNumbers
from search.engines.embedded.format.occurrences import Occurrences
from search.engines.embedded.format.segment_format import (
    COUNT_MASK,
    HEAD_SHIFT,
    hashes,
    unpack_counts,
)
from search.engines.embedded.format.sentence_borders import SentenceBorders
from search.text.analysis import SENTENCE

try:
    from search.engines.embedded.format.compiled_chosen_numbers import CompiledChosenNumbers as FastestNumbers
    from search.engines.embedded.format.compiled_occurrences import CompiledOccurrences as FastestOccurrences
except ImportError:  # built without a compiler
    FastestNumbers = ChosenNumbers  # type: ignore[assignment,misc]
    FastestOccurrences = Occurrences  # type: ignore[assignment,misc]

NONE = -1
KEPT_GROUPS = 20_000  # folded syllables of each segment whose numbers are remembered: some 3 MB


class Span(NamedTuple):
    """Where the postings of a term stand, not read yet. bounds: where those of each of its forms begin, and the end."""

    stream: str
    bounds: np.ndarray

    @property
    def size(self) -> int:
        """How many postings; a document may have one for each form."""
        return int(self.bounds[-1]) - int(self.bounds[0])


NOWHERE = Span("text", np.zeros(1, dtype=np.uint32))


class Postings(NamedTuple):
    """docs: document numbers. numbers: occurrences and those in the head, as segment_format.together gives them.

    forms > 1: the postings of so many forms one after the other, a document once for each that it has (see united);
    else documents ascend.
    """

    docs: np.ndarray
    numbers: np.ndarray
    forms: int = 1

    @property
    def counts(self) -> np.ndarray:
        """Occurrences (uint32)."""
        return self.numbers & COUNT_MASK

    @property
    def heads(self) -> np.ndarray:
        """Occurrences in the head: title and first syllables (uint32)."""
        return self.numbers >> HEAD_SHIFT

    @classmethod
    def of(cls, docs: np.ndarray, counts: np.ndarray) -> "Postings":
        """Return postings of a field whose heads are of no interest."""
        return cls(docs, counts.astype(np.uint32) & COUNT_MASK)


def united(postings: Postings) -> Postings:
    """Return postings of several forms as those of one term: each document once, its numbers added."""
    docs, numbers, forms = postings
    if forms <= 1 or len(docs) < 2:
        return Postings(docs, numbers)
    order = docs.argsort(kind="stable")
    docs, numbers = docs[order], numbers[order]
    firsts = np.flatnonzero(np.concatenate(([True], docs[1:] != docs[:-1])))
    if len(firsts) < len(docs):
        docs, numbers = docs[firsts], np.add.reduceat(numbers, firsts, dtype=numbers.dtype)
    return Postings(docs, numbers)


EMPTY = Postings(np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.uint32))


class SegmentPostings:
    """Look-ups by term. A group is a folded syllable, a form one of its spellings; both are numbers here."""

    def __init__(self, path: Path, *, check: bool = True) -> None:
        self.name = path.stem
        self.arrays = files.load(path, check=check)
        self.size = len(self.arrays["day"])
        self.groups = len(self.arrays["variants"]) - 1
        title, body = self.arrays["title_length"].astype(np.int64), self.arrays["body_length"].astype(np.int64)
        tokens, pairs = title + body + self.arrays["wholes"], np.maximum(title - 1, 0) + np.maximum(body - 1, 0)
        self._shelf = docstore.StoredDocuments(self.arrays)
        self._groups: dict[str, int] = {}
        self._forms: dict[str, int] = {}
        self._occurrences: dict[str, Occurrences] = {}
        self._numbers: dict[str, ChosenNumbers] = {}
        borders = self.form(SENTENCE, SENTENCE)
        if borders != NONE:  # no pair runs over one
            found = self.read(self.of_form("text", borders))
            pairs[found.docs.astype(np.intp)] -= found.counts
        self.tokens, self.pairs = int(tokens.sum()), int(pairs.sum())
        self.token_lengths, self.pair_lengths = tokens, pairs

    # Vocabulary

    def group(self, folded: str) -> int:
        """Return the number of a folded syllable, NONE if no document has it."""
        number = self._groups.get(folded)
        if number is None:
            number = self._by_hash("fold", folded.encode("utf-8", "surrogatepass"))
            if len(self._groups) >= KEPT_GROUPS:
                self._groups.clear()
            self._groups[folded] = number
        return number

    def forms(self, group: int) -> range:
        variants = self.arrays["variants"]
        return range(int(variants[group]), int(variants[group + 1]))

    def form(self, norm: str, folded: str) -> int:
        """Return the number of a form, NONE if no document has it."""
        number = self._forms.get(norm)
        if number is None:
            group = self.group(folded)
            wanted = norm.encode("utf-8", "surrogatepass")
            blob, offsets = self.arrays["norm.blob"], self.arrays["norm.offsets"]
            forms = self.forms(group) if group != NONE else ()
            number = next((form for form in forms if files.unpack(blob, offsets, form) == wanted), NONE)
            if len(self._forms) >= KEPT_GROUPS:
                self._forms.clear()
            self._forms[norm] = number
        return number

    def groups_starting_with(self, folded: str) -> range:
        """Return the groups whose folded form begins so: they are neighbours."""
        first = self._slot(folded.encode("utf-8", "surrogatepass"))
        last = self._slot(folded.encode("utf-8", "surrogatepass") + b"\xff")
        return range(first, last)

    def folded(self, group: int) -> str:
        return _text(self.arrays, "fold", group)

    def norm(self, form: int) -> str:
        return _text(self.arrays, "norm", form)

    def _slot(self, wanted: bytes) -> int:
        blob, offsets = self.arrays["fold.blob"], self.arrays["fold.offsets"]
        return bisect_left(range(self.groups), wanted, key=lambda group: files.unpack(blob, offsets, group))

    def _by_hash(self, name: str, wanted: bytes) -> int:
        values = self.arrays[f"{name}.hash"]
        value = hashes([wanted])[0]
        slot = int(values.searchsorted(value))
        while slot < len(values) and values[slot] == value:
            number = int(self.arrays[f"{name}.order"][slot])
            if (
                name == "key"
                or files.unpack(self.arrays[f"{name}.blob"], self.arrays[f"{name}.offsets"], number) == wanted
            ):
                return number
            slot += 1
        return NONE

    # Postings

    def of_form(self, stream: str, form: int) -> Span:
        return Span(stream, self.arrays[f"{stream}.start"][form : form + 2])

    def of_group(self, stream: str, group: int) -> Span:
        """Return where the postings of all forms of a folded syllable stand."""
        variants = self.arrays["variants"]
        return Span(stream, self.arrays[f"{stream}.start"][int(variants[group]) : int(variants[group + 1]) + 1])

    def documents_of_group(self, stream: str, group: int) -> int:
        return int(self.arrays[f"{stream}.fold_documents"][group])

    def of_folded_pair(self, first: int, second: int) -> Span:
        """Return where the postings of two neighbouring folded syllables (groups) stand."""
        low, high = self._pair_range(first, second)
        return Span("pair", self.arrays["pair.start"][low : high + 1])

    def of_pair(self, first: int, second: int, first_group: int, second_group: int) -> Span:
        """Return where the postings of two neighbouring forms stand."""
        low, high = self._pair_range(first_group, second_group)
        packed = self.arrays["pair.variants"]
        shift = 8 if packed.dtype == np.uint16 else 16
        variants = self.arrays["variants"]
        wanted = (first - int(variants[first_group])) << shift | (second - int(variants[second_group]))
        slot = low + int(packed[low:high].searchsorted(wanted))
        if slot == high or packed[slot] != wanted:
            return NOWHERE
        return Span("pair", self.arrays["pair.start"][slot : slot + 2])

    def documents_of_pairs(self, firsts: range, seconds: range, first_group: int, second_group: int) -> np.ndarray:
        """Return the documents, some of them more than once, that have a form of one range before one of another.

        Each is of one group: all of its forms, or one.
        """
        low, high = self._pair_range(first_group, second_group)
        packed = self.arrays["pair.variants"][low:high]
        shift, variants = 8 * packed.itemsize // 2, self.arrays["variants"]
        one, other = packed >> shift, packed & (1 << shift) - 1
        one_from, other_from = firsts.start - int(variants[first_group]), seconds.start - int(variants[second_group])
        fits = (one >= one_from) & (one < one_from + len(firsts))
        fits &= (other >= other_from) & (other < other_from + len(seconds))
        start, docs = self.arrays["pair.start"], self.arrays["pair.docs"]
        slots = (low + np.flatnonzero(fits)).tolist()
        return np.concatenate([docs[:0], *(docs[int(start[slot]) : int(start[slot + 1])] for slot in slots)])

    def forms_beside(self, first: int, second: int) -> Iterator[tuple[int, int, int]]:
        """Yield (form, form, documents) for every pair of neighbouring forms of two groups."""
        low, high = self._pair_range(first, second)
        packed, start = self.arrays["pair.variants"][low:high], self.arrays["pair.start"]
        shift = 8 if packed.dtype == np.uint16 else 16
        firsts, seconds = self.arrays["variants"][first], self.arrays["variants"][second]
        for slot, value in enumerate(packed.tolist(), low):
            documents = int(start[slot + 1]) - int(start[slot])
            yield int(firsts) + (value >> shift), int(seconds) + (value & ((1 << shift) - 1)), documents

    def _pair_range(self, first: int, second: int) -> tuple[int, int]:
        row = self.arrays["pair.row"]
        start, end = int(row[first]), int(row[first + 1])
        seconds = self.arrays["pair.second"][start:end]
        if second >> 8 * seconds.itemsize:
            return start, start
        wanted = seconds.dtype.type(second)  # of the same type: else the whole array is converted
        return start + int(seconds.searchsorted(wanted)), start + int(seconds.searchsorted(wanted, "right"))

    def docs(self, span: Span) -> np.ndarray:
        """Return the documents of postings, form by form."""
        return self.arrays[f"{span.stream}.docs"][int(span.bounds[0]) : int(span.bounds[-1])]

    def read(self, span: Span) -> Postings:
        """Return postings; united() makes those of several forms the postings of one term."""
        numbers = unpack_counts(self.arrays, span.stream, int(span.bounds[0]), int(span.bounds[-1]))
        return Postings(self.docs(span), numbers, len(span.bounds) - 1)

    def numbers_at(self, span: Span, chosen: np.ndarray) -> np.ndarray:
        """Return the numbers of a term in chosen documents (ascending) as Postings has them, 0 where it is not."""
        numbers = self._numbers.get(span.stream)
        if numbers is None:
            numbers = self._numbers.setdefault(span.stream, FastestNumbers(self.arrays, span.stream))
        return numbers.at(span.bounds, chosen)

    def of_word(self, word: str) -> np.ndarray:
        """Return the documents that have a word of several syllables ("giải_ngân")."""
        blob, offsets, start = (self.arrays[f"word.{part}"] for part in ("blob", "offsets", "start"))
        wanted = word.encode("utf-8", "surrogatepass")
        slot = bisect_left(range(len(offsets) - 1), wanted, key=lambda number: files.unpack(blob, offsets, number))
        if slot == len(offsets) - 1 or files.unpack(blob, offsets, slot) != wanted:
            return EMPTY.docs
        return self.arrays["word.docs"][int(start[slot]) : int(start[slot + 1])]

    def words(self) -> list[str]:
        return _texts(self.arrays, "word")

    # Occurrences

    def occurrences(self, stream: str, terms: Sequence[range], among: np.ndarray | None = None) -> list[np.ndarray]:
        """Return the occurrences of some terms, each ascending, as document << 32 | position.

        terms: the forms of each, one or all of a folded syllable. among: flags of the documents to look into.
        """
        occurrences = self._occurrences.get(stream)
        if occurrences is None:
            occurrences = self._occurrences.setdefault(stream, FastestOccurrences(self.arrays, stream))
        return occurrences.of(terms, among)

    @cached_property
    def sentences(self) -> SentenceBorders:
        return SentenceBorders(self.arrays)

    # Documents

    def number_of(self, document_id: str) -> int:
        return self._by_hash("id", document_id.encode("utf-8", "surrogatepass"))

    def numbers_of_key(self, key: str) -> list[int]:
        """Return the documents whose key has this hash; the caller compares the keys."""
        values = self.arrays["key.hash"]
        value = hashes([key.encode("utf-8", "surrogatepass")])[0]
        low, high = values.searchsorted(value), values.searchsorted(value, "right")
        return [int(number) for number in self.arrays["key.order"][low:high]]

    def id_of(self, number: int) -> str:
        return _text(self.arrays, "id", number)

    def ids(self) -> list[str]:
        return _texts(self.arrays, "id")

    def fingerprints(self) -> list[str]:
        """Return the fingerprint (hex) of every document."""
        every = self.arrays["fingerprint"].tobytes().hex()
        width = len(every) // self.size if self.size else 1
        return [every[start : start + width] for start in range(0, len(every), width)]

    def document(self, number: int) -> Document:
        return self._shelf.document(number)

    def with_exact(self, field: str, value: str) -> np.ndarray:
        """Return which documents have a value of search/engines/embedded/format/keyword_fields.py."""
        return keyword_fields.documents_with(self.arrays, field, value)

    @cached_property
    def cited(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the documents cited, as exact.of_field gives them."""
        return keyword_fields.of_field(self.arrays, CITED)

    def facet_values(self, facet: str) -> list[str]:
        """Return the values that codes 1, 2, … stand for."""
        return _texts(self.arrays, facet)


def _text(arrays: dict[str, np.ndarray], name: str, number: int) -> str:
    return files.unpack(arrays[f"{name}.blob"], arrays[f"{name}.offsets"], number).decode("utf-8", "surrogatepass")


def _texts(arrays: dict[str, np.ndarray], name: str) -> list[str]:
    every = files.unpack_all(arrays[f"{name}.blob"], arrays[f"{name}.offsets"])
    return [one.decode("utf-8", "surrogatepass") for one in every]
