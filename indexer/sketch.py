"""A text as one byte for each character, which says of what kind it is; and the text in one spelling, by bytes, too.

    sketch("Hà Nội, 5/7") == b"Aa Aaa. 0.0"

The regex engine looks characters beyond ASCII up in sets; bytes it compares, which takes a third of the time. Beside
the sketch stand the letters: the text in lower case with a byte for each letter and figure, and a space for any other
sign. In these words are looked for (literals.py).
"""

import codecs
import re
import string
from functools import lru_cache

from indexer.letters import CAPITALS, PLACED, USUAL

# Kinds: A a capital (of Vietnamese), a any other letter, 0 a figure, 9 one of another script, . any other sign.
# These four stand for themselves:
_THEMSELVES = " \n'_"

_SMALL = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
# What nearly every page is written with, as a code of 8 bits such as there were for Vietnamese: Python encodes by it
# at once. NUL must be the first; U+FFFE is no character.
_CODE = ("\0" + string.printable + _SMALL + _SMALL.upper() + "\u00a0–—“”‘’…Ðð²³°•").ljust(256, "\ufffe")
_ENCODING = codecs.charmap_build(_CODE)
_CAPITAL = re.compile(f"[{CAPITALS}]")
_UNUSUAL = re.compile(f"[{''.join(USUAL)}]")
_FIRSTS, _SECONDS = ({old[at] for old in PLACED} for at in (0, 1))
# hoà → hòa only where the syllable ends there (hoàn is right as it is), and quý keeps its ý. A set of letters comes
# first in this pattern, because the regex engine then skips to the few offsets that can match.
_OLD_PLACE = re.compile(rf"[{''.join(_FIRSTS)}][{''.join(_SECONDS)}](?<![qQ]..)(?![^\W\d_])")


@lru_cache(maxsize=65536)
def _kind(character: str) -> str:
    character = USUAL.get(character, character)
    if character in _THEMSELVES:
        return character
    if _CAPITAL.match(character):
        return "A"
    if character.isdecimal():
        return "0" if character.isascii() else "9"
    return "a" if character.isalnum() else "."


def _letter(low: str) -> int:
    return _LETTER_BYTES.get(low, _OTHER_LETTER if low.isalnum() else ord(" "))


def _bytes(text: str) -> bytes:
    """Return text in code. Raises UnicodeEncodeError where a sign of it has none."""
    return codecs.charmap_encode(text, "strict", _ENCODING)[0]


_KINDS = "".join(map(_kind, _CODE)).encode()
_LOWER = _CODE.lower()
# Letters and figures in lower case: those of ASCII by their code, the others of _CODE from 128 on.
_BEYOND_ASCII = sorted({low for low in _LOWER if low.isalnum() and not low.isascii()})
_LETTER_BYTES = {
    low: ord(low) if low.isascii() else 128 + _BEYOND_ASCII.index(low) for low in filter(str.isalnum, _LOWER)
}
_LETTERS = bytes(_LETTER_BYTES.get(low, ord(" ")) for low in _LOWER)
_OTHER_LETTER = 255  # of no Vietnamese word
_USUAL = bytes(_CODE.index(USUAL.get(c, c)) for c in _CODE)
# oà, oè, uỳ, … become "ot", other letters n, but q, which tells quý; what is no letter a space.
_ENDINGS = {**dict.fromkeys("oOuU", "o"), **dict.fromkeys("qQ", "q"), **dict.fromkeys((old[1] for old in PLACED), "t")}
_PAIRS = "".join(_ENDINGS.get(c) or ("n" if re.match(r"[^\W\d_]", c) else " ") for c in _CODE).encode()
_AT_END = b"ot "
_PLACED = {_bytes(old): _bytes(new) for old, new in PLACED.items()}


def draw(text: str) -> tuple[str, str, bytes, bytes]:
    """Return (text as read, that in lower case, its sketch, its letters), each of the length of text (NFC)."""
    try:
        code = _bytes(text)
    except UnicodeEncodeError:  # a rare sign; the same, character by character
        plain = reading(text)
        low = lower(plain)
        return plain, low, "".join(map(_kind, plain)).encode(), bytes(map(_letter, low))
    usual = code.translate(_USUAL)
    placed = _place_by_bytes(usual)
    plain = text if placed == code else codecs.charmap_decode(placed, "strict", _CODE)[0]
    low = codecs.charmap_decode(placed, "strict", _LOWER)[0]
    return plain, low, usual.translate(_KINDS), placed.translate(_LETTERS)


def _place_by_bytes(code: bytes) -> bytes:
    """Return a text in code with the tones placed as now."""
    placed = bytearray(code)
    pairs = code.translate(_PAIRS) + b" "
    at = pairs.find(_AT_END)
    while at >= 0:
        if not pairs.startswith(b"q", at - 1, at):
            pair = code[at : at + 2]  # oỳ and uà, too, which stay
            placed[at : at + 2] = _PLACED.get(pair, pair)
        at = pairs.find(_AT_END, at + len(_AT_END))
    return bytes(placed)


def sketch(text: str) -> bytes:
    """Return the kind of each character of text, at its offset."""
    return draw(text)[2]


def letters(text: str) -> bytes:
    """Return text (NFC) in lower case, a byte for each letter and figure, a space for any other character."""
    return draw(text)[3]


def reading(text: str) -> str:
    """Return NFC text with plain spaces, hyphens and quotes, Đ for Ð, and ủy, hòa for uỷ, hoà; of the same length."""
    return _OLD_PLACE.sub(_place, _UNUSUAL.sub(_usual, text))


def lower(text: str) -> str:
    """Return text in lower case, of the same length (Turkish İ, whose lower case is two characters, stays)."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _usual(match: re.Match[str]) -> str:
    return USUAL[match[0]]


def _place(match: re.Match[str]) -> str:
    return PLACED.get(match[0], match[0])
