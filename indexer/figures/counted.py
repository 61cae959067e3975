"""Numbers that name what they count: "290 sản phẩm OCOP", "kết nạp 1.204 đảng viên"."""

import re
from functools import cache

from indexer.figures.excluded_numbers import opening_of_clause
from indexer.figures.indicators import Indicator, indicators
from indexer.figures.numbers import Number

WORDS_AROUND = 120  # characters before a number that may say what it counts
_ASIDE = re.compile(r"\s?\([^()]{1,40}\)(?= )")
_UNITS = ("%", "đồng", "usd", "phần trăm")


def counted(low: str, begin: int, stop: int, number: Number) -> tuple[Indicator, int] | None:
    """Return the indicator that a number counts by its own words, and where these end."""
    best, most = None, (-1, -1)
    before = low[max(begin, number.begin - WORDS_AROUND) : number.begin]
    noun = low.find(number.core, number.digits_end, number.end) if number.core else number.digits_end
    aside = _ASIDE.match(low, number.end, stop)  # 78/108 xã (72,2 %) đạt chuẩn nông thôn mới
    for indicator in _counted_by(number.core):
        told_off: bool | None = None
        for earlier, later in indicator.counted:
            after = later.match(low, noun, stop) or later.match(low, number.end, stop)
            end = after.end() if after else 0
            if not after and aside:
                after = later.match(low[noun : number.end] + low[aside.end() : stop])
                end = number.end
            if not after:
                continue
            ahead = earlier.search(before)
            if not ahead:
                continue
            length = len(after[0]), len(ahead[0])  # the words after a number say more of it than those before
            if length <= most:
                continue
            if told_off is None:  # asked last: few numbers come this far, and these look at the whole sentence
                told_off = _is_told_off(indicator, low, begin, stop, number, before)
            if not told_off:
                best, most = (indicator, end), length
    return best


def _is_told_off(indicator: Indicator, low: str, begin: int, stop: int, number: Number, before: str) -> bool:
    """Whether the words around a number say that it does not count this."""
    return bool(
        indicator.not_after.search(before)
        or indicator.unless.match(low, number.end, stop)
        or indicator.not_before.match(low, number.end, stop)
        or indicator.not_within.search(low[begin : number.begin])
        or indicator.of_part.search(low, opening_of_clause(low, begin, number.begin), number.begin)
    )


@cache
def _counted_by(core: str) -> tuple[Indicator, ...]:
    """Return the indicators that a number of this unit may count by its own words."""
    return tuple(
        indicator
        for indicator in indicators().values()
        if indicator.counted
        and (
            any(noun.startswith(core) or core.startswith(noun) for noun in indicator.nouns if core)
            or ((indicator.dimension != "count" or core == "%") and core in _UNITS)
        )
    )
