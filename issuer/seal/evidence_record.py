"""Evidence records (RFC 4998): one time stamp over a tree of hashes proves the age of a whole batch of files.

    record = parse(der)                                     # EvidenceRecord, or EvidenceError
    proof = verify(record, data, check_token)               # EvidenceProof, or EvidenceError
    proof.proven_time                                       # `data` existed then

    records = make([sha256(file).digest() for file in files], "sha256", stamp)      # see `evidence_making`

A record is a sequence of chains; a chain is a list of archive time stamps over one hash function. The first time stamp
of the first chain covers the file; every further one in a chain covers the token before it (time-stamp renewal, 5.2);
the first one of a further chain covers the file *and* all earlier chains with a stronger hash (hash-tree renewal).

Two places where RFC 4998 can be read in two ways are read as the EU's reference library reads them: a first list with a
single hash is not hashed again, and H(h ‖ ha) of a hash-tree renewal is not sorted (5.2, 4, against figure 4).

No trust is decided here: `check_token` is given each token and says whether its signer is to be believed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from issuer.errors import AtestatsError
from issuer.seal import der
from issuer.seal.der import DerError, Element
from issuer.seal.tsp import MAX_TOKEN_BYTES, TimestampToken

__all__ = [
    "HASHES",
    "ArchiveTimeStamp",
    "CheckToken",
    "EvidenceError",
    "EvidenceProof",
    "EvidenceRecord",
    "parse",
    "verify",
]

HASHES: Final = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_NAMES: Final = {oid: name for name, oid in HASHES.items()}
# Sixty years of renewals every five, each with a 20 kB token of a real authority; a tree of 2^32 leaves has 32 lists.
MAX_BYTES: Final = 16 * MAX_TOKEN_BYTES
_MAX_STAMPS: Final = 64
_MAX_LISTS: Final = 64
_MAX_HASHES: Final = 4096  # of one list: a group of files under one record

CheckToken: TypeAlias = Callable[[bytes, "dt.datetime | None"], TimestampToken]
"""(token in DER, the time until which its signer must have been good, or None) -> the token, checked; or it raises.

The time is that of the next token, which renewed this one (RFC 4998, 5.3); None for the last.
"""


class EvidenceError(AtestatsError):
    """A record that cannot be read or that proves nothing of the file.

    EVIDENCE_FORM (not an EvidenceRecord), EVIDENCE_ALGORITHM (a hash that is not accepted, or two in one chain),
    EVIDENCE_OTHER_DATA (made over other bytes), EVIDENCE_BROKEN (a time stamp does not cover what it should),
    EVIDENCE_ORDER (a renewal that is older than what it renews).
    """


@dataclass(frozen=True, slots=True)
class ArchiveTimeStamp:
    """One ArchiveTimeStamp (RFC 4998, 4.1): the lists of hashes from the leaf up, and the token in DER."""

    algorithm: str
    lists: tuple[tuple[bytes, ...], ...]  # empty: the token's imprint is the hash itself
    token: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """A record that was read. `chains` is the ArchiveTimeStampSequence, `chain_raws` each chain's DER.

    `algorithms` are the names in digestAlgorithms; `extras` the DER of cryptoInfos and encryptionInfo, kept unread.
    """

    algorithms: tuple[str, ...]
    extras: bytes
    chains: tuple[tuple[ArchiveTimeStamp, ...], ...]
    chain_raws: tuple[bytes, ...]

    @property
    def last(self) -> ArchiveTimeStamp:
        """The newest time stamp: what the next renewal covers."""
        return self.chains[-1][-1]

    def sequence_before(self, chain: int) -> bytes:
        """The DER ArchiveTimeStampSequence of all chains before number `chain` (RFC 4998, 5.2, atsc)."""
        return der.sequence(*self.chain_raws[:chain])


@dataclass(frozen=True, slots=True)
class EvidenceProof:
    """What a record proves: the file existed at `proven_time` (aware, UTC), the time of its first token.

    `tokens` are all of them, in order; `algorithm` is the hash of the last chain, which protects the rest today.
    """

    proven_time: dt.datetime
    tokens: tuple[TimestampToken, ...]
    algorithm: str


def parse(data: bytes) -> EvidenceRecord:
    """Read an EvidenceRecord in DER; raises `EvidenceError` EVIDENCE_FORM or EVIDENCE_ALGORITHM, nothing else."""
    if len(data) > MAX_BYTES:
        raise _bad_form()
    try:
        version, algorithms, *extras, sequence = der.read(data).expect(der.SEQUENCE).children()
        if version.as_int() != 1 or any(each.tag not in (0xA0, 0xA1) for each in extras):
            raise _bad_form()
        names = tuple(map(_algorithm, algorithms.expect(der.SEQUENCE).children()))
        raws = sequence.expect(der.SEQUENCE).children()
        chains = tuple(
            tuple(map(_archive_time_stamp, chain.expect(der.SEQUENCE).children())) for chain in raws
        )
    except (DerError, ValueError):
        raise _bad_form() from None
    if not chains or not all(chains) or sum(map(len, chains)) > _MAX_STAMPS:
        raise _bad_form()
    return EvidenceRecord(
        names, b"".join(each.raw for each in extras), chains, tuple(each.raw for each in raws)
    )


def verify(record: EvidenceRecord, data: bytes, check_token: CheckToken) -> EvidenceProof:
    """What `record` proves about the file `data` (RFC 4998, 4.3 and 5.3); raises `EvidenceError` if nothing.

    What `check_token` raises goes through.
    """
    expected: list[bytes] = []  # the imprint's own hash, per time stamp
    for number, chain in enumerate(record.chains):
        algorithm = chain[0].algorithm
        if any(stamp.algorithm != algorithm for stamp in chain):
            raise _bad_algorithm()  # 5.2: one hash function per chain
        leaf = _hash(algorithm, data)
        if number:
            leaf = _hash(algorithm, leaf + _hash(algorithm, record.sequence_before(number)))
        for place, stamp in enumerate(chain):
            if place:
                leaf = _hash(algorithm, chain[place - 1].token)
            root = _root(stamp, leaf)
            if root is None:
                raise _other_data() if not (number or place) else _broken()
            expected.append(root)
    stamps = [stamp for chain in record.chains for stamp in chain]
    tokens: list[TimestampToken] = []
    until: dt.datetime | None = None
    for stamp, root in zip(reversed(stamps), reversed(expected), strict=True):
        token = check_token(stamp.token, until)
        if token.imprint_algorithm != stamp.algorithm or token.imprint != root:
            raise _broken() if stamp.lists or stamp is not stamps[0] else _other_data()
        if until is not None and token.gen_time > until:
            raise _bad_order()
        until = token.gen_time
        tokens.append(token)
    return EvidenceProof(tokens[-1].gen_time, tuple(reversed(tokens)), stamps[-1].algorithm)


def _root(stamp: ArchiveTimeStamp, leaf: bytes) -> bytes | None:
    """The hash that the token must bear, or None when `leaf` is not in the first list (RFC 4998, 4.3)."""
    if not stamp.lists:
        return leaf
    if leaf not in stamp.lists[0]:
        return None
    value: tuple[bytes, ...] = ()
    for hashes in stamp.lists:
        together = (*hashes, *value)
        value = together if len(together) == 1 else (_hash(stamp.algorithm, b"".join(sorted(together))),)
    return value[0]


def _archive_time_stamp(element: Element) -> ArchiveTimeStamp:
    algorithm = ""
    lists: tuple[tuple[bytes, ...], ...] = ()
    *optional, token = element.expect(der.SEQUENCE).children()
    tags = [each.tag for each in optional]
    if tags != sorted(set(tags)):
        raise DerError("fields out of order")
    for each in optional:
        if each.tag == 0xA0:  # [0] IMPLICIT AlgorithmIdentifier
            algorithm = _NAMES.get(each.children()[0].as_oid(), "?")
        elif each.tag == 0xA2:  # [2] IMPLICIT SEQUENCE OF PartialHashtree
            lists = tuple(_hashes(group) for group in each.children())
        elif each.tag != 0xA1:  # [1] attributes, which say nothing that is needed
            raise DerError("an unknown field")
    raw = token.expect(der.SEQUENCE).raw
    algorithm = algorithm or _imprint_algorithm(raw)
    if algorithm not in HASHES:
        raise _bad_algorithm()
    size = hashlib.new(algorithm).digest_size
    if len(lists) > _MAX_LISTS or any(len(value) != size for group in lists for value in group):
        raise DerError("hashes of another length")
    return ArchiveTimeStamp(algorithm, lists, raw, element.raw)


def _hashes(group: Element) -> tuple[bytes, ...]:
    values = tuple(each.as_octets() for each in group.expect(der.SEQUENCE).children())
    if not 0 < len(values) <= _MAX_HASHES:
        raise DerError("no hash, or too many")
    return values


def _imprint_algorithm(token: bytes) -> str:
    """The hash of the token's imprint: the default of digestAlgorithm (RFC 4998, 4.1)."""
    signed_data = der.read(token).children()[1].children()[0].children()
    content = signed_data[2].children()[1].children()[0].as_octets()
    return _algorithm(der.read(content).children()[2].children()[0])


def _algorithm(element: Element) -> str:
    name = _NAMES.get(element.expect(der.SEQUENCE).children()[0].as_oid())
    if name is None:
        raise _bad_algorithm()
    return name


def _hash(algorithm: str, data: bytes) -> bytes:
    return hashlib.new(algorithm, data).digest()


def _bad_form() -> EvidenceError:
    return _error(
        "EVIDENCE_FORM", "Pierādījumu ieraksts nav nolasāms.", "The evidence record cannot be read."
    )


def _bad_algorithm() -> EvidenceError:
    return _error(
        "EVIDENCE_ALGORITHM",
        "Pierādījumu ieraksts lieto jaucējfunkciju, ko nepieņem.",
        "The evidence record uses a hash function that is not accepted.",
    )


def _other_data() -> EvidenceError:
    return _error(
        "EVIDENCE_OTHER_DATA",
        "Pierādījumu ieraksts nav par šo datni, vai datne ir mainīta.",
        "The evidence record is not about this file, or the file was changed.",
    )


def _broken() -> EvidenceError:
    return _error(
        "EVIDENCE_BROKEN",
        "Pierādījumu ierakstā laika zīmogs neaptver to, ko tam jāaptver.",
        "A time stamp of the evidence record does not cover what it should.",
    )


def _bad_order() -> EvidenceError:
    return _error(
        "EVIDENCE_ORDER",
        "Pierādījumu ieraksta laika zīmogi nav augošā secībā.",
        "The time stamps of the evidence record are not in rising order.",
    )


def _error(code: str, message_lv: str, message_en: str) -> EvidenceError:
    return EvidenceError(
        code,
        message_lv,
        message_en,
        next_lv="Lūdziet arhīvam datni un tās pierādījumu ierakstu vēlreiz.",
        next_en="Ask the archive for the file and its evidence record again.",
    )
