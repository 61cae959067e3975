"""Dates as Vietnamese pages write them.

Day first, with / - . between (dots in some papers, dashes in others); the year is often left out; ranges; words
("ngày 13 tháng 5 năm 2022"); month alone ("tháng 7/2021"). A number pair without a year is a date only after a word
that says so, because 108/126 xã, 2/63 tỉnh and quý 3/2020 look the same. Lunar dates are not dates of a meeting.
"""

import re
from dataclasses import dataclass
from datetime import date

from indexer.reading import Reading, read

WRITTEN_YEARS = range(1900, 2100)  # of a date; whether a page can tell of it is for event_dates.py to say

_MONTH_NAMES = ("một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)} | {"bẩy": 7}
_MONTH_WORD = "|".join(sorted(_MONTHS, key=len, reverse=True))

_FROM = r"(?P<{0}>\d{{1,2}}(?:\s?[/.]\s?\d{{1,2}}(?:[/.]\d{{4}})?)?)\s*(?:-|đến|và|tới)\s*(?:hết\s+)?(?:ngày\s+)?"
_AT_NUMBER = re.compile(
    # 2024-07-05, as in hints and URLs
    r"(?P<iy>(?:19|20)\d\d)-(?P<im>\d{1,2})-(?P<id>\d{1,2})(?!\d)"
    # 13 tháng 5 năm 2022, from 12 to 15
    rf"|(?:{_FROM.format('wf')})?(?P<wd>\d{{1,2}})\s*tháng\s*(?P<wm>\d{{1,2}}(?!\d)|{_MONTH_WORD})(?![^\W\d_])"
    # "13 Tháng 10 2015", "13 tháng mười, 2015" in date lines: the year ends the line or a clock follows
    r"(?:(?:\s*,?\s*(?:năm|/)\s*|,?\s+(?=20[0-3]\d(?:\s\d\d?:|\s*[,|)-]|\s*(?:\n|$))))(?P<wy>\d{4})(?!\d))?"
    # 28.10.2020, 16-7, 1-03/10/2020
    rf"|(?:{_FROM.format('nf')})?(?P<nd>\d{{1,2}})(?P<sep>\s?[/.-]\s?)(?P<nm>\d{{1,2}})(?!\d)"
    r"(?:(?:(?P=sep)|\s?[/.-]\s?)(?P<ny>\d{4})(?!\d))?"
)
_GOES_ON = re.compile(r"\s*(?:[/.-]|th|tớ|đế|và)")  # after the first figures of all of these
_MONTH_AND_YEAR = re.compile(r"(?P<m>\d{1,2})\s*(?:[/-]|năm|,\s*năm)\s*(?P<y>(?:19|20)\d\d)(?!\d|\s?-\s?\d)")
_MONTH_BEFORE = re.compile(r"(?<![^\W_])tháng\s*$")
_PREFIX_MONTH = re.compile(r"^\s*(?:date\s+)?(?P<y>(?:19|20)\d\d)-(?P<m>\d{1,2})(?![\d-])")

_CUE = re.compile(
    r"(?:(?:ngày|sáng|chiều|tối|trưa|đêm|hôm|khuya)\s*|(?:sáng|chiều|tối|trưa|hôm|đêm)\s+(?:nay|qua)\s*[,(]?\s*(?:ngày\s*)?|thứ\s+\w+\s*,?\s*)[,(]?\s*$"
)
_BRACKETED = re.compile(r"\(\s*(?:ngày\s*)?$")
_LUNAR_AFTER = re.compile(r"[\s(,]*(?:âm lịch|al\b|âl\b|năm (?:giáp|ất|bính|đinh|mậu|kỷ|canh|tân|nhâm|quý) )")
_LUNAR_BEFORE = re.compile(r"(?:mùng|mồng|rằm)\s*$")
_COUNTED = re.compile(
    r"\s*(?:%|xã|phường|thị trấn|huyện|tỉnh|thôn|bản|hộ|chỉ tiêu|đại biểu|đồng chí|phiếu|đảng bộ|chi bộ|trường|đơn vị|"
    r"người|nhiệm vụ|tiêu chí|ủy viên|điểm)(?![^\W\d_])"
)
_TIME = r"(?P<h>[01]?\d|2[0-3]):(?P<min>[0-5]\d)(?::(?P<s>[0-5]\d))?(?:\s*(?P<half>[ap]m))?"
_TIME_BEFORE = re.compile(rf"(?<!\d){_TIME}'?\s*[,|-]?\s*(?:ngày\s*)?$")
_TIME_AFTER = re.compile(rf"\s*[,|-]?\s*(?:lúc\s*)?{_TIME}(?![\d:])")


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """One date in a text, text[start:end].

    iso: "2023-12-01", "2024-07" (a month), or "--12-27" where the year is not written. until: last day of a range.
    time: "15:34" or "08:43:01" where it stands beside the date, else "".
    """

    iso: str
    start: int
    end: int
    until: str = ""
    time: str = ""

    @property
    def has_year(self) -> bool:
        return not self.iso.startswith("--")

    def __str__(self) -> str:
        """As in ISO 8601: 2023-12-01T15:34, --12-27, 2020-10-26/2020-10-28."""
        return self.iso + (f"T{self.time}" if self.time else "") + (f"/{self.until}" if self.until else "")

    def in_year(self, year: int) -> str:
        """Return the ISO day in a year that the text does not write; "" for 29/2 in a common year."""
        if self.has_year:
            return self.iso
        return _day(year, int(self.iso[2:4]), int(self.iso[5:7]))


def find_dates(text: str) -> list[WrittenDate]:
    """Return the dates written in text, in order of appearance.

    text: NFC; offsets point into it. A day that does not exist (31/2) is left out, not guessed.
    Raises nothing. Forms and traps: tests/indexer/rules/test_dates.py.
    """
    return dates_in(read(text))


def dates_in(page: Reading) -> list[WrittenDate]:
    """Return what find_dates finds, where there is a reading already."""
    low = page.low
    found: list[WrittenDate] = []
    prefix = _PREFIX_MONTH.match(low)
    if prefix and 1 <= int(prefix["m"]) <= 12:
        found.append(WrittenDate(f"{prefix['y']}-{int(prefix['m']):02}", prefix.start("y"), prefix.end()))
    at = found[0].end if found else 0
    for start, end in page.numbers():
        if start < at or end - start > 4 or end == len(low):
            continue
        before = low[start - 1] if start else " "
        if before in ":/.,%" or (before == "-" and start > 1 and low[start - 2].isdigit()):
            continue
        written = _month(low, start) if end - start <= 2 else None
        if not written and _GOES_ON.match(low, end):
            match = _AT_NUMBER.match(low, start)
            written = _read(low, match) if match else None
        if written:
            found.append(written)
            at = written.end
    return found


def _month(low: str, start: int) -> WrittenDate | None:
    """Return the month of "tháng 7/2021" whose number begins at start."""
    is_month = "tháng" in low[max(0, start - 8) : start]
    word = _MONTH_BEFORE.search(low, max(0, start - 8), start) if is_month else None
    match = _MONTH_AND_YEAR.match(low, start) if word else None
    # "13 tháng 5 năm 2022" is a day, and was read at its first number
    if not match or not word or not 1 <= int(match["m"]) <= 12:
        return None
    return WrittenDate(f"{match['y']}-{int(match['m']):02}", word.start(), match.end())


_TIME_OF_ISO = re.compile(rf"(?:t|\s){_TIME}")


def _read(plain: str, match: re.Match[str]) -> WrittenDate | None:
    if match["iy"]:
        iso = _day(int(match["iy"]), int(match["im"]), int(match["id"]))
        if not iso:
            return None
        clock = _TIME_OF_ISO.match(plain, match.end())
        time = _time(clock) if clock else ""
        return WrittenDate(iso, match.start(), clock.end() if clock else match.end(), time=time)
    kind = "w" if match["wd"] else "n"
    day, month_text, year_text, first = match[f"{kind}d"], match[f"{kind}m"], match[f"{kind}y"], match[f"{kind}f"]
    month = _MONTHS.get(month_text) or int(month_text)
    start = match.start()
    if first and not _is_range(first, int(day), month):
        return None  # what follows is read at its own number
    if not year_text and kind == "n" and not _is_cued(plain, start, match):
        return None
    if _LUNAR_AFTER.match(plain, match.end()) or _LUNAR_BEFORE.search(plain, max(0, start - 8), start):
        return None
    year = int(year_text) if year_text else 0
    last = _day(year, month, int(day))
    if not last:
        return None
    if first:
        numbers = [int(number) for number in re.findall(r"\d+", first)]
        begin = _day(year, numbers[1] if len(numbers) > 1 else month, numbers[0])
        return WrittenDate(begin, start, match.end(), until=last) if begin else None
    time, end = "", match.end()
    if year_text:
        before = _TIME_BEFORE.search(plain, max(0, start - 24), start)
        after = _TIME_AFTER.match(plain, end)
        if before:
            time, start = _time(before), before.start()
        elif after:
            time, end = _time(after), after.end()
    return WrittenDate(last, start, end, time=time)


def _is_range(first: str, day: int, month: int) -> bool:
    """Whether "9 … 10/7" or "30/6 … 1/7" runs forward; else the first number belongs to something before."""
    numbers = [int(number) for number in re.findall(r"\d+", first)]
    if len(numbers) == 1:
        return 1 <= numbers[0] < day
    return (numbers[1], numbers[0]) < (month, day) and numbers[0] <= 31


def _is_cued(plain: str, start: int, match: re.Match[str]) -> bool:
    if _COUNTED.match(plain, match.end()) or plain[match.end() : match.end() + 1] in ("%", "/"):
        return False
    before = plain[max(0, start - 30) : start]
    if _CUE.search(before):
        return True
    return (
        bool(_BRACKETED.search(before)) and match["sep"].strip() == "/" and plain[match.end() : match.end() + 1] == ")"
    )


def _day(year: int, month: int, day: int) -> str:
    """Return the ISO day, "--MM-DD" for year 0, "" where there is no such day."""
    if year and year not in WRITTEN_YEARS:
        return ""
    try:
        date(year or 2000, month, day)
    except ValueError:
        return ""
    return f"{year:04}-{month:02}-{day:02}" if year else f"--{month:02}-{day:02}"


def _time(match: re.Match[str]) -> str:
    hour = int(match["h"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] == "pm" else 0)
    seconds = f":{match['s']}" if match["s"] and match["s"] != "00" else ""
    return f"{hour:02}:{match['min']}{seconds}"
