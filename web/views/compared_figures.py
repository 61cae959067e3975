"""What reports of one meeting print of the same thing, aligned by indicator, place and period, and how they differ."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from search.domain.figure import Figure
from search.figures.agreement import contradict, matter, told_apart
from search.figures.statements import Statement, Witness
from web.services import library
from web.ui.figure_words import figure_kind, kind_in_words, period_in_words, place_in_words, value_in_words
from web.ui.language import translated
from web.views.figures import indicator_label, sector_label


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure as one report prints it."""

    figure: Figure
    witness: Witness


@dataclass(frozen=True, slots=True)
class ComparedFigures:
    """What is measured, and by report what it prints of that.

    has_kinds: whether results and aims stand beside each other. difference: how reports differ, in words, or "".
    """

    label: str
    columns: tuple[tuple[Printed, ...], ...]
    has_kinds: bool
    difference: str


def compared_figures(reports: Sequence[str], statements: Iterable[Statement]) -> list[ComparedFigures]:
    """Return what is measured in the order of the statements. reports: keys of the pages, one for each column."""
    indicators = library().figures.indicators()
    found: dict[tuple[str, ...], list[list[Printed]]] = {}
    for one in statements:
        known = indicators.get(one.figure.indicator)
        same = matter(one.figure, known.nature if known else "") if one.figure.last else one.slot
        for witness in one.witnesses:
            if witness.key not in reports:
                continue
            column = found.setdefault(same, [[] for _ in reports])[reports.index(witness.key)]
            if all(_as_shown(one.figure) != _as_shown(other.figure) for other in column):
                column.append(Printed(one.figure, witness))
    return [_compared(columns) for columns in found.values()]


def _as_shown(figure: Figure) -> tuple[str, str]:
    return value_in_words(figure), figure_kind(figure)


def _compared(columns: Sequence[Sequence[Printed]]) -> ComparedFigures:
    figures = [one.figure for column in columns for one in column]
    first, kinds = figures[0], {figure_kind(one) for one in figures}
    what = [indicator_label(first.indicator)]
    what += [sector_label(first.sector)] if first.sector else []
    what += list(kinds) if len(kinds) == 1 else []
    label = f"{', '.join((*what, period_in_words(first.period)))}; {place_in_words(first)}"
    return ComparedFigures(label, tuple(map(tuple, columns)), len(kinds) > 1, _difference(columns))


def _difference(columns: Sequence[Sequence[Printed]]) -> str:
    pairs = list(combinations([[one.figure for one in column] for column in columns if column], 2))
    if any(contradict(some, others) for some, others in pairs):
        return translated("các bài ghi khác nhau")
    apart = next(filter(None, (told_apart(some, others) for some, others in pairs)), None)
    if apart is None:
        return ""
    one, other = map(kind_in_words, apart)
    return translated("cùng một số: bài thì ghi là {one}, bài thì ghi là {other}", one=one, other=other)
