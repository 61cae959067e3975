"""The sentences of a page that may report figures: with a number, and words for an indicator or what it counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from indexer.figures.indicators import Indicator, indicators
from indexer.letters import CAPITALS
from indexer.literals import Literals
from indexer.reading import FIGURE, Reading

SHORTEST_NOUN = 7  # letters; shorter ones (xã, người, hộ) stand in too many sentences to look there
LONGEST = 3000  # characters of a sentence; what is longer is no sentence, and nothing is read in it

# A set of signs comes first, because the regex engine then skips to the few places that can match. Possessive, and from
# the first sign of a run only: linear whatever stands there.
_END = re.compile(rf"[.!?…\n](?:(?<=\n)|(?<![.!?…].)[.!?…]*+[\"”’)]*+\s++(?=[\"“‘(+•*-]*+\s*+[{CAPITALS}\d]))")
_ABBREVIATED = re.compile(r"(?<!\w)(?:tp|tx|tt|đ/c|ts|ths|gs|pgs|t|ông|bà|st|tr|v\.v)$", re.IGNORECASE)


@dataclass(slots=True)
class Name:
    """Words that name an indicator, text[start:end]. short: they count only right before a value."""

    start: int
    end: int
    indicator: Indicator
    short: bool


@dataclass(slots=True)
class Sentence:
    """text[start:end]; paragraph: its number. has_number: with a figure; names: of indicators, in order."""

    start: int
    end: int
    paragraph: int
    has_number: bool
    names: list[Name] = field(default_factory=list)
    counts: bool = False  # with a noun that an indicator counts


def is_in_brackets(low: str, begin: int, at: int) -> bool:
    """Whether a bracket that opened in low[begin:at] is still open at `at`."""
    opened = low.rfind("(", begin, at)
    return opened >= 0 and low.find(")", opened, at) < 0


@cache
def _words() -> tuple[tuple[str, Indicator | None, bool], ...]:
    found: dict[str, tuple[str, Indicator | None, bool]] = {}
    for indicator in indicators().values():
        for name in (*indicator.names, *indicator.sector_names):
            found.setdefault(name, (name, indicator, False))
        for name in indicator.short:
            found.setdefault(name, (name, indicator, True))
    for indicator in indicators().values():
        if indicator.counted:
            for noun in indicator.nouns:
                if len(noun) >= SHORTEST_NOUN:
                    found.setdefault(noun, (noun, None, False))
    return tuple(found.values())


@cache
def _value() -> re.Pattern[str]:
    """Return what is in every sentence that states a figure: a number with a unit, with a sign, a/b, or a rank."""
    nouns = {noun.split(" ")[0] for indicator in indicators().values() for noun in indicator.nouns}
    words = "|".join(
        sorted(
            {
                *nouns,
                "điểm",
                "phần trăm",
                "lần",
                "nghìn",
                "ngàn",
                "vạn",
                "triệu",
                "tỷ",
                "tỉ",
                "usd",
                "đồng",
                "tấn",
                "tạ",
                "kế hoạch",
            }
        )
    )
    return re.compile(rf"\d(?:[\s)]?%|\s?/\s?\d|\s?(?:{words})(?!\w))|(?<=[\s(:])[+-]\d|(?:thứ|hạng|vị trí) \d")


@cache
def _literals() -> Literals:
    return Literals([f" {words} " for words, _, _ in _words()])


def sentences(page: Reading) -> Iterator[Sentence]:
    """Yield every sentence of a page, in order; names only where it has a number."""
    if FIGURE not in page.sketch:
        return
    words = _words()
    hits = [(start, words[number]) for number, start, _ in _literals().find(page.letters)]
    if not hits:
        return
    hits.sort(key=lambda hit: hit[0])
    at = 0
    for start, end, paragraph in _spans(page.text):
        while at < len(hits) and hits[at][0] < start:
            at += 1
        first = at
        while at < len(hits) and hits[at][0] < end:
            at += 1
        one = Sentence(start, end, paragraph, page.sketch.find(FIGURE, start, end) >= 0)
        if one.has_number and at > first and end - start <= LONGEST and _value().search(page.low, start, end):
            found = [Name(begin, begin + len(name), i, short) for begin, (name, i, short) in hits[first:at] if i]
            one.counts = at > first
            one.names = _longest(found)
        yield one


def _longest(names: list[Name]) -> list[Name]:
    kept: list[Name] = []
    for name in sorted(names, key=lambda name: (name.start - name.end, name.start)):
        if all(name.end <= other.start or name.start >= other.end for other in kept):
            kept.append(name)
    return sorted(kept, key=lambda name: name.start)


def _spans(text: str) -> Iterator[tuple[int, int, int]]:
    start, paragraph = 0, 0
    for match in _END.finditer(text):
        line = "\n" in match[0]
        if not line and _ABBREVIATED.search(text, max(start, match.start() - 6), match.start()):
            continue
        if (
            not line
            and text[max(start, match.start() - 4) : match.start()].strip().isdigit()
            and match.start() - start < 4
        ):
            continue  # the number of a list
        if match.start() > start:
            yield start, match.start() + (0 if line and match[0] == "\n" else len(match[0].rstrip())), paragraph
        start = match.end()
        paragraph += line
    if start < len(text):
        yield start, len(text), paragraph
