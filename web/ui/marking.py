"""An archived text with the words of a search marked in it; the text stays as printed, line breaks included."""

from markupsafe import Markup, escape

from search.highlight.highlighter import Marker, Span
from search.query.nodes import MAX_QUERY_CHARACTERS, Query


def marker_for(query: Query, field: str = "") -> Marker | None:
    """Return what finds the words of a query; None where nothing is to be marked."""
    return Marker(query, field) if query.root is not None and len(query.text) <= MAX_QUERY_CHARACTERS else None


def marked_text(text: str, marker: Marker | None) -> Markup:
    """Return text escaped, with the matches in <mark>."""
    return _marked(text, marker.spans(text) if marker else [])


def marked_paragraphs(body: str, marker: Marker | None) -> list[Markup]:
    """Return the paragraphs of a body (separated by empty lines), each as marked_text."""
    paragraphs = split_paragraphs(body)
    spans: list[list[Span]] = marker.spans_in(paragraphs) if marker else [[]] * len(paragraphs)
    return list(map(_marked, paragraphs, spans))


def split_paragraphs(body: str) -> list[str]:
    """Return the paragraphs of a body as they are shown."""
    return [paragraph for paragraph in body.split("\n\n") if paragraph.strip()]


def _marked(text: str, spans: list[Span]) -> Markup:
    pieces, at = [], 0
    for start, end in spans:
        pieces += [escape(text[at:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        at = end
    return Markup("").join([*pieces, escape(text[at:])])
