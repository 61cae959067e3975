"""The figures that a document reports: title and text, with the place and the day that the other rules found."""

from indexer.figures import subjects
from indexer.figures.context import Context
from indexer.figures.statements import Read, figures_of_parts
from indexer.figures.subjects import PROVINCE, Subject
from indexer.reading import read
from search.document import Document


def read_document(document: Document) -> Read:
    """Return what a document states in numbers; offsets point into its title or text as printed."""
    title, text = read(document.title), read(document.text)
    default = Subject(document.province_then, PROVINCE) if document.province_then else subjects.UNKNOWN
    smaller = subjects.of_title(title) if not document.organ else _organ(document.organ)
    context = Context(
        smaller if smaller.level else default, document.held or document.published, title, document.fetched_at[:4]
    )
    return figures_of_parts((("title", title), ("text", text)), context)


def _organ(organ: str) -> Subject:
    kind = organ.split(" ")[0].lower()
    if kind in ("xã", "phường"):
        return Subject(organ, subjects.COMMUNE)
    return Subject(organ, subjects.DISTRICT if kind in ("huyện", "thị", "quận", "thành") else subjects.OTHER)
