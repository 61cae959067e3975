"""What pages say of one document that they cite, kept apart by the date printed beside its number.

The same number occurs in different years: 35-CT/TW of 30/5/2019 and of 14/6/2024 are two documents.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from search.document import Document
from search.text.sentences import sentence_at

MOST_JOINTS = 6  # of a number; 202/2025/QH15 has two


@dataclass(frozen=True, slots=True)
class Citing:
    """A page with the sentences in which it cites a document, each once, in order; () where the words are not known."""

    document: Document
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """A document by number and date (ISO, "" where no page prints one) and the pages that cite it, newest first."""

    number: str
    date: str
    pages: tuple[Citing, ...]


def editions(documents: Iterable[Document], numbers: Collection[str]) -> tuple[Edition, ...]:
    """Return the documents of these numbers that pages cite: the newest first, those without a date last.

    Where a page prints one date beside a number, all its mentions of the number mean that one.
    """
    found: dict[tuple[str, str], list[Citing]] = {}
    for document in documents:
        for number in numbers:
            if number not in document.document_numbers:
                continue
            quoted = [(date, quote) for _, date, quote in quotations(document, {number})]
            dates = sorted({date for date, _ in quoted if date}) or [""]
            for date in dates if len(dates) == 1 else sorted({date for date, _ in quoted}):
                own = dict.fromkeys(quote for told, quote in quoted if told == date or len(dates) == 1)
                found.setdefault((number, date), []).append(Citing(document, tuple(own)))
    return tuple(
        Edition(number, date, tuple(sorted(pages, key=_day_of_page, reverse=True)))
        for (number, date), pages in sorted(found.items(), key=lambda item: item[0][::-1], reverse=True)
    )


def quotations(document: Document, numbers: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (number, ISO date or "", the sentence as printed) of each citation of these whose words stand there."""
    text = f"{document.title}\n{document.text}"
    start = end = 0
    here: set[str] = set()  # numbers whose words are text[start:end]: "18, 19-NQ/TW" are two
    for number, date, words in document.citations:
        if not words:
            continue
        if text[start:end] != words or number in here:
            found = text.find(words, end)
            start = found if found >= 0 else text.find(words)
            if start < 0:
                start = end
                continue
            end, here = start + len(words), set()
        here.add(number)
        if number in numbers:
            yield number, date, sentence_at(text, start, end)


def number_slug(number: str) -> str:
    """Return a number as it stands in an address: 35-CT/TW → 35-CT-TW."""
    return number.replace("/", "-")


def numbers_of_slug(slug: str) -> tuple[str, ...]:
    """Return all numbers that have this slug, () for what cannot be one."""
    pieces = slug.split("-")
    if not 1 < len(pieces) <= MOST_JOINTS + 1 or not all(pieces):
        return ()
    joints = product("-/", repeat=len(pieces) - 1)
    return tuple("".join(a + b for a, b in zip(pieces, (*joined, ""), strict=True)) for joined in joints)


def _day_of_page(citing: Citing) -> tuple[str, str]:
    return citing.document.day, citing.document.id
