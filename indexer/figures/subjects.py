"""Of which place a number speaks: the province of the page, or what the sentence names instead.

A place that something is compared with ("so với cả nước", "sau Quảng Ninh") is none that the number speaks of.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from indexer.figures import place_patterns as patterns
from indexer.figures.place_patterns import LEVELS
from indexer.figures.sentences import is_in_brackets
from indexer.reading import FIGURE, Reading
from indexer.rules.province import district_at_start
from search.domain import place_names, places
from search.text.orthography import is_syllable

PROVINCE, DISTRICT, COMMUNE, REGION, NATION, OTHER = "province", "district", "commune", "region", "nation", "other"
NATION_NAME = "cả nước"
OF_NO_PLACE = (
    patterns.SOME,
    patterns.BOARD,
    patterns.THING,
    patterns.HOUSEHOLD,
    patterns.DEPARTMENT,
    patterns.PART_OF_THE_PEOPLE,
    patterns.SPEAKER_OF_THE_NATION,
)
LONGEST_TURN = 60  # characters at the beginning of a sentence in which it may turn to another province
FURTHEST_AFTER = 60  # characters after a number in which a unit may follow that it is of


@dataclass(frozen=True, slots=True)
class Subject:
    """place: slug of a province, the printed words of any other, "" if unknown. level: as in figure.py."""

    place: str = ""
    level: str = ""


UNKNOWN = Subject()
_NO_PLACE = Subject("", OTHER)


def subject_of(
    page: Reading,
    begin: int,
    at: int,
    default: Subject,
    inherited: Subject = UNKNOWN,
    name: tuple[int, int] = (0, 0),
    home: Subject = UNKNOWN,
) -> Subject:
    """Return of which place the number at `at` speaks, in a clause that begins at `begin` (offsets into page).

    default: the place of the page; inherited: a smaller place that the paragraph has introduced. name: where the words
    that name the indicator stand ("tỷ lệ thất nghiệp khu vực thành thị" is of all of it). home: the province that
    "tỉnh" means.
    """
    home = home if default.level != PROVINCE else default
    if inherited.level == PROVINCE:  # the sentence before turned to another province: "tỉnh" now means that
        default = home = inherited
        inherited = UNKNOWN
    found = _Mentions(page, begin, at, default, inherited, home)
    found.bodies_and_units()
    found.provinces()
    found.nation_and_abroad(*name)
    found.home_again()
    found.unnamed_units()
    found.places = [one for one in found.places if not _is_told_aside(page.low, begin, one[0], at)]
    found.of_no_place(name)
    if found.places:
        return max(found.places, key=lambda one: one[0])[1]
    return inherited if inherited.level else default


class _Mentions:
    """What low[begin:at] names: places, each with where it stands; the last of them is what a number speaks of."""

    def __init__(self, page: Reading, begin: int, at: int, default: Subject, inherited: Subject, home: Subject) -> None:
        self.page, self.low, self.begin, self.at = page, page.low, begin, at
        self.default, self.inherited, self.home = default, inherited, home
        self.of_province = default.level in (PROVINCE, "")
        self.places: list[tuple[int, Subject]] = []
        self.taken: list[tuple[int, int]] = []  # spans of names that are no province's

    def bodies_and_units(self) -> None:
        for match in patterns.BODY_OR_SITE.finditer(self.low, self.begin, self.at):
            if self.page.sketch.startswith(b"A", match.end()):
                end = self.page.name_at(match.end())
                self._add(match.start(), end, Subject(self.page.text[match.start() : end], OTHER))
        for match in patterns.UNIT.finditer(self.low, self.begin, self.at):
            self._unit(match)
        for match in patterns.COMMITTEE.finditer(self.low, self.begin, self.at):
            if end := self.page.name_at(match.end()):
                self.taken.append((match.start(), end))
                if patterns.ACTS.match(self.low, end):
                    kind = patterns.KIND_OF_COMMITTEE[match["kind"]]
                    name = f"{kind} {self.page.text[match.end() : end]}"
                    self.places.append((match.start(), Subject(name, LEVELS[kind])))
        self.places += _reporters(self.page, self.begin, self.at)

    def _add(self, start: int, end: int, subject: Subject) -> None:
        self.places.append((start, subject))
        self.taken.append((start, end))

    def _unit(self, match: re.Match[str]) -> None:
        kind = match["kind"].rstrip(".")
        end = self.page.name_at(match.end()) or _numbered(self.page, match.end(), kind)
        if not end or any(start <= match.start() < stop for start, stop in self.taken):
            return
        if kind in ("thành phố", "tp") and _is_city_of_the_centre(self.page.plain[match.end() : end]):
            return
        within = (  # "xã Quang Hán, huyện Trùng Khánh": the first of them is meant
            self.taken
            and self.places
            and not self.low[self.taken[-1][1] : match.start()].strip(" ,-(")
            and self.places[-1][1].level in (COMMUNE, DISTRICT)
        )
        if not within and not self._is_compared(match.start(), end):
            self.places.append((match.start(), Subject(self.page.text[match.start() : end], LEVELS[kind])))
        self.taken.append((match.start(), end))

    def provinces(self) -> None:
        if not any(character.isupper() for character in self.page.plain[self.begin : self.at]):
            return
        mentions = place_names.find_composed(self.page.text[self.begin : self.at])
        listed = _listed(self.low, self.begin, mentions)
        for mention in mentions:
            start, end = self.begin + mention.start, self.begin + mention.end
            if any(first <= start < last for first, last in self.taken) or self._ends_address(start):
                continue
            before = self.low[max(self.begin, start - 45) : start]
            if patterns.PASSING.search(before) or self._is_compared(start, end):
                continue
            if self._ends_foreign_name(start):  # "Samsung Thái Nguyên"
                self._add(start, end, _NO_PLACE)
            elif mention in listed:
                self.places.append((start, UNKNOWN))
            elif self.of_province and _is_the_same(mention.slug, self.home.place):
                self.places.append((start, self.home))
            elif patterns.STRONG.search(before) and mention.sure:
                self.places.append((start, Subject(mention.slug, PROVINCE)))
            else:
                self.places.append((start, UNKNOWN))
            self.taken.append((start, end))
        self._bare_names()

    def _ends_address(self, start: int) -> bool:
        """Whether a province only says where a unit lies: "huyện Na Rì, tỉnh Bắc Kạn"."""
        return any(
            last <= start and not re.sub(r"tỉnh|thành phố|tp", "", self.low[last:start]).strip(" ,-(.")
            for _, last in self.taken
        )

    def _ends_foreign_name(self, start: int) -> bool:
        """Whether a name of a body that is no Vietnamese word stands right before a province, as part of one name."""
        word = re.search(r"([^\W\d_]+) $", self.low[max(self.begin, start - 20) : start])
        if word is None or is_syllable(word[1]):
            return False
        first = start - len(word[0])
        return self.page.sketch.startswith(b"Aa", first)  # and no abbreviation, as in "TP Huế", "UBND Hà Nội"

    def _bare_names(self) -> None:
        """Add districts named without "huyện", and other places: "Sa Pa đón", "vào Phú Quốc", "đến Tây Yên Tử"."""
        if not self.home.place or self.default.level in (DISTRICT, COMMUNE):
            return
        for start, end in self.page.cut(self.begin, self.at).names():
            start, end = self.begin + start, self.begin + end
            if opening := patterns.OPENING_PREPOSITION.match(self.low, start, end):
                start = opening.end()  # "Ở Lục Ngạn": one run of capitals
            if any(first < end and start < last for first, last in self.taken):
                continue
            if place_names.find_composed(self.page.plain[start:end]):
                continue
            if _is_district(self.page.plain[start:end], self.home):
                if (
                    self.page.number_at(end + 1)
                    or patterns.ACTS.match(self.low, end)
                    or patterns.TOWARDS.search(self.low, self.begin, start)
                ):
                    self.places.append((start, Subject(self.page.text[start:end], DISTRICT)))
            elif patterns.AT_A_SITE.search(self.low, self.begin, start) or patterns.RECEIVES.match(self.low, end):
                self.places.append((start, Subject(self.page.text[start:end], OTHER)))

    def nation_and_abroad(self, name: int, after_name: int) -> None:
        for match in patterns.NATION.finditer(self.low, self.begin, self.at):
            follows = after_name and match.start() >= after_name
            right_after = follows and re.fullmatch(
                r"\W*(?:năm \d{4})?\W*(?:của)?\W*", self.low[after_name : match.start()]
            )
            mean = patterns.AVERAGE.search(self.low[max(self.begin, match.start() - 25) : match.start()])
            right_before = mean and patterns.ONLY_FILLERS.match(self.low[match.end() : self.at])
            if right_after or right_before or not self._is_compared(match.start(), match.end()):
                self.places.append((match.start(), Subject(NATION_NAME, NATION)))
        for match in patterns.ABROAD.finditer(self.low, self.begin, self.at):
            if not self.page.sketch.startswith(b"A", match.start()) or self._is_of_a_name(match.start(), match.end()):
                continue
            towards = after_name and patterns.TO_A_COUNTRY.search(self.low, name, match.start())
            if towards or not self._is_compared(match.start(), match.end()):
                self.places.append((match.start(), Subject(self.page.text[match.start() : match.end()], OTHER)))
        for match in patterns.REGION.finditer(self.low, self.begin, self.at):
            if not self._is_compared(match.start(), match.end()):
                self.places.append((match.start(), Subject(self.page.text[match.start() : match.end()], REGION)))

    def home_again(self) -> None:
        if self.of_province:
            self.places += [(one.start(), self.home) for one in patterns.HOME.finditer(self.low, self.begin, self.at)]
            city = self.home if _is_a_city(self.home.place) else Subject("", DISTRICT)
            self.places += [
                (one.start(), city)
                for one in patterns.CITY.finditer(self.low, self.begin, self.at)
                if not self.page.sketch.startswith(b" A", one.end())  # "của thành phố Bắc Giang" is named
            ]
        clause = self.low[self.begin : self.at]
        if not self.of_province:  # on a page of a district
            self.places += [(self.begin + one.start(), self.home) for one in patterns.WHOLE_PROVINCE.finditer(clause)]
        if self.inherited.level:
            self.places += [(self.begin + one.start(), self.home) for one in patterns.PROVINCE_AGAIN.finditer(clause)]

    def unnamed_units(self) -> None:
        """Add "của huyện", "Xã hiện có": the unit that was named before, where one was."""
        unnamed = patterns.UNNAMED.finditer(self.low, self.begin, self.at)
        found = [(one.start(), one["kind"] or one["acting"] or one["told"]) for one in unnamed]
        clause = self.low[self.begin : self.at]
        found += [(self.begin + one.start(), one["kind"]) for one in patterns.UNNAMED_SUBJECT.finditer(clause)]
        for start, kind in found:
            level = LEVELS[kind]
            known = next((one for one in (self.inherited, self.default) if one.level == level), None)
            known = known or next((one for at, one in reversed(self.places) if at < start and one.level == level), None)
            self.places.append((start, known or Subject("", level)))

    def of_no_place(self, name: tuple[int, int]) -> None:
        """Add what is neither the province nor a named part of it: households, departments, projects."""
        for others in OF_NO_PLACE:
            found = (match.start() for match in others.finditer(self.low, self.begin, self.at))
            self.places += [(start, _NO_PLACE) for start in found if not name[0] <= start < name[1]]
        for match in patterns.FOREIGN.finditer(self.page.plain, self.begin, self.at):
            if not is_syllable(match[0].lower()) and not name[0] <= match.start() < name[1]:
                self.places.append((match.start(), _NO_PLACE))
        for match in patterns.ONE_PERSON.finditer(self.low, self.begin, self.at):
            named = self.page.sketch.startswith(b"A", match.end())
            if named and (match.start() == self.begin or not self.page.sketch.startswith(b"A", match.start())):
                self.places.append((match.start(), _NO_PLACE))

    def _is_compared(self, start: int, end: int) -> bool:
        before = self.low[max(self.begin, start - 30) : start]
        if not patterns.COMPARED.search(before):
            return False
        # "của Bắc Giang", "và Bắc Giang", "của cả nước": compared only where a number does not follow at once
        return not (
            re.search(r"(?:của|và)(?: tỉnh| thành phố)?\s*$", before) and not patterns.NATION.match(self.low, start)
        )

    def _is_of_a_name(self, start: int, end: int) -> bool:
        """Whether a country of one syllable is part of the name of a person or a place."""
        if self.low[start:end] not in patterns.ONE_SYLLABLE:
            return False
        before = self.low[max(self.begin, start - 20) : start]
        if patterns.AT_A_COUNTRY.search(before):
            return False
        previous = re.search(r"[^\W\d_]+ $", before)
        after_name = previous is not None and self.page.sketch.startswith(b"A", start - len(previous[0]))
        before_name = self.low.startswith(" ", end) and self.page.sketch.startswith(b"A", end + 1)
        return after_name or before_name or bool(patterns.TITLE_OF_A_PERSON.search(before))


def named_after(page: Reading, at: int, stop: int, home: Subject) -> Subject:
    """Return the district or commune named right after a number: "6 đảng viên tại huyện X", "du khách đến Lý Sơn"."""
    match = patterns.FOLLOWING_UNIT.match(page.low, at, min(stop, at + FURTHEST_AFTER))
    if match is None:
        bare = patterns.FOLLOWING_NAME.match(page.low, at, stop)
        end = page.name_at(bare.end()) if bare else 0
        if not bare or not end or not _is_district(page.plain[bare.end() : end], home):
            return UNKNOWN
        return Subject(page.text[bare.end() : end], DISTRICT)
    end = page.name_at(match.end()) or _numbered(page, match.end(), match["kind"])
    return Subject(page.text[match.start("kind") : end], LEVELS[match["kind"]]) if end else UNKNOWN


@cache
def _is_a_city(slug: str) -> bool:
    """Whether a province is, or was at some time, a city: "toàn thành phố" is all of it."""
    return not slug or any(one.slug == slug and one.status != "tỉnh" for one in places.units())


def _is_district(name: str, home: Subject) -> bool:
    found, provinces = district_at_start(name)
    return found == name and home.place in provinces and not place_names.find_composed(name)


def _numbered(page: Reading, at: int, kind: str) -> int:
    """Return where the number of a unit ends that has no other name ("quận 6"), 0 where it has none."""
    return page.number_at(at) if kind in patterns.NUMBERED_KINDS and page.sketch.startswith(FIGURE, at) else 0


def _listed(low: str, begin: int, mentions: list[place_names.Mention]) -> set[place_names.Mention]:
    """Return the provinces that are told one after the other, of which a number can be of each: "Cà Mau, Bạc Liêu"."""
    joined = [
        pair for pair in pairwise(mentions) if patterns.JOINT.fullmatch(low, begin + pair[0].end, begin + pair[1].start)
    ]
    return {one for pair in joined for one in pair}


def _is_the_same(slug: str, home: str) -> bool:
    """Whether a province is that of the page, by this or by another name of it; not what it was merged with."""
    return bool(home) and (slug == home or places.made_of(slug) == (home,) or places.made_of(home) == (slug,))


def _reporters(page: Reading, begin: int, stop: int) -> list[tuple[int, Subject]]:
    """Return the districts and communes whose officers report, and where they are named."""
    found = []
    for match in patterns.OFFICER.finditer(page.low, begin, stop):
        end = page.name_at(match.end())
        if not end or not patterns.REPORTS.match(page.low, end, stop):
            continue
        name = page.text[match.end() : end]
        kind = match["kind"] or patterns.KIND_OF_COMMITTEE[match["party"]]
        if kind == "thành phố" and _is_city_of_the_centre(page.plain[match.end() : end]):
            continue
        found.append((match.start(), Subject(f"{kind} {name}", LEVELS[kind])))
    return found


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
    if _is_a_city(home.place) and patterns.CITY.search(page.low, begin, stop):
        return True
    return any(one.slug == home.place for one in place_names.find_composed(page.text[begin:stop]))


def names_a_smaller_body(low: str, begin: int, stop: int) -> bool:
    """Whether a sentence tells of the council or the administration of a district or a commune."""
    return bool(patterns.SMALLER_BODY.search(low, begin, stop))


def names_its_bodies(low: str, begin: int, stop: int) -> bool:
    """Whether a sentence tells of the committee, the council or the administration of a province."""
    return bool(patterns.OF_THE_PROVINCE.search(low, begin, stop))


def _is_told_aside(low: str, begin: int, start: int, at: int) -> bool:
    """Whether what stands at `start` is in brackets that close before `at`."""
    return is_in_brackets(low, begin, start) and low.find(")", start, at) >= 0


def _is_city_of_the_centre(name: str) -> bool:
    found = place_names.find_composed(name)
    unit = places.unit(found[0].slug) if found and found[0].start == 0 else None
    return unit is not None and unit.status != "tỉnh"


def of_title(title: Reading) -> Subject:
    """Return the district or commune that a title is about, UNKNOWN if none."""
    match = patterns.IN_TITLE.search(title.low)
    if match is None or not (end := title.name_at(match.end())):
        return UNKNOWN
    before = title.low[: match.start()]
    if patterns.ONLY_VISITED.search(before) and not patterns.WORKS_WITH.search(before):
        return UNKNOWN
    kind = match["kind"] or patterns.KIND_OF_COMMITTEE[match["party"]]
    if kind == "thành phố" and _is_city_of_the_centre(title.plain[match.end() : end]):
        return UNKNOWN
    if match["kind"]:
        return Subject(title.text[match.start("kind") : end], LEVELS[kind])
    return Subject(f"{kind} {title.text[match.end() : end]}", LEVELS[kind])


def turned_to(page: Reading, begin: int, stop: int, home: Subject) -> Subject:
    """Return the other province that a sentence turns to, and the next ones with it: "Tại Bắc Kạn, …"."""
    first = next(iter(place_names.find_composed(page.text[begin : min(stop, begin + LONGEST_TURN)])), None)
    if first is None or _is_the_same(first.slug, home.place):
        return UNKNOWN
    turns = patterns.TURNS_TO.fullmatch(page.low, begin, begin + first.start)
    return Subject(first.slug, PROVINCE) if turns and first.sure else UNKNOWN


def introduced(page: Reading, begin: int, stop: int) -> Subject:
    """Return the district or commune that a sentence sets in as what the next ones are about."""
    if reporters := _reporters(page, begin, stop):
        return reporters[-1][1]
    if told := patterns.TOLD_WHAT_IT_IS.search(page.low, begin, stop):
        name = next((span for span in page.cut(begin, stop).names() if begin + span[1] == told.start()), None)
        if name:
            return Subject(page.text[begin + name[0] : begin + name[1]], LEVELS[told["kind"]])
    for match in patterns.INTRODUCED.finditer(page.low, begin, stop):
        end = page.name_at(match.end())
        if end and (match["met"] or patterns.GOES_ON.match(page.low, end)):
            return Subject(page.text[match.start("kind") : end], LEVELS[match["kind"]])
    return UNKNOWN
