"""The text as the rules read it: same length, same offsets, one spelling. What is shown stays the text as printed."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from indexer.sketch import draw

# Patterns over sketches. A number; and words that begin with a capital, one space between (H'Mông, Y'Brếp are words).
_NUMBER = re.compile(rb"00*")  # not 0+: with a byte first, the regex engine skips to it
_SYLLABLE_REST = rb"(?:'A?)?[Aa]*+(?:'[Aa]++)?"  # possessive: a run never ends before a letter, so none is given back
_ONE_OR_MORE = re.compile(rb"A(?<![Aa09].)%b(?: A%b)*(?![Aa09])" % (_SYLLABLE_REST, _SYLLABLE_REST))
_NAME = re.compile(rb"A(?<![Aa09].)%b(?: A%b)+(?![Aa09])" % (_SYLLABLE_REST, _SYLLABLE_REST))
FIGURE, OTHER_FIGURE = b"0", b"9"  # what stands for one in a sketch, and for one of another script


class Reading:
    """A text made ready for the rules; plain and low have its length. What few rules need is made when asked for.

    sketch: the kinds of its characters; letters: these and figures in lower case, by bytes (sketch.py).
    """

    __slots__ = ("letters", "low", "plain", "sketch", "text")

    def __init__(self, text: str, plain: str, low: str, sketch: bytes, letters: bytes) -> None:
        self.text, self.plain, self.low, self.sketch, self.letters = text, plain, low, sketch, letters

    def cut(self, start: int, end: int) -> "Reading":
        """Return the reading of text[start:end]; no syllable may be cut."""
        cut = slice(start, end)
        return Reading(self.text[cut], self.plain[cut], self.low[cut], self.sketch[cut], self.letters[cut])

    def names(self) -> Iterator[tuple[int, int]]:
        """Yield spans of several capitalised words with one space between: names, and what looks like one."""
        return map(re.Match.span, _NAME.finditer(self.sketch))

    def name_at(self, start: int) -> int:
        """Return where the capitalised words end, one or several, that begin at start; 0 if none does."""
        name = _ONE_OR_MORE.match(self.sketch, start)
        return name.end() if name else 0

    def numbers(self) -> Iterator[tuple[int, int]]:
        """Yield spans of figures."""
        return map(re.Match.span, _NUMBER.finditer(self.sketch))

    def number_at(self, start: int) -> int:
        """Return where the figures that begin at start end; 0 if none does."""
        number = _NUMBER.match(self.sketch, start)
        return number.end() if number else 0


def read(text: str) -> Reading:
    """Return the reading of an NFC text."""
    return Reading(text, *draw(text))


def tails(words: Iterable[str], stops: str) -> frozenset[str]:
    """Return what text[start - 3 : start - 1] can be where a name begins at start, after one of words.

    stops: what may stand between, too, besides white space. A quick look before the words themselves are compared.
    """
    gaps = [*stops, *filter(str.isspace, map(chr, range(0x3001)))]
    ends = {word[-2:] for word in words} | {word[-1] + gap for word in words for gap in gaps}
    return frozenset(ends | {gap + other for gap in gaps for other in gaps})


def printed(text: str) -> str:
    """Return text composed (NFC), which looks the same; every offset in a Document points into text in this form."""
    return unicodedata.normalize("NFC", text)
