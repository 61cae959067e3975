"""What RFC 4287 asks of a feed, as far as a feed of ours could break it."""

import re
from collections import Counter
from xml.etree.ElementTree import Element, fromstring

ATOM = "{http://www.w3.org/2005/Atom}"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")  # RFC 3339
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_ONCE = ("id", "title", "updated")
_AT_MOST_ONCE = ("published", "subtitle", "summary", "content", "rights", "source", "generator", "icon", "logo")
_KNOWN = {*_ONCE, *_AT_MOST_ONCE, "author", "category", "contributor", "link", "entry"}


def faults(feed: bytes) -> list[str]:
    """Return what is wrong with a feed, [] for nothing."""
    root = fromstring(feed)
    entries = root.findall(f"{ATOM}entry")
    found = [] if root.tag == f"{ATOM}feed" else [f"the root is {root.tag}"]
    found += [fault for element in (root, *entries) for fault in _faults_of(element)]
    if root.find(f"{ATOM}author") is None and any(entry.find(f"{ATOM}author") is None for entry in entries):
        found.append("an entry without an author in a feed without one")
    if not any(link.get("rel") == "self" for link in root.findall(f"{ATOM}link")):
        found.append("no link to the feed itself")
    ids = Counter(entry.findtext(f"{ATOM}id") for entry in entries)
    return found + [f"the id {one} stands {count} times" for one, count in ids.items() if count > 1]


def _faults_of(element: Element) -> list[str]:
    names = Counter(child.tag.removeprefix(ATOM) for child in element)
    found = [f"{name} stands {names[name]} times" for name in _ONCE if names[name] != 1]
    found += [f"{name} stands {names[name]} times" for name in _AT_MOST_ONCE if names[name] > 1]
    found += [f"{name} is no element of Atom" for name in names if name not in _KNOWN]
    for name in ("updated", "published"):
        found += [f"{name} {one.text}" for one in element.findall(ATOM + name) if not _TIME.fullmatch(one.text or "")]
    found += [f"id {one.text}" for one in element.findall(f"{ATOM}id") if not _ADDRESS.fullmatch(one.text or "")]
    links = [
        (link.get("rel", "alternate"), link.get("type"), link.get("hreflang"), link.get("href", ""))
        for link in element.findall(f"{ATOM}link")
    ]
    found += [f"link {href}" for *_, href in links if not _ADDRESS.fullmatch(href)]
    alternates = Counter(link[:3] for link in links if link[0] == "alternate")
    found += [f"{count} links {kind}" for kind, count in alternates.items() if count > 1]
    found += [
        f"{name.tag} without a name" for name in element.findall(f"{ATOM}author") if not name.findtext(f"{ATOM}name")
    ]
    return found
