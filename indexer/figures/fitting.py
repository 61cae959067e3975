"""Whether a number can be of an indicator, and what it then is: its level, growth, a share of a plan …"""

import re
from decimal import Decimal

from indexer.figures import gaps, measures
from indexer.figures.indicators import Indicator
from indexer.figures.measures import Measure, Tail
from indexer.figures.numbers import Number

MOST_PER_HEAD = {"VND": Decimal(10) ** 9, "USD": Decimal(10) ** 5}
LEAST_OF_ALL = {"VND": Decimal(10) ** 8, "USD": Decimal(10) ** 4}  # no sum of a province is smaller: "1 đồng vốn"
_REACHES = re.compile(r"(?:bằng|đạt)\W*(?:gần|trên|hơn|khoảng)?\W*$")
_GROWS = ("growth", "signed_growth")
_EQUALS = re.compile(r"(?:bằng|đạt|là|có|lên|ước)\W*(?:gần|trên|hơn|khoảng)?\W*$")


def measure_of(
    number: Number, indicator: Indicator, before: str, named: str, tail: Tail, *, row: str, short: bool
) -> Measure:
    """Return what a number is of an indicator.

    before: the words between; named: the same with the indicator's name, where that speaks of growth, else before.
    row: what a bare number of a table row is ("growth", "level", "" where it stands in none). short: the indicator is
    named by a word that means it only together with the value.
    """
    if not number.dimension:
        return _of_bare(number, indicator, before, tail, row)
    percent = number.dimension in ("percent", "points")
    if number.signed and percent and indicator.percent in _GROWS and tail.about != "plan":
        return Measure("growth")
    default = indicator.percent
    if default == "signed_growth" or (default == "growth" and short):
        default = ""
    if default == "plan_share" and "năm" in number.unit:
        default = ""  # 3,2 %/năm is no share of a plan
    words = before if default == "growth" else named
    if default == "share":
        words = words.replace("tăng trưởng", " ")  # what it is a share of, no verb
    is_index = indicator.level_above and number.value >= indicator.level_above and default == "growth"
    if is_index and percent and measures.measure_of(named, number.dimension, tail, "").name != "growth":
        return Measure("base_share")
    return measures.measure_of(words, number.dimension, tail, default, number.signed)


def _of_bare(number: Number, indicator: Indicator, before: str, tail: Tail, row: str) -> Measure:
    if measures.RANK.search(before):
        return Measure("rank")
    if tail.about == "plan" and number.of is None and _REACHES.search(before):
        number.notes.append("no-percent-sign")
        _as_percent(number)
        return Measure("plan_share")
    if (number.signed and indicator.percent in _GROWS) or (row and indicator.percent):
        _as_percent(number)
        return Measure("growth" if number.signed or row == "growth" else indicator.percent)
    said = _EQUALS.search(before) or number.of is not None
    if indicator.unitless and said and not gaps.left_over(before):
        number.dimension, number.core, number.counted_in = indicator.dimension, indicator.nouns[0], indicator.nouns[0]
        return Measure("level")
    return measures.NONE


def _as_percent(number: Number) -> None:
    number.dimension, number.counted_in, number.core, number.unit = "percent", "%", "%", "%"


def is_per_head(number: Number) -> bool:
    """Whether an amount of money is so small that it can only be one person's share."""
    return number.dimension == "money_per_head" or (
        number.dimension == "money" and number.amount < MOST_PER_HEAD[number.counted_in]
    )


def fits(number: Number, indicator: Indicator, measure: Measure) -> bool:
    """Whether a number of its unit can be this of an indicator."""
    dimension = number.dimension
    if measure.name == "rank":
        return not dimension or number.core in ("tỉnh",)
    if measure.name == "share" and indicator.nature == "event" and not indicator.percent:
        return False
    if dimension in ("percent", "points", "times"):
        contributes = measure.name == "share" and bool(indicator.contributions)  # "đóng góp 1,16 điểm phần trăm"
        return dimension != "points" or contributes or measure.name in ("growth", "level", "comparison", "plan_gap")
    if dimension == "count":
        return indicator.dimension == "count" and number.core in indicator.nouns
    if dimension == "money" and indicator.dimension == "money" and measure.name == "level":
        return number.amount >= LEAST_OF_ALL[number.counted_in]
    if indicator.dimension == "money_per_head" and dimension == "money":
        return is_per_head(number)
    return dimension == indicator.dimension
