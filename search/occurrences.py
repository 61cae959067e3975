"""Where some syllables stand in a text: what `syllables` would find, without making a token of every other word.

A page of results has ten articles of a thousand syllables, and a query asks for a dozen. So the text is folded letter
by letter into bytes, one for each code point, anything between words a space: there the search of bytes finds " giai ".
Numbers, dates and T.Ư, which have a grammar, are read by search/text.py where they can matter.
"""

import codecs
import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

from search import orthography
from search.orthography import TONES, fold_letters, forms
from search.text import Syllable, syllables, syllables_at

_VOWELS = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in ("", *TONES)]
_ACCENTED = "".join([vowel for vowel in _VOWELS if not vowel.isascii()] + ["đ"])
# As many other signs as there is room for, the commonest of web pages. ² and ³ count as the figures they are.
_SIGNS = "Ð²³“”‘’…–—•\u00a0°×«»\u2011‰−→·™ð"
_TABLE = "\0\t\n\r" + "".join(map(chr, range(32, 127))) + _ACCENTED + _ACCENTED.upper() + _SIGNS
_ENCODING = codecs.charmap_build(_TABLE)  # a quick one, because the table begins with \0
_FOLDED = "".join(
    fold_letters(unicodedata.normalize("NFKC", sign)).lower()[0] if sign.isalnum() else " " for sign in _TABLE
).encode()

_SPACE = ord(" ")
_CENTRAL = frozenset(("t", "u", "w", "tw"))  # what T.Ư consists of, and what it is read as
_GLUED = re.compile(rb"[0-9] [0-9]+[a-z]")  # 1.510tỷ: the number ends inside the word
_CENTRAL_IN_NUMBER = re.compile(rb"[0-9] +[a-z]{2,6} +tu ")  # 35-CT/TƯ
_COMPOSED = re.compile("[0-9Tt](?:(?<=[0-9])|[.][ \u00a0]?[ƯưWw])")  # may begin a number, a date, T.Ư
_Y = re.compile("(?:[hklmst]|qu)y")  # stands for i as well: kỹ, kĩ


# (start, whether it is no whole, end, norm, folded): in order, a whole stands before its first part. A bare tuple, of
# which there are a thousand on a page of results.
_Place = tuple[int, bool, int, str, str]


def occurrences(text: str, folded: Collection[str]) -> list[Syllable]:
    """Return the tokens of text whose folded form is asked for, in order, and an empty one between any two that are
    not neighbours in the text: neighbours in the list are neighbours in the text, positions count in the list.

    Wholes (35-CT/TW) are given where all their parts are. A text with signs that are rare in Vietnamese, combining
    ones among them, is given with all its tokens.
    """
    try:
        page = b" " + codecs.charmap_encode(text, "strict", _ENCODING)[0].translate(_FOLDED) + b" "
    except UnicodeEncodeError:
        return syllables(text)
    found: list[_Place] = []
    covered: list[tuple[int, int]] = []
    if _needs_grammar(page, folded):
        covered = _composed(text, folded, found)
    for wanted in folded:
        if wanted.isalnum() and not "0" <= wanted[0] <= "9":
            _find_word(text, page, wanted, covered, found)
            if _Y.fullmatch(wanted):
                _find_word(text, page, wanted[:-1] + "i", covered, found)
    found.sort()
    return _apart(page, found)


def _needs_grammar(page: bytes, folded: Collection[str]) -> bool:
    if _asks_for_numbers(frozenset(folded)) or _GLUED.search(page):
        return True
    return "tu" in folded and _CENTRAL_IN_NUMBER.search(page) is not None


@lru_cache(maxsize=64)  # asked for twenty texts of a page of results
def _asks_for_numbers(folded: frozenset[str]) -> bool:
    return any("0" <= wanted[0] <= "9" or wanted in _CENTRAL for wanted in folded)


def _composed(text: str, folded: Collection[str], found: list[_Place]) -> list[tuple[int, int]]:
    """Append the tokens asked for that begin with a figure or are T.Ư; return the places that such tokens take up."""
    covered: list[tuple[int, int]] = []
    end = 0
    for match in _COMPOSED.finditer(text):
        start = match.start()
        if start < end or (start and text[start - 1].isalnum()):
            continue
        end = start
        while text[end : end + 1].isalnum():  # 1.510tỷ: the next token begins where the number ends
            tokens = syllables_at(text, end)
            missed = min((one.start for one in tokens if not one.whole and one.folded not in folded), default=len(text))
            for one in tokens:
                if one.end <= missed if one.whole else one.folded in folded:
                    found.append((one.start, not one.whole, one.end, one.norm, one.folded))
            end = tokens[-1].end
        covered.append((start, end))
    return covered


def _find_word(text: str, page: bytes, letters: str, covered: list[tuple[int, int]], found: list[_Place]) -> None:
    """Append the places of the words with these letters that are not inside composed tokens."""
    wanted = f" {letters}".encode()  # without the space after it, which as the commonest byte would make it slow
    length, memory, add = len(letters), orthography.memory, found.append
    at = page.find(wanted)
    while at >= 0:
        end = at + length  # the page begins with a space that the text has not
        if page[end + 1] == _SPACE and not (covered and any(first <= at < last for first, last in covered)):
            word = text[at:end]
            norm, folded = memory.get(word) or forms(word)
            add((at, True, end, norm, folded))
        at = page.find(wanted, end)


def _apart(page: bytes, found: list[_Place]) -> list[Syllable]:
    """Put an empty token between those that are not neighbours, and number the positions."""
    placed: list[Syllable] = []
    add, new = placed.append, tuple.__new__
    position, before, last = 0, -1, -1
    for start, is_part, end, norm, folded in found:
        if last >= 0 and start != before and page[last + 1 : start + 1].strip(b" "):
            add(new(Syllable, ("", "", last, last, position, False)))
            position += 1
        add(new(Syllable, (norm, folded, start, end, position, not is_part)))
        before = start
        if is_part:
            position, last = position + 1, end
    return placed
