"""Words looked for all at once: one pass over the letters of a page, however many words there are (Aho-Corasick)."""

from collections.abc import Iterable

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from indexer.sketch import letters

# Where all patterns begin with a few bytes, the library looks for these first, which takes three times as long where
# one of them is the space. So there are some that begin otherwise, with bytes that are no letters.
_OF_NO_TEXT = [bytes([byte, byte]) for byte in range(1, 8)]


class Literals:
    """Stretches of text, found in the letters of a page (sketch.py), where case and signs make no difference.

    whole: only as whole words; else also as parts of longer ones.
    """

    def __init__(self, literals: Iterable[str], whole: bool = True) -> None:
        self.literals = tuple(dict.fromkeys(literals))
        self._edge = b" " if whole else b""
        patterns = [self._edge + letters(literal) + self._edge for literal in self.literals]
        # A deterministic automaton is built slowly and goes through a text fastest; the other kinds of match allow none
        # that overlap, and two words share the space between them.
        self._automaton = BytesAhoCorasick(
            patterns + _OF_NO_TEXT, matchkind=MatchKind.Standard, implementation=Implementation.DFA
        )

    def find(self, text: bytes) -> list[tuple[int, int, int]]:
        """Return (number of the literal, where it begins, any) of all in letters, overlapping ones too, by their ends."""
        edge = self._edge
        return self._automaton.find_matches_as_indexes(edge + text + edge, overlapping=True)
