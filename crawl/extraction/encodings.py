"""Bytes → text for Vietnamese: what was declared is a hint, what reads as Vietnamese decides.

Tried in order: byte order marks, UTF-8, UTF-16 without a mark, then windows-1258, TCVN3 and VNI, where the reading with
the most Vietnamese syllables wins. Text that is valid UTF-8 but was made of a legacy font, or of UTF-8 read as
windows-1252, is repaired the same way. Tables: legacy_letters.tsv.
"""

import codecs
import contextlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SAMPLE_CHARACTERS = 20_000  # judging more text than this changes no verdict and costs time
VIETNAMESE_SHARE = 0.6  # of the words with marks; right readings score above 0.9, wrong ones below 0.4 on real pages
DAMAGED_LETTERS = 10  # one wrong letter in so many: damaged UTF-8; of another encoding hardly any letter would pass
FEW_ZEROS = 2  # zero bytes that a short text may hold
ZEROS_IN = 1000  # a longer one: one in so many bytes; packed data has four
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is a prefix of it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_SYLLABLE = re.compile(
    "(?:ngh|ng|gh|gi|nh|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?"
    "(?:oai|oay|oao|oeo|uây|uôi|ươi|ươu|uya|uyu|iêu|yêu|uyê|uya|oa|oă|oe|oo|uâ|uê|uơ|uy|uô|ươ|iê|yê|ia|ua|ưa|ai|ao|au|ay"
    "|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu|[aăâeêioôơuưy])"
    "(?:ch|ng|nh|[cmnpt])?"
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and the name of the encoding it was read in ("utf-8", "windows-1258", "tcvn3", "vni", …)."""

    text: str
    encoding: str


class NotText(ValueError):
    """The bytes are no text in any encoding known here."""


def decode(data: bytes, declared: str = "") -> Decoded:
    """Return data as text. declared: what a header or a page says, "" if nothing; it is believed only if it fits.

    Raises NotText for binary data.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _repaired(Decoded(_strict(data, encoding), encoding.removesuffix("-sig")))
    if (wide := _wide_encoding(data)) is not None:
        return Decoded(_strict(data, wide), wide)
    if zeros := data.count(0):
        if zeros > max(FEW_ZEROS, len(data) // ZEROS_IN):
            raise NotText("it holds zero bytes, as pictures and programs do")
        data = data.replace(b"\0", b"")  # a few are a slip of a program; browsers pass over them
    try:
        return _repaired(Decoded(data.decode("utf-8"), "utf-8"))
    except UnicodeDecodeError as error:
        if len(data) - error.start < 4:  # cut off inside its last letter
            return _repaired(Decoded(data[: error.start].decode("utf-8"), "utf-8"))
    return _best_single_byte(data, declared)


def repaired(text: str) -> str:
    """Return text that a legacy font or a wrong reading garbled ("Héi nghÞ") as it was meant; any other as it is."""
    return _repaired(Decoded(text, "")).text


def vietnamese_share(text: str) -> float | None:
    """Return which share of the words with letters beyond ASCII are Vietnamese syllables; None without such words."""
    words = [
        word.lower()
        for word in _WORD.findall(unicodedata.normalize("NFC", text[:SAMPLE_CHARACTERS]))
        if not word.isascii()
    ]
    if not words:
        return None
    return sum(map(_is_syllable, words)) / len(words)


@cache
def _is_syllable(word: str) -> bool:
    bare = unicodedata.normalize("NFC", unicodedata.normalize("NFD", word).translate(_TONES))
    return _SYLLABLE.fullmatch(bare) is not None


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotText(f"it starts as {encoding} and then does not go on so ({error.reason})") from None


def _wide_encoding(data: bytes) -> str | None:
    """Return utf-16-le or -be for text without a mark: spaces and line ends make every other byte zero now and then."""
    sample = data[: SAMPLE_CHARACTERS * 2]
    little, big = sample.count(b" \0"), sample.count(b"\0 ")
    if len(data) % 2 or max(little, big) * 40 < len(sample):  # a Vietnamese word is about five letters: 1 in 10 bytes
        return None
    return "utf-16-le" if little >= big else "utf-16-be"


def _best_single_byte(data: bytes, declared: str) -> Decoded:
    broken = data.decode("utf-8", "replace")
    if broken.count("\ufffd") * DAMAGED_LETTERS < sum(not letter.isascii() for letter in broken):
        return Decoded(broken, "utf-8")
    latin = data.decode("cp1252", "replace") if _fits(data, "cp1252") else data.decode("latin-1")
    readings = [Decoded(_letters(latin, name), name) for name in ("tcvn3", "vni")]
    readings.append(Decoded(unicodedata.normalize("NFC", data.decode("cp1258", "replace")), "windows-1258"))
    best = max(readings, key=lambda reading: vietnamese_share(reading.text) or 0.0)
    if (vietnamese_share(best.text) or 0.0) >= VIETNAMESE_SHARE:
        return best
    if declared and _fits(data, declared):
        return Decoded(data.decode(declared), declared.lower())
    raise NotText("it is neither UTF-8 nor UTF-16, windows-1258, TCVN3 or VNI: save it as UTF-8")


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _repaired(read: Decoded) -> Decoded:
    """Return text that a program once read in the wrong encoding and saved as Unicode, read in the right one."""
    share = vietnamese_share(read.text)
    if share is None or share >= VIETNAMESE_SHARE:
        return read
    readings = [Decoded(_letters(read.text, name), name) for name in ("tcvn3", "vni")]
    with contextlib.suppress(UnicodeError):
        readings.append(Decoded(_bytes_seen_as(read.text).decode("utf-8"), "utf-8 read as windows-1252"))
    best = max(readings, key=lambda reading: vietnamese_share(reading.text) or 0.0)
    return best if (vietnamese_share(best.text) or 0.0) >= VIETNAMESE_SHARE else read


def _bytes_seen_as(text: str) -> bytes:
    """Return the bytes that show as text in windows-1252, its five undefined bytes read as control characters."""
    return b"".join(c.encode("latin-1") if ord(c) < 0x100 else c.encode("cp1252") for c in text)


def _letters(text: str, encoding: str) -> str:
    pattern, table = _legacy(encoding)
    return pattern.sub(lambda match: table[match[0]], text)


@cache
def _legacy(encoding: str) -> tuple[re.Pattern[str], dict[str, str]]:
    lines = Path(__file__).with_name("legacy_letters.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    table = {legacy: letter for name, legacy, letter in rows if name == encoding}
    longest_first = sorted(table, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), table
