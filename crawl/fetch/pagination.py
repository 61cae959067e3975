"""List pages that continue one another: `?page=2`, `/trang-16.html`, `/page/57/`, `_cur=69`. Data: pagination.tsv.

Here stands whatever counts pages by its name: parameters, parts of paths, fields of forms, values of data.
"""

import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

_OFFSETS = "skip|offset|start|from|limitstart|first"  # parameters that say how many entries to leave out
_FIELD = re.compile(
    r"page|paging|(?<!tinh)(?<!tinh[_-])trang(?![_-]?thai)|^_?pg(?![a-z])|^pn?o?$|(?:^|[_$-])cur(?:rent)?$|^idx|index",
    re.IGNORECASE,
)
_SAYS_HOW_MANY = re.compile(r"size|limit|count|total|rows|per_?page", re.IGNORECASE)
PAGE_NOW = ("page", "currentpage", "pageindex", "pagenumber", "current", "trang")  # names in data, without _ and -
PAGES = ("totalpages", "totalpage", "pagecount", "lastpage", "pages", "sotrang", "tongsotrang")
_PORTLET = re.compile(r"^(p_p_\w+|p_r_p_\w+|_\w+_(delta|resetCur|keywords|advancedSearch|andOperator|orderBy\w*))$")


@lru_cache(maxsize=1)
def _families() -> list[re.Pattern[str]]:
    lines = Path(__file__).with_name("pagination.tsv").read_text(encoding="utf-8").splitlines()
    return [re.compile(line.split("\t")[1], re.IGNORECASE) for line in lines[1:] if line]


def page_number(url: str) -> tuple[str, int]:
    """Return the list that a URL belongs to (its address without the counter) and the number of the page, from 1.

    Two URLs with the same first value are pages of one list.
    """
    parts = urlsplit(url)
    number = 1
    pairs = []
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if value.isdigit() and _is_counter(name):
            number = int(value)
        elif value and not _PORTLET.match(name):
            pairs.append((name, value))
    path = parts.path
    for family in _families():
        found = family.search(path)
        if found:
            number = int(found.group(1))
            path = path[: found.start()] + path[found.end() :]
            break
    path = re.sub(r"\.(html?|aspx)$", "", path.rstrip("/"))
    query = "&".join(f"{name}={value}" for name, value in sorted(pairs))
    return f"{parts.netloc}{path}?{query}", number


def counter_in(url: str) -> re.Match[str] | None:
    """Return where the query of a URL counts pages; group 1 is the number."""
    return re.search(rf"[?&](?:{_names()})=(\d{{1,5}})(?=&|$)", url, re.IGNORECASE)


def offset_in(url: str) -> re.Match[str] | None:
    """Return where the query of a URL says how many entries to leave out; group 1 is their number."""
    return re.search(rf"[?&](?:{_OFFSETS})=(\d{{1,6}})(?=&|$)", url, re.IGNORECASE)


def counter_in_path(url: str) -> re.Match[str] | None:
    """Return where the path of a URL counts pages (/trang-2); group 1 is the number."""
    return re.search(r"/(?:trang|page)[-/](\d{1,5})(?=[/.?]|$)", url, re.IGNORECASE)


def before_a_counter() -> re.Pattern[str]:
    """Return what matches an address up to the number that counts its pages: "/tin?page="."""
    return re.compile(rf"(?:[?&](?:{_names()}|{_OFFSETS})=|/(?:trang|page)[-/])$", re.IGNORECASE)


def before_a_counted_field() -> re.Pattern[str]:
    """Return what matches the fields of a form up to the number of a page: "&cat=7&pageNumber="."""
    how_many = _SAYS_HOW_MANY.pattern
    return re.compile(rf"[?&](?:{_names()}|(?![^=&]*(?:{how_many}))[^=&]*(?:page|paging|trang)[^=&]*)=$", re.IGNORECASE)


def leaves_out(text: str) -> bool:
    """Tell whether what stands before a number in an address makes it the number of entries to leave out."""
    return bool(re.search(rf"[?&](?:{_OFFSETS})=$", text, re.IGNORECASE))


def counts_by_name(name: str) -> bool:
    """Tell whether a field is named like one that counts pages."""
    return bool(_FIELD.search(name)) and not _SAYS_HOW_MANY.search(name)


def is_further_page(url: str, of: str) -> bool:
    """Tell whether url is another page of the list that `of` is a page of."""
    (this_list, this_number), (that_list, that_number) = page_number(url), page_number(of)
    return this_list == that_list and this_number != that_number


@lru_cache(maxsize=1)
def counter_names() -> re.Pattern[str]:
    """Return what matches the names of parameters, and the parts of paths, that count pages or entries."""
    lines = Path(__file__).with_name("pagination.tsv").read_text(encoding="utf-8").splitlines()
    names = [line.split("\t")[2] for line in lines[1:] if line and line.split("\t")[2]]
    return re.compile("|".join(names), re.IGNORECASE)


@lru_cache(maxsize=1)
def _names() -> str:
    """Return the names of parameters that count pages, not entries."""
    return "|".join(
        name for name in counter_names().pattern.split("|") if name not in ("start", "offset", "limitstart")
    )


def _is_counter(name: str) -> bool:
    return bool(counter_names().fullmatch(name))
