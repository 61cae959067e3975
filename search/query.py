"""What was typed → Query. Queries are data; engines compile them."""

from dataclasses import dataclass

SORTS = ("relevance", "newest", "oldest")
MAX_QUERY_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Words:
    """Free words: ranked OR over syllables with a minimum that must match (search/ranking.py). text as typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, adjacent, compared as syllables. field is "" (title or text) or "title"."""

    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Not:
    child: "Node"


@dataclass(frozen=True, slots=True)
class And:
    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    children: tuple["Node", ...]


Node = Words | Phrase | Not | And | Or


@dataclass(frozen=True, slots=True)
class Filters:
    """Hard limits. Values of one filter are alternatives (OR), different filters combine (AND).

    provinces: slugs, matched against then or now; provinces_then / provinces_now: against that one alone.
    date_from, date_to: ISO dates (day), inclusive, compared with held, else published.
    """

    provinces: tuple[str, ...] = ()
    provinces_then: tuple[str, ...] = ()
    provinces_now: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    date_from: str = ""
    date_to: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A query as understood. root None matches everything (filters still apply)."""

    text: str
    root: Node | None
    filters: Filters = Filters()
    sort: str = "relevance"
