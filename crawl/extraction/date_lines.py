"""Lines that say when a text was published, and how the first sentence of a report names its day."""

import re
from unicodedata import normalize

from crawl.extraction.bylines import is_byline

_DAY = (
    r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}"
    r"|(?:ngày\s+)?\d{1,2}\s+tháng\s+\d{1,2},?\s+(?:năm\s+)?\d{4}"
)
_TIME = r"(?<!\d)\d{1,2}[:hg]\d{2}(?::\d{2})?['’]?"
_LABEL = (
    r"(?:lần\s+)?cập\s+nhật|(?:được\s+)?đăng\s*:|(?:được\s+)?đăng\s+(?:ngày|lúc)|(?:thời\s+gian|ngày)\s+đăng|gửi\s+lúc"
    r"|ngày\s+xuất\s+bản"
)
_HAS_DAY = re.compile(_DAY, re.IGNORECASE)
_DATE_LINE_WORDS = re.compile(
    rf"{_DAY}|{_TIME}|\b(?:[AP]M|SA|CH)\b|\(?GMT\s*\+\d+\)?|thứ\s+(?:hai|ba|tư|năm|sáu|bảy|\d)|chủ\s*nhật"
    rf"|{_LABEL}|(?:lượt|đã)\s+(?:xem|đọc)\s*:?\s*[\d.]*|(?:gửi|in)\s+bài(?:\s+(?:này|viết))?|bản\s+in"
    r"|\bngày\b|\blúc\b|\bprint\b|\bgốc\b",
    re.IGNORECASE,
)
HAS_LABEL = re.compile(_LABEL, re.IGNORECASE)
_HAS_TIME = re.compile(_TIME, re.IGNORECASE)
_BYLINE_NOTE = re.compile(r"\((?:thực hiện|tổng hợp|lược ghi)\)", re.IGNORECASE)
DAY_BEFORE_TEXT = re.compile(r"\((\d{1,2}/\d{1,2}/(?:19|20)\d{2})\)\s*(?=[^\W\d_])")
PLACE_AND_DAY = re.compile(rf"[\w .]{{2,40}},\s*(?:{_DAY})", re.IGNORECASE)  # "Đồng Nai, ngày 13 tháng 5 năm 2022"
DATELINE = re.compile(  # "BẮC GIANG - Sáng 1/12, …", "- Ngày 16-7, …"; not "Sáng kiến …" nor "Ngày hội …"
    r"(?:\(?[\w. ]{2,20}\)?\s*[-–]\s*|[-–]\s*)?"
    r"(?:(?:Sáng|Trưa|Chiều|Tối|Ngày|Từ ngày|Trong)\s+(?:nay|qua|ngày|mùng|thứ|\d)|Hôm nay|Vừa qua,)",
    re.IGNORECASE,
)


def is_date_line(line: str) -> bool:
    """Tell whether a line says when something was published, and nothing else."""
    plain = normalize("NFC", line)
    if len(plain) > 100 or not _HAS_DAY.search(plain):
        return False
    return sum(map(str.isalpha, _DATE_LINE_WORDS.sub("", plain))) <= 3


def is_timed_line(line: str) -> bool:
    """Tell whether a line gives day and time of publication, with at most who wrote beside."""
    plain = normalize("NFC", line)
    if not (_HAS_DAY.search(plain) and _HAS_TIME.search(plain)):
        return False
    rest = _BYLINE_NOTE.sub("", _DATE_LINE_WORDS.sub("", plain)).strip(" -–|,.:;()•")
    return is_date_line(line) or (len(plain) <= 100 and is_byline(rest))
