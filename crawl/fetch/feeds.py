"""Feeds and sitemaps → the pages they name: RSS, Atom, JSON Feed, sitemap, sitemap index, news sitemap; gzip or plain.

Read event by event, without entities and without the network, so that a hostile or huge file costs bounded memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from io import BytesIO

from lxml import etree

MAX_ENTRIES = 50_000  # what the sitemap protocol allows in one file

_ROOTS = frozenset({"rss", "RDF", "feed", "urlset", "sitemapindex"})
_DATE_TAGS = ("pubDate", "published", "date", "updated", "publication_date", "lastmod")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """What a feed or sitemap says of a page. kind: "page" or "sitemap"; dates ISO, "" where none is given."""

    url: str
    kind: str = "page"
    date: str = ""
    lastmod: str = ""


def damage_of(body: bytes) -> str:
    """Return why a feed or sitemap cannot be read to its end, "" where it can: no such document, or broken off."""
    events = etree.iterparse(
        BytesIO(body.lstrip()), events=("start",), resolve_entities=False, no_network=True, huge_tree=False
    )
    root = ""
    try:
        for _, element in events:
            root = root or _name(element)
            if root not in _ROOTS:
                return f"its root is <{root}>: expected RSS, Atom or a sitemap"
            element.clear()
    except etree.XMLSyntaxError as error:
        return f"it is malformed ({error.msg}): what can be read of it is read"
    return ""


def feed_entries(body: bytes) -> Iterator[FeedEntry]:
    """Yield the entries of RSS, RDF or Atom. Yields nothing for what is none of them; reads on over small damage."""
    for element in _elements(body, ("item", "entry")):
        link, dates = "", {}
        for child in element:
            name = _name(child)
            text = (child.text or "").strip()
            if name == "link":
                if child.get("rel", "alternate") == "alternate":
                    link = link or child.get("href", "") or text
            elif name == "guid" and not link and child.get("isPermaLink", "true") == "true":
                link = text
            elif name in _DATE_TAGS:
                dates[name] = iso_date(text)
        if link:
            date = next((dates[name] for name in _DATE_TAGS if dates.get(name)), "")
            yield FeedEntry(link, date=date, lastmod=dates.get("updated", ""))


def sitemap_entries(body: bytes) -> Iterator[FeedEntry]:
    """Yield the pages of a sitemap and the sitemaps of a sitemap index."""
    for element in _elements(body, ("url", "sitemap")):
        kind = "sitemap" if _name(element) == "sitemap" else "page"
        location, lastmod, date = "", "", ""
        for child in element.iter():
            name = _name(child)
            if name == "loc" and child.getparent() is element:  # image:loc lies one level deeper
                location = (child.text or "").strip()
            elif name == "lastmod":
                lastmod = iso_date(child.text or "")
            elif name == "publication_date":
                date = iso_date(child.text or "")
        if location:
            yield FeedEntry(location, kind, date, lastmod)


def iso_date(text: str) -> str:
    """Return a date of a feed as ISO 8601 in the source's own clock, "2023-07-05T16:20"; "" for what is no date."""
    text = text.strip()
    try:
        return datetime.fromisoformat(text).isoformat(timespec="minutes")[:16] if len(text) > 10 else _day(text)
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(text).isoformat(timespec="minutes")[:16]
    except (ValueError, TypeError, IndexError):
        return ""


def _day(text: str) -> str:
    datetime.strptime(text, {4: "%Y", 7: "%Y-%m"}.get(len(text), "%Y-%m-%d"))
    return text


def _elements(body: bytes, names: tuple[str, ...]) -> Iterator[etree._Element]:
    events = etree.iterparse(
        BytesIO(body.lstrip()), events=("end",), recover=True, resolve_entities=False, no_network=True, huge_tree=False
    )
    count = 0
    try:
        for _, element in events:
            if _name(element) in names:
                yield element
                count += 1
                if count >= MAX_ENTRIES:
                    return
                element.clear()
                while element.getprevious() is not None:  # what was read is let go, or memory grows with the file
                    del element.getparent()[0]
    except etree.XMLSyntaxError:
        return


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
