"""The names of districts, cities, communes and wards in a text: where they end, and which city is itself a province."""

import re

from indexer.figures.numbers import unit_at
from indexer.reading import FIGURE, Reading
from indexer.rules.province import district_at_start
from search.domain import place_names, places

NUMBERED_KINDS = ("quận", "phường", "xã")  # a number may be their whole name: "quận 6"
CITIES = ("thành phố", "tp")
FEWEST_OF_A_PERSON = 3  # syllables of a name that is a person's by its first
_NUMBER_AFTER = re.compile(r"(?:\s+số)?\s+(?P<number>\d{1,2})(?![\d.,/%-]*\d)(?!\w)")
_NUMBERED = re.compile(r"(?:khóa|lần|nhiệm kỳ)(?!\w)")
_NUMBER_ALONE = re.compile(r"(?:số\s+)?(?P<number>\d{1,2})(?![\d.,/%-]*\d)(?!\w)")


def end_of_name(page: Reading, at: int, kind: str) -> int:
    """Return where the name of a unit ends that begins at `at`, 0 where none does.

    A number is part of it unless it counts something: "xã Sơn Mai 2", "phường 12", "xã số 3", but "xã Tân Lập 12 hộ".
    """
    end = page.name_at(at)
    if not end and not (kind in NUMBERED_KINDS and page.sketch.startswith((FIGURE, b"a"), at)):
        return 0
    number = _NUMBER_AFTER.match(page.low, end) if end else _NUMBER_ALONE.match(page.low, at)
    if number is None or unit_at(page.low, number.end())[1]:
        return end
    return number.end()


def is_person(page: Reading, start: int, end: int) -> bool:
    """Whether a name after the word for a committee is a person's: "Bí thư Huyện ủy Trần Văn An"."""
    name = page.plain[start:end]
    first, *others = name.lower().split()
    if len(others) + 1 < FEWEST_OF_A_PERSON or first not in place_names.SURNAMES:
        return False
    return district_at_start(name)[0] != name


def name_after(page: Reading, at: int) -> tuple[int, int] | None:
    """Return where the name stands that follows a body of a city, on its line; None where a person's or none does.

    "HĐND thành phố Khóa XVI" tells which council it is, and no name.
    """
    start, follows = at + 1, page.text[at : at + 1]
    is_joined = follows == "." and page.low.endswith("tp", 0, at)  # "TP.Hà Nội"
    end = page.name_at(start) if is_joined or (follows.isspace() and follows != "\n") else 0
    if not end or is_person(page, start, end) or _NUMBERED.match(page.low, start):
        return None
    return start, end


def city_of_the_centre(kind: str, name: str, home: str) -> str:
    """Return the province that a city of this name is, "" where it is a city within one, or no city.

    home: slug of the province that the page is of: "Huế" is within Thừa Thiên Huế as long as that was a province.
    """
    found = place_names.find_composed(f"thành phố {name}") if kind.rstrip(".") in CITIES else []
    if not found or found[0].start > len("thành phố "):
        return ""
    unit = places.unit(found[0].slug)
    return found[0].slug if unit is not None and unit.status != "tỉnh" and unit.made_of != (home,) else ""
