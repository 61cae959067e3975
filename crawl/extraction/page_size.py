"""Pages that would cost more to read than any article is worth: too long, too many elements, nested without end."""

import re
from collections import Counter

MAX_CHARACTERS = 4_000_000  # the longest congress report as a page has some 600,000
MAX_ELEMENTS = 100_000  # real pages have below 10,000; each costs about a kilobyte and ten microseconds
MAX_ATTRIBUTES = 2_000  # of one element; a parser compares each with each
MAX_NESTING = 1_000  # of elements of one name; browsers stop at 512, and finding parents costs its square

_START = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]*)")
_LONG_START = re.compile(r"<[a-zA-Z][^<>]{8000,}")
_NAME_AND_VALUE = re.compile(
    r"""[^\s=]++(?:\s*+=\s*+(?:"[^"]*+(?:"|$)|'[^']*+(?:'|$)|[^\s"']\S*+))?"""
)  # words within quotes are no attributes
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
# These end by themselves when the next one begins or hold nothing, so pages often leave their ends out.
_UNCLOSED = frozenset(
    ("p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "font", "a", "br", "img")
).union(("input", "hr", "meta", "link", "area", "base", "col", "source", "wbr", "param"))


def refuse_monster(text: str) -> None:
    """Raise ValueError that says what is too large about a page (HTML); costs one pass over its tags."""
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"it has {len(text):,} characters: expected at most {MAX_CHARACTERS:,}")
    if any(len(_NAME_AND_VALUE.findall(tag)) > MAX_ATTRIBUTES for tag in _LONG_START.findall(text)):
        raise ValueError(f"one of its elements has more than {MAX_ATTRIBUTES:,} attributes")
    tags: Counter[str] = Counter()
    for name, count in Counter(_START.findall(text)).items():
        tags[name.lower()] += count
    if all(count <= MAX_NESTING for name, count in tags.items() if name not in _UNCLOSED):
        if tags.total() > MAX_ELEMENTS:
            raise ValueError(f"it has more than {MAX_ELEMENTS:,} elements")
        return  # what does not begin so often is not nested so deep
    open_elements: Counter[str] = Counter()
    for number, tag in enumerate(_TAG.finditer(text)):
        if number >= 2 * MAX_ELEMENTS:
            raise ValueError(f"it has more than {MAX_ELEMENTS:,} elements")
        name = tag.group(2).lower()
        if name in _UNCLOSED:
            continue
        if tag.group(1):
            open_elements[name] = max(0, open_elements[name] - 1)
        else:
            open_elements[name] += 1
            if open_elements[name] > MAX_NESTING:
                raise ValueError(f"its <{name}> elements are nested deeper than {MAX_NESTING:,}")
