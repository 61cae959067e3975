"""Full matches by plain Python over the texts, without any index: the oracle of everything that counts pages."""

import gzip
import json
import random
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from search.document import Document
from search.domain.quote import is_called
from search.engines.ports import Engine
from search.query.nodes import (
    And,
    Filters,
    Hint,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Spoken,
    Unit,
    Where,
    Words,
)
from search.query.rewriter import understand
from search.text import sentences
from search.text.analysis import is_unaccented
from search.text.normalization import Syllable, parts
from search.text.orthography import as_typed, fold_letters, forms

NEWS = Path(__file__).parents[3] / "shared" / "relevance" / "news"
EACH = 40  # of the articles one in so many
Row = Sequence[tuple[str, str]]  # (norm, folded) of syllables
Span = tuple[int, int]  # first position, and that after the last


class Text:
    """A document as sentences of syllables: what stands side by side in one of them may be a word."""

    def __init__(self, document: Document) -> None:
        title, body = document.title, document.text
        self.title = [self._syllables(one) for one in sentences.split(title)]
        self.body = [self._syllables(one) for one in sentences.split(body)]
        self.all = self.title + self.body
        self.streams = [self._syllables(title), self._syllables(body)]
        self.letters = " " + " | ".join(" ".join(folded for _, folded in stream) for stream in self.streams) + " "
        self.quotes = list(quotes_as_indexed(document, self.body))
        self.unaccented = is_unaccented([norm for stream in self.streams for norm, _ in stream])
        self.values = {
            "": self.streams,
            "title": self.streams[:1],
            "people": [self._syllables(one) for one in document.people],
            "document_numbers": [self._syllables(one) for one in document.document_numbers],
        }

        self.distinct = {field: {one for row in rows for one in row} for field, rows in self.values.items()}

    @staticmethod
    def _syllables(text: str) -> Row:
        return [(one.norm, one.folded) for one in parts(text)]

    def has(self, row: Sequence[Syllable], typed: bool, within: Sequence[Row]) -> bool:
        """Tell whether a word stands within one of some rows of the text."""
        if f" {' '.join(one.folded for one in row)} " not in self.letters:
            return False
        return stands_in(row, typed, within, self.unaccented)

    def places(self, row: Sequence[Syllable], typed: bool) -> Iterator[Span]:
        """Yield where a word stands: positions from the beginning of the title, one left out between title and body."""
        begin = 0
        for number, sentence in enumerate(self.all):
            begin += number == len(self.title)
            for place in starts_in(row, typed, sentence, self.unaccented):
                yield begin + place, begin + place + len(row)
            begin += len(sentence)

    def phrase_places(self, row: Sequence[Syllable]) -> list[Span]:
        """Return where a phrase stands, as `places` does: it may run from one sentence into the next."""
        begin_of_body = len(self.streams[0]) + 1
        return [
            (begin + place, begin + place + len(row))
            for begin, stream in zip((0, begin_of_body), self.streams, strict=True)
            for place in starts_in(row, True, stream)
        ]


def stands_in(row: Sequence[Syllable], typed: bool, within: Sequence[Row], unaccented: bool = False) -> bool:
    return any(True for one in within for _ in starts_in(row, typed, one, unaccented))


def starts_in(row: Sequence[Syllable], typed: bool, within: Row, unaccented: bool = False) -> Iterator[int]:
    if not row:
        return
    first, count = row[0].folded, len(row)
    for place in range(len(within) - count + 1):
        if within[place][1] == first and all(
            fits(have, want, typed, unaccented) for have, want in zip(within[place : place + count], row, strict=True)
        ):
            yield place


def fits(have: tuple[str, str], want: Syllable, typed: bool, unaccented: bool = False) -> bool:
    """unaccented: the text is written without diacritics, and letters alone have to agree."""
    plain = unaccented or (typed and want.norm == want.folded)
    return have[1] == want.folded if plain else have[0] == want.norm


def begins(have: tuple[str, str], stem: str) -> bool:
    """Tell whether a syllable begins as typed; one that is spelt in two ways (hi, hy) is found by either whole."""
    typed, whole = as_typed(stem), forms(stem)
    plain = typed == fold_letters(typed)
    return have[plain].startswith(typed) or (typed.isalpha() and have[plain] == whole[plain])


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
        if unit.hint is not None:  # a page is of its province wherever it says so
            continue
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
    if hint.field == "kind":
        return document.kind in hint.values
    if hint.field == "months":
        first, last = map(int, hint.values)
        return any(may_lie_within(document, f"{y}-{first:02}", f"{y}-{last:02}") for y in range(2000, 2036))
    first, last = map(str, hint.values) if hint.field == "date" else str(hint.values[0]).split("-")
    return may_lie_within(document, first, last)


def may_lie_within(document: Document, first: str, last: str) -> bool:
    """Tell whether the day of a document may lie between two ISO dates cut to what is known; "" leaves an end open."""
    own = document.held or document.published
    # "2023" stands before "2023-01", and that before "2023-01-01"
    return bool(own) and own <= (_latest(last) if last else "9") and _latest(own) >= first


def _latest(iso: str) -> str:
    return iso + "-99-99"[len(iso) - 4 :] if len(iso) < len("2023-07-05") else iso


def stand_together(spans: Sequence[Sequence[Span]], distance: int) -> bool:
    """Tell whether one place of each stands in a row, so many syllables between neighbours at most."""
    ordered = [sorted(some) for some in spans]

    def goes_on(start: int, end: int, left: frozenset[int]) -> bool:
        """Tell whether those left follow what begins at start and has reached end."""
        return not left or any(
            goes_on(next_start, max(end, next_end), left - {number})
            for number in left
            for next_start, next_end in _between(ordered[number], start, end + distance)
        )

    every = frozenset(range(len(spans)))
    return any(goes_on(*span, every - {number}) for number in every for span in ordered[number])


def _between(spans: Sequence[Span], first: int, last: int) -> Sequence[Span]:
    return spans[bisect_left(spans, (first, 0)) : bisect_left(spans, (last + 1, 0))]


def quotes_as_indexed(document: Document, body: Sequence[Row]) -> Iterator[tuple[str, Row, list[Row]]]:
    """Yield of each quote of two syllables and more the speaker, its syllables, and these by sentences.

    Of quotes that overlap the first counts.
    """
    places, past = [part.start for part in parts(document.text)], 0
    for speaker, _, _, start, end, *_ in sorted(document.quotes, key=lambda quote: quote[3:5]):
        first, last = bisect_left(places, start), bisect_left(places, end) - 1
        if past <= first < last:
            past, begin, pieces = last + 1, 0, []
            for sentence in body:
                pieces.append(sentence[max(first - begin, 0) : max(last + 1 - begin, 0)])
                begin += len(sentence)
            yield speaker, [one for piece in pieces for one in piece], pieces


def is_said(node: Node, words: Row, pieces: Sequence[Row], unaccented: bool) -> bool:
    """Tell whether one quote holds what a node asks for."""
    match node:
        case Words(units=units):
            typed = parts(node.text)
            rows = [
                [(typed[u.first : u.first + u.count], True), *((parts(way), False) for way in u.ways)] for u in units
            ]
            rows = rows or [[([one], True)] for one in typed]
            return bool(rows) and all(
                any(stands_in(row, sure, pieces, unaccented) for row, sure in some) for some in rows
            )
        case Phrase(phrase):
            return stands_in(parts(phrase), True, [words])
        case Prefix(stem):
            return any(begins(have, stem) for have in words)
        case Near(texts, distance):
            rows = [row for row in map(parts, texts) if row]
            spans = [[(place, place + len(row)) for place in starts_in(row, True, words)] for row in rows]
            return stand_together(spans, distance)
        case And(children):
            return all(is_said(child, words, pieces, unaccented) for child in children)
        case Or(children):
            return any(is_said(child, words, pieces, unaccented) for child in children)
    raise TypeError(node)


def passes(filters: Filters, document: Document, but: str = "") -> bool:
    """Tell whether a document is within limits. but: a facet whose own limit is overlooked."""
    own = {document.province_then, document.province_now}
    if filters.provinces and not but.startswith("province") and not own & set(filters.provinces):
        return False
    single = {
        **{"province_then": filters.provinces_then, "province_now": filters.provinces_now, "kind": filters.kinds},
        **{"source": filters.sources, "level": filters.levels, "key": filters.keys},
    }
    several = {
        **{
            "document_number": (filters.document_numbers, document.document_numbers),
            "fate": (filters.fates, document.fates),
        },
        **{"person": (filters.people, document.people), "meeting": (filters.meetings, (document.meeting,))},
    }
    return (
        all(not wanted or name == but or getattr(document, name) in wanted for name, wanted in single.items())
        and all(not wanted or name == but or set(wanted) & set(has) for name, (wanted, has) in several.items())
        and is_in_time(filters, document, but)
    )


def is_in_time(filters: Filters, document: Document, but: str = "") -> bool:
    """Tell whether a document is within the limits on years, on days and on how its year is known."""
    years = filters.years if but != "year" else ()
    grades = filters.year_grades if but != "year_grade" else ()
    first, last = filters.date_from, filters.date_to
    if "unknown" in grades and document.year is None:
        return not (years or first or last) or may_be_of(document, years, first, last)
    return (
        (not years or document.year in years)
        and (not grades or (document.year is not None and document.year_grade in grades))
        and (not (first or last) or may_lie_within(document, first, last))
    )


def may_be_of(document: Document, years: Sequence[int], first: str, last: str) -> bool:
    """Tell whether a document of unknown year may be of one of some years, and of one that two days enclose."""
    fetched = int(document.fetched_at[:4] or 2099)
    possible = document.possible_years or range(1997, fetched + 1)
    return any(
        (not years or year in years) and int(first[:4] or 0) <= year <= int(last[:4] or 9999) for year in possible
    )


def is_full(node: Node | None, document: Document, text: Text) -> bool:
    match node:
        case None:
            return True
        case Words(units=units):
            held = bool(units) and all(holds_unit(node, unit, document, text) for unit in units)
            return held and (not node.together or in_one_passage(node, text))
        case Phrase(words, field):
            return stands_in(parts(words), True, text.values[field])
        case Prefix(stem, field):
            return any(begins(have, stem) for have in text.distinct[field])
        case Near(texts, distance):
            return stand_together([text.phrase_places(parts(one)) for one in texts if parts(one)], distance)
        case Spoken(speaker, child):
            return any(
                (not speaker or is_called(said_by, speaker))
                and (child is None or is_said(child, words, pieces, text.unaccented))
                for said_by, words, pieces in text.quotes
            )
        case Where(filters):
            return passes(filters, document)
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
        self.texts = {one.id: Text(one) for one in documents}
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
