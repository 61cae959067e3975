"""Numbers as printed in Vietnamese (1.510 · 13,45 · 8-8,5 · 108/126), exact, with unit and "trên", "gần", "khoảng".

numbers_in("đạt gần 4.128,5 tỷ đồng") → one: value 4128.5, approx "~", unit "tỷ đồng", money in đồng, × 10⁹
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from indexer.figures.indicators import indicators

PLAIN = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?(?![\d])|\d{1,3}(?:,\d{3}){2,}(?!\d)|\d+(?:[.,]\d+)?"
_NUMBER = re.compile(
    rf"(?<![\d/.,])(?P<sign>(?<=[\s(:])[+-](?=\d))?(?P<value>{PLAIN})"
    rf"(?:(?P<unit_between>\s?%)?\s?(?:-|đến)\s?(?P<high>{PLAIN})(?=\s?(?:%|phần trăm|nghìn|ngàn|triệu|tỷ|tỉ|"
    rf"đồng|usd|người|tấn|lần|điểm|đảng))"
    rf"|(?P<first_percent>\s?%)?(?:\s?(?:tỷ|tỉ|triệu|phiếu|đại biểu|xã)(?: đồng| usd)?(?=\s?/\s?\d))?"
    rf"(?:\s?/\s?|\s(?:trên|trong)(?: tổng)?(?: số)?\s(?=\d[\d.,]*\s(?:xã|trường|"
    rf"đại biểu|phiếu|chỉ tiêu)))(?P<of>{PLAIN}))?"
)
_FIGURE = re.compile(r"\d")
_APPROX = {
    "trên": ">", "hơn": ">", "quá": ">", "vượt": ">", "ít nhất": ">=", "tối thiểu": ">=", "không dưới": ">=", "từ": "",
    "không thấp hơn": ">=", "gần": "~", "khoảng": "~", "xấp xỉ": "~", "ước khoảng": "~", "trên dưới": "~", "chừng": "~",
    "dưới": "<", "chưa đến": "<", "chưa tới": "<", "chưa đầy": "<",
    "không quá": "<=", "tối đa": "<=", "không vượt quá": "<=",
}  # fmt: skip
_MODIFIER = re.compile(
    r"(?:^|(?<=[\s(,;:]))("
    + "|".join(sorted((w for w in _APPROX if w not in ("từ", "vượt")), key=len, reverse=True))
    + r")\s*$"
)
_FROM = re.compile(r"(?<!\w)từ\s+$")
_AFTER_MODIFIER = re.compile(r"\s*trở lên|\s*trở xuống")
_MULTIPLES = {"nghìn": 10**3, "ngàn": 10**3, "vạn": 10**4, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}

# Core of a unit → (dimension, what it is counted in, factor). Nouns of indicators.toml are counts beside these.
_CORES: dict[str, tuple[str, str, Decimal]] = {
    **dict.fromkeys(("đồng", "vnđ", "vnd", "đ"), ("money", "VND", Decimal(1))),
    **dict.fromkeys(("usd", "đô la mỹ", "đô la", "đô", "đôla", "đô-la", "đô la mĩ"), ("money", "USD", Decimal(1))),
    **dict.fromkeys(("điểm %", "điểm phần trăm", "% điểm", "điểm phần trăm"), ("points", "pp", Decimal(1))),
    **dict.fromkeys(("%", "phần trăm"), ("percent", "%", Decimal(1))),
    "lần": ("times", "times", Decimal(1)),
    "điểm": ("score", "points", Decimal(1)),
    "tấn": ("mass", "tonnes", Decimal(1)),
    "tạ/ha": ("yield", "quintals/ha", Decimal(1)),
    "ha": ("area", "ha", Decimal(1)),
    "héc ta": ("area", "ha", Decimal(1)),
    "km": ("length", "km", Decimal(1)),
    "kwh": ("energy", "kWh", Decimal(1)),
}
_PER_HEAD = r"(?:\s?/\s?|\s)(?:người|đầu người|lao động|khẩu|nhân khẩu)(?:\s?(?:/|mỗi|một)\s?(?:năm|tháng))?"
# Money may be counted by the year and the month; a yearly rate is per cent per year.
_SLASHED = re.compile(rf"(?P<head>{_PER_HEAD})|\s?/\s?(?:năm|tháng)(?:\s?/\s?(?:người|lao động))?")
_RATE = re.compile(r"\s?(?:/|mỗi|một)\s?(?:ngày|ha|km|m2|m²|suất|hộ|giờ|tấn|căn|lượt)(?!\w)")
OTHER_NOUNS = (
    *("người", "hộ", "dự án", "doanh nghiệp", "xã", "lượt", "phiếu", "đại biểu", "đảng viên", "sản phẩm", "trường"),
    *(
        "chỉ tiêu",
        "ngành",
        "đồng chí",
        "chi bộ",
        "cơ sở",
        "công trình",
        "nhiệm vụ",
        "tỉnh",
        "huyện",
        "ý kiến",
        "văn bản",
    ),
    *(
        "tiêu chí",
        "nhà máy",
        "khu",
        "cụm",
        "tổ",
        "ngày",
        "tháng",
        "năm",
        "giờ",
        "con",
        "chiếc",
        "mô hình",
        "sao",
        "bậc",
        "học sinh",
    ),
)


@dataclass(slots=True)
class Number:
    """value, high, of: exact. begin: where its words begin ("trên 2.430"); start, end: the figures with their unit.

    digits_end: where the figures end. core: its unit without multiples ("đảng viên", "%"), "" if none.
    """

    begin: int
    start: int
    end: int
    digits_end: int
    value: Decimal
    high: Decimal | None
    of: Decimal | None
    approx: str
    signed: bool
    unit: str
    core: str
    dimension: str
    counted_in: str
    factor: Decimal
    notes: list[str] = field(default_factory=list)

    @property
    def end_of_unit(self) -> int:
        """Where its unit ends; "trở lên" may follow within start to end."""
        return self.digits_end + len(self.unit)

    @property
    def amount(self) -> Decimal:
        return self.value * self.factor


def numbers_in(low: str, begin: int, stop: int, hidden: Sequence[tuple[int, int]] = ()) -> Iterator[Number]:
    """Yield the numbers of low[begin:stop] (text as read, in lower case), but those inside hidden spans (dates)."""
    at = begin
    while match := _next(low, at, stop):
        at = match.end()
        cover = next((end for start, end in hidden if start < match.end() and match.start("value") < end), 0)
        if cover:
            # a period may be one side of what looks like a range; the other side is no number of its own
            at = max(cover, match.start() + 1)
            continue
        if _is_part_of_word(low, match.start("value"), begin):
            continue
        yield _number(low, match, begin)


def _next(low: str, at: int, stop: int) -> re.Match[str] | None:
    """Return the next number of low[at:stop]: it begins with a figure or the sign before one, which are found first."""
    while figure := _FIGURE.search(low, at, stop):
        start = figure.start()
        signed = _NUMBER.match(low, start - 1, stop) if start > at and low[start - 1] in "+-" else None
        if match := signed or _NUMBER.match(low, start, stop):
            return match
        at = start + 1
    return None


_GLUED = re.compile(r"(?:tăng|giảm|đạt|trên|gần|hơn|là|còn|bằng)$")


def _is_part_of_word(low: str, start: int, begin: int) -> bool:
    if start <= begin or not low[start - 1].isalpha():
        return False
    return not _GLUED.search(low, max(begin, start - 5), start)


def _number(low: str, match: re.Match[str], begin: int) -> Number:
    digits_end = match.end()
    start = match.start("sign") if match["sign"] else match.start("value")
    unit, core, dimension, counted_in, factor = unit_at(low, digits_end)
    if not core and (match["unit_between"] or match["first_percent"]):
        unit, core, dimension, counted_in, factor = "%", "%", "percent", "%", Decimal(1)
    small = dimension in ("percent", "points", "times")
    value = decimal_of(match["value"], small)
    high = decimal_of(match["high"], small) if match["high"] else None
    of = decimal_of(match["of"], small) if match["of"] else None
    if match["sign"] == "-":
        value = -value
    modifier = _MODIFIER.search(low, max(begin, start - 16), start)
    approx, words_begin = "", start
    if modifier:
        approx, words_begin = _APPROX[modifier[1]], modifier.start(1)
    elif match["high"] and (from_ := _FROM.search(low, max(begin, start - 5), start)):
        words_begin = from_.start()  # "giảm từ 1,5 đến 2 %" is a range
    unit = unit.rstrip()
    end = digits_end + len(unit)
    if after := _AFTER_MODIFIER.match(low, end):
        approx, end = (">=" if "lên" in after[0] else "<="), after.end()
    return Number(
        words_begin,
        start,
        end,
        digits_end,
        value,
        high,
        of,
        approx,
        bool(match["sign"]),
        unit,
        core,
        dimension,
        counted_in,
        factor,
    )


def decimal_of(words: str, small: bool) -> Decimal:
    """Return the number that words print. small: of a kind that has decimals and no thousands."""
    if words.count(",") > 1:
        return Decimal(words.replace(",", ""))
    if "." in words and "," in words:
        return Decimal(words.replace(".", "").replace(",", "."))
    if "," in words:
        return Decimal(words.replace(",", "."))
    if "." in words:
        grouped = all(len(group) == 3 for group in words.split(".")[1:]) and words[0] != "0"
        return Decimal(words if (small and words.count(".") == 1) or not grouped else words.replace(".", ""))
    return Decimal(words)


def unit_at(low: str, start: int) -> tuple[str, str, str, str, Decimal]:
    """Return (words, core, dimension, counted in, factor) of the unit that begins at start; "" and "" for none."""
    match = _unit().match(low, start)
    if not match:
        return "", "", "", "", Decimal(1)
    multiples, core = match["multiples"].split(), match["core"] or ""
    factor = Decimal(1)
    for word in multiples:
        factor *= _MULTIPLES[word]
    end = match.end()
    if not core:
        if not multiples or multiples[-1] in ("nghìn", "ngàn", "vạn"):
            return "", "", "", "", Decimal(1)
        core = "đồng"
        if match["multiples"].endswith(" "):
            end -= 1
    if core in _CORES:
        dimension, counted_in, own = _CORES[core]
        factor *= own
        slashed = _SLASHED.match(low, end)
        if slashed and (dimension == "money" or (slashed[0].endswith("năm") and dimension in ("percent", "points"))):
            if slashed["head"] is not None:
                dimension = "money_per_head"
            end = slashed.end()
        if _RATE.match(low, end):
            dimension = "rate"
    else:
        dimension, counted_in = "count", core
    return low[start:end], core, dimension, counted_in, factor


@cache
def _unit() -> re.Pattern[str]:
    nouns = {noun for indicator in indicators().values() for noun in indicator.nouns} | set(OTHER_NOUNS)
    words = sorted({*_CORES, *nouns} - {"%"}, key=len, reverse=True)
    core = "|".join(map(re.escape, words))
    multiples = "|".join(_MULTIPLES)
    return re.compile(
        rf"\s*(?P<multiples>(?:(?:{multiples})(?! lệ| trọng)(?![^\W\d_])\s*){{0,2}})(?P<core>%(?: điểm)?|"
        rf"(?:{core})(?![^\W\d_]))?"
    )
