"""The title among the first lines of a text that was saved from a page.

Above the title stand parts of the site: menus, breadcrumbs, the weather, its name, the section. The title is the line
that says most of those before the first paragraph; where all of them are parts of the site, there is none.
"""

import re
from unicodedata import normalize

from crawl.extraction.date_lines import DATELINE, is_date_line, is_timed_line

MAX_TITLE_CHARACTERS = 300  # a longer first line is a paragraph; the longest titles of official notices have about 200
HEAD_LINES = 14  # a letterhead and its title end within these
FEWEST_WORDS = 3  # "Tin tức", "Trang chủ", "Dân Việt" have two
ENOUGH_WORDS = 8  # a line of so many is no name of a section; the first such is the title

_NOTICE = re.compile(
    r"(?:THÔNG BÁO|KẾT LUẬN|NGHỊ QUYẾT|BÁO CÁO|CHƯƠNG TRÌNH|KẾ HOẠCH|CHỈ THỊ|QUYẾT ĐỊNH|BIÊN BẢN|TỜ TRÌNH|HƯỚNG DẪN)\b"
)
_FULL_STOP = re.compile(r"[.!?…]['\"”’)\]*]*$")
_LIST_ITEM = re.compile(r"(?:[-–+*]|\d{1,2}[.)]|[a-zđ][.)]|[IVX]{1,4}[.)])\s")
_OF_THE_SITE = re.compile(
    r"-?\d+\s?°c|^\W*>|\s[>»›]\s|[:;,]$"
    r"|^\W*(?:trang (?:thông tin|tin) điện tử|cổng thông tin|liên kết|lượt (?:truy cập|xem)|thống kê|online|loading"
    r"|đang truy cập|kính thưa|kính gửi|skip |chuyên mục|thứ \w+, ?\d|ảnh|img)",
    re.IGNORECASE,
)


def split_title(lines: list[str]) -> tuple[str, list[str]]:
    """Take the title off the top: the line of the head that says most, or kind and subject of a notice."""
    filled = [number for number, line in enumerate(lines) if line]
    if len(filled) < 2:
        return "", lines
    for number in filled[:HEAD_LINES]:
        if _NOTICE.match(normalize("NFC", lines[number])) and lines[number][:9].isupper():
            return _notice_title(lines, number)
    best, words = -1, FEWEST_WORDS - 1
    for number in filled[:HEAD_LINES]:
        plain = normalize("NFC", lines[number])
        if is_date_line(plain) or is_timed_line(plain) or _OF_THE_SITE.search(plain.strip()):
            continue
        if _opens_text(plain, lines[number + 1 :]):
            break
        count = min(ENOUGH_WORDS, sum(any(map(str.isalpha, word)) for word in plain.split()))
        if count > words and not _LIST_ITEM.match(plain):
            best, words = number, count
        if words == ENOUGH_WORDS:
            break
    if best < 0 or best == filled[-1]:
        return "", lines
    return lines[best], [line for number, line in enumerate(lines) if number != best and line != lines[best]]


def _opens_text(line: str, following: list[str]) -> bool:
    """Whether a line is the first of the text itself; a headline may name a day, too, but is printed again or short."""
    if len(line) > MAX_TITLE_CHARACTERS or _FULL_STOP.search(line):
        return True
    return bool(DATELINE.match(line)) and line not in following[:HEAD_LINES]


def _notice_title(lines: list[str], start: int) -> tuple[str, list[str]]:
    """Return the capitals from line `start` on as the title; what stands above is the letterhead and stays."""
    end = start
    title: list[str] = []
    for number in range(start, len(lines)):
        line = lines[number]
        if not line:
            continue
        words = line.split()
        capitals = sum(word.isupper() for word in words[:3])
        if title and (capitals < min(2, len(words)) or _FULL_STOP.search(line) or len(line) > MAX_TITLE_CHARACTERS):
            break
        title.append(line)
        end = number
    return " ".join(title), [*lines[:start], "", *lines[end + 1 :]]
