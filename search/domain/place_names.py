"""Names of provinces in texts and queries: which there are, and where one stands (province_names.csv)."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from search.domain import places
from search.errors import BadRequest
from search.text.normalization import parts
from search.text.orthography import INVISIBLE, MARKS, forms, spellings

NAMES_FILE = Path(__file__).with_name("province_names.csv")
# Longer names that contain a province's name without meaning it.
OTHER_NAMES = ("Thái Bình Dương", "Hải Dương học", "Đại Tây Dương", "Hà Nam Trung Quốc", "Quảng Bình Quan")
COMMON_WORDS = frozenset({"hoa-binh", "hai-duong", "binh-dinh"})  # hòa bình is peace: lower-case proves nothing
NEEDS_CITY = frozenset({"ho-chi-minh"})  # the bare name is the person, his thought, a road, an academy, …
# A name right after one of these is a smaller place (xã Hòa Bình) or a person (Nguyễn Hòa Bình).
_SMALLER = "xã phường trấn huyện quận thôn bản ấp xóm làng buôn khóm phố đường cầu chợ"
_SURNAMES = (
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh trương đoàn lương tạ mai đào tô "
    "phùng chu châu tống thái quách cao văn thị"
)
SMALLER, SURNAMES = frozenset(_SMALLER.split()), frozenset(_SURNAMES.split())
CITY_WORDS = frozenset({"phố", "tp", "ủy"})
LONGEST_JOINT = 8  # characters between two syllables of a name and the beginning of the second
LONGEST_NAME = 48  # characters; the longest spelling has 27
_WORD = re.compile(r"[^\W_]+")
_TWO_WORDS = re.compile(rf"[^\W_]+(?:[\W_]{{1,{LONGEST_JOINT - 1}}}[^\W_]+)?")
_HYPHENS = "-‑"
_CLUSTER = re.compile(r".[\u0300-\u036f]*", re.DOTALL)
# All before is taken in first: the last word is what the regex engine then comes to first.
_WORD_BEFORE = re.compile(r"(?s:.*)(?<![^\W\d_])([^\W\d_]+)(?:[.]?[\s\u00a0]+|[.])$")
_CITY_BEFORE = re.compile(r"(?:thành phố|tp)[.]?[\s\u00a0]*$", re.IGNORECASE)
_JOINT = re.compile(r"[\s\u00a0]*[-–—‑.]?[\s\u00a0]*")  # what may stand between two syllables of one name


@dataclass(frozen=True, slots=True)
class Names:
    """How a unit is called besides its name. credits: agency codes before the first sentence; hosts: labels in URLs."""

    aliases: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


class Mention(NamedTuple):
    """A province named in a text, text[start:end]. sure: False where the words may well mean something else."""

    slug: str
    start: int
    end: int
    sure: bool = True


@cache
def names() -> dict[str, Names]:
    """Return the further names by slug."""
    with NAMES_FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["slug"]: Names(
                _listed(row["aliases"]), _listed(row["nicknames"]), _listed(row["credits"]), tuple(row["hosts"].split())
            )
            for row in csv.DictReader(file)
        }


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, cell.split(";"))))


def require_slug(slug: str, parameter: str) -> str:
    """Return slug. Raises BadRequest, which proposes near ones, where there is no such unit."""
    if slug in places.known_slugs():
        return slug
    found = named(slug)
    if found:
        raise BadRequest(
            '{name}: "{value}" is a name; write its slug "{slug}"',
            parameter,
            code="province-is-a-name",
            name=parameter,
            value=slug,
            slug=found.slug,
        )
    from difflib import get_close_matches

    near = get_close_matches(slug, sorted(places.known_slugs()), n=3) or ["bac-giang", "ha-noi"]
    raise BadRequest(
        '{name}: no province "{value}"; expected a slug such as {near} '
        "(undotted name with hyphens, search/domain/provinces.csv)",
        parameter,
        code="no-such-province",
        name=parameter,
        value=slug,
        near=", ".join(near),
    )


def named(name: str, date: str = "") -> places.Unit | None:
    """Return the unit that a name (any spelling, alias, unaccented) means on a date; None where it means none then."""
    for period in places.units_on(date) if date else places.units():
        if period.name == name:
            return period if date else places.unit(period.slug)
    found = [mention for mention in find(name, typed=True) if mention.end - mention.start >= len(name.strip()) - 12]
    if len(found) != 1:
        return None
    return places.unit(places.as_of(found[0].slug, date), date)


def find(text: str, typed: bool = False) -> list[Mention]:
    """Return the provinces named in text, in order, with code-point offsets into text as given.

    typed: for what a user typed; names may then be in lower case or without diacritics, and nicknames count too.
    """
    if unicodedata.is_normalized("NFC", text):
        return _found(text, typed)
    composed, origins = _composed(text)  # as far as letters of names go: some signs of other scripts stay as they are
    return [Mention(m.slug, origins[m.start], origins[m.end], m.sure) for m in _found(composed, typed)]


def find_composed(text: str, starts: Iterable[int] | None = None) -> list[Mention]:
    """Return what `find` returns, of a text known to be NFC.

    starts: where a name may begin, ascending, where that is known; else everywhere.
    """
    return _found(text, False, starts)


def _found(text: str, typed: bool, starts: Iterable[int] | None = None) -> list[Mention]:
    if starts is None:
        capitalised = (word for word in _WORD.finditer(text) if typed or word[0][0].isupper())
        starts = (word.start() for word in capitalised if _candidates(word[0], typed))
    found: list[Mention] = []
    end = 0
    for start in starts:
        if start < end:
            continue
        two = _TWO_WORDS.match(text, start)
        count = _syllables_at_most(two[0], typed) if two else 0
        if not count:
            continue
        words = _words(count).match(text, start, start + LONGEST_NAME)
        stretch = words[0] if words else text[start : start + LONGEST_NAME]
        named = _longest(stretch, start > 0 and text[start - 1] in _HYPHENS, typed)
        if not named:
            continue
        slug, length, sure = named
        end = start + length
        mention = Mention(slug, start, end, sure)
        if slug and not _is_other(text, mention, typed):
            found.append(_with_city(text, mention) if slug in NEEDS_CITY else mention)
    return found


def _composed(text: str) -> tuple[str, list[int]]:
    """Return text in NFC and, for each of its positions (and its end), the offset in the text given."""
    composed, origins = "", []
    for cluster in _CLUSTER.finditer(text):
        letters = unicodedata.normalize("NFC", cluster[0])
        composed += letters
        origins += [cluster.start()] * len(letters)
    return composed, [*origins, len(text)]


@lru_cache(maxsize=16384)  # texts name the same places over and over
def _longest(stretch: str, after_hyphen: bool, typed: bool) -> tuple[str, int, bool] | None:
    """Return (slug, length, sure) of the longest name that a stretch of text begins with; None if it does with none."""
    tokens = parts(stretch)
    for syllables, slug in _near(*_first_two(stretch, 0), typed):
        span = tokens[: len(syllables)]
        if tuple(token.norm for token in span) != syllables:
            continue
        if any(not _JOINT.fullmatch(stretch, a.end, b.start) for a, b in pairwise(span)):
            continue
        hyphens = (after_hyphen, *(stretch[token.start - 1] in _HYPHENS for token in span[1:]))
        capitals = all(stretch[token.start].isupper() or hyphen for token, hyphen in zip(span, hyphens, strict=True))
        end = span[-1].end
        if capitals or typed:
            return slug, end, capitals or not (slug in COMMON_WORDS or stretch[:end] == "hue")
    return None


def _first_two(text: str, start: int) -> tuple[str, str]:
    """Return the word that begins at start and the one that follows it closely, as far as they are read; or ""."""
    word = _WORD.match(text, start)
    following = _WORD.search(text, word.end(), word.end() + LONGEST_JOINT) if word else None
    return word[0] if word else "", following[0] if following else ""


def _is_other(text: str, mention: Mention, typed: bool) -> bool:
    """Whether the name is part of another one: xã Hòa Bình, Nguyễn Hòa Bình, tư tưởng Hồ Chí Minh."""
    near = text[max(0, mention.start - 12) : mention.start]
    before = _WORD_BEFORE.match(near)
    printed, at = (before[1], before.start(1)) if before else ("", 0)
    word = forms(printed)[0] if printed else ""
    if mention.slug in NEEDS_CITY and text[mention.start : mention.end].count(" ") == 2 and not typed:
        return word not in CITY_WORDS
    if word == "phố":
        begin = mention.start - len(near) + at
        if text[max(0, begin - 6) : begin].lower().strip() == "thành":
            return False
    return word in SMALLER or (word in SURNAMES and (typed or printed[0].isupper()))


def _with_city(text: str, mention: Mention) -> Mention:
    city = _CITY_BEFORE.search(text, max(0, mention.start - 12), mention.start)
    bare = not city and text[mention.start : mention.end].count(" ") == 2
    return Mention(mention.slug, city.start() if city else mention.start, mention.end, mention.sure and not bare)


@cache
def openings() -> frozenset[str]:
    """Return how names begin in print, in small letters: "bắc gi", "huế"; of a second syllable the first two letters.

    Between two syllables there may be fewer than LONGEST_JOINT characters of any kind.
    """
    found: set[str] = set()
    for candidates in _lookup(typed=False).values():
        for syllables, _ in candidates:
            seconds = {f" {word[:2]}" for word in spellings(syllables[1])} if len(syllables) > 1 else {""}
            found.update(first + second for first in spellings(syllables[0]) for second in seconds)
    return frozenset(found)


@cache
def _words(number: int) -> re.Pattern[str]:
    """Return the pattern of so many words: no name is looked for beyond."""
    word, gap = f"[\\w{MARKS}{INVISIBLE}]+", f"[^\\w{MARKS}{INVISIBLE}]+"
    return re.compile(f"{word}(?:{gap}{word}){{{number - 1}}}")


@lru_cache(maxsize=8192)  # texts repeat the same few thousand capitalised words
def _candidates(word: str, typed: bool) -> list[tuple[tuple[str, ...], str]]:
    """Return [(syllables, slug)] of the names that begin with a word, longest first."""
    return _lookup(typed).get(forms(word)[0], [])


@lru_cache(maxsize=16384)
def _near(word: str, following: str, typed: bool) -> list[tuple[tuple[str, ...], str]]:
    """Return those of _candidates whose second syllable can be `following`, read no further than LONGEST_JOINT."""
    second = forms(following)[0][:2] if following else ""
    return [one for one in _candidates(word, typed) if len(one[0]) == 1 or one[0][1][:2] == second]


@lru_cache(maxsize=16384)
def _syllables_at_most(two_words: str, typed: bool) -> int:
    """Return how many syllables the longest name has that two words can open; 0 where they open none."""
    near = _near(*_first_two(two_words, 0), typed)
    return len(near[0][0]) if near else 0


@cache
def _lookup(typed: bool) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Return first syllable → [(syllables, slug)], longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    seen: set[tuple[str, ...]] = set()
    for slug, name in _spellings(typed):
        spelled = [tuple(token.norm for token in parts(name))]
        if typed:
            spelled.append(tuple(token.folded for token in parts(name)))
        for syllables in spelled:
            if syllables not in seen:
                seen.add(syllables)
                found.setdefault(syllables[0], []).append((syllables, slug))
    for candidates in found.values():
        candidates.sort(key=lambda candidate: -len(candidate[0]))
    return found


def _spellings(typed: bool) -> Iterator[tuple[str, str]]:
    for slug in sorted(places.known_slugs()):
        last = places.unit(slug)
        if last and (" - " not in last.name or last.until >= places.REFORM):
            yield slug, last.name  # "Quảng Nam - Đà Nẵng" are two places since 1997
    for slug, more in names().items():
        for name in more.aliases + (more.nicknames if typed else ()):
            yield slug, name
    for name in OTHER_NAMES:
        yield "", name
