"""A page in every form that rules read, made once and passed to each of them."""

from collections.abc import Iterator, Sequence
from itertools import islice

from indexer.reading import FIGURE, Reading, read
from indexer.signals import Signals, look_for


class Page:
    """Title and paragraphs of a page (NFC, as printed) with their readings, which are all cut out of one.

    whole: title and paragraphs, a line break between each two; title, body: its two parts; paragraphs: of the body.
    """

    __slots__ = ("_signals", "body", "paragraphs", "title", "whole")

    def __init__(self, title: str, paragraphs: Sequence[str]) -> None:
        self.paragraphs = tuple(paragraphs)
        self.whole = read("\n".join((title, *self.paragraphs)))
        self.title = self.whole.cut(0, len(title))
        self.body = self.whole.cut(len(title) + 1, len(self.whole.text))
        self._signals: Signals | None = None

    @property
    def signals(self) -> Signals:
        """Where the whole may name a place, a province, a paper; looked for once, when first asked for."""
        if self._signals is None:
            self._signals = look_for(self.whole)
        return self._signals

    def each(self) -> Iterator[Reading]:
        """Yield the reading of each paragraph."""
        return (self.body.cut(start, end) for start, end in self._spans())

    def with_figures(self, most: int) -> Iterator[tuple[int, Reading]]:
        """Yield number and reading of the title (0) and the first `most` paragraphs, where they hold figures."""
        if FIGURE in self.title.sketch:
            yield 0, self.title
        for number, (start, end) in enumerate(islice(self._spans(), most), 1):
            if self.body.sketch.find(FIGURE, start, end) >= 0:
                yield number, self.body.cut(start, end)

    def _spans(self) -> Iterator[tuple[int, int]]:
        start = 0
        for paragraph in self.paragraphs:
            end = start + len(paragraph)
            yield start, end
            start = end + 1
