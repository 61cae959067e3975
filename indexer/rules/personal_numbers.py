"""Telephone, bank account and identity numbers: shown where the page prints them, and not indexed.

Each digit becomes a sign that is part of no word: all else keeps its offset in the text. Only what is surely such
a number is taken: a number of money, of a document or a date is left as it is.
"""

import re
from collections.abc import Iterator

from indexer.reading import OTHER_FIGURE, Reading

HIDDEN = "•"

_LONG_IN_SKETCH = re.compile(rb"0(?<!00)(?:[ .]{0,2}0){8}")  # from the first figure of a run
_LONG_NUMBER = re.compile(r"\d(?:[ .()-]{0,2}\d){8}")  # most pages have none, and are done with

# 0912 345 678, 091.234.5678, (0204) 3855 123, +84 912 345 678: the first group is never as short as that of a date
_TELEPHONE = re.compile(
    r"(?<![\d.,/-])(?:\(?\+84\)?[ .-]?|\(?0)(?:[35789]\d{1,3}|2\d{1,2})\)?(?:[ .-]?\d{2,4}){1,3}(?![\d]|[.,/-]\d)"
)
_TELEPHONE_DIGITS = (10, 11)  # with the leading 0
_IDENTITY = re.compile(
    r"(?:CCCD|CMND|CMTND|căn cước|chứng minh (?:nhân dân|thư)|định danh)[^\d\n]{0,30}?"
    r"(\d(?: ?\d){8}(?: ?\d ?\d ?\d)?)(?!\d)",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"(?:số tài khoản|tài khoản số|STK|số TK)\b[^\d\n]{0,30}?(\d(?:[ .-]?\d){8,18})(?!\d|[.,]\d)", re.IGNORECASE
)
_GROUPS_OF_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")  # so many accounts, not the number of one
# A list names what its columns hold once; then every unbroken run of digits as long as such a number is one.
_NAMES_IDENTITIES = re.compile(r"\b(?:CCCD|CMND|CMTND|căn cước|chứng minh nhân dân|số định danh)\b", re.IGNORECASE)
_NAMES_ACCOUNTS = re.compile(r"\b(?:số tài khoản|STK|số TK)\b", re.IGNORECASE)
_RUN = re.compile(r"(?<![\d.,/-])\d{9,19}(?![\d]|[.,/-]\d)")
_CITIZEN = re.compile(r"(?<![\d.,/-])0\d{11}(?![\d]|[.,/-]\d)")  # of a citizen: no other number has this form


def may_have_personal_numbers(page: Reading) -> bool:
    """Whether a page has as many figures close together as such a number has: in its sketch that is found quickly."""
    return OTHER_FIGURE in page.sketch or bool(_LONG_IN_SKETCH.search(page.sketch))


def without_personal_numbers(text: str) -> str:
    """Return the text with the digits of personal numbers hidden; as long as it was."""
    spans = list(_spans(text)) if _LONG_NUMBER.search(text) else []
    if not spans:
        return text
    signs = list(text)
    for start, end in spans:
        for at in range(start, end):
            if signs[at].isdigit():
                signs[at] = HIDDEN
    return "".join(signs)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Give where such numbers stand, perhaps more than once."""
    for found in _TELEPHONE.finditer(text):
        digits = "".join(filter(str.isdigit, found[0]))
        digits = "0" + digits.removeprefix("84") if "+84" in found[0] else digits
        if len(digits) in _TELEPHONE_DIGITS and not (len(digits) == 11 and digits[1] != "2"):
            yield found.span()
    for pattern in (_IDENTITY, _ACCOUNT):
        for found in pattern.finditer(text):
            if not _GROUPS_OF_THOUSANDS.fullmatch(found[1]):
                yield found.span(1)
    for found in _CITIZEN.finditer(text):
        yield found.span()
    names_identities, names_accounts = _NAMES_IDENTITIES.search(text), _NAMES_ACCOUNTS.search(text)
    if names_identities or names_accounts:
        for found in _RUN.finditer(text):
            if names_accounts or len(found[0]) in (9, 12):
                yield found.span()
