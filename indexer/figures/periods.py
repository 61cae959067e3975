"""The period that words mean: "6 tháng đầu năm 2024", "đến hết quý 3/2020", "giai đoạn 2021 - 2025".

A period is written by ISO 8601 where that has a form (2023, 2022-10, ../2023-09-30 for "up to that day", 2021/2025) and
alike where it has none: 2024-H1, 2024-Q3, 2018-M1/M9.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_WORDS = {"ba": 3, "sáu": 6, "chín": 9, "tám": 8, "bảy": 7, "mười": 10, "năm": 5, "bốn": 4, "hai": 2, "mười một": 11}
_Y = r"(?:19[4-9]|20\d)\d"
_D, _M = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_YEAR = rf"(?:\s*(?:/|-|\.|,?\s*năm|của năm|,)?\s*(?P<{{}}>{_Y})(?![\d/]|[.,]\d))"


def _year(name: str) -> str:
    return _YEAR.format(name)


_PATTERN = re.compile(
    "|".join(
        (
            (
                rf"(?P<span>(?:giai đoạn|nhiệm kỳ|trong (?:5|năm) năm|(?:5|năm) năm|những năm|thời kỳ|"
                rf"kế hoạch)\s*(?:từ\s*)?(?:năm\s*)?\(?(?P<from>{_Y})\s*(?:-|đến)\s*(?:năm\s*)?(?P<to>{_Y}))"
            ),
            rf"(?P<span2>(?<![\d/])(?P<from2>{_Y})\s?-\s?(?P<to2>{_Y})(?![\d/]))",
            (
                rf"(?P<half>(?:(?:6|06|sáu) tháng|nửa) (?P<which>đầu|cuối) (?:của )?năm{_year('half_year')}?|"
                rf"(?:(?:đến|tới|hết) )?(?:giữa|nửa) năm\s*(?P<half_only>{_Y}))"
            ),
            r"(?P<term>(?:trong |cả |hết )?(?:nhiệm kỳ (?:qua|vừa qua|này)|(?P<five>(?:5|năm) năm qua)))",
            (
                rf"(?P<months>(?P<count>\d{{1,2}}|hai(?= tháng đầu)|ba|bốn(?= tháng đầu)|sáu|chín|tám|bảy|"
                rf"mười một|mười) tháng(?: đầu)?(?: năm|"
                rf" của năm)?{_year('months_year')}?(?! (?:tới|sau|trước|liền|nữa|tuổi|qua đời|cuối)))"
            ),
            (
                rf"(?P<asof>(?:(?:tính )?(?:đến|tới)(?: hết| thời điểm| ngày| cuối ngày| hết ngày| nay,?)*|hết|"
                rf"trước|từ nay đến)\s*(?:ngày\s*)?(?P<day>{_D})\s?[/.-]\s?(?P<month>{_M})"
                rf"(?:\s?[/.-]\s?(?P<day_year>{_Y}))?(?![\d/%]))"
            ),
            (
                rf"(?P<day_of>ngày\s*\d{{1,2}}(?:\s*(?:-|đến|"
                rf"và)\s*\d{{1,2}})?\s?[/.-]\s?\d{{1,2}}(?:\s?[/.-]\s?(?P<that_year>{_Y}))?(?![\d/%]))"
            ),
            (
                rf"(?P<asof_month>(?:(?:tính )?(?:đến|tới)(?: hết| cuối| hết hết)*|hết|"
                rf"cuối)\s*tháng\s*(?P<month2>\d{{1,2}}){_year('month2_year')}?)"
            ),
            (
                rf"(?P<asof_quarter>(?:(?:tính )?(?:đến|tới)(?: hết| cuối)*|hết)\s*quý\s*(?P<quarter2>iv|iii|ii|i|"
                rf"[1-4])(?![^\W\d_]){_year('quarter2_year')}?)"
            ),
            (
                rf"(?P<asof_year>(?:(?:tính )?(?:đến|tới|vào)(?: hết| cuối| hết năm| cuối năm)*|hết|"
                rf"cuối)(?:\s*năm)?\s*(?P<until>{_Y})(?![\d/]|[.,]\d))"
            ),
            rf"(?P<quarter_>quý\s*(?P<quarter>iv|iii|ii|i|[1-4])(?![^\W\d_]){_year('quarter_year')}?)",
            rf"(?P<q>(?<!\w)q(?P<quarter3>[1-4])[/-](?P<q_year>{_Y}))",
            rf"(?P<month_>tháng\s*(?P<month3>\d{{1,2}})(?!\d|/\d{{1,2}}/)(?:{_year('month3_year')})?)",
            rf"(?P<year_>(?:(?:cả |trong |của )?năm\s*)(?P<year>{_Y})(?![\d/]|[.,]\d|\s?-\s?\d))",
            (
                rf"(?P<bare>(?<![\d/.,-])(?P<bare_year>{_Y})(?=[\s,;:)]*(?:[^\W\d]|$)|: |"
                rf", {_Y})(?! (?:đảng viên|người|"
                rf"tỷ|tỉ|triệu|xã|dự án|lượt|đại biểu|đồng|doanh|hộ|usd|sản phẩm)))"
            ),
            r"(?P<this>(?:cả |trong )?(?P<present>năm nay)|cả năm|trong năm|hết năm|cuối năm)",
            (
                r"(?P<now>(?<!trước )đến nay|hiện nay|hiện có|(?<!thực )hiện(?= đạt| còn| là| ở mức)|"
                r"tính đến nay|đến thời điểm hiện tại|đến thời điểm này|đến ngày họp|"
                r"tính đến (?:kỳ|phiên) họp)"
            ),
        )
    )
)
# How a period may begin: the regex engine finds these quickly, and tries the long pattern only there
# A set of letters comes first, because the regex engine then skips to the few places that can match.
_OPENINGS = re.compile(
    r"[bcghkmnqstvđ\d](?<!\w.)(?:(?<=g)(?:iai đoạn|iữa)|(?<=n)(?:hiệm kỳ|ăm|hững năm|gày|ửa)|(?<=h)(?:ết|iện|ai)|"
    r"(?<=t)(?:rong|hời kỳ|ính|ới|rước|ừ nay|háng|ám)|(?<=k)ế hoạch|(?<=đ)ến|(?<=c)(?:uối|ả|ủa năm|hín)|(?<=v)ào|"
    r"(?<=q)(?:uý|[1-4])|(?<=b)(?:a|ốn|ảy)|(?<=s)áu|(?<=m)ười|(?<=\d))"
)
_COMPARISON = re.compile(
    r"(?:so với|so|cùng kỳ|với|hơn|cùng thời điểm|cùng kỳ của|giá so sánh|giá|ss|năm gốc|từ|bằng|của|"
    r"trước|lần)\s*(?:cùng kỳ\s*)?(?:của\s*)?(?:năm trước\s*)?\(?$"
)
_COUNTED = (
    "đứng thứ",
    "xếp thứ",
    "hạng thứ",
    "vị trí thứ",
    "vị thứ",
    "tổng số",
    "một số",
    "chỉ số",
    "tỷ số",
    "trong số",
)
_NO_ORDINAL = "".join(f"(?<!{words} )" for words in _COUNTED)
# A date of another thing: the day of a meeting, of a document
_ANY_DATE = re.compile(
    rf"(?:ngày|sáng|chiều|tối|hôm|nay|mai|qua|từ|đến|và|tháng)\s*\(?{_D}(?:\s?(?:-|,|và|"
    rf"đến)\s?{_D})?\s?[/.-]\s?{_M}(?:\s?[/.-]\s?{_Y})?(?![\d%,])"
    r"(?!\s(?:xã|nội dung|phiếu|đại biểu|trường|chỉ tiêu|huyện|sở|ý kiến|kiến nghị|tiêu chí|đơn vị|ngành|dự án))"
    rf"|(?<!\d)\d{{1,2}}[/.-]\d{{1,2}}[/.-]{_Y}(?!\d)|\(\d{{1,2}}/\d{{1,2}}\)"
    r"|\d{1,2}\s?(?:h|g)\d{0,2}(?!\w)|\d{1,2}:\d\d|\d{1,2} giờ"
    r"|(?<!\w)(?:số|khóa|lần thứ|thứ|kỳ thứ|phiên thứ|điều|khoản|mục|chương|quốc lộ|đường|tổ|quận|phường|khối|"
    r"khóm|khu phố|ấp|trang|"
    rf"điện thoại|covid|sars-cov)[\s-]+{_NO_ORDINAL}\d+(?:[/-][\w/-]+)?"
    r"|(?<!\d)\d+(?:-|/)(?:[a-zđ]{2,}|\d{4}/)[\w/-]*|\(?giá (?:so sánh|ss|hiện hành|cố định)\s*(?:năm )?\d*\)?"
)


_OWN_YEARS = frozenset(name for name in _PATTERN.groupindex if name.endswith("year") and name != "asof_year") | {
    "to",
    "to2",
    "until",
}


@dataclass(frozen=True, slots=True)
class Period:
    """key: as written above. first, last: its days (ISO), first "" where it has no beginning."""

    key: str
    first: str
    last: str
    notes: tuple[str, ...] = ()

    @property
    def year(self) -> int:
        return int(self.last[:4])


def whole_year(period: Period) -> Period:
    """Return the year in which a period lies, the period itself where it is of several."""
    year = period.last[:4]
    if period.first and period.first[:4] != year:
        return period
    return Period(year, f"{year}-01-01", f"{year}-12-31", period.notes)


@dataclass(frozen=True, slots=True)
class PeriodMention:
    start: int
    end: int
    kind: str
    groups: dict[str, str]
    compared: bool

    def period(self, year: int, today: str) -> Period | None:
        """Return what it means where `year` is spoken of and `today` (ISO, or "") is the day of the page."""
        return _resolve(self.kind, self.groups, year, today)

    @property
    def own_year(self) -> int:
        """The last year that it names, 0 if none."""
        years = [int(value) for name, value in self.groups.items() if name in _OWN_YEARS]
        return years[-1] if years else 0


def mentions(low: str, begin: int, stop: int, congress: int = 0) -> list[PeriodMention]:
    """Return the periods that low[begin:stop] names, in order; compared: what something else is measured against.

    congress: the year of the congress that is reported, whose "nhiệm kỳ qua" are the five years before; 0 if none is.
    """
    found = []
    end = begin
    for opening in _OPENINGS.finditer(low, begin, stop):
        match = _PATTERN.match(low, opening.start(), stop) if opening.start() >= end else None
        if match is None:
            continue
        end = match.end()
        groups = {name: value for name, value in match.groupdict().items() if value is not None}
        kind = match.lastgroup or ""  # the outermost group: what matched, and not a part of it
        before = low[max(begin, match.start() - 30) : match.start()]
        compared = (bool(_COMPARISON.search(before)) and not before.rstrip().endswith("của")) or bool(
            re.search(r"cùng kỳ\s*$", before)
        )
        if kind in ("asof_year", "asof", "asof_month", "asof_quarter", "span", "now", "half", "months", "this"):
            compared = bool(re.search(r"(?:so với|cùng kỳ|lần)\s*$", before))
        if kind == "term" and congress:
            first = congress - (4 if "five" in groups else 5)
            kind, groups = "span", {"from": str(first), "to": str(congress)}
        found.append(PeriodMention(match.start(), match.end(), kind, groups, compared))
    return found


def hidden_spans(low: str, begin: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield what looks like a number and is none: dates, clock times, numbers of documents, ordinals."""
    for match in _ANY_DATE.finditer(low, begin, stop):
        yield match.span()


def _resolve(kind: str, groups: dict[str, str], year: int, today: str) -> Period | None:
    def own(name: str) -> int:
        return int(groups.get(name) or year)

    match kind:
        case "span" | "span2":
            first, last = (groups[name] for name in (("from", "to") if kind == "span" else ("from2", "to2")))
            return Period(f"{first}/{last}", f"{first}-01-01", f"{last}-12-31") if first < last else None
        case "half":
            y = int(groups.get("half_only") or own("half_year"))
            return _months(y, 1, 6, f"{y}-H1") if groups.get("which") != "cuối" else _months(y, 7, 12, f"{y}-H2")
        case "months":
            count, y = _count(groups["count"]), own("months_year")
            if not 1 <= count <= 12:
                return None
            names = {6: f"{y}-H1", 3: f"{y}-Q1", 12: f"{y}", 1: f"{y}-01"}
            return _months(y, 1, count, names.get(count, f"{y}-M1/M{count}"))
        case "asof":
            return _until(own("day_year"), int(groups["month"]), int(groups["day"]))
        case "asof_month":
            return _until(own("month2_year"), int(groups["month2"]), 0)
        case "asof_quarter":
            return _until(own("quarter2_year"), 3 * _quarter(groups["quarter2"]), 0)
        case "asof_year":
            y = int(groups["until"])
            return Period(f"{y}", f"{y}-01-01", f"{y}-12-31")
        case "quarter_" | "q":
            quarter = _quarter(groups.get("quarter") or groups.get("quarter3") or "1")
            y = own("quarter_year" if kind == "quarter_" else "q_year")
            return _months(y, 3 * quarter - 2, 3 * quarter, f"{y}-Q{quarter}")
        case "month_":
            month, y = int(groups["month3"]), own("month3_year")
            return _months(y, month, month, f"{y}-{month:02}") if 1 <= month <= 12 else None
        case "year_" | "bare":
            y = int(groups.get("year") or groups["bare_year"])
            return Period(f"{y}", f"{y}-01-01", f"{y}-12-31")
        case "this":
            year = int(today[:4]) if "present" in groups and today else year  # whatever year was told of before
            return Period(f"{year}", f"{year}-01-01", f"{year}-12-31") if year else None
        case "now":
            return Period(f"../{today}", "", today if len(today) == 10 else f"{today[:4]}-12-31") if today else None
    return None


def _months(year: int, first: int, last: int, key: str) -> Period | None:
    if not year:
        return None
    return Period(key, f"{year}-{first:02}-01", f"{year}-{last:02}-{monthrange(year, last)[1]}")


def _until(year: int, month: int, day: int) -> Period | None:
    if not year or not 1 <= month <= 12:
        return None
    days = monthrange(year, month)[1]
    if day > days:
        return None
    last = f"{year}-{month:02}-{day or days:02}"
    return Period(f"../{last}", f"{year}-01-01", last)


def _quarter(words: str) -> int:
    return _ROMAN.get(words) or int(words)


def _count(words: str) -> int:
    return _WORDS.get(words) or (int(words) if words.isdigit() else 0)
