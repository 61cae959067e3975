"""Document → terms for each field, query text → terms. Both are made here alone, so that they agree."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from search.document import Document
from search.ranking import FIELDS, HEAD_SYLLABLES, WORDS
from search.text import segmentation, sentences
from search.text.bounded_memory import BoundedMemory
from search.text.normalization import folded_of, norms, position_in, terms
from search.text.orthography import forms, is_syllable

PAIR_JOINT = " "  # no syllable holds a space
WORD_JOINT = "_"
TITLE_GAP = 1  # position left empty between title and body, so that no phrase runs across
VALUE_GAP = 1  # and between two names or two numbers
SENTENCE = "."  # stands beside the first syllable of every sentence but the first; no syllable looks like it
UNACCENTED = "~"  # stands at position 0 of a document whose Vietnamese is written without diacritics
MARKERS = (SENTENCE, UNACCENTED)
# Stand at the first and at the last syllable of what somebody says, in a stream of their own.
QUOTE, QUOTE_END = "«", "»"
NAME_JOINT = "_"
MOST_ACCENTED_SHARE = 0.03  # of the syllables of an unaccented text: a name, or a quoted word
LEAST_VIETNAMESE_SHARE = 0.7  # of its words are built like Vietnamese syllables; of English ones less than half
SEGMENTED_TOGETHER = 32  # documents; the arrays of so many stay in a processor's cache


@dataclass(frozen=True, slots=True)
class Stream:
    """A text as terms. norms[i], folds[i] stand at position i; wholes are (norm, folded, position)."""

    norms: list[str]
    folds: list[str]
    wholes: list[tuple[str, str, int]]


def stream(text: str) -> Stream:
    """Return the terms of text, in order."""
    norms, wholes = terms(text)
    return Stream(norms, list(map(folded_of, norms)), [(whole, folded_of(whole), at) for whole, at in wholes])


@dataclass(frozen=True, slots=True)
class DocumentTerms:
    """The terms of a text of a document.

    norms: of the parts; beside: (norm, position) of wholes, and of SENTENCE where one begins. sentences: where in the
    text each begins, and its first position.
    """

    norms: list[str]
    beside: list[tuple[str, int]]
    sentences: list[tuple[int, int]]

    def position_at(self, text: str, offset: int) -> int:
        """Return how many parts begin before an offset in the text that these are the terms of."""
        number = bisect_left(self.sentences, (offset, 0))
        begin, position = self.sentences[max(number - 1, 0)]
        return position + position_in(text[begin : self._end(number, text)], offset - begin)

    def _end(self, number: int, text: str) -> int:
        return self.sentences[number][0] if number < len(self.sentences) else len(text)


def document_terms(text: str) -> DocumentTerms:
    """Return the terms of a text, those of each sentence as `terms` gives them."""
    norms: list[str] = []
    beside: list[tuple[str, int]] = []
    starts: list[tuple[int, int]] = []
    offset = 0
    for sentence in sentences.split(text):
        start = len(norms)
        starts.append((offset, start))
        offset += len(sentence)
        more, wholes = terms(sentence)
        if start and more:
            beside.append((SENTENCE, start))
        norms += more
        beside += [(whole, start + position) for whole, position in wholes]
    return DocumentTerms(norms, beside, starts)


def quote_terms(document: Document, body: DocumentTerms, start: int) -> list[tuple[str, int]]:
    """Return (term, position) of where quotes begin and end, and of whose they are, as positions of title and text.

    body: the terms of the text; start: position of its first syllable. Of quotes that overlap the first counts.
    """
    found: list[tuple[str, int]] = []
    past = 0
    for speaker, _, _, begin, end, *_ in sorted(document.quotes, key=lambda quote: quote[3:5]):
        first, last = (body.position_at(document.text, offset) for offset in (begin, end))
        last -= 1
        if past <= first < last:
            found += [(QUOTE, start + first), (QUOTE_END, start + last)]
            found += [(name, start + first) for name in _names(norms(speaker))]
            past = last + 1
    return found


def speaker_term(name: str) -> str:
    """Return the term for what somebody of this name says."""
    return QUOTE + NAME_JOINT.join(norms(name))


def _names(syllables: Sequence[str]) -> list[str]:
    """Return the terms for a speaker: by the whole name and by each end of it, as people are called by their last."""
    return [QUOTE + NAME_JOINT.join(syllables[first:]) for first in range(len(syllables))]


def is_unaccented(norms: Sequence[str]) -> bool:
    """Tell whether a text is Vietnamese written without diacritics: there "lon" may be lợn, else it is a tin."""
    accented = len(norms) - sum(map(str.isascii, norms))
    if not norms or accented > MOST_ACCENTED_SHARE * len(norms):
        return False
    letters = [norm for norm in norms if norm.isalpha()]
    return sum(map(is_syllable, letters)) >= LEAST_VIETNAMESE_SHARE * max(len(letters), 1)


def pairs(terms: list[str]) -> list[str]:
    """Return each two neighbours as one term."""
    return [first + PAIR_JOINT + second for first, second in pairwise(terms)]


def is_accented(parts: Stream) -> bool:
    """Say whether a query was typed with any diacritics (then its exact forms count as well)."""
    return parts.norms != parts.folds


def has_all_signs(parts: Stream) -> bool:
    """Say whether a query was typed with diacritics throughout: no syllable is a word only with some (khong)."""
    is_word = segmentation.is_word
    return is_accented(parts) and not any(
        norm == folded and not is_word(norm) and is_word(folded, False)
        for norm, folded in zip(parts.norms, parts.folds, strict=True)
    )


def words(document: Document) -> list[str]:
    """Return the words of several syllables in document as pyvi segments it: normal forms, joined by "_"."""
    return words_of([document])[0]


def words_of(documents: Sequence[Document]) -> list[list[str]]:
    """Return the words of each document, as `words` does, in less time."""
    found: list[list[str]] = []
    for start in range(0, len(documents), SEGMENTED_TOGETHER):
        some = documents[start : start + SEGMENTED_TOGETHER]
        each = segmentation.words_of([text for document in some for text in (document.title, document.text)])
        found += [[_words[word] for word in title + body] for title, body in zip(each[::2], each[1::2], strict=True)]
    return found


def _norm_of_word(word: str) -> str:
    return WORD_JOINT.join([forms(part)[0] for part in word.split(WORD_JOINT) if part])


_words = BoundedMemory(_norm_of_word, 200_000)  # an archive of 35,000 articles has some 60,000


def field_terms(document: Document) -> dict[str, list[tuple[str, int]]]:
    """Return for each field its (term, position) pairs: what the arrays of a segment hold, spelt out."""
    title, body = _document_stream(document.title), _document_stream(document.text)
    start = len(title.norms) + TITLE_GAP
    marks = [(UNACCENTED, 0)] if is_unaccented(title.norms + body.norms) else []
    found: dict[str, list[tuple[str, int]]] = {}
    for field in FIELDS:
        if field.part in ("text", "head", "title"):
            placed = _placed(title, field.folded, field.pair, 0)
            if field.part != "title":
                placed += _placed(body, field.folded, field.pair, start)
            if not field.pair and (title.norms or field.part != "title"):
                placed = marks + placed
            if field.part == "head":
                placed = [(term, position) for term, position in placed if position < start + HEAD_SYLLABLES]
        elif field.part == "quotes":
            marked = quote_terms(document, document_terms(document.text), start)
            placed = [(folded_of(term), position) for term, position in marked] if field.folded else marked
        else:
            placed, start_of_value = [], 0
            for value in getattr(document, field.part):
                parts = stream(value)
                placed += _placed(parts, field.folded, field.pair, start_of_value)
                start_of_value += len(parts.norms) + VALUE_GAP
        found[field.name] = placed
    found[WORDS] = [(word, 0) for word in dict.fromkeys(words(document))]
    return found


def _document_stream(text: str) -> Stream:
    found = document_terms(text)
    beside = [(term, folded_of(term), position) for term, position in found.beside]
    return Stream(found.norms, list(map(folded_of, found.norms)), beside)


def _placed(parts: Stream, folded: bool, pair: bool, start: int) -> list[tuple[str, int]]:
    plain = parts.folds if folded else parts.norms
    if pair:
        begins = {position for whole, _, position in parts.wholes if whole == SENTENCE}
        return [(two, start + position) for position, two in enumerate(pairs(plain)) if position + 1 not in begins]
    placed = list(zip(plain, range(start, start + len(plain)), strict=True))
    for norm, fold, position in parts.wholes:
        placed.append((fold if folded else norm, start + position))
    return placed
