"""HTML → Article: the strings of a page as printed, without the furniture around them.

    title, lede, body, byline, date, captions, attachments
        by the selectors of the source; where there are none, or they match nothing, by the generic rules:
        trafilatura finds where the text stands, and it is then read from the page itself, so that it stays verbatim.

Furniture, classes and lines that end an article are data: page_parts.toml, plain_text.tsv.
"""

import re
from collections.abc import Iterable

from bs4 import BeautifulSoup, Tag

from crawl.article import Article
from crawl.extraction.blocks import Line, lines_of, names_of, text_of
from crawl.extraction.decoding import decoded_text
from crawl.extraction.embedded_data import SELECTORS, page_from_data
from crawl.extraction.line_key import line_key
from crawl.extraction.main_text import MIN_TEXT_CHARACTERS, find_main_text
from crawl.extraction.page_dates import date_hints, find_date_line, guessed_date, numeric_day, split_glued_date
from crawl.extraction.page_parts import page_parts
from crawl.extraction.page_size import refuse_monster
from crawl.extraction.page_title import find_title
from crawl.extraction.paragraphs import joined_paragraphs, split_byline, split_captions
from crawl.registry.canonical import absolute_url, canonical_url
from crawl.registry.sources import Selectors, Source
from search.domain import date_hints as hint_order

MAX_TITLE_CHARACTERS = 1_000  # the longest titles of official notices have some 400
MAX_BODY_CHARACTERS = 2_000_000  # a whole congress report has some 300,000

Hints = tuple[tuple[str, str], ...]


class NoArticle(ValueError):
    """A page holds no article; says what is missing."""


def extract_article(
    body: bytes, url: str, source: Source | None = None, *, content_type: str = "", hints: Hints = ()
) -> Article:
    """Return the article of a page. body: without content coding; hints: dates that a feed or sitemap gave.

    Raises NoArticle where there is no title or no text, encodings.NotText where it is no text at all.
    """
    text = decoded_text(body, content_type)
    return extract_text(text, url, source, hints=hints)


def extract_text(text: str, url: str, source: Source | None = None, *, hints: Hints = ()) -> Article:
    """Return the article of a page that was decoded. Raises NoArticle, and ValueError for a page out of all bounds."""
    refuse_monster(text)
    return _read(text, url, source, source.selectors if source else Selectors(), hints)


def _read(text: str, url: str, source: Source | None, selectors: Selectors, hints: Hints) -> Article:
    soup = BeautifulSoup(text, "lxml")
    page_hints = date_hints(soup, url)
    for css in selectors.remove:
        for element in soup.select(css):
            element.decompose()
    title_element = _first(soup, selectors.title)
    title = text_of(title_element) or find_title(soup)
    if not title:
        raise NoArticle("it has no title: expected a heading, og:title or <title>")

    marked = {
        name: _matches(soup, getattr(selectors, name)) for name in ("lede", "byline", "date", "captions", "attachments")
    }
    container = _first(soup, selectors.body)
    without = {id(element) for found in marked.values() for element in found} | {id(title_element)}
    furniture = _furniture(soup, container)
    without |= furniture
    generic = container is None
    if container is None:
        container, lines = find_main_text(soup, text, without)
        if sum(len(line.text) for line in lines) < MIN_TEXT_CHARACTERS and (drawn := page_from_data(soup)):
            return _read(drawn, url, source, SELECTORS, hints + page_hints)
    else:
        lines = lines_of(container, without)
        for more in _matches(soup, selectors.body)[1:]:
            if container not in more.parents:
                lines += lines_of(more, without)
    lines = _without_furniture(lines, title)

    captions, lines = split_captions(lines, marked["captions"])
    printed_date = " ".join(text_of(element) for element in marked["date"][:1])
    if not printed_date:
        printed_date = find_date_line(soup, title, container, source.clock if source else "", furniture)
    lede = "\n".join(filter(None, (text_of(element) for element in marked["lede"])))
    if generic and not lede:
        lede, lines = _find_lede(soup, lines, without)
    byline = "\n".join(dict.fromkeys(filter(None, (text_of(element) for element in marked["byline"]))))
    if not byline:
        byline, lines = split_byline(soup, lines, container, without)
    glued, lines = split_glued_date(lines, printed_date)
    printed_date = printed_date or glued
    if lines and _same(lines[0].text, printed_date):
        lines = lines[1:]
    if lede and lines and _same(lines[0].text, lede):
        lines = lines[1:]
    body = "\n\n".join(joined_paragraphs(lines))[:MAX_BODY_CHARACTERS]
    if not body and not lede:
        raise NoArticle("it has no text: expected paragraphs beside the title")

    all_hints = hints + tuple(hint for hint in page_hints if hint not in hints)
    if generic and container and not printed_date and not all_hints and (guessed := guessed_date(soup, container)):
        all_hints = (("htmldate", guessed),)
    return Article(
        id=canonical_url(url, source) if source else url,
        url=url,
        title=title[:MAX_TITLE_CHARACTERS],
        body=body,
        lede=lede[:MAX_BODY_CHARACTERS],
        byline=byline,
        printed_date=printed_date,
        captions=tuple(captions),
        attachments=_attachments(soup, marked["attachments"], container, url),
        hints=all_hints,
        source=source.slug if source else "",
        province=source.province_on(first_day(printed_date, all_hints)) if source else "",
    )


def _first(soup: BeautifulSoup, css: str) -> Tag | None:
    return next(iter(_matches(soup, css)), None)


def _matches(soup: BeautifulSoup, css: str) -> list[Tag]:
    return [element for element in soup.select(css) if text_of(element) or element.name == "a"] if css else []


def _furniture(soup: BeautifulSoup, container: Tag | None) -> set[int]:
    """Return the id() of elements whose class says that they are no part of an article."""
    parts = page_parts()
    scope = container if container is not None else soup
    whole = len(scope.get_text())
    found: set[int] = set()
    for element in scope.find_all(True):
        names = names_of(element)
        in_name = parts.classes["related"].search(names)
        is_chrome = container is None and (element.name in parts.chrome or parts.classes["chrome"].search(names))
        # a word in a class may lie: what holds most of the text is no block of links
        if (in_name or is_chrome) and len(element.get_text()) < 0.5 * whole and element.find("h1") is None:
            found.add(id(element))
    return found


def _without_furniture(lines: list[Line], title: str) -> list[Line]:
    """Return lines without furniture and without all that follows the article."""
    parts = page_parts()
    kept: list[Line] = []
    total = sum(len(line.text) for line in lines)
    read = 0
    skipping_links = False
    for number, line in enumerate(lines):
        read += len(line.text)
        if parts.is_cut(line.text):
            after = sum(len(rest.text) - rest.linked for rest in lines[number + 1 :])
            if after * 2 < total or read * 2 > total:
                break
            skipping_links = True  # a box in the midst of the text: its links go, the text goes on
            continue
        mostly_link = line.linked * 10 >= len(line.text) * 8
        if skipping_links and mostly_link:
            continue
        skipping_links = False
        if parts.is_dropped(line.text) or (not kept and _same(line.text, title)):
            continue
        kept.append(line)
    return kept


def _find_lede(soup: BeautifulSoup, lines: list[Line], without: set[int]) -> tuple[str, list[Line]]:
    """Return the lede by its class, or the first paragraph where it alone is bold, and the lines without it."""
    pattern = page_parts().classes["lede"]
    for element in soup.find_all(class_=pattern):
        text = text_of(element)
        inside_furniture = any(id(parent) in without for parent in (element, *element.parents))
        if not inside_furniture and 20 < len(text) < 1_500:
            ids = {id(element), *(id(inner) for inner in element.find_all(True))}
            return text, [line for line in lines if id(line.element) not in ids or line.text not in text]
    if len(lines) > 2 and lines[0].bold and len(lines[0].text) > 60 and not lines[1].bold:
        return lines[0].text, lines[1:]
    return "", lines


def _attachments(soup: BeautifulSoup, marked: list[Tag], container: Tag | None, url: str) -> tuple[str, ...]:
    parts = page_parts()
    links = marked or [
        link for link in (container.parent or container if container else soup).find_all("a") if link.get("href")
    ]
    found = (absolute_url(url, str(link.get("href", ""))) for link in links)
    return tuple(dict.fromkeys(link for link in found if link and (marked or parts.attachment.search(_path(link)))))


def _path(url: str) -> str:
    return re.split(r"[?#]", url, maxsplit=1)[0]


def first_day(printed_date: str, hints: Iterable[tuple[str, str]]) -> str:
    """Return the best machine-readable day there is, for sources whose province changed over time; "" for none."""
    return numeric_day(printed_date) or next((value[:10] for _, value in hint_order.ordered(hints)), "")


def _same(one: str, other: str) -> bool:
    return line_key(one) == line_key(other)
