"""Where some syllables stand in texts: what `syllables` would find, without making a token of every other word."""

import re
from collections.abc import Collection
from itertools import pairwise
from typing import NamedTuple

from search.text.normalization import syllables
from search.text.number_tokens import NumberToken, Token, Whole
from search.text.text_batch import TextBatch

try:
    from search.highlight.compiled_batch_tokens import tokens_of
except ImportError:  # built without a compiler
    from search.highlight.batch_tokens import tokens_of

_Y = re.compile("(?:[hklmst]|qu)y")  # stands for i as well: kỹ, kĩ


class LocatedTerms(NamedTuple):
    """tokens: in order; positions of neighbours differ by one, those of others by more. wholes: (norm, position)."""

    tokens: list[Token]
    wholes: list[Whole]


def occurrences(batch: TextBatch, folded: Collection[str]) -> list[LocatedTerms]:
    """Return for each text of the batch the tokens whose folded form is asked for, and a few others.

    Wholes (35-CT/TW) are given where all their parts are. A text with combining signs, or other letters that the batch
    cannot fold, is given with all its tokens.
    """
    plain = [wanted for wanted in folded if wanted.isalnum() and wanted.isascii() and not wanted[0].isdigit()]
    words = {*plain, *(wanted[:-1] + "i" for wanted in plain if _Y.fullmatch(wanted))}
    tokens, bounds = tokens_of(batch, words)
    composed = NumberToken(batch, folded)
    strange = batch.strange(foreign=not all(map(str.isascii, folded)))
    return [
        all_tokens(text) if number in strange else LocatedTerms(*composed.among(tokens[first:past], number))
        for number, (text, (first, past)) in enumerate(zip(batch.texts, pairwise(bounds), strict=True))
    ]


def all_tokens(text: str) -> LocatedTerms:
    """Return all tokens of a text."""
    found = syllables(text)
    return LocatedTerms(
        [(one.position, one.start, one.end, (one.norm, one.folded)) for one in found if not one.whole],
        [(one.norm, one.position) for one in found if one.whole],
    )
