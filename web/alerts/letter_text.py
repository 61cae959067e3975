"""Text that may stand in a letter, or in what a reader asks: no control characters, no halves of surrogate pairs."""

import html
import re
from unicodedata import category


def one_line(text: str, most: int = 1000) -> str:
    """Return text without line breaks and control characters, cut to a length: what stands in a header stays there."""
    plain = "".join(" " if category(letter) in ("Cc", "Zl", "Zp", "Cs") else letter for letter in text)
    joined = " ".join(plain.split())
    return joined if len(joined) <= most else joined[: most - 1] + "…"


def sendable(text: str) -> str:
    """Return text without control characters and halves of surrogate pairs: pages may hold both."""
    return "".join(letter for letter in text if letter in "\n\t" or category(letter) not in ("Cc", "Cs"))


def plain(excerpt: str) -> str:
    """Return an excerpt of search/highlight/snippet.py as text."""
    return one_line(html.unescape(re.sub("</?mark>", "", excerpt)))
