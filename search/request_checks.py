"""Whether a search can be meant at all: each wrong value is told with what was expected."""

import re
from datetime import date

from search.domain import fates, kinds, levels, place_names, year_grades
from search.errors import BadRequest
from search.query.nodes import MAX_QUERY_CHARACTERS, SORTS, Filters

FILTER_YEARS = range(1900, 2101)  # outside there are no documents, so it is a slip of the finger
MOST_HITS = 1000  # of one answer; each has an excerpt to be cut


def check_length(text: str, most: int = MAX_QUERY_CHARACTERS) -> None:
    """Raise BadRequest for a query that is longer than so many characters."""
    if len(text) > most:
        raise BadRequest(
            "the query has {count:,} characters: expected at most {most:,}; shorten it",
            "q",
            code="query-too-long",
            count=len(text),
            most=most,
        )


def check_request(text: str, filters: Filters, sort: str, limit: int, offset: int) -> None:
    """Raise BadRequest for the first value that cannot be meant; each message says what would be right."""
    check_length(text)
    if sort not in SORTS:
        raise BadRequest(
            'sort: "{value}" is not an order; expected one of {known}',
            "sort",
            code="unknown-order",
            value=sort,
            known=", ".join(SORTS),
        )
    if not 0 <= limit <= MOST_HITS:
        raise BadRequest(
            "{name}: {value} is out of range; expected {least} to {most}",
            "limit",
            code="not-a-number",
            name="limit",
            value=limit,
            least=0,
            most=MOST_HITS,
        )
    if offset < 0:
        raise BadRequest(f"offset: {offset} is negative; expected 0 or more", "offset")
    for name, slugs in (
        ("province", filters.provinces),
        ("province_then", filters.provinces_then),
        ("province_now", filters.provinces_now),
    ):
        for slug in slugs:
            place_names.require_slug(slug, name)
    for year in filters.years:
        if isinstance(year, bool) or not isinstance(year, int) or year not in FILTER_YEARS:
            raise BadRequest(
                'year: "{value}" is not a year; expected a number such as 2023', "year", code="no-year", value=year
            )
    for kind in filters.kinds:
        if kind not in kinds.labels():
            raise BadRequest(
                'kind: no kind of meeting "{value}"; expected one of {known}',
                "kind",
                code="unknown-kind",
                value=kind,
                known=", ".join(kinds.labels()),
            )
    for name, values, known in (
        ("level", filters.levels, levels.labels()),
        ("year_grade", filters.year_grades, year_grades.labels()),
        ("fate", filters.fates, fates.labels()),
    ):
        for value in values:
            if value not in known:
                raise BadRequest(
                    '{name}: "{value}" is unknown; expected one of {known}',
                    name,
                    code="not-a-choice",
                    name=name,
                    value=value,
                    known=", ".join(known),
                )
    for name, day in (("from", filters.date_from), ("to", filters.date_to)):
        _check_day(name, day)
    if filters.date_from and filters.date_to and filters.date_from > filters.date_to:
        raise BadRequest(
            "from {start} is after to {end}: swap them",
            "from",
            code="days-swapped",
            start=filters.date_from,
            end=filters.date_to,
        )


def _check_day(name: str, day: str) -> None:
    if not day:
        return
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
            raise ValueError
        date.fromisoformat(day)
    except ValueError:
        raise BadRequest(
            '{name}: "{value}" is not a day; expected YYYY-MM-DD, for example 2023-07-05',
            name,
            code="not-a-day",
            name=name,
            value=day,
        ) from None
