"""Where a page says when it was published: the printed line, and what its URL and its head say beside."""

import json
import re
import unicodedata
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from lxml import html
from lxml.html import HtmlElement

from crawl.extraction.blocks import Line, inside, lines_of, text_of
from crawl.extraction.date_lines import is_date_line
from crawl.extraction.html_page import HtmlPage
from crawl.extraction.line_key import line_key
from crawl.extraction.page_parts import page_parts
from crawl.fetch.feeds import iso_date
from search.domain.date_hints import url_date

LINES_AFTER_TITLE = 6  # the publication line stands below the title, with a lede or a button between at most
LINES_BEFORE_TITLE = 2

_LABEL = re.compile(r"(cập nhật|đăng (ngày|lúc)|ngày đăng|thời gian đăng|gửi lúc|xuất bản)", re.IGNORECASE)
_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*((?:19|20)\d{2})(?!\d)")
_GLUED = re.compile(r"((?:\d{1,2}:\d{2}\s*,?\s*)?\d{1,2}/\d{1,2}/(?:19|20)\d{2})(?=[^\W\d_])")
_VIEWS = re.compile(r"\s*\|?\s*(lượt xem|đã xem)\s*:?.*$", re.IGNORECASE)

_DATE_NAMES = ("article:published_time", "datePublished", "pubdate", "DC.date.issued", "date")  # best first


def date_hints(page: HtmlPage, url: str) -> tuple[tuple[str, str], ...]:
    """Return the dates that URL ("url") and head ("meta") of a page give, as ISO in the page's own clock."""
    found = [("url", url_date(url))]
    found += [("meta", date) for date in map(iso_date, _named_dates(page)) if date][:1]
    return tuple((name, date) for name, date in found if date)


def find_date_line(page: HtmlPage, title: str, clock: str, without: set[HtmlElement]) -> str:
    """Return the publication line as printed, "" where there is none.

    The clock of a page stands in its header: so the line nearest below the title counts, or one with a label.
    """
    is_clock = re.compile(clock or r"(?!)", re.IGNORECASE)
    lines = lines_of(page.body, without)
    titles = [number for number, line in enumerate(lines) if line_key(line.text) == line_key(title)]
    dated = [
        number
        for number, line in enumerate(lines)
        if is_date_line(_VIEWS.sub("", line.text)) and not is_clock.search(line.text) and line.linked == 0
    ]
    for start in titles:
        below = [number for number in dated if start < number <= start + LINES_AFTER_TITLE]
        if below:
            return lines[below[0]].text
    labelled = [number for number in dated if _LABEL.search(unicodedata.normalize("NFC", lines[number].text))]
    if labelled:
        return lines[labelled[0]].text
    for start in titles:
        above = [number for number in dated if start - LINES_BEFORE_TITLE <= number < start]
        if above:
            return lines[above[-1]].text
    return _by_class(page, is_clock, without)


def guessed_date(page: HtmlPage, container: HtmlElement) -> str:
    """Return the day (ISO) that htmldate reads from head and article, "" for none; asked where our rules find none.

    Header and footer are kept from it, since a page clock or a year of copyright there looks like a day of publication;
    and it is not to search running text, where any date of any event would do.
    """
    from htmldate import find_date

    article, body = html.Element("html"), html.Element("body")
    article.extend([deepcopy(head) for head in page.root.findall("head")] + [body])
    body.append(deepcopy(container))
    return find_date(article, extensive_search=False, original_date=True) or ""


def numeric_day(text: str) -> str:
    """Return the first day written in figures ("15:34 01/12/2023") as ISO, "" where there is none."""
    for found in _DAY.finditer(text):
        day, month, year = map(int, found.groups())
        if 1 <= month <= 12 and 1 <= day <= 31:
            return f"{year}-{month:02}-{day:02}"
    return ""


def split_glued_date(lines: list[Line], printed_date: str) -> tuple[str, list[Line]]:
    """Take a date off the first line that is glued to it ("14/12/2021Ngày 13/12, …")."""
    found = _GLUED.match(lines[0].text) if lines and not printed_date else None
    if not found:
        return "", lines
    lines[0].text = lines[0].text[found.end() :]
    return found.group(1), lines


def _by_class(page: HtmlPage, is_clock: re.Pattern[str], without: set[HtmlElement]) -> str:
    for element in [*page.root.iter("time"), *page.with_class(page_parts().classes["date"])]:
        text = text_of(element)
        in_header = next(element.iterancestors("header", "nav", "footer"), None) is not None
        if not in_header and not inside(element, without) and is_date_line(text) and not is_clock.search(text):
            return text
    return ""


def _named_dates(page: HtmlPage) -> Iterator[str]:
    named: dict[str, str] = {}
    for element in page.root.iter("meta"):
        for attribute in ("property", "name", "itemprop"):
            if element.get(attribute) and element.get("content"):
                named.setdefault(element.get(attribute), element.get("content"))
    yield from (named[name] for name in _DATE_NAMES if name in named)
    for element in page.root.xpath("//*[@itemprop = 'datePublished']"):
        yield element.get("datetime") or element.get("content") or ""
    for script in page.root.xpath("//script[@type = 'application/ld+json']"):
        try:
            yield from _published(json.loads(script.text or ""))
        except (ValueError, RecursionError):
            continue


def _published(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            if isinstance(item.get("datePublished"), str):
                yield item["datePublished"]
            if isinstance(item.get("@graph"), list):
                yield from _published(item["@graph"])
