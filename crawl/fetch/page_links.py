"""The links of a page, each with what says where it leads: its text, or else its title, its picture, its card."""

from collections import Counter
from itertools import islice
from urllib.parse import quote

from lxml import html

from crawl.fetch.link_shapes import Link, counts_pages, is_title, leads_back
from crawl.registry.canonical import absolute_url

CARD_STEPS = 4  # elements between a link and the card that it stands in
CARD_TRIES = 3  # links to one address whose cards are looked at: a page may repeat a link thousands of times

_ESCAPED = "_escaped_fragment_"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "b", "strong")


def page_links(root: html.HtmlElement, base: str, most: int) -> tuple[list[Link], int]:
    """Return the links of a page, one for each address, and how many were left out beyond `most`."""
    texts: dict[str, str] = {}
    cards: dict[str, str] = {}
    tries = Counter[str]()
    cut = 0
    named = " ".join(" ".join(root.xpath("//title[1]//text()")).split())
    has_fragments = _ESCAPED in base or _shows_fragments(root)
    for number, element in enumerate(root.iter("a", "area")):
        if number >= most:
            cut += 1
            continue
        href = element.get("href", "")
        if "#!" in href and has_fragments:
            href = _escaped(base, href)
        link = "" if not href or href.startswith(("#", "javascript:")) else absolute_url(base, href)
        if not link:
            continue
        text = max(texts.get(link, ""), _text(element), key=len)
        texts[link] = text
        if link in cards or is_title(text) or counts_pages(text) or leads_back(text) or tries[link] == CARD_TRIES:
            continue
        tries[link] += 1
        if heading := _heading(element, named):
            cards[link] = heading
    return [Link(link, text if is_title(text) else cards.get(link, text)) for link, text in texts.items()], cut


def fragment_page(root: html.HtmlElement, url: str) -> str:
    """Return where a page that a program draws shows itself to robots, "" where it does not say so."""
    return _escaped(url, "#!") if _shows_fragments(root) and _ESCAPED not in url else ""


def _shows_fragments(root: html.HtmlElement) -> bool:
    """Tell whether a page follows the scheme for robots of 2009: `#!/tin/9` stands at `?_escaped_fragment_=/tin/9`."""
    return bool(root.xpath("//meta[@name='fragment' and @content='!']"))


def _escaped(base: str, href: str) -> str:
    address, _, fragment = href.partition("#!")
    page = absolute_url(base, address) if address else base.partition("?")[0]
    return f"{page}?{_ESCAPED}={quote(fragment, safe='/')}"


def _text(element: html.HtmlElement) -> str:
    said = " ".join((element.text_content() or "").split())
    said = said or element.get("title") or element.get("aria-label") or element.get("alt")
    said = said or next(iter(element.xpath(".//img/@alt")), "")
    return said or (
        "next" if "next" in f"{element.get('rel', '')} {element.get('class', '')}".casefold().split() else ""
    )


def _heading(element: html.HtmlElement, named: str) -> str:
    """Return the heading of the card that a link like "Chi tiết" stands in: of what leads nowhere else.

    named: the title of the page. What it says is the heading of the page itself, the section of an article beside it.
    """
    for part in islice(element.iterancestors(), CARD_STEPS):
        if part.tag in ("body", "html") or any(other.get("href") != element.get("href") for other in part.iter("a")):
            return ""
        for heading in part.iter(*_HEADINGS):
            if is_title(text := " ".join(heading.text_content().split())):
                return "" if text in named else text
    return ""
