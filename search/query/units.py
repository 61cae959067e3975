"""The words that a page must hold to be a full match of a query: its words less those that carry nothing.

Not required are the words of a question (là gì, bao nhiêu), a few that only bind others (của, và), and a province or a
time, which the pages that fit are preferred for; each of them is where nothing else is asked for. Of a sentence the one
province that it names is required: it is what the sentence is about.
"""

import csv
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from unicodedata import normalize

from search.query.nodes import Alternative, Hint, Unit
from search.query.query_segmentation import Span, words_of_query
from search.query.sequences import Sequences
from search.query.vocabulary import Vocabulary
from search.text.analysis import has_all_signs, stream
from search.text.normalization import Syllable, folded_of, parts, syllables

BINDING_WORDS_FILE = Path(__file__).with_name("binding_words.tsv")
STOP_PHRASES_FILE = Path(__file__).with_name("stop_phrases.tsv")
LIKELY = 0.5  # of the occurrences of its letters: cua is của
PREFERRED = ("province", "year", "date")  # hints whose words are not required
SENTENCE_WORDS = 6  # with those that are preferred

Hinted = Sequence[tuple[Span, Hint]]  # hints, each with the syllables it was recognised by


def required_units(
    text: str, alternatives: Sequence[Alternative], hinted: Hinted, vocabulary: Vocabulary | None
) -> tuple[tuple[Unit, ...], bool]:
    """Return what a page must hold of text, () where it has no syllable; and whether it is a sentence.

    alternatives: other ways to say its words. hinted: what is recognised in it.
    """
    tokens = parts(text)
    preferred = [(span, hint) for span, hint in hinted if hint.field in PREFERRED]
    same = [one for one in alternatives if one.is_same and one.first + one.count <= len(tokens)]
    said = [(one.first, one.count) for one in same]
    fixed = _apart([*(span for span, _ in preferred), *said, *_wholes(text, tokens)])
    asking, binding = _asking(tokens), _binding(tokens)
    hints = dict(preferred)
    spans, norms = _spans(text, tokens, fixed, vocabulary, asking)
    is_sentence = len(_but(spans, asking | binding)) >= SENTENCE_WORDS
    provinces = [span for span in fixed if span in hints and hints[span].field == "province"]
    about = provinces if is_sentence and len(provinces) == 1 else []
    is_hint = {index for span in hints if span in fixed and span not in about for index in range(span[0], sum(span))}
    if vocabulary is not None and not has_all_signs(stream(text)):
        norms = [_likely(norm, vocabulary) for norm in norms]
    for left_out in (asking | binding | is_hint, asking | binding, asking, set()):
        kept = _but(spans, left_out)
        if kept:
            break
    units = tuple(
        Unit(
            *span,
            text=text[tokens[span[0]].start : tokens[sum(span) - 1].end],
            ways=tuple(dict.fromkeys(one.text for one in same if _covers(one, span))),
            hint=hints.get(span),
            norms=tuple(norms[span[0] : sum(span)]),
            binds=span[1] == 1 and norms[span[0]] in _binding_words(),
        )
        for span in dict.fromkeys(kept)
    )
    return units, is_sentence


def _but(spans: Iterable[Span], left_out: set[int]) -> list[Span]:
    """Return the spans that have a syllable which is not left out."""
    return [span for span in spans if not set(range(span[0], sum(span))) <= left_out]


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Return spans that do not overlap, in order: of those that do, the longest."""
    found: list[Span] = []
    for span in sorted(dict.fromkeys(spans), key=lambda span: (-span[1], span[0])):
        if all(sum(span) <= other[0] or sum(other) <= span[0] for other in found):
            found.append(span)
    return sorted(found)


def _wholes(text: str, tokens: Sequence[Syllable]) -> list[Span]:
    """Return where document numbers and dates stand."""
    wholes = [token for token in syllables(text) if token.whole]
    return [
        (whole.position, sum(whole.start <= token.start and token.end <= whole.end for token in tokens))
        for whole in wholes
    ]


def _asking(tokens: list[Syllable]) -> set[int]:
    """Return the syllables that only ask: "là gì", "có … không"."""
    found = {index for first, count, _ in stop_phrases().find(tokens) for index in range(first, first + count)}
    if len(tokens) > 2 and tokens[-1].norm == "không" and any(token.norm == "có" for token in tokens[:-1]):
        found.add(len(tokens) - 1)
    return found


def _binding(tokens: Sequence[Syllable]) -> set[int]:
    """Return the syllables that only bind others; where no diacritics were typed, none is known to."""
    if all(token.norm == token.folded for token in tokens):
        return set()
    return {index for index, token in enumerate(tokens) if token.norm in _binding_words()}


def _likely(norm: str, vocabulary: Vocabulary) -> str:
    """Return the form that most occurrences of a syllable have that was typed without diacritics."""
    known = vocabulary.forms_of(norm) if norm == folded_of(norm) else ()
    every = sum(count for _, count in known)
    return next((form for form, count in known[:1] if count >= LIKELY * every), norm)


def _spans(
    text: str, tokens: list[Syllable], fixed: Sequence[Span], vocabulary: Vocabulary | None, asking: set[int]
) -> tuple[list[Span], list[str]]:
    """Return the words of text, and its norms: what is fixed as it is, what stands between as it is segmented."""
    borders = {index for span in fixed for index in (span[0], sum(span))}
    borders |= {index for index in range(len(tokens) + 1) if (index in asking) != (index - 1 in asking)}
    edges = sorted({0, len(tokens), *borders})
    found: list[Span] = []
    norms = [token.norm for token in tokens]
    for begin, end in pairwise(edges):
        if (begin, end - begin) in fixed:
            found.append((begin, end - begin))
        else:
            words = words_of_query(tokens[begin:end], vocabulary)
            norms[begin:end] = [norm for word in words for norm in word.norms]
            found += _names(text, tokens, [(begin + word.first, len(word.norms)) for word in words])
    return found, norms


def _names(text: str, tokens: Sequence[Syllable], spans: list[Span]) -> list[Span]:
    """Return spans with names joined: capitalised syllables that are no words by themselves, among others in small."""
    printed = [normalize("NFC", text[token.start : token.end]) for token in tokens]
    capital = [word.istitle() and token.norm.isalpha() for word, token in zip(printed, tokens, strict=True)]
    if all(capital):
        return spans
    found: list[Span] = []
    for span in spans:
        is_part = span[1] == 1 and capital[span[0]] and text[tokens[span[0] - 1].end : tokens[span[0]].start].isspace()
        if is_part and found and sum(found[-1]) == span[0] and all(capital[found[-1][0] : span[0]]):
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append(span)
    return found


def _covers(one: Alternative, span: Span) -> bool:
    return one.first <= span[0] and sum(span) <= one.first + one.count


@cache
def stop_phrases() -> Sequences[str]:
    """Return the phrases that only ask."""
    _, *phrases = STOP_PHRASES_FILE.read_text(encoding="utf-8").split("\n")
    return Sequences((phrase, phrase) for phrase in phrases if phrase)


@cache
def _binding_words() -> frozenset[str]:
    with BINDING_WORDS_FILE.open(encoding="utf-8", newline="") as file:
        return frozenset(row["word"] for row in csv.DictReader(file, delimiter="\t"))
