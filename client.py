"""A client of the JSON interface in Python: needs nothing but the standard library, and may be copied.

    from hoinghi.client import Client

    hoinghi = Client("http://127.0.0.1:8000")
    for hit in hoinghi.each_hit("giải ngân", years=[2023], provinces=["bac-giang"]):
        print(hit["held"], hit["title"], hit["capture"]["sha256"])

What is asked is checked by the server; an ApiError says which value was wrong and what was expected. Answers are plain
dictionaries, typed here as web/http/openapi_schemas.py describes them.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from http.client import HTTPException
from typing import Any, NotRequired, TypedDict, TypeVar, cast
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen

PAGE = 100  # the most that one answer holds
MOST_HITS = 10_000  # reached by paging; an export has more
Fetch = Callable[[str], tuple[int, bytes]]  # path with query → status and body
Shape = TypeVar("Shape")


class ApiError(Exception):
    """What was asked has no answer. status: of HTTP, 0 without one. parameter: the one at fault, or None."""

    def __init__(self, status: int, message: str, parameter: str | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.parameter = status, message, parameter


class Province(TypedDict):
    then: str | None
    now: str | None


class Capture(TypedDict):
    """The page as it was fetched and read."""

    fetched_at: str
    sha256: str
    version: int


class Copy(TypedDict):
    key: str
    source: str


class SaidInHit(TypedDict):
    number: int
    speaker: str
    role: str
    verb: str
    words: str
    direct: bool


class Hit(TypedDict):
    """One page found. snippet: HTML in which only <mark> is markup. said: quotes that the search asks for."""

    id: str
    key: str
    url: str
    title: str
    province: Province
    year: int | None
    published: str | None
    held: str | None
    score: float
    match: str
    missing: list[str]
    snippet: str
    source: str | None
    kind: str | None
    meeting: str | None
    edited: str | None
    gone: str | None
    capture: Capture
    also_in: list[Copy]
    said: NotRequired[list[SaidInHit]]


class Counted(TypedDict):
    value: str | int
    label: str
    count: int


class Passage(TypedDict):
    start: int
    end: int
    text: str


class NearPage(TypedDict):
    """A page that only meaning finds, with the passage that made it."""

    id: str
    key: str
    url: str
    title: str
    found_by: str
    language: str
    passage: Passage
    cosine: float


class UndatedHit(Hit):
    possible_years: list[int]  # [] where the page leaves any


class UndatedMatches(TypedDict):
    """Pages that a limit on years or days leaves out since their year is unknown; counted nowhere else."""

    total: int
    results: list[UndatedHit]


class Results(TypedDict):
    query: str
    understood: str
    total: int
    texts: int | None  # how many hits total makes: pages that print the same text are one
    partial_matches: int
    took_ms: float
    hits: list[Hit]
    facets: dict[str, list[Counted]]
    absent: list[str]
    loosened: list[str]
    partial: NotRequired[bool]
    by_meaning: NotRequired[list[NearPage]]
    undated_matches: NotRequired[UndatedMatches]


class Quote(TypedDict):
    """What somebody says: words, and the frame, the words of the page that say who speaks."""

    speaker: str
    role: str
    verb: str
    words: str
    frame: str
    direct: bool
    start: int
    end: int


class PageQuote(Quote):
    """A quote with the page that prints it."""

    number: int
    key: str
    url: str
    permalink: str
    title: str
    province: Province
    held: str | None
    published: str | None
    meeting: str | None
    source: str | None
    capture: Capture


class Quotes(TypedDict):
    query: str
    understood: str
    total: int
    quotes: list[PageQuote]


class Article(TypedDict):
    """One page in full. facts: what was read out of it, each with the words it rests on (facts["evidence"])."""

    key: str
    id: str
    url: str
    permalink: str
    title: str
    lede: str
    text: str
    byline: str
    captions: list[str]
    ocr: dict[str, Any]
    source: str | None
    printed_date: str
    facts: dict[str, Any] | None
    shown: str
    capture: dict[str, Any] | None
    versions: list[dict[str, Any]]


class Report(TypedDict):
    key: str
    url: str
    title: str
    published: str | None
    source: str | None
    evidence: dict[str, str]
    capture: Capture


Meeting = TypedDict(
    "Meeting",
    {
        "key": str,
        "permalink": str,
        "kind": str | None,
        "province": Province,
        "organ": str | None,
        "from": str | None,
        "to": str | None,
        "ordinal": int | None,
        "term": str | None,
        "chair": str | None,
        "place": str | None,
        "agenda": list[str],
        "documents": list[dict[str, Any]],
        "quotes": list[dict[str, Any]],
        "reports": list[Report],
    },
)


class Witness(TypedDict):
    """A page that states a figure, and its sentence."""

    key: str
    url: str
    title: str
    source: str
    day: str
    part: str
    start: int
    end: int
    sentence: str
    capture: Capture


class Statement(TypedDict):
    """One figure; GET /api/openapi.json tells what each value means."""

    id: str
    indicator: str
    sector: str
    value: str
    high: str
    of: str
    approx: str
    unit: str
    dimension: str
    counted_in: str
    amount: str
    measure: str
    status: str
    kind: str
    base: str
    assigned_by: str
    period: dict[str, str]
    place: dict[str, str]
    of_province: bool
    sure: bool
    notes: list[str]
    witnesses: list[Witness]
    revises: list[str]


class Indicator(TypedDict):
    key: str
    vi: str
    en: str
    unit: str


class Figures(TypedDict):
    indicators: list[Indicator]
    total: int
    statements: list[Statement]


class Suggestion(TypedDict):
    text: str
    kind: str
    count: int


class Source(TypedDict):
    slug: str
    name: str
    province: str | None
    kind: str
    sample: bool
    many_provinces: bool
    count: int


class Client:
    """Asks one server. token: of a member, for a private site. fetch: another way to get an answer than by HTTP."""

    def __init__(
        self,
        server: str = "http://127.0.0.1:8000",
        *,
        token: str = "",
        timeout: float = 30.0,
        fetch: Fetch | None = None,
    ) -> None:
        self.server, self.timeout, self._token = _address(server), timeout, token
        self._fetch = fetch or self._over_http

    def search(
        self,
        query: str = "",
        *,
        provinces: Iterable[str] = (),
        years: Iterable[int] = (),
        kinds: Iterable[str] = (),
        levels: Iterable[str] = (),
        sources: Iterable[str] = (),
        documents: Iterable[str] = (),
        first_day: str = "",
        last_day: str = "",
        said: bool = False,
        sort: str = "",
        partial: bool = False,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Results:
        """Return one page of the results. provinces: slugs ("bac-giang"). said: the words within what somebody says."""
        return self._get(
            Results,
            "/api/search",
            q=query,
            province=provinces,
            year=years,
            kind=kinds,
            level=levels,
            source=sources,
            document_number=documents,
            **{"from": first_day, "to": last_day},
            said=said or None,
            sort=sort,
            partial=partial or None,
            limit=limit,
            offset=offset,
        )

    def each_hit(self, query: str = "", **asked: Any) -> Iterator[Hit]:
        """Yield every full match (MOST_HITS at most), page after page. asked: as `search` takes it, without paging."""
        offset, total = 0, 1
        while offset < min(total, MOST_HITS):  # of hits: pages that print the same text are one
            found = self.search(query, **asked, limit=PAGE, offset=offset)
            hits = [hit for hit in found["hits"] if hit["match"] == "full" or asked.get("partial")]
            yield from hits
            total, offset = (found.get("texts") or found["total"]) if hits else 0, offset + PAGE

    def quotes(
        self,
        words: str = "",
        *,
        speaker: str = "",
        provinces: Iterable[str] = (),
        years: Iterable[int] = (),
        first_day: str = "",
        last_day: str = "",
        sort: str = "",
        limit: int | None = None,
        offset: int | None = None,
    ) -> Quotes:
        """Return what people say that has the words. speaker: a name, or its end; limit, offset: pages."""
        named = f'nói:"{speaker}"' if (speaker := speaker.replace('"', " ").strip()) else ""
        return self._get(
            Quotes,
            "/api/quotes",
            q=f"{named} {words}".strip(),
            province=provinces,
            year=years,
            **{"from": first_day, "to": last_day},
            sort=sort,
            limit=limit,
            offset=offset,
        )

    def article(self, key: str) -> Article:
        """Return one page; key as in hits and permalinks (/bai/<key>)."""
        return self._get(Article, f"/api/articles/{quote(key, safe='')}")

    def meeting(self, key: str) -> Meeting:
        """Return one meeting as its reports tell it; key as in hits and permalinks (/hop/<key>)."""
        return self._get(Meeting, f"/api/meetings/{quote(key, safe='')}")

    def figures(
        self,
        indicator: str = "",
        *,
        provinces: Iterable[str] = (),
        years: Iterable[int] = (),
        kinds: Iterable[str] = (),
        limit: int | None = None,
        offset: int | None = None,
    ) -> Figures:
        """Return what pages state in numbers, newest period first. indicator: a key as the answer lists them."""
        asked = {"indicator": indicator, "province": provinces, "year": years, "kind": kinds}
        return self._get(Figures, "/api/figures", **asked, limit=limit, offset=offset)

    def coverage(self) -> dict[str, Any]:
        """Return {"total": …, "province_then": [Counted], …}: how many pages the index holds."""
        return self._get(dict[str, Any], "/api/coverage")

    def sources(self) -> list[Source]:
        return self._get(dict[str, list[Source]], "/api/sources")["sources"]

    def suggest(self, beginning: str) -> list[Suggestion]:
        return self._get(dict[str, list[Suggestion]], "/api/suggest", q=beginning)["suggestions"]

    def _get(self, shape: type[Shape], path: str, **asked: Any) -> Shape:
        """Return what a path answers, of a shape. asked: a value or several to a parameter; "", None: left out."""
        pairs = [(name, value) for name, given in asked.items() for value in _values(given)]
        status, body = self._fetch(f"{path}?{urlencode(pairs)}" if pairs else path)
        answer = None
        with suppress(ValueError):
            answer = json.loads(body)
        if status == 200 and isinstance(answer, dict):
            return cast(Shape, answer)
        error = answer.get("error") if isinstance(answer, dict) else None
        if isinstance(error, dict):
            raise ApiError(status, str(error.get("message", "")), error.get("parameter"))
        raise ApiError(status, f"{self.server}{path} answered {status}, no JSON of hoinghi: is the address right?")

    def _over_http(self, path: str) -> tuple[int, bytes]:
        request = Request(self.server + path, headers={"Accept": "application/json", "User-Agent": "hoinghi-client"})
        if self._token:  # unredirected: another server that an answer leads to does not get it
            request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        try:
            with urlopen(request, timeout=self.timeout) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            return error.code, error.read()
        except (HTTPException, OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            why = f"{self.server} does not answer ({reason}): is it running, and is the address right?"
            raise ApiError(0, why) from error


def _address(server: str) -> str:
    """Return the address of a server without its last slash. Raises ApiError for what is none."""
    with suppress(ValueError):  # brackets that are not closed, a port beyond 65535
        parts = urlsplit(server)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return server.rstrip("/")
    raise ApiError(0, f'server "{server}": expected an address such as https://hoinghi.vn or http://[::1]:8000')


def _values(given: Any) -> list[str]:
    some = [given] if given is None or isinstance(given, str | int) else list(given)
    return [str(int(one) if isinstance(one, bool) else one) for one in some if one not in (None, "")]
