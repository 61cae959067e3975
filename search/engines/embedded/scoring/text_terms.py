"""Terms of the text and its head: a plan's (field, text) → the term that impacts and presence are kept for."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from search import ranking
from search.engines.plan.nodes import Plan, Term
from search.text.analysis import PAIR_JOINT
from search.text.normalization import folded_of


class TextTerm(NamedTuple):
    """A term of the stream "text". head_ratio: the weight of the head beside the text, 0 leaves it aside."""

    folded: bool
    pair: bool
    text: str
    head_ratio: float = 0.0


# Fields that are views on the stream "text" and its head: (folded, pair, is the head).
FUSED = {
    field.name: (field.folded, field.pair, int(field.part == "head"))
    for field in ranking.FIELDS
    if field.part in ("text", "head")
}
HEAD_NAME = {(folded, pair): name for name, (folded, pair, head) in FUSED.items() if head}
FIELD_OF = {(folded, pair): name for name, (folded, pair, head) in FUSED.items() if not head}
TEXT = {name: (folded, pair) for name, (folded, pair, head) in FUSED.items() if not head}


def text_term(node: Term) -> TextTerm:
    return TextTerm(*TEXT[node.field], node.text)


def fused(nodes: Iterable[Plan]) -> tuple[dict[TextTerm, float], list[Plan]]:
    """Return the terms among the children of an Or with their weights, text and head in one; and the other children.

    A term of the head alone is among the others.
    """
    boosts: dict[tuple[bool, bool, str], list[float]] = {}
    others: list[Plan] = []
    for node in nodes:
        if type(node) is Term and node.field in FUSED and node.boost > 0:
            folded, pair, head = FUSED[node.field]
            boosts.setdefault((folded, pair, node.text), [0.0, 0.0])[head] += node.boost
        else:
            others.append(node)
    weights: dict[TextTerm, float] = {}
    for (folded, pair, text), (in_text, in_head) in boosts.items():
        if in_text:
            weights[TextTerm(folded, pair, text, _ratio(in_text, in_head))] = in_text
        else:
            others.append(Term(HEAD_NAME[folded, pair], text, boost=in_head))
    return weights, others


def widest(terms: Iterable[TextTerm]) -> list[TextTerm]:
    """Return those terms that no other implies: who holds a pair holds its syllables, who a form its folded form."""
    known = {TextTerm(*term[:3]) for term in terms}
    return [term for term in known if not any(wider in known for wider in _wider(term))]


def _wider(term: TextTerm) -> Iterator[TextTerm]:
    first = term.text.partition(PAIR_JOINT)[0] if term.pair else term.text
    if term.pair:
        yield TextTerm(term.folded, False, first)
    if not term.folded:
        yield TextTerm(True, False, folded_of(first))


def pair_of(one: Term, other: Term) -> TextTerm | None:
    """Return the pair that two neighbours of a phrase make, as far as documents without it cannot have the phrase."""
    if not {one.field, other.field} <= TEXT.keys() or "/" in one.text + other.text:
        return None
    if one.field == other.field:
        return TextTerm(TEXT[one.field][0], True, one.text + PAIR_JOINT + other.text)
    texts = [term.text if TEXT[term.field][0] else folded_of(term.text) for term in (one, other)]
    return TextTerm(True, True, PAIR_JOINT.join(texts))


@lru_cache(maxsize=256)  # of the few weights that a query gives its terms
def _ratio(in_text: float, in_head: float) -> float:
    return round(in_head / in_text, 6)  # so that equal shares are equal numbers
