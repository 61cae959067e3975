"""Keys typed with the Vietnamese keyboard off → the syllable that was meant (Telex: giair ngaan; VNI: gia3i nga6n).

Telex: s f r x j are tones, aa ee oo dd and w (aw ow uw) are shapes, z takes the tone away. VNI: 1–5 tones, 6 ^, 7 horn,
8 breve, 9 đ, 0 no tone. As on a keyboard, tones and shapes may be typed at once or at the end (ddaof, daodf).
"""

import re
import unicodedata

from search.text.orthography import forms, is_syllable

HUYEN, SAC, NGA, HOI, NANG = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
_TELEX_TONES = {"f": HUYEN, "s": SAC, "x": NGA, "r": HOI, "j": NANG, "z": ""}
_VNI_TONES = {"2": HUYEN, "1": SAC, "4": NGA, "3": HOI, "5": NANG, "0": ""}
_HAT = {"a": "â", "e": "ê", "o": "ô"}
_HORN = {"u": "ư", "o": "ơ"}
_VOWELS = "aăâeêioôơuưy"
_TELEX = re.compile(r"[a-zđăâêôơưà-ỹ]*[a-zđăâêôơưà-ỹ]{2}")
_USUAL_TELEX = re.compile("d{0,2}[bcdghklmnpqrstvx]*(?:aa|ee|oo|[aiueoyw])+(?:ch|nh|ng|[ckmnpt])?[sfrxjz]?")
_VNI = re.compile(r"[a-zđăâêôơưà-ỹ]+\d[a-zđăâêôơưà-ỹ\d]*")
_UNSPOKEN = re.compile("[bcdđghklmnpqrstvxư]*đ[bcdđghklmnpqrstvxư]*|ôtô")  # HĐND, QĐ; and the one word always joined
_LONGEST = 14  # keys; nghieengs with every sign is 11


def telex(token: str, strict: bool = False) -> str:
    """Return the syllable that the keys make (normal form), "" if they make none or none was needed.

    strict: only keys in the usual order, shapes beside their letter and the tone last; mafi is then not mài.
    """
    keys = token.lower()
    if strict and not _USUAL_TELEX.fullmatch(keys):
        return ""
    if (
        len(keys) > _LONGEST
        or not _TELEX.fullmatch(keys)
        or not re.search("[sfrxjwz]|aa|ee|oo|dd|[aeod].+[aeod]", keys)
    ):
        return ""
    letters: list[str] = []
    tone: str | None = None
    for at, key in enumerate(keys):
        has_vowel = any(letter in _VOWELS for letter in letters)
        if key in _TELEX_TONES and has_vowel and (key != "r" or letters[-1] != "t"):
            tone = _TELEX_TONES[key]
        elif key == "w":
            if not _horn(letters) and not _breve(letters):
                letters.append("ư")
        elif key == "d" and "d" in letters and (letters[-1] == "d" or at == len(keys) - 1):
            letters[letters.index("d")] = "đ"
        elif key in _HAT and key in letters and has_vowel and _may_reach(letters, key):
            letters[_last(letters, key)] = _HAT[key]
        else:
            letters.append(key)
    return _finished(letters, tone, keys)


def vni(token: str) -> str:
    """Return the syllable that the keys make (normal form), "" if they make none or none was needed."""
    keys = token.lower()
    if len(keys) > _LONGEST or not _VNI.fullmatch(keys):
        return ""
    letters: list[str] = []
    tone: str | None = None
    for key in keys:
        if key in _VNI_TONES:
            if tone is not None:
                return ""  # two tones are no syllable but a number: Ngày10
            tone = _VNI_TONES[key]
        elif key == "6" and (at := max(_last(letters, vowel) for vowel in _HAT)) >= 0:
            letters[at] = _HAT[letters[at]]
        elif (key == "7" and _horn(letters)) or (key == "8" and _breve(letters)):
            continue
        elif key == "9" and "d" in letters:
            letters[letters.index("d")] = "đ"
        elif key.isdigit():
            return ""
        else:
            letters.append(key)
    return _finished(letters, tone, keys)


def _finished(letters: list[str], tone: str | None, keys: str) -> str:
    text = "".join(letters)
    if tone:
        at = next((i for i, letter in enumerate(text) if letter in _VOWELS), -1)
        if at < 0:
            return ""
        text = unicodedata.normalize("NFC", text[: at + 1] + tone + text[at + 1 :])
    if not is_syllable(text) and not _UNSPOKEN.fullmatch(text):
        return ""
    norm = forms(text)[0]  # puts the tone on the vowel where it belongs
    return norm if norm != keys else ""


def _may_reach(letters: list[str], vowel: str) -> bool:
    """Tell whether a second a, e or o shapes the first: right after it, or at the end after consonants (tiene)."""
    return letters[-1] == vowel or letters[-1] not in _VOWELS


def _horn(letters: list[str]) -> bool:
    """Put the horn on uo (both), else on the last o or u; False if there is none."""
    at = max(_last(letters, "o"), _last(letters, "u"))
    if at < 0:
        return False
    if letters[at] == "o" and at and letters[at - 1] == "u" and "".join(letters[:at]) != "qu":
        letters[at - 1] = "ư"
    if letters[at] == "u" and at and letters[at - 1] == "ư":
        at -= 1
    letters[at] = _HORN.get(letters[at], letters[at])
    return True


def _breve(letters: list[str]) -> bool:
    at = _last(letters, "a")
    if at >= 0:
        letters[at] = "ă"
    return at >= 0


def _last(letters: list[str], letter: str) -> int:
    return next((i for i in range(len(letters) - 1, -1, -1) if letters[i] == letter), -1)
