"""Whether things stand near one another: one occurrence of each in a row, so many syllables between neighbours."""

from collections.abc import Iterable

MOST_IN_A_ROW = 8  # phrases near one another: every set of them is a state


def stand_together(occurrences: Iterable[tuple[int, int, int]], count: int, distance: int) -> bool:
    """Tell whether one occurrence of each of `count` phrases stand in a row, `distance` terms apart at most.

    occurrences: (first position, last position, which phrase), ascending. Beyond MOST_IN_A_ROW phrases, one that
    occurs again and again may be its own neighbour.
    """
    if count > MOST_IN_A_ROW:
        return _stand_in_a_chain(occurrences, count, distance)
    # The latest end of a row of these phrases so far: of all that end such a row none leaves the next more room.
    latest: dict[int, int] = {}
    every = (1 << count) - 1
    for start, end, number in occurrences:
        own = 1 << number
        for row, last in list(latest.items()):
            if not row & own and start - last - 1 <= distance:
                latest[row | own] = max(latest.get(row | own, end), end, last)
        latest[own] = max(latest.get(own, end), end)
        if every in latest:
            return True
    return False


def _stand_in_a_chain(occurrences: Iterable[tuple[int, int, int]], count: int, distance: int) -> bool:
    row: set[int] = set()
    last_end: int | None = None
    for start, end, number in occurrences:
        if last_end is not None and start - last_end - 1 > distance:
            row = set()
        row.add(number)
        last_end = end if last_end is None else max(end, last_end)
        if len(row) == count:
            return True
    return False
