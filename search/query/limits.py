"""The values of typed limits → Filters: tỉnh:bắc giang năm:2020-2023 từ:1/6/2023 loại:bch."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from search.domain import date_words, fates, kinds, levels, place_names
from search.query.nodes import Filters
from search.text.normalization import fold, parts

# Fields of Filters that hold alternatives.
LISTED = (
    *("provinces", "provinces_then", "provinces_now", "years", "kinds", "sources", "levels", "year_grades"),
    *("meetings", "document_numbers", "people", "keys", "fates"),
)

Read = tuple[Filters, int] | None  # the limit at the start of what was typed, and where its value ends


def read(name: str, value: str) -> Read:
    """Return the limit (name: of NAMES) whose value stands at the start of a text; None where none of it does."""
    return _READERS[name](value)


def merge(one: Filters, other: Filters) -> Filters:
    """Return both limits together: values of one filter are alternatives, of two days the narrower holds."""
    values = {name: tuple(dict.fromkeys(getattr(one, name) + getattr(other, name))) for name in LISTED}
    ends = [day for day in (one.date_to, other.date_to) if day]
    first, last = max(one.date_from, other.date_from), min(ends) if ends else ""
    return replace(one, **values, date_from=first, date_to=last, said=one.said or other.said)


def province_at_start(value: str) -> place_names.Mention | None:
    found = place_names.find(value, typed=True)
    return found[0] if found and fold(value[: found[0].start]) in ("", "tinh", "thanh pho", "tp") else None


def _province(value: str) -> Read:
    mention = province_at_start(value)
    return (Filters(provinces=(mention.slug,)), mention.end) if mention else None


def _years(value: str) -> Read:
    listed = re.match(r"(?:(?:19|20)\d\d)(?:\s?[-–,]\s?(?:19|20)\d\d)*(?!\w)", value)
    if listed is None:
        return None
    numbers = [int(number) for number in re.findall(r"\d{4}", listed[0])]
    if len(numbers) == 2 and "," not in listed[0] and numbers[0] < numbers[1]:
        numbers = list(range(numbers[0], numbers[1] + 1))
    return Filters(years=tuple(dict.fromkeys(numbers))), listed.end()


def _from(value: str) -> Read:
    period = _period_at_start(value)
    return (Filters(date_from=period.first), period.end) if period else None


def _to(value: str) -> Read:
    period = _period_at_start(value)
    return (Filters(date_to=period.last), period.end) if period else None


def _period_at_start(value: str) -> date_words.Period | None:
    found = date_words.find(value)
    return found[0] if found and not fold(value[: found[0].start]) else None


def _source(value: str) -> Read:
    word = value.split()[0]
    return Filters(sources=(word.lower(),)), len(word)


def _kind(value: str) -> Read:
    key, end = _named(kinds.by_name(), 12, value)
    return (Filters(kinds=(key,)), end) if key else None


def _level(value: str) -> Read:
    key, end = _named(levels.by_name(), 8, value)
    return (Filters(levels=(key,)), end) if key else None


def _fate(value: str) -> Read:
    key, end = _named(fates.by_name(), 2, value)
    return (Filters(fates=(key,)), end) if key else None


def _named(keys: Mapping[str, str], longest: int, value: str) -> tuple[str, int]:
    """Return what the longest name at the start stands for, and where it ends; "" for none. longest: syllables."""
    for last in reversed(parts(value)[:longest]):
        if key := keys.get(fold(value[: last.end])):
            return key, last.end
    return "", 0


_READERS: dict[str, Callable[[str], Read]] = {
    "province": _province,
    "year": _years,
    "from": _from,
    "to": _to,
    "source": _source,
    "kind": _kind,
    "level": _level,
    "fate": _fate,
}
NAMES = frozenset(_READERS)
