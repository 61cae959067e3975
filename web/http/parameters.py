"""Query parameters → SearchRequest, strictly, for pages and for the JSON interface alike.

A value that is not what it should be is a BadRequest that names its parameter; nothing is guessed or cut.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from search.errors import BadRequest
from search.query.nodes import MAX_QUERY_CHARACTERS, Filters
from search.request_checks import FILTER_YEARS, check_request

PAGE_SIZE = 10
PAGE_SIZES = (10, 25, 50)  # to choose from
LONG_QUERY_BYTES = 1000  # of a query string; each link of a page repeats it, and a page has two hundred
MAX_LIMIT = 100  # one answer stays below half a megabyte; the exports are there for more
MAX_OFFSET = 10_000  # deeper pages cost the engine a full ranking each; the exports are there for more
MAX_VALUE_CHARACTERS = 200  # of a source's slug, of a document's number

# URL parameter → field of Filters, for those that may be given several times; the order is that of the links we write.
REPEATABLE = {
    "province": "provinces",
    "province_then": "provinces_then",
    "province_now": "provinces_now",
    "year": "years",
    "kind": "kinds",
    "source": "sources",
    "level": "levels",
    "year_grade": "year_grades",
    "fate": "fates",
    "document_number": "document_numbers",
}
FILTER_PARAMETERS = (*REPEATABLE, "from", "to", "said")
SEARCH_PARAMETERS = ("q", *FILTER_PARAMETERS, "sort", "partial")
API_PARAMETERS = (*SEARCH_PARAMETERS, "limit", "offset")
ERAS = ("then", "now")  # the units of before July 2025, those of today
PAGE_PARAMETERS = (*SEARCH_PARAMETERS, "limit", "page")


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search as asked for in a URL. pairs: its (name, value) parameters but paging, in the order of our links."""

    text: str
    filters: Filters
    sort: str
    limit: int
    offset: int
    pairs: tuple[tuple[str, str], ...]
    partial: bool = False  # whether matches that lack a word count as well

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked: no words and no filter."""
        return not self.text and not self.filter_pairs

    @property
    def filter_pairs(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, value) for name, value in self.pairs if name in FILTER_PARAMETERS)

    @property
    def is_long(self) -> bool:
        """Whether a page is to have few links to this search; it would be of megabytes."""
        return len(encode(self.pairs)) > LONG_QUERY_BYTES

    @property
    def page(self) -> int:
        return self.offset // self.limit + 1 if self.limit else 1

    def has(self, name: str, value: str | int) -> bool:
        return (name, str(value)) in self.pairs

    def toggled(self, name: str, value: str | int) -> str:
        """Return the query string with this parameter switched off if it is on, on if it is off; back at page 1."""
        return self.switch(name)(value)[1]

    def switch(self, name: str) -> Callable[[str | int], tuple[bool, str]]:
        """Return what tells of a value of a parameter whether it is on, and `toggled`.

        A page has two hundred such links that begin alike.
        """
        chosen = {value for other, value in self.pairs if other == name}
        beginning = f"{encode(self.pairs)}&" if self.pairs else ""

        def switched(value: str | int) -> tuple[bool, str]:
            pair = (name, str(value))
            if pair[1] in chosen:
                return True, encode(other for other in self.pairs if other != pair)
            return False, beginning + _encoded(pair)

        return switched

    def without(self, *names: str) -> str:
        """Return the query string without these parameters; back at page 1."""
        return encode(pair for pair in self.pairs if pair[0] not in names)

    def without_filters(self) -> str:
        return self.without(*FILTER_PARAMETERS)

    def replaced(self, name: str, value: str | int) -> str:
        """Return the query string with this parameter set to this one value; "" removes it."""
        others = tuple(pair for pair in self.pairs if pair[0] != name)
        return encode((*others, (name, str(value))) if value != "" else others)

    def here(self) -> str:
        """Return the query string that leads back to this page of the results."""
        return self.replaced("page", self.page) if self.page > 1 else encode(self.pairs)

    def query_string(self) -> str:
        """Return the search, of whatever page: what exports and feeds take."""
        return self.without("limit")

    def sized(self, size: int) -> str:
        """Return the query string with so many results a page, at the page that has the first result of this one."""
        page = self.offset // size + 1
        others = [pair for pair in self.pairs if pair[0] != "limit"]
        limit = [("limit", str(size))] if size != PAGE_SIZE else []
        return encode([*others, *limit, *([("page", str(page))] if page > 1 else [])])

    def trend_query(self) -> str:
        """Return the query string of the page that draws this search over time."""
        return self.without("year", "from", "to", "sort", "partial", "limit")

    def replaced_all(self, values: dict[str, str], *without: str) -> str:
        """Return the query string with each of these parameters set to its one value, and without some others."""
        return encode((*(pair for pair in self.pairs if pair[0] not in (*values, *without)), *values.items()))

    def asking(self, text: str) -> "SearchRequest":
        """Return this search with other words, back at page 1."""
        return read_search(MultiDict([("q", text), *(pair for pair in self.pairs if pair[0] != "q")]))

    def dropping(self, pair: tuple[str, str]) -> "SearchRequest":
        """Return this search without one of its parameters, back at page 1."""
        return read_search(MultiDict(other for other in self.pairs if other != pair))


def encode(pairs: Iterable[tuple[str, str]]) -> str:
    return "&".join(map(_encoded, pairs))


@lru_cache(maxsize=4096)  # the links of one page end with the same few parameters as those of the other
def _encoded(pair: tuple[str, str]) -> str:
    return urlencode([pair])


def search_pairs(arguments: MultiDict[str, str]) -> list[tuple[str, str]]:
    """Return the parameters that say which page of which search somebody comes from; nothing is checked."""
    return [(name, value) for name, value in arguments.items(multi=True) if name in PAGE_PARAMETERS and value]


def check_names(arguments: MultiDict[str, str], allowed: Collection[str]) -> None:
    """Raise BadRequest at the first parameter that is not among the allowed ones."""
    for name in arguments:
        if name not in allowed:
            raise BadRequest(
                'unknown parameter "{name}": expected one of {known}',
                name[:60],
                code="unknown-parameter",
                name=name[:60],
                known=", ".join(allowed),
            )


def check_asked(asked: SearchRequest) -> None:
    """Raise BadRequest where a search has neither words nor a filter."""
    if asked.is_empty:
        raise BadRequest('empty query "": expected words in q, or a filter such as year=2023', "q", code="empty-query")


def trimmed(value: str) -> str:
    """Return a value without blanks around it; one that is too long for any stays too long."""
    return value if len(value) > MAX_QUERY_CHARACTERS else value.strip()


def read_search(arguments: MultiDict[str, str], *, blank_is_absent: bool = False) -> SearchRequest:
    """Return the search that a URL asks for. Raises BadRequest.

    blank_is_absent: forms send fields that were left empty; programs do not, there an empty value is a mistake.
    """
    given = read_given(arguments, (*API_PARAMETERS, "page"), REPEATABLE, blank_is_absent=blank_is_absent)
    text, sort = single(given, "q"), single(given, "sort") or "relevance"
    limit = whole_number(given, "limit", default=PAGE_SIZE, least=0, most=MAX_LIMIT)
    size = limit or PAGE_SIZE
    page = whole_number(given, "page", default=1, least=1, most=MAX_OFFSET // size)
    offset = whole_number(given, "offset", default=(page - 1) * size, least=0, most=MAX_OFFSET)
    filters = Filters(
        provinces=filled(given, "province"),
        provinces_then=filled(given, "province_then"),
        provinces_now=filled(given, "province_now"),
        years=tuple(year(value) for value in given["year"]),
        kinds=filled(given, "kind"),
        levels=filled(given, "level"),
        year_grades=filled(given, "year_grade"),
        fates=filled(given, "fate"),
        sources=tuple(
            named(value, "source", "the slug of a source, see /api/sources", code="not-a-source")
            for value in given["source"]
        ),
        document_numbers=tuple(
            named(value, "document_number", "a number as in the facet, such as 35-CT/TW", code="not-a-document-number")
            for value in given["document_number"]
        ),
        date_from=single(given, "from"),
        date_to=single(given, "to"),
        said=bool(whole_number(given, "said", default=0, least=0, most=1)),
    )
    given["said"] = ("1",) if filters.said else ()
    for name in ("from", "to", "sort"):
        filled(given, name)
    partial = bool(whole_number(given, "partial", default=0, least=0, most=1))
    check_request(text, filters, sort, limit, offset)
    pairs = [("q", text)] if text else []
    pairs += [(name, value) for name in FILTER_PARAMETERS for value in given[name]]
    pairs += [("sort", sort)] if sort != "relevance" else []
    pairs += [("partial", "1")] if partial else []
    pairs += [("limit", str(limit))] if blank_is_absent and limit in PAGE_SIZES[1:] else []
    return SearchRequest(text, filters, sort, limit, offset, tuple(pairs), partial)


def read_given(
    arguments: MultiDict[str, str], names: Iterable[str], repeatable: Collection[str], *, blank_is_absent: bool
) -> dict[str, tuple[str, ...]]:
    """Return the values of each parameter, each once. Raises BadRequest where one has several that may not."""
    given: dict[str, tuple[str, ...]] = {}
    for name in names:
        if name not in arguments:
            given[name] = ()
            continue
        values = tuple(dict.fromkeys(map(trimmed, arguments.getlist(name))))
        if blank_is_absent:
            values = tuple(value for value in values if value)
        if name not in repeatable and len(values) > 1:
            message = '"{name}" was given {count} times: expected once'
            raise BadRequest(message, name, code="given-twice", name=name, count=len(values))
        given[name] = values
    return given


def single(given: dict[str, tuple[str, ...]], name: str) -> str:
    return given[name][0] if given[name] else ""


def one_of(name: str, value: str, known: Collection[str]) -> str:
    """Return a value that is one of those known. Raises BadRequest."""
    if value not in known:
        raise BadRequest(
            '{name} "{value}": expected one of {known}',
            name,
            code="not-a-choice",
            name=name,
            value=value[:60],
            known=", ".join(filter(None, known)),
        )
    return value


def whole_number(given: dict[str, tuple[str, ...]], name: str, *, default: int, least: int, most: int) -> int:
    if not given[name]:
        return default
    value = given[name][0]
    # str.isdigit also accepts "²" and other scripts' digits
    if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise BadRequest(
            '{name} "{value}": expected a whole number from {least} to {most}',
            name,
            code="not-a-number",
            name=name,
            value=value[:60],
            least=least,
            most=most,
        )
    return int(value)


def filled(given: dict[str, tuple[str, ...]], name: str) -> tuple[str, ...]:
    """Return the values of a parameter. Raises BadRequest where one is empty; the search checks what they say."""
    if "" in given[name]:
        raise BadRequest('{name} "": expected a value, or no {name}', name, code="empty-value", name=name)
    return given[name]


def year(value: str) -> int:
    if not re.fullmatch(r"[0-9]{4}", value) or int(value) not in FILTER_YEARS:
        raise BadRequest(
            'year "{value}": expected four digits from {first} to {last}',
            "year",
            code="year-out-of-range",
            value=value[:60],
            first=FILTER_YEARS[0],
            last=FILTER_YEARS[-1],
        )
    return int(value)


def named(value: str, parameter: str, expectation: str, code: str) -> str:
    """Return a value that only the index knows. Raises BadRequest where it can be none."""
    if not value or len(value) > MAX_VALUE_CHARACTERS or not value.isprintable():
        raise BadRequest(f'{parameter} "{{value}}": expected {expectation}', parameter, code=code, value=value[:60])
    return value
