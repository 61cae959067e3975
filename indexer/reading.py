"""The text as the rules read it: same length, same places, but one spelling. What is shown stays the text as printed."""

import re
import unicodedata

_CHARACTERS = {
    **dict.fromkeys(map(ord, "\u00a0\u2007\u202f\u3000"), " "),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"),
    ord("Ð"): "Đ",  # U+00D0, as some papers type it
    ord("ð"): "đ",
    ord("“"): '"',
    ord("”"): '"',
    ord("’"): "'",
    ord("‘"): "'",
}
_OLD = "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ".split()
_NEW = "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy".split()
_PLACED = {old: new for old, new in zip(_OLD, _NEW, strict=True)}
_PLACED |= {old.upper(): new.upper() for old, new in _PLACED.items()}
_PLACED |= {old.capitalize(): new.capitalize() for old, new in zip(_OLD, _NEW, strict=True)}
# hoà → hòa only where the syllable ends there (hoàn is right as it is), and quý keeps its ý
_OLD_PLACE = re.compile(r"(?<![qQ])(?:" + "|".join(_PLACED) + r")(?![^\W\d_])")


def printed(text: str) -> str:
    """Return text composed (NFC), which looks the same; every offset in a Document points into text in this form."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def reading(text: str) -> str:
    """Return NFC text with plain spaces, hyphens and quotes, Đ for Ð, and ủy, hòa for uỷ, hoà; of the same length."""
    return _OLD_PLACE.sub(lambda match: _PLACED[match[0]], text.translate(_CHARACTERS))


def lower(text: str) -> str:
    """Return text in lower case, of the same length (Turkish İ, whose lower case is two characters, stays)."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
