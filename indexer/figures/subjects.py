"""Of which place a number speaks: the province of the page, or what the sentence names instead.

A place that something is compared with ("so với cả nước", "sau Quảng Ninh") is none that the number speaks of.
"""

import re
from dataclasses import dataclass

from indexer.reading import Reading
from search.domain import places

PROVINCE, DISTRICT, COMMUNE, REGION, NATION, OTHER = "province", "district", "commune", "region", "nation", "other"
NATION_NAME = "cả nước"


@dataclass(frozen=True, slots=True)
class Subject:
    """place: slug of a province, the printed words of any other, "" if unknown. level: as in figure.py."""

    place: str = ""
    level: str = ""


UNKNOWN = Subject()

_UNIT = re.compile(r"(?<!\w)(?P<kind>huyện|thị xã|thành phố|tp\.?|quận|xã|phường|thị trấn|đặc khu)\s+(?=[^\W\d_])")
_LEVELS = {"xã": COMMUNE, "phường": COMMUNE, "thị trấn": COMMUNE}
_BODY = re.compile(r"(?<!\w)(?:huyện|thị|quận|xã|phường) ủy\s+(?=[^\W\d_])")
_NATION = re.compile(r"(?<!\w)(?:cả nước|toàn quốc|nước ta|việt nam)(?!\w)")
# "đại biểu Quốc hội" are also those of a province
_OF_THE_NATION = re.compile(r"(?<!\w)(?:cả nước|toàn quốc|chủ tịch nước|thủ tướng|(?<!đại biểu )quốc hội(?! và))(?!\w)")
_REGION = re.compile(
    r"(?<!\w)(?:(?:vùng |khu vực )?(?:đồng bằng sông cửu long|đbscl|đồng bằng sông hồng|tây nguyên|đông nam bộ|"
    r"tây bắc|đông bắc|bắc trung bộ(?: và duyên hải (?:miền trung|trung bộ))?|duyên hải miền trung|"
    r"nam trung bộ|miền trung|tây nam bộ|trung du và miền núi phía bắc|trung du, miền núi phía bắc|"
    r"miền núi phía bắc|kinh tế trọng điểm \w+ \w+)|các tỉnh thành|các tỉnh, thành|toàn vùng|cả vùng)(?!\w)"
)
_ABROAD = re.compile(
    r"(?<!\w)(?:trung quốc|hoa kỳ|mỹ|ấn độ|nhật bản|hàn quốc|thái lan|lào|campuchia|singapore|malaysia|"
    r"indonesia|philippines|đài loan|châu á|châu âu|eu|asean|thế giới|nga|đức|anh quốc)(?!\w)"
)
# A country named by one syllable, which is also part of names: Lục Đức Hiển, Mỹ Lộc
_ONE_SYLLABLE = frozenset(("mỹ", "lào", "nga", "đức", "eu"))
_AT_A_COUNTRY = re.compile(r"(?:tại|ở|sang|với|từ|đến|và|nước|đô la|của|vào)\s+$")
_TITLE_OF_A_PERSON = re.compile(r"(?:đồng chí|ông|bà|anh|chị)\s+$")
# Not after a percentage: "chiếm 40 % của tỉnh" is a share of what the province has, and not of the province itself
_HERE = re.compile(
    r"(?<!\w)(?<!% )(?<!%)(?:toàn tỉnh|cả tỉnh|của tỉnh|trên địa bàn tỉnh|tỉnh ta|tỉnh nhà|toàn thành phố|"
    r"của thành phố|"
    r"trên địa bàn thành phố|đảng bộ tỉnh|tỉnh đã)(?!\w)(?! [^\W\d_]*\W*(?=\x00))"
)
_LOCAL = re.compile(
    r"(?<!\w)(?:toàn|của|cả|trên địa bàn) (?P<kind>huyện|thị xã|quận|xã|phường|đảo)(?!\w)(?! hội)|(?<!\w)(?:huyện|"
    r"thị xã|quận) (?:đã|đạt|có|ước|chỉ|này)(?!\w)"
)
# A unit without its name as the subject of a clause; after a number or "các" it is what is counted
_OPENING = (
    r"(?:^\W*|[.,;:(]\s*|(?:đầu năm|năm nay|năm qua|năm \d{4}|vừa qua|đến nay|hiện nay|cho biết|tháng \d+|quý \w+)\s+)"
)
_VERB = (
    r"(?:cũng |vẫn |mới |chỉ |đã |ước )*(?:thu|đón|đạt|có|hiện|còn|giải ngân|kết nạp|thu hút|hoàn thành|tạo|chi|trồng|"
    r"xuất khẩu|xây|tiếp|được|nộp|thực hiện|phát triển)(?!\w)"
)
_BARE = re.compile(rf"{_OPENING}(?P<kind>huyện|thị xã|quận|xã|phường|thị trấn|đặc khu|đảo) {_VERB}")
_PROVINCE_AGAIN = re.compile(rf"{_OPENING}(?:tỉnh|thành phố) {_VERB}")
# Whoever reports for a unit speaks of it: "Bí thư Huyện ủy X cho biết"
_OF_A_UNIT = re.compile(
    r"(?<!\w)(?:bí thư|phó bí thư|phó bí thư thường trực|chủ tịch) (?:(?P<party>huyện|thị|quận|thành) ủy|"
    r"(?:đảng ủy|ubnd|ủy ban nhân dân|hđnd) (?P<kind>huyện|thị xã|quận|xã|phường|thị trấn|đặc khu))\s+(?=[^\W\d_])"
)
_REPORTS = re.compile(
    r"[^.;:]{0,80}?(?<!\w)(?:cho biết|báo cáo|cho hay|thông tin|nêu|khẳng định|kể|phản ánh|nói)(?!\w)"
)
_UNITS_OF_COMMITTEES = {"huyện": "huyện", "thị": "thị xã", "quận": "quận", "thành": "thành phố"}
# A household: what it earns is of no province
_HOUSEHOLD = re.compile(
    r"(?<!\w)(?:vợ chồng|gia đình (?:ông|bà|anh|chị|em|tôi|cô|chú)|(?:hộ|nhà) (?:ông|bà|anh|chị|cô|chú)|"
    r"(?:chị|anh) (?:kể|bảo|nói|cho biết|thu|bán|trồng|nuôi|làm))(?!\w)"
)
_ONE_PERSON = re.compile(r"(?<!\w)(?:anh|chị)\s+(?=[^\W\d_])")
_SOME = re.compile(
    r"(?<!\w)(?:một số|nhiều|\d+|hai|ba|bốn) (?:địa phương|huyện|đơn vị|sở|chủ đầu tư|công trình|nhà đầu tư|"
    r"tỉnh)(?!\w)(?=.{0,40}(?:có|đạt|như))"
)
# What stands in a province and is none: its numbers are its own
_THING = re.compile(
    r"(?<!\w)(?:khu đất|khu đô thị|khu dân cư|khu quy hoạch|đồ án|phân khu|dự án (?:này|nói trên|trên)|"
    r"chi cục(?= đã| có| thu)|"
    r"(?:diện tích|dân số) (?:của )?(?:quận|huyện|xã|phường|thị xã))(?!\w)"
)
_BOARD = re.compile(r"(?<!\w)(?:bqlda|ban qlda|các ban quản lý|ban quản lý dự án|ban quản lý các)(?!\w)")
_BODY_OR_SITE = re.compile(
    r"(?<!\w)(?:công ty|tập đoàn|tổng công ty|nhà máy|ngân hàng(?! chính sách)|bệnh viện|khu công nghiệp|kcn|"
    r"khu kinh tế|kkt|cụm công nghiệp|di tích|danh thắng|danh lam|lăng|đảo|vịnh|chùa|đền|lễ hội|khu du lịch|"
    r"bảo tàng|vườn quốc gia|"
    r"dự án(?! fdi| oda| ppp| bot| ocop| bt)|(?<!hội )(?<!môi )(?<!thị )(?<!quảng )trường|ban quản lý dự án|"
    r"ngành|chi cục|"
    r"hợp tác xã)\s+(?=[^\W\d_])"
)
_MAY_BE_SMALL = re.compile(r"(?:ngành|chi cục)\s+$")
_COMPARED = re.compile(
    r"(?:so với|hơn|sau|gấp|đứng đầu|dẫn đầu|cao nhất|thấp nhất|đầu|thứ \w+|trong số|trong|với|"
    r"bình quân(?: chung)?|trung bình|mức(?: bình quân)?(?: chung)?|của|chung|vào|tới|sang|đi|và|nhất|khỏi|"
    r"toàn|top \d+|kết nối|giáp|\d/63)"
    r"(?: của)?(?: tỉnh| các tỉnh| thành phố| cả| tp\.?)*\s*$"
)
_STRONG = re.compile(
    r"(?:^|[,;:.(\"-]|tại|ở|địa bàn|tỉnh|của|riêng|là|thì|như|và|thành phố|tp\.?)\s*(?:tỉnh |thành phố |tp\.? )?$"
)
_PASSING = re.compile(
    r"(?:cao tốc|đường|tuyến|cầu|sân bay|cảng|công ty|nhà máy|thủy điện|sông|trường|đại học|bệnh viện|báo|quê|"
    r"trung tâm|kcn|khu công nghiệp|dự án|cổ phần|-)\s*(?:[\w.-]+\s){0,4}$"
)
_AVERAGE = re.compile(r"(?:bình quân|trung bình|mức)(?: chung)?(?: của)?\s*$")
_ONLY_FILLERS = re.compile(
    r"[\s,:(]*(?:(?:năm \d{4}|đạt|là|ước|chỉ|khoảng|trên|gần|hơn|dưới|tăng|giảm|cũng|ở mức)\s*)*$"
)


def subject_of(
    page: Reading,
    begin: int,
    at: int,
    default: Subject,
    inherited: Subject = UNKNOWN,
    after_name: int = 0,
    home: Subject = UNKNOWN,
) -> Subject:
    """Return of which place the number at `at` speaks, in a clause that begins at `begin` (offsets into page).

    default: the place of the page; inherited: a smaller place that the paragraph has introduced. after_name: where the
    words that name the indicator end; a place named after them counts most. home: the province that "tỉnh" means.
    """
    home = default if default.level == PROVINCE else home
    low, found = page.low, inherited if inherited.level else default
    mentioned: list[tuple[int, Subject]] = []
    taken: list[tuple[int, int]] = []
    for match in _BODY_OR_SITE.finditer(low, begin, at):
        if page.sketch.startswith(b"A", match.end()) and not _MAY_BE_SMALL.search(match[0]):
            mentioned.append((match.start(), Subject(page.text[match.start() : page.name_at(match.end())], OTHER)))
            taken.append((match.start(), page.name_at(match.end())))
    for match in _UNIT.finditer(low, begin, at):
        end = page.name_at(match.end())
        if not end or any(start <= match.start() < stop for start, stop in taken):
            continue
        name = page.plain[match.end() : end]
        kind = match["kind"].rstrip(".")
        if kind in ("thành phố", "tp") and _is_province(name):
            continue
        within = (
            taken
            and mentioned
            and not low[taken[-1][1] : match.start()].strip(" ,-(")
            and mentioned[-1][1].level in (COMMUNE, DISTRICT)
        )
        if not within and not _is_compared(low, begin, match.start(), at, end):
            mentioned.append((match.start(), Subject(page.text[match.start() : end], _LEVELS.get(kind, DISTRICT))))
        taken.append((match.start(), end))
    for match in _BODY.finditer(low, begin, at):
        if end := page.name_at(match.end()):
            taken.append((match.start(), end))
    if any(character.isupper() for character in page.plain[begin:at]):
        for mention in places.find_composed(page.text[begin:at]):
            start, end = begin + mention.start, begin + mention.end
            if any(first <= start < last for first, last in taken):
                continue
            before = low[max(begin, start - 45) : start]
            if any(
                last <= start and not re.sub(r"tỉnh|thành phố|tp", "", low[last:start]).strip(" ,-(.")
                for _, last in taken
            ):
                continue  # huyện Na Rì, tỉnh Bắc Kạn
            if _PASSING.search(before) or _is_compared(low, begin, start, at, end):
                continue
            same = home.level and (mention.slug == home.place or home.place in places.family(mention.slug))
            if same and default.level in (PROVINCE, ""):
                mentioned.append((start, home))
            elif _STRONG.search(before) and mention.sure:
                mentioned.append((start, Subject(mention.slug, PROVINCE)))
            else:
                mentioned.append((start, UNKNOWN))
    for match in _NATION.finditer(low, begin, at):
        right_before = _ONLY_FILLERS.match(low[match.end() : at])
        if (
            (
                after_name
                and match.start() >= after_name
                and re.fullmatch(r"\W*(?:năm \d{4})?\W*(?:của)?\W*", low[after_name : match.start()])
            )
            or (right_before and _AVERAGE.search(low[max(begin, match.start() - 25) : match.start()]))
            or not _is_compared(low, begin, match.start(), at, match.end())
        ):
            mentioned.append((match.start(), Subject(NATION_NAME, NATION)))
    for match in _ABROAD.finditer(low, begin, at):
        if not page.sketch.startswith(b"A", match.start()) or _is_of_a_name(page, begin, match.start(), match.end()):
            continue
        if not _is_compared(low, begin, match.start(), at, match.end()):
            mentioned.append((match.start(), Subject(page.text[match.start() : match.end()], OTHER)))
    for match in _REGION.finditer(low, begin, at):
        if not _is_compared(low, begin, match.start(), at, match.end()):
            mentioned.append((match.start(), Subject(page.text[match.start() : match.end()], REGION)))
    mentioned += [(match.start(), home) for match in _HERE.finditer(low, begin, at) if default.level in (PROVINCE, "")]
    mentioned += [(start, unit) for start, unit in _reporters(page, begin, at)]
    if inherited.level:
        mentioned += [(begin + match.start(), home) for match in _PROVINCE_AGAIN.finditer(low[begin:at])]
    local = [(match.start(), match["kind"] or "huyện") for match in _LOCAL.finditer(low, begin, at)]
    local += [(begin + match.start(), match["kind"]) for match in _BARE.finditer(low[begin:at])]
    for start, kind in local:
        level = _LEVELS.get(kind, DISTRICT)
        mentioned.append(
            (
                start,
                inherited if inherited.level == level else default if default.level == level else Subject("", level),
            )
        )
    mentioned = [one for one in mentioned if not _in_closed_brackets(low, begin, one[0], at)]
    for others in (_SOME, _BOARD, _THING, _HOUSEHOLD):
        mentioned += [(match.start(), Subject("", OTHER)) for match in others.finditer(low, begin, at)]
    for match in _ONE_PERSON.finditer(low, begin, at):
        named = page.sketch.startswith(b"A", match.end())
        if named and (match.start() == begin or not page.sketch.startswith(b"A", match.start())):
            mentioned.append((match.start(), Subject("", OTHER)))
    return max(mentioned, key=lambda one: one[0])[1] if mentioned else found


def _is_of_a_name(page: Reading, begin: int, start: int, end: int) -> bool:
    """Whether a country of one syllable is part of the name of a person or a place."""
    if page.low[start:end] not in _ONE_SYLLABLE:
        return False
    before = page.low[max(begin, start - 20) : start]
    if _AT_A_COUNTRY.search(before):
        return False
    previous = re.search(r"[^\W\d_]+ $", before)
    after_name = previous is not None and page.sketch.startswith(b"A", start - len(previous[0]))
    before_name = page.low.startswith(" ", end) and page.sketch.startswith(b"A", end + 1)
    return after_name or before_name or bool(_TITLE_OF_A_PERSON.search(before))


def _reporters(page: Reading, begin: int, stop: int) -> list[tuple[int, Subject]]:
    """Return the districts and communes whose officers report, and where they are named."""
    found = []
    for match in _OF_A_UNIT.finditer(page.low, begin, stop):
        end = page.name_at(match.end())
        if not end or not _REPORTS.match(page.low, end, stop):
            continue
        name = page.text[match.end() : end]
        kind = match["kind"] or _UNITS_OF_COMMITTEES[match["party"]]
        if kind == "thành phố" and _is_province(page.plain[match.end() : end]):
            continue
        found.append((match.start(), Subject(f"{kind} {name}", _LEVELS.get(kind, DISTRICT))))
    return found


def names_the_nation(low: str, begin: int, stop: int) -> bool:
    """Whether a sentence speaks of the bodies of the nation, or of all of it."""
    return bool(_OF_THE_NATION.search(low, begin, stop))


def names_home(page: Reading, begin: int, stop: int, home: Subject) -> bool:
    """Whether a sentence speaks of a province."""
    if _HERE.search(page.low, begin, stop):
        return True
    return any(one.slug == home.place for one in places.find_composed(page.text[begin:stop]))


def _in_closed_brackets(low: str, begin: int, start: int, at: int) -> bool:
    opened = low.rfind("(", begin, start)
    return opened >= 0 and ")" not in low[opened:start] and ")" in low[start:at]


def _is_compared(low: str, begin: int, start: int, at: int, end: int) -> bool:
    before = low[max(begin, start - 30) : start]
    if not _COMPARED.search(before):
        return False
    # "của Bắc Giang", "và Bắc Giang", "của cả nước": compared only where a number does not follow at once
    return not (re.search(r"(?:của|và)(?: tỉnh| thành phố)?\s*$", before) and not _NATION.match(low, start))


def _is_province(name: str) -> bool:
    found = places.find_composed(name)
    unit = places.unit(found[0].slug) if found and found[0].start == 0 else None
    return unit is not None and unit.status != "tỉnh"


_NAMED_IN_TITLE = re.compile(
    r"(?<!\w)(?:đảng bộ|huyện ủy|thị ủy|quận ủy|đảng ủy|hđnd|ubnd)?\s*(?P<kind>huyện|thị xã|quận|xã|phường|"
    r"thị trấn)\s+(?=[^\W\d_])"
)


def of_title(title: Reading) -> Subject:
    """Return the district or commune that a title is about, UNKNOWN if none."""
    match = _NAMED_IN_TITLE.search(title.low)
    if match and (end := title.name_at(match.end())):
        if match.start() and re.search(r"(?:tại|ở|thăm|với)\s*$", title.low[: match.start()]):
            return UNKNOWN
        return Subject(title.text[match.start("kind") : end], _LEVELS.get(match["kind"], DISTRICT))
    return UNKNOWN


_INTRODUCED = re.compile(r"(?<!\w)(?:huyện|thị xã|quận|xã|phường|thị trấn)\s+(?=[^\W\d_])")


def introduced(page: Reading, begin: int, stop: int) -> Subject:
    """Return the district or commune that a sentence sets in as what the next ones are about."""
    if reporters := _reporters(page, begin, stop):
        return reporters[-1][1]
    for match in _INTRODUCED.finditer(page.low, begin, stop):
        end = page.name_at(match.end())
        if end and re.match(
            r"\s*(?:đã|đạt|có|ước|tiếp tục|hoàn thành|thực hiện|tập trung|phấn đấu)(?!\w)", page.low[end : end + 20]
        ):
            kind = match[0].strip()
            return Subject(page.text[match.start() : end], _LEVELS.get(kind, DISTRICT))
    return UNKNOWN
