"""People named with a role, each with the sentence that says so.

    "Đồng chí X, <roles>"   "Các đồng chí: X, <roles>; Y, <roles>"   "<role> X"   "các <role>: X, Y, Z"   a signature

A name is what is printed. Two people of one name in two provinces stay two: nothing is merged by name alone.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from indexer.letters import CAPITALS
from indexer.reading import Reading, tails
from indexer.rules.province import district_at_start
from indexer.signals import may_open_province
from indexer.sketch import lower
from search.domain import place_names
from search.text.bounded_memory import BoundedMemory

HERE = Path(__file__).parent
LONGEST_NAME = 5  # syllables: Nguyễn Thị Thanh Huyền Trang
LONGEST_SENTENCE, USUAL_SENTENCE = 600, 200  # characters on each side of a name
LONGEST_RUN = 60  # characters of capitalised words that may hold a name
NEAR = 24  # characters before a name that are looked at for how it is introduced
LONGEST_ROLES = 260  # characters; a longer stretch is a sentence that went on without punctuation


def _words(file: str) -> list[str]:
    lines = (HERE / file).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _escaped(phrase: str) -> str:
    return re.escape(phrase).replace(r"\ ", r"\s")


def _alternatives(phrases: list[str]) -> str:
    """Return phrases as a pattern, those with one first letter together: a branch fails by its letter."""
    rests: dict[str, list[str]] = {}
    for phrase in phrases:
        rests.setdefault(phrase[0], []).append(_escaped(phrase[1:]))
    return "|".join(f"{letter}(?:{'|'.join(endings)})" for letter, endings in rests.items())


def _beginning(phrases: list[str]) -> str:
    """Return phrases as a pattern that fits where a word begins, led by the set of their first letters."""
    rests: dict[str, list[str]] = {}
    for phrase in phrases:
        rests.setdefault(phrase[0], []).append(phrase[1:])
    branches = "|".join(f"(?<={letter})(?:{'|'.join(endings)})" for letter, endings in rests.items())
    return rf"[{''.join(rests)}](?<![^\W_].)(?:{branches})"


_ROLE = _alternatives(_words("role_words.txt"))
# A role holds no verb, pronoun or conjunction of a clause. Syllables of these are of offices and spans of years, too.
_CLAUSE_WORDS = [*_words("role_ends.txt"), *(line.partition("\t")[0] for line in _words("quote_verbs.tsv"))]
_COMPOUNDS = (  # that end in a clause word, and are none: "hàng không" in "không"
    "hàng không|phòng không|tâm dự|phòng dự|việc làm|thiết bị|trang bị|chuẩn bị|tự do|ngoại giao|chuyển giao|tiếng nói|"
    "bạn đọc|chứng nhận|hiện là|nay là|ban chỉ đạo|ban tiếp"
)
_NO_COMPOUND = "".join(rf"(?<!(?i:{compound}))".replace(" ", r"\s") for compound in _COMPOUNDS.split("|")) + (
    r"(?!(?<=dự)\s(?:khuyết|thảo|án|trữ|phòng)|(?<=giao)\s(?:thông|dịch|nhận)|(?<=thông\stin)(?:,|\s(?:và|-|&))"
    r"|(?<=tiếp)\s(?:(?:công\s)?dân|thị)|(?<=giới\sthiệu)\sviệc|(?<=báo\scáo)\sviên|(?<=đến)\s(?:\d|tháng|năm|nay|ngày))"
)
_ROLE_WORD = rf"(?:nguyên\s+|quyền\s+)?(?:{_ROLE})"
_ROLE_BEGINNING = _beginning(
    [*(rf"{former}\s+(?:{_ROLE})" for former in ("nguyên", "quyền")), *map(_escaped, _words("role_words.txt"))]
)
_TAKES_OFFICE = (  # "được bầu giữ chức", "tiếp tục làm", "tái đắc cử"
    r"(?:(?:đã|vừa)\s+)?(?:(?:được|tiếp tục)\s+)*(?:đại hội\s+|hội nghị\s+)?"
    r"(?:(?:(?:tín nhiệm|tái)\s+)?(?:bầu|phân công|bổ nhiệm|chỉ định|điều động|tái cử)\s+(?:tiếp tục\s+)?)?"
    r"(?:(?:giữ|làm)\s+(?:chức\s+(?:vụ\s+|danh\s+)?)?|tái (?:đắc )?cử\s+(?:chức\s+(?:vụ\s+|danh\s+)?)?)"
)
_ROLE_AFTER = re.compile(
    r"(?:\s*\((?!(?:phó|bí thư|chủ tịch|ủy viên|giám đốc|trưởng))[^()\n]{1,40}\))?"  # (50 tuổi)
    rf"\s*(?:(?:,|\n|-|\()\s*(?:là\s+|hiện là\s+)?|{_TAKES_OFFICE})"
    rf"(?={_ROLE_WORD}(?![^\W_]))"
)
_ALSO_TAKES = re.compile(rf"[\s,)-]*{_TAKES_OFFICE}(?={_ROLE_WORD}(?![^\W_]))")
_DASHED = re.compile(
    rf"[\s,]*(?P<role>{_ROLE_WORD}(?![^\W_])[^.;:\n]{{0,140}}?)\s-\s"
)  # before "ROLE - Name, ROLE - Name"
# Patterns that are searched for begin with a set of letters, because the regex engine then skips to these; what else
# the letter must be or have before it is said after it.
_ROLES_END = re.compile(
    r"[;:!?\n)\".,\s](?:(?<=[;:!?\n)\"])|(?<=[.])(?![^\W\d_])"
    r"|(?:(?<=,)\s|(?<=\s))\s*(?:(?:đồng\s+)?(?:chủ trì|chủ tọa|điều hành)"
    r"|(?:cùng|và)\s+(?:các|đồng chí|ông|bà|đại diện|lãnh đạo|cùng)"
    r"|(?:giữ|làm) chức\s"
    rf"|(?:{_alternatives(_CLAUSE_WORDS)})(?![^\W_]){_NO_COMPOUND})"
    r"|(?<=,)\s+(?:các|đồng chí|đại diện|lãnh đạo|ông|bà|dự án)\s)"
)
_FURTHER_ROLE = r"(?:phó|trưởng|chủ tịch|bí thư|ủy viên|giám đốc|chánh)"
_ROLE_BEFORE = re.compile(
    rf"(?P<role>{_ROLE_BEGINNING}(?:\s(?:[^\W\d_][^\W_]*|&|-|\(\w{{2,6}}\))|,(?=\s{_FURTHER_ROLE}\s)|\s?-\s?)*)\s+$"
)
_TELLS_WHO = re.compile(  # "Giám đốc Sở là ông X", "Giám đốc Sở - ông X"
    r"\s(?:-\s+(?=\w)|(?:(?:hiện tại|hiện nay|hiện|khi đó|lúc đó)\s+)?là\s+)(?:ông\s+|bà\s+)?$"
)
# "Bí thư Tỉnh ủy nhắc lại lời ông X": the role is not of X
_BEFORE_A_NAME = _alternatives([*_CLAUSE_WORDS, "ông", "bà", "anh", "chị", "lời"])
_LAST_CLAUSE_WORD = re.compile(rf"(?s:.*)(?<=\s)(?:{_BEFORE_A_NAME})(?=\s){_NO_COMPOUND}")
_NO_ROLE_ENDINGS = (",", ".", ":", ";", "(", '"')  # _ROLE_BEFORE cannot end so
_TELLING_ENDINGS = ("là", "gồm", "-", "ông", "bà")  # and _TELLS_WHO and _PLURAL_TELLS only so
# All before is taken in first: the last start is what the regex engine then comes to first.
_LAST_CLAUSE_START = re.compile(
    rf"(?s:.*)[.;:!?\n\"(,](?:(?<![,(])|(?<=\()(?!\w{{2,6}}\))|(?<=[^\W_],) (?!{_FURTHER_ROLE}))"
)
_TITLES = frozenset({"Ông", "Bà", "Anh", "Chị"})
_TITLES_IN_SMALL_LETTERS = frozenset(map(str.lower, _TITLES))
# Without those that are words, too: Đoàn Thanh niên, Hồ Tây
_COMMON = place_names.SURNAMES - {"đoàn", "hồ", "cao", "chu", "văn", "thị"}
_LISTED = re.compile(r"\s*(?:,|và)\s*")
_THE_COMRADES = r"các(?:\s+đồng chí)?"
_PLURAL_ROLE = re.compile(
    rf"{_beginning([_THE_COMRADES, 'hai', 'ba'])}\s*:?\s*(?P<role>{_ROLE_WORD}[^.;:\n]{{0,60}}):\s*$"
)
_PLURAL_TELLS = re.compile(  # "hai Phó Bí thư Tỉnh ủy là ông X … và ông Y"
    rf"{_beginning(['các', 'hai', 'ba'])}\s+(?P<role>{_ROLE_WORD}[^.;:\n]{{0,60}}?)\s(?:là|gồm)\s+(?:ông\s+|bà\s+)?$"
)
_ALSO_LISTED = re.compile(r"\s*(?:,|và)\s*(?:ông\s+|bà\s+)?")
_COMRADES = ("đồng chí", "đ/c", "ông", "bà", "anh", "chị")
_SPACED_COMRADES = tuple(f" {word} " for word in _COMRADES)  # as nearly all are: then all is clear
_COMRADE = re.compile(rf"(?<![^\W_])(?:{'|'.join(_COMRADES)})\s*:?\s*$")
# The second and third character before a name, if one of these stands there: "ông X", "đồng chí: X", "bà  X".
_COMRADE_TAILS = tails([*_COMRADES, *(f"{word}:" for word in _COMRADES)], ":")
_SIGNED = re.compile(
    r"(?:^|\n)\W*(?P<role>(?:phó\s+)?(?:chánh văn phòng|bí thư|chủ tịch|chủ nhiệm|trưởng ban|giám đốc)[^\n]{0,40}?)"
    r"\W*\n+\W*$"
)
_SENTENCE_END = re.compile(rf"[.!?…\n](?:(?<=\n)|[.!?…]*[\"”]?(?=\s+[\"“(]?[{CAPITALS}\d]))")
_LAST_SENTENCE_END = re.compile(rf"(?s:.*){_SENTENCE_END.pattern}")
_UNIT_WORD = re.compile(
    r"(?<![^\W_])(?<!nông )(?:huyện ủy|thị ủy|thành ủy|quận ủy|đảng ủy|huyện|thị xã|thành phố|tp\.?|quận|xã|phường|"
    r"thị trấn|thôn|bản|ấp|đặc khu)\s+$"
)
_CHAIRS = re.compile(
    r"[cđt](?:(?<![^\W_].)(?:(?<=đ)ồng\s+c|(?<=c))hủ (?:trì|tọa)(?![^\W_])"
    r"|(?:(?<=t)hay mặt đ|(?<=đ))oàn chủ tịch điều hành)"
)
_CHAIRS_AFTER = re.compile(r"(?:chủ trì|chủ tọa)[^.;:]{0,20}(?::|\slà)\s*$|(?:chủ trì|chủ tọa) (?:của|bởi)\s*$")
_HEADS = re.compile(
    r"[lđt](?:(?<=l)àm trưởng đoàn|(?<=t)rưởng đoàn (?:công tác|kiểm tra|giám sát)"
    r"|(?:(?<=l)àm việc|(?<=đ)ối thoại|(?<=t)iếp xúc)[^.;:]{0,12} với)"
)
_SEVERAL = re.compile(r"các (?:đồng chí|ông|bà)|đồng (?:chủ trì|chủ tọa)|cùng (?:chủ trì|chủ tọa)|đoàn chủ tịch")
_CHAIRS_WEAKLY = re.compile(r"điều hành (?:hội nghị|đại hội|kỳ họp|phiên)")
# One of these is in every text that the pattern fits: without them the text need not be gone through.
_CHAIR_WORDS = ("chủ trì", "chủ tọa", "đoàn chủ tịch điều hành")
_WEAK_WORDS = ("điều hành",)
_HEAD_WORDS = ("trưởng đoàn", "làm việc", "đối thoại", "tiếp xúc")


@dataclass(frozen=True, slots=True)
class PersonMention:
    """One naming of a person at text[start:end] with the roles as printed and the whole sentence."""

    name: str
    roles: str
    sentence: str
    start: int
    end: int


# Capitalised words of offices, which a name never has: Đoàn Chủ tịch, Phó Trưởng Ban.
_NOT_IN_NAMES = frozenset(
    {"Ban", "Trưởng", "Chủ", "Ủy", "Hội", "Sở", "Đảng", "Tỉnh", "Huyện", "Ngày", "Cục", "Viện", "Tổ"}
)


_AFTER_DAI = frozenset({"Hội", "Biểu", "Tướng", "Tá", "Học", "Sứ"})


@cache
def _surnames() -> frozenset[str]:
    return frozenset(word for line in _words("surnames.txt") for word in line.split())


def people_in(page: Reading) -> list[PersonMention]:
    """Return everyone named in full with a role, each naming once, in order."""
    text, plain, low = page.text, page.plain, page.low
    found: list[PersonMention] = []
    taken = 0  # end of the roles of the last person: "X, Bí thư Đảng ủy phường Y" does not name a person Y
    waiting: list[tuple[int, int]] = []  # spans of names in a list whose role comes behind the last
    plural = ""  # "các Phó Chủ tịch UBND tỉnh: X, Y, Z": the role of the list that we are in
    for start, end in page.names():
        if end - start > LONGEST_RUN:
            continue
        comrade = low[start - 3 : start - 1] in _COMRADE_TAILS and _is_comrade(low, start)
        if not comrade and (start < taken or not _may_be_person[low[start:end]]):
            continue
        unit = (
            not comrade
            and low.count(" ", start, end) >= LONGEST_NAME - 1
            and _UNIT_WORD.search(low, max(0, start - NEAR), start)
        )
        name_starts = _name_starts(plain[start:end], comrade, bool(unit))
        if name_starts and not _is_written_as_name(plain, low, start, end):
            continue
        for name_start in [start + offset for offset in name_starts]:
            dashed = _dashed_role(plain, low, found[-1].end if found else 0, name_start)
            role, role_end = (dashed, end) if dashed else _role_of(plain, low, name_start, end)
            if role and not dashed and role_end > end and (held := _role_before(plain, low, name_start)):
                found.append(_person(text, name_start, end, held))  # "Phó Bí thư X được bầu giữ chức Bí thư"
            if role:
                is_told = _words_before(low, name_start).endswith(_TELLING_ENDINGS)
                several = is_told and _PLURAL_TELLS.search(low, max(0, name_start - 120), name_start)
                plural = text[several.start("role") : several.end("role")] if several else ""
            else:
                listed = ":" in low[max(0, start - NEAR) : start]
                shared = _PLURAL_ROLE.search(low, max(0, name_start - 120), name_start) if listed else None
                joined = plural and found and _ALSO_LISTED.fullmatch(low, max(taken, found[-1].end), name_start)
                role = plural = (
                    text[shared.start("role") : shared.end("role")] if shared else (plural if joined else "")
                )
            if not role:
                continue
            taken = role_end
            takes = _ALSO_TAKES.match(low, end) or _ALSO_TAKES.match(low, role_end)
            in_list = waiting and _LISTED.fullmatch(low, waiting[-1][1], name_start)
            if takes and takes.start() == end and in_list:
                found += [_person(text, first, last, role) for first, last in waiting]  # "X, Y tái đắc cử Phó Bí thư"
            waiting.clear()
            found.append(_person(text, name_start, end, role))
            if takes and takes.start() == role_end > end:
                taken = _end_of_roles(plain, low, takes.end())
                found.append(_person(text, name_start, end, plain[takes.end() : taken].strip(" ,-")))
            break
        else:
            if waiting and not (name_starts and _LISTED.fullmatch(low, waiting[-1][1], start + name_starts[0])):
                waiting.clear()
            if name_starts and (comrade or waiting):
                waiting.append((start + name_starts[0], end))
    return found


def _person(text: str, start: int, end: int, role: str) -> PersonMention:
    name = text[start:end].replace("Ð", "Đ").replace("ð", "đ")  # U+00D0 looks like Đ; one person must not become two
    return PersonMention(name, role, _sentence(text, start, end), start, end)


def _dashed_role(plain: str, low: str, after: int, start: int) -> str:
    """Return the roles that a dash joins to the name behind them, in a list of such: "Bí thư Tỉnh ủy - X, Y - Z"."""
    if not low.endswith(" - ", 0, start):
        return ""
    begin = max(after, start - 160, *(low.rfind(sign, 0, start) + 1 for sign in ".;:\n"))
    dashed = _DASHED.search(low, begin, start)
    return plain[dashed.start("role") : dashed.end("role")] if dashed else ""


def _begins_as_person(words: str) -> bool:
    """Whether a surname or title and something after it stand in capitalised words (as read, in small letters)."""
    *firsts, _ = words.split(" ")
    return not _surnames().isdisjoint(firsts) or firsts[0] in _TITLES_IN_SMALL_LETTERS


_may_be_person = BoundedMemory(_begins_as_person, 65536)


def _is_comrade(low: str, start: int) -> bool:
    """Whether a name is introduced as a person's: đồng chí X, ông X."""
    if low.endswith(_SPACED_COMRADES, 0, start):
        return True
    near = low[max(0, start - NEAR) : start]
    return near.rstrip().removesuffix(":").rstrip().endswith(_COMRADES) and bool(_COMRADE.search(near))


def chairs_of(people: list[PersonMention], page: Reading) -> tuple[tuple[str, ...], str]:
    """Return who chairs, the first named first, and the sentence that says so; () and "" where none does.

    They are all that are named in the first sentence that speaks of several who do.
    """
    if not people:
        return (), ""
    text, low = page.text, page.low
    for person in people:
        before = low[max(0, person.start - 60) : person.start]
        if "chủ t" in before and _CHAIRS_AFTER.search(_COMRADE.sub("", before)):
            end = _SENTENCE_END.search(text, person.end)
            listed = [p for p in people if person.start <= p.start < (end.start() if end else len(text))]
            are_listed = ";" in text[person.start : end.start() if end else len(text)]
            return _names(listed if are_listed else [person]), _sentence(text, person.start, person.end)
    for pattern, needed in ((_CHAIRS, _CHAIR_WORDS), (_CHAIRS_WEAKLY, _WEAK_WORDS), (_HEADS, _HEAD_WORDS)):
        for match in pattern.finditer(low) if any(word in low for word in needed) else ():
            begin = max(0, match.start() - 900)
            sentence = max((end.end() for end in _SENTENCE_END.finditer(text, begin, match.start())), default=begin)
            named = [person for person in people if sentence <= person.start < match.start()]
            if named:
                several = pattern is _CHAIRS and _SEVERAL.search(low, sentence, match.end())
                return _names(named if several else named[:1]), _sentence(text, match.start(), match.end())
    return (), ""


def _names(people: list[PersonMention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person.name for person in people))


@lru_cache(maxsize=16384)  # the same people are named over and over
def _name_starts(run: str, comrade: bool, after_unit: bool) -> tuple[int, ...]:
    """Return where in a capitalised run (as read) a person's name may begin, the likeliest first.

    comrade: whether words before it say that a person comes. after_unit: whether they say that a commune or so does.
    """
    at = _title_at_start(run)
    words, comrade = run[at:].split(" "), comrade or at > 0
    syllables = lower(run[at:]).split(" ")
    if not comrade and _surnames().isdisjoint(syllables[:-1]):
        return ()
    placed = _place_at_start(run[at:])
    if placed == len(run) - at:
        return ()
    skip = 0
    if not comrade:
        skip = len(run[:placed].split())
        if not skip and len(words) >= LONGEST_NAME and after_unit:
            skip = 2  # "xã Hà Tiến Lê Văn Sáu": most communes have names of two syllables
    if not _NOT_IN_NAMES.isdisjoint(words[skip : -1 if comrade else None]) or _is_of_office(words):
        return ()  # after "đồng chí" a name may end so: Tỉnh, Hội
    found = []
    for index in range(skip, len(words) - 1):
        if len(words) - index == 2 and not comrade and syllables[index] not in _COMMON:
            continue  # "Bộ trưởng Công Thương", "Đại sứ Hàn Quốc": of short names only those with a common surname
        is_surname = (comrade and index == 0) or syllables[index] in _surnames()
        if is_surname and len(words) - index <= LONGEST_NAME:
            found.append(len(run) - len(" ".join(words[index:])))
    return tuple(found)


def _is_of_office(words: list[str]) -> bool:
    """Whether capitalised words speak of a congress or a rank: Đại Hội, Đại Biểu."""
    return "Đại" in words and any(word == "Đại" and after in _AFTER_DAI for word, after in pairwise(words))


def _title_at_start(run: str) -> int:
    """Return how many characters a title takes: "Ông Lò Văn Páo" at the beginning of a sentence."""
    title, _, name = run.partition(" ")
    return len(title) + 1 if title in _TITLES and " " in name else 0


def _is_written_as_name(plain: str, low: str, start: int, end: int) -> bool:
    """Whether a run is no heading in capitals: names are written so where they sign."""
    if plain[end - 1].islower():
        return True
    start += _title_at_start(plain[start:end])
    return not plain[start:end].isupper() or bool(_SIGNED.search(low, max(0, start - 120), start))


def _place_at_start(run: str) -> int:
    """Return how many characters at the beginning of a capitalised run name a province, district or town."""
    province = place_names.find_composed(run, [0]) if may_open_province(lower(run)) else []
    return max(len(district_at_start(run)[0]), province[0].end if province else 0)


def _role_of(plain: str, low: str, start: int, end: int) -> tuple[str, int]:
    """Return (the roles printed after or before a name, where they or the name end); ("", end) if there are none."""
    after = _ROLE_AFTER.match(low, end)
    if after:
        last = _end_of_roles(plain, low, after.end())
        return plain[after.end() : last].strip(" ,-"), last
    before = _role_before(plain, low, start)
    if before:
        return before, end
    signed = _SIGNED.search(low, max(0, start - 120), start) if end == len(low) or low[end] in "\n*" else None
    if signed:
        return plain[signed.start("role") : signed.end("role")].strip(" *"), end
    return "", end


def _role_before(plain: str, low: str, start: int) -> str:
    """Return the role printed right before a name ("Bí thư Tỉnh ủy X"); "" if there is none."""
    words = _words_before(low, start) if low[start - 1 : start].isspace() else ""
    if not words or words.endswith(_NO_ROLE_ENDINGS):
        return ""
    begin = max(0, start - 160)
    if words.endswith(_TELLING_ENDINGS) and (tells := _TELLS_WHO.search(low, max(begin, start - NEAR), start)):
        start = tells.start() + 1
    clause = _LAST_CLAUSE_START.match(low, begin, start)
    before = _ROLE_BEFORE.search(low, clause.end() if clause else begin, start)
    if before and (told := _LAST_CLAUSE_WORD.match(plain, before.start("role"), start)):
        before = _ROLE_BEFORE.search(low, told.end(), start)
    if not before or "đồng chí" in before["role"]:
        return ""
    return plain[before.start("role") : before.end("role")].strip(" -")


def _words_before(low: str, start: int) -> str:
    """Return how the text before a name ends, without the blanks in between."""
    return low[max(0, start - NEAR) : start].rstrip() or low[max(0, start - 160) : start].rstrip()


def _end_of_roles(plain: str, low: str, begin: int) -> int:
    """Return where the roles that begin here end.

    A bracket that they open is theirs: "Bí thư Tỉnh ủy (khóa XXI)"; a word with a capital is of a name: "Sở Tiếp dân".
    """
    limit, at = begin + LONGEST_ROLES, begin
    while stop := _ROLES_END.search(low, at, limit):
        if low[stop.start()] == " " and plain[stop.start() + 1].isupper() and low[stop.start() - 1] != ",":
            at = stop.start() + 2
            continue
        opened = low.find("(", begin, stop.start())
        if opened < 0 or low.find(")", opened, stop.start()) >= 0:
            return stop.start()
        if low[stop.start()] != ")":
            return opened
        at = stop.end()
        if not low.startswith((",", ", "), at):
            return at
    return min(len(low), limit)


def _sentence(text: str, start: int, end: int) -> str:
    begin = max(0, start - LONGEST_SENTENCE)
    for nearer in (start - USUAL_SENTENCE, begin):  # most sentences begin not far away
        last = _LAST_SENTENCE_END.match(text, max(0, nearer), start)
        if last:
            begin = last.end()
            break
    stop = _SENTENCE_END.search(text, end, end + LONGEST_SENTENCE)
    return text[begin : stop.end() if stop else min(len(text), end + LONGEST_SENTENCE)].strip()
