"""Tables of figures: rows on lines of their own, cells apart by "|", as they are drawn from HTML, DOCX and PDF.

A cell is read as the sentence that it stands for: "Thực hiện 2023 | 18.240" in the row of "Thu ngân sách" with the unit
"tỷ đồng" is "Năm 2023, thu ngân sách đạt 18.240 tỷ đồng", and all rules for sentences hold. What a column means is said
by its headings; where they do not say it, the column is left out.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from indexer.figures import periods
from indexer.figures.numbers import PLAIN, decimal_of, unit_at
from indexer.figures.sentences import Sentence
from indexer.reading import Reading
from search.domain.figure import Figure

BETWEEN = "|"
MIN_CELLS, MIN_LINES = 3, 2
LINES_ABOVE = 4  # that may say of what period a table is and in what unit
CHARACTERS_ABOVE = 2_000  # in which they are looked for, so that a text of many tables is not read again for each
NOTE = "table"

SentenceReading = Callable[[str], list[Figure]]

_VALUE = re.compile(rf"[+-]?(?:{PLAIN})")
_PERCENT_AFTER = re.compile(r"\s?%$")
_COUNTING = re.compile(r"(?:tt|stt|số tt|số thứ tự|a|b|\(?\d{1,2}\)?|[ivx]{1,5})\.?")
_NUMBERING = re.compile(r"^\W*(?:(?:\d{1,2}(?:\.\d{1,2})*|[ivx]{1,5}|[a-zđ])[.)]\s*|[-+*•]\s*)+|^\W+")
_WITHIN = re.compile(r"^(?:trong đó|gồm|bao gồm)\s*:?\s*")
_UNIT_HEADING = re.compile(r"(?:đvt|đơn vị(?: tính)?)")
_UNIT_ABOVE = re.compile(r"(?:đvt|đơn vị(?: tính)?)\s*:\s*(?P<unit>[^)|;.]+)")
_IN_BRACKETS = re.compile(r"\(\s*(?:đvt\s*:?\s*)?(?P<unit>[^()]+?)\s*\)")
_TOTAL = re.compile(r"(?:tổng (?:số|cộng)|cộng|tổng)\s*:?")
_PLAN = r"(?:kế hoạch|kh|dự toán|dt|chỉ tiêu|mục tiêu|nghị quyết|nq)"
_OF_PLAN = re.compile(
    rf"(?:so|so với|%|đạt|th/|hoàn thành|ước/|bằng)[^|]{{0,20}}(?<!\w){_PLAN}(?!\w)|/\s?{_PLAN}(?!\w)"
)
_EARLIER = re.compile(
    r"cùng kỳ|ck(?!\w)|năm trước|(?:so với|so|/) ?(?:năm|cùng|th |thực hiện|20\d\d|6 tháng|9 tháng|quý)"
)
_GROWS = re.compile(r"tăng|giảm|\+|tốc độ")
_OF_WHOLE = re.compile(r"cơ cấu|tỷ trọng|đánh giá|ghi chú|xếp|hạng|số tt|biểu|đầu mối")
_RATE = re.compile(r"tỷ lệ\s*%?")  # of what it is, only a plan named after it tells
_AIM = re.compile(rf"(?<!\w){_PLAN}(?!\w)|phấn đấu|giao")
_ESTIMATE = re.compile(r"(?<!\w)(?:ước|ưth|uth)(?!\w)")
_RESULT = re.compile(r"thực hiện|(?<!\w)th(?!\w)|kết quả|đạt được|số liệu|giá trị")
_LEAST_INDEX = 40  # per cent of an earlier level; what is less is growth, and cannot be told without a word for it


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands between two strokes, text[start:end]."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    start: int
    end: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds. kind: "level", "plan_share", "base_share" or "growth"; status: "", "ước" or "mục tiêu".

    period: words, "" where the column names none. unit: of its heading, "" where it names none.
    """

    kind: str
    status: str
    period: str
    unit: str


def is_row(low: str, sentence: Sentence) -> bool:
    """Whether a line is of a table, read here and not as a sentence."""
    return low.count(BETWEEN, sentence.start, sentence.end) >= MIN_CELLS - 1


def read_tables(page: Reading, sentence_of: SentenceReading) -> list[Figure]:
    """Return the figures of the tables of a text. sentence_of: reads what a cell says as a sentence."""
    found: list[Figure] = []
    if page.low.count(BETWEEN) < MIN_LINES * (MIN_CELLS - 1):
        return found
    for rows in _tables(page.low):
        found += _Table(page, sentence_of, rows).figures()
    return found


def _tables(low: str) -> Iterator[list[Row]]:
    """Yield runs of rows of as many cells, with nothing between them."""
    run: list[Row] = []
    at = 0
    for line in low.split("\n"):
        start, at = at, at + len(line) + 1
        if not line.strip():
            continue
        row = _row(line, start)
        if run and (row is None or len(row.cells) != len(run[0].cells)):
            if len(run) >= MIN_LINES:
                yield run
            run = []
        if row is not None:
            run.append(row)
    if len(run) >= MIN_LINES:
        yield run


def _row(line: str, start: int) -> Row | None:
    if line.count(BETWEEN) < MIN_CELLS - 1:
        return None
    cells, at = [], 0
    for text in line.split(BETWEEN):
        begin = start + at + len(text) - len(text.lstrip())
        cells.append(Cell(text.strip(), begin, begin + len(text.strip())))
        at += len(text) + 1
    return Row(start, start + len(line), tuple(cells))


class _Table:
    def __init__(self, page: Reading, sentence_of: SentenceReading, rows: list[Row]) -> None:
        self.page, self.sentence_of = page, sentence_of
        first = next((at for at, row in enumerate(rows) if _holds_data(row)), len(rows))
        self.head, self.rows = rows[:first], [row for row in rows[first:] if not _counts_columns(row)]
        begin = rows[0].start
        above = page.low[max(0, begin - CHARACTERS_ABOVE) : begin].split("\n")
        self.above = [line for line in above if line.strip()][-LINES_ABOVE:]
        self.headings = self._headings(len(rows[0].cells))

    def figures(self) -> list[Figure]:
        if not self.head or not self.rows:
            return []
        label = self._label_column()
        units = next((at for at, words in enumerate(self.headings) if _UNIT_HEADING.match(words)), -1)
        columns = {
            at: column
            for at, words in enumerate(self.headings)
            if at != units and at > label and (column := self._column(words)) is not None
        }
        above = next((match["unit"].strip() for line in self.above if (match := _UNIT_ABOVE.search(line))), "")
        found: list[Figure] = []
        for row in self.rows:
            words, own = _label(row.cells[label].text)
            unit = (row.cells[units].text if units >= 0 else "") or own or above
            for at, column in columns.items():
                found += self._read(row, row.cells[at], words, column, unit)
        return found

    def _headings(self, width: int) -> list[str]:
        """Return the words above each column; a heading over several columns stands in the first of them."""
        found = [""] * width
        for level, row in enumerate(self.head):
            if _counts_columns(row):
                continue
            over = ""
            below = self.head[level + 1] if level + 1 < len(self.head) else None
            for at, cell in enumerate(row.cells):
                spread = not cell.text and below is not None and below.cells[at].text
                over = cell.text if cell.text else over if spread else ""
                found[at] = f"{found[at]} {over}".strip()
        return found

    def _label_column(self) -> int:
        """Return the column that names what is measured: the first of mostly words."""
        for at in range(len(self.headings)):
            worded = sum(bool(re.search(r"[^\W\d_]{2}", row.cells[at].text)) for row in self.rows)
            if worded * 2 > len(self.rows) and not _COUNTING.fullmatch(self.headings[at]):
                return at
        return 0

    def _column(self, words: str) -> Column | None:
        if not words or _OF_WHOLE.search(words):
            return None
        unit = next((match["unit"] for match in _IN_BRACKETS.finditer(words) if _is_unit(match["unit"])), "")
        unit = unit or ("%" if "%" in words else "")
        bare = _IN_BRACKETS.sub(" ", words)
        if _OF_PLAN.search(_RATE.sub(" ", bare)):
            return Column("plan_share", "ước" if _ESTIMATE.search(bare) else "", "", "%")
        if _RATE.search(words):
            return None
        if _EARLIER.search(bare):
            return Column("growth" if _GROWS.search(words) else "base_share", "", "", "%")
        if unit == "%" and not _RESULT.search(bare) and not _AIM.search(bare):
            return None  # "So sánh (%)": with what is not said
        named = periods.mentions(bare, 0, len(bare))
        period = " ".join(bare[one.start : one.end] for one in named[:1])
        if not named and re.fullmatch(r"(?:19|20)\d\d", bare.strip()):
            period = f"năm {bare.strip()}"
        if len(named) > 1:
            return None
        if _AIM.search(bare):
            return Column("level", "mục tiêu", period, unit)
        if _ESTIMATE.search(bare):
            return Column("level", "ước", period, unit)
        return Column("level", "", period, unit) if period or _RESULT.search(bare) else None

    def _period(self, column: Column) -> str:
        """Return the period of a column, else of the columns of what was reached, else of the lines above."""
        if column.period:
            return column.period
        if column.kind != "level":
            reached = set()
            for words in self.headings:
                other = self._column(words)
                if other and other.kind == "level" and other.status != "mục tiêu" and other.period:
                    reached.add(other.period)
            if len(reached) == 1:
                return reached.pop()
            if reached:
                return ""  # of which of them is not said
        for line in reversed(self.above):
            usable = [one for one in periods.mentions(line, 0, len(line)) if not one.compared and one.kind != "day_of"]
            if usable:
                return line[usable[-1].start : usable[-1].end]
        return ""

    def _read(self, row: Row, cell: Cell, label: str, column: Column, unit: str) -> list[Figure]:
        printed = _PERCENT_AFTER.sub("", cell.text)
        if not label or _TOTAL.fullmatch(label) or not _VALUE.fullmatch(printed):
            return []
        unit = column.unit or ("%" if printed != cell.text else unit)
        if column.kind != "level" and unit != "%":
            return []
        said = self._sentence(label, printed, column, unit)
        if not said:
            return []
        period = self._period(column)
        text = f"{period[:1].upper()}{period[1:]}, {said}." if period else f"{said}."
        figures = self.sentence_of(text)
        if len(figures) != 1 or (not period and figures[0].period_from not in ("", "title")):
            return []
        [one] = figures
        line = self.page.text[row.start : row.end].strip()
        where = "text" if one.period_from == "sentence" and not column.period else one.period_from
        told = replace(one, start=cell.start, end=cell.end, sentence=line, sure=False, base="")
        unit = self._as_printed(unit, row)
        return [replace(told, unit=unit, period_from=where, notes=(*one.notes, NOTE))]

    def _as_printed(self, unit: str, row: Row) -> str:
        """Return a unit as the row or the lines above print it, in the case that they give it."""
        at = self.page.low.rfind(unit, 0, row.end)
        return self.page.text[at : at + len(unit)] if at >= 0 else unit

    def _sentence(self, label: str, value: str, column: Column, unit: str) -> str:
        """Return what a cell says, "" where its column does not tell it."""
        match column.kind:
            case "plan_share":
                return f"{label} {column.status} đạt {value}% kế hoạch"
            case "growth":
                fallen = value.startswith("-")
                return f"{label} {'giảm' if fallen else 'tăng'} {value.lstrip('+-')}% so với cùng kỳ năm trước"
            case "base_share":
                if value[0] in "+-" or decimal_of(value, small=True) < _LEAST_INDEX:
                    return ""
                return f"{label} bằng {value}% so với cùng kỳ năm trước"
        if not unit:
            return ""
        if column.status == "mục tiêu":
            return f"mục tiêu {label} đạt {value} {unit}"
        return f"{label} {column.status} đạt {value} {unit}".replace("  ", " ")


def _holds_data(row: Row) -> bool:
    """Whether a row has values and a label, and is no heading of years and no numbering of columns."""
    values = [cell for cell in row.cells if _VALUE.fullmatch(_PERCENT_AFTER.sub("", cell.text))]
    years = [cell for cell in values if re.fullmatch(r"(?:19|20)\d\d", cell.text)]
    worded = any(re.search(r"[^\W\d_]{2}", cell.text) for cell in row.cells)
    return worded and len(values) > len(years) and not _counts_columns(row)


def _counts_columns(row: Row) -> bool:
    """Whether a row only numbers the columns: A, B, 1, 2, 3 = 2/1."""
    return all(re.fullmatch(r"|[a-z]|\(?\d{1,2}\)?(?:\s?=.*)?", cell.text) for cell in row.cells)


def _label(text: str) -> tuple[str, str]:
    """Return the words of a row without its number, and the unit that stands in them."""
    words = _WITHIN.sub("", _NUMBERING.sub("", text))
    found = next((match for match in _IN_BRACKETS.finditer(words) if _is_unit(match["unit"])), None)
    if found is None:
        return words.strip(" :"), ""
    return (words[: found.start()] + words[found.end() :]).strip(" :"), found["unit"]


def _is_unit(words: str) -> bool:
    unit, core, *_ = unit_at(words, 0)
    return bool(core) and len(unit.strip()) == len(words.strip())
