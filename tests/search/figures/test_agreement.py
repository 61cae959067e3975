"""Whether what two pages print of one thing can both be so, and whether it is an aim in one and a result in another."""

from dataclasses import replace

import pytest

from search.domain.figure import Figure
from search.figures.agreement import contradict, fit, matter, told_apart

SHARE = Figure(
    *("public-investment-disbursement", "", "51", "", "", "", "%", "percent", "%", "51", "plan_share", "result"),
    *("", "", "2024-H1", "2024-01-01", "2024-06-30", "sentence", "lao-cai", "province", "text", 0, 3, "…", True),
)
COUNT = replace(SHARE, value="78", amount="78", unit="xã", counted_in="xã", dimension="count", measure="level")
MONEY = replace(SHARE, value="4.1", amount="4100000000000", unit="nghìn tỷ đồng", counted_in="VND", dimension="money")


def of(figure: Figure, value: str, approx: str = "", **changed: str) -> Figure:
    return replace(figure, value=value, amount=value, approx=approx, **changed)


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        (SHARE, of(SHARE, "48.5"), False),
        (SHARE, of(SHARE, "51.3"), True),  # rounded
        (SHARE, of(SHARE, "52"), False),
        (SHARE, of(SHARE, "50", ">"), True),
        (SHARE, of(SHARE, "53", ">"), False),
        (SHARE, of(SHARE, "50", high="52"), True),
        (SHARE, of(SHARE, "52", "~"), True),
        (COUNT, of(COUNT, "79"), False),
        (COUNT, of(COUNT, "78", ">"), True),
        (COUNT, of(COUNT, "78"), True),
        (MONEY, replace(MONEY, value="4115", amount="4115000000000"), True),
        (MONEY, replace(MONEY, value="4190", amount="4190000000000"), False),
        (replace(SHARE, assigned_by="central"), of(SHARE, "48.5", assigned_by="province"), True),  # of two plans
        (replace(SHARE, value="-3", amount="-3"), of(SHARE, "3"), False),
    ],
)
def test_whether_two_values_can_both_be_so(one: Figure, other: Figure, fits: bool) -> None:
    assert fit(one, other) is fits and fit(other, one) is fits


def test_pages_contradict_where_no_value_of_the_one_fits_any_of_the_other() -> None:
    low, aim = of(SHARE, "48.5"), of(SHARE, "95", status="target")
    assert contradict([SHARE], [low]) and contradict([SHARE, aim], [low, aim])
    assert contradict([SHARE], [of(SHARE, "48.5", status="estimate")])
    assert not contradict([SHARE, low], [low])
    assert not contradict([SHARE], [aim]), "an aim is no result"
    assert not contradict([SHARE], [of(SHARE, "48.5", status="disputed")])
    assert not contradict([replace(SHARE, last="")], [replace(low, last="")]), "of an unknown period"


def test_one_value_as_an_aim_here_and_as_a_result_there() -> None:
    aim = replace(SHARE, status="target")
    assert told_apart([aim], [SHARE]) == ("target", "result")
    assert told_apart([aim, SHARE], [SHARE]) is None
    assert told_apart([aim], [of(SHARE, "48.5")]) is None
    assert told_apart([SHARE], [SHARE]) is None


def test_one_period_in_two_wordings() -> None:
    until = replace(SHARE, period="../2024-06-30")
    assert matter(SHARE, "flow") == matter(until, "flow") != matter(replace(SHARE, last="2024-12-31"), "flow")
    day = replace(COUNT, first="2024-06-30")
    assert matter(COUNT, "stock") == matter(day, "stock") and matter(COUNT, "flow") != matter(day, "flow")
