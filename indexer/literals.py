"""Words looked for all at once: one pass over the letters of a page, however many words there are (Aho-Corasick)."""

from collections.abc import Iterable

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from indexer.sketch import letters

# Where all patterns begin with a few bytes, the library looks for these first, which takes three times as long where
# one of them is the space. So there are some that begin otherwise, with bytes that are no letters.
_OF_NO_TEXT = [bytes([byte, byte]) for byte in range(1, 8)]


class Literals:
    """Stretches of text, found in the letters of a page (sketch.py), where case and signs make no difference.

    A space at either end of one is the edge of a word, with or without a sign there.
    """

    def __init__(self, literals: Iterable[str]) -> None:
        patterns = [*map(letters, literals), *_OF_NO_TEXT]
        # A deterministic automaton is built slowly and goes through a text fastest; the other kinds of match allow none
        # that overlap, and two words share the space between them.
        self._automaton = BytesAhoCorasick(patterns, matchkind=MatchKind.Standard, implementation=Implementation.DFA)

    def find(self, text: bytes) -> list[tuple[int, int, int]]:
        """Return (number of the literal, start, end) of all in letters, overlapping ones too, in order of their ends.

        start: of one that begins with a space, where its word begins; of others, one further than they do.
        """
        return self._automaton.find_matches_as_indexes(b" %b " % text, overlapping=True)
