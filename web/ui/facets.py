"""Facets as a reader sees them: values that can be switched on and off by a link, and the filters that are on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from search.document import CITED, FacetValue, Results
from search.domain import places
from web.http.parameters import SearchRequest
from web.ui.fates import fate_label
from web.ui.labels import date_in_words, kind_label, level_label, province_label, year_grade_label
from web.ui.language import translated


@dataclass(slots=True)  # a page has fifty: to freeze them would treble the time to make one
class Choice:
    """One value of a facet. query_string: the search with this value switched; children: the units it was made of."""

    label: str
    count: int
    selected: bool
    query_string: str
    children: tuple["Choice", ...] = ()


@dataclass(frozen=True, slots=True)
class FacetGroup:
    name: str
    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class FilterLink:
    """A filter that can be switched. query_string: the search with it switched."""

    label: str
    query_string: str


def facet_groups(asked: SearchRequest, results: Results) -> list[FacetGroup]:
    """Return the facets beside the results: provinces (then under now), kinds, sources, documents cited."""
    groups = [
        FacetGroup("province", translated("Tỉnh, thành phố"), province_choices(asked, results)),
        FacetGroup("kind", translated("Loại hội nghị"), choices(asked, "kind", results.facets.get("kind", ()))),
        FacetGroup("level", translated("Cấp"), _if_several(asked, "level", results)),
        FacetGroup("year_grade", translated("Căn cứ xác định năm"), _if_several(asked, "year_grade", results)),
        FacetGroup("source", translated("Nguồn"), choices(asked, "source", results.facets.get("source", ()))),
        FacetGroup(CITED, translated("Văn bản được nhắc"), choices(asked, CITED, results.facets.get(CITED, ()))),
    ]
    return [group for group in groups if group.choices]


def _if_several(asked: SearchRequest, name: str, results: Results) -> tuple["Choice", ...]:
    """Return the values of a facet that tells little where there is one: most pages are of a province."""
    found = choices(asked, name, results.facets.get(name, ()))
    return found if len(found) > 1 or any(one.selected for one in found) else ()


def choices(
    asked: SearchRequest,
    name: str,
    values: Iterable[FacetValue],
    children: Callable[[str | int], tuple["Choice", ...]] = lambda value: (),
) -> tuple[Choice, ...]:
    """Return the values of a facet but the empty one. children: value → what stands below it."""
    switch = asked.switch(name)
    return tuple(
        [Choice(one.label, one.count, *switch(one.value), children(one.value)) for one in values if one.value != ""]
    )


def province_choices(asked: SearchRequest, results: Results) -> tuple[Choice, ...]:
    """Return today's units, each with the units it was made of where the documents name more than itself."""
    then_by_now: dict[str, list[FacetValue]] = {}
    for value in results.facets.get("province_then", ()):
        if value.value != "":
            for unit in places.now(str(value.value)):
                then_by_now.setdefault(unit, []).append(value)

    def former(now: str | int) -> tuple[Choice, ...]:
        parts = then_by_now.get(str(now), [])
        return choices(asked, "province_then", parts) if [part.value for part in parts] != [now] else ()

    return choices(asked, "province_now", results.facets.get("province_now", ()), former)


_LABELS = {
    "province": province_label,
    "province_now": province_label,
    "kind": kind_label,
    "level": level_label,
    "year_grade": year_grade_label,
    "fate": fate_label,
}


def active_filters(asked: SearchRequest, source_names: dict[str, str]) -> list[FilterLink]:
    filters = []
    for name, value in asked.filter_pairs:
        if name in _LABELS:
            label = _LABELS[name](value)
        elif name == "province_then":
            label = f"{province_label(value)} ({translated('tên khi ấy')})"
        elif name == "source":
            label = source_names.get(value, value)
        elif name == "from":
            label = f"{translated('từ')} {date_in_words(value)}"
        elif name == "to":
            label = f"{translated('đến')} {date_in_words(value)}"
        elif name == "said":
            label = translated("chỉ trong lời phát biểu")
        else:
            label = value
        filters.append(FilterLink(label, asked.toggled(name, value)))
    return filters


# Hint of the query (search/query/nodes.py) → parameter that would make it a filter.
HINTED = {"province": "province", "year": "year", "kind": "kind"}


def offered_filters(asked: SearchRequest, results: Results) -> tuple[list[FilterLink], list[str]]:
    """Return the filters recognised among the words, and the labels of those that no result fits.

    Among the words they only move results up, a link makes them hold.
    """
    offered: dict[FilterLink, bool] = {}
    for hint in results.hints:
        name = HINTED.get(hint.field)
        for value in hint.values if name else ():
            if name and not any(given == name or given.startswith(f"{name}_") for given, _ in asked.filter_pairs):
                label = {"province": province_label, "kind": kind_label}.get(name, str)(str(value))
                offered[FilterLink(label, asked.toggled(name, value))] = _is_found(results, name, value)
    links = [link for link, is_found in offered.items() if is_found]
    return links, [link.label for link, is_found in offered.items() if not is_found]


def _is_found(results: Results, name: str, value: str | int) -> bool:
    """Tell whether results are of a province (then or now), a year or a kind."""
    facets = ("province_then", "province_now") if name == "province" else (name,)
    return any(one.value == value and one.count for facet in facets for one in results.facets.get(facet, ()))
