"""The order of a Vietnamese dictionary: a ă â b c d đ …; of the same letters no tone, huyền, hỏi, ngã, sắc, nặng.

Syllable by syllable, and within one letters before tones: ma, ma quỷ, má, má hồng, mai.
"""

import unicodedata

from search.text.orthography import TONES, fold_letters, without_tone

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANKS = {letter: rank for rank, letter in enumerate(LETTERS, 40)}  # digits and signs come before letters
_END = 1  # of a syllable; also the rank of no tone
_TONE_RANKS = {tone: rank for rank, tone in enumerate("\u0300\u0309\u0303\u0301\u0323", _END + 1)}


def sort_key(text: str) -> bytes:
    """Return bytes that compare as a dictionary orders texts; large and small letters are the same."""
    key = bytearray()
    for word in unicodedata.normalize("NFC", text).casefold().split():
        bare = without_tone(word)
        marks = [mark for mark in unicodedata.normalize("NFD", word) if mark in TONES]
        key += bytes(_rank(letter) for letter in bare) + bytes([_END, _TONE_RANKS[marks[0]] if marks else _END])
    return bytes(key)


def initial(text: str) -> str:
    """Return the letter under which a dictionary lists a text: Đ, Â; "#" for what begins with none."""
    first = without_tone(text.strip()[:1]).lower()
    if first in _RANKS:
        return first.upper()
    plain = fold_letters(first)
    return plain.upper() if plain in _RANKS else "#"


def _rank(letter: str) -> int:
    known = _RANKS.get(letter) or _RANKS.get(fold_letters(letter))
    if known:
        return known
    return 10 + int(letter) if letter.isascii() and letter.isdigit() else 2
