"""Figures in words, in the language of the page: value, kind, period, place, and what they are measured against."""

import tomllib
from functools import cache

from search.domain import places
from search.domain.figure import Figure
from search.figures.export import printed
from search.figures.schema import FIGURE_MEANINGS
from web.ui.labels import date_in_words
from web.ui.language import TRANSLATIONS, current_language, translated


def meanings_of_columns() -> dict[str, str]:
    """Return what each column of a file of figures means."""
    return FIGURE_MEANINGS if current_language() == "en" else _meanings_in_vietnamese()


def reference_in_words(reference: str) -> str:
    """Return the decision, law or report that an indicator is measured by, in the language of the page."""
    return _references_in_english().get(reference, reference) if current_language() == "en" else reference


@cache
def _references_in_english() -> dict[str, str]:
    return tomllib.loads((TRANSLATIONS / "indicator_references.toml").read_text(encoding="utf-8"))


@cache
def _meanings_in_vietnamese() -> dict[str, str]:
    return tomllib.loads((TRANSLATIONS / "figure_columns.toml").read_text(encoding="utf-8"))


def kind_in_words(kind: str) -> str:
    """Return the name of a kind of value."""
    match kind:
        case "result":
            return translated("kết quả")
        case "estimate":
            return translated("ước thực hiện")
        case "plan_share":
            return translated("so với kế hoạch")
        case "growth":
            return translated("tăng, giảm")
        case "plan_gap":
            return translated("vượt, hụt kế hoạch")
        case "share":
            return translated("tỷ trọng")
        case "base_share":
            return translated("so với kỳ trước")
        case "rank":
            return translated("thứ hạng")
        case "comparison":
            return translated("so với nơi khác")
        case "target":
            return translated("mục tiêu")
        case "disputed":
            return translated("có ý kiến phản bác")
    return kind


def figure_kind(figure: Figure) -> str:
    """Return what a figure is: "so với kế hoạch, ước thực hiện"; whose plan, where that is said."""
    words = [kind_in_words(figure.kind)]
    if figure.kind in ("plan_share", "plan_gap"):
        if figure.assigned_by == "central":
            words = [translated("so với kế hoạch Trung ương giao")]
        elif figure.assigned_by == "province":
            words = [translated("so với kế hoạch tỉnh giao")]
    if figure.status == "estimate" and figure.kind != "estimate":
        words.append(translated("ước thực hiện"))
    if figure.status == "target" and figure.measure != "level":
        words.append(kind_in_words(figure.measure))
    return ", ".join(words)


def brief_kind(figure: Figure) -> str:
    """Return what the kind of a column does not say: whose plan, and whether it is an estimate."""
    words = []
    if figure.assigned_by:
        central = figure.assigned_by == "central"
        words.append(translated("kế hoạch Trung ương giao") if central else translated("kế hoạch tỉnh giao"))
    if figure.status == "estimate":
        words.append(translated("ước"))
    return ", ".join(words)


def value_in_words(figure: Figure) -> str:
    """Return value and unit as printed, numbers as the language of the page writes them."""
    if figure.measure == "rank":
        place = translated("thứ {number}", number=figure.value)
        return f"{place}/{figure.of}" if figure.of else place
    value = _number(figure.value)
    if figure.high:
        value += f"–{_number(figure.high)}"
    if figure.of:
        value += f"/{_number(figure.of)}"
    if figure.measure in ("growth", "plan_gap") and not value.startswith("-"):
        value = f"+{value}"
    value = value.replace("-", "−", 1) if value.startswith("-") else value
    return _approximate(figure.approx, f"{value}\u00a0{figure.unit}".rstrip())


def _number(value: str) -> str:
    text = printed(value)
    return text.translate(str.maketrans(",.", ".,")) if current_language() == "en" else text


def _approximate(approx: str, value: str) -> str:
    match approx:
        case ">":
            return translated("trên {value}", value=value)
        case ">=":
            return translated("ít nhất {value}", value=value)
        case "<":
            return translated("dưới {value}", value=value)
        case "<=":
            return translated("không quá {value}", value=value)
        case "~":
            return translated("khoảng {value}", value=value)
    return value


def period_in_words(key: str) -> str:
    """Return a period in words: "2024-H1" → "6 tháng đầu năm 2024"."""
    if not key:
        return translated("không rõ thời gian")
    if key.startswith("../"):
        return translated("đến {day}", day=date_in_words(key[3:]))
    first, slash, last = key.partition("/")
    if slash and last.startswith("M"):
        return translated("{months} tháng đầu năm {year}", months=last[1:], year=first[:4])
    if slash:
        return f"{first}–{last}"
    year, _, part = key.partition("-")
    if part == "H1":
        return translated("6 tháng đầu năm {year}", year=year)
    if part == "H2":
        return translated("6 tháng cuối năm {year}", year=year)
    if part.startswith("Q"):
        return translated("quý {quarter}/{year}", quarter=part[1:], year=year)
    return date_in_words(key)


def place_in_words(figure: Figure) -> str:
    """Return the place that a figure is of."""
    if figure.place_level == "province":
        return places.label(figure.place, figure.last)
    return figure.place or translated("không rõ địa bàn")


def note_in_words(note: str) -> str:
    """Return what is odd about a figure."""
    match note:
        case "typo-year":
            return translated("năm ghi trong câu có lẽ nhầm")
        case "no-percent-sign":
            return translated("bài ghi thiếu dấu %")
        case "earlier":
            return translated("mức trước khi thay đổi")
        case "of-a-project":
            return translated("của một dự án")
        case "place-presumed":
            return translated("địa bàn suy từ bài")
        case "currency-inferred":
            return translated("tiền tệ suy từ chỉ tiêu")
        case "table":
            return translated("đọc trong bảng")
        case "shared-unit":
            return translated("đơn vị ghi ở số sau")
    return note
