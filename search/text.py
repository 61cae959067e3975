"""Unicode text → syllables in normal form, each with its place in the text exactly as it was given.

Vietnamese is written in syllables with spaces between; a syllable is the unit of indexing, of phrases and of marks.

    norm    what is compared: lower-case NFC, one spelling (hoà → hòa, kĩ → kỹ, Ð → đ: orthography.py)
    folded  norm without diacritics (đ → d): what an unaccented query is compared with

Numbers have one form (1.510 → 1510, 13.45 → 13,45, 05 → 5). Document numbers and dates are given as wholes *and* by
their parts: a whole stands at the position of its first part, so a phrase over the parts still runs through.
The input may be composed, decomposed or mixed. Normalising a norm or a folded form again changes nothing.
"""

import re
from typing import NamedTuple

from search import orthography
from search.orthography import INVISIBLE, MARKS, forms


class Syllable(NamedTuple):
    """One token. start, end: code points in the text given, end exclusive. position: counts parts, wholes share one."""

    norm: str
    folded: str
    start: int
    end: int
    position: int
    whole: bool = False


_LETTERS = rf"[^\W_]*(?:[{MARKS}{INVISIBLE}]+[^\W_]+)*[{MARKS}]*"
_APART = rf"(?![^\W_{MARKS}])"  # no letter or digit follows
_DASH = "\\-\u2010-\u2015\u2212"
_S = "[ \u00a0]?"

# Kinds of numbered documents (NQ nghị quyết, CT chỉ thị …). A closed list, or "10 km/h" would be a document.
_KIND = (
    "(?i:UBTVQH|QĐNS|QyĐ|QĐi|ĐHĐB|TTLT|TTr|TTg|CTr|NQ|CT|KL|TB|KH|BB|BC|ĐA|DA|QĐ|QD|QC|QT|HD|CV|CĐ|CD|NĐ|ND|TT|GM"
    "|PL|SL|LĐ)"
)
_CENTRAL = "[Tt][.][ \u00a0]?(?:[ƯưWw]|[Uu]\u031b)"
_ORGAN = rf"(?:{_CENTRAL}|[^\W\d_]{{1,9}}[{MARKS}]?[0-9]{{0,2}}){_APART}"
_DOCUMENT = (
    rf"[0-9]{{1,5}}(?:{_S}/{_S}[0-9]{{4}})?(?:{_S}[{_DASH}/]{_S}|[ \u00a0]){_KIND}{_S}[{_DASH}/]{_S}{_ORGAN}"
    rf"|[0-9]{{1,5}}{_S}/{_S}[0-9]{{4}}{_S}/{_S}(?i:UBTV)?(?i:QH)[0-9]{{1,2}}{_APART}"
)
_DAY, _MONTH, _YEAR = "(?:3[01]|[12][0-9]|0?[1-9])", "(?:1[0-2]|0?[1-9])", "(?:1[89]|20)[0-9]{2}"
_DATE = (
    rf"{_DAY}(?:{_S}/{_S}{_MONTH}{_S}/{_S}|[.{_DASH}]{_MONTH}[.{_DASH}]){_YEAR}{_APART}"
    rf"|{_YEAR}{_S}[{_DASH}]{_S}{_YEAR}{_APART}"
    rf"|{_MONTH}[/{_DASH}]{_YEAR}{_APART}"
    rf"|{_DAY}[/.{_DASH}]{_MONTH}{_APART}(?![.,/{_DASH}][0-9])"
)
_NUMBER = (
    r"[1-9][0-9]{0,2}(?:[.][0-9]{3})+(?:,[0-9]+)?(?![0-9]|[.][0-9])"
    r"|[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}(?![0-9])"
    r"|[0-9]+[.,][0-9]+(?![0-9])"
)
# Letters first: nine tokens of ten are plain syllables, and T. is rarer than t, so that test is cheap.
_TOKEN = re.compile(
    rf"(?=\w)(?:(?![Tt][.])([^\W\d_]{_LETTERS})|({_CENTRAL}{_APART})|({_DOCUMENT})|({_DATE})|({_NUMBER})|([^\W_]{_LETTERS}))"
)
_PLAIN_GROUP, _CENTRAL_GROUP, _DOCUMENT_GROUP, _DATE_GROUP, _NUMBER_GROUP, _DIGITS_GROUP = range(1, 7)
_PART = re.compile(rf"{_CENTRAL}|[^\W_]{_LETTERS}")
_CENTRAL_WORD = re.compile("t[.]?[ \u00a0]?(?:ư|u\u031b|w)", re.IGNORECASE)
_CENTRAL_NORM = "tw"  # Trung ương is T.Ư, T.W, TƯ, TW in print


def syllables(text: str) -> list[Syllable]:
    """Return the tokens of text in order; a whole (document number, date) comes right before its first part.

    "Hoà 16/7" → hòa 0–3 at position 0; whole 16/7 and part 16 at position 1; part 7 at position 2.
    """
    found: list[Syllable] = []
    add, new, memory = found.append, tuple.__new__, orthography.memory
    position = 0
    for match in _TOKEN.finditer(text):
        group = match.lastindex
        if group in (_PLAIN_GROUP, _DIGITS_GROUP):
            token = match[0]
            norm, folded = memory.get(token) or forms(token)
            add(new(Syllable, (norm, folded, match.start(), match.end(), position, False)))
            position += 1
        elif group == _CENTRAL_GROUP:
            add(Syllable(_CENTRAL_NORM, _CENTRAL_NORM, *match.span(), position))
            position += 1
        elif group == _NUMBER_GROUP:
            number = _number(match[0])
            add(Syllable(number, number, *match.span(), position))
            position += 1
        else:
            position = _compound(match, group == _DOCUMENT_GROUP, position, found)
    return found


def parts(text: str) -> list[Syllable]:
    """Return the tokens of text without the wholes: one for each position, what phrases and n-grams run over."""
    return [syllable for syllable in syllables(text) if not syllable.whole]


def norms(text: str) -> list[str]:
    """Return the normal forms of the parts of text."""
    return [syllable.norm for syllable in syllables(text) if not syllable.whole]


def folds(text: str) -> list[str]:
    """Return the folded forms of the parts of text."""
    return [syllable.folded for syllable in syllables(text) if not syllable.whole]


def fold(text: str) -> str:
    """Return text as its folded parts with one space between: the key by which names and titles are looked up."""
    return " ".join(folds(text))


def _compound(match: re.Match[str], is_document: bool, position: int, found: list[Syllable]) -> int:
    """Append the wholes and the parts of a document number or date; return the next free position."""
    start, end = match.span()
    pieces = []
    for part in _PART.finditer(match.string, start, end):
        if is_document and _CENTRAL_WORD.fullmatch(part[0]):
            norm = folded = _CENTRAL_NORM
        else:
            norm, folded = forms(part[0])
            norm, folded = (norm.lstrip("0") or "0",) * 2 if norm.isdecimal() else (norm, folded)
        pieces.append((norm, folded, part.start(), part.end()))
    values = [piece[0] for piece in pieces]
    if is_document:
        found.append(Syllable("/".join(values), "/".join(p[1] for p in pieces), start, end, position, True))
    else:
        for whole, last in _date_wholes(match[0], values):
            found.append(Syllable(whole, whole, start, pieces[last][3], position, True))
    for offset, piece in enumerate(pieces):
        found.append(Syllable(*piece, position + offset))
    return position + len(pieces)


def _date_wholes(printed: str, values: list[str]) -> list[tuple[str, int]]:
    """Return (whole, index of its last part): 1/12/2023 is also 1/12; 27.12 can be a date or a decimal, and is both."""
    if len(values) == 3:
        return [("/".join(values), 2), ("/".join(values[:2]), 1)]
    if len(values[0]) == 4:
        return [("-".join(values), 1)]
    return [("/".join(values), 1)] + ([(_number(printed), 1)] if "." in printed else [])


def _number(printed: str) -> str:
    """Return a number with joined thousands and a decimal comma: 1.510 is thousands, 0.125 and 13.45 are decimals."""
    if re.fullmatch(r"[1-9][0-9]{0,2}(?:[.][0-9]{3})+(?:,[0-9]+)?", printed):
        return printed.replace(".", "")
    if re.fullmatch(r"[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}", printed):
        return printed.replace(",", "")
    return printed.replace(".", ",")
