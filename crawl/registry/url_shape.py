"""The shape of an address: what kind of parts it has, whatever they are. Articles of one site share theirs."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

SLUG_WORDS = 4  # of a part of an address that is made from a title
LINKS_KEPT = 16_384  # menus and boxes of a site stand on all of its pages


@lru_cache(maxsize=LINKS_KEPT)
def shape_of(url: str) -> str:
    """Return the shape of an address: "/w/S#.html", "/w/Chitiet.aspx?nid".

    w: a short word, S: several words, #: with a number; of a query the names whose value is a number or a key.
    """
    parts = urlsplit(url)
    segments = [segment for segment in unquote(parts.path).split("/") if segment]
    shape = []
    for segment in segments:
        stem, dot, extension = segment.rpartition(".")
        stem, extension = (stem, f".{extension}") if dot and len(extension) <= 5 and stem else (segment, "")
        words = [word for word in re.split(r"[-_+ ,]+", stem) if word]
        numbered = any(sum(map(str.isdigit, word)) >= 2 for word in words) or stem.isdigit()
        kind = "" if stem.isdigit() else ("S" if len(words) >= SLUG_WORDS else "w")
        if parts.query and extension and kind == "w" and not numbered:
            kind = stem.casefold()  # ChiTiet.aspx?nid=7 and TinTuc.aspx?cat=7 are programs, not words
        shape.append(kind + ("#" if numbered else "") + extension)
    given = parse_qsl(parts.query)
    names = sorted({_shape_of_parameter(name, value) for name, value in given if any(map(str.isdigit, value))})
    return "/" + "/".join(shape) + (f"?{'&'.join(names)}" if names else "")


def _shape_of_parameter(name: str, value: str) -> str:
    """Return a name, with the shape of its value where that is a path: ?q=node/7 and ?q=taxonomy/term/7 differ."""
    is_path = "/" in value and ":" not in value
    return f"{name}={shape_of(f'/{value}').replace('/', ':')}" if is_path else name


def names_a_page(url: str) -> bool:
    """Tell whether the path of an address names an article by itself, so that its query says nothing."""
    return bool(re.search(r"[S#][^/?]*(?:/w)?(?:\.\w+)?$", shape_of(url).partition("?")[0]))
