"""A meeting side by side: what each report says of it and what it leaves out, figures and quotes aligned."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, abort

from search.document import Document
from search.domain.meeting import meeting_from
from search.domain.person import name_slug
from search.domain.quote import Quote, quotes_of
from search.figures.store import Statement
from search.query.nodes import Filters
from search.text.normalization import folds, norms
from web.http.urls import at
from web.services import library
from web.ui.figure_words import figure_kind, period_in_words, place_in_words, value_in_words
from web.ui.labels import date_in_words, kind_label, province_label
from web.ui.language import translated
from web.ui.passages import shortened
from web.ui.templating import page
from web.views.figures import indicator_label

MOST_REPORTS = 8  # columns; a meeting of more reports is compared by the first ones
SAME_WORDS = 0.5  # of the syllables of two quotes of one person, from which they are taken for one utterance

comparisons = Blueprint("comparisons", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(comparisons)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a report says; "" where it says nothing. link: to where it says so, "" for the report as a whole."""

    text: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing by reports. printed: its label is in the words of the pages, as the cells of in_vietnamese are."""

    label: str
    cells: tuple[Cell, ...]
    printed: bool = False
    in_vietnamese: bool = True

    @property
    def differs(self) -> bool:
        """Whether reports say different things; that some say nothing is no difference."""
        return len({" ".join(norms(cell.text)) for cell in self.cells if cell.text}) > 1


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one kind. marks_difference: whether a difference between cells is one of fact, not of words."""

    title: str
    rows: tuple[Row, ...]
    marks_difference: bool = True


@comparisons.get("/hop/<key>/doi-chieu")
def show(key: str) -> Response:
    found = meeting_from(library().newest(Filters(meetings=(key,)))[0])
    if found is None:
        abort(404)
    texts = {verbatim(report): report for report in reversed(found.reports)}  # of reprints the one published first
    compared = [report for report in found.reports if texts[verbatim(report)] is report][:MOST_REPORTS]
    groups = (
        Group(translated("Cuộc họp"), tuple(facts(compared))),
        Group(translated("Nội dung họp"), tuple(listed(compared, lambda one: one.agenda))),
        Group(translated("Số liệu"), tuple(figures(compared, library().figures.of_meeting(key)))),
        Group(translated("Phát biểu"), tuple(quotes(compared)), marks_difference=False),
        Group(translated("Văn bản được nhắc"), tuple(listed(compared, lambda one: one.document_numbers))),
        Group(translated("Người được nhắc"), tuple(people(compared)), marks_difference=False),
    )
    return page(
        "meeting_comparison.html",
        meeting=found,
        compared=compared,
        left_out=len(found.reports) - len(compared),
        groups=[group for group in groups if group.rows],
        source_names=library().source_names(),
    )


def verbatim(report: Document) -> str:
    """Return what two reports have to share to be one: a reprint with one figure changed is what is looked for here."""
    return " ".join(report.text.split())


def facts(reports: Sequence[Document]) -> Iterable[Row]:
    """Yield the facts that any report tells; the day only where it is the day of the meeting."""
    told: tuple[tuple[str, Callable[[Document], str], bool], ...] = (
        (translated("Ngày họp"), lambda one: date_in_words(one.held), False),
        (translated("Loại hội nghị"), lambda one: kind_label(one.event or one.kind), False),
        (translated("Tỉnh, thành phố"), lambda one: province_label(one.province_then), False),
        (translated("Cơ quan"), lambda one: one.organ, True),
        (translated("Lần thứ"), lambda one: str(one.ordinal or ""), False),
        (translated("Khóa, nhiệm kỳ"), lambda one: one.term, True),
        (translated("Chủ trì"), lambda one: ", ".join(one.chairs) or one.chair, True),
        (translated("Nơi họp"), lambda one: one.place, True),
    )
    for label, of, in_vietnamese in told:
        cells = tuple(Cell(of(report)) for report in reports)
        if any(cell.text for cell in cells):
            yield Row(label, cells, in_vietnamese=in_vietnamese)


def listed(reports: Sequence[Document], of: Callable[[Document], Sequence[str]]) -> Iterable[Row]:
    """Yield what reports list, a row for each thing, in order of mention; spellings of the same words are one."""
    rows: dict[tuple[str, ...], list[Cell]] = {}
    labels: dict[tuple[str, ...], str] = {}
    for column, report in enumerate(reports):
        for value in of(report):
            same = tuple(norms(value))
            labels.setdefault(same, value)
            cells = rows.setdefault(same, [Cell()] * len(reports))
            cells[column] = Cell("✓")
    for same, cells in rows.items():
        yield Row(labels[same], tuple(cells), printed=True)


def figures(reports: Sequence[Document], statements: Iterable[Statement]) -> Iterable[Row]:
    """Yield a row for each thing measured: what it is, with the value that each report prints."""
    columns = {report.key: column for column, report in enumerate(reports)}
    rows: dict[tuple[str, ...], list[Cell]] = {}
    labels: dict[tuple[str, ...], str] = {}
    for one in statements:
        figure = one.figure
        for witness in one.witnesses:
            column = columns.get(witness.key)
            if column is None:
                continue
            where = (indicator_label(figure.indicator), figure_kind(figure), period_in_words(figure.period))
            labels.setdefault(one.slot, f"{', '.join(where)}; {place_in_words(figure)}")
            cells = rows.setdefault(one.slot, [Cell()] * len(reports))
            value, before = value_in_words(figure), cells[column].text
            link = f"{at('pages.article', key=witness.key)}#so-{witness.part}-{witness.start}"
            cells[column] = Cell(f"{before}; {value}" if before and value not in before else value, link)
    for slot, cells in rows.items():
        yield Row(labels[slot], tuple(cells), in_vietnamese=False)


def quotes(reports: Sequence[Document]) -> Iterable[Row]:
    """Yield a row for each utterance: by one person, in much the same words; its words as each report prints them."""
    rows: list[tuple[str, set[str], str, list[Cell]]] = []
    for column, report in enumerate(reports):
        for number, quote in enumerate(quotes_of(report)):
            words = quote.words(report.text)
            syllables, slug = set(folds(words)), name_slug(quote.speaker)
            link = f"{at('pages.article', key=report.key)}#loi-{number}"
            row = next((one for one in rows if one[0] == slug and _alike(one[1], syllables)), None)
            if row is None or row[3][column].text:
                row = (slug, syllables, _speaker(quote), [Cell()] * len(reports))
                rows.append(row)
            row[3][column] = Cell(f"“{shortened(words)}”" if quote.direct else shortened(words), link)
    for _, _, speaker, cells in rows:
        yield Row(speaker, tuple(cells), printed=True)


def _alike(words: set[str], others: set[str]) -> bool:
    return len(words & others) >= SAME_WORDS * len(words | others)


def _speaker(quote: Quote) -> str:
    return f"{quote.speaker}, {quote.role}" if quote.role else quote.speaker


def people(reports: Sequence[Document]) -> Iterable[Row]:
    """Yield a row for each person named with a role, with the role as each report prints it."""
    rows: dict[tuple[str, ...], list[Cell]] = {}
    labels: dict[tuple[str, ...], str] = {}
    for column, report in enumerate(reports):
        for name, role, _ in report.roles:
            same = tuple(norms(name))
            labels.setdefault(same, name)
            rows.setdefault(same, [Cell()] * len(reports))[column] = Cell(role or "✓")
    for same, cells in rows.items():
        yield Row(labels[same], tuple(cells), printed=True)
