"""Words within what somebody says, over arrays: which quotes of a segment hold them, and so which documents."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from search.engines.embedded.scoring.phrases import RowsIn, starts_of
from search.engines.embedded.snapshot import SegmentView
from search.engines.plan.nodes import (
    QUOTE_ENDS,
    QUOTES,
    Adjacent,
    And,
    AnyOf,
    InQuote,
    Plan,
    Prefix,
    Row,
    Term,
    Together,
)
from search.query.nearness import stand_together


def documents_with_quote(node: InQuote, view: SegmentView, among: np.ndarray) -> np.ndarray:
    """Return flags of the documents with a quote as the node asks for.

    among: flags of the documents that have a quote by the speaker and somewhere all of the words.
    """
    flags = np.zeros(view.size, dtype=bool)
    if among.any():
        quotes = _Quotes(view, among)
        fits = quotes.of_speaker(node.begins)
        if node.child is not None:
            fits &= quotes.holding(node.child)
        flags[quotes.firsts[fits] >> 32] = True
    return flags


class _Quotes:
    """The quotes of some documents: their first and last positions (document << 32 | position), ascending."""

    def __init__(self, view: SegmentView, among: np.ndarray) -> None:
        self.view, self.among = view, among
        self.firsts = view.terms.occurrences(QUOTES.field, QUOTES.text, among)
        self.lasts = view.terms.occurrences(QUOTE_ENDS.field, QUOTE_ENDS.text, among)
        self._rows = RowsIn(view, among)

    def of_speaker(self, begins: Term) -> np.ndarray:
        """Return flags of the quotes that begin with a term."""
        if begins == QUOTES:
            return np.ones(len(self.firsts), dtype=bool)
        return np.isin(self.firsts, self.view.terms.occurrences(begins.field, begins.text, self.among))

    def holding(self, node: Plan) -> np.ndarray:
        """Return flags of the quotes that hold what a node asks for."""
        flags = np.full(len(self.firsts), isinstance(node, And))
        if isinstance(node, And):
            for child in node.children:
                flags &= self.holding(child)
        elif isinstance(node, AnyOf):
            for child in node.children:
                flags |= self.holding(child)
        elif isinstance(node, Together):
            for quote, some in groupby(self._occurrences(node), lambda occurrence: occurrence[0]):
                flags[quote] = stand_together((one[1:] for one in some), len(node.phrases), node.distance)
        else:
            for starts, length in self._starts(node):
                quotes, inside = self._around(starts, length)
                flags[quotes[inside]] = True
        return flags

    def _around(self, starts: np.ndarray, length: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the number of the quote that last begins before each start, and flags of those that end within it."""
        quotes = self.firsts.searchsorted(starts, "right") - 1
        return quotes, (quotes >= 0) & (starts + (length - 1) <= self.lasts[quotes])

    def _occurrences(self, node: Together) -> Iterator[tuple[int, int, int, int]]:
        """Yield where phrases stand within quotes: (quote, first position, last position, which phrase), ascending."""
        found = []
        for number, phrase in enumerate(node.phrases):
            starts, length = starts_of(phrase, self.view, self.among), len(phrase)
            quotes, inside = self._around(starts, length)
            rows = zip(quotes[inside].tolist(), starts[inside].tolist(), strict=True)
            found += [(quote, start, start + length - 1, number) for quote, start in rows]
        yield from sorted(found)

    def _starts(self, node: Plan) -> Sequence[tuple[np.ndarray, int]]:
        """Return where a row, a phrase or a beginning stands, with its number of syllables."""
        if isinstance(node, Row):
            return [(self._rows.starts(node), len(node.terms))]
        if isinstance(node, Prefix):
            texts = self.view.terms.starting_with(node.field, node.text)
            return [(self.view.terms.occurrences(node.field, text, self.among), 1) for text in texts]
        if isinstance(node, Term | Adjacent):
            phrase = (node,) if isinstance(node, Term) else node.children
            return [(starts_of(phrase, self.view, self.among), len(phrase))]
        return []
