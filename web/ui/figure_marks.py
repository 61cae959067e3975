"""Where the figures of an article stand in its paragraphs as they are shown."""

import unicodedata
from collections.abc import Sequence

from search.document import Document
from search.domain.figure import Figure
from web.ui.figure_words import figure_kind, period_in_words
from web.ui.marking import Anchor


def figure_marks(stated: Sequence[Figure], document: Document | None, paragraphs: Sequence[str]) -> list[list[Anchor]]:
    """Return the anchors of each paragraph. Offsets of figures point into the text of the document, which is NFC."""
    found: list[list[Anchor]] = [[] for _ in paragraphs]
    if document is None or not stated:
        return found
    at = 0
    for number, paragraph in enumerate(paragraphs):
        if not unicodedata.is_normalized("NFC", paragraph):
            continue  # its offsets are others
        start = document.text.find(paragraph.strip(), at)
        if start < 0:
            continue
        at = start + len(paragraph.strip())
        shift = start - (len(paragraph) - len(paragraph.lstrip()))
        inside = [one for one in stated if one.part == "text" and start <= one.start and one.end <= at]
        known: set[int] = set()
        for one in inside:
            if one.start not in known:  # a/b is two figures in one place
                known.add(one.start)
                says = f"{figure_kind(one)}, {period_in_words(one.period)}"
                found[number].append(Anchor(one.start - shift, one.end - shift, f"so-text-{one.start}", says))
    return found
