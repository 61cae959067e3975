"""A meeting side by side: what each report says of it and what it leaves out, figures and quotes aligned."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, abort

from search.document import Document
from search.domain.figure import Figure
from search.domain.meeting import meeting_from
from search.domain.person import name_slug
from search.domain.quote import Quote, quotes_of
from search.query.nodes import Filters
from search.text.normalization import folds, norms
from web.http.urls import at
from web.services import library
from web.ui.figure_words import figure_kind, value_in_words
from web.ui.labels import date_in_words, kind_label, province_label
from web.ui.language import translated
from web.ui.passages import shortened
from web.ui.templating import page
from web.views.compared_figures import ComparedFigures, Printed, compared_figures

MOST_REPORTS = 8  # columns; a meeting of more reports is compared by the first ones
SAME_WORDS = 0.5  # of the syllables of two quotes of one person, from which they are taken for one utterance

comparisons = Blueprint("comparisons", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(comparisons)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a report says. link: to where it says so, "" for the report as a whole.

    kind: of a figure, where a row has several. sentence: that the text is read from, where reports differ.
    figure: whose value the text is.
    """

    text: str
    link: str = ""
    kind: str = ""
    sentence: str = ""
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One thing by reports: all that each says of it, () where it says nothing. difference: how they differ, or "".

    printed: its label is in the words of the pages, as the cells of in_vietnamese are.
    """

    label: str
    cells: tuple[tuple[Cell, ...], ...]
    difference: str = ""
    printed: bool = False
    in_vietnamese: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    rows: tuple[Row, ...]


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
        Group(translated("Số liệu"), tuple(figures(compared, key))),
        Group(translated("Phát biểu"), tuple(quotes(compared))),
        Group(translated("Văn bản được nhắc"), tuple(listed(compared, lambda one: one.document_numbers))),
        Group(translated("Người được nhắc"), tuple(people(compared))),
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
        texts = [of(report) for report in reports]
        if any(texts):
            cells = tuple((Cell(text),) if text else () for text in texts)
            differ = len({" ".join(norms(text)) for text in texts if text}) > 1
            yield Row(label, cells, translated("các bài ghi khác nhau") if differ else "", in_vietnamese=in_vietnamese)


def listed(reports: Sequence[Document], of: Callable[[Document], Sequence[str]]) -> Iterable[Row]:
    """Yield what reports list, a row for each thing, in order of mention; spellings of the same words are one."""
    rows: dict[tuple[str, ...], tuple[str, list[tuple[Cell, ...]]]] = {}
    for column, report in enumerate(reports):
        for value in of(report):
            _, cells = rows.setdefault(tuple(norms(value)), (value, [()] * len(reports)))
            cells[column] = (Cell("✓"),)
    for label, cells in rows.values():
        yield Row(label, tuple(cells), printed=True)


def figures(reports: Sequence[Document], meeting: str) -> Iterable[Row]:
    """Yield a row for each thing measured, with the values that each report prints, and whether they contradict."""
    for one in compared_figures([report.key for report in reports], library().figures.of_meeting(meeting)):
        cells = tuple(tuple(_figure_cell(printed, one) for printed in column) for column in one.columns)
        yield Row(one.label, cells, one.difference, in_vietnamese=False)


def _figure_cell(printed: Printed, row: ComparedFigures) -> Cell:
    figure, witness = printed.figure, printed.witness
    link = f"{at('pages.article', key=witness.key)}#so-{witness.part}-{witness.start}"
    kind = figure_kind(figure) if row.has_kinds else ""
    return Cell(value_in_words(figure), link, kind, witness.sentence if row.difference else "", figure)


def quotes(reports: Sequence[Document]) -> Iterable[Row]:
    """Yield a row for each utterance: by one person, in much the same words; its words as each report prints them."""
    rows: list[tuple[str, set[str], str, list[tuple[Cell, ...]]]] = []
    for column, report in enumerate(reports):
        for number, quote in enumerate(quotes_of(report)):
            words = quote.words(report.text)
            syllables, slug = set(folds(words)), name_slug(quote.speaker)
            link = f"{at('pages.article', key=report.key)}#loi-{number}"
            row = next((one for one in rows if one[0] == slug and _alike(one[1], syllables)), None)
            if row is None or row[3][column]:
                row = (slug, syllables, _speaker(quote), [()] * len(reports))
                rows.append(row)
            row[3][column] = (Cell(f"“{shortened(words)}”" if quote.direct else shortened(words), link),)
    for _, _, speaker, cells in rows:
        yield Row(speaker, tuple(cells), printed=True)


def _alike(words: set[str], others: set[str]) -> bool:
    return len(words & others) >= SAME_WORDS * len(words | others)


def _speaker(quote: Quote) -> str:
    return f"{quote.speaker}, {quote.role}" if quote.role else quote.speaker


def people(reports: Sequence[Document]) -> Iterable[Row]:
    """Yield a row for each person named with a role, with the role as each report prints it."""
    rows: dict[tuple[str, ...], tuple[str, list[tuple[Cell, ...]]]] = {}
    for column, report in enumerate(reports):
        for name, role, _ in report.roles:
            _, cells = rows.setdefault(tuple(norms(name)), (name, [()] * len(reports)))
            cells[column] = (Cell(role or "✓"),)
    for label, cells in rows.values():
        yield Row(label, tuple(cells), printed=True)
