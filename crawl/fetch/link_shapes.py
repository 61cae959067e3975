"""Which links of a page lead to articles, which to further pages of its list, and which to other lists; by their shape.

For sources whose registry names no pattern. An article is linked by its title, and the articles of a site have
addresses of one shape: a number in the last part, or a slug of several words. So the links of a page are put together
by the shape of their addresses, and a shape whose links mostly have the length of titles is the shape of articles.
A pager is a run of numbers or a word like "Trang sau", whose address differs from that of its list by a number. Words:
link_words.tsv.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from crawl.fetch.pagination import counter_in, counter_names, is_further_page, page_number
from crawl.registry.url_shape import LINKS_KEPT, names_a_page, shape_of

TITLE_WORDS = 5  # of a link; menus have fewer, titles of news more
CUT_TITLE_WORDS = 3  # of one that ends in dots
TITLE_SHARE = 0.5  # of the links of one shape
FEWEST_CUT = 3  # links of one shape whose addresses go on where their texts end; a menu has fewer such sections
WORDS_CUT_OFF = 2  # at least, of a title whose whole stands in the address
FEWEST_TITLES = 2  # of a shape that says nothing, where nothing tells a page of a list: /v/kbqdm, ?p=4107
LONGEST_RUN = 28  # links that count; a calendar has as many as the month has days
LONGEST_PAGER = 24  # characters of the text of a link that counts pages: "1.234", "← Các bài viết cũ hơn"

_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp|pdf|docx?|xlsx?|zip|rar|mp[34]|css|js|xml|ico|svg)$", re.IGNORECASE)
_FILE_END = re.compile(r"\.\w{2,5}$")
_WORD = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0[1-9]|1[0-2]|[1-9])"
_YEAR = r"(?:19|20)\d\d"
_PERIOD = re.compile(
    rf"[/=_-](?:{_YEAR}(?:[/_-]?{_MONTH}(?:[/_-]?{_DAY})?)?|(?:{_DAY}[/_-])?{_MONTH}[/_-]{_YEAR})(?:\.\w+)?/?$"
)
_OF_PERIOD = re.compile(rf"(?:{_YEAR}|\d{{1,2}})(?:[/_-]\d{{1,4}}){{0,2}}")
_NUMBER = re.compile(r"(?:trang\s*)?(\d{1,5})\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page: where it leads, absolute, and the longest text that leads there."""

    url: str
    text: str


@lru_cache(maxsize=LINKS_KEPT)
def leads_nowhere(url: str) -> bool:
    """Tell whether an address is that of a search, a tag, a calendar or a service, never to be followed unasked."""
    address = _address(url)
    return bool(_words("nowhere").search(address) or _words("date").search(address))


def leads_away(url: str, of: str) -> bool:
    """Tell whether an address leads nowhere, as seen from the page `of`: one of the same month may be its next page."""
    if not leads_nowhere(url) or _words("nowhere").search(_address(url)):
        return leads_nowhere(url)
    there, here = (_words("date").search(_address(one)) for one in (url, of))
    return there is None or here is None or there.group().strip("?&/") != here.group().strip("?&/")


def is_file(url: str) -> bool:
    """Tell whether an address is that of a picture, a document or another file."""
    return bool(_FILE.search(url.partition("?")[0]))


def pager_links(links: Sequence[Link], of: str) -> set[str]:
    """Return the addresses of the links that count the pages of the list that `of` is a page of."""
    return {link.url for link in links if is_pager(link, of)} | counted_links(links, of)


def article_links(links: Sequence[Link], of: str, pagers: set[str]) -> set[str]:
    """Return the addresses of the links that lead to articles. of: the address of the page that holds them.

    pagers: as pager_links gives them.
    """
    is_list = bool(pagers) or page_number(of)[1] > 1
    by_shape: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        if counts_pages(link.text):  # "Trang 2" of an article that stands on several pages
            continue
        if is_further_page(link.url, of) and not is_title(link.text):
            continue
        if link.url not in pagers and link.url != of and not leads_nowhere(link.url) and not is_file(link.url):
            by_shape[shape_of(link.url)].append(link)
    found: set[str] = set()
    for shape, alike in by_shape.items():
        alike = _without_menus(alike) if "S" not in shape else _without_named_folders(alike)
        cut = {link for link in alike if "S" in shape and not is_title(link.text) and _is_cut(link)}
        titled = [link for link in alike if is_title(link.text) or (len(cut) >= FEWEST_CUT and link in cut)]
        fewest = 1 if is_list or _may_be_of_articles(shape) else FEWEST_TITLES
        if len(titled) >= max(fewest, TITLE_SHARE * len(alike)):
            found.update(link.url for link in alike)
    return found


def naming_parameters(links: Iterable[Link], articles: set[str]) -> tuple[str, ...]:
    """Return the parameters that name articles although their paths look as if they did: many titles at one path."""
    by_path: dict[str, dict[str, str]] = defaultdict(dict)
    for link in links:
        path, _, query = link.url.partition("?")
        if link.url in articles and query and is_title(link.text) and names_a_page(link.url):
            by_path[path].setdefault(link.text, query)
    queries = [query for said in by_path.values() if len(said) > 1 for query in said.values()]
    return tuple(sorted({name for query in queries for name, _ in parse_qsl(query, keep_blank_values=True)}))


def is_title(text: str) -> bool:
    """Tell whether the text of a link has the length of a title, or is the beginning of one: "Ban Thường vụ…"."""
    return len(_WORD.findall(text)) >= (CUT_TITLE_WORDS if text.endswith(("...", "…")) else TITLE_WORDS)


def _is_cut(link: Link) -> bool:
    """Tell whether the address of a link goes on where its text ends: "Ban Thường vụ" of /ban-thuong-vu-hop-phien-9."""
    text, slug = _slug_words(link.text), _slug_words(_last_part(link.url))
    return CUT_TITLE_WORDS <= len(text) <= len(slug) - WORDS_CUT_OFF and slug[: len(text)] == text


def _slug_words(text: str) -> list[str]:
    """Return words as addresses have them, without a file's ending: "Đảng ủy" is ["dang", "uy"]."""
    bare = unicodedata.normalize("NFD", _FILE_END.sub("", text).casefold().replace("đ", "d"))
    return re.findall(r"[^\W_]+", "".join(letter for letter in bare if not unicodedata.combining(letter)))


def is_pager(link: Link, of: str) -> bool:
    """Tell whether a link counts the pages of the list that `of` is a page of."""
    if not counts_pages(link.text):
        return not _WORD.search(link.text) and adds_a_number(link.url, of) and not leads_away(link.url, of)
    if leads_away(link.url, of) or link.url == of:
        return False
    here, there = urlsplit(of), urlsplit(link.url)
    if here.netloc.removeprefix("www.") != there.netloc.removeprefix("www."):
        return False
    if (counted := counter_in(link.url)) and counted[1] != "1" and counted[1] == link.text.strip():
        return True  # the one link "2" of a list whose further pages have another path
    return _without_numbers(there.path) == _without_numbers(here.path) or _is_below(there.path, here.path)


def adds_a_number(url: str, of: str) -> bool:
    """Tell whether an address is that of the page `of` but for one parameter, a number: a pager of pictures."""
    there, here = urlsplit(url), urlsplit(of)
    if (there.netloc, there.path) != (here.netloc, here.path) or not here.query:
        return False
    changed = [pair for pair in parse_qsl(there.query) if pair not in parse_qsl(here.query)]
    names = {name for name, _ in parse_qsl(there.query)}
    return len(changed) == 1 and changed[0][1].isdigit() and {name for name, _ in parse_qsl(here.query)} <= names


def counted_links(links: Iterable[Link], of: str) -> set[str]:
    """Return the addresses of links that count together: "2", "3", "4", each with its number in the same place.

    A run as long as a month counts days.
    """
    runs: dict[str, set[str]] = defaultdict(set)
    for link in links:
        number = _NUMBER.fullmatch(" ".join(link.text.split()).strip("[]() "))
        if number and not leads_away(link.url, of):
            for found in _DIGITS.finditer(link.url):
                if _words("arrangement").search(link.url[: found.start()]):
                    continue
                if int(found.group()) in (int(number.group(1)), int(number.group(1)) - 1):
                    runs[f"{link.url[: found.start()]}#{link.url[found.end() :]}"].add(link.url)
    return {url for urls in runs.values() if 1 < len(urls) < LONGEST_RUN for url in urls}


def leads_on(text: str) -> bool:
    """Tell whether the text of a link is a word like "Trang sau »"."""
    text = " ".join(text.split()).strip("[]() ")
    return bool(text) and len(text) <= LONGEST_PAGER and bool(_words("next").fullmatch(text))


def leads_back(text: str) -> bool:
    """Tell whether the text of a link is one like "« Quay lại": beside an article it leads to its list."""
    return bool(_words("back").match(" ".join(text.split())))


def counts_pages(text: str) -> bool:
    """Tell whether the text of a link is a number or a word like "Trang sau »"."""
    text = " ".join(text.split()).strip("[]() ")
    if not text or len(text) > LONGEST_PAGER:
        return False
    return bool(_NUMBER.fullmatch(text)) or leads_on(text)


def section_links(links: Iterable[Link], articles: set[str], of: str, *, of_pictures: bool = False) -> list[str]:
    """Return the addresses of other lists that the menu of a page leads to: short texts, and no shape of articles.

    of_pictures: also those whose link is a picture without a word, a banner or a button.

    Where the address is a number (/taxonomy/term/4), the text has to be its own: "In" or "Chi tiết" stands at many.
    """
    links = list(links)
    of_articles = {(shape_of(url), _folder(url)) for url in articles}
    count = Counter((shape_of(link.url), link.text) for link in links)

    def is_named(link: Link) -> bool:
        shape = shape_of(link.url)
        if "#" not in shape.rpartition("/")[2].partition("?")[0]:
            return True
        return (
            (shape, _folder(link.url)) not in of_articles
            and count[shape, link.text] == 1
            and not _DIGITS.search(link.text)
        )

    return [
        link.url
        for link in links
        if link.url not in articles
        and (0 < len(_WORD.findall(link.text)) <= 2 * TITLE_WORDS if link.text else of_pictures)
        and not counts_pages(link.text)
        and not _words("edition").fullmatch(" ".join(link.text.split()))
        and not arranges(link.url, of)
        and not is_twin(link.url, of)
        and is_named(link)
        and not leads_nowhere(link.url)
        and not is_file(link.url)
    ]


def arranges(url: str, of: str) -> bool:
    """Tell whether an address shows the page `of` in another order, length or language."""
    return url != of and _unarranged(url) == _unarranged(of)


def is_twin(url: str, of: str) -> bool:
    """Tell whether an address is that of the page `of` once more, for phones or in another language: /m/tin of /tin."""
    there, here = urlsplit(url).path.rstrip("/"), urlsplit(of).path.rstrip("/")
    return there.endswith(here) and bool(_words("twin").fullmatch(there[: len(there) - len(here)]))


def feed_links(links: Iterable[Link]) -> list[str]:
    """Return the addresses of feeds that a page links, and of pages that list feeds."""
    return [link.url for link in links if _words("feed").search(_address(link.url)) and not is_title(link.text)]


def archive_links(links: Iterable[Link], articles: set[str], of: str) -> list[str]:
    """Return the addresses of the years, months, weeks, days and issues of an archive, not those of a diary.

    Told by their address (/2024/05/, /channel/2023/, ?ngay=12/05/2023) or by their text ("Tháng 5/2024"). Where the
    page names no article, only those below it count: the days of a month, the years of an archive by their text.
    """
    below = of.partition("?")[0].rstrip("/") + "/"
    is_of_time = bool(_PERIOD.search(of))

    def counts(link: Link) -> bool:
        return bool(articles) or (link.url.startswith(below) and (is_of_time or _says_period(link)))

    return [
        link.url
        for link in links
        if link.url not in articles
        and link.url != of
        and ((counts(link) and _is_period(link)) or _words("issue").fullmatch(" ".join(link.text.split())))
    ]


def is_widget(names: str) -> bool:
    """Tell whether the class, id or name of a part of a page is that of one whose numbers count no pages: a slider."""
    return bool(_words("widget").search(names))


def chooses_a_time(names: str) -> bool:
    """Tell whether the class, id or name of a control is that of one that chooses a year or a day."""
    return bool(_words("time").search(names))


def tells_time(name: str) -> bool:
    """Tell whether a parameter says a day, a week, a month or a year by its name."""
    return bool(_words("time_name").fullmatch(name.casefold()))


def is_pager_part(names: str) -> bool:
    """Tell whether the class or id of a part of a page is that of a pager."""
    return bool(_words("pager").search(names))


def is_section(path: str) -> bool:
    """Tell whether a path says that it is that of a list, a person or a service: /chuyen-muc/thoi-su."""
    return bool(_words("section").search(path))


def is_library(name: str) -> bool:
    """Tell whether the name of a file of programs is that of one that many sites have in common."""
    return bool(_words("library").fullmatch(name.lstrip("_")))


def _address(url: str) -> str:
    """Return path and query of an address, without what is left empty and without addresses to come back to."""
    parts = urlsplit(url)
    given = "&".join(f"{name}={value}" for name, value in parse_qsl(parts.query) if "/" not in value)
    return f"{unquote(parts.path)}?{given}".casefold()


def _says_period(link: Link) -> bool:
    return bool(_words("period").fullmatch(" ".join(link.text.split())))


def _is_period(link: Link) -> bool:
    if _says_period(link):
        return not _words("nowhere").search(_address(link.url))
    if is_title(link.text):
        return False
    rest = _PERIOD.sub("/", _without_times(link.url))
    return rest != link.url and not leads_nowhere(rest)


def _unarranged(url: str) -> tuple[str, list[tuple[str, str]]]:
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query) if not _words("arrangement").search(f"?{pair[0]}=")]
    return parts.path, kept


def _without_times(url: str) -> str:
    """Return an address without the parameters that say a day, a month or a year."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query)
    kept = [
        (name, value)
        for name, value in pairs
        if not (_words("time_name").fullmatch(name.casefold()) and _OF_PERIOD.fullmatch(value))
    ]
    return url if kept == pairs else parts._replace(query=urlencode(kept)).geturl()


def _may_be_of_articles(shape: str) -> bool:
    path, _, query = shape.partition("?")
    names = set(query.split("&")) if query else set()
    return "#" in path or "S" in path or bool({n for n in names if not counter_names().fullmatch(n)})


def _without_menus(alike: list[Link]) -> list[Link]:
    """Return links of one shape without those of a folder that holds only short names: /news/category/5."""
    folders: dict[str, list[Link]] = defaultdict(list)
    for link in alike:
        folders[_folder(link.url)].append(link)
    return [
        link
        for links in folders.values()
        if any(is_title(link.text) for link in links) or len({link.text for link in links if link.text}) < 2
        for link in links
    ]


def _without_named_folders(alike: list[Link]) -> list[Link]:
    """Return links with long names without those of a folder whose addresses say just what their short texts say.

    /chuyen-muc/thoi-su-chinh-tri of "Thời sự - Chính trị", where titles stand in another folder.
    """
    folders: dict[str, list[Link]] = defaultdict(list)
    for link in alike:
        folders[_folder(link.url)].append(link)
    menus = {folder for folder, links in folders.items() if len(links) > 1 and all(map(_is_named, links))}
    return [link for link in alike if _folder(link.url) not in menus]


def _is_named(link: Link) -> bool:
    return not is_title(link.text) and _slug_words(link.text) == _slug_words(_last_part(link.url))


def _last_part(url: str) -> str:
    return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])


def _folder(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[0]


def _without_numbers(path: str) -> str:
    """Return a path without what counts pages in it: "/tin/trang-2.html" and "/tin/" have one."""
    path = re.sub(r"\.(?:html?|aspx|php)$", "", path, flags=re.IGNORECASE)
    path = re.sub(rf"(?i)[/_,.~;:!-]{{0,5}}(?:{counter_names().pattern})?[-_,./]{{0,5}}\d+(?=/|$)", "/", path)
    return re.sub(r"//+", "/", path).rstrip("/").casefold()


def _is_below(path: str, of: str) -> bool:
    """Tell whether path is that of a list with a number put in: /11/page/57/CHINH-TRI.htm of /11/CHINH-TRI.htm."""
    here = [part for part in of.casefold().split("/") if part]
    there = [part for part in path.casefold().split("/") if part]
    added = len(there) - len(here)
    return 0 < added <= 2 and any(
        here == there[:at] + there[at + added :] and _DIGITS.search("".join(there[at : at + added]))
        for at in range(len(here) + 1)
    )


@cache
def _words(kind: str) -> re.Pattern[str]:
    rows = (line.split("\t") for line in Path(__file__).with_name("link_words.tsv").read_text("utf-8").splitlines()[1:])
    return next(re.compile(words, re.IGNORECASE) for name, words, *_ in rows if name == kind)
