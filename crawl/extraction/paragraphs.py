"""Lines of a page → paragraphs: captions and byline apart, lines that a page broke in mid-sentence joined."""

import re
import unicodedata

from lxml.html import HtmlElement

from crawl.extraction.blocks import Line, names_of, text_of
from crawl.extraction.bylines import BYLINE_CHARACTERS, is_byline
from crawl.extraction.date_lines import DATELINE
from crawl.extraction.html_page import HtmlPage
from crawl.extraction.page_parts import page_parts
from crawl.extraction.plain_text import CAPTION_CHARACTERS, is_caption

HARD_WRAP_CHARACTERS = 130  # a page none of whose lines is longer was typed or pasted with fixed lines
MIN_WRAPPED_LINES = 5
BYLINE_LINES = 2

_END_MARK = re.compile(r"[.!?:;…]['\"”’)\]*]*$")
_RECIPIENTS = re.compile(r"\W*nơi nhận\s*:?", re.IGNORECASE)
_ITEM = re.compile(r"(?:[-–+*•]|\d{1,2}(?:\.\d{1,2})*[.)]|[a-zđ][.)]|[IVX]{1,4}[.)])\s|\d{1,2}h\d{2}")


def split_captions(lines: list[Line], marked: list[HtmlElement]) -> tuple[list[str], list[Line]]:
    """Return the captions, each once, and the other lines. marked: elements that a selector calls captions."""
    pattern = page_parts().classes["caption"]
    captions = [text for element in marked if (text := text_of(element))]
    kept: list[Line] = []
    near_picture = False
    for number, line in enumerate(lines):
        doubled = number and line.text == lines[number - 1].text
        near_picture = line.after_picture or (near_picture and bool(doubled))
        if line.text in captions or _is_caption_line(line, pattern, near_picture):
            captions.append(line.text)
        elif doubled:
            # alternative text and caption of one picture; a paragraph that comes twice is one
            if len(line.text) <= CAPTION_CHARACTERS and kept and kept[-1].text == line.text:
                captions.append(kept.pop().text)
        else:
            kept.append(line)
    return list(dict.fromkeys(captions)), kept


def _is_caption_line(line: Line, pattern: re.Pattern[str], near_picture: bool) -> bool:
    if line.element.tag == "figcaption" or next(line.element.iterancestors("figure", "figcaption"), None) is not None:
        return True
    element: HtmlElement | None = line.element
    for _ in range(2):
        if element is not None and pattern.search(names_of(element)):
            return len(line.text) <= 3 * CAPTION_CHARACTERS
        element = element.getparent() if element is not None else None
    short = len(line.text) <= CAPTION_CHARACTERS
    return short and near_picture and (line.italic or is_caption(unicodedata.normalize("NFC", line.text)))


def split_byline(page: HtmlPage, lines: list[Line], without: set[HtmlElement]) -> tuple[str, list[Line]]:
    """Return the byline, by its class or as the last short lines, and the lines without it."""
    pattern = page_parts().classes["byline"]
    for element in page.with_class(pattern):
        text = text_of(element)
        in_link = next(element.iterancestors("a"), None) is not None
        if element in without or not text or len(text) > 2 * BYLINE_CHARACTERS or in_link:
            continue
        return text, [
            line
            for line in lines
            if not (element is line.element or _is_inside(element, line.element) or _is_inside(line.element, element))
            or len(line.text) > len(text) + BYLINE_CHARACTERS
        ]
    if is_notice(lines):
        return "", lines
    found: list[str] = []
    rest = list(lines)
    while len(rest) > 1 and len(found) < BYLINE_LINES and _names_writer(unicodedata.normalize("NFC", rest[-1].text)):
        found.insert(0, rest.pop().text)
    return "\n".join(found), rest


def _is_inside(element: HtmlElement, other: HtmlElement) -> bool:
    return any(parent is other for parent in element.iterancestors())


def _names_writer(text: str) -> bool:
    return is_byline(text) or page_parts().byline.fullmatch(text) is not None


def is_notice(lines: list[Line]) -> bool:
    """Tell whether a text is an official document: one with a list of recipients, signed rather than bylined."""
    return any(_RECIPIENTS.match(unicodedata.normalize("NFC", line.text)) for line in lines)


def joined_paragraphs(lines: list[Line]) -> list[str]:
    """Return paragraphs: each line is one, unless the page broke it in mid-sentence."""
    texts = [line.text for line in lines]
    wrapped = len(texts) >= MIN_WRAPPED_LINES and max(map(len, texts), default=0) <= HARD_WRAP_CHARACTERS
    width = max(map(len, texts), default=0) if wrapped else 0
    joined: list[str] = []
    last = ""
    for line in lines:
        if joined and not line.bold and _continues(unicodedata.normalize("NFC", last), line.text, width):
            joined[-1] = f"{joined[-1]} {line.text}"
        else:
            joined.append(line.text)
        last = line.text
    return joined


def _continues(before: str, line: str, width: int) -> bool:
    if _END_MARK.search(before) or _ITEM.match(line) or before.isupper() or DATELINE.match(line):
        return False
    if unicodedata.normalize("NFC", line)[0].islower():
        return True
    first_word = line.split(maxsplit=1)[0]
    return bool(width) and len(before) + 1 + len(first_word) > width
