"""A quote: words that a page puts into the mouth of a person, with the stretch of the page that says so."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from search.document import Document
from search.domain.person import name_slug
from search.text.normalization import folds, norms


class Quote(NamedTuple):
    """One utterance. All offsets point into Document.text.

    speaker: the name as printed in full on the page. role: as printed there, "" if none is. verb: as printed.
    start, end: the words. direct: whether they stand in quotation marks (else the page reports them).
    frame_start, frame_end: the words that name the speaker and say that he or she speaks.
    """

    speaker: str
    role: str
    verb: str
    start: int
    end: int
    direct: bool
    frame_start: int
    frame_end: int

    def words(self, text: str) -> str:
        """Return what is said, as printed; paragraphs as they stand."""
        return text[self.start : self.end]

    def frame(self, text: str) -> str:
        """Return the words that name the speaker, as printed."""
        return text[self.frame_start : self.frame_end].strip()


def quotes_of(document: Document) -> tuple[Quote, ...]:
    """Return the quotes of a document, in order of their words."""
    return tuple(map(Quote._make, document.quotes))


def is_called(name: str, wanted: str) -> bool:
    """Tell whether a name is, or ends with, the wanted one; without diacritics, that fits any with its letters."""
    typed = norms(wanted)
    full = folds(name) if typed == folds(wanted) else norms(name)
    return bool(typed) and full[-len(typed) :] == typed


@dataclass(frozen=True, slots=True)
class Said:
    """A quote together with the page that prints it first, and all pages that print the same words.

    number: which of the quotes of that page it is, from 0.
    """

    quote: Quote
    page: Document
    number: int
    pages: tuple[Document, ...]

    @property
    def words(self) -> str:
        return self.quote.words(self.page.text)

    @property
    def frame(self) -> str:
        return self.quote.frame(self.page.text)

    @property
    def day(self) -> str:
        """Return that of the page, as Document.day."""
        return self.page.day


def said_in(documents: Iterable[Document], slug: str = "") -> tuple[Said, ...]:
    """Return the quotes in documents, the latest first; the same words by the same person once.

    slug: of a name, for the quotes of people of this name alone.
    """
    found: dict[tuple[str, str], list[tuple[Quote, Document, int]]] = {}
    for document in documents:
        for number, quote in enumerate(quotes_of(document)):
            if not slug or name_slug(quote.speaker) == slug:
                words = " ".join(quote.words(document.text).split())
                found.setdefault((name_slug(quote.speaker), words), []).append((quote, document, number))
    said = []
    for printed in found.values():
        printed.sort(key=lambda one: (one[1].day or "9", one[1].id))
        said.append(Said(*printed[0], tuple({page.id: page for _, page, _ in printed}.values())))
    return tuple(sorted(said, key=lambda one: one.day, reverse=True))
