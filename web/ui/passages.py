"""The paragraphs of an article as places with an address, and where on the page something stands."""

from collections.abc import Sequence

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
        place = next((place for place, paragraph in enumerate(plain) if beginning and beginning in paragraph), None)
        if place is not None:
            found.setdefault(place, []).append(number)
    return found


def shortened(words: str) -> str:
    """Return the beginning of a quote, up to a whole word, "…" behind it where more follows."""
    words = words.replace("\n\n", " ")
    if len(words) <= SHOWN_CHARACTERS:
        return words
    return words[: words.rfind(" ", 0, SHOWN_CHARACTERS)].rstrip(" ,;:") + " …"


def _plain(text: str) -> str:
    return " ".join(text.split())
