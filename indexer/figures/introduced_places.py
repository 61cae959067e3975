"""What titles and earlier sentences are about: the place that they set in, and whether they speak of the province."""

from collections.abc import Iterator

from indexer.figures import place_patterns as patterns
from indexer.figures.place_patterns import LEVELS
from indexer.figures.subjects import (
    PROVINCE,
    UNKNOWN,
    Subject,
    is_a_city,
    is_same_province,
    parts_of_the_party,
    province_after,
    reporters,
)
from indexer.figures.unit_names import city_of_the_centre, end_of_name, is_person, name_after
from indexer.reading import Reading
from search.domain import place_names

LONGEST_TURN = 60  # characters at the beginning of a sentence in which it may turn to another province


def names_the_nation(low: str, begin: int, stop: int) -> bool:
    """Whether a sentence speaks of the bodies of the nation, or of all of it."""
    for match in patterns.OF_THE_NATION.finditer(low, begin, stop):
        if not patterns.COMPARED.search(low[max(begin, match.start() - 30) : match.start()]):  # "thứ nhất cả nước"
            return True
    return False


def names_home(page: Reading, begin: int, stop: int, home: Subject) -> bool:
    """Whether a sentence speaks of a province."""
    if patterns.HOME.search(page.low, begin, stop):
        return True
    if is_a_city(home.place) and patterns.CITY.search(page.low, begin, stop):
        return True
    return any(one.slug == home.place for one in place_names.find_composed(page.text[begin:stop]))


def names_its_bodies(page: Reading, begin: int, stop: int, home: Subject) -> bool:
    """Whether a sentence tells of the committee, the council or the administration of the province."""
    return True in _bodies(page, begin, stop, home)


def names_another_body(page: Reading, begin: int, stop: int, home: Subject) -> bool:
    """Whether a sentence tells of such a body of any other place: of a district, city, commune or another province."""
    return bool(patterns.SMALLER_BODY.search(page.low, begin, stop)) or False in _bodies(page, begin, stop, home)


def _bodies(page: Reading, begin: int, stop: int, home: Subject) -> Iterator[bool]:
    """Yield for each body of a province or a city that a sentence names whether it is this province's."""
    for match in patterns.OF_THE_PROVINCE.finditer(page.low, begin, stop):
        named = province_after(page, match.end())
        yield not named or is_same_province(named, home.place)
    for match in patterns.BODY_OF_A_CITY.finditer(page.low, begin, stop):
        name = name_after(page, match.end())
        if name is None:
            yield is_a_city(home.place)
        else:
            city = city_of_the_centre("thành phố", page.plain[slice(*name)], home.place)
            yield bool(city) and is_same_province(city, home.place)


def names_another_province(page: Reading, begin: int, stop: int, home: Subject) -> bool:
    """Whether a sentence names provinces, and none of them is the page's."""
    named = place_names.find_composed(page.text[begin:stop])
    return bool(named) and not any(is_same_province(one.slug, home.place) for one in named)


def of_title(title: Reading, home: Subject) -> Subject:
    """Return the district, city or commune that a title is about, UNKNOWN if none."""
    match = patterns.IN_TITLE.search(title.low)
    if match is None:
        return UNKNOWN
    kind = match["kind"] or match["city"] or patterns.KIND_OF_COMMITTEE[match["party"]]
    end = end_of_name(title, match.end(), kind)
    if not end or is_person(title, match.end(), end):
        return UNKNOWN
    before = title.low[: match.start()]
    if patterns.ONLY_VISITED.search(before) and not patterns.WORKS_WITH.search(before):
        return UNKNOWN
    if city_of_the_centre(kind, title.plain[match.end() : end], home.place):
        return UNKNOWN
    word = kind if match["party"] else title.text[slice(*match.span("kind" if match["kind"] else "city"))]
    return Subject(f"{word} {title.text[match.end() : end]}", LEVELS[kind.rstrip(".")])


def is_of_part_of_the_party(title: Reading) -> bool:
    """Whether a title is about the party committee of an agency, of the army, of a group of bodies."""
    found = parts_of_the_party(title, 0, len(title.low))
    return bool(found) and not patterns.ONLY_VISITED.search(title.low[: found[0]])


def is_of_an_association(title: Reading, opening: Reading) -> bool:
    """Whether a page reports the congress of an association."""
    return any("đại hội" in part.low and patterns.ASSOCIATION.search(part.low) for part in (title, opening))


def turned_to(page: Reading, begin: int, stop: int, home: Subject) -> Subject:
    """Return the other province that a sentence turns to, and the next ones with it: "Tại Bắc Kạn, …"."""
    first = next(iter(place_names.find_composed(page.text[begin : min(stop, begin + LONGEST_TURN)])), None)
    if first is None or is_same_province(first.slug, home.place):
        return UNKNOWN
    turns = patterns.TURNS_TO.fullmatch(page.low, begin, begin + first.start)
    return Subject(first.slug, PROVINCE) if turns and first.sure else UNKNOWN


def introduced(page: Reading, begin: int, stop: int, home: Subject) -> Subject:
    """Return the district, city or commune that a sentence sets in as what the next ones are about."""
    if found := reporters(page, begin, stop, home):
        return found[-1][1]
    if told := patterns.TOLD_WHAT_IT_IS.search(page.low, begin, stop):
        name = next((span for span in page.cut(begin, stop).names() if begin + span[1] == told.start()), None)
        if name:
            return Subject(page.text[begin + name[0] : begin + name[1]], LEVELS[told["kind"]])
    for match in patterns.INTRODUCED.finditer(page.low, begin, stop):
        kind = match["kind"].rstrip(".")
        end = end_of_name(page, match.end(), kind)
        if city_of_the_centre(kind, page.plain[match.end() : end], home.place):
            continue
        if end and (match["met"] or patterns.GOES_ON.match(page.low, end)):
            return Subject(page.text[match.start("kind") : end], LEVELS[kind])
    return UNKNOWN
