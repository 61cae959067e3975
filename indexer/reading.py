"""The text as the rules read it: same length, same places, one spelling. What is shown stays the text as printed."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from indexer.sketch import draw, is_usual

# Patterns over sketches. A number; and words that begin with a capital, one space between (H'Mông, Y'Brếp are words).
_NUMBER = re.compile(rb"00*")  # not 0+: with a byte first, the regex engine skips to it
_SYLLABLE_REST = rb"(?:'A?)?[Aa]*+(?:'[Aa]++)?"  # possessive: a run never ends before a letter, so none is given back
_ONE_OR_MORE = re.compile(rb"A(?<![Aa09].)%b(?: A%b)*(?![Aa09])" % (_SYLLABLE_REST, _SYLLABLE_REST))
_NAME = re.compile(rb"A(?<![Aa09].)%b(?: A%b)+(?![Aa09])" % (_SYLLABLE_REST, _SYLLABLE_REST))
FIGURE = b"0"  # what stands for one in a sketch
KEPT = 32  # readings: those of a page and its first paragraphs


class Reading:
    """A text made ready for the rules; plain and low have its length. What few rules need is made when asked for.

    sketch: the kinds of its characters; letters: these and figures in lower case, by bytes (sketch.py).
    """

    __slots__ = ("letters", "low", "plain", "sketch", "text")

    def __init__(self, text: str, plain: str, low: str, sketch: bytes, letters: bytes) -> None:
        self.text, self.plain, self.low, self.sketch, self.letters = text, plain, low, sketch, letters

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
    known = _known.get(text)
    if known is None:
        known = _keep(Reading(text, *draw(text)))
    return known


def read_titled(title: str, text: str) -> Reading:
    """Return the reading of title, line break and text, put together from theirs, which other rules read, too."""
    global _titled  # the last page's, which two rules ask for
    head, rest = read(title), read(text)
    first, second, page = _titled
    if first is not head or second is not rest:
        page = Reading(
            f"{title}\n{text}",
            f"{head.plain}\n{rest.plain}",
            f"{head.low}\n{rest.low}",
            b"%b\n%b" % (head.sketch, rest.sketch),
            b"%b %b" % (head.letters, rest.letters),
        )
        _titled = head, rest, page
    return page


def read_joined(paragraphs: Sequence[str]) -> Reading:
    """Return the reading of paragraphs with a line break between each two."""
    global _joined  # the last page's: each rule asks for it, and to join and look up a whole page anew takes time
    known, page = _joined
    if known is not paragraphs:
        page = read("\n".join(paragraphs))
        if isinstance(paragraphs, tuple):  # which stays as it is
            _joined = paragraphs, page
    return page


def cut_joined(text: str, paragraphs: tuple[str, ...]) -> None:
    """Cut the reading of paragraphs, joined by line breaks, out of the reading of their text, as it is wanted next.

    paragraphs: all of text but the white space around them, so that no syllable is cut.
    """
    global _joined
    joined, page = "\n".join(paragraphs), read(text)
    if joined != text:
        cuts, end = [], 0
        for paragraph in paragraphs:
            start = text.index(paragraph, end)
            end = start + len(paragraph)
            cuts.append(slice(start, end))
        made = Reading(
            joined,
            "\n".join([page.plain[cut] for cut in cuts]),
            "\n".join([page.low[cut] for cut in cuts]),
            b"\n".join([page.sketch[cut] for cut in cuts]),
            b" ".join([page.letters[cut] for cut in cuts]),
        )
        page = _keep(made)
    _joined = paragraphs, page


def read_each(paragraphs: Sequence[str]) -> Iterator[Reading]:
    """Yield the reading of each paragraph, cut out of that of all, joined by line breaks."""
    whole, start = read_joined(paragraphs), 0
    for paragraph in paragraphs:
        end = start + len(paragraph)
        cut = slice(start, end)
        yield Reading(paragraph, whole.plain[cut], whole.low[cut], whole.sketch[cut], whole.letters[cut])
        start = end + 1


_known: dict[str, Reading] = {}  # the rules for dates, people, places, … all read the same few strings of one page
_joined: tuple[Sequence[str], Reading] = ((), Reading("", "", "", b"", b""))
_titled: tuple[Reading, Reading, Reading] = (_joined[1], _joined[1], _joined[1])


def _keep(made: Reading) -> Reading:
    if len(_known) >= KEPT:
        _known.pop(next(iter(_known)), None)
    _known[made.text] = made
    return made


def tails(words: Iterable[str], stops: str) -> frozenset[str]:
    """Return what text[start - 3 : start - 1] can be where a name begins at start, after one of words.

    stops: what may stand between, too, besides white space. A quick look before the words themselves are compared.
    """
    gaps = [*stops, *filter(str.isspace, map(chr, range(0x3001)))]
    ends = {word[-2:] for word in words} | {word[-1] + gap for word in words for gap in gaps}
    return frozenset(ends | {gap + other for gap in gaps for other in gaps})


def printed(text: str) -> str:
    """Return text composed (NFC), which looks the same; every offset in a Document points into text in this form."""
    return text if is_usual(text) or unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
