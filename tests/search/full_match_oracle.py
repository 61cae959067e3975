"""Full matches by plain Python over the texts, without any index: the oracle of everything that counts pages."""

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from search.document import Document
from search.engines.ports import Engine
from search.query.nodes import And, Hint, Node, Not, Or, Phrase, Prefix, Query, Unit, Words
from search.query.rewriter import understand
from search.text import sentences
from search.text.normalization import Syllable, parts
from search.text.orthography import fold_letters

NEWS = Path(__file__).parents[3] / "shared" / "relevance" / "news"
EACH = 40  # of the articles one in so many
Row = Sequence[tuple[str, str]]  # (norm, folded) of syllables


class Text:
    """A text as sentences of syllables: what stands side by side in one of them may be a word."""

    def __init__(self, title: str, body: str) -> None:
        self.title = [self._syllables(one) for one in sentences.split(title)]
        self.all = self.title + [self._syllables(one) for one in sentences.split(body)]
        self.streams = [self._syllables(title), self._syllables(body)]
        self.letters = " " + " | ".join(" ".join(folded for _, folded in stream) for stream in self.streams) + " "

    @staticmethod
    def _syllables(text: str) -> Row:
        return [(one.norm, one.folded) for one in parts(text)]

    def has(self, row: Sequence[Syllable], typed: bool, within: Sequence[Row]) -> bool:
        if f" {' '.join(one.folded for one in row)} " not in self.letters:
            return False
        first, count = row[0].folded, len(row)
        return any(
            sentence[place][1] == first
            and all(fits(have, want, typed) for have, want in zip(sentence[place : place + count], row, strict=True))
            for sentence in within
            for place in range(len(sentence) - count + 1)
        )

    def places(self, row: Sequence[Syllable], typed: bool) -> Iterator[tuple[int, int]]:
        """Yield where a row stands: positions from the beginning of the title, one left out between title and body."""
        begin = 0
        for number, sentence in enumerate(self.all):
            begin += number == len(self.title)
            for place in range(len(sentence) - len(row) + 1):
                if all(fits(*both, typed) for both in zip(sentence[place : place + len(row)], row, strict=True)):
                    yield begin + place, begin + place + len(row)
            begin += len(sentence)


def fits(have: tuple[str, str], want: Syllable, typed: bool) -> bool:
    return have[1] == want.folded if typed and want.norm == want.folded else have[0] == want.norm


def holds_unit(words: Words, unit: Unit, document: Document, text: Text) -> bool:
    within = text.title if words.field == "title" else text.all
    typed = parts(words.text)[unit.first : unit.first + unit.count]
    if text.has(typed, True, within) or any(text.has(parts(way), False, within) for way in unit.ways):
        return True
    return unit.hint is not None and belongs(unit.hint, document)


def in_one_passage(words: Words, text: Text) -> bool:
    tokens = parts(words.text)
    spans = []
    for unit in words.units:
        own = list(text.places(tokens[unit.first : unit.first + unit.count], True))
        spans.append(own + [span for way in unit.ways for span in text.places(parts(way), False)])
    return any(
        all(any(edge <= start and end <= edge + words.together for start, end in some) for some in spans)
        for edge in {start for some in spans for start, _ in some}
    )


def belongs(hint: Hint, document: Document) -> bool:
    if hint.field == "province":
        return bool({document.province_then, document.province_now} & set(hint.values))
    if hint.field == "year":
        return document.year in hint.values
    raise pytest.skip.Exception(f"a plain reading of {hint.field} is not written here")


def is_full(node: Node | None, document: Document, text: Text) -> bool:
    match node:
        case None:
            return True
        case Words(units=units):
            held = bool(units) and all(holds_unit(node, unit, document, text) for unit in units)
            return held and (not node.together or in_one_passage(node, text))
        case Phrase(words, field):
            return text.has(parts(words), True, text.streams[:1] if field == "title" else text.streams)
        case Prefix(stem):
            plain = stem == fold_letters(stem)
            return any(have[plain].startswith(stem) for stream in text.streams for have in stream)
        case Not(child):
            return not is_full(child, document, text)
        case And(children):
            return all(is_full(child, document, text) for child in children)
        case Or(children):
            return any(is_full(child, document, text) for child in children)
    raise TypeError(node)


class Corpus:
    """Documents in an index, and as texts that are read without one."""

    def __init__(self, documents: list[Document], engine: Engine) -> None:
        self.documents, self.engine = documents, engine
        self.texts = {one.id: Text(one.title, one.text) for one in documents}
        with engine.writer() as writer:
            writer.add(documents)

    def read(self, text: str) -> Query:
        return understand(text, self.engine.vocabulary())

    def expected(self, query: Query) -> set[str]:
        return {one.id for one in self.documents if is_full(query.root, one, self.texts[one.id])}

    def found(self, query: Query) -> set[str]:
        found = self.engine.search(query, limit=len(self.documents), depth_only=True)
        return {document.id for document, _ in found.ranked[: found.total]}


def news_articles() -> list[Document]:
    """Return one in forty of the judged news articles; skips where they are absent."""
    if not NEWS.exists():
        pytest.skip("no articles at ../shared/relevance/news")
    with gzip.open(NEWS / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for number, line in enumerate(lines) if number % EACH == 0]
    return [Document(id=row["id"], key=row["id"], url="", title=row["title"], text=row["text"]) for row in rows]


def generated(texts: Sequence[Text], number: int) -> Iterator[str]:
    """Yield queries of one to five words of the texts: as they are, without diacritics, with some; with operators."""
    chance = random.Random(20240615)
    lines = [[norm for norm, _ in sentence] for text in texts for sentence in text.all if len(sentence) > 8]
    for _ in range(number):
        pieces = []
        for _ in range(chance.randint(1, 5)):
            line = chance.choice(lines)
            first, count = chance.randrange(len(line) - 3), chance.randint(1, 3)
            words = " ".join(spelt(one, chance) for one in line[first : first + count])
            form = chance.choice(["{}", "{}", "{}", "{}", '"{}"', "-{}", "tiêu đề:{}", "{} OR"])
            pieces.append(form.format(words))
        yield " ".join(pieces).removesuffix(" OR")


def spelt(syllable: str, chance: random.Random) -> str:
    return syllable if chance.random() < 0.6 else fold_letters(syllable)


@cache
def headlines() -> list[str]:
    if not NEWS.exists():
        return []
    lines = (NEWS / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def from_headlines(number: int) -> Iterator[str]:
    """Yield queries of one to five words that stand side by side in a headline."""
    chance = random.Random(7)
    for _ in range(number):
        words = chance.choice(headlines()).split()
        first = chance.randrange(max(len(words) - 2, 1))
        yield " ".join(words[first : first + chance.randint(1, 5)])
