"""The Merkle tree of RFC 9162, 2.1 (as in RFC 6962): heads, inclusion and consistency from hashes of full subtrees.

head = range_hash(nodes, 0, size)                        # nodes(level, index) -> hash of a full subtree
path = inclusion_path(nodes, index, size)
root_from_path(leaf_hash(entry), index, size, path) == head
consistent(old_size, old_head, size, head, consistency_path(nodes, old_size, size))
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

EMPTY_HEAD: Final = hashlib.sha256(b"").digest()
MAX_PATH: Final = 63  # sizes stay below 2^63

Nodes: TypeAlias = Callable[[int, int], bytes]
"""(level, index) -> hash of the full subtree over entries [index * 2^level, (index + 1) * 2^level)."""


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def full_root(hashes: Sequence[bytes]) -> bytes:
    """The Merkle Tree Hash over 2^n subtree hashes, such as those of a full tile."""
    while len(hashes) > 1:
        hashes = [node_hash(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def range_hash(nodes: Nodes, start: int, end: int) -> bytes:
    """MTH(D[start:end]) for a range that occurs as a subtree: `start` is a multiple of the next power of two."""
    if start == end:
        return EMPTY_HEAD
    level = (end - start - 1).bit_length()
    if end - start == 1 << level:
        return nodes(level, start >> level)
    middle = start + (1 << (level - 1))
    return node_hash(nodes(level - 1, start >> (level - 1)), range_hash(nodes, middle, end))


def inclusion_path(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """PATH(index, D[0:size]) from the leaf up (RFC 9162, 2.1.3.1)."""
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if index < middle:
            path.append(range_hash(nodes, middle, end))
            end = middle
        else:
            path.append(range_hash(nodes, start, middle))
            start = middle
    path.reverse()
    return path


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The head that `path` leads to, or None when it has the wrong length (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    value, place, last = leaf, index, size - 1
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            value = node_hash(sibling, value)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            value = node_hash(value, sibling)
        place >>= 1
        last >>= 1
    return value if last == 0 else None


def consistency_path(nodes: Nodes, old: int, size: int) -> list[bytes]:
    """PROOF(old, D[0:size]), 0 < old <= size (RFC 9162, 2.1.4.1)."""
    path: list[bytes] = []
    start, end, whole = 0, size, True
    while old != end:
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if old <= middle:
            path.append(range_hash(nodes, middle, end))
            end = middle
        else:
            path.append(range_hash(nodes, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(range_hash(nodes, start, end))
    path.reverse()
    return path


def consistent(old: int, old_head: bytes, size: int, head: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree of `size` begins with the one of `old` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= size:
        return False
    if old == 0 or old == size:
        return not path and (old_head == (head if old else EMPTY_HEAD))
    proof = list(path)
    if old & (old - 1) == 0:
        proof.insert(0, old_head)
    if not proof:
        return False
    place, last = old - 1, size - 1
    while place & 1:
        place >>= 1
        last >>= 1
    first = second = proof[0]
    for value in proof[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(value, first), node_hash(value, second)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            second = node_hash(second, value)
        place >>= 1
        last >>= 1
    return last == 0 and first == old_head and second == head
