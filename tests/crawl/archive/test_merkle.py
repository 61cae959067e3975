"""Against the vectors of the reference implementation of RFC 6962 (Certificate Transparency), and against itself."""

import random

import pytest

from crawl.archive.merkle import (
    EMPTY,
    Growing,
    inclusion_proof,
    leaf_hash,
    root_of,
)
from tests.crawl.archive.inclusion import is_included

ENTRIES = [
    *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES]
# (place from 1, size, path) of the same implementation
PATHS = [
    (1, 1, []),
    (
        *(1, 8),
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        *(6, 8),
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (3, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
]


def test_the_roots_of_the_reference() -> None:
    assert EMPTY.hex() == ROOTS[0]
    for size, root in enumerate(ROOTS):
        assert root_of(LEAVES[:size]).hex() == root


@pytest.mark.parametrize(("place", "size", "path"), PATHS)
def test_the_paths_of_the_reference(place: int, size: int, path: list[str]) -> None:
    assert [one.hex() for one in inclusion_proof(LEAVES[:size], place - 1)] == path


def test_every_proof_of_every_size_holds_and_no_other() -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(40)]
    dice = random.Random(6)
    for size in range(1, 40):
        root = root_of(leaves[:size])
        for place in range(size):
            proof = inclusion_proof(leaves[:size], place)
            assert is_included(leaves[place], place, size, proof, root)
            assert not is_included(leaves[place + 1], place, size, proof, root)
            assert not is_included(leaves[place], place, size, [*proof, root], root)
            if proof:
                wrong = list(proof)
                wrong[dice.randrange(len(wrong))] = EMPTY
                assert not is_included(leaves[place], place, size, wrong, root)
                assert not is_included(leaves[place], place, size, proof[:-1], root)


def test_a_list_goes_on_from_where_it_was_left() -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(50)]
    for stop in range(50):
        first = Growing()
        for leaf in leaves[:stop]:
            first.append(leaf)
        second = Growing(first.size, first.subtrees)
        for leaf in leaves[stop:]:
            second.append(leaf)
        assert second.root() == root_of(leaves)
    with pytest.raises(ValueError, match="expected 2 for 5 entries"):
        Growing(5, [EMPTY])
