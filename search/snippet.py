"""Excerpts: the passages of a text that answer a query best, as escaped HTML in which only <mark> is markup.

Text and marks come from the text as printed; offsets are code points of it (search/marks.py).
"""

import html
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from math import fsum, log

from search.marks import Marker, Match, Span

LONGEST_CHARACTERS = 340  # of all passages together: three lines beside a result
PASSAGE_CHARACTERS = 240  # a longer sentence is cut around its marks
MOST_PASSAGES = 3
RUN_BONUS = 0.5  # for each further syllable of the longest mark: "giải ngân vốn" says more than its three syllables

# A line ends a sentence, and so does a point before a capital, a figure or an opening sign. Begins with what rarely
# stands in a text, so that the search runs from one such place to the next.
_SENTENCE_END = re.compile(
    r"[.!?…;\n\r\u2028\u2029](?:(?<=[.!?…;])[\"”’)]*\s+(?=[^\W\d_a-zà-ỹđ]|[\d\"“‘(–-])|(?<![.!?…;])\s*)"
)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Passage:
    start: int
    end: int
    words: frozenset[str]
    score: float


def mark(text: str, marker: Marker) -> str:
    """Return text escaped, with its matches marked."""
    return _marked(text, 0, len(text), marker.spans(text))


def excerpt(text: str, marker: Marker) -> str:
    """Return up to three passages of text, in their order, joined by "…"; the beginning where nothing matches.

    The first chosen holds the most, and the rarest, of what was asked; each further one adds something new.
    """
    matches = marker.matches(text)
    if not matches:
        end = _cut(text, 0, min(len(text), PASSAGE_CHARACTERS))
        return _marked(text, 0, end, []) + (" …" if text[end:].strip() else "")
    chosen = _choose(_passages(text, matches))
    spans = [(start, end) for start, end, _ in matches]
    shown = ""
    end = 0
    for passage in sorted(chosen, key=lambda passage: passage.start):
        if text[end : passage.start].strip():
            is_whole = _is_sentence_start(text, passage.start) and not shown
            shown += "" if is_whole else " … " if shown else "… "
        elif shown:
            shown += " "
        shown += _marked(text, passage.start, passage.end, spans)
        end = passage.end
    return shown + ("" if _is_sentence_end(text, end) else " …")


def _passages(text: str, matches: list[Match]) -> list[_Passage]:
    """Return the sentences that hold marks, long ones cut, each scored by what it holds."""
    counts = Counter(chain.from_iterable(words for *_, words in matches))
    rarity = {word: 1 / (1 + log(count)) for word, count in counts.items()}
    passages = []
    at = 0
    for first, last in _sentences(text):
        while at < len(matches) and matches[at][0] < first:
            at += 1
        earlier = at
        while at < len(matches) and matches[at][1] <= last:
            at += 1
        if at == earlier:
            continue
        start, end, kept = _window(text, first, last, matches[earlier:at])
        distinct = frozenset(chain.from_iterable(words for *_, words in kept))
        longest = max([len(words) for *_, words in kept])
        score = fsum([rarity[word] for word in distinct]) * (1 + RUN_BONUS * (longest - 1))
        passages.append(_Passage(start, end, distinct, score))
        if at == len(matches):
            break
    return passages


def _sentences(text: str) -> Iterator[Span]:
    start = 0
    for gap in _SENTENCE_END.finditer(text):
        end = gap.start()
        if text[end] in ".!?…;":
            end += 1
        else:  # of the space before a line's end nothing belongs to the sentence
            while end > start and text[end - 1].isspace():
                end -= 1
        yield start, end
        start = gap.end()
    yield start, len(text)


def _window(text: str, first: int, last: int, found: list[Match]) -> tuple[int, int, list[Match]]:
    """Return (start, end, matches inside): the whole sentence if it fits, else the richest stretch of it."""
    if last - first <= PASSAGE_CHARACTERS:
        return first, last, found
    best: tuple[int, int, int] = (0, 0, 1)
    end = 0
    for begin, (start, *_) in enumerate(found):
        end = max(end, begin + 1)
        while end < len(found) and found[end][1] - start <= PASSAGE_CHARACTERS * 3 // 4:
            end += 1
        distinct = len({word for *_, words in found[begin:end] for word in words})
        if distinct > best[0]:
            best = (distinct, begin, end)
    _, begin, end = best
    marks_start, marks_end = found[begin][0], found[end - 1][1]
    spare = max(PASSAGE_CHARACTERS - (marks_end - marks_start), 0)
    start = max(first, marks_start - spare // 3)
    stop = min(last, start + max(PASSAGE_CHARACTERS, marks_end - start))
    start = max(first, min(start, stop - PASSAGE_CHARACTERS))
    if start > first:
        gap = _SPACE.search(text, start, marks_start)
        start = gap.end() if gap else marks_start
    stop = max(_cut(text, start, stop), marks_end) if stop < last else last
    return start, stop, [match for match in found if start <= match[0] and match[1] <= stop]


def _choose(passages: list[_Passage]) -> list[_Passage]:
    chosen: list[_Passage] = []
    seen: set[str] = set()
    length = 0
    rest = sorted(passages, key=lambda passage: (-passage.score, passage.start))
    while rest and len(chosen) < MOST_PASSAGES:
        best = max(rest, key=lambda passage: len(passage.words - seen)) if chosen else rest[0]
        if chosen and (not best.words - seen or length + best.end - best.start > LONGEST_CHARACTERS):
            rest.remove(best)
            if not any(passage.words - seen for passage in rest):
                break
            continue
        chosen.append(best)
        seen |= best.words
        length += best.end - best.start
        rest.remove(best)
    return chosen


def _cut(text: str, start: int, end: int) -> int:
    """Return the end of the last whole word before end."""
    if end >= len(text) or text[end].isspace():
        return end
    gap = max((match.start() for match in _SPACE.finditer(text, start, end)), default=end)
    return gap if gap > start else end


def _is_sentence_start(text: str, at: int) -> bool:
    before = text[:at].rstrip()
    return not before or before[-1] in ".!?…;" or "\n" in text[len(before) : at]


def _is_sentence_end(text: str, at: int) -> bool:
    return not text[at:].strip() or text[at : at + 1] in "\n\r" or text[:at].rstrip('"”’) ')[-1:] in ".!?…"


def _marked(text: str, start: int, end: int, spans: list[Span]) -> str:
    pieces: list[str] = []
    at = start
    for first, last in spans[bisect_left(spans, (start, start)) :]:
        if last > end:
            break
        pieces.append(_escaped(text[at:first]))
        pieces.append(f"<mark>{_escaped(text[first:last])}</mark>")
        at = last
    pieces.append(_escaped(text[at:end]))
    return "".join(pieces)


def _escaped(text: str) -> str:
    return html.escape(_SPACE.sub(" ", text))
