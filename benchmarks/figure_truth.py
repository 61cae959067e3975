"""Statements of figures written down by hand, and how well the reader finds them: by indicator, by trap, in all.

truth.toml beside the tests of the rules has pages of our own wording; figures.tsv (measuring only) those of real pages.
"""

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexer.rules.figures import read_document
from search.document import Document
from search.domain.figure import Figure
from search.domain.places import known_slugs

_FOLDER = Path(__file__).parents[1] / "tests/indexer/rules/figures"
TRUTH_FILES = sorted(_FOLDER.glob("truth*.toml"))
MIXED = _FOLDER / "mixed_pages.toml"
SUBJECTS = _FOLDER / "subject_pages.toml"
UNSEEN = _FOLDER / "unseen_pages.toml"  # no rule is mended on these


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of truth: indicator and sector, value (with upper end and denominator), kind, period, place."""

    indicator: str
    sector: str
    value: str
    kind: str
    period: str
    place: str

    @property
    def is_of_province(self) -> bool:
        """Whether it is a result of a province, which is to be shown."""
        return self.place in known_slugs() and self.kind not in ("target", "disputed", "comparison")


@dataclass(frozen=True, slots=True)
class Page:
    trap: str
    document: Document
    says: tuple[Statement, ...]


def pages(files: Iterable[Path] = TRUTH_FILES) -> list[Page]:
    found = []
    for file in files:
        for number, table in enumerate(tomllib.loads(file.read_text(encoding="utf-8"))["page"]):
            province = table["province"]
            why = {"province": table["province_words"]} if "province_words" in table else {}
            document = Document(
                id=f"{file.stem}-{number}", key="", url="", title=table.get("title", ""), text=table["text"],
                province_then=province, held=table["day"], kind=table.get("kind", "hdnd"),
                level=table.get("level", ""), evidence=why,
            )  # fmt: skip
            found.append(Page(table["trap"], document, tuple(_statement(line, province) for line in table["says"])))
    return found


def _statement(line: str, province: str) -> Statement:
    words, _, place = line.partition(" @")
    name, value, kind, period = words.split(" ")
    indicator, _, sector = name.partition("/")
    if "@" not in line:
        place = province
    value = value.partition(".")[0] if value.rstrip("0").endswith(".") and ".." not in value else value
    return Statement(indicator, sector.replace("_", " "), _plain(value), kind, "" if period == "-" else period, place)


def _plain(value: str) -> str:
    return value.rstrip("0").rstrip(".") if "." in value and ".." not in value and ":" not in value else value


def as_statement(figure: Figure) -> Statement:
    value = figure.value + (f"..{figure.high}" if figure.high else "") + (f":{figure.of}" if figure.of else "")
    return Statement(figure.indicator, figure.sector, value, figure.kind, figure.period, figure.place)


@dataclass(slots=True)
class Score:
    """Counts over pages. right: indicator, branch and value found; of these kind, period, place right.

    to_show: results of a province that are wanted; shown: those given as such; shown_right: these right in all.
    """

    wanted: int = 0
    given: int = 0
    right: int = 0
    kind: int = 0
    period: int = 0
    place: int = 0
    to_show: int = 0
    shown: int = 0
    shown_right: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    by_indicator: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_trap: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __str__(self) -> str:
        def share(part: int, whole: int) -> str:
            return f"{part / whole:.3f}" if whole else "-"

        return (
            f"{self.wanted} statements: precision {share(self.right, self.given)}, "
            f"recall {share(self.right, self.wanted)}, "
            f"kind {share(self.kind, self.right)}, period {share(self.period, self.right)}, "
            f"place {share(self.place, self.right)}; "
            f"shown as of a province {share(self.shown_right, self.shown)} of {self.shown}, "
            f"{share(self.shown_right, self.to_show)} of what is to be shown"
        )


def score(chosen: Sequence[Page]) -> Score:
    total = Score()
    for page in chosen:
        figures = list(read_document(page.document).figures)
        left = list(page.says)
        total.wanted += len(left)
        total.to_show += sum(one.is_of_province for one in left)
        total.given += len(figures)
        for figure in figures:
            said = as_statement(figure)
            same = [
                one
                for one in left
                if (one.indicator, one.sector, one.value) == (said.indicator, said.sector, said.value)
            ]
            best = max(
                same,
                key=lambda one: (one.kind == said.kind, one.period == said.period, one.place == said.place),
                default=None,
            )
            total.shown += figure.is_of_province
            if best is None:
                total.wrong.append(f"{page.trap}: {said} | {figure.sentence[:90]}")
                total.by_indicator[said.indicator, "wrong"] += 1
                total.by_trap[page.trap, "wrong"] += 1
                continue
            left.remove(best)
            total.right += 1
            total.kind += best.kind == said.kind
            total.period += best.period == said.period
            total.place += best.place == said.place
            # that a period is not known is said, and is not wrong; "up to a day" and what there is on it are one
            dated = said.period.removeprefix("../") in (best.period.removeprefix("../"), "")
            total.shown_right += figure.is_of_province and (best.place, best.kind) == (said.place, said.kind) and dated
            total.by_indicator[said.indicator, "right"] += 1
            total.by_trap[page.trap, "right"] += 1
            if best != said:
                total.wrong.append(
                    f"{page.trap}: {said} instead of {best.kind} {best.period} {best.place!r} | {figure.sentence[:90]}"
                )
        for one in left:
            total.missed.append(f"{page.trap}: {one} | {page.document.text[:160]}")
            total.by_indicator[one.indicator, "missed"] += 1
            total.by_trap[page.trap, "missed"] += 1
    return total


def first_tries() -> str:
    """Return, round by round, how much of what whole pages showed was right before any rule was mended on them."""
    rounds = [one for file in (MIXED, SUBJECTS) for one in tomllib.loads(file.read_text(encoding="utf-8"))["round"]]
    return "; ".join(f"{one['right']} of {one['shown']} on {one['pages']} pages" for one in rounds)


def half_of(page: Page) -> str:
    """Return the half that a page belongs to: rules may be tuned on one, the other only tells how well they do."""
    return "tune" if hashlib.sha256(page.document.text.encode()).digest()[0] % 2 else "check"
