"""The links of a page, each with what says where it leads: its text, or else its title, its picture, its card."""

from collections import Counter
from itertools import islice

from lxml import html

from crawl.fetch.link_shapes import Link, counts_pages, is_title
from crawl.registry.canonical import absolute_url

CARD_STEPS = 4  # elements between a link and the card that it stands in
CARD_TRIES = 3  # links to one address whose cards are looked at: a page may repeat a link thousands of times

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "b", "strong")


def page_links(root: html.HtmlElement, base: str, most: int) -> tuple[list[Link], int]:
    """Return the links of a page, one for each address, and how many were left out beyond `most`."""
    texts: dict[str, str] = {}
    cards: dict[str, str] = {}
    tries = Counter[str]()
    cut = 0
    for number, element in enumerate(root.iter("a", "area")):
        if number >= most:
            cut += 1
            continue
        href = element.get("href", "")
        link = "" if not href or href.startswith(("#", "javascript:")) else absolute_url(base, href)
        if not link:
            continue
        text = max(texts.get(link, ""), _text(element), key=len)
        texts[link] = text
        if link in cards or is_title(text) or counts_pages(text) or tries[link] == CARD_TRIES:
            continue
        tries[link] += 1
        if heading := _heading(element):
            cards[link] = heading
    return [Link(link, text if is_title(text) else cards.get(link, text)) for link, text in texts.items()], cut


def _text(element: html.HtmlElement) -> str:
    said = " ".join((element.text_content() or "").split())
    said = said or element.get("title") or element.get("aria-label") or element.get("alt")
    said = said or next(iter(element.xpath(".//img/@alt")), "")
    return said or (
        "next" if "next" in f"{element.get('rel', '')} {element.get('class', '')}".casefold().split() else ""
    )


def _heading(element: html.HtmlElement) -> str:
    """Return the heading of the card that a link like "Chi tiết" stands in: of what leads nowhere else."""
    for part in islice(element.iterancestors(), CARD_STEPS):
        if part.tag in ("body", "html") or any(other.get("href") != element.get("href") for other in part.iter("a")):
            return ""
        for heading in part.iter(*_HEADINGS):
            if is_title(text := " ".join(heading.text_content().split())):
                return text
    return ""
