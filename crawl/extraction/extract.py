"""HTML → Article: the strings of a page as printed, without the furniture around them.

    title, lede, body, byline, date, captions, attachments
        by the selectors of the source; where there are none, or they match nothing, by the generic rules:
        trafilatura finds where the text stands, and it is then read from the page itself, so that it stays verbatim.

Furniture, classes and lines that end an article are data: page_parts.toml, plain_text.tsv.
"""

import re
from collections.abc import Iterable, Iterator

from lxml import etree
from lxml.html import HtmlElement

from crawl.article import Article
from crawl.extraction.blocks import Line, inside, lines_of, names_of, text_of
from crawl.extraction.embedded_data import SELECTORS, page_from_data
from crawl.extraction.html_page import HtmlPage
from crawl.extraction.line_key import line_key
from crawl.extraction.main_text import MIN_TEXT_CHARACTERS, find_main_text
from crawl.extraction.page_dates import date_hints, find_date_line, guessed_date, numeric_day, split_glued_date
from crawl.extraction.page_parts import page_parts
from crawl.extraction.page_title import find_title
from crawl.extraction.paragraphs import joined_paragraphs, split_byline, split_captions
from crawl.registry.canonical import absolute_url, canonical_url
from crawl.registry.sources import Selectors, Source
from search.domain import date_hints as hint_order

MAX_TITLE_CHARACTERS = 1_000  # the longest titles of official notices have some 400
MAX_BODY_CHARACTERS = 2_000_000  # a whole congress report has some 300,000

Hints = tuple[tuple[str, str], ...]
_TEXT = etree.XPath("descendant::text()[not(parent::script or parent::style)]", smart_strings=False)


class NoArticle(ValueError):
    """A page holds no article; says what is missing."""


def extract_article(body: bytes, url: str, source: Source | None = None, *, content_type: str = "") -> Article:
    """Return the article of a page. body: without content coding.

    Raises NoArticle where there is no title or no text, encodings.NotText where it is no text at all.
    """
    return extract_page(HtmlPage.of(body, content_type), url, source)


def extract_page(
    page: HtmlPage, url: str, source: Source | None = None, *, hints: Hints = (), textless: bool = False
) -> Article:
    """Return the article of a page that was parsed; the page stays as it is. Raises NoArticle.

    textless: a title alone will do, for its text stands elsewhere.
    """
    return _read(page, url, source, source.selectors if source else Selectors(), hints, textless)


def _read(
    page: HtmlPage, url: str, source: Source | None, selectors: Selectors, hints: Hints, textless: bool = False
) -> Article:
    page_hints = date_hints(page, url)
    page = page.without(selectors.remove)
    title_element = next(_matches(page, selectors.title), None)
    title = text_of(title_element) or find_title(page)
    if not title:
        raise NoArticle("it has no title: expected a heading, og:title or <title>")

    marked = {
        name: list(_matches(page, getattr(selectors, name)))
        for name in ("lede", "byline", "date", "captions", "attachments")
    }
    bodies = list(_matches(page, selectors.body))
    container = bodies[0] if bodies else None
    without = {element for found in marked.values() for element in found} | {title_element} - {None}
    furniture = _furniture(page, container)
    without |= furniture
    generic = container is None
    if container is None:
        container, lines = find_main_text(page, without)
        lines = _from_first_text(lines)
        if sum(len(line.text) for line in lines) < MIN_TEXT_CHARACTERS and (drawn := page_from_data(page)):
            return _read(HtmlPage(drawn), url, source, SELECTORS, hints + page_hints)
    else:
        lines = lines_of(container, without)
        for more in bodies[1:]:
            if not any(parent is container for parent in more.iterancestors()):
                lines += lines_of(more, without)
    lines = _without_furniture(lines, title)

    captions, lines = split_captions(lines, marked["captions"])
    printed_date = " ".join(text_of(element) for element in marked["date"][:1])
    if not printed_date:
        printed_date = find_date_line(page, title, source.clock if source else "", furniture)
    lede = "\n".join(filter(None, (text_of(element) for element in marked["lede"])))
    if generic and not lede:
        lede, lines = _find_lede(page, lines, without)
    byline = "\n".join(dict.fromkeys(filter(None, (text_of(element) for element in marked["byline"]))))
    if not byline:
        byline, lines = split_byline(page, lines, without)
    glued, lines = split_glued_date(lines, printed_date)
    printed_date = printed_date or glued
    if lines and _same(lines[0].text, printed_date):
        lines = lines[1:]
    if lede and lines and _same(lines[0].text, lede):
        lines = lines[1:]
    body = "\n\n".join(joined_paragraphs(lines))[:MAX_BODY_CHARACTERS]
    if not (body or lede or textless):
        raise NoArticle("it has no text: expected paragraphs beside the title")

    all_hints = hints + tuple(hint for hint in page_hints if hint not in hints)
    if generic and container is not None and not printed_date and not all_hints:
        guessed = guessed_date(page, container)
        all_hints = (("htmldate", guessed),) if guessed else ()
    return Article(
        id=canonical_url(url, source) if source else url,
        url=url,
        title=title[:MAX_TITLE_CHARACTERS],
        body=body,
        lede=lede[:MAX_BODY_CHARACTERS],
        byline=byline,
        printed_date=printed_date,
        captions=tuple(captions),
        attachments=_attachments(page, marked["attachments"], container, url),
        hints=all_hints,
        source=source.slug if source else "",
        province=source.province_on(first_day(printed_date, all_hints)) if source else "",
    )


def _matches(page: HtmlPage, css: str) -> Iterator[HtmlElement]:
    return (element for element in page.select(css) if text_of(element) or element.tag == "a")


def _furniture(page: HtmlPage, container: HtmlElement | None) -> set[HtmlElement]:
    """Return the elements whose class says that they are no part of an article."""
    parts = page_parts()
    scope = container if container is not None else page.root
    whole = _text_length(scope)
    found: set[HtmlElement] = set()
    told: dict[str, bool] = {}  # menus repeat the classes of their entries
    for element in scope.iterdescendants():
        names = names_of(element)
        if names not in told:
            is_chrome = container is None and parts.classes["chrome"].search(names)
            told[names] = bool(is_chrome or parts.classes["related"].search(names))
        # a word in a class may lie: what holds most of the text is no block of links
        named = told[names] or (container is None and element.tag in parts.chrome)
        if named and _text_length(element) < 0.5 * whole and element.find(".//h1") is None:
            found.add(element)
    return found


def _text_length(element: HtmlElement) -> int:
    """Return the number of characters of text in an element, without its scripts and styles."""
    strings: list[str] = _TEXT(element)
    return sum(map(len, strings))


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
        if skipping_links and _is_mostly_link(line):
            continue
        skipping_links = False
        if parts.is_dropped(line.text) or (not kept and _same(line.text, title)):
            continue
        kept.append(line)
    return kept


def _from_first_text(lines: list[Line]) -> list[Line]:
    """Return lines without the links to other articles that stand above the text."""
    first = next((number for number, line in enumerate(lines) if not _is_mostly_link(line)), 0)
    return lines[first:]


def _is_mostly_link(line: Line) -> bool:
    return line.linked * 10 >= len(line.text) * 8


def _find_lede(page: HtmlPage, lines: list[Line], without: set[HtmlElement]) -> tuple[str, list[Line]]:
    """Return the lede by its class, or the first paragraph where it alone is bold, and the lines without it."""
    pattern = page_parts().classes["lede"]
    for element in page.with_class(pattern):
        text = text_of(element)
        if 20 < len(text) < 1_500 and not inside(element, without):
            elements = set(element.iter())
            return text, [line for line in lines if line.element not in elements or line.text not in text]
    if len(lines) > 2 and lines[0].bold and len(lines[0].text) > 60 and not lines[1].bold:
        return lines[0].text, lines[1:]
    return "", lines


def _attachments(page: HtmlPage, marked: list[HtmlElement], container: HtmlElement | None, url: str) -> tuple[str, ...]:
    parts = page_parts()
    around = page.root if container is None or container.getparent() is None else container.getparent()
    links = marked or [link for link in around.iterdescendants("a") if link.get("href")]
    found = (absolute_url(url, link.get("href", "")) for link in links)
    return tuple(dict.fromkeys(link for link in found if link and (marked or parts.attachment.search(_path(link)))))


def _path(url: str) -> str:
    return re.split(r"[?#]", url, maxsplit=1)[0]


def first_day(printed_date: str, hints: Iterable[tuple[str, str]]) -> str:
    """Return the best machine-readable day there is, for sources whose province changed over time; "" for none."""
    return numeric_day(printed_date) or next((value[:10] for _, value in hint_order.ordered(hints)), "")


def _same(one: str, other: str) -> bool:
    return line_key(one) == line_key(other)
