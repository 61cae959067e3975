"""A text that was saved from a page → the parts of an article: title, lede, body, byline, printed date, captions.

There is no markup to go by, only lines: what a line looks like and where it stands. Forms: official notices with a
letterhead and `Nơi nhận:`, reports of newspapers and portals. Nothing is reworded; lines are only sorted, and those
that a page broke in mid-sentence are joined.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unicodedata import normalize

MAX_TITLE_CHARACTERS = 300  # a longer first line is a paragraph; the longest titles of official notices have about 200
DERIVED_TITLE_CHARACTERS = 120  # two lines of a result list
BROKEN_LINE_CHARACTERS = 100  # a line that long without an end mark was cut; headings and names are shorter
CAPTION_CHARACTERS = 180
BYLINE_CHARACTERS = 60
BYLINE_LINES = 3
HEAD_LINES = 14  # a letterhead and its title end within these
DATE_LINES = 4  # the publication line stands within so many lines of the title

_ARCHIVE_PREFIX = re.compile(r"\s*date (\d{4}-\d{2}(?:-\d{2})?)\s+")
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
_HAS_LABEL = re.compile(_LABEL, re.IGNORECASE)
_HAS_TIME = re.compile(_TIME, re.IGNORECASE)
_BYLINE_NOTE = re.compile(r"\((?:thực hiện|tổng hợp|lược ghi)\)", re.IGNORECASE)
_DAY_BEFORE_TEXT = re.compile(r"\((\d{1,2}/\d{1,2}/(?:19|20)\d{2})\)\s*(?=[^\W\d_])")
_PLACE_AND_DAY = re.compile(rf"[\w .]{{2,40}},\s*(?:{_DAY})", re.IGNORECASE)  # "Đồng Nai, ngày 13 tháng 5 năm 2022"
_NOTICE = re.compile(
    r"(?:THÔNG BÁO|KẾT LUẬN|NGHỊ QUYẾT|BÁO CÁO|CHƯƠNG TRÌNH|KẾ HOẠCH|CHỈ THỊ|QUYẾT ĐỊNH|BIÊN BẢN|TỜ TRÌNH|HƯỚNG DẪN)\b"
)
_RECIPIENTS = re.compile(r"^\W*Nơi nhận\s*:", re.MULTILINE | re.IGNORECASE)
DATELINE = re.compile(  # "BẮC GIANG - Sáng 1/12, …", "- Ngày 16-7, …"; not "Sáng kiến …" nor "Ngày hội …"
    r"(?:\(?[\w. ]{2,20}\)?\s*[-–]\s*|[-–]\s*)?"
    r"(?:(?:Sáng|Trưa|Chiều|Tối|Ngày|Từ ngày|Trong)\s+(?:nay|qua|ngày|mùng|thứ|\d)|Hôm nay|Vừa qua,)",
    re.IGNORECASE,
)
_END_MARK = re.compile(r"[.!?:;…,]['\"”’)\]*]*$")
_FULL_STOP = re.compile(r"[.!?…]['\"”’)\]*]*$")
_SENTENCE_END = re.compile(r"(?<=[.!?…])['\"”’)]*\s+(?=[\"“'‘(]?[^\W\d_])")
_LIST_ITEM = re.compile(r"(?:[-–+*•]|\d{1,2}[.)]|[a-zđ][.)]|[IVX]{1,4}[.)])\s")
_SCENE = re.compile(
    r"(?:Quang cảnh|Toàn cảnh|Khung cảnh|Các đại biểu (?:dự|tham dự|biểu quyết|chụp ảnh)|Ảnh\s*:)", re.IGNORECASE
)
_PERSON_ACTS = re.compile(
    r"(?:Các |Một số )?(?:đồng chí|đ/c|lãnh đạo|đại biểu|đại diện|ông|bà)\b.{0,150}?"
    r"\b(?:phát biểu|chủ trì|kết luận|điều hành|trình bày|tham luận|đóng góp ý kiến|nêu ý kiến|tổng hợp ý kiến"
    r"|thảo luận|biểu quyết|bỏ phiếu|tặng hoa|trao đổi|chụp ảnh)\b.{0,60}",
    re.IGNORECASE,
)
_PHOTO_CREDIT = re.compile(r"\bẢnh\s*:?\s+\w[\w .–-]{1,40}$")
_BYLINE_LABEL = re.compile(  # "Tin, ảnh: …", "Thực hiện: …", "P.V"
    r"(?:(?:tin|bài|ảnh|bài viết|tác giả|thực hiện|nguồn|theo|biên tập)(?:\s*(?:,|và|&|[-–/])\s*(?:tin|bài|ảnh))*\s*:.+"
    r"|nhóm phóng viên|nhóm p\.?v\.?|p\.?v\.?|bbt|ban biên tập|ttxvn)",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org)", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"[\s.,&|–-]+")


@dataclass(frozen=True, slots=True)
class PlainText:
    """The parts of a text. title is never empty; body: paragraphs separated by an empty line.

    titled: whether the title stood in the text; else it is the beginning of the first sentence, which the body keeps.
    archive_prefix: the date that a text archive put before the text ("2024-07"), "" if none.
    """

    title: str
    body: str
    titled: bool = True
    lede: str = ""
    byline: str = ""
    printed_date: str = ""
    captions: tuple[str, ...] = ()
    archive_prefix: str = ""


def read_plain_text(text: str, given_title: str = "") -> PlainText:
    """Return the parts of a text; its characters stay as printed. Raises ValueError for a text without any words.

    given_title: the title where it is known from elsewhere; a line that repeats it is taken off.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    prefix = ""
    if found := _ARCHIVE_PREFIX.match(text):
        prefix, text = found[1], text[found.end() :]
    is_notice = _RECIPIENTS.search(normalize("NFC", text)) is not None
    lines = _without_furniture(text)
    if not any(any(map(str.isalpha, line)) for line in lines):
        raise ValueError("it holds no text")
    lines, byline = (lines, "") if is_notice else _split_byline(lines)
    title, lines = _without_title(lines, given_title) if given_title else _split_title(lines)
    printed_date, lines = _split_date(lines)
    body, captions = _split_captions(_joined(lines))
    lede = ""
    if title and not is_notice and len(body) > 1 and DATELINE.match(normalize("NFC", body[0])):
        lede, body = body[0], body[1:]
    return PlainText(
        title=title or beginning((lede and [lede]) or body or list(captions)),
        titled=bool(title),
        lede=lede,
        body="\n\n".join(body),
        byline=byline,
        printed_date=printed_date,
        captions=tuple(captions),
        archive_prefix=prefix,
    )


def paragraphs(text: str) -> list[str]:
    """Return the lines of a text that comes without furniture, each a paragraph, without empty ones."""
    return [line for line in map(str.strip, text.splitlines()) if line]


def beginning(body: list[str]) -> str:
    """Return the first sentence of the first paragraph, cut at a word, to stand where a text has no title."""
    first = " ".join((body or [""])[0].split())
    sentence = _SENTENCE_END.split(first, maxsplit=1)[0].strip()
    if len(sentence) <= DERIVED_TITLE_CHARACTERS:
        return sentence.rstrip(".")
    return sentence[:DERIVED_TITLE_CHARACTERS].rsplit(" ", 1)[0].rstrip(" ,;:-–") + "…"


def _without_furniture(text: str) -> list[str]:
    """Return the lines that carry text, and "" for each gap between them."""
    drop, prefixes, cut = _furniture()
    lines: list[str] = []
    for line in (line.strip() for line in text.split("\n")):
        plain = _plain(line)
        if plain in cut and lines:
            break
        if not (line and (plain in drop or plain.startswith(prefixes))) and (line or (lines and lines[-1])):
            lines.append(line)
    while lines and not lines[-1]:
        lines.pop()
    return lines


@cache
def _furniture() -> tuple[frozenset[str], tuple[str, ...], frozenset[str]]:
    rows = Path(__file__).with_name("plain_text.tsv").read_text("utf-8").splitlines()
    entries = [row.split("\t") for row in rows if not row.startswith("#")][1:]
    drop = [line.casefold() for what, line in entries if what == "drop"]
    cut = frozenset(line.casefold() for what, line in entries if what == "cut")
    return (
        frozenset(line for line in drop if not line.endswith("*")),
        tuple(line[:-1] for line in drop if line.endswith("*")),
        cut,
    )


def _split_byline(lines: list[str]) -> tuple[list[str], str]:
    """Take the names, hosts and labels off the end; never the last line of what would otherwise be empty."""
    found: list[str] = []
    rest = list(lines)
    while rest and len(found) < BYLINE_LINES:
        if not rest[-1]:
            rest.pop()
            continue
        if not is_byline(normalize("NFC", rest[-1])) or sum(map(bool, rest)) < 3:
            break
        found.insert(0, rest.pop())
    return (rest, "\n".join(found)) if found else (lines, "")


def is_byline(line: str) -> bool:
    """Tell whether a line names who wrote or sent a text, and nothing else; line: NFC."""
    if len(line) > BYLINE_CHARACTERS or _SCENE.match(line):
        return False
    if _BYLINE_LABEL.fullmatch(line) or _HOST.fullmatch(line):
        return True
    if _END_MARK.search(line) and not line.endswith("."):  # an initial may end a name: "Đ.ĐẠO - H.Q."
        return False
    names = [word for word in _BETWEEN_NAMES.split(line) if word]
    return len(names) > 1 and all(word.isalpha() and word[0].isupper() for word in names)


def _split_title(lines: list[str]) -> tuple[str, list[str]]:
    """Take the title off the top: its first line if that is no paragraph, or kind and subject of a notice."""
    filled = [number for number, line in enumerate(lines) if line]
    if len(filled) < 2:
        return "", lines
    for number in filled[:HEAD_LINES]:
        if _NOTICE.match(normalize("NFC", lines[number])) and lines[number][:9].isupper():
            return _notice_title(lines, number)
    first = lines[filled[0]]
    start = 1 if is_date_line(first) and len(filled) > 2 else 0
    candidate = lines[filled[start]]
    plain = normalize("NFC", candidate)
    if (
        len(plain) > MAX_TITLE_CHARACTERS
        or _FULL_STOP.search(plain)
        or DATELINE.match(plain)
        or _LIST_ITEM.match(plain)
    ):
        return "", lines
    rest = [line for number, line in enumerate(lines) if number != filled[start]]
    return candidate, rest


def _without_title(lines: list[str], title: str) -> tuple[str, list[str]]:
    """Take the line that prints a known title off the top."""
    plain = _plain(title)
    for number, line in enumerate(lines[:HEAD_LINES]):
        if line and _plain(line) == plain:
            return title, lines[:number] + lines[number + 1 :]
    return title, lines


def _plain(line: str) -> str:
    return " ".join(normalize("NFC", line).casefold().split())


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


def _split_date(lines: list[str]) -> tuple[str, list[str]]:
    """Take the publication line off, as printed; the day in a letterhead is read but stays where it is.

    A labelled line ("Cập nhật: …") counts wherever it stands, one with a time of day before one without: a bare day
    above the title is the clock of the page.
    """
    filled = [number for number, line in enumerate(lines) if line]
    labelled = [number for number in filled if is_date_line(lines[number]) and _HAS_LABEL.search(_plain(lines[number]))]
    timed = [number for number in filled[:HEAD_LINES] if is_timed_line(lines[number])]
    bare = [number for number in filled[:DATE_LINES] if is_date_line(lines[number])]
    if found := labelled or timed or bare:
        number = found[0]
        return lines[number], [line for other, line in enumerate(lines) if other != number]
    if filled and (glued := _DAY_BEFORE_TEXT.match(first := lines[filled[0]])):
        return glued[1], [*lines[: filled[0]], first[glued.end() :], *lines[filled[0] + 1 :]]
    for number in filled[:HEAD_LINES]:
        if _PLACE_AND_DAY.fullmatch(normalize("NFC", lines[number])):
            return lines[number], lines
    return "", lines


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


def _joined(lines: list[str]) -> list[str]:
    """Return paragraphs: each line is one, unless the page broke it in mid-sentence."""
    joined: list[str] = []
    for line in filter(None, lines):
        if joined and _continues(normalize("NFC", joined[-1]), normalize("NFC", line)):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return joined


def _continues(before: str, line: str) -> bool:
    if _END_MARK.search(before) and not before.endswith(","):
        return False
    if _LIST_ITEM.match(line) or is_caption(before) or is_caption(line):
        return False
    if line[0].islower():
        return True
    is_item = bool(_LIST_ITEM.match(before))
    return not is_item and len(before) > BROKEN_LINE_CHARACTERS and len(line) > BROKEN_LINE_CHARACTERS


def _split_captions(lines: list[str]) -> tuple[list[str], list[str]]:
    """Take the captions out; a line that comes twice in a row is one (alternative text and caption of one picture)."""
    body: list[str] = []
    captions: list[str] = []
    for number, line in enumerate(lines):
        doubled = len(line) <= 2 * CAPTION_CHARACTERS and line in (
            *lines[number - 1 : number],
            *lines[number + 1 : number + 2],
        )
        if doubled or (number and is_caption(normalize("NFC", line))):
            if line not in captions:
                captions.append(line)
        else:
            body.append(line)
    return body, captions


def is_caption(line: str) -> bool:
    """Tell whether a line reads like the caption of a photograph; line: NFC."""
    if len(line) > CAPTION_CHARACTERS or ":" in line.replace("Ảnh:", "") or _SENTENCE_END.search(line.rstrip()):
        return _PHOTO_CREDIT.search(line) is not None and len(line) <= CAPTION_CHARACTERS
    return bool(_SCENE.match(line) or _PERSON_ACTS.fullmatch(line) or _PHOTO_CREDIT.search(line))
