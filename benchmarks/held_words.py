"""Which articles hold what a query asks for: looked up in the plain text, by no engine's analysis.

A syllable is a run of letters and digits; words of several are those that pyvi finds in the query as it was written. A
query with diacritics asks for syllables as they are written, one without for those that are the same without theirs.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from pyvi import ViTokenizer

from search.document import Document


@cache
def plain(text: str) -> str:
    """Return text without diacritics."""
    decomposed = unicodedata.normalize("NFD", text).replace("đ", "d")
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def syllables(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())


def words(text: str) -> list[str]:
    """Return the words of a text, their syllables with a space between."""
    found = (" ".join(syllables(word.replace("_", " "))) for word in ViTokenizer.tokenize(text).split())
    return [word for word in found if word]


def is_accented(text: str) -> bool:
    return any(plain(part) != part for part in syllables(text))


class HeldWords:
    """What of some queries the articles of a set hold. queries: as typed → as it was written, with diacritics."""

    def __init__(self, documents: Sequence[Document], queries: Mapping[str, str]) -> None:
        self.queries = queries
        self.texts = {one.id: f"{one.title} \n {one.text}" for one in documents}
        # syllable → ids of the articles that hold it, as written and without diacritics
        self.exact: dict[str, set[str]] = {part: set() for typed in queries for part in syllables(typed)}
        self.folded: dict[str, set[str]] = {part: set() for part in self.exact}
        for name, text in self.texts.items():
            held = set(syllables(text))
            for part in held & self.exact.keys():
                self.exact[part].add(name)
            for part in set(map(plain, held)) & self.folded.keys():
                self.folded[part].add(name)

    def every_syllable(self, typed: str) -> set[str]:
        """Return the ids of the articles that hold every syllable of a query."""
        holders = self.exact if is_accented(typed) else self.folded
        return set.intersection(*(holders[part] for part in syllables(typed)))

    @cache  # noqa: B019 - one object, as long as the program
    def every_word(self, typed: str) -> set[str]:
        """Return the ids of the articles that hold every word of a query, its syllables side by side."""
        accented = is_accented(typed)
        asked = [f" {word if accented else plain(word)} " for word in words(self.queries[typed])]
        return {name for name in self.every_syllable(typed) if all(word in self._row(name, accented) for word in asked)}

    @cache  # noqa: B019
    def _row(self, name: str, accented: bool) -> str:
        """Return the syllables of an article with a space around each."""
        row = syllables(self.texts[name])
        return f" {' '.join(row if accented else map(plain, row))} "
