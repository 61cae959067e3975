"""Query parameters of the pages on trends, strictly: one to five phrases, the filters of a search, a span of years."""

from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from search.errors import BadRequest
from search.query.nodes import Filters
from search.trends import STEPS
from web.http.parameters import ERAS, FILTER_PARAMETERS, check_names, encode, one_of, read_search, year

MOST_PHRASES = 5  # as many lines as can be told apart
SHOWN = ("count", "share")
TIME = ("year", "from", "to")  # filters of a search that a trend has its own words for
FILTERS = tuple(name for name in FILTER_PARAMETERS if name not in TIME)
PARAMETERS = ("q", *FILTERS, "step", "show", "since", "until", "era", "of")


@dataclass(frozen=True, slots=True)
class TrendRequest:
    """What is asked for. since, until: years, None where the archive decides. of: which phrase the table is of, from 1.

    pairs: the filters as (name, value), in the order of our links.
    """

    phrases: tuple[str, ...]
    filters: Filters
    pairs: tuple[tuple[str, str], ...]
    step: str = "year"
    show: str = "count"
    since: int | None = None
    until: int | None = None
    era: str = "then"
    of: int = 1

    def value(self, name: str) -> str:
        """Return the first value of a filter, "" if it is not set."""
        return next((value for other, value in self.pairs if other == name), "")

    def link(self, **changed: str | int) -> str:
        """Return the query string that leads here, with some values changed."""
        values: dict[str, str | int | None] = {
            "step": self.step if self.step != "year" else "",
            "show": self.show if self.show != "count" else "",
            "since": self.since,
            "until": self.until,
            "era": self.era if self.era != "then" else "",
            "of": self.of if self.of > 1 else "",
            **changed,
        }
        phrases = [("q", phrase) for phrase in self.phrases]
        return encode([*phrases, *self.pairs, *((name, str(value)) for name, value in values.items() if value)])

    def search(self, phrase: str, *limits: tuple[str, str]) -> str:
        """Return the query string of the search for a phrase within further limits."""
        return encode([("q", phrase), *self.pairs, *limits])


def read_trend(arguments: MultiDict[str, str]) -> TrendRequest:
    """Return what a URL asks for; fields of forms may be empty. Raises BadRequest."""
    check_names(arguments, (*PARAMETERS, "lang"))
    phrases = tuple(dict.fromkeys(filter(None, map(str.strip, arguments.getlist("q")))))
    if len(phrases) > MOST_PHRASES:
        raise BadRequest(
            "q was given {count} times: expected at most {most} phrases",
            "q",
            code="too-many-phrases",
            count=len(phrases),
            most=MOST_PHRASES,
        )
    filters = MultiDict([(name, value) for name in FILTERS for value in arguments.getlist(name)])
    asked = read_search(filters, blank_is_absent=True)
    step = _choice(arguments, "step", STEPS)
    show, era = _choice(arguments, "show", SHOWN), _choice(arguments, "era", ERAS)
    since, until = (year(value) if (value := arguments.get(name, "")) else None for name in ("since", "until"))
    if since and until and since > until:
        raise BadRequest(
            "from {start} is after to {end}: swap them", "since", code="days-swapped", start=since, end=until
        )
    numbers = [str(number) for number in range(1, max(1, len(phrases)) + 1)]
    of = int(_choice(arguments, "of", numbers))
    return TrendRequest(phrases, asked.filters, asked.pairs, step, show, since, until, era, of)


def _choice(arguments: MultiDict[str, str], name: str, known: Iterable[str]) -> str:
    """Return the value of a parameter, the first one known where it is not given."""
    known = tuple(known)
    return one_of(name, arguments.get(name, "") or known[0], known)
