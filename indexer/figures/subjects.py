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
from indexer.figures.unit_names import city_of_the_centre, end_of_name, is_person, name_after
from indexer.reading import Reading
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
LONGEST_THING = 60  # characters of what a province says where it is
LONGEST_PROVINCE = 30  # characters
FURTHEST_AFTER = 60  # characters after a number in which a unit may follow that it is of


@dataclass(frozen=True, slots=True)
class Subject:
    """place: slug of a province, the printed words of any other, "" if unknown. level: as in figure.py."""

    place: str = ""
    level: str = ""


UNKNOWN = Subject()
_SIGN = re.compile(r"[;:(]|(?<!\d),|,(?!\d)")
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
            after_a_unit = patterns.WORD_OF_A_UNIT.search(self.low, max(self.begin, match.start() - 12), match.start())
            if self.page.sketch.startswith(b"A", match.end()) and not after_a_unit:  # "phường Buôn Ma Thuột"
                end = self.page.name_at(match.end())
                self._add(match.start(), end, Subject(self.page.text[match.start() : end], OTHER))
        for match in patterns.UNIT.finditer(self.low, self.begin, self.at):
            self._unit(match)
        for match in patterns.COMMITTEE.finditer(self.low, self.begin, self.at):
            self._committee(match)
        self.places += reporters(self.page, self.begin, self.at, self.home)

    def _add(self, start: int, end: int, subject: Subject) -> None:
        self.places.append((start, subject))
        self.taken.append((start, end))

    def _committee(self, match: re.Match[str]) -> None:
        kind = patterns.KIND_OF_COMMITTEE[match["kind"]]
        end = end_of_name(self.page, match.end(), kind)
        if not end or is_person(self.page, match.end(), end):
            return
        if city_of_the_centre(kind, self.page.plain[match.end() : end], self.home.place):
            return
        self.taken.append((match.start(), end))
        if patterns.ACTS.match(self.low, end) or patterns.TELLS.match(self.low, end):
            self.places.append((match.start(), Subject(f"{kind} {self.page.text[match.end() : end]}", LEVELS[kind])))

    def _unit(self, match: re.Match[str]) -> None:
        kind = match["kind"].rstrip(".")
        end = end_of_name(self.page, match.end(), kind)
        if not end or any(start <= match.start() < stop for start, stop in self.taken):
            return
        if city_of_the_centre(kind, self.page.plain[match.end() : end], self.home.place):
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
            elif self.of_province and is_same_province(mention.slug, self.home.place):
                if not self._is_where_things_are(start):
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
            if patterns.OF_A_COUNTRY.search(self.low, self.begin, match.start()) and not _SIGN.search(
                self.low, match.end(), self.at
            ):  # "dự án của Ấn Độ tại Đà Nẵng có vốn …": what stands there too is of that country
                self.places.append((self.at, _NO_PLACE))
            towards = after_name and patterns.TO_A_COUNTRY.search(self.low, name, match.start())
            if towards or not self._is_compared(match.start(), match.end()):
                self.places.append((match.start(), Subject(self.page.text[match.start() : match.end()], OTHER)))
        for match in patterns.REGION.finditer(self.low, self.begin, self.at):
            if not self._is_compared(match.start(), match.end()):
                self.places.append((match.start(), Subject(self.page.text[match.start() : match.end()], REGION)))

    def home_again(self) -> None:
        if self.of_province:
            self.places += [
                (one.start(), self.home)
                for one in patterns.HOME.finditer(self.low, self.begin, self.at)
                if not self._is_where_things_are(one.start())
            ]
            city = self.home if is_a_city(self.home.place) else Subject("", DISTRICT)
            self.places += [
                (one.start(), city)
                for pattern in (patterns.CITY, patterns.BODY_OF_A_CITY)
                for one in pattern.finditer(self.low, self.begin, self.at)
                if name_after(self.page, one.end()) is None  # "của thành phố Bắc Giang"
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
        self.places += [(start, _NO_PLACE) for start in parts_of_the_party(self.page, self.begin, self.at)]
        for match in patterns.FOREIGN.finditer(self.page.plain, self.begin, self.at):
            if not is_syllable(match[0].lower()) and not name[0] <= match.start() < name[1]:
                self.places.append((match.start(), _NO_PLACE))
        for match in patterns.ONE_PERSON.finditer(self.low, self.begin, self.at):
            named = self.page.sketch.startswith(b"A", match.end())
            if named and (match.start() == self.begin or not self.page.sketch.startswith(b"A", match.start())):
                self.places.append((match.start(), _NO_PLACE))

    def _is_where_things_are(self, start: int) -> bool:
        """Whether a province only says where things are: "các khu công nghiệp trên địa bàn tỉnh"."""
        things = (patterns.THING, patterns.BOARD, patterns.PRIVATE, patterns.PART_OF_THE_PEOPLE)
        return any(
            patterns.LIES_IN.fullmatch(self.low, one.end(), start)
            for pattern in things
            for one in pattern.finditer(self.low, max(self.begin, start - LONGEST_THING), start)
        )

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
    end = end_of_name(page, match.end(), match["kind"])
    return Subject(page.text[match.start("kind") : end], LEVELS[match["kind"]]) if end else UNKNOWN


def parts_of_the_party(page: Reading, begin: int, stop: int) -> list[int]:
    """Return where party committees are named that are of an agency, the army or a group of bodies."""
    found = patterns.PART_OF_THE_PARTY.finditer(page.low, begin, stop)
    return [one.start() for one in found if not province_after(page, one.end())]  # "Đảng bộ Hà Nội" is a province's


def province_after(page: Reading, at: int) -> str:
    """Return the province whose name follows at once, "" if none does."""
    named = place_names.find_composed(page.text[at : at + LONGEST_PROVINCE])
    return named[0].slug if named and named[0].start <= 1 else ""


@cache
def is_a_city(slug: str) -> bool:
    """Whether a province is, or was at some time, a city: "toàn thành phố" is all of it."""
    return not slug or any(one.slug == slug and one.status != "tỉnh" for one in places.units())


def _is_district(name: str, home: Subject) -> bool:
    found, provinces = district_at_start(name)
    return found == name and home.place in provinces and not place_names.find_composed(name)


def _listed(low: str, begin: int, mentions: list[place_names.Mention]) -> set[place_names.Mention]:
    """Return the provinces that are told one after the other, of which a number can be of each: "Cà Mau, Bạc Liêu"."""
    joined = [
        pair for pair in pairwise(mentions) if patterns.JOINT.fullmatch(low, begin + pair[0].end, begin + pair[1].start)
    ]
    return {one for pair in joined for one in pair}


def is_same_province(slug: str, home: str) -> bool:
    """Whether a province is that of the page, by this or by another name of it; not what it was merged with."""
    return bool(home) and (slug == home or places.made_of(slug) == (home,) or places.made_of(home) == (slug,))


def reporters(page: Reading, begin: int, stop: int, home: Subject) -> list[tuple[int, Subject]]:
    """Return the districts, cities and communes whose officers report, and where they are named."""
    found = []
    for match in patterns.OFFICER.finditer(page.low, begin, stop):
        kind = (match["kind"] or patterns.KIND_OF_COMMITTEE[match["party"]]).rstrip(".")
        end = end_of_name(page, match.end(), kind)
        if not end or not patterns.REPORTS.match(page.low, end, stop) or is_person(page, match.end(), end):
            continue
        if city_of_the_centre(kind, page.plain[match.end() : end], home.place):
            continue
        word = page.text[slice(*match.span("kind"))] if match["kind"] else kind
        found.append((match.start(), Subject(f"{word} {page.text[match.end() : end]}", LEVELS[kind])))
    return found


def _is_told_aside(low: str, begin: int, start: int, at: int) -> bool:
    """Whether what stands at `start` is in brackets that close before `at`."""
    return is_in_brackets(low, begin, start) and low.find(")", start, at) >= 0
