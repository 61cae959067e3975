"""What was typed, and what the index knows → the query that is asked.

parse → typing errors mended → words of a question left out → other ways to say it → what is recognised as hints.
"""

import csv
import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from search.domain import date_words, place_names
from search.query.abbreviations import alternatives
from search.query.nodes import (
    Alternative,
    And,
    Correction,
    Filters,
    Hint,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Query,
    Spoken,
    Words,
)
from search.query.parser import parse
from search.query.sequences import Sequences
from search.query.spelling import correct
from search.query.units import Hinted, required_units, stop_phrases
from search.query.vocabulary import Vocabulary
from search.ranking import G, idf
from search.text.normalization import folds, parts

CUES_FILE = Path(__file__).with_name("kind_cues.tsv")
SEASONS_FILE = Path(__file__).with_name("season_cues.tsv")
REPORTED_WITHIN_DAYS = 31  # the meeting on the first six months is held in July
LOOSENED = "Không bài nào có đúng cụm từ trong ngoặc kép; đã tìm các chữ của nó ở vị trí bất kỳ."
WORDLESS = "Không có chữ hay số nào để tìm."
# A long page holds the words of a sentence by chance, one here and one there: they must stand in one passage of so many
# syllables. Without, pages beside the point stood before the one that lacks a word.
PASSAGE = 100
HIGHEST_RATIO = 3.0  # an abbreviation that the index hardly knows must not lift its expansion above everything
READ_AS_HEADLINE = "Câu dài có lời trích được đọc như một tít bài; để tìm đúng cụm từ, hãy bớt chữ ngoài ngoặc kép."
HEADLINE_SYLLABLES = 8  # beside the quotation; who wants an exact phrase types fewer (4 of 400 headlines lost without)
MOST_HINTS = 16  # a list of all provinces prefers none of them, and each costs a look at every document
QUOTES = re.compile('["“”„«»＂]')
FEWEST_LEFT = 2  # syllables that must remain of a question; "là gì" alone is what someone looks for


def understand(text: str, vocabulary: Vocabulary | None = None) -> Query:
    """Return the query that text means; without a vocabulary it is taken as typed."""
    query = parse(text)
    root = query.root
    if root is None:
        says_nothing = text.strip() and query.filters == Filters()
        return replace(query, root=Words(text), notes=(*query.notes, WORDLESS)) if says_nothing else query
    if _is_headline(root):
        root = Words(QUOTES.sub(" ", text))
        query = replace(query, notes=(*query.notes, READ_AS_HEADLINE))
    corrections: list[Correction] = []
    root = _mended(root, vocabulary, corrections)
    return replace(query, root=_with_units(root, vocabulary), hints=tuple(_hints(root)), corrections=tuple(corrections))


def _is_headline(root: Node) -> bool:
    """Tell whether many words stand beside a quotation: a pasted headline, and the page need not quote it again."""
    if not isinstance(root, And) or not all(isinstance(c, Words | Phrase) and not c.field for c in root.children):
        return False
    beside = sum(len(parts(child.text)) for child in root.children if isinstance(child, Words))
    return beside >= HEADLINE_SYLLABLES and any(isinstance(child, Phrase) for child in root.children)


def without_phrases(query: Query, vocabulary: Vocabulary | None = None) -> Query | None:
    """Return a query that asks for the words of its phrases in any order; None if it has no phrase."""
    if query.root is None:
        return None
    root = _loosened(query.root)
    if root == query.root:
        return None
    corrections = list(query.corrections)
    root = _with_units(_mended(root, vocabulary, corrections), vocabulary)
    return replace(
        query,
        root=root,
        hints=tuple(_hints(root)),
        corrections=tuple(corrections),
        notes=(*query.notes, LOOSENED),
        loosened=tuple(_phrases(query.root)),
    )


def _loosened(node: Node) -> Node:
    match node:
        case Phrase(text, "" | "title" as field):
            return Words(text, field)
        case And(children):
            plain = [child.text for child in children if isinstance(child, Words | Phrase) and not child.field]
            others = [_loosened(child) for child in children if not isinstance(child, Words | Phrase) or child.field]
            text = " ".join(plain)
            joined = [Words(text, alternatives=alternatives(text))] if plain else []
            return And((*joined, *others)) if len(joined) + len(others) > 1 else (joined or others)[0]
        case Or(children):
            return Or(tuple(map(_loosened, children)))
    return node


def _phrases(node: Node) -> list[str]:
    """Return the phrases that are loosened where they find nothing."""
    match node:
        case Phrase(text, "" | "title"):
            return [text]
        case And(children) | Or(children):
            return [text for child in children for text in _phrases(child)]
    return []


def _with_units(node: Node, vocabulary: Vocabulary | None) -> Node:
    """Return the node with the words that its full matches hold."""
    match node:
        case Words(text, field):
            units, is_sentence = required_units(text, node.alternatives, () if field else _hinted(text), vocabulary)
            return replace(node, units=units, together=PASSAGE if is_sentence and not field else 0)
        case Not(child):
            return Not(_with_units(child, vocabulary))
        case Spoken(speaker, child) if child is not None:
            return Spoken(speaker, _with_units(child, vocabulary))
        case And(children):
            return And(tuple(_with_units(child, vocabulary) for child in children))
        case Or(children):
            return Or(tuple(_with_units(child, vocabulary) for child in children))
    return node


def _hinted(text: str) -> Hinted:
    """Return what is recognised in text, each with the syllables by which it is."""
    tokens = parts(text)
    found = []
    for hint, start, end in _recognised(text):
        inside = [place for place, token in enumerate(tokens) if start <= token.start and token.end <= end]
        if inside:
            found.append(((inside[0], len(inside)), hint))
    return found


def _mended(node: Node, vocabulary: Vocabulary | None, corrections: list[Correction]) -> Node:
    match node:
        case Words(text, field):
            text = _corrected(text, vocabulary, corrections)
            if not field:
                text = _without_question(text, corrections)
            return Words(text, field, _weighed(text, alternatives(text), vocabulary))
        case Near(texts, distance):
            return Near(tuple(_corrected(text, vocabulary, corrections) for text in texts), distance)
        case Not() | Phrase():  # taken as typed: neither mended nor said otherwise
            return node
        case Spoken(speaker, child) if child is not None:
            return Spoken(speaker, _mended(child, vocabulary, corrections))
        case And(children):
            return And(tuple(_mended(child, vocabulary, corrections) for child in children))
        case Or(children):
            return Or(tuple(_mended(child, vocabulary, corrections) for child in children))
    return node


def _weighed(text: str, others: tuple[Alternative, ...], vocabulary: Vocabulary | None) -> tuple[Alternative, ...]:
    """Return alternatives with weights such that a match of one is worth what the words it stands for are.

    Scored by its own syllables "Thành phố Hồ Chí Minh" for TP HCM would outweigh the rest of a headline.
    """
    if vocabulary is None or not others:
        return others
    folded = folds(text)
    weighed = []
    for other in others:
        typed = _rarity(folded[other.first : other.first + other.count], vocabulary)
        ratio = typed / (_rarity(folds(other.text), vocabulary) or 1.0)
        weighed.append(replace(other, weight=round(other.weight * min(ratio, HIGHEST_RATIO), 3)))
    return tuple(weighed)


def _rarity(folded: list[str], vocabulary: Vocabulary) -> float:
    """Return what syllables and their pairs weigh in ranking together, about."""
    size = vocabulary.size()
    syllables = sum(idf(size, min(vocabulary.count(one), size)) for one in folded)
    pairs = sum(idf(size, min(vocabulary.folded_bigram_count(*pair), size)) for pair in pairwise(folded))
    return syllables + G * pairs


def _corrected(text: str, vocabulary: Vocabulary | None, corrections: list[Correction]) -> str:
    if vocabulary is None:
        return text
    mended, made = correct(text, vocabulary)
    corrections += made
    return mended


def _without_question(text: str, corrections: list[Correction]) -> str:
    """Return text without the words that only ask ("xếp thứ mấy"); a page that answers does not hold them."""
    tokens = parts(text)
    for first, count, phrase in stop_phrases().find(tokens):
        if len(tokens) - count >= FEWEST_LEFT:
            corrections.append(Correction(phrase, "", "question"))
            return text[: tokens[first].start].rstrip() + " " + text[tokens[first + count - 1].end :].lstrip(" ?")
    return text


def _hints(root: Node) -> list[Hint]:
    """Return what is recognised in the words that are wanted: provinces, periods, kinds of meetings; each once."""
    found = [hint for text in _wanted(root) for hint, _, _ in _recognised(text)]
    once = {(hint.field, hint.values): hint for hint in reversed(found)}
    return [hint for hint in dict.fromkeys(found) if once[hint.field, hint.values] is hint][:MOST_HINTS]


@lru_cache(maxsize=64)  # asked of each text twice: for hints, and for the words that are not required
def _recognised(text: str) -> tuple[tuple[Hint, int, int], ...]:
    """Return what is recognised in text, each with where the words stand by which it is."""
    found = [
        (Hint("province", (mention.slug,), text[mention.start : mention.end]), mention.start, mention.end)
        for mention in place_names.find(text, typed=True)
        if mention.sure
    ]
    tokens = parts(text)
    periods = date_words.find(text)
    for period in periods:
        hints = _period_hints(period, text[period.start : period.end])
        found += [(hint, period.start, period.end) for hint in hints]
    for first, count, months in _seasons().find(tokens):
        start, end = tokens[first].start, tokens[first + count - 1].end
        if not any(period.start <= start < period.end for period in periods):
            found.append((Hint("months", months, text[start:end]), start, end))
    for first, count, kind in _cues().find(tokens):
        start, end = tokens[first].start, tokens[first + count - 1].end
        found.append((Hint("kind", (kind,), text[start:end]), start, end))
    return tuple(found)


def _period_hints(period: date_words.Period, printed: str) -> list[Hint]:
    if period.kind == "term":
        return [Hint("term", (f"{period.first[:4]}-{period.last[:4]}",), printed)]
    if period.kind == "years":
        return []  # a plan's span (giai đoạn 2021-2025) says little about the day of a meeting
    year = [Hint("year", (period.year,), printed)] if period.year else []
    if period.kind == "year":
        return year
    last = date.fromisoformat(period.last)
    if period.kind in ("quarter", "months"):
        last += timedelta(days=REPORTED_WITHIN_DAYS)
    return [Hint("date", (period.first, last.isoformat()), printed), *year]


def _wanted(node: Node) -> list[str]:
    match node:
        case Words(text, field) | Phrase(text, field) if field in ("", "title"):
            return [text]
        case Spoken(_, child) if child is not None:
            return _wanted(child)
        case And(children) | Or(children):
            return [text for child in children for text in _wanted(child)]
    return []


@cache
def _cues() -> Sequences[str]:
    with CUES_FILE.open(encoding="utf-8", newline="") as file:
        return Sequences((row["cue"], row["kind"]) for row in csv.DictReader(file, delimiter="\t"))


@cache
def _seasons() -> Sequences[tuple[int, int]]:
    with SEASONS_FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return Sequences((row["cue"], (int(row["first"]), int(row["last"]))) for row in rows)
