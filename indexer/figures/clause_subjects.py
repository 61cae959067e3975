"""Whether the words before an indicator leave the province as what the clause speaks of.

A number that names no place is the province's where its clause names the province, or nobody: "toàn tỉnh thu …", "GRDP
tăng …". Where words stand there that are neither, they may be another subject ("các nghệ nhân xuất khẩu 1,4 tỷ USD").
"""

import re
from collections.abc import Sequence
from functools import cache

from indexer.figures import gaps
from indexer.figures import place_patterns as patterns
from indexer.figures.numbers import unit_at
from indexer.reading import Reading
from search.domain import place_names

Span = tuple[int, int]
_SIGN = r"[;:()\"“”+•*]|(?<!\d)[.,]|[.,](?!\d)|\s[-–]\s"
_LAST_FIGURE = re.compile(r".*\d")


@cache
def _words(*tables: str) -> re.Pattern[str]:
    words = sorted((word for table in tables for word in patterns.CLAUSE[table]), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")


@cache
def _cut() -> re.Pattern[str]:
    return re.compile(rf"{_SIGN}|{_words('joins', 'reports').pattern}")


def may_name_another(
    page: Reading, begin: int, name: Span, number_begin: int, hidden: Sequence[Span], home: str
) -> bool:
    """Return whether words around the name of an indicator may be a subject other than the province.

    begin: of the sentence; name: where the indicator is named; hidden: what names nobody (periods, other indicators).
    home: slug of the province.
    """
    start, end = name
    before = _blank(page, begin, start, hidden, home)
    after = _blank(page, end, number_begin, hidden, home) if end < number_begin else ""
    return _names_somebody(before) or bool(_left_over(after))


def _blank(page: Reading, begin: int, stop: int, hidden: Sequence[Span], home: str) -> str:
    """Return low[begin:stop] without what is hidden; the province's name becomes "tỉnh", people's names go."""
    words = list(page.low[begin:stop])
    for first, last in hidden:
        for at in range(max(begin, first), min(stop, last)):
            words[at - begin] = " "
    for mention in place_names.find_composed(page.text[begin:stop]):
        if mention.slug == home:
            words[mention.start : mention.end] = ["tỉnh", *[""] * (mention.end - mention.start - 1)]
    for officer in _words("officers").finditer(page.low, begin, stop):
        at = officer.end() + (page.low[officer.end() : officer.end() + 1] == " ")
        for place in range(officer.end(), min(stop, page.name_at(at))):
            words[place - begin] = " "
    return "".join(words)


def _names_somebody(before: str) -> bool:
    """Whether the clause right before an indicator names somebody that is not known to be the province."""
    cuts = list(_cut().finditer(before))
    clause = before[cuts[-1].end() :] if cuts else before
    while cuts and not clause.strip():  # "Năm 2023, …": the clause before says who
        last = cuts.pop()
        if _words("reports").fullmatch(last[0]) or last[0] == ";":
            return False
        clause = before[cuts[-1].end() if cuts else 0 : last.start()]
        if last[0] == "," and _words("adverbs").match(clause.strip()):
            return False
    if figure := _LAST_FIGURE.match(clause):  # what stands before an earlier number was looked at with that
        clause = clause[figure.end() + len(unit_at(clause, figure.end())[0]) :]
    clause = clause.strip()
    if _words("adverbs").match(clause) or _words("whole").search(clause) or _words("province").match(clause):
        return False
    return bool(_left_over(clause))


def _left_over(words: str) -> list[str]:
    known = _words("whole", "province", "officers", "neutral")
    return gaps.left_over(known.sub(" ", words))
