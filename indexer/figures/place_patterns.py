"""Patterns by which a sentence says of which place its numbers are; their words stand in rules/figure_places.toml."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

_FILE = Path(__file__).parents[1] / "rules" / "figure_places.toml"
with _FILE.open("rb") as _file:
    _TABLES = tomllib.load(_file)

LEVELS: dict[str, str] = _TABLES["units"]
_WORDS: dict[str, list[str]] = _TABLES["words"]
_ACTS, _SAYS = _WORDS["acts"], _WORDS["says"]
CLAUSE: dict[str, list[str]] = {  # of clause_subjects.py
    **_TABLES["clause"],
    "reports": _SAYS + _TABLES["clause"]["reports"],
    "neutral": _ACTS + _TABLES["clause"]["neutral"],
}
_CITY_KIND = "thành phố|tp[.]?"

_NAMED = r"\s+(?=[^\W\d_])"
# Without the city, which may be a province, and the island, which may have no name or that of a site
_SMALL_KINDS = "|".join(kind for kind in LEVELS if kind not in ("thành phố", "tp", "đảo"))
KIND_OF_COMMITTEE = {  # "Thị ủy": the committee of a "thị xã"
    **{kind: kind for kind in ("huyện", "quận", "xã", "phường")},
    "thị": "thị xã",
    "thành": "thành phố",
}
_DISTRICTS = ("huyện", "thị", "quận")  # of KIND_OF_COMMITTEE


def _committee(group: str, kinds: Iterable[str]) -> str:
    return rf"(?P<{group}>{'|'.join(kinds)}) ủy(?: (?:{_CITY_KIND}))?"


_PARTY = _committee("party", (*_DISTRICTS, "thành"))


def _any(*words: Iterable[str]) -> str:
    return "|".join(word for some in words for word in some)


def _of(name: str, *more: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_any(_WORDS[name], *(_WORDS[other] for other in more))})(?!\w)")


# -- units of a province -------------------------------------------------------------------------------------------

UNIT = re.compile(rf"(?<!\w)(?<!thành ủy )(?P<kind>{_CITY_KIND}|{_SMALL_KINDS})\s+(?=[^\W_])")
WORD_OF_A_UNIT = re.compile(rf"(?:{'|'.join(LEVELS)})\s+$")
COMMITTEE = re.compile(rf"(?<!\w){_committee('kind', KIND_OF_COMMITTEE)}{_NAMED}")
OF_THE_PROVINCE = re.compile(r"(?<!\w)(?:tỉnh ủy|(?:ubnd|hđnd|ủy ban nhân dân|hội đồng nhân dân|đảng bộ) tỉnh)(?!\w)")
_BODY = "(?:hđnd|ubnd|ủy ban nhân dân|hội đồng nhân dân|chủ tịch|đảng ủy|đảng bộ|cấp) (?:ubnd |hđnd )?"
SMALLER_BODY = re.compile(rf"(?<!\w)(?:{_BODY}(?:{_SMALL_KINDS})|(?:{'|'.join(_DISTRICTS)}) ủy)(?!\w)")
BODY_OF_A_CITY = re.compile(rf"(?<!\w)(?:{_BODY}(?:{_CITY_KIND})|thành ủy(?: (?:{_CITY_KIND}))?)(?!\w)")
# What a page sets in as its subject: "huyện X đã …", "làm việc với xã X", and "X là huyện …"
INTRODUCED = re.compile(
    r"(?<!\w)(?P<met>(?:báo cáo của|làm việc với|làm việc tại|thăm|khảo sát(?: tại)?|giám sát(?: tại)?)"
    rf"(?: (?:ubnd|hđnd|đảng ủy))? )?(?P<kind>{_SMALL_KINDS}|{_CITY_KIND}){_NAMED}"
)
TOLD_WHAT_IT_IS = re.compile(r"\s(?:hiện )?là (?:một )?(?P<kind>huyện|quận|thị xã|xã|phường)(?!\w)")
GOES_ON = re.compile(r"\s*(?:đã|đạt|có|ước|tiếp tục|hoàn thành|thực hiện|tập trung|phấn đấu|là)(?!\w)")
IN_TITLE = re.compile(
    rf"(?<!\w)(?:{_PARTY}|(?:đảng bộ|đảng ủy|hđnd|ubnd)?\s*(?P<kind>{_SMALL_KINDS})|"
    rf"(?:đảng bộ|đảng ủy|hđnd|ubnd|hội đồng nhân dân|ủy ban nhân dân) (?P<city>{_CITY_KIND})){_NAMED}"
)
WORKS_WITH = re.compile(r"làm việc (?:với|tại)\s*$")
ONLY_VISITED = re.compile(r"(?:tại|ở|thăm|với)\s*$")

# A unit without its name: of "của huyện" and "huyện đạt" the one that was named before
_DOES = _any(_ACTS, _WORDS["acts_of_units"])
_OPENING = (
    r"(?:^\W*|[.,;:(]\s*|(?:đầu năm|năm nay|năm qua|năm \d{4}|vừa qua|đến nay|hiện nay|cho biết|tháng \d+|quý \w+)\s+)"
)
_VERB = rf"(?:cũng |vẫn |mới |chỉ |đã |ước |đang )*(?:{_DOES})(?!\w)"
UNNAMED = re.compile(
    r"(?<!\w)(?:toàn|của|cả|trên địa bàn) (?P<kind>huyện|thị xã|quận|xã|phường|đảo)(?!\w)(?! hội)|"
    r"(?<!\w)(?P<acting>huyện|thị xã|quận) (?:đã|đạt|có|ước|chỉ|này)(?!\w)|"
    r"(?<!\w)là (?:một )?(?P<told>huyện|thị xã|quận)(?!\w)"
)
# As the subject of a clause; after a number or "các" it is what is counted
UNNAMED_SUBJECT = re.compile(rf"{_OPENING}(?P<kind>{_SMALL_KINDS}|đảo) {_VERB}")
WHOLE_PROVINCE = re.compile(rf"{_OPENING}(?:toàn tỉnh|cả tỉnh)(?!\w)")
PROVINCE_AGAIN = re.compile(rf"{_OPENING}(?:tỉnh|thành phố) {_VERB}")
ACTS = re.compile(rf"\s+(?:\S+ )?{_VERB}")
TELLS = re.compile(rf"\s+(?:cũng |đã )*(?:{_any(_SAYS, _WORDS['says_of_units'])})(?!\w)")
DEPARTMENT = re.compile(
    rf"(?<!\w)(?:(?:các )?sở(?:,| và)? ngành(?: liên quan)?|các sở|sở{_NAMED}[^,.;:()\d]{{2,40}}?) "
    r"(?:chỉ |mới |đã |cũng )*(?:giải ngân|thu hút|được giao)(?!\w)"
)

# Whoever reports for a unit speaks of it: "Bí thư Huyện ủy X cho biết"
OFFICER = re.compile(
    r"(?<!\w)(?:phó )?(?:bí thư|bí thư thường trực|chủ tịch) "
    rf"(?:{_PARTY}|(?:đảng ủy|ubnd|ủy ban nhân dân|hđnd) (?P<kind>{_SMALL_KINDS}|{_CITY_KIND})){_NAMED}"
)
REPORTS = re.compile(rf"[^.;:]{{0,80}}?(?<!\w)(?:{_any(_SAYS, _WORDS['says_of_units'])})(?!\w)")
# Right after a number: "kiểm tra 6 đảng viên tại Đảng bộ quận Thủ Đức"
FOLLOWING_UNIT = re.compile(
    r"\s*(?:[^\W\d_]+ ){0,2}(?:tại|ở|của|trên địa bàn|thuộc) (?:đảng bộ |đảng ủy )?"
    rf"(?P<kind>{_SMALL_KINDS})\s+(?=[^\W_])"
)
FOLLOWING_NAME = re.compile(r"\s*(?:[^\W\d_]+ ){0,2}(?:đến|tại|ở|vào)\s+(?=[^\W\d_])")
# Before the bare name of a district: "vào Phú Quốc", "riêng Hội An"
TOWARDS = re.compile(r"(?:tại|ở|vào|đến|riêng|của|huyện đảo|trong đó)\s+$")
# Before and after the name of any place: "đến Tây Yên Tử", "Khuôn Thần đón"
AT_A_SITE = re.compile(r"(?:(?<!đại biểu )(?<!\w)đến|tại|ở|riêng)\s+$")
OPENING_PREPOSITION = re.compile(r"(?:tại|ở|vào|đến|riêng|của)\s+")
RECEIVES = re.compile(r"\s+(?:cũng |đã |ước )*(?:đón|thu hút)(?!\w)")

# What a sentence turns to first: "Tại Bắc Kạn, …", "Lãnh đạo tỉnh Lạng Sơn cho biết …"
TURNS_TO = re.compile(r"\W*(?:(?:tại|ở|riêng|còn|về phía|lãnh đạo|đại diện)\s+)+(?:tỉnh |thành phố |tp\.? )?$")
# A foreign name, by its letters: no Vietnamese word is built so
FOREIGN = re.compile(r"(?<!\w)(?!Index|Covid|Internet|Online|Logistics|Website|Festival|Resort)[A-Z][a-z]{4,}(?!\w)")

# -- what is larger ------------------------------------------------------------------------------------------------

NATION = _of("nation")
OF_THE_NATION = re.compile(
    rf"(?<!\w)(?:cả nước|toàn quốc|{_any(_WORDS['bodies_of_the_nation'])}|(?:theo )?báo cáo của (?:bộ|chính phủ))(?!\w)"
)
REGION = _of("regions")
ABROAD = _of("countries", "countries_of_one_syllable")
ONE_SYLLABLE = frozenset(_WORDS["countries_of_one_syllable"])
AT_A_COUNTRY = re.compile(r"(?:tại|ở|sang|với|từ|đến|và|nước|đô la|của|vào)\s+$")
OF_A_COUNTRY = re.compile(r"(?<!\w)(?:của|từ|đến từ)(?: các| các nhà đầu tư| nhà đầu tư| doanh nghiệp)?\s+$")
TO_A_COUNTRY = re.compile(r"(?:sang|vào|với|từ|đến|qua)(?: thị trường)?(?: các nước)?\s+$")
TITLE_OF_A_PERSON = re.compile(r"(?:đồng chí|ông|bà|anh|chị)\s+$")
# Not after a percentage: "chiếm 40 % của tỉnh" is a share of what the province has, and not of the province itself
_NOT_A_SHARE = r"(?<!\w)(?<!% )(?<!%)"
HOME = re.compile(rf"{_NOT_A_SHARE}(?:{_any(_WORDS['home'])})(?!\w)")
CITY = re.compile(rf"{_NOT_A_SHARE}(?:{_any(_WORDS['city'])})(?!\w)(?! [^\W\d_]*ủy)")

# -- what is none of them ------------------------------------------------------------------------------------------

PRIVATE = _of("private")  # who are a part of the province where it says where they are
HOUSEHOLD, THING, BOARD = _of("households"), _of("things"), _of("boards")
PART_OF_THE_PEOPLE, SPEAKER_OF_THE_NATION = _of("parts_of_the_people"), _of("speakers_of_the_nation")
ONE_PERSON = re.compile(r"(?<!\w)(?:anh|chị)\s+(?=[^\W\d_])")
SOME = re.compile(
    r"(?<![\w/])(?:một số|nhiều|\d{1,2}|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười) (?:địa phương|huyện|đơn vị|sở|chủ đầu tư|"
    r"công trình|nhà đầu tư|nhà thầu|tỉnh|dự án)(?!\w)(?=[^,;.]{0,40}(?<!\w)(?:có|đạt|như|giải ngân|chưa|dưới)(?!\w))"
)
BODY_OR_SITE = re.compile(rf"(?<!\w)(?:{_any(_WORDS['bodies_and_sites'])}){_NAMED}")

# "Đảng bộ Quân sự tỉnh", "Đảng ủy Khối các cơ quan": not of the province, nor of a unit, nor the subject alone
PART_OF_THE_PARTY = re.compile(
    r"(?<!\w)(?:đảng ủy|đảng bộ)(?= \w)(?! (?:bộ phận|tỉnh|thành phố|tp|thủ đô|các cấp|cấp|trực thuộc|cơ sở|"
    rf"khóa|lần|nhiệm kỳ|đã|cũng|mới|luôn|hiện|và|phải|cần|để|{'|'.join(LEVELS)}|{_DOES})(?!\w))"
)

LIES_IN = re.compile(r"\s*(?:(?:ngoại thành|nội thành|ở|tại|của|trên địa bàn|tỉnh|thành phố|tp\.?)\s*)*")
# An association of the province, whose delegates and members are its own: "Hội Luật gia tỉnh tổ chức Đại hội"
_ASSOCIATION = (
    r"(?:hội (?!nghị|đồng|trường|thảo|đàm|viên|ý|nhập|chợ)|hiệp hội|liên hiệp|liên đoàn|liên minh|(?:tỉnh|thành) đoàn|"
    r"đoàn thanh niên|công đoàn|mttq)"
)
ASSOCIATION = re.compile(
    rf"(?<!\w){_ASSOCIATION}[^.;,]{{0,60}}(?<!\w)(?:tổ chức|tiến hành|mở|họp) (?:\S+ ){{0,3}}?đại hội(?!\w)|"
    rf"(?<!\w)đại hội (?:đại biểu )?(?:lần thứ \w+ )?{_ASSOCIATION}"
)

# -- comparisons ---------------------------------------------------------------------------------------------------

COMPARED = re.compile(rf"(?:{_any(_WORDS['compare'])})(?: của)?(?: tỉnh| các tỉnh| thành phố| cả| tp\.?)*\s*$")
STRONG = re.compile(
    r"(?:^|[,;:.(\"-]|tại|ở|địa bàn|tỉnh|của|riêng|là|thì|như|và|thành phố|tp\.?)\s*(?:tỉnh |thành phố |tp\.? )?$"
)
JOINT = re.compile(r"\s*(?:,|và|;|,\s*và)\s*(?:tỉnh |thành phố |tp\.? )?")
PASSING = re.compile(rf"(?:{_any(_WORDS['carry_a_name'])})\s*(?:[\w.-]+\s){{0,4}}$")
AVERAGE = re.compile(r"(?:bình quân|trung bình|mức|chung)(?: chung)?(?: của)?\s*$")
ONLY_FILLERS = re.compile(
    r"[\s,:(]*(?:(?:năm \d{4}|đạt|là|ước|chỉ|khoảng|trên|gần|hơn|dưới|tăng|giảm|cũng|ở mức)\s*)*$"
)
