"""Document → terms for each field, query text → terms. The one place where both are made, so that they agree."""

from dataclasses import dataclass
from itertools import pairwise

from search.document import Document
from search.ranking import FIELDS
from search.text import syllables

BIGRAM = " "  # joins the two syllables of a bigram; no syllable holds a space
TITLE_GAP = 1  # position left empty between title and text, so that no phrase or bigram runs across


@dataclass(frozen=True, slots=True)
class Stream:
    """A text as terms. norms[i], folds[i] stand at position i; wholes are (norm, folded, position)."""

    norms: list[str]
    folds: list[str]
    wholes: list[tuple[str, str, int]]


def stream(text: str) -> Stream:
    """Return the terms of text, in order."""
    norms: list[str] = []
    folds: list[str] = []
    wholes: list[tuple[str, str, int]] = []
    for norm, folded, _, _, position, whole in syllables(text):
        if whole:
            wholes.append((norm, folded, position))
        else:
            norms.append(norm)
            folds.append(folded)
    return Stream(norms, folds, wholes)


def bigrams(terms: list[str]) -> list[str]:
    """Return each pair of neighbours as one term."""
    return [first + BIGRAM + second for first, second in pairwise(terms)]


def is_accented(parts: Stream) -> bool:
    """Say whether a query was typed with any diacritics (then its exact forms count as well)."""
    return parts.norms != parts.folds


def document_terms(document: Document) -> dict[str, list[tuple[str, int]]]:
    """Return for each field of ranking.FIELDS its (term, position) pairs. The text fields hold title and text."""
    title, body = stream(document.title), stream(document.text)
    start = len(title.norms) + TITLE_GAP
    terms: dict[str, list[tuple[str, int]]] = {}
    for field in FIELDS:
        pairs = _placed(title, field.folded, field.bigram, 0)
        if not field.title:
            pairs += _placed(body, field.folded, field.bigram, start)
        terms[field.name] = pairs
    return terms


def _placed(parts: Stream, folded: bool, bigram: bool, start: int) -> list[tuple[str, int]]:
    plain = parts.folds if folded else parts.norms
    if bigram:
        return list(zip(bigrams(plain), range(start, start + len(plain)), strict=False))
    placed = list(zip(plain, range(start, start + len(plain)), strict=True))
    placed += [(whole[folded], start + whole[2]) for whole in parts.wholes]
    return placed
