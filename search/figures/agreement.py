"""Whether what two pages print of one thing can both be so: values within their rounding, aims and results apart."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from itertools import product

from search.domain.figure import Figure

ABOUT = Decimal("0.05")  # of a value that is called approximate: how far it may be off
REACHED, AIMED = "reached", "aimed"
_SIDES = {"result": REACHED, "estimate": REACHED, "target": AIMED}


def side(figure: Figure) -> str:
    """Return whether a figure was reached (a result or an estimate) or aimed at; "" of one that is said to be wrong."""
    return _SIDES.get(figure.status, "")


def matter(figure: Figure, nature: str) -> tuple[str, ...]:
    """Return what is measured, when and where: "until 30 June" and "the first half" are one period.

    nature: of its indicator; of a stock only the day counts that it is told of.
    """
    period = (figure.last,) if nature == "stock" else (figure.first, figure.last)
    return figure.indicator, figure.sector, figure.measure, figure.counted_in, figure.place, *period


def contradict(some: Sequence[Figure], others: Sequence[Figure]) -> bool:
    """Tell whether two pages print values of one matter that cannot both be so.

    They do where no value of the one fits any of the other, results and aims each among themselves. Where the period is
    not known, or two plans are named, nothing is told.
    """
    for compared in (REACHED, AIMED):
        pairs = list(product(_of_side(some, compared), _of_side(others, compared)))
        if pairs and not any(fit(one, other) for one, other in pairs):
            return True
    return False


def told_apart(some: Sequence[Figure], others: Sequence[Figure]) -> tuple[str, str] | None:
    """Return the two statuses under which two pages print the same value, None where they agree on one."""
    for one, other in product(_known(some), _known(others)):
        if one.status == other.status or not _same(one, other):
            continue
        agreed = any(_same(one, more) and more.status == one.status for more in others)
        agreed |= any(_same(other, more) and more.status == other.status for more in some)
        if not agreed:
            return one.status, other.status
    return None


def fit(one: Figure, other: Figure) -> bool:
    """Tell whether two values can both be so: equal, or one the other rounded, or within "trên", "dưới", "khoảng"."""
    if one.assigned_by and other.assigned_by and one.assigned_by != other.assigned_by:
        return True  # of two plans
    if _same(one, other):
        return True
    mine, theirs = _bounds(one), _bounds(other)
    if mine is None or theirs is None:  # ranks, and what has no amount
        return (one.value, one.of) == (other.value, other.of)
    return mine[0] < theirs[1] and theirs[0] < mine[1]


def _same(one: Figure, other: Figure) -> bool:
    return (one.amount or one.value, one.high, one.approx) == (other.amount or other.value, other.high, other.approx)


def _known(figures: Sequence[Figure]) -> list[Figure]:
    return [one for one in figures if side(one) and one.last and "earlier" not in one.notes]


def _of_side(figures: Sequence[Figure], wanted: str) -> list[Figure]:
    return [one for one in _known(figures) if side(one) == wanted]


def _bounds(figure: Figure) -> tuple[Decimal, Decimal] | None:
    """Return between which amounts a value lies, None where it has none."""
    try:
        value, amount = Decimal(figure.value), Decimal(figure.amount)
        high = Decimal(figure.high) if figure.high else value
    except InvalidOperation:
        return None
    unit = abs(amount / value) if value else Decimal(1)  # of what it is printed in
    rounding = unit * _half_of_the_last_digit(value, exact=figure.dimension == "count" and unit == 1)
    low, high = sorted((amount, high * amount / value if value else high))
    match figure.approx:
        case ">" | ">=":
            return low - rounding, Decimal("Infinity")
        case "<" | "<=":
            return Decimal("-Infinity"), high + rounding
        case "~":
            return low - abs(low) * ABOUT, high + abs(high) * ABOUT
    return low - rounding, high + rounding


def _half_of_the_last_digit(value: Decimal, exact: bool) -> Decimal:
    """Return how far a value may be off by its rounding. exact: it was counted, and is not rounded."""
    last_digit = value.as_tuple().exponent
    return Decimal("0.25") if exact or not isinstance(last_digit, int) else Decimal(5).scaleb(last_digit - 1)
