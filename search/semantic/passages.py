"""Documents → passages: pieces of about 180 syllables at paragraph borders, each read with the title in front."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from search.document import Document
from search.text import sentences

PASSAGE_SYLLABLES = 180
LEAST_SYLLABLES = 30  # a shorter rest goes with the passage before it
_PARAGRAPH = re.compile(r"[^\n]*\n+|[^\n]+\Z")


class Passage(NamedTuple):
    """Text[start:end] of a document. number: 0 is the lead."""

    number: int
    start: int
    end: int


def passages(text: str) -> list[Passage]:
    """Return the passages of a text, in order; together they are the text. [] where there is nothing but spaces."""
    pieces = list(_pieces(text))
    groups: list[list[tuple[int, int, int]]] = []
    size = 0
    for piece in pieces:
        if not groups or size + piece[2] > PASSAGE_SYLLABLES:
            groups.append([])
            size = 0
        groups[-1].append(piece)
        size += piece[2]
    if len(groups) > 1 and sum(count for *_, count in groups[-1]) < LEAST_SYLLABLES:
        rest = groups.pop()
        groups[-1] += rest
    return [Passage(number, group[0][0], group[-1][1]) for number, group in enumerate(groups)]


def read_with_title(document: Document, passage: Passage) -> str:
    """Return what an encoder is given for a passage."""
    return f"{document.title}\n{document.text[passage.start : passage.end].strip()}".strip()


def _pieces(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, syllables) of paragraphs, of long ones their sentences, of long sentences as many words."""
    for paragraph in _PARAGRAPH.finditer(text):
        count = len(paragraph[0].split())
        if count <= PASSAGE_SYLLABLES:
            if count:
                yield paragraph.start(), paragraph.end(), count
            continue
        start = paragraph.start()
        for sentence in sentences.split(paragraph[0]):
            words = list(re.finditer(r"\S+\s*", sentence))
            for first in range(0, len(words), PASSAGE_SYLLABLES):
                some = words[first : first + PASSAGE_SYLLABLES]
                yield start + some[0].start(), start + some[-1].end(), len(some)
            start += len(sentence)
