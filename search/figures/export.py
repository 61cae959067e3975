"""Statements as text: a table of commas, lines for a terminal, numbers and periods in words."""

import csv
import io
from collections.abc import Iterable, Mapping

from search.domain import places
from search.domain.figure import Figure
from search.figures.statements import Statement
from search.figures.store import FigureStore
from search.spreadsheet_cells import inert

CSV_COLUMNS = (
    *("indicator", "indicator_label", "sector", "kind", "measure", "status", "value", "high", "of", "approx", "unit"),
    *("dimension", "counted_in", "amount", "base", "assigned_by", "period", "first", "last", "period_from"),
    *("place", "place_label", "place_now", "place_now_label", "place_level", "of_province", "sure", "notes"),
    *("statement", "page", "url", "title", "source", "day", "sentence"),
)
_KIND_WORDS = {
    "result": "kết quả",
    "estimate": "ước",
    "target": "mục tiêu",
    "disputed": "bị bác",
    "growth": "tăng trưởng",
    "plan_share": "so với kế hoạch",
    "plan_gap": "chênh so với kế hoạch",
    "share": "tỷ trọng",
    "base_share": "so với kỳ trước",
    "rank": "thứ hạng",
    "comparison": "so sánh",
}
_APPROX = {">": "trên ", ">=": "ít nhất ", "<": "dưới ", "<=": "không quá ", "~": "khoảng "}


def as_csv(statements: Iterable[Statement], labels: Mapping[str, str]) -> str:
    """Return one line for each page that makes a statement, with a head; the columns as in the data dictionary.

    labels: key of an indicator → its name.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for statement in statements:
        f = statement.figure
        own = {"place_now": statement.place_now, "statement": statement.id, "notes": " ".join(f.notes), "kind": f.kind}
        own |= {"indicator_label": labels.get(f.indicator, f.indicator)}
        own |= {"place_label": places.label(f.place, f.last), "place_now_label": places.label(statement.place_now)}
        own |= {"of_province": str(int(f.is_of_province)), "sure": str(int(f.sure))}
        for one in statement.witnesses:
            page = {"page": one.key, "url": one.url, "title": one.title, "source": one.source, "day": one.day}
            row = {**{name: getattr(f, name, "") for name in CSV_COLUMNS}, **own, **page, "sentence": one.sentence}
            writer.writerow([_safe(str(row[name])) for name in CSV_COLUMNS])
    return text.getvalue()


def _safe(cell: str) -> object:
    """Return a cell that no spreadsheet takes for a formula; numbers stay as they are."""
    is_number = cell[:1] in "+-" and cell[1:].replace(".", "", 1).isdigit()
    return cell if is_number else inert(cell)


def in_words(figure: Figure) -> str:
    """Return value and unit as Vietnamese print them: "trên 2.430 tỷ đồng", "108/126 xã", "8–8,5 %"."""
    value = printed(figure.value)
    if figure.high:
        value += f"–{printed(figure.high)}"
    if figure.of:
        value += f"/{printed(figure.of)}"
    sign = "+" if figure.measure in ("growth", "plan_gap") and not value.startswith("-") else ""
    unit = f"\u00a0{figure.unit}" if figure.unit else ""
    return f"{_APPROX.get(figure.approx, '')}{sign}{value}{unit}"


def printed(value: str) -> str:
    """Return a decimal with points between thousands and a comma: 12345.6 → 12.345,6."""
    whole, _, decimals = value.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}".replace(",", ".")
    return f"{sign}{grouped},{decimals}" if decimals else f"{sign}{grouped}"


def as_lines(statements: Iterable[Statement]) -> str:
    """Return statements for a terminal, each with its sentence and pages."""
    lines = []
    for statement in statements:
        f = statement.figure
        place = places.label(f.place, f.last) if f.place_level == "province" else f.place
        sector = f" ({f.sector})" if f.sector else ""
        what = f"{_KIND_WORDS[f.kind]}{', ước' if f.status == 'estimate' and f.kind != 'estimate' else ''}"
        lines.append(
            f"{place or '?'} · {f.period or '?'} · {f.indicator}{sector} · {what}: {in_words(f)} {f.base}".rstrip()
        )
        for one in statement.witnesses:
            lines.append(f"   {one.day or '?'} · {one.title} · {one.url or one.key}")
        lines.append(f"   “{statement.witnesses[0].sentence}”")
    return "\n".join(lines) or "không có số liệu nào"


def overview(store: FigureStore) -> str:
    """Return the indicators with how many statements there are of each, and how much was read and understood."""
    counts, reach = store.counts(), store.reach()
    lines = [f"{counts.get(one.key, 0):7,}  {one.key:32} {one.vi}" for one in store.indicators().values()]
    lines.append(
        f"{reach.pages:,} trang; {reach.with_numbers:,} câu có số, {reach.named:,} câu nhắc một chỉ tiêu, "
        f"{reach.understood:,} câu đọc được; {reach.figures:,} số liệu"
    )
    return "\n".join(lines)
