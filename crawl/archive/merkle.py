"""Merkle trees as RFC 6962 makes them: the root over a list of entries, and proofs of a logarithm of hashes.

    leaf = SHA-256(00 entry)    node = SHA-256(01 left right)    left: the largest power of 2 below the size

An inclusion proof shows that an entry is in the list that a root stands for.
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


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of the leaf with an index (RFC 6962, 2.1.1)."""
    if len(leaves) <= 1:
        return []
    half = _half(len(leaves))
    if index < half:
        return [*inclusion_proof(leaves[:half], index), root_of(leaves[half:])]
    return [*inclusion_proof(leaves[half:], index - half), root_of(leaves[:half])]


def _half(size: int) -> int:
    """Return the largest power of two below size."""
    return 1 << (size - 1).bit_length() - 1
