"""What the rules look for in the whole of a page, found in one pass: where a place, a province, a paper may be named.

Each is no more than a place to look at: what stands there is for the rule to say.
"""

from functools import cache
from typing import NamedTuple

from indexer.literals import Literals
from indexer.reading import Reading
from indexer.sketch import reading
from search.domain import place_names
from search.text.document_kinds import codes_by_name

# What kind of place the words before a name call it.
PLACE_KINDS = (
    *("huyện ủy", "thị ủy", "thành ủy", "quận ủy", "huyện đoàn", "huyện", "thị xã", "thành phố", "quận", "tp", "tx"),
    *("xã", "phường"),
)
PAPER_KINDS = codes_by_name()  # papers that are cited as "Chỉ thị số 35 của Bộ Chính trị"


class Signals(NamedTuple):
    """Where words of one sort begin, ascending by their ends. provinces: with a capital there."""

    place_kinds: list[tuple[int, str]]
    paper_kinds: list[tuple[int, str]]
    provinces: list[int]


_KINDS = (*PLACE_KINDS, *PAPER_KINDS)


def look_for(page: Reading) -> Signals:
    """Return the signals of a text, found in one pass."""
    sketch = page.sketch
    found = Signals([], [], [])
    for number, start, _ in _literals().find(page.letters):
        if number < len(PLACE_KINDS):
            found.place_kinds.append((start, _KINDS[number]))
        elif number < len(_KINDS):
            found.paper_kinds.append((start, _KINDS[number]))
        elif sketch.startswith(b"A", start):
            found.provinces.append(start)
    return found


def may_open_province(name: str) -> bool:
    """Whether capitalised words (as read, in small letters, a space between) may begin with the name of a province."""
    first, _, rest = name.partition(" ")
    return first in _openings() or f"{first} {rest[:2]}" in _openings()


@cache
def _openings() -> frozenset[str]:
    return frozenset(map(reading, place_names.openings()))


@cache
def _literals() -> Literals:
    joints = [" " * length for length in range(1, place_names.LONGEST_JOINT)]  # any signs between two syllables
    provinces = dict.fromkeys(f" {joint.join(name.split(' '))}" for name in sorted(_openings()) for joint in joints)
    return Literals([*(f" {kind} " for kind in _KINDS), *provinces])
