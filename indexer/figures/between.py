"""What lies between an indicator and a number that follows it, and whether the number can still be of it."""

import re
from dataclasses import dataclass

from indexer.figures import gaps
from indexer.figures.heads import Head
from indexer.figures.indicators import Sector, sectors
from indexer.figures.measures import Measure, Tail
from indexer.figures.numbers import Number

FIRST_GAP, FIRST_GAP_AFTER_COMMA, NEXT_GAP = 6, 4, 0  # words of no known meaning that may lie between
_SEVERAL = re.compile(rf"(?:{'|'.join(one.pattern.pattern for one in sectors())})\s*(?:,|và|&)\s*$")


@dataclass(frozen=True, slots=True)
class Between:
    """words: all of them, as read; gap: without periods, names and branch; rest: those of the gap with a meaning.

    branch: of the economy, named last, and where in words. dated: a period is named, and no branch.
    """

    words: str
    gap: str
    rest: list[str]
    branch: tuple[Sector, tuple[int, int]] | None
    dated: bool

    @property
    def has_semicolon(self) -> bool:
        return ";" in self.words or ". " in self.words


def is_too_far(head: Head, number: Number, between: Between) -> bool:
    """Whether more words lie between than may."""
    if head.indicator.tight and (between.rest or not (head.assigned or number.dimension == "count")):
        return True
    limit = FIRST_GAP_AFTER_COMMA if "," in between.gap else FIRST_GAP
    if head.assigned or head.strict:
        limit = NEXT_GAP
    if between.branch is not None:
        limit = min(limit + 1, FIRST_GAP_AFTER_COMMA)
    return len(between.rest) > limit


def is_cut_off(head: Head, number: Number, tail: Tail, between: Between) -> bool:
    """Whether something else begins between them: after a semicolon, "trong đó" or a comma."""
    goes_on = between.branch is not None or between.dated
    if between.has_semicolon and (between.rest or not goes_on):
        return True
    if gaps.breaks(between.gap):
        if head.assigned and (between.rest or not goes_on):
            return True
        if between.branch is None and number.dimension != "percent":
            return True
    share_of_a_count = head.indicator.dimension == "count" and number.dimension == "percent" and tail.about != "plan"
    return share_of_a_count and "," in between.gap and not head.assigned


def is_of_another_branch(number: Number, head: Head, measure: Measure, between: Between, said: str) -> bool:
    """Whether a number is of a branch, or of several, that its indicator cannot be of. said: from the name to it."""
    if between.branch is None:
        if head.sector and between.rest:
            return True
        if head.indicator.needs_sector or head.of_branch:
            return not head.sector or _grows_unsaid(head, measure, said)
        shares = bool(head.indicator.contributions) and not head.sector
        return shares and "đóng góp" in between.words  # of the province to the nation's
    if _SEVERAL.search(between.words[: between.branch[1][0]]):
        return True  # "công nghiệp và dịch vụ chiếm 81 %"
    return _grows_unsaid(head, measure, said)


def _grows_unsaid(head: Head, measure: Measure, said: str) -> bool:
    return head.of_branch and head.indicator.percent == "growth" and not measure.clear and "tăng" not in said


def is_too_small(number: Number, head: Head, measure: Measure) -> bool:
    """Whether a level is too small a count for its indicator, or of one whose short names tell only growth."""
    if measure.name != "level":
        return False
    if number.dimension == "count" and number.amount < head.indicator.smallest:
        return True
    return head.short and head.indicator.short_grows  # "nợ Khu kinh tế 1.000 tỷ"
