"""Counts over time as lines: geometry for the template _trend_chart.svg.

A period in which the archive holds nothing has no share: its line is broken there, so that a gap does not look like 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

WIDTH, HEIGHT = 720, 260  # user units of the room for the lines
LEFT, RIGHT, TOP, BOTTOM = 52, 26, 14, 34  # around it; the names of periods stand below, values at the left
LABEL_WIDTH = 64.0  # between the middles of two names of periods
TICKS = 4
LEGEND_ROW, LEGEND_TOP = 22, 34  # of a picture that stands alone
COLOURS = ("#8c2f1b", "#1f5f8b", "#3f6b1f", "#6b3f8b", "#7a5a00")  # 5:1 on white at least; the marks differ, too
DASHES = ("", "7 3", "2 3", "10 3 2 3", "5 5")
MARKS = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
    "M-3.6 -3.6h7.2v7.2h-7.2z",
    "M0 -5L4.8 3.6H-4.8z",
    "M0 -5L5 0L0 5L-5 0z",
    "M-4 -4L4 4M-4 4L4 -4",
)
MOST_MARKS = 40  # periods; of more, the lines stand without marks


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """path: of an SVG, broken where a value is lacking. number: from 1, as the style sheet knows it."""

    number: int
    name: str
    path: str
    points: tuple[Point, ...]

    @property
    def colour(self) -> str:
        return COLOURS[self.number - 1]

    @property
    def dash(self) -> str:
        return DASHES[self.number - 1]

    @property
    def mark(self) -> str:
        return MARKS[self.number - 1]


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    lines: tuple[Line, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    has_marks: bool
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def floor(self) -> int:
        return HEIGHT - BOTTOM


def chart(
    periods: Sequence[str],
    values: Sequence[tuple[str, Sequence[float | None], Sequence[str]]],
    unit: str = "",
) -> Chart:
    """Return the picture. values: of each line its name, a value and what is said of it for each period."""
    most = max((value for _, row, _ in values for value in row if value is not None), default=0.0)
    step = tick_step(most, whole=not unit)
    top = max(step * ceil(most / step), step)
    span = WIDTH - LEFT - RIGHT
    apart = span / max(1, len(periods) - 1)
    room = HEIGHT - BOTTOM - TOP

    def x(at: int) -> float:
        return round(LEFT + (at * apart if len(periods) > 1 else span / 2), 1)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - room * value / top, 1)

    lines = []
    for number, (name, row, says) in enumerate(values, 1):
        path, pen = [], "M"
        points = []
        for at, value in enumerate(row):
            if value is None:
                pen = "M"
                continue
            points.append(Point(x(at), y(value), says[at]))
            path.append(f"{pen}{x(at)} {y(value)}")
            pen = "L"
        lines.append(Line(number, name, "".join(path), tuple(points)))
    every = ceil(LABEL_WIDTH / apart)
    across = [Tick(x(at), name) for at, name in enumerate(periods) if (len(periods) - 1 - at) % every == 0]
    up = [Tick(y(number * step), f"{number * step:g}{unit}") for number in range(round(top / step) + 1)]
    return Chart(tuple(lines), tuple(across), tuple(up), len(periods) <= MOST_MARKS)


def tick_step(most: float, whole: bool) -> float:
    """Return 1, 2 or 5 times a power of ten, so that about TICKS of it reach the largest value; at least 1 if whole."""
    if most <= 0:
        return 1.0
    rough = most / TICKS
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    return max(1.0, step) if whole else step
