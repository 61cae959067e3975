"""An archived text with the words of a search marked in it; the text stays as printed, line breaks included."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from search.highlight.highlighter import Marker, Span
from search.query.nodes import MAX_QUERY_CHARACTERS, Query


def marker_for(query: Query, field: str = "") -> Marker | None:
    """Return what finds the words of a query; None where nothing is to be marked."""
    return Marker(query, field) if query.root is not None and len(query.text) <= MAX_QUERY_CHARACTERS else None


def marked_text(text: str, marker: Marker | None, is_unaccented: bool = False) -> Markup:
    """Return text escaped, with the matches in <mark>. is_unaccented: its page is written without diacritics."""
    return _marked(text, marker.spans_in([text], is_unaccented)[0] if marker else [])


class Anchor(NamedTuple):
    """A stretch text[start:end] that links lead to; says: what it is, in words."""

    start: int
    end: int
    name: str
    says: str


def marked_paragraphs(
    body: str, marker: Marker | None, anchors: Sequence[Sequence[Anchor]] = (), is_unaccented: bool = False
) -> list[Markup]:
    """Return the paragraphs of a body (separated by empty lines), each as marked_text, with its anchors."""
    paragraphs = split_paragraphs(body)
    spans: list[list[Span]] = marker.spans_in(paragraphs, is_unaccented) if marker else [[]] * len(paragraphs)
    return list(map(_anchored, paragraphs, spans, anchors or [()] * len(paragraphs)))


def _anchored(text: str, spans: list[Span], anchors: Sequence[Anchor]) -> Markup:
    """Return text with anchors around it and marks inside and outside of them; a mark across an edge is cut there."""
    pieces, at = [], 0
    for anchor in sorted(anchors):
        if anchor.start < at:
            continue
        inside = _marked(text[anchor.start : anchor.end], _within(spans, anchor.start, anchor.end))
        pieces.append(_marked(text[at : anchor.start], _within(spans, at, anchor.start)))
        pieces.append(
            Markup('<span class="figure" id="{}" title="{}">{}</span>').format(anchor.name, anchor.says, inside)
        )
        at = anchor.end
    return Markup("").join([*pieces, _marked(text[at:], _within(spans, at, len(text)))])


def _within(spans: list[Span], start: int, end: int) -> list[Span]:
    return [(max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start]


def split_paragraphs(body: str) -> list[str]:
    """Return the paragraphs of a body as they are shown."""
    return [paragraph for paragraph in body.split("\n\n") if paragraph.strip()]


def _marked(text: str, spans: list[Span]) -> Markup:
    pieces, at = [], 0
    for start, end in spans:
        pieces += [escape(text[at:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        at = end
    return Markup("").join([*pieces, escape(text[at:])])
