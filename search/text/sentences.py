"""Where sentences begin and end: what is quoted where a page is called as a witness, and what no word runs across."""

import re
from collections.abc import Iterator
from itertools import pairwise

from search.text.orthography import MARKS

LONGEST_CHARACTERS = 600  # of a quotation; a longer sentence (a list of names, a table) is cut around what is quoted

_ABBREVIATIONS = ("tp", "tx", "tt", "đ/c", "ts", "ths", "gs", "pgs")  # "TP. Hồ Chí Minh" is one sentence
_ENDS_OF = frozenset(word[-2:] for word in _ABBREVIATIONS)
# A set of signs comes first, because the regex engine then skips to the few offsets that can match. A run of points is
# entered at its first sign alone: a page of points takes linear time.
_SIGN = r"[.!?…\n](?:(?<!\n)(?<![.!?…].)[.!?…]*+"
_END = re.compile(_SIGN + r"[\"”’)]*\s+(?=[\"“‘(]*(?P<after>[^\W_]))|(?<=\n))")
_LAST_WORD = re.compile(r"[^\s.]*\Z")
_LONGEST_ABBREVIATION = max(map(len, _ABBREVIATIONS))
# A point and what opens the next sentence, or an empty line. A line break alone ends nothing: a text may be wrapped.
_BORDER = re.compile(_SIGN + r"[\"”’)\]]*\s+(?=[\"“‘(\[]*(?P<after>[^\W_]))|(?<=\n)[^\S\n]*\n)")
_INITIAL = re.compile(rf"(?<![^\W_]|[{MARKS}])[^\W\d_]\Z")  # "T. Ư", "Nguyễn Văn A. Nam": one letter before the point


def sentence_at(text: str, start: int, end: int) -> str:
    """Return the sentence around text[start:end], about LONGEST_CHARACTERS long at most; "…" where it was cut."""
    begin, stop = max(0, start - LONGEST_CHARACTERS), min(len(text), end + LONGEST_CHARACTERS)
    cut_before, cut_after = begin > 0, stop < len(text)
    for match in _END.finditer(text, begin, stop):
        if not _is_end(match):
            continue
        if match.end() <= start:
            begin, cut_before = match.end(), False
        elif match.end() > end:
            stop, cut_after = match.end(), False
            break
    if stop - begin > LONGEST_CHARACTERS:
        room = (LONGEST_CHARACTERS - (end - start)) // 2
        if start - begin > room:
            begin, cut_before = start - room, True
        if stop - begin > LONGEST_CHARACTERS:
            stop, cut_after = max(end, begin + LONGEST_CHARACTERS), True
    words = text[begin:stop]
    if cut_before:
        words = "…" + words[_first_space(text, begin, start) - begin :].lstrip()
    if cut_after:
        words = words[: max(words.rfind(" "), end - begin)].rstrip() + "…"
    return words.strip()


def split(text: str) -> list[str]:
    """Return the sentences of text, which together are the text; an empty line ends one, a line break does not."""
    starts = [0, *_borders(text), len(text)]
    return [text[begin:end] for begin, end in pairwise(starts)]


def has_border(text: str, start: int, end: int) -> bool:
    """Tell whether one sentence ends and the next begins between two words, which end at start and begin at end."""
    return any(True for _ in _borders(text, start, end + 1))


def _borders(text: str, start: int = 0, end: int | None = None) -> Iterator[int]:
    for match in _BORDER.finditer(text, start, len(text) if end is None else end):
        if _is_end(match) and not _is_initial(match):
            yield match.end()


def _is_initial(match: re.Match[str]) -> bool:
    point = match.start()
    if match["after"] is None or match.string[max(0, point - 2) : point - 1].isalnum():
        return False
    return _INITIAL.search(match.string, max(0, point - 2), point) is not None


def _is_end(match: re.Match[str]) -> bool:
    after = match["after"]
    if after is None:
        return True
    if not (after.isupper() or after.isdigit()):
        return False
    point = match.start()
    if match.string[max(0, point - 2) : point].lower() not in _ENDS_OF:
        return True
    before = _LAST_WORD.search(match.string, max(0, point - _LONGEST_ABBREVIATION - 1), point)
    return before is None or before[0].lower() not in _ABBREVIATIONS


def _first_space(text: str, begin: int, end: int) -> int:
    found = text.find(" ", begin, end)
    return begin if found < 0 else found
