"""Words that are looked for within what somebody says: which nodes of a query these are, and which quotes hold them."""

from collections.abc import Iterator, Sequence

from search.document import Document
from search.domain.quote import Quote, is_called, quotes_of
from search.query.matching import holds
from search.query.nodes import And, Near, Node, Or, Phrase, Prefix, Spoken, Words
from search.text.analysis import is_unaccented
from search.text.normalization import norms


def within_speech(root: Node | None) -> Node:
    """Return a query whose words stand within a quote; its fields, limits and exclusions stay as they are."""
    match root:
        case None:
            return Spoken()
        case And(children):
            return _joined(said_by(children if _names_speaker(children) else (*children, Spoken())))
        case Or(children) if not is_plain(root):
            return Or(tuple(map(within_speech, children)))
    return _joined(said_by((root,) if _names_speaker((root,)) else (root, Spoken())))


def said_by(nodes: Sequence[Node]) -> list[Node]:
    """Return what must hold together, with the plain words within what each of the named speakers says."""
    speakers = [node for node in nodes if isinstance(node, Spoken) and node.child is None]
    plain = [node for node in nodes if is_plain(node)]
    if not speakers or not plain:
        return list(nodes)
    child = _joined(plain)
    others = [node for node in nodes if not is_plain(node) and node not in speakers]
    return [*(Spoken(one.speaker, child) for one in dict.fromkeys(speakers)), *others]


def quotes_asked_for(documents: Sequence[Document], root: Node | None) -> list[tuple[int, ...]]:
    """Return for each document the numbers of the quotes that a query asks for; () where it asks for none."""
    asked = list(_spoken(root))
    return [_quotes_of(document, asked) for document in documents] if asked else [()] * len(documents)


def _quotes_of(document: Document, asked: Sequence[Spoken]) -> tuple[int, ...]:
    plain = is_unaccented(norms(f"{document.title}\n{document.text}"))
    quotes = enumerate(quotes_of(document))
    return tuple(n for n, quote in quotes if any(_fits(quote, one, document.text, plain) for one in asked))


def asks_for_quotes(root: Node | None) -> bool:
    return any(True for _ in _spoken(root))


def said_words(document: Document, numbers: Sequence[int]) -> str:
    """Return what an excerpt is cut from: the words of some quotes, the whole text where there are none."""
    quotes = quotes_of(document) if numbers else ()
    return "\n\n".join(quotes[number].words(document.text) for number in numbers) or document.text


def _fits(quote: Quote, asked: Spoken, text: str, plain: bool) -> bool:
    is_speaker = not asked.speaker or is_called(quote.speaker, asked.speaker)
    return is_speaker and (asked.child is None or holds(asked.child, quote.words(text), plain))


def _spoken(node: Node | None) -> Iterator[Spoken]:
    match node:
        case Spoken():
            yield node
        case And(children) | Or(children):
            for child in children:
                yield from _spoken(child)


def is_plain(node: Node) -> bool:
    """Tell whether a node asks for words of the text alone."""
    match node:
        case And(children) | Or(children):
            return all(map(is_plain, children))
        case Words(field="") | Phrase(field="") | Prefix(field="") | Near():
            return True
    return False


def _names_speaker(nodes: Sequence[Node]) -> bool:
    return any(isinstance(node, Spoken) for node in nodes)


def _joined(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))
