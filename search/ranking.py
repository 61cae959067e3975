"""Fields and weights: one table, each with its measured reason; what is indexed and how a query is scored follow.

A query of free words is scored as

    folded syllables + g · folded bigrams                    always: finds unaccented and half-accented typing
    + a · (syllables + g · bigrams)                          if the query has any diacritics; more where it has all
    + h · the same over the head of the document             title and first paragraph

each distinct term by BM25; a syllable that is a part of a word (PART), or only binds others (BINDING), counts less. The
exact forms of words typed without diacritics are those that the corpus has. A document must hold enough of the query
(LEAST_SHARE). What is recognised in it (a province, a year, a kind of meeting) lifts the documents that fit; where no
date is asked for, new ones rise a little.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

G, A, H = 0.4, 0.7, 0.2
# Of the folded part, what moves to the exact one where every syllable was typed with its signs: look-alikes then only
# mislead (news 92.0 → 92.8, medicine 84.7 → 85.1, wiki 92.0 → 91.9). Half-accented queries need the folded part.
SURE = 0.6
# What a syllable counts that is a part of a word, which its pair stands for: quốc of quốc tịch is held by any quốc gia.
# Reviews 19.1 → 20.0, medicine 85.1 → 85.6, headlines 92.6 → 92.5; 0.7 costs headlines 0.1 more (docs/decisions/0043).
PART = 0.8
# What one counts that only asks or binds (là, của, bao nhiêu): a page that answers may do without it.
BINDING = 0.5


@dataclass(frozen=True, slots=True)
class Field:
    """One searchable stream of terms.

    part: text (title and body), head (title, first syllables of the body), title, people, document_numbers, quotes
    (where in the text they begin and end, and whose they are).
    pair: its terms are two neighbouring syllables. weight multiplies the BM25 score of a term, 0: not scored by free
    words. b: BM25's length normalisation.
    """

    name: str
    part: str
    folded: bool
    pair: bool
    weight: float
    b: float
    reason: str

    @property
    def positions(self) -> bool:
        """Phrases run over syllables; pairs and the head need no positions of their own."""
        return not self.pair and self.part != "head"


FIELDS = (
    Field("folded", "text", True, False, 1.0, 0.75, "what every query can match: diacritics are often left out"),
    Field("folded2", "text", True, True, G, 0.75, "neighbours stand for words; 4 points on news, 9 unaccented"),
    Field(
        "exact", "text", False, False, A, 0.75, "else it drowns in look-alikes: P@10 of short queries 64, 99 with it"
    ),
    Field("exact2", "text", False, True, A * G, 0.75, "without it đường drowns in dương"),
    Field(
        "head_folded", "head", True, False, H, 0.0, "what a text is about stands at its beginning: 1.3 points on news"
    ),
    Field("head_folded2", "head", True, True, H * G, 0.0, "as above"),
    Field("head_exact", "head", False, False, H * A, 0.0, "as above"),
    Field("head_exact2", "head", False, True, H * A * G, 0.0, "as above"),
    Field("title_folded", "title", True, False, 0.0, 0.0, "tiêu đề:"),
    Field("title_exact", "title", False, False, 0.0, 0.0, "tiêu đề:"),
    Field("people_folded", "people", True, False, 0.0, 0.0, "người:"),
    Field("people_exact", "people", False, False, 0.0, 0.0, "người:"),
    Field("document_numbers_folded", "document_numbers", True, False, 0.0, 0.0, "số:"),
    Field("document_numbers_exact", "document_numbers", False, False, 0.0, 0.0, "số:"),
    Field("quotes_folded", "quotes", True, False, 0.0, 0.0, "nói:"),
    Field("quotes_exact", "quotes", False, False, 0.0, 0.0, "nói:"),
)
BY_NAME = {field.name: field for field in FIELDS}
# Words of several syllables as pyvi segments them; free words do not score them: beside the neighbours, which stand for
# words, 0.1 gives 92.4 → 92.5 on headlines and nothing elsewhere, 0.3 costs (benchmarks/results/weights.md).
WORDS = "words"

HEAD_SYLLABLES = 80  # of the body; 70 … 120 measure alike
K1 = 1.2  # saturation of repeated terms; full news articles, ranking notes
# Of the rarity of the query's distinct syllables, what a document must hold. Half of their number loses more of the
# relevant ones on questions, where "bao nhiêu" would count as much as a name; 0.3 costs 0.6 points on medicine; with
# 0.2 every page of 2024 is a part of "Bắc Kạn 2024": docs/decisions/0017, benchmarks/results/matching_rule.md.
LEAST_SHARE = 0.25
IDF_POWER = 1.0

# What is recognised in the words of a query is as good as the words: a page of the province and year that are asked for
# need not print them. It scores this much times the rarity of what is recognised; a page full of the words gets about
# 3.5 times the rarity of each. benchmarks/results/boosts.md: a province 98.8 on our own pages (96.8 without), a year
# 99.1 (93.3).
STANDS_IN = {"province": 3.0, "year": 3.0, "date": 3.0}
# It also lifts the whole score by a part: between pages that say the rest equally well, those that fit come first. More
# than 0.1 for a province costs (news 92.8, 92.1 with 0.6). Days, seasons and terms occur too seldom in the development
# sets to move them; a kind may have 0.3 at most (100 → 81 on three headlines with 0.6).
HINTS = {"province": 0.1, "year": 0.1, "date": 0.1, "months": 0.3, "kind": 0.1, "term": 0.1}
# Of a name or a number, what its parts are worth where they do not stand in a row: nguyên of nguyên nhân is no part of
# Thái Nguyên. The judged sets measure alike from 0 to 0.6 (1.0 costs 0.1 points of half-accented headlines); it puts a
# province of five pages before the page with most such syllables: tests/relevance/test_named_searches.py.
LOOSE = 0.3
# Mild: of two equal documents the newer one. It costs 0.05 points on our own pages, 0.2 would cost 0.7.
RECENCY = 0.1
RECENCY_HALF_LIFE_DAYS = 365


def bracket(folded: bool, has_all_signs: bool) -> float:
    """Return by what the weight of the folded or of the exact fields is multiplied; their sum stays 1 + A."""
    if not has_all_signs:
        return 1.0
    return 1.0 - SURE if folded else 1.0 + SURE / A


def idf(documents: int, with_term: int) -> float:
    """Return the inverse document frequency; positive however common the term (Robertson's, plus one in the log)."""
    rarity = log(1.0 + (documents - with_term + 0.5) / (with_term + 0.5))
    return rarity**IDF_POWER


def rarities(known: Sequence[float | None]) -> list[float]:
    """Return what each syllable of a query counts towards LEAST_SHARE. None: no document holds it.

    Such a one counts as the others do on average: as rare as it is, it would keep out all that hold the rest.
    """
    held = [rarity for rarity in known if rarity is not None]
    average = sum(held) / len(held) if held else 1.0
    return [average if rarity is None else rarity for rarity in known]


def idf_field(field: str) -> str:
    """Return the field whose counts tell how rare a term is: the head is a part of the text."""
    return field.removeprefix("head_")
