"""The plan of a query: what a document must hold and what it scores, in terms of fields. Every engine runs the same.

    Term, Prefix, Between        one field                  Everything, Nothing
    Adjacent, Row, Together,     positions                  Or, And, AndNot, Require, AnyOf, Best, Constant
    Passage, InQuote                                        Enough, StandIn, Lifted, Recent

Most match and score; Prefix, Between, Enough, Row, Passage, InQuote, Together and AnyOf are conditions: to meet one
scores 1.
search/ranking.py has the formulas; benchmarks/whoosh_matchers.py evaluates each node posting by posting, as the oracle.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from search.text import analysis
from search.text.normalization import folded_of


class Term(NamedTuple):
    """Documents that have a term in a field, scored by BM25 times boost where the field is one of text.

    A tuple, since a query has dozens of them.
    """

    field: str
    text: str
    boost: float = 1.0

    @property
    def children(self) -> "tuple[Plan, ...]":
        return ()


Terms = tuple[Term, ...]  # that stand one after the other; of fields whose positions agree


class _Leaf:
    __slots__ = ()

    @property
    def children(self) -> "tuple[Plan, ...]":
        return ()


class _Wrapper:
    __slots__ = ()
    child: "Plan"

    @property
    def children(self) -> "tuple[Plan, ...]":
        return (self.child,)


@dataclass(frozen=True, slots=True)
class Everything(_Leaf):
    """Every document, each with the score 1."""


@dataclass(frozen=True, slots=True)
class Nothing(_Leaf):
    """No document."""


@dataclass(frozen=True, slots=True)
class Prefix(_Leaf):
    """Documents that have a term that begins so; a condition."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Between(_Leaf):
    """Documents whose day in a column (YYYYMMDD) lies between first and last, both inclusive."""

    field: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Or:
    """Documents that any child matches; the scores of those that do are added up."""

    children: tuple["Plan", ...]


@dataclass(frozen=True, slots=True)
class And:
    """Documents that every child matches; the scores are added up. Without children: none."""

    children: tuple["Plan", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Documents that any child matches, unscored."""

    children: tuple["Plan", ...]


@dataclass(frozen=True, slots=True)
class Best:
    """Documents that any child matches, with the best of its scores."""

    children: tuple["Plan", ...]


@dataclass(frozen=True, slots=True)
class AndNot:
    """Documents that `wanted` matches and `unwanted` does not, with the score of `wanted`."""

    wanted: "Plan"
    unwanted: "Plan"

    @property
    def children(self) -> "tuple[Plan, ...]":
        return self.wanted, self.unwanted


@dataclass(frozen=True, slots=True)
class Require:
    """Documents that both match, with the score of `scored`."""

    scored: "Plan"
    required: "Plan"

    @property
    def children(self) -> "tuple[Plan, ...]":
        return self.scored, self.required


@dataclass(frozen=True, slots=True)
class Constant(_Wrapper):
    """Documents that the child matches, all with one score."""

    child: "Plan"
    score: float


@dataclass(frozen=True, slots=True)
class Enough:
    """Documents that hold enough of a query: terms that make up `share` of the rarity (idf) of all of them.

    groups: each the term that gives the weight, then what stands for it as well (other ways to say it).
    """

    groups: tuple[tuple["Plan", ...], ...]
    share: float

    @property
    def children(self) -> "tuple[Plan, ...]":
        return tuple(member for group in self.groups for member in group)


@dataclass(frozen=True, slots=True)
class Adjacent:
    """Documents where terms stand one right after the other; scored as all of them together."""

    children: Terms


@dataclass(frozen=True, slots=True)
class Row(_Leaf):
    """Documents where syllables stand side by side within a sentence: a word, or what stands for one.

    A syllable with diacritics (an exact term) is held by its letters alone where the document is written without
    diacritics: `unaccented` is what stands for the terms there, None where they have no diacritics.
    """

    terms: Terms
    unaccented: Terms | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        plain = None
        if any(term.text != folded_of(term.text) for term in self.terms):
            plain = tuple(Term(term.field.replace("exact", "folded"), folded_of(term.text)) for term in self.terms)
        object.__setattr__(self, "unaccented", plain)


@dataclass(frozen=True, slots=True)
class Passage(_Leaf):
    """Documents where a row of each kind stands within `width` positions.

    kinds: of each the rows of which one is enough.
    """

    kinds: tuple[tuple[Row, ...], ...]
    width: int


@dataclass(frozen=True, slots=True)
class InQuote(_Leaf):
    """Documents with a quote by the speaker (a term of the stream of quotes; None: anybody) that holds `child`.

    child: And and AnyOf over Row, Together, phrases, terms and prefixes of the text, all in one quote; None: any words.
    """

    child: "Plan | None"
    speaker: Term | None

    @property
    def begins(self) -> Term:
        """Return the term that stands where such a quote begins."""
        return self.speaker or QUOTES


@dataclass(frozen=True, slots=True)
class Together(_Leaf):
    """Documents where all phrases stand in a row, in any order, at most `distance` terms between neighbours."""

    phrases: tuple[Terms, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class StandIn(_Leaf):
    """Documents that say in other words what was typed; scored as one term, as rare as all ways to say it.

    typed: the phrase as typed. others: (phrase, weight). A document gets the greatest weight it has · rarity · boost.
    """

    typed: "Plan"
    others: tuple[tuple["Plan", float], ...]
    boost: float


@dataclass(frozen=True, slots=True)
class Lifted(_Wrapper):
    """The child's score times 1 + the sum of the parts whose condition a document meets. parts: (condition, part)."""

    child: "Plan"
    parts: tuple[tuple["Plan", float], ...]


@dataclass(frozen=True, slots=True)
class Recent(_Wrapper):
    """The child's score times 1 + part · 2^(-age / half-life); age: days before the newest document that has a day."""

    child: "Plan"
    field: str
    part: float
    half_life_days: float


Plan = (
    Term
    | Everything
    | Nothing
    | Prefix
    | Between
    | Or
    | And
    | AnyOf
    | Best
    | AndNot
    | Require
    | Constant
    | Enough
    | Adjacent
    | Row
    | Passage
    | InQuote
    | Together
    | StandIn
    | Lifted
    | Recent
)

ROUNDING = 1e-4  # of the weights of Enough: what adding them in another order or in single precision may change
EVERYTHING, NOTHING = Everything(), Nothing()
SENTENCES = Term("folded", analysis.SENTENCE)  # stands where a sentence begins
QUOTES, QUOTE_ENDS = (Term("quotes_folded", sign) for sign in (analysis.QUOTE, analysis.QUOTE_END))
UNACCENTED_DOCUMENTS = Term("folded", analysis.UNACCENTED)


def adjacent(terms: Terms) -> Plan:
    """Return what matches documents with these terms one after the other."""
    return terms[0] if len(terms) == 1 else Adjacent(terms)


def nodes_of(plan: Plan) -> Iterator[Plan]:
    """Yield a plan and everything below it that scores or is weighed."""
    yield plan
    for child in plan.children:
        yield from nodes_of(child)
