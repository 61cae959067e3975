"""One token → its normal form and its folded form. Pure functions of the token, remembered because words repeat.

Rules and pairs: the new spelling of tone marks (on the main vowel; hòa, ủy, but hoàn, thuỷ → thủy, quý), and y for i as
the only vowel after h k l m s t qu, where both are in use (kỹ/kĩ, tỷ/tỉ, quy/qui). Other tokens pass unchanged.
"""

import re
import unicodedata
from functools import lru_cache

# Not seen by a reader, but copied web text is full of them: soft hyphen, zero-width and direction marks, BOM.
INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
MARKS = "\u0300-\u034e\u0350-\u036f"

TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền, sắc, ngã, hỏi, nặng
_TONE = re.compile(f"[{TONES}]")
_MARK = re.compile(f"[{MARKS}]+")
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_SHAPES_LATE = re.compile(f"([{TONES}]+)([\u0302\u0306\u031b]+)")  # tone typed before the hat: é + ^ → ế
_WORD = re.compile(f"[^\\W_](?:[^\\W_]|[{MARKS}])*")
_D = str.maketrans({"Ð": "đ", "Đ": "đ", "ð": "đ", "Ɖ": "đ", "ɖ": "đ"})
_SYLLABLE = re.compile(  # letters without tone, shapes (ă â ê ô ơ ư) kept; final k as in Đắk Lắk
    "(qu|gi(?=[aăâeêoôơuư])|ngh?|[kgt]h|ph|nh|ch|tr|[bcdđghklmnprstvx])?([aăâeêioôơuưy]{1,3})(ch|nh|ng|[ckmnpt])?"
)
_VOWELS = "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in ("", *TONES))
_LETTERS = f"a-zA-Z{_VOWELS}đ{_VOWELS.upper()}Đ"
# What Vietnamese is nearly always written with: composed letters and figures, of which nothing but the case can change.
_USUAL = re.compile(f"[0-9{_LETTERS}]+")
# One word, and what may stand around it: nothing but the word is a token.
_WORD_ALONE = re.compile(rf"[^\w{MARKS}{INVISIBLE}]*+([{_LETTERS}]++)[^\w{MARKS}{INVISIBLE}]*+")
# A tone has one position where there is one vowel; y and i as the only vowel end a syllable.
_MAY_BE_SPELT_OTHERWISE = re.compile(f"[yýỳỷỹỵ]$|[{_VOWELS}][^{_VOWELS}]*[{_VOWELS}]")
_Y_OR_I = re.compile("(h|k|l|m|s|t|qu)[iíìỉĩị]")
_I_TO_Y = str.maketrans("iíìỉĩị", "yýỳỷỹỵ")
_REMEMBERED = 200_000  # tokens; an archive of 35,000 articles has about 90,000 different ones
memory: dict[str, tuple[str, str]] = {}


def forms(token: str) -> tuple[str, str]:
    """Return (norm, folded) of one token, a run of letters and digits with any marks. Fixed points of this function."""
    known = memory.get(token)
    if known is None:
        norm = _unify(token)
        known = (norm, _unify(fold_letters(norm)))
        if len(memory) >= _REMEMBERED:
            memory.clear()
        memory[token] = known
    return known


def word_alone(chunk: str) -> str:
    """Return the word of usual letters that a stretch of text consists of, signs around it aside; "" if it does not."""
    match = _WORD_ALONE.fullmatch(chunk)
    return match[1] if match else ""


def as_typed(token: str) -> str:
    """Return a token in small composed letters, spelt as it was typed: what a beginning of syllables is compared by."""
    return _characters(token)


def spellings(norm: str) -> list[str]:
    """Return what `forms` makes norm of, in small letters of Vietnamese: hòa → hoà, hòa; mỹ → mĩ, mỹ; đà → đà."""
    if (norm.isascii() and not norm.endswith("y")) or not _MAY_BE_SPELT_OTHERWISE.search(norm):
        return [norm]
    letters = unicodedata.normalize("NFD", norm)
    bare, tones = unicodedata.normalize("NFC", _TONE.sub("", letters)), _TONE.findall(letters)
    bares = {bare, bare[:-1] + "i"} if bare.endswith("y") else {bare}
    found = {norm}
    for word in bares:
        toned = (word[: i + 1] + "".join(tones) + word[i + 1 :] for i, c in enumerate(word) if c in "aăâeêioôơuưy")
        found.update(unicodedata.normalize("NFC", spelled) for spelled in toned)
    return sorted(spelled for spelled in found if forms(spelled)[0] == norm)


def fold_letters(text: str) -> str:
    """Return text without diacritics (đ → d), its case kept."""
    stripped = _MARK.sub("", unicodedata.normalize("NFD", text))
    return stripped.replace("đ", "d").replace("Đ", "D").replace("Ð", "D").replace("ð", "d")


def without_tone(text: str) -> str:
    """Return text (NFC) without its tone marks, the shapes of the letters kept: ấ → â."""
    return unicodedata.normalize("NFC", _TONE.sub("", unicodedata.normalize("NFD", text)))


def _unify(token: str) -> str:
    is_plain = token.isascii() and token.islower() and token.isalpha()
    placed = _place_tone(token if is_plain else _characters(token))
    if _Y_OR_I.fullmatch(placed):
        return placed[:-1] + placed[-1].translate(_I_TO_Y)
    if len(placed) == 2 and placed[0] == "0" and placed[1] in "123456789":
        return placed[1]  # 05-CT/TW is 5-CT/TW, 06 tháng is 6 tháng; longer runs of zeros are codes
    return placed


def _characters(token: str) -> str:
    """Lower-case, compose, drop the invisible; repeated because lower-casing can bring new characters to compose."""
    if _USUAL.fullmatch(token):
        return token.lower()
    text = token
    for _ in range(4):
        before = text
        text = unicodedata.normalize("NFD", _INVISIBLE.sub("", text)).translate(_D).lower()
        text = _SHAPES_LATE.sub(r"\2\1", text)
        text = unicodedata.normalize("NFC", text)
        wide = unicodedata.normalize("NFKC", text)
        if _WORD.fullmatch(wide):  # m² → m2, full width → plain; but ½ stays, its slash would cut the token
            text = wide
        if text == before:
            break
    return text


def _place_tone(text: str) -> str:
    if text.isascii() or len(text) > 7:
        return text
    letters = unicodedata.normalize("NFD", text)
    tones = _TONE.findall(letters)
    if len(tones) != 1:
        return text
    syllable = _SYLLABLE.fullmatch(unicodedata.normalize("NFC", _TONE.sub("", letters)))
    if syllable is None:
        return text
    initial, vowels, final = syllable[1] or "", syllable[2], syllable[3] or ""
    at = _main_vowel(vowels, final)
    placed = initial + vowels[: at + 1] + tones[0] + vowels[at + 1 :] + final
    return unicodedata.normalize("NFC", placed)


def _main_vowel(vowels: str, final: str) -> int:
    """Return which vowel carries the tone: the last with a shape, else the middle of three, else as in hòa, hoàn."""
    shaped = [i for i, vowel in enumerate(vowels) if vowel in "ăâêôơư"]
    if shaped:
        return shaped[-1]
    if len(vowels) == 3 or (len(vowels) == 2 and final):
        return 1
    return 0


@lru_cache(maxsize=16_384)  # words of queries repeat
def is_syllable(text: str) -> bool:
    """Tell whether text (NFC, lower-case) is built like a Vietnamese syllable, with one tone at most."""
    letters = unicodedata.normalize("NFD", text)
    tones = _TONE.findall(letters)
    return len(tones) <= 1 and _SYLLABLE.fullmatch(unicodedata.normalize("NFC", _TONE.sub("", letters))) is not None
