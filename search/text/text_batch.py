"""Some texts read at once: one byte for each code point, by which words and the ends of sentences are found quickly.

A page of results has ten articles of a thousand syllables, and a query asks for a dozen. So the texts are laid one
after the other and drawn in bytes twice: folded letter by letter, anything between words a space, where a word is one
number of eight bytes to compare; and in kinds of signs, by which the gaps between sentences are found.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Sequence
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np

from search.text.orthography import INVISIBLE, MARKS, forms

try:
    from search.text.compiled_sentence_gaps import gaps
except ImportError:  # built without a compiler
    from search.text.sentence_gaps import gaps

_STRANGE = 0xFF  # in `folded`: a letter that becomes others where it is normalised, or stands inside words unseen
_FOREIGN = 0xFE  # in `folded`: a letter that folds to none of a to z
BLANK = ord(" ")
_WORD_BYTES = 8  # a syllable has seven letters at most, and the space after it

_SMALL = "".join(filter(str.islower, map(chr, range(0x80, 0x1F00))))
# Signs by what they are to a sentence: (which, the byte that stands for them). The last that fits counts.
_KINDS = (
    (r"[^\s\S]", b"o"),
    (r"\s+", b" "),
    (r"[\n\r\u2028\u2029]", b"\n"),
    (r"[.!?…;]", b"."),
    (r'"', b'"'),
    (r"[”’)]", b")"),
    (r"[“‘(–-]", b"A"),
    (rf"(?:[^\W_]|[{MARKS}{INVISIBLE}])+", b"a"),  # this one and the next are strange, unless the letter is known
    (rf"(?:[^\W\d_a-z{_SMALL}]|\d)+", b"A"),  # capitals, letters of scripts that have no small ones, figures
)
_FIRST_STRANGE = len(_KINDS) - 2
# Latin letters, and those of Russian, some of which are typed for Latin ones by mistake.
_KNOWN = (*range(0x80), *range(0xA0, 0x250), *range(0x410, 0x450), *range(0x1EA0, 0x1F00))
_PLANE = 0x10000  # the first two are read sign by sign; the next two have rare Chinese letters, later ones none


class TextBatch:
    """texts: as given. begins: where each begins in the batch. joined: one after the other, as printed.

    folded: letters without signs and figures, anything else blanks; at the end there are eight of them.
    starts, ends: arrays, where its words stand; a word's number is its index there, counted over all texts.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.begins = []
        at = 1
        for text in texts:
            self.begins.append(at)
            at += len(text) + 1
        # \0 is no letter and no space: words and gaps end there
        self.joined = "\0".join(["", *texts, "\0" * _WORD_BYTES])
        tables = _tables()
        points = np.frombuffer(self.joined.encode("utf-32-le", "surrogatepass"), dtype="<i4")
        self._codes = tables.codes.take(points)
        self.folded = self._codes.tobytes().translate(tables.folded)

    def span(self, number: int) -> tuple[int, int]:
        """Return where a text stands in the batch."""
        begin = self.begins[number]
        return begin, begin + len(self.texts[number])

    def text_at(self, offset: int) -> int:
        """Return the number of the text that stands at an offset of the batch."""
        return bisect_right(self.begins, offset) - 1

    def strange(self, foreign: bool) -> set[int]:
        """Return the texts whose words cannot be told by `folded`. foreign: words of foreign letters are asked for."""
        signs = [sign for sign in (_STRANGE, *[_FOREIGN] * foreign) if sign in self.folded]  # hardly ever
        every = range(len(self.texts))
        return {number for sign in signs for number in every if self.folded.find(sign, *self.span(number)) >= 0}

    @cached_property
    def _edges(self) -> np.ndarray:
        is_blank = self.folded_bytes == BLANK
        return np.flatnonzero(is_blank[1:] != is_blank[:-1]) + 1  # the batch begins and ends with blanks

    @cached_property
    def folded_bytes(self) -> np.ndarray:
        """`folded` as numbers."""
        return np.frombuffer(self.folded, dtype=np.uint8)

    @property
    def starts(self) -> np.ndarray:
        return self._edges[::2]

    @property
    def ends(self) -> np.ndarray:
        return self._edges[1::2]

    @cached_property
    def _words(self) -> np.ndarray:
        """The first bytes of each word and what follows it, as one number."""
        everywhere = np.ndarray(len(self.folded) - _WORD_BYTES + 1, "<u8", self.folded, strides=(1,))
        return everywhere[self.starts]

    def numbers_of(self, words: Collection[str]) -> np.ndarray:
        """Return the numbers of the words that are one of words (ASCII), in order; of longer ones, that begin as it."""
        by_length: dict[int, list[int]] = {}
        for word in words:
            begin = f"{word} ".encode()[:_WORD_BYTES]
            by_length.setdefault(len(begin), []).append(int.from_bytes(begin, "little"))
        found = np.zeros(len(self._words), dtype=bool)
        for length, keys in by_length.items():
            begins = self._words & np.uint64((1 << 8 * length) - 1)
            for key in keys:
                found |= begins == np.uint64(key)
        return np.flatnonzero(found)

    def offsets(self, words: np.ndarray) -> tuple[list[int], list[int], list[int], list[int]]:
        """Return (bounds, numbers, starts, ends) of words given by their numbers, in order.

        The words of text n are those from bounds[n] to bounds[n + 1]; starts and ends are offsets in their text.
        """
        starts, ends = self.starts[words], self.ends[words]
        bounds = [0, *np.searchsorted(starts, self.begins[1:]).tolist(), len(words)]
        begins = np.repeat(self.begins, np.diff(bounds))
        return bounds, words.tolist(), (starts - begins).tolist(), (ends - begins).tolist()

    def printed(self, words: np.ndarray) -> list[str]:
        """Return words given by their numbers, as printed."""
        edges = zip(self.starts[words].tolist(), self.ends[words].tolist(), strict=True)
        return [self.joined[start:end] for start, end in edges]

    @property
    def kinds(self) -> bytes:
        """What each sign is to a sentence."""
        return self._codes.tobytes().translate(_tables().kinds)

    @cached_property
    def gaps(self) -> tuple[list[int], list[int]]:
        """Where the gaps between sentences begin, with the sign that ends one, and where the next sentence does.

        A line ends a sentence, and so does a point before a capital, a figure or an opening sign.
        """
        return gaps(self.kinds)


class _Tables(NamedTuple):
    """codes: of each code point. By code: what it is in `folded`, and the byte that stands for its kind (_KINDS)."""

    codes: np.ndarray
    folded: bytes
    kinds: bytes


@cache
def _tables() -> _Tables:
    codes = np.zeros(0x110000, dtype=np.uint8)
    points = np.arange(2 * _PLANE, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    folded, kinds = bytearray(), bytearray()
    for code, (which, kind) in enumerate(_KINDS):
        for run in re.finditer(which, points):
            codes[run.start() : run.end()] = code
        codes[2 * _PLANE : 4 * _PLANE] = code
        folded.append(_STRANGE if code >= _FIRST_STRANGE else BLANK)
        kinds += kind
    known: dict[tuple[int, int], int] = {}
    for point in _KNOWN:
        look = _folded(chr(point)) if codes[point] >= _FIRST_STRANGE else BLANK, kinds[codes[point]]
        if look[0] not in (BLANK, _STRANGE):
            if look not in known:
                known[look] = len(folded)
                folded.append(look[0])
                kinds.append(look[1])
            codes[point] = known[look]
    rest = bytes(256 - len(folded))
    return _Tables(codes, bytes(folded) + rest, bytes(kinds) + rest)


def _folded(letter: str) -> int:
    """Return what a letter or figure is in `folded`; _STRANGE for what becomes other letters where it is normalised."""
    if unicodedata.normalize("NFKC", letter) != unicodedata.normalize("NFC", letter) and letter not in "²³":
        return _STRANGE
    plain = forms(letter)[1]
    if plain.isascii() and len(plain) == 1 and plain.isalnum():
        return ord(plain)
    return _STRANGE if any(map(str.isascii, plain)) or not letter.isalnum() else _FOREIGN
