"""Numbers told off against what was named before them: "xuất khẩu, nhập khẩu lần lượt đạt 2,4 và 1,3 tỷ USD".

Where there are as many numbers as indicators, branches or periods before "lần lượt" or "tương ứng", the first is of the
first, and so on. Where there are not, none of the numbers can be told to be of anything.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.figures.heads import Head
from indexer.figures.indicators import Indicator, indicators, sectors
from indexer.figures.numbers import Number
from indexer.figures.periods import PeriodMention
from indexer.figures.sentences import Name
from search.domain.figure import Figure

_MARK = re.compile(r"(?<!\w)(?:lần lượt|tương ứng(?! với))(?!\w)")
_JOINT = re.compile(r"\s*(?:[,;/-]|và|,\s*và|;\s*và)\s*(?:là |còn )?")
_YEARS = ("year_", "bare", "asof_year")


@dataclass(slots=True)
class Enumeration:
    """numbers: in order; heads: of each; periods: of each where years were told off, else empty. start: of the mark."""

    start: int
    numbers: list[Number]
    heads: list[Head]
    periods: list[PeriodMention]


def mark_before(low: str, start: int, number: Number) -> int:
    """Return where "lần lượt" stands between start and a number, -1 if nowhere."""
    last = None
    for match in _MARK.finditer(low, start, number.begin):
        last = match
    return last.start() if last and not re.search(r"[;.]\s", low[last.end() : number.begin]) else -1


def run_of(low: str, numbers: Sequence[Number]) -> list[Number]:
    """Return the numbers that follow each other with nothing but a joint between them; they share the last's unit."""
    run = [numbers[0]]
    for number in numbers[1:]:
        if not _JOINT.fullmatch(low, run[-1].end, number.begin):
            break
        run.append(number)
    run = [one for number in run for one in _ends(number)]
    last = run[-1]
    for one in run[:-1]:
        if not one.core and last.core:
            one.core, one.unit, one.dimension = last.core, last.unit, last.dimension
            one.counted_in, one.factor = last.counted_in, last.factor
            one.notes.append("shared-unit")
    return run


def _ends(number: Number) -> list[Number]:
    """Return both ends of what looks like a range: "18,5 % - 42,1 %" are two numbers in an enumeration."""
    if number.high is None:
        return [number]
    return [replace(number, high=None, notes=[]), replace(number, value=number.high, high=None, notes=[])]


def told_off(
    low: str,
    begin: int,
    mark: int,
    run: list[Number],
    names: Sequence[Name],
    head: Head | None,
    found: Sequence[Figure],
    mentions: Sequence[PeriodMention],
) -> Enumeration | None:
    """Return what the numbers of a run are of, None where that cannot be told.

    names: of the sentence; head: the indicator that counts at the mark; found: what the sentence has stated so far.
    """
    clause = max(low.rfind("; ", begin, mark) + 1, low.rfind(". ", begin, mark) + 1, begin)
    named = [one for one in names if clause <= one.start and one.end <= mark]
    stated = [one for one in found if clause <= one.start < mark]
    if stated:
        of: list[Indicator] = []
        for figure in stated:
            if figure.measure == "level" and indicators()[figure.indicator] not in of:
                of.append(indicators()[figure.indicator])
    else:
        of = [one.indicator for one in named]
        if len(of) == 1 and of[0].parts:
            of = [indicators()[key] for key in of[0].parts]
    if len(of) == len(run) and len(set(of)) == len(of):
        return Enumeration(mark, run, [Head(one, mark, mark) for one in of], [])
    if head is None or stated or len(of) > 1:
        return None
    if head.indicator.sectors:
        inside = _sectors_in(low, clause, mark)
        if len(inside) == len(run):
            heads = [Head(head.indicator, head.start, head.end, sector=key) for key in inside]
            return Enumeration(mark, run, heads, [])
    years = [one for one in mentions if one.kind in _YEARS and not one.compared and clause <= one.start < mark]
    if len(years) == len(run):
        return Enumeration(mark, run, [replace(head) for _ in run], years)
    return None


def _sectors_in(low: str, start: int, stop: int) -> list[str]:
    """Return the keys of the branches that low[start:stop] names, in order; where two overlap, the longer one."""
    hits = [(*match.span(), one.key) for one in sectors() for match in one.pattern.finditer(low, start, stop)]
    kept: list[tuple[int, int, str]] = []
    for hit in sorted(hits, key=lambda hit: (hit[0] - hit[1], hit[0])):
        if all(hit[1] <= other[0] or hit[0] >= other[1] for other in kept):
            kept.append(hit)
    return [key for _, _, key in sorted(kept)]
