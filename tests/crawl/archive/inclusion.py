"""What a stranger does with a proof of inclusion (RFC 9162, 2.1.3.2): the program itself only makes them."""

from collections.abc import Sequence

from crawl.archive.merkle import node_hash


def is_included(leaf: bytes, place: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether a proof shows that a leaf stands at a place of the list with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= place < size:
        return False
    number, last, found = place, size - 1, leaf
    for sibling in proof:
        if not last:
            return False
        if number & 1 or number == last:
            found = node_hash(sibling, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        number, last = number >> 1, last >> 1
    return not last and found == root
