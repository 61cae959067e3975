"""Merkle trees as RFC 6962 makes them: the root over a list of entries, and proofs that take a logarithm of hashes.

    leaf = SHA-256(00 entry)    node = SHA-256(01 left right)    left: the largest power of 2 below the size

An inclusion proof shows that an entry is in the list that a root stands for; a consistency proof, that a list begins
with an earlier one.
"""

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


class Growing:
    """The root of a list that only grows, kept as the roots of its complete subtrees: one for each bit of its size."""

    def __init__(self, size: int = 0, subtrees: Sequence[bytes] = ()) -> None:
        """subtrees: as `subtrees` gave them for a list of that size. Raises ValueError where they cannot be of it."""
        if len(subtrees) != size.bit_count():
            raise ValueError(f"{len(subtrees)} subtrees: expected {size.bit_count()} for {size} entries")
        self.size = size
        self.subtrees = list(subtrees)

    def append(self, leaf: bytes) -> None:
        position = self.size
        while position & 1:
            leaf = node_hash(self.subtrees.pop(), leaf)
            position >>= 1
        self.subtrees.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self.subtrees:
            return EMPTY
        root = self.subtrees[-1]
        for left in reversed(self.subtrees[:-1]):
            root = node_hash(left, root)
        return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    tree = Growing()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def inclusion_proof(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """Return the audit path of the leaf at a place (RFC 6962, 2.1.1)."""
    if len(leaves) <= 1:
        return []
    half = _half(len(leaves))
    if place < half:
        return [*inclusion_proof(leaves[:half], place), root_of(leaves[half:])]
    return [*inclusion_proof(leaves[half:], place - half), root_of(leaves[:half])]


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    """Return what shows that the first `earlier` leaves were the whole list once (RFC 6962, 2.1.2). 0 < earlier."""
    return _subproof(leaves, earlier, True)


def _subproof(leaves: Sequence[bytes], earlier: int, is_whole: bool) -> list[bytes]:
    if earlier == len(leaves):
        return [] if is_whole else [root_of(leaves)]
    half = _half(len(leaves))
    if earlier <= half:
        return [*_subproof(leaves[:half], earlier, is_whole), root_of(leaves[half:])]
    return [*_subproof(leaves[half:], earlier - half, False), root_of(leaves[:half])]


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


def is_consistent(earlier: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether a proof shows that the list of `size` begins with that of `earlier` (RFC 9162, 2.1.4.2)."""
    if not 0 < earlier <= size:
        return False
    if earlier == size:
        return not proof and old_root == root
    path = [old_root, *proof] if earlier.bit_count() == 1 else list(proof)
    if not path:
        return False
    number, last = earlier - 1, size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if not last:
            return False
        if number & 1 or number == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        number, last = number >> 1, last >> 1
    return not last and (old, new) == (old_root, root)


def _half(size: int) -> int:
    """Return the largest power of two below size."""
    return 1 << (size - 1).bit_length() - 1
