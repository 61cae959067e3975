"""The figures of a page, sentence by sentence: what a text states, and how many of its sentences were understood."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from indexer.figures.context import Before, Context
from indexer.figures.sentence_reader import SentenceReader
from indexer.figures.sentences import sentences
from indexer.figures.tables import is_row, read_tables
from indexer.reading import Reading
from indexer.reading import read as reading
from search.domain.figure import Figure


@dataclass(slots=True)
class Read:
    """Figures of a text; numbered: sentences with numbers that name an indicator; understood: those that gave one."""

    figures: list[Figure] = field(default_factory=list)
    with_numbers: int = 0
    named: int = 0
    understood: int = 0


def read_figures(page: Reading, part: str, context: Context) -> Read:
    """Return what a text states. part: "title" or "text"."""
    read, before = Read(), Before(page, context, context.title)
    for sentence in sentences(page):
        if is_row(page.low, sentence):
            read.with_numbers += sentence.has_number
        elif sentence.has_number:
            read.with_numbers += 1
            if sentence.counts:
                read.named += 1
                found = SentenceReader(page, part, sentence, context, before).read()
                read.understood += bool(found)
                read.figures += found
                before.spoke_last_of = found[-1] if found else None
        before.done.append(sentence)
    if part == "text":
        in_tables = read_tables(page, lambda words: read_figures(reading(words), "cell", context).figures)
        rows = len({one.sentence for one in in_tables})
        read.named, read.understood = read.named + rows, read.understood + rows
        read.figures += [replace(one, part=part) for one in in_tables]
    return read


def figures_of_parts(parts: Iterable[tuple[str, Reading]], context: Context) -> Read:
    """Return what title and text state together."""
    whole = Read()
    for part, page in parts:
        one = read_figures(page, part, context)
        whole.figures += one.figures
        whole.with_numbers += one.with_numbers
        whole.named += one.named
        whole.understood += one.understood
    said = {_statement(figure) for figure in whole.figures if figure.part == "text"}
    whole.figures = [one for one in whole.figures if one.part == "text" or _statement(one) not in said]
    return whole


def _statement(figure: Figure) -> tuple[str, ...]:
    return figure.indicator, figure.sector, figure.value, figure.high, figure.of, figure.measure, figure.place
