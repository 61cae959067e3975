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

from crawl.extraction.bylines import END_MARK, SCENE, is_byline
from crawl.extraction.date_lines import (
    DATELINE,
    DAY_BEFORE_TEXT,
    HAS_LABEL,
    PLACE_AND_DAY,
    is_date_line,
    is_timed_line,
)
from crawl.extraction.line_key import line_key
from crawl.extraction.text_title import HEAD_LINES, split_title

DERIVED_TITLE_CHARACTERS = 120  # two lines of a result list
BROKEN_LINE_CHARACTERS = 100  # a line that long without an end mark was cut; headings and names are shorter
CAPTION_CHARACTERS = 180
BYLINE_LINES = 3
DATE_LINES = 4  # the publication line stands within so many lines of the title

_ARCHIVE_PREFIX = re.compile(r"\s*date (\d{4}-\d{2}(?:-\d{2})?)\s+")
_RECIPIENTS = re.compile(r"^\W*Nơi nhận\s*:", re.MULTILINE | re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?…])['\"”’)]*\s+(?=[\"“'‘(]?[^\W\d_])")
_LIST_ITEM = re.compile(r"(?:[-–+*•]|\d{1,2}[.)]|[a-zđ][.)]|[IVX]{1,4}[.)])\s")
_PERSON_ACTS = re.compile(
    r"(?:Các |Một số )?(?:đồng chí|đ/c|lãnh đạo|đại biểu|đại diện|ông|bà)\b.{0,150}?"
    r"\b(?:phát biểu|chủ trì|kết luận|điều hành|trình bày|tham luận|đóng góp ý kiến|nêu ý kiến|tổng hợp ý kiến"
    r"|thảo luận|biểu quyết|bỏ phiếu|tặng hoa|trao đổi|chụp ảnh)\b.{0,60}",
    re.IGNORECASE,
)
_PHOTO_CREDIT = re.compile(r"\bẢnh\s*:?\s+\w[\w .–-]{1,40}$")


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
    title, lines = _without_title(lines, given_title) if given_title else split_title(lines)
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
        plain = line_key(line)
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


def _without_title(lines: list[str], title: str) -> tuple[str, list[str]]:
    """Take the line that prints a known title off the top."""
    plain = line_key(title)
    for number, line in enumerate(lines[:HEAD_LINES]):
        if line and line_key(line) == plain:
            return title, lines[:number] + lines[number + 1 :]
    return title, lines


def _split_date(lines: list[str]) -> tuple[str, list[str]]:
    """Take the publication line off, as printed; the day in a letterhead is read but stays where it is.

    A labelled line ("Cập nhật: …") counts wherever it stands, one with a time of day before one without: a bare day
    above the title is the clock of the page.
    """
    filled = [number for number, line in enumerate(lines) if line]
    labelled = [
        number for number in filled if is_date_line(lines[number]) and HAS_LABEL.search(line_key(lines[number]))
    ]
    timed = [number for number in filled[:HEAD_LINES] if is_timed_line(lines[number])]
    bare = [number for number in filled[:DATE_LINES] if is_date_line(lines[number])]
    if found := labelled or timed or bare:
        number = found[0]
        return lines[number], [line for other, line in enumerate(lines) if other != number]
    if filled and (glued := DAY_BEFORE_TEXT.match(first := lines[filled[0]])):
        return glued[1], [*lines[: filled[0]], first[glued.end() :], *lines[filled[0] + 1 :]]
    for number in filled[:HEAD_LINES]:
        if PLACE_AND_DAY.fullmatch(normalize("NFC", lines[number])):
            return lines[number], lines
    return "", lines


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
    if END_MARK.search(before) and not before.endswith(","):
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
    return bool(SCENE.match(line) or _PERSON_ACTS.fullmatch(line) or _PHOTO_CREDIT.search(line))
