"""Cards without a link: a program goes to an address that it puts together from the data of the pressed one.

`$('.tin').on('click', function () { location.href = '/tin/' + $(this).data('slug'); })` of
`<div class="tin" data-slug="hop-giao-ban-9">`. The program is read, not run (page_programs.py); a card is a part of
the page that has all the data, has the length of a title, and is named by a program.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice

from lxml import html

from crawl.fetch.link_shapes import Link, is_title
from crawl.fetch.page_programs import LOCATION, MOST_BODY, READS_PRESSED, PagePrograms, attribute_of, closed_body
from crawl.registry.canonical import absolute_url

MOST_PROGRAMS = 10  # of a page that go to an address
MOST_CARDS = 500  # of a page
MOST_TEXTS = 40  # pieces of text within a card
MOST_CARD = 600  # characters of a card: a title, a date, a teaser
MOST_DATA = 300  # characters of what names an article

_HEADING = "descendant-or-self::*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6]"


def card_links(root: html.HtmlElement, base: str, programs: PagePrograms) -> Iterator[Link]:
    """Yield where cards lead, each with its heading or else its text. base: what links are relative to."""
    for body in dict.fromkeys(_going(programs.text)):
        needed = {_attribute(found) for found in READS_PRESSED.finditer(body)}
        for card in _cards(root, needed, programs):
            address = programs.address_of(_with_data(body, card))
            if address and (link := absolute_url(base, address)):
                yield Link(link, _text(card))


def _going(text: str) -> Iterator[str]:
    """Yield what stands between the braces around each place where programs go to an address by pressed data."""
    for place in islice(LOCATION.finditer(text), MOST_PROGRAMS):
        body = closed_body(text, _opened(text, place.start()))
        if READS_PRESSED.search(body):
            yield body


def _opened(text: str, at: int) -> int:
    """Return where the innermost part in braces around a place begins; the place itself where none does."""
    depth = 0
    for start in range(at - 1, max(-1, at - MOST_BODY), -1):
        depth += (text[start] == "}") - (text[start] == "{")
        if depth < 0:
            return start + 1
    return at


def _cards(root: html.HtmlElement, needed: set[str], programs: PagePrograms) -> Iterator[html.HtmlElement]:
    having = " and ".join(f"@{name}" for name in sorted(needed))
    for card in root.xpath(f"//*[{having}]")[:MOST_CARDS]:
        data = [card.get(name) for name in needed]
        if not (_is_named(card, programs.text) and is_title(_text(card))):
            continue
        if all(0 < len(value) < MOST_DATA for value in data):
            yield card


def _is_named(card: html.HtmlElement, text: str) -> bool:
    """Tell whether programs name a card as the last of what they choose: '.tin', 'div.tin', '#ds .tin'."""
    return any(f".{name}{quote}" in text for name in (card.get("class") or "").split() for quote in "'\"")


def _attribute(found: re.Match[str]) -> str:
    """Return the attribute that a program reads: data-ma-tin of `.data('ma-tin')` and of `.dataset.maTin`."""
    name = found.group(1) or attribute_of(found.group(2)) or ""
    return f"data-{name.removeprefix('data-').casefold()}"


def _with_data(body: str, card: html.HtmlElement) -> str:
    """Return a program with the data of a card in the places where it reads them."""
    return READS_PRESSED.sub(lambda found: json.dumps(card.get(_attribute(found)), ensure_ascii=False), body)


def _text(card: html.HtmlElement) -> str:
    said = next(iter(card.xpath(_HEADING)), card)
    text = " ".join(" ".join(islice(said.itertext(), MOST_TEXTS)).split())
    return text if len(text) <= MOST_CARD else ""
