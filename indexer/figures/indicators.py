"""The indicators of indexer/rules/indicators.toml, and the words that name them."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from indexer.sketch import lower, reading

FILE = Path(__file__).parents[1] / "rules" / "indicators.toml"

_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True, eq=False)
class Indicator:
    """What indicators.toml says of one; its patterns are matched against text as read, in lower case."""

    key: str
    vi: str
    en: str
    dimension: str
    unit: str
    percent: str
    nature: str
    better: str
    names: tuple[str, ...]
    short: tuple[str, ...]
    queries: tuple[str, ...]
    nouns: tuple[str, ...]
    counted: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    unless: re.Pattern[str]
    not_after: re.Pattern[str]
    not_before: re.Pattern[str]
    not_within: re.Pattern[str]
    of_part: re.Pattern[str]
    sectors: bool
    needs_sector: bool
    level_above: int
    tight: bool
    in_usd: str
    short_grows: bool
    then_money: str
    of_counted: bool
    otherwise: str
    smallest: int
    of_thing: bool
    of_party: bool
    yearly: bool
    open_sector: bool
    unitless: bool
    per_head: str
    is_change: bool
    follows: tuple[str, ...]
    after: dict[str, str]
    then_count: str
    parts: tuple[str, ...]
    sector_names: tuple[str, ...]
    shares: str
    contributions: str
    confused: tuple[str, ...]
    reference: str


@dataclass(frozen=True, slots=True, eq=False)
class Sector:
    key: str
    vi: str
    en: str
    pattern: re.Pattern[str]


def _pattern(words: str) -> str:
    return reading(words)  # not in lower case: \\W and \\w are two things


def _read(words: str) -> str:
    return lower(reading(words))


def _around(table: dict[str, Any], key: str, before: str, after: str) -> re.Pattern[str]:
    """Return the regular expression of a key between two others; one that never matches where the key is missing."""
    return re.compile(f"{before}(?:{_pattern(table[key])}){after}") if key in table else _NEVER


def _indicator(table: dict[str, Any]) -> Indicator:
    return Indicator(
        key=table["key"],
        vi=table["vi"],
        en=table["en"],
        dimension=table["dimension"],
        unit=table["unit"],
        percent=table.get("percent", ""),
        nature=table["nature"],
        better=table["better"],
        names=tuple(map(_read, table["names"])),
        short=tuple(map(_read, table.get("short", ()))),
        queries=tuple(map(_read, table.get("queries", ()))),
        nouns=tuple(map(_read, table.get("nouns", ()))),
        counted=tuple(
            (
                re.compile(rf"(?<!\w)(?:{_pattern(before)})\W{{0,2}}$") if before else re.compile(""),
                re.compile(
                    rf"\s*(?:{_pattern(after)})(?![^\W\d_])"
                    if after[-1] != ")" or "|$" not in after
                    else rf"\s*(?:{_pattern(after)})"
                ),
            )
            for before, after in table.get("counted", ())
        ),
        unless=_around(table, "unless", r"[\s(]*", ""),
        not_after=_around(table, "not_after", r"(?:^|(?<=\W))", r"[\s(]*$"),
        not_before=_around(table, "not_before", r"[\s(]*", r"(?!\w)"),
        not_within=_around(table, "not_within", r"(?<!\w)", ""),
        of_part=_around(table, "of_part", r"(?<!\w)", r"(?!\w)"),
        sectors=table.get("sectors", False),
        needs_sector=table.get("needs_sector", False),
        level_above=table.get("level_above", 0),
        tight=table.get("tight", False),
        in_usd=table.get("in_usd", ""),
        short_grows=table.get("short_grows", False),
        then_money=table.get("then_money", ""),
        of_counted=table.get("of_counted", False),
        otherwise=table.get("otherwise", ""),
        smallest=table.get("smallest", 0),
        of_thing=table.get("of_thing", False),
        of_party=table.get("of_party", False),
        yearly=table.get("yearly", False),
        open_sector=table.get("open_sector", False),
        is_change=table.get("is_change", False),
        per_head=table.get("per_head", ""),
        unitless=table.get("unitless", False),
        follows=tuple(table.get("follows", ())),
        after=table.get("after", {}),
        then_count=table.get("then_count", ""),
        parts=tuple(table.get("parts", ())),
        sector_names=tuple(map(_read, table.get("sector_names", ()))),
        shares=table.get("shares", ""),
        contributions=table.get("contributions", ""),
        confused=tuple(table["confused"]),
        reference=table["reference"],
    )


@cache
def _tables() -> dict[str, list[dict[str, Any]]]:
    with FILE.open("rb") as file:
        return tomllib.load(file)


@cache
def indicators() -> dict[str, Indicator]:
    """Return the indicators by key, in the order of the file."""
    return {table["key"]: _indicator(table) for table in _tables()["indicator"]}


@cache
def sectors() -> tuple[Sector, ...]:
    """Return the branches of the economy; where two match at one place, the first is meant."""
    tables = _tables()["sector"]
    return tuple(Sector(t["key"], t["vi"], t["en"], re.compile(_pattern(t["pattern"]))) for t in tables)
