"""Who speaks in a sentence: a name, a role that one person on the page has, or "đồng chí", "ông", "bà" said again.

Nobody is guessed: where two people could be meant, nobody is.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from indexer.letters import CAPITALS
from indexer.reading import Reading
from indexer.rules.people import PersonMention
from search.domain import place_names

LONGEST_NAME, SHORTEST_NAME = 5, 2  # syllables of a name printed in full

_MALE, _FEMALE = ("ông", "anh"), ("bà", "chị")
TITLES = ("đồng chí", "đ/c", *_MALE, *_FEMALE)
_TITLE_AT_END = re.compile(rf"(?<![^\W_])({'|'.join(TITLES)})\s*$")
_AGAIN = re.compile(rf"(?<![^\W_])({'|'.join(TITLES)})(?:\s(?:này|ấy))?\s*$")
_SPLIT_ROLES = re.compile(r"\s*[,;\n]\s*|\s-\s")
_TRAILING_NAME = re.compile(rf"(?:\s(?:[{CAPITALS}][^\W_]*))+$")
_ABBREVIATED = (
    ("ủy ban nhân dân", "ubnd"), ("hội đồng nhân dân", "hđnd"), ("ủy ban mặt trận tổ quốc", "ủy ban mttq"),
    ("ban chấp hành", "bch"), ("ban thường vụ", "btv"), ("thành phố", "tp"),
)  # fmt: skip
# Offices that are called by their first word alone when they were named in full before.
_CALLED_SHORT = ("tổng bí thư", "phó thủ tướng", "thủ tướng", "bộ trưởng", "thứ trưởng")
_ROLE_HEAD = re.compile(
    r"(?:nguyên |quyền |là )?(?:ủy viên|bí thư|phó|trưởng|chủ|giám đốc|tổng|đại biểu|chánh|thành viên|tỉnh ủy|thành ủy|"
    r"huyện ủy|thường|cục|vụ|viện|hiệu|thiếu|trung|đại|thượng|chính|bộ|thứ|thủ|chỉ huy|đoàn|đảng|phụ trách|kiêm|người)"
)
# Offices that one person holds at a time; of deputies, voters, farmers there are many.
_OFFICE = re.compile(
    r"(?:nguyên |quyền )?(?:phó |thường trực |tổng )*(?:bí thư|chủ tịch|giám đốc|trưởng|chủ nhiệm|chánh|viện trưởng|"
    r"cục trưởng|vụ trưởng|chỉ huy|tư lệnh|chính ủy|hiệu trưởng|tổng biên tập|thủ tướng|bộ trưởng|thứ trưởng)"
)
# What a person does besides speaking, where people_in took it for a part of the roles.
_DOES = "kiểm tra|khảo sát|họp|tiếp|thăm|gặp|xin|phấn khởi|thẳng thắn|vui mừng|xúc động"
_NOT_BEFORE_ROLE = re.compile(r"(?<![^\W_])(?:nguyên|phó|quyền|tân|cựu|các|là|chức|bầu|làm)\s+$")
_MIDDLE = ("văn", "thị")
# First syllables of offices: what follows a title and begins so is no name.
_OFFICES = frozenset(
    ("ban", "bí", "trưởng", "chủ", "phó", "ủy", "hội", "sở", "đảng", "tỉnh", "huyện", "giám", "chánh", "thường", "cục")
)


@cache
def verbs() -> dict[str, str]:
    """Return the verbs of speech, each with how it takes what is said (quote_verbs.tsv)."""
    lines = Path(__file__).with_name("quote_verbs.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


@dataclass(frozen=True, slots=True)
class Mention:
    """A naming at [start:end] with the title and the roles around it. name: "" where the role is of several people."""

    name: str
    role: str
    start: int
    end: int


class Speakers:
    """All that a page calls by name or role, to be asked who a sentence is about."""

    def __init__(self, page: Reading, people: Sequence[PersonMention], titles: Sequence[tuple[int, str]]) -> None:
        """titles: where the page has one of TITLES, and which."""
        self._page = page
        self._roles: dict[str, str] = {}  # name → roles where it is printed with them first
        self._known: dict[str, str] = {}  # name in lower case → name
        self._titles: dict[str, set[str]] = {}
        for person in people:
            self._roles.setdefault(person.name, _roles_alone(person.roles))
            self._known.setdefault(person.name.lower(), person.name)
        named = {person.start: self._with_roles(person) for person in people}
        for mention in [*self._named_again(named), *self._introduced(titles)]:
            named.setdefault(mention.start, mention)
        self._holders = self._holders_of_roles()
        mentions = {mention.end: mention for mention in sorted(named.values(), key=lambda one: one.start, reverse=True)}
        for mention in self._by_role(sorted(mentions.values(), key=lambda one: one.start)):
            mentions.setdefault(mention.end, mention)
        self.mentions = sorted(mentions.values(), key=lambda one: (one.start, one.end))
        self._starts = [mention.start for mention in self.mentions]

    def between(self, start: int, end: int) -> list[Mention]:
        """Return the mentions that begin in [start:end], in order."""
        return self.mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def said_again(self, start: int, end: int) -> tuple[str, int]:
        """Return (title, its start) where page[start:end] ends with "đồng chí", "ông", …; else ("", end)."""
        found = _AGAIN.search(self._page.low, max(start, end - 16), end)
        return (found[1], found.start()) if found else ("", end)

    def fits(self, name: str, title: str) -> bool:
        """Whether a person may be called by a title: not a woman "ông", not somebody "bà" who is "ông" elsewhere."""
        called = self._titles.get(name, set())
        if title in _MALE:
            return not called & set(_FEMALE) and " Thị " not in name
        return title not in _FEMALE or not called & set(_MALE)

    def role_of(self, name: str) -> str:
        """Return the roles that a name is printed with first; "" where it never is."""
        return self._roles.get(name, "")

    def _with_roles(self, person: PersonMention) -> Mention:
        printed = _roles_alone(person.roles).removeprefix("đại biểu, ")  # "Trả lời đại biểu, Giám đốc …"
        low, start, end, roles = self._page.low, person.start, person.end, printed.lower()
        if roles and low[:start].rstrip(" ,-").endswith(roles):
            start = low.rindex(roles, 0, start)
        elif roles:
            after = low.find(roles, end, end + len(roles) + 30)
            end = after + len(roles) if after >= 0 else end
        return Mention(person.name, printed, self._with_title(person.name, start, person.start), end)

    def _with_title(self, name: str, start: int, name_start: int) -> int:
        for end in (name_start, start):  # "Chủ tịch xã, ông X"; "đồng chí Bí thư X"
            title = _TITLE_AT_END.search(self._page.low, max(0, end - 12), end)
            if title:
                self._titles.setdefault(name, set()).add(title[1])
                start = min(start, title.start())
        return start

    def _named_again(self, taken: dict[int, Mention]) -> Iterator[Mention]:
        """Yield the namings without roles of those who are named with them elsewhere."""
        low, spans = self._page.low, {one.end for one in taken.values()}
        for name, printed in self._known.items():
            for at in _places_of(name, low):
                end = at + len(name)
                if not any(one.start <= at < one.end for one in taken.values() if one.name == printed) and (
                    end not in spans
                ):
                    yield Mention(printed, self._roles[printed], self._with_title(printed, at, at), end)

    def _introduced(self, titles: Sequence[tuple[int, str]]) -> Iterator[Mention]:
        """Yield those whom a title introduces: a name in full without a role, or the last syllables of a known one."""
        low, plain = self._page.low, self._page.plain
        for start, title in titles:
            at = start + len(title) + 1
            end = self._page.name_at(at)
            syllables = low[at:end].split(" ") if end else []
            if not syllables or syllables[0] in _OFFICES:
                continue
            whole = " ".join(syllables)
            if whole in self._known:
                continue
            meant = {name for known, name in self._known.items() if known.endswith(f" {whole}")}
            name = meant.pop() if len(meant) == 1 else ""
            if not name and not meant and SHORTEST_NAME < len(syllables) <= LONGEST_NAME:
                is_name = syllables[0] in place_names.SURNAMES or syllables[1] in _MIDDLE
                name = plain[at:end] if is_name else ""
            if name:
                self._titles.setdefault(name, set()).add(title)
                self._known.setdefault(name.lower(), name)
                self._roles.setdefault(name, "")
            yield Mention(name, self._roles.get(name, ""), start, end)

    def _holders_of_roles(self) -> dict[str, set[str]]:
        holders: dict[str, set[str]] = {}
        for name, roles in self._roles.items():
            for role in _called_by(roles):
                holders.setdefault(role, set()).add(name)
        return holders

    def _by_role(self, named: Sequence[Mention]) -> Iterator[Mention]:
        """Yield the namings by role alone."""
        low = self._page.low
        starts = [mention.start for mention in named]
        for role, names in self._holders.items():
            for at in _places_of(role, low):
                near = named[max(0, bisect_left(starts, at) - 3) : bisect_left(starts, at) + 1]
                if any(one.start <= at < one.end for one in near) or _NOT_BEFORE_ROLE.search(low, max(0, at - 8), at):
                    continue
                title = _TITLE_AT_END.search(low, max(0, at - 12), at)
                name = next(iter(names)) if len(names) == 1 else ""
                printed = self._page.text[at : at + len(role)]
                yield Mention(name, printed, title.start() if title else at, at + len(role))


@cache
def _no_role() -> re.Pattern[str]:
    """Return a pattern of what is done; in small letters, because Ủy ban Kiểm tra is an office."""
    return re.compile(rf"\s(?:{_DOES}|{'|'.join(verbs())})(?![^\W_])")


def _roles_alone(roles: str) -> str:
    """Return roles as printed up to where something else follows after them."""
    parts: list[str] = []
    for part in roles.split(", "):
        done = _no_role().search(part)
        if parts and not _ROLE_HEAD.match(part.lower()):
            break
        parts.append(part[: done.start()] if done else part)
        if done:
            break
    return ", ".join(parts).strip(" ,-")


@lru_cache(maxsize=16384)  # the same offices come again and again
def _called_by(roles: str) -> frozenset[str]:
    """Return how somebody with these roles may be called by an office alone, in lower case."""
    found: set[str] = set()
    for printed in _SPLIT_ROLES.split(roles):
        whole = printed.lower().strip()
        short = _TRAILING_NAME.sub("", printed).lower().strip() if whole.count(" ") > 2 else whole
        called = [office for office in _CALLED_SHORT if whole.startswith(f"{office} ")]
        found |= {*_variants(whole), *_variants(short), *called[:1]}
    return frozenset(role for role in found if " " in role and _OFFICE.match(role))


def _variants(role: str) -> set[str]:
    """Return a role with its bodies abbreviated and in full."""
    found = {role}
    for long, short in _ABBREVIATED:
        found |= {one.replace(long, short) for one in found} | {
            re.sub(rf"(?<![^\W_]){short}(?![^\W_])", long, one) for one in found
        }
    return found


def _places_of(words: str, low: str) -> Iterator[int]:
    """Yield where words stand in a text, as whole words."""
    at = low.find(words) if words else -1
    while at >= 0:
        end = at + len(words)
        if not (at and low[at - 1].isalnum()) and not low[end : end + 1].isalnum():
            yield at
        at = low.find(words, end)
