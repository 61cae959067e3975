"""The paragraphs of an article, each with an address, and where on the page something stands."""

from collections.abc import Sequence
from urllib.parse import quote

from crawl.archive.archive import ArchivedArticle
from search.document import Document

ENDS = 5  # words at either end by which a browser finds a passage
SHOWN_CHARACTERS = 320  # of a quote in a list; the whole of it stands in its article
COMPARED_CHARACTERS = 80


def places_of(quotes: Sequence[str], lede: str, paragraphs: Sequence[str]) -> dict[int, list[int]]:
    """Return, by the number of a paragraph, the numbers of the quotes whose words begin there.

    quotes: their words; paragraphs: of an article as its page shows it, the lede is number 0.
    """
    found: dict[int, list[int]] = {}
    plain = list(map(_plain, (lede, *paragraphs)))
    for number, words in enumerate(quotes):
        beginning = _plain(words.split("\n", 1)[0])[:COMPARED_CHARACTERS]
        first = next((first for first, paragraph in enumerate(plain) if beginning and beginning in paragraph), None)
        if first is not None:
            found.setdefault(first, []).append(number)
    return found


def lede_and_body(document: Document) -> tuple[str, str]:
    """Return the two parts of the text of a document, as its archived article has them."""
    lede, text = document.lede, document.text
    return (lede, text[len(lede) :].lstrip("\n")) if lede and text.startswith(lede) else ("", text)


def paragraph_at(document: Document, at: int) -> int:
    """Return in which paragraph of its page an offset of a document's text stands; the lede is number 0."""
    lede, body = lede_and_body(document)
    if lede and at < len(lede):
        return 0
    before = body[: max(0, at - len(document.text) + len(body))]
    *whole, _ = before.split("\n\n")
    return 1 + sum(bool(paragraph.strip()) for paragraph in whole)


def fragment(document: Document, passage: tuple[int, int]) -> str:
    """Return "#doan-3:~:text=…": the paragraph of a passage, and the words by which browsers find and mark it."""
    start, end = passage
    return fragment_of(paragraph_at(document, start), document.text[start:end])


def fragment_of(paragraph: int, passage: str) -> str:
    """Return the fragment of a link to some words that begin in a paragraph."""
    words = passage.split()
    name = f"#doan-{paragraph}"
    if not words:
        return name
    if len(words) <= 2 * ENDS:
        return f"{name}:~:text={_encoded(words)}"
    return f"{name}:~:text={_encoded(words[:ENDS])},{_encoded(words[-ENDS:])}"


def _encoded(words: Sequence[str]) -> str:
    """Return words as they stand in a text fragment; dash, comma and ampersand mean something there."""
    return " ".join(words).translate(_percent)


class _Percent(dict[int, str]):
    """Code point → its bytes percent-encoded, letters and digits as they are; filled with what texts hold."""

    def __missing__(self, point: int) -> str:
        self[point] = encoded = quote(chr(point), safe="").replace("-", "%2D")
        return encoded


_percent = _Percent()  # a page encodes a thousand letters, all of some two hundred


def shortened(words: str) -> str:
    """Return the beginning of a quote, up to a whole word, "…" behind it where more follows."""
    words = words.replace("\n\n", " ")
    if len(words) <= SHOWN_CHARACTERS:
        return words
    return words[: words.rfind(" ", 0, SHOWN_CHARACTERS)].rstrip(" ,;:") + " …"


def _plain(text: str) -> str:
    return " ".join(text.split())


def read_by_ocr(archived: ArchivedArticle | None) -> tuple[bool, list[str]]:
    """Return whether OCR read the whole text of an article, and the names of the files of which it read a part."""
    hints = archived.article.hints if archived and archived.article.body else ()
    return ("reading", "ocr") in hints, [name for kind, name in hints if kind == "ocr"]
