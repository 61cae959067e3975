"""What was told as an estimate and later as it came out, or estimated anew: the earlier figures, in order.

Two results that differ are no revision: they disagree, and stand beside each other.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from search.figures.statements import Statement


def with_revisions(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements, each with the earlier estimates that it revises (oldest first), in the same order."""
    by_matter: defaultdict[tuple[str, ...], list[Statement]] = defaultdict(list)
    for one in statements:
        if matter := _matter(one):
            by_matter[matter].append(one)
    found: dict[str, tuple[Statement, ...]] = {}
    for group in by_matter.values():
        if not any(one.figure.status == "estimate" for one in group):
            continue
        group.sort(key=lambda one: (_day(one), one.id))
        for number, one in enumerate(group):
            earlier = [e for e in group[:number] if e.figure.status == "estimate" and _day(e) < _day(one)]
            if changed := tuple(e for e in earlier if e.figure.amount != one.figure.amount):
                found[one.id] = changed
    return [replace(one, revises=found[one.id]) if one.id in found else one for one in statements]


def _matter(statement: Statement) -> tuple[str, ...]:
    """Return what is measured, () where period, place or day are not known, or where it is no result or estimate."""
    f = statement.figure
    known = f.period and f.place and f.amount and _day(statement) and not f.high and "earlier" not in f.notes
    return statement.slot[:-1] if known and f.status in ("result", "estimate") else ()


def _day(statement: Statement) -> str:
    """Return the first full day on which it was stated."""
    return min((one.day for one in statement.witnesses if len(one.day) == 10), default="")
