"""Unicode text → syllables in normal form, each with its offsets in the text exactly as it was given.

Vietnamese is written in syllables with spaces between; a syllable is the unit of indexing, of phrases and of marks.

    norm    what is compared: lower-case NFC, one spelling (hoà → hòa, kĩ → kỹ, Ð → đ: orthography.py)
    folded  norm without diacritics (đ → d): what an unaccented query is compared with

Numbers have one form (1.510 → 1510, 13.45 → 13,45, 05 → 5). Document numbers and dates are given as wholes *and* by
their parts: a whole stands at the position of its first part, so a phrase over the parts still runs through.
The input may be composed, decomposed or mixed. Normalising a norm or a folded form again changes nothing.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from search.text import orthography
from search.text.bounded_memory import BoundedMemory
from search.text.document_kinds import codes_in_text
from search.text.orthography import INVISIBLE, MARKS, forms, word_alone


class Syllable(NamedTuple):
    """One token. start, end: code points in the text given, end exclusive. position: counts parts, wholes share one."""

    norm: str
    folded: str
    start: int
    end: int
    position: int
    whole: bool = False


LONGEST_QUERY = 200  # characters; what is longer is rarely read twice

_LETTERS = rf"[^\W_]*(?:[{MARKS}{INVISIBLE}]+[^\W_]+)*[{MARKS}]*"
_APART = rf"(?![^\W_{MARKS}])"  # no letter or digit follows
_DASH = "\\-\u2010-\u2015\u2212"
_S = "[ \u00a0]?"

_KIND = rf"(?i:{'|'.join(codes_in_text())})"
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
# All that may have a whole, or reach over a space: a figure before a sign and a letter or figure (16/7, 35-CT); what
# holds a figure before a space and a sign, or ends in a sign (35-CT /TW); a figure before a kind (35 CT/TW); T. Ư.
# A number of a document has its space within 64 characters; without a bound 1%1%1%… would be read over and over.
_COMPOUND = re.compile(
    rf"[0-9.](?:(?<=[0-9])(?![0-9])(?:[./{_DASH}][^\W_]"
    rf"|\S{{0,64}}+[ \u00a0](?:[/{_DASH}]|(?<=[/{_DASH}].)|(?<=[0-9].){_KIND}))"
    r"|(?<=[Tt][.])[ \u00a0](?:[ƯưWw]|[Uu]\u031b))"
)
# With which a token goes on after a space; or the sign before that tells it.
_GOES_ON = re.compile(rf" (?:[/{_DASH}ƯưWwUu]|{_KIND})")
_SIGNS = re.compile(rf"[/{_DASH}]")
# What must follow the digits that a number, a date or the number of a document begins with, for it to go on after them.
MORE_OF_NUMBER = re.compile(rf"[.,/{_DASH}]|[ \u00a0](?:[/{_DASH}]|{_KIND}{_S}[{_DASH}/])")
_PART = re.compile(rf"{_CENTRAL}|[^\W_]{_LETTERS}")
_CENTRAL_WORD = re.compile("t[.]?[ \u00a0]?(?:ư|u\u031b|w)", re.IGNORECASE)
_CENTRAL_NORM = "tw"  # Trung ương is T.Ư, T.W, TƯ, TW in print


def syllables(text: str) -> list[Syllable]:
    """Return the tokens of text in order; a whole (document number, date) comes right before its first part.

    "Hoà 16/7" → hòa 0–3 at position 0; whole 16/7 and part 16 at position 1; part 7 at position 2.
    """
    return list(_syllables_of_query(text)) if len(text) <= LONGEST_QUERY else _syllables(text)


def _syllables(text: str) -> list[Syllable]:
    found: list[Syllable] = []
    add, new, memory = found.append, tuple.__new__, orthography.memory
    position = 0
    for match in _TOKEN.finditer(text):
        if match.lastindex in (_PLAIN_GROUP, _DIGITS_GROUP):
            token = match[0]
            norm, folded = memory.get(token) or forms(token)
            add(new(Syllable, (norm, folded, match.start(), match.end(), position, False)))
            position += 1
        else:
            position = _taken(match, position, found)
    return found


# What reads a query asks for its syllables from a dozen callers, the same again for its words alone.
_syllables_of_query = lru_cache(maxsize=256)(_syllables)


def syllables_at(text: str, start: int) -> list[Syllable]:
    """Return the token that begins at start with what it is made of, positions counted from 0; [] if none begins."""
    match = _TOKEN.match(text, start)
    if match is None:
        return []
    if match.lastindex in (_PLAIN_GROUP, _DIGITS_GROUP):
        return [Syllable(*forms(match[0]), *match.span(), 0)]
    found: list[Syllable] = []
    _taken(match, 0, found)
    return found


def terms(text: str) -> tuple[list[str], list[tuple[str, int]]]:
    """Return (norms of the parts, (norm, position) of the wholes): what `syllables` finds, eight times as fast.

    What stands between two spaces is mostly one of a few thousand words, and its norms are remembered; so is what may
    reach over spaces: numbers of documents, dates, T. Ư.
    """
    norms: list[str] = []
    wholes: list[tuple[str, int]] = []
    for start, end, is_compound in _stretches(text):
        if is_compound:
            more, marked = _compounds[text[start:end]]
            wholes += [(whole, len(norms) + position) for whole, position in marked]
            norms += more
        else:
            norms.extend(chain.from_iterable(map(_chunks.__getitem__, text[start:end].split())))
    return norms, wholes


def position_in(text: str, offset: int) -> int:
    """Return how many parts of text begin before an offset in it."""
    count = 0
    for start, end, is_compound in _stretches(text):
        if is_compound:
            if end <= offset:
                count += len(_compounds[text[start:end]][0])
            else:
                found = _syllables(text[start:end])
                count += sum(not syllable.whole and start + syllable.start < offset for syllable in found)
            continue
        whole = text[start : min(offset, end)].split()
        if start < offset < end and whole and not text[offset - 1].isspace():  # a part may begin there within a word
            start = offset - len(whole.pop())
            within = _syllables(text[start:end].split(None, 1)[0])
            count += sum(start + syllable.start < offset for syllable in within)
        count += sum(map(len, map(_chunks.__getitem__, whole)))
        if offset <= end:
            break
    return count


def pieces(text: str) -> list[str]:
    """Return what the norms of text can be made of one by one: what stands between spaces, or may reach over some."""
    found: list[str] = []
    for start, end, is_compound in _stretches(text):
        if is_compound:
            found.append(text[start:end])
        else:
            found += text[start:end].split()
    return found


def _stretches(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, whether it may reach over spaces) of what text is made of.

    Of all else that stands between two spaces each is read by itself.
    """
    read = 0
    for compound in _COMPOUND.finditer(text):
        at = compound.start()
        if at >= read:
            begin = max(text.rfind(" ", read, at), read)
            yield read, begin, False
            read = _end_of_compound(text, begin, at)
            yield begin, read, True
    yield read, len(text), False


def folded_of(norm: str) -> str:
    """Return the folded form of a norm; of a whole, that of its parts."""
    return _folded[norm]


def parts(text: str) -> list[Syllable]:
    """Return the tokens of text without the wholes: one for each position, what phrases and n-grams run over."""
    return list(_parts_of_query(text)) if len(text) <= LONGEST_QUERY else _parts(text)


def _parts(text: str) -> list[Syllable]:
    return [syllable for syllable in syllables(text) if not syllable.whole]


_parts_of_query = lru_cache(maxsize=256)(_parts)


def norms(text: str) -> list[str]:
    """Return the normal forms of the parts of text."""
    return terms(text)[0]


def folds(text: str) -> list[str]:
    """Return the folded forms of the parts of text."""
    return list(map(_folded.__getitem__, terms(text)[0]))


def fold(text: str) -> str:
    """Return text as its folded parts with one space between: the key by which names and titles are looked up."""
    return " ".join(folds(text))


def _norms_of_chunk(chunk: str) -> tuple[str, ...]:
    """Return the norms of what stands between two spaces and holds no compound."""
    word = word_alone(chunk)
    return (forms(word)[0],) if word else tuple([syllable.norm for syllable in _syllables(chunk)])


def _folded_of(norm: str) -> str:
    return "/".join([forms(part)[1] for part in norm.split("/")])


def _terms_of_compound(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...]]:
    """Return (norms of the parts, (norm, position) of the wholes) of what may reach over spaces."""
    found = _syllables(text)
    wholes = tuple([(syllable.norm, syllable.position) for syllable in found if syllable.whole])
    return tuple([syllable.norm for syllable in found if not syllable.whole]), wholes


_chunks = BoundedMemory(_norms_of_chunk, 400_000)  # about 100 MB at most
_compounds = BoundedMemory(_terms_of_compound, 100_000)
_folded = BoundedMemory(_folded_of, 400_000)


def _end_of_compound(text: str, begin: int, at: int) -> int:
    """Return the first space between tokens after `at`. begin: a space, or the start of text."""
    end = _next_space(text, at)
    if not (_GOES_ON.match(text, end) or _SIGNS.match(text, end - 1)):
        return end
    for match in _TOKEN.finditer(text, begin):
        if match.start() >= end:
            break
        if match.end() > end:
            end = _next_space(text, match.end())
    return end


def _next_space(text: str, start: int) -> int:
    found = text.find(" ", start)
    return len(text) if found < 0 else found


def _taken(match: re.Match[str], position: int, found: list[Syllable]) -> int:
    """Append what one match of _TOKEN gives; return the next free position."""
    group = match.lastindex
    if group in (_DOCUMENT_GROUP, _DATE_GROUP):
        return _compound(match, group == _DOCUMENT_GROUP, position, found)
    if group == _CENTRAL_GROUP:
        norm = folded = _CENTRAL_NORM
    elif group == _NUMBER_GROUP:
        norm = folded = _number(match[0])
    else:
        norm, folded = forms(match[0])
    found.append(Syllable(norm, folded, *match.span(), position))
    return position + 1


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
