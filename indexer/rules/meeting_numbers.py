"""The number of a meeting and the term of the body that met: "lần thứ 20", "kỳ họp thứ Chín", "khóa XIX", "khóa 14".

A congress opens the term of its own number: what the XIXth elects is of khóa XIX. Numbers of the centre, of the
National Assembly and of former offices ("nguyên Chủ tịch HĐND tỉnh khóa VII") are not those of the meeting.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.reading import Reading
from search.domain.ordinals import in_roman

# Kinds of an organ that meets by number; the others have none.
NUMBERED = frozenset({"bch", "btv", "daihoi", "hdnd", "ubkt", "ubnd", "thuongtruc"})
HIGHEST_TERM = 40  # "khóa 2011" is no number

_DIGITS = {"không": 0, "một": 1, "nhất": 1, "mốt": 1, "hai": 2, "nhì": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5}
_DIGITS |= {"lăm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9}
_WORD = "|".join(sorted((*_DIGITS, "mười", "mươi"), key=len, reverse=True))
NUMBER = rf"(?P<number>\d{{1,3}}(?!\d)|[ivxl]+(?![^\W_])|(?:{_WORD})(?:\s+(?:{_WORD}))*(?![^\W_]))"
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}

_SESSION_NUMBER = re.compile(
    r"(?:hội nghị|kỳ họp|phiên họp|phiên|họp)(?:(?!đại hội|trung ương|quốc hội|tw\b|t\.ư)[^.;:]){0,90}?"
    rf"(?:lần thứ|lần|thứ)\s+{NUMBER}"
    rf"|kỳ họp\s+(?P<bare>\d{{1,3}})(?!\s*(?:năm|tháng|ngày|[-/.]))(?!\d)"
)
_CONGRESS_NUMBER = re.compile(rf"đại hội(?:(?!toàn quốc|hội nghị|thi đua)[^.;:]){{0,80}}?(?:lần\s+)?thứ\s+{NUMBER}")
_OF_THE_CENTRE = re.compile(
    r"[,\s]*(?:\(?khóa \w+\)?\s*,?\s*)?(?:của\s+)?"
    r"(?:ban chấp hành trung ương|bch trung ương|bch tw|trung ương|quốc hội|của đảng)"
)
_KHOA = re.compile(rf"khóa\s+(?:thứ\s+)?{NUMBER}")
_OF_ANOTHER = re.compile(
    r"(?:quốc hội|trung ương|trung ương đảng|của đảng|tw|t\.ư|đại biểu quốc hội)(?:(?!hđnd|hội đồng|tỉnh)[^.;]){0,25}$"
)
_OFFICE = re.compile(  # the term of somebody's office: "Phó Chủ tịch HĐND tỉnh khóa VII"
    r"(?:bí thư|chủ tịch|ủy viên|chủ nhiệm|trưởng đoàn|đại biểu|thường trực)\s[^.;:]{0,50}$"
)
_MEETS = re.compile(r"kỳ họp|hội nghị|đại hội|phiên họp|họp|ban chấp hành")
_COUNCIL = re.compile(r"(?:hđnd|hội đồng nhân dân)[^.;]{0,40}$")
_ELECTED = re.compile(
    r"(?:tái (?:đắc )?cử|bầu|trúng cử|giữ chức|tiếp tục làm|được chỉ định|làm)[^.;:]{0,60}bí thư[^.;:]{0,60}$"
)
_YEARS = re.compile(r"(?:nhiệm kỳ|khóa \w+)[\s,(]{1,3}(?:nhiệm kỳ\s+)?(?P<from>\d{4})\s?-\s?(?P<to>\d{4})")


@dataclass(frozen=True, slots=True)
class Term:
    """number: Roman, "" if unsaid. years: "2020-2025" as printed beside it, "" if not. words: what was printed."""

    number: str = ""
    years: str = ""
    words: str = ""


def ordinal_of(kind: str, texts: Sequence[Reading]) -> tuple[int | None, str]:
    """Return (number of the meeting, printed words) as the first of texts says it; (None, "") where none does."""
    if kind not in NUMBERED:
        return None, ""
    pattern = _CONGRESS_NUMBER if kind == "daihoi" else _SESSION_NUMBER
    for text in texts:
        for match in pattern.finditer(text.low):
            if kind != "daihoi" and _OF_THE_CENTRE.match(text.low, match.end()):
                continue
            number = as_number(match["number"] or match["bare"] if kind != "daihoi" else match["number"])
            if number:
                return number, text.text[match.start() : match.end()]
    return None, ""


def as_number(words: str) -> int:
    """Return the number that digits, a Roman numeral or Vietnamese words in lower case write; 0 where they write none.

    "20" → 20, "xvii" → 17, "bảy" → 7, "mười một" → 11, "hai mươi lăm" → 25.
    """
    if words.isdigit():
        return int(words)
    if set(words) <= set(_ROMAN):
        values = [_ROMAN[letter] for letter in words]
        return sum(-v if v < max(values[i + 1 :], default=0) else v for i, v in enumerate(values))
    tens, units = 0, 0
    for word in words.split():
        if word in ("mười", "mươi"):
            tens, units = (units or 1) * 10, 0
        else:
            units = _DIGITS[word]
    return tens + units


def term_of(kind: str, ordinal: int | None, texts: Sequence[Reading]) -> Term:
    """Return the term of the body that met, as the first of texts that names it says."""
    if kind not in NUMBERED:
        return Term()
    years, words = _years(kind, texts)
    if kind == "daihoi" and ordinal:
        return Term(in_roman(ordinal), years, words)
    for text in texts:
        for match in _KHOA.finditer(text.low):
            number = as_number(match["number"])
            if 0 < number <= HIGHEST_TERM and _is_of_the_meeting(kind, text.low, match.start()):
                printed = text.text[match.start() : match.end()]
                return Term(in_roman(number), years, f"{printed}, {words}" if words else printed)
    return Term("", years, words)


def _is_of_the_meeting(kind: str, low: str, start: int) -> bool:
    before = low[max(0, start - 80) : start]
    if _OF_ANOTHER.search(before[-60:]) or (kind != "hdnd" and _COUNCIL.search(before[-60:])):
        return False
    if kind == "daihoi":
        return bool(_ELECTED.search(before)) or "đại hội" in before
    office = _OFFICE.search(before)
    return not (office and not _MEETS.search(office[0]))


def _years(kind: str, texts: Sequence[Reading]) -> tuple[str, str]:
    for text in texts:
        for years in _YEARS.finditer(text.low):
            before = text.low[max(0, years.start() - 70) : years.start()]
            if int(years["to"]) - int(years["from"]) not in (4, 5, 6, 7):
                continue
            if kind == "daihoi" or "đại hội" not in before:
                return f"{years['from']}-{years['to']}", text.text[years.start() : years.end()]
    return "", ""


def elected_by(texts: Sequence[Reading]) -> tuple[int | None, str]:
    """Return the number of the congress that elected somebody secretary ("tái cử Bí thư Tỉnh ủy khóa XVI"), words."""
    for text in texts:
        for match in _KHOA.finditer(text.low):
            before = text.low[max(0, match.start() - 140) : match.start()]
            elected = _ELECTED.search(before)
            number = as_number(match["number"])
            if elected and 0 < number <= HIGHEST_TERM and not _OF_ANOTHER.search(before[-60:]):
                start = match.start() - len(before) + elected.start()
                return number, text.text[start : match.end()]
    return None, ""
