"""What a document lacks of a query: told of the words that an engine found in it."""

from collections.abc import Callable, Iterator

from search.query.nodes import And, Node, Not, Or, Unit, Words

Holds = Callable[[Words, Unit], bool]


def units_in(node: Node | None) -> Iterator[tuple[Words, Unit]]:
    """Yield the words that full matches hold, each with the node it is of; what must not occur is none of them."""
    match node:
        case Words(units=units):
            yield from ((node, unit) for unit in units)
        case And(children) | Or(children):
            for child in children:
                yield from units_in(child)


def missing(node: Node | None, holds: Holds) -> tuple[str, ...]:
    """Return the words, as typed, that a document lacks to be a full match; of alternatives the nearest counts."""
    match node:
        case Words(units=units):
            return tuple(dict.fromkeys(unit.text for unit in units if not holds(node, unit)))
        case And(children):
            return tuple(dict.fromkeys(text for child in children for text in missing(child, holds)))
        case Or(children):
            return min((missing(child, holds) for child in children), key=len)
        case Not():
            return ()
    return ()
