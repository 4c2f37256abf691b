"""The tree against the vectors of RFC 6962's own reference and against the definition of the standard, word by word."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.transparency import merkle

# github.com/google/certificate-transparency, the tree of its reference tests (RFC 6962): leaves, and heads by size.
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
HEADS = [
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
# The same tests' inclusion and consistency proofs: (index or old size, size) -> hashes.
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): INCLUSION[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def nodes_of(leaves: list[bytes]) -> merkle.Nodes:
    def node(level: int, index: int) -> bytes:
        return slow_head(leaves[index << level : (index + 1) << level])

    return node


def slow_head(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, as it is written."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + slow_head(leaves[:k]) + slow_head(leaves[k:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_heads_are_those_of_the_reference(size: int) -> None:
    assert merkle.range_hash(nodes_of(LEAVES), 0, size).hex() == HEADS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_paths_are_those_of_the_reference(index: int, size: int) -> None:
    path = merkle.inclusion_path(nodes_of(LEAVES), index, size)
    assert [each.hex() for each in path] == INCLUSION[index, size]
    leaf = merkle.leaf_hash(LEAVES[index])
    root = merkle.root_from_path(leaf, index, size, path)
    assert root is not None
    assert root.hex() == HEADS[size]


@pytest.mark.parametrize(("old", "size"), CONSISTENCY)
def test_consistency_paths_are_those_of_the_reference(old: int, size: int) -> None:
    path = merkle.consistency_path(nodes_of(LEAVES), old, size)
    assert [each.hex() for each in path] == CONSISTENCY[old, size]
    assert merkle.consistent(old, bytes.fromhex(HEADS[old]), size, bytes.fromhex(HEADS[size]), path)


@given(size=st.integers(1, 70), data=st.data())
def test_every_path_proves_its_leaf_and_no_other(size: int, data: st.DataObject) -> None:
    leaves = [b"%d" % number for number in range(size)]
    head = slow_head(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_path(nodes_of(leaves), index, size)
    assert merkle.root_from_path(merkle.leaf_hash(leaves[index]), index, size, path) == head
    other = data.draw(st.integers(0, size - 1).filter(lambda each: each != index or size == 1))
    if other != index:
        assert merkle.root_from_path(merkle.leaf_hash(leaves[index]), other, size, path) != head
    assert merkle.root_from_path(merkle.leaf_hash(leaves[index]), index, size, [*path, head]) != head
    assert merkle.root_from_path(merkle.leaf_hash(b"other"), index, size, path) != head
    assert merkle.root_from_path(merkle.leaf_hash(leaves[index]), size, size, path) is None


@given(size=st.integers(1, 70), data=st.data())
def test_a_tree_is_consistent_with_its_beginnings_alone(size: int, data: st.DataObject) -> None:
    leaves = [b"%d" % number for number in range(size)]
    old = data.draw(st.integers(1, size))
    path = merkle.consistency_path(nodes_of(leaves), old, size)
    old_head, head = slow_head(leaves[:old]), slow_head(leaves)
    assert merkle.consistent(old, old_head, size, head, path)
    changed = slow_head([b"changed", *leaves[1:]])
    assert not merkle.consistent(old, slow_head([b"changed", *leaves[1:old]]), size, head, path)
    assert not merkle.consistent(old, old_head, size, changed, path)
    assert not merkle.consistent(old, old_head, size, head, [*path, head])
    assert merkle.consistent(0, merkle.EMPTY_HEAD, size, head, [])
