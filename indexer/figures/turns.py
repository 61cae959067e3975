"""Where a number is not of the indicator named last, but of one that goes with it, as indicators.toml says.

"17 dự án, vốn 1.235 tỷ đồng": the capital of what was counted. "giảm 2,3 %, còn 9,8 %": what is left, no fall.
"""

import re

from indexer.figures import gaps
from indexer.figures.fitting import is_per_head
from indexer.figures.heads import Head
from indexer.figures.indicators import indicators
from indexer.figures.measures import Measure
from indexer.figures.numbers import Number

_LEFT = re.compile(r"(?<!\w)(?:còn|xuống còn|xuống)(?!\w)")
_CHANGES = re.compile(r"(?<!\w)(?:tăng|giảm|thêm)(?!\w)")
_ENDS = re.compile(r"\s*(?:[,;.)]|$|với|và|mới)")
_CONTRIBUTES = re.compile(r"(?<!\w)đóng góp(?!\w)")


def turn(head: Head, number: Number, before: str, after: str) -> None:
    """Let a head go over to the indicator that a number is of.

    before: the words from the head to the number; after: those that follow it.
    """
    indicator, other = head.indicator, ""
    if indicator.per_head and is_per_head(number) and not _CHANGES.search(before):
        other = indicator.per_head
    elif number.dimension == "money":
        other = indicator.in_usd if number.counted_in == "USD" else ""
        if indicator.dimension == "count" and head.assigned and not gaps.breaks(before):
            other = indicator.then_money
    elif number.dimension == "count" and head.assigned and indicator.then_count and _ENDS.match(after):
        other = indicator.then_count if number.core in indicators()[indicator.then_count].nouns else ""
    elif number.dimension == "percent" and head.assigned and indicator.otherwise and _LEFT.search(before):
        other = indicator.otherwise
    if other:
        head.indicator = indicators()[other]
        head.assigned = False


def of_measure(head: Head, measure: Measure, before: str) -> str:
    """Return the key of the indicator that the share or the contribution of a branch is of."""
    indicator = head.indicator
    if indicator.contributions and _CONTRIBUTES.search(before):
        return indicator.contributions
    if measure.name == "share" and indicator.shares:
        return indicator.shares
    return indicator.key
