"""The text as the rules read it: same length, same places, one spelling. What is shown stays the text as printed."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property

_CHARACTERS = {
    **dict.fromkeys("\u00a0\u2007\u202f\u3000", " "),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("“”", '"'),
    **dict.fromkeys("’‘", "'"),
    "Ð": "Đ",  # U+00D0, as some papers type it
    "ð": "đ",
}
_UNUSUAL = re.compile(f"[{''.join(_CHARACTERS)}]")
_OLD = "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ"
_NEW = "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy"
_PLACED = dict(zip(_OLD.split(), _NEW.split(), strict=True))
_PLACED |= {old.upper(): new.upper() for old, new in _PLACED.items()}
_PLACED |= {old.capitalize(): new.capitalize() for old, new in zip(_OLD.split(), _NEW.split(), strict=True)}
# hoà → hòa only where the syllable ends there (hoàn is right as it is), and quý keeps its ý. A set of letters comes
# first in each of these patterns, because the regex engine then skips to the few places that can match.
_OLD_PLACE = re.compile(r"[oOuU](?<![qQ].)[àáảãạèéẻẽẹỳýỷỹỵÀÁẢÃẠÈÉẺẼẸỲÝỶỸỴ](?![^\W\d_])")
CAPITALS = "A-ZÀ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
_SYLLABLE = rf"[{CAPITALS}](?:['’][{CAPITALS}]?)?[^\W\d_]*(?:['’][^\W\d_]+)?"
_RUN = re.compile(rf"[{CAPITALS}](?<![^\W_].){_SYLLABLE[len(CAPITALS) + 2 :]}(?: {_SYLLABLE})*(?![^\W_])")
_NUMBER = re.compile(r"[0-9]+")
KEPT = 32  # readings: those of a page and its first paragraphs


class Reading:
    """A text made ready for the rules; plain and low have its length. What few rules need is made when asked for."""

    def __init__(self, text: str, plain: str, low: str) -> None:
        self.text, self.plain, self.low = text, plain, low

    @cached_property
    def numbers(self) -> list[tuple[int, int]]:
        """Spans of digits."""
        return [match.span() for match in _NUMBER.finditer(self.plain)]

    @cached_property
    def runs(self) -> list[tuple[int, int]]:
        """Spans of capitalised words with one space between: names, and what looks like one."""
        return [match.span() for match in _RUN.finditer(self.plain)]


def read(text: str) -> Reading:
    """Return the reading of an NFC text."""
    known = _known.get(text)
    if known is None:
        plain = reading(text)
        known = _keep(Reading(text, plain, lower(plain)))
    return known


def read_titled(title: str, text: str) -> Reading:
    """Return the reading of title, line break and text, put together from theirs, which other rules read, too."""
    together = f"{title}\n{text}"
    known = _known.get(together)
    if known is None:
        head, rest, start = read(title), read(text), len(title) + 1
        known = Reading(together, f"{head.plain}\n{rest.plain}", f"{head.low}\n{rest.low}")
        known.runs = head.runs + [(begin + start, end + start) for begin, end in rest.runs]
        _keep(known)
    return known


def read_joined(text: str, paragraphs: Sequence[str]) -> None:
    """Cut the reading of paragraphs, joined by line breaks, out of the reading of their text, as it is wanted next.

    paragraphs: all of text but the white space around them, so that no run is cut.
    """
    joined, whole = "\n".join(paragraphs), read(text)
    if joined in _known:
        return
    plains, lows, moved = [], [], []
    runs, done = whole.runs, 0
    end = begin = 0  # in text, and in the paragraphs joined
    for paragraph in paragraphs:
        start = text.index(paragraph, end)
        end = start + len(paragraph)
        plains.append(whole.plain[start:end])
        lows.append(whole.low[start:end])
        shift = begin - start
        while done < len(runs) and runs[done][0] < end:
            moved.append((runs[done][0] + shift, runs[done][1] + shift))
            done += 1
        begin += len(paragraph) + 1
    page = Reading(joined, "\n".join(plains), "\n".join(lows))
    page.runs = moved
    _keep(page)


_known: dict[str, Reading] = {}  # the rules for dates, people, places, … all read the same few strings of one page


def _keep(made: Reading) -> Reading:
    if len(_known) >= KEPT:
        _known.pop(next(iter(_known)), None)
    _known[made.text] = made
    return made


def printed(text: str) -> str:
    """Return text composed (NFC), which looks the same; every offset in a Document points into text in this form."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def reading(text: str) -> str:
    """Return NFC text with plain spaces, hyphens and quotes, Đ for Ð, and ủy, hòa for uỷ, hoà; of the same length."""
    return _OLD_PLACE.sub(_place, _UNUSUAL.sub(_usual, text))


def _usual(match: re.Match[str]) -> str:
    return _CHARACTERS[match[0]]


def _place(match: re.Match[str]) -> str:
    return _PLACED.get(match[0], match[0])


def lower(text: str) -> str:
    """Return text in lower case, of the same length (Turkish İ, whose lower case is two characters, stays)."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
