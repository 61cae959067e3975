"""What the store of figures tells (indicators, statements, the pages that make them), and what it is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from search.domain.figure import Figure

_AIM = "f.status = 'target' AND f.place_level = 'province' AND f.place <> '' AND f.notes NOT LIKE '%of-a-project%'"


@dataclass(frozen=True, slots=True)
class IndicatorInfo:
    """An indicator as the store describes it; asked_by: words by which a search asks for it."""

    key: str
    vi: str
    en: str
    dimension: str
    unit: str
    percent: str
    nature: str
    better: str
    reference: str
    asked_by: tuple[str, ...]
    confused: tuple[str, ...]

    def label(self, language: str = "vi") -> str:
        return self.en if language == "en" else self.vi


@dataclass(frozen=True, slots=True)
class Witness:
    """A page that makes a statement: its key, address, title, source and day, and its sentence as printed.

    fetched_at, sha256, version: the capture that it was read from.
    """

    key: str
    url: str
    title: str
    source: str
    day: str
    part: str
    start: int
    end: int
    sentence: str
    fetched_at: str = ""
    sha256: str = ""
    version: int = 1

    def to_json(self) -> dict[str, Any]:
        names = ("key", "url", "title", "source", "day", "part", "start", "end", "sentence")
        capture = {name: getattr(self, name) for name in ("fetched_at", "sha256", "version")}
        return {**{name: getattr(self, name) for name in names}, "capture": capture}


@dataclass(frozen=True, slots=True)
class Statement:
    """What is stated, as the first witness prints it, and all its witnesses in order of their days.

    revises: earlier estimates of the same (revisions.py), oldest first.
    """

    id: str
    figure: Figure
    place_now: str
    witnesses: tuple[Witness, ...]
    revises: tuple["Statement", ...] = ()

    @property
    def slot(self) -> tuple[str, ...]:
        """What is measured: two statements of one slot with other values disagree, or one revises the other."""
        f = self.figure
        return f.indicator, f.sector, f.measure, f.counted_in, f.assigned_by, f.period, f.place, f.status

    def to_json(self) -> dict[str, Any]:
        f = self.figure
        return {
            "id": self.id,
            **{name: getattr(f, name) for name in _EXPORTED},
            "kind": f.kind,
            "period": {"key": f.period, "first": f.first, "last": f.last, "from": f.period_from},
            "place": {"name": f.place, "now": self.place_now, "level": f.place_level},
            "of_province": f.is_of_province,
            "sure": f.sure,
            "notes": list(f.notes),
            "witnesses": [one.to_json() for one in self.witnesses],
            "revises": [one.id for one in self.revises],
        }


_EXPORTED = (
    *("indicator", "sector", "value", "high", "of", "approx", "unit", "dimension", "counted_in", "amount", "measure"),
    *("status", "base", "assigned_by"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which statements are wanted. provinces: as of then or of today. measures, kinds: any of; () for all.

    as_then: provinces as of then alone. sector: None for any, "" for the whole. of_province: only what may be shown as
    what a province reached. shown: only what may be shown as what it reached or aims at; False: only the rest.
    """

    indicator: str = ""
    provinces: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    measures: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sector: str | None = None
    of_province: bool = False
    shown: bool | None = None
    as_then: bool = False

    def condition(self) -> tuple[str, list[object]]:
        """Return the words of SQL and their values."""
        parts, values = ["1"], list[object]()

        def one_of(column: str, wanted: Sequence[object]) -> None:
            if wanted:
                parts.append(f"{column} IN ({', '.join('?' * len(wanted))})")
                values.extend(wanted)

        if self.indicator:
            parts.append("f.indicator = ?")
            values.append(self.indicator)
        if self.of_province:
            parts.append("f.of_province = 1")
        if self.shown is not None:
            parts.append(f"{'' if self.shown else 'NOT '}(f.of_province = 1 OR ({_AIM}))")
        if self.sector is not None:
            parts.append("f.sector = ?")
            values.append(self.sector)
        one_of("f.measure", self.measures)
        one_of("f.kind", self.kinds)
        one_of('substr(f."last", 1, 4)', [str(year) for year in self.years])
        if self.as_then:
            one_of("f.place", self.provinces)
        elif self.provinces:
            placeholders = ", ".join("?" * len(self.provinces))
            parts.append(f"(f.place IN ({placeholders}) OR f.place_now IN ({placeholders}))")
            values.extend([*self.provinces, *self.provinces])
        return " AND ".join(parts), values


class Brief(NamedTuple):
    """What a list of statements is chosen by."""

    statement: str
    place: str
    last: str
    kind: str
    status: str


@dataclass(frozen=True, slots=True)
class Reach:
    """How much was read: pages, their sentences with numbers, those that name an indicator, those understood."""

    pages: int
    with_numbers: int
    named: int
    understood: int
    figures: int
