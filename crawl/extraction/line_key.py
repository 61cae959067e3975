"""How two lines of a page are compared: in one Unicode form, one space between words, without case."""

from unicodedata import normalize


def line_key(text: str) -> str:
    """Return what is equal for two lines that a reader takes for the same."""
    return " ".join(normalize("NFC", text).split()).casefold()
