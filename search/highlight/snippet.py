"""Excerpts: the passages of a text that answer a query best, as escaped HTML in which only <mark> is markup.

Text and marks come from the text as printed; offsets are code points of it (search/highlight/highlighter.py).
"""

import html
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import reduce
from itertools import chain
from math import fsum, log
from operator import attrgetter, or_
from typing import NamedTuple

from search.highlight.highlighter import Marker, Match, Span, is_written_unaccented, markers
from search.query.nodes import Query
from search.text.text_batch import TextBatch

LONGEST_CHARACTERS = 340  # of all passages together: three lines beside a result
PASSAGE_CHARACTERS = 240  # a longer sentence is cut around its marks
MOST_PASSAGES = 3
RUN_BONUS = 0.5  # for each further syllable of the longest mark: "giải ngân vốn" says more than its three syllables
PAGES_AT_ONCE = 32  # in one batch: those of one page of results, while a thousand would take 50 MB

_SPACE = re.compile(r"\s+")
_MARKUP = re.compile("[&<>\"']")


class _Passage(NamedTuple):
    """words: of the query, one bit each."""

    start: int
    end: int
    words: int
    score: tuple[int, float]  # how many words of the query it holds, and how telling they are


_score = attrgetter("score")


def mark(text: str, marker: Marker) -> str:
    """Return text escaped, with its matches marked."""
    return _marked(text, 0, len(text), marker.spans(text))


def excerpt(text: str, marker: Marker) -> str:
    """Return up to three passages of text, in their order, joined by "…"; the beginning where nothing matches.

    The first chosen holds the most words of what was asked, and the rarest; each further one adds something new.
    """
    batch = TextBatch([text])
    return _excerpt(batch, 0, *marker.matches_on(batch))[0]


def excerpts_and_titles(
    texts: Sequence[str], titles: Sequence[str], query: Query
) -> tuple[list[str], list[str], list[Span | None]]:
    """Return what `excerpt` gives for the texts of some pages, and `mark` for their titles; ten cost as much as three.

    texts, titles: of the same pages, in one order. Third, where in each text the best passage stands; None without one.
    """
    in_title, in_text = markers(query)
    excerpts: list[str] = []
    marked: list[str] = []
    best: list[Span | None] = []
    for first in range(0, len(texts), PAGES_AT_ONCE):
        some = slice(first, first + PAGES_AT_ONCE)
        batch = TextBatch([*texts[some], *titles[some]])
        count = len(texts[some])
        plain = [
            is_written_unaccented(f"{title}\n{text}") for text, title in zip(texts[some], titles[some], strict=True)
        ]
        matches = in_text.matches_on(batch, plain * 2)
        in_titles = matches if in_title is in_text else in_title.matches_on(batch, plain * 2)
        for number in range(count):
            shown, passage = _excerpt(batch, number, matches[number])
            excerpts.append(shown)
            best.append(passage)
        for title, found in zip(batch.texts[count:], in_titles[count:], strict=True):
            marked.append(_marked(title, 0, len(title), [match[:2] for match in found]))
    return excerpts, marked, best


def _excerpt(batch: TextBatch, number: int, matches: list[Match]) -> tuple[str, Span | None]:
    """Return an excerpt, and where its best passage stands."""
    text = batch.texts[number]
    if not matches:
        end = _cut(text, 0, min(len(text), PASSAGE_CHARACTERS))
        return _marked(text, 0, end, []) + (" …" if text[end:].strip() else ""), None
    chosen = _choose(_passages(batch, number, matches))
    spans = [match[:2] for match in matches]
    shown = ""
    end = 0
    for passage in sorted(chosen):
        if text[end : passage.start].strip():
            is_whole = _is_sentence_start(text, passage.start) and not shown
            shown += "" if is_whole else " … " if shown else "… "
        elif shown:
            shown += " "
        shown += _marked(text, passage.start, passage.end, spans)
        end = passage.end
    return shown + ("" if _is_sentence_end(text, end) else " …"), chosen[0][:2] if chosen else None


def _passages(batch: TextBatch, number: int, matches: list[Match]) -> list[_Passage]:
    """Return the sentences of a text that hold marks, long ones cut, each scored by what it holds."""
    text, (begin, stop), (starts, ends) = batch.texts[number], batch.span(number), batch.gaps
    words = [match[2] for match in matches]
    often = Counter(chain.from_iterable(words))
    bit_of = {word: 1 << number for number, word in enumerate(often)}
    rarity = {bit_of[word]: 1 / (1 + log(times)) for word, times in often.items()}
    bits = [bit_of[one[0]] if len(one) == 1 else reduce(or_, map(bit_of.__getitem__, one)) for one in words]
    lengths = list(map(len, words))
    told = dict(rarity)  # how telling words are together: most sentences hold the same few
    passages = []
    at, count, gaps = 0, len(matches), len(ends)
    while at < count:
        gap = bisect_right(ends, begin + matches[at][0])
        first = max(ends[gap - 1] - begin, 0) if gap else 0
        last = _sentence_end(text, first, starts[gap] - begin) if gap < gaps and starts[gap] < stop else len(text)
        earlier = at
        while at < count and matches[at][1] <= last:
            at += 1
        if at == earlier:  # this match reaches over a gap
            at += 1
            continue
        start, end, inside, past = first, last, earlier, at
        if last - first > PASSAGE_CHARACTERS:
            start, end, inside, past = _window(text, first, last, matches, bits, earlier, at)
        distinct, longest = bits[inside], lengths[inside]
        if past - inside > 1:
            distinct, longest = reduce(or_, bits[inside:past]), max(lengths[inside:past])
        together = told.get(distinct)
        if together is None:
            together = told[distinct] = fsum(value for bit, value in rarity.items() if bit & distinct)
        telling = together * (1 + RUN_BONUS * (longest - 1))
        passages.append(_Passage(start, end, distinct, (distinct.bit_count(), telling)))
    return passages


def _sentence_end(text: str, start: int, gap: int) -> int:
    """Return the end of a sentence before a gap: its point belongs to it, of the space before a line's end nothing."""
    if text[gap] in ".!?…;":
        return gap + 1
    while gap > start and text[gap - 1].isspace():
        gap -= 1
    return gap


def _window(
    text: str, first: int, last: int, matches: list[Match], bits: list[int], earlier: int, at: int
) -> tuple[int, int, int, int]:
    """Return (start, end) of the richest stretch of a long sentence, and which matches stand in it: from, up to.

    earlier, at: which matches stand in the sentence. bits: the words of each match.
    """
    best: tuple[int, int, int] = (0, earlier, earlier + 1)
    past = earlier
    for begin in range(earlier, at):
        start = matches[begin][0]
        before, past = past, max(past, begin + 1)
        while past < at and matches[past][1] - start <= PASSAGE_CHARACTERS * 3 // 4:
            past += 1
        if past > before:  # else it holds no more than the stretch before
            distinct = reduce(or_, bits[begin:past]).bit_count()
            if distinct > best[0]:
                best = (distinct, begin, past)
    _, inside, past = best
    marks_start, marks_end = matches[inside][0], matches[past - 1][1]
    spare = max(PASSAGE_CHARACTERS - (marks_end - marks_start), 0)
    start = max(first, marks_start - spare // 3)
    stop = min(last, start + max(PASSAGE_CHARACTERS, marks_end - start))
    start = max(first, min(start, stop - PASSAGE_CHARACTERS))
    if start > first:
        gap = _SPACE.search(text, start, marks_start)
        start = gap.end() if gap else marks_start
    stop = max(_cut(text, start, stop), marks_end) if stop < last else last
    while inside > earlier and matches[inside - 1][0] >= start:
        inside -= 1
    while past < at and matches[past][1] <= stop:
        past += 1
    return start, stop, inside, past


def _choose(passages: list[_Passage]) -> list[_Passage]:
    """Return the passage of the highest score, then those that add the most that is new, as long as there is room."""
    if not passages:
        return []
    best = max(passages, key=_score)
    chosen, seen, length = [best], best.words, best.end - best.start
    if seen == reduce(or_, [passage.words for passage in passages]):
        return chosen
    rest = sorted(passages, key=_score, reverse=True)  # of equal ones the first in the text stays first
    rest.remove(best)
    while rest and len(chosen) < MOST_PASSAGES:
        new = [(passage.words & ~seen).bit_count() for passage in rest]
        most = max(new)
        if not most:
            break
        best = rest.pop(new.index(most))
        if length + best.end - best.start <= LONGEST_CHARACTERS:
            chosen.append(best)
            seen |= best.words
            length += best.end - best.start
    return chosen


def _cut(text: str, start: int, end: int) -> int:
    """Return the end of the last whole word before end."""
    if end >= len(text) or text[end].isspace():
        return end
    whole = text[start:end]
    before = whole.rstrip() if whole[-1:].isspace() else whole.rsplit(None, 1)[0]
    return start + len(before) if before.strip() else end


def _is_sentence_start(text: str, at: int) -> bool:
    before = text[:at].rstrip()
    return not before or before[-1] in ".!?…;" or "\n" in text[len(before) : at]


def _is_sentence_end(text: str, at: int) -> bool:
    return not text[at:].strip() or text[at : at + 1] in "\n\r" or text[:at].rstrip('"”’) ')[-1:] in ".!?…"


def _marked(text: str, start: int, end: int, spans: list[Span]) -> str:
    whole = text[start:end]
    escaped = str if _escaped(whole) is whole else _escaped  # of most passages all pieces stay as they are
    pieces: list[str] = []
    at = start
    for first, last in spans[bisect_left(spans, (start, start)) :]:
        if last > end:
            break
        pieces += (escaped(text[at:first]), "<mark>", escaped(text[first:last]), "</mark>")
        at = last
    pieces.append(escaped(text[at:end]))
    return "".join(pieces)


def _escaped(text: str) -> str:
    if not text.isprintable() or "  " in text:  # of spaces the plain one is printable
        text = _SPACE.sub(" ", text)
    return html.escape(text) if _MARKUP.search(text) else text
