"""Whom, where and when the examples of the pages name: as the archive has it, so that they find something."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from flask import current_app
from werkzeug.datastructures import MultiDict

from search.domain.quote import quotes_of
from search.errors import IndexMissing, IndexUnavailable
from search.figures.statements import Asked
from web.http.parameters import read_search
from web.services import library

WORDS = "giải ngân"  # that nearly every archive has said of it
LOOKED_AT = 50  # pages


@dataclass(frozen=True, slots=True)
class Example:
    """Somebody who speaks of WORDS, in a province (slug) and a year. is_found: whether the archive has that."""

    speaker: str = "Nguyễn Văn Mẫu"
    province: str = "bac-giang"
    year: int = 2023
    is_found: bool = False


def example() -> Example:
    """Return what the examples speak of; looked for again when the index has changed.

    One whose province has figures of the year as well is preferred.
    """
    kept: tuple[Hashable, Example] | None = current_app.extensions.get("example")
    try:
        state = library().index_state() or library().indexed_total()
        if kept is None or kept[0] != state:
            told = list(_told())
            kept = state, next(filter(_has_figures, told), told[0] if told else Example())
            current_app.extensions["example"] = kept
    except (IndexMissing, IndexUnavailable):  # how to search is told all the same
        return Example()
    return kept[1]


def _told() -> Iterator[Example]:
    asked = read_search(MultiDict({"q": WORDS, "said": "1", "sort": "newest", "limit": str(LOOKED_AT)}))
    for hit in library().results(asked).hits:
        page, quotes = hit.document, quotes_of(hit.document)
        for number in hit.said:
            if quotes[number].speaker and page.province_then and page.year:
                yield Example(quotes[number].speaker, page.province_then, page.year, is_found=True)


def _has_figures(one: Example) -> bool:
    return bool(library().figures.newest(Asked(provinces=(one.province,), years=(one.year,)), 1))
