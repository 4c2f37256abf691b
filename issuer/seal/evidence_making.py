"""Making and renewing evidence records (RFC 4998, 4.2 and 5.2): one time stamp for any number of files.

    stamp = lambda algorithm, digest: token_in_der                  # asks a time-stamping authority
    records = make(digests, "sha256", stamp)                        # one record per file, in order
    records = renew_time_stamps([parse(each) for each in records], stamp)         # before the TSA's key ages
    records = renew_hash_trees(old, sha512_digests, "sha512", stamp)              # before the hash ages

40,000 records cost one token and less than a second: paths of the tree are built from the top, so that the two
leaves of a pair share theirs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeAlias

from issuer.seal import der
from issuer.seal.evidence_record import HASHES, EvidenceRecord

Stamp: TypeAlias = Callable[[str, bytes], bytes]
"""(`sha256` | `sha384` | `sha512`, digest) -> a verified time-stamp token over it, DER."""


def make(digests: Sequence[bytes], algorithm: str, stamp: Stamp) -> list[bytes]:
    """One EvidenceRecord in DER for each of `digests`, the files' hashes by `algorithm`; one call of `stamp`."""
    if not digests:
        return []
    head = der.integer(1) + der.sequence(_identifier(algorithm))
    return [
        der.sequence(head, der.sequence(der.sequence(each)))
        for each in _archive_time_stamps(digests, algorithm, stamp)
    ]


def renew_time_stamps(records: Sequence[EvidenceRecord], stamp: Stamp) -> list[bytes]:
    """The records with one more time stamp each over their last one, by the hash of their last chain.

    Records that share a token share the new one; one call of `stamp` for each hash function in use.
    """
    renewed: dict[tuple[str, bytes], bytes] = {}
    for algorithm in sorted({record.last.algorithm for record in records}):
        tokens = list(
            dict.fromkeys(record.last.token for record in records if record.last.algorithm == algorithm)
        )
        digests = [hashlib.new(algorithm, token).digest() for token in tokens]
        added = _archive_time_stamps(digests, algorithm, stamp)
        renewed |= {(algorithm, token): each for token, each in zip(tokens, added, strict=True)}
    result = []
    for record in records:
        last = b"".join(each.raw for each in record.chains[-1])
        last += renewed[record.last.algorithm, record.last.token]
        result.append(_written(record, record.algorithms, (*record.chain_raws[:-1], der.sequence(last))))
    return result


def renew_hash_trees(
    records: Sequence[EvidenceRecord], digests: Sequence[bytes], algorithm: str, stamp: Stamp
) -> list[bytes]:
    """The records with one more chain each, over the file's hash by a new `algorithm` and all chains before.

    `digests[i]` is the hash of the i-th file by `algorithm`. One call of `stamp`.
    """
    if not records:
        return []
    leaves = []
    for record, digest in zip(records, digests, strict=True):
        before = hashlib.new(algorithm, record.sequence_before(len(record.chains))).digest()
        leaves.append(hashlib.new(algorithm, digest + before).digest())
    result = []
    for record, added in zip(records, _archive_time_stamps(leaves, algorithm, stamp), strict=True):
        names = record.algorithms if algorithm in record.algorithms else (*record.algorithms, algorithm)
        result.append(_written(record, names, (*record.chain_raws, der.sequence(added))))
    return result


def _written(record: EvidenceRecord, names: tuple[str, ...], chains: tuple[bytes, ...]) -> bytes:
    algorithms = der.sequence(*map(_identifier, names))
    return der.sequence(der.integer(1), algorithms, record.extras, der.sequence(*chains))


def _archive_time_stamps(leaves: Sequence[bytes], algorithm: str, stamp: Stamp) -> list[bytes]:
    """An ArchiveTimeStamp in DER for each leaf, all with the same new token."""
    root, paths = _tree(leaves, algorithm)
    token = stamp(algorithm, root)
    name = der.context(0, _identifier(algorithm)[2:])  # [0] IMPLICIT: the same content
    return [der.sequence(name, der.context(2, path) if path else b"", token) for path in paths]


def _tree(leaves: Sequence[bytes], algorithm: str) -> tuple[bytes, list[bytes]]:
    """The root, and for each leaf its reducedHashtree: the PartialHashtrees from the leaf up, in DER.

    Leaves are taken in pairs, the last three together when their number is odd, so that no first list holds a single
    hash (which readers disagree about). Above, a node without a partner goes up unchanged.
    """
    if len(leaves) == 1:
        return leaves[0], [b""]
    new, size = hashlib.new, len(leaves[0])
    groups = [sorted(leaves[place : place + 2]) for place in range(0, len(leaves) - 1, 2)]
    if len(leaves) % 2:
        groups[-1] = sorted(leaves[-3:])
    levels = [[new(algorithm, b"".join(group)).digest() for group in groups]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        nodes = [
            new(algorithm, left + right if left < right else right + left).digest()
            for left, right in zip(below[::2], below[1::2], strict=False)
        ]
        levels.append(nodes + below[len(nodes) * 2 :])
    head = bytes(
        (der.SEQUENCE, size + 2, der.OCTET_STRING, size)
    )  # at most 64 + 2: the short form of a length
    paths = [b""]
    for level in reversed(levels[:-1]):
        count = len(level)
        paths = [
            (head + level[place ^ 1] if place ^ 1 < count else b"") + paths[place >> 1]
            for place in range(count)
        ]
    first = [
        der.sequence(*map(der.octet_string, group)) + path for group, path in zip(groups, paths, strict=True)
    ]
    last = len(first) - 1
    return levels[-1][0], [first[min(place >> 1, last)] for place in range(len(leaves))]


def _identifier(algorithm: str) -> bytes:
    """AlgorithmIdentifier of a hash, without parameters (RFC 5754, 2)."""
    return der.sequence(der.oid(HASHES[algorithm]))
