"""A page in every form that rules read, made once and passed to each of them."""

from collections.abc import Iterator, Sequence

from indexer.reading import Reading, read
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
        start = 0
        for paragraph in self.paragraphs:
            yield self.body.cut(start, start + len(paragraph))
            start += len(paragraph) + 1
