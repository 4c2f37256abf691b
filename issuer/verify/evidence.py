"""Everything that can be found out about one sealed file before anybody says what it is worth.

    evidence = gather(file, bundle, at)
    evidence.proof.best, evidence.chain, evidence.states

Cryptography happens here; opinions are in `policy`, `authority` and `revocation_policy`. `explain` tells a person what
is in here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from issuer.errors import AtestatsError
from issuer.seal import evidence_record
from issuer.seal.tsp import TimestampToken
from issuer.trust.bundle import Bundle
from issuer.trust.certificates import MAX_CERTIFICATES, CertificateError, CertificateStore, Chain
from issuer.trust.entity import ListedKey
from issuer.verify.edc import EdcFile
from issuer.verify.revocation import RevocationEvidence
from issuer.verify.revocation_policy import CertificateState, Role
from issuer.verify.time_proof import TimeProof, WeakTokenError, links, prove_time, trusted_token
from issuer.verify.timestamps import read_stamps


@dataclass(frozen=True, slots=True)
class SealEvidence:
    """The seal of one file. `chain` or `chain_problem`: the way to an anchor, or why there is none."""

    file: EdcFile
    listed: ListedKey | None
    chain: Chain | None
    chain_problem: CertificateError | None
    proof: TimeProof
    states: tuple[CertificateState, ...]
    has_revocation_data: bool
    record: RecordFinding | None = None


@dataclass(frozen=True, slots=True)
class RecordFinding:
    """What an evidence record beside the file is worth: the time it proves, or the code of why it proves nothing.

    `is_false`: the record is of other bytes or broken, as against one whose authority is not trusted.
    """

    time: dt.datetime | None
    code: str = ""
    is_false: bool = False


def gather(
    file: EdcFile, bundle: Bundle, at: dt.datetime, record: RecordFinding | None = None
) -> SealEvidence:
    """The evidence in `file`, with the anchors of `bundle`, as of `at`. Never raises."""
    leaf = file.leaf
    listed = bundle.seal_key(leaf.sha256) if leaf is not None else None
    chain, problem = _chain(file, bundle.certificates)
    revocation = RevocationEvidence(file.unsigned.data)
    stamps = read_stamps(file.document, file.signature, file.unsigned, bundle.timestamp_certificates)
    proof = prove_time(
        file.reading.claimed_time,
        file.unsigned.form,
        stamps,
        revocation,
        at,
        record.time if record is not None else None,
    )
    states = _states(chain, proof, revocation) if revocation else ()
    return SealEvidence(file, listed, chain, problem, proof, states, bool(revocation), record)


def read_record(record: bytes, data: bytes, store: CertificateStore, at: dt.datetime) -> RecordFinding:
    """What an evidence record (RFC 4998) proves about the file `data`; `store` has the anchors for time stamps."""

    def check(der: bytes, until: dt.datetime | None) -> TimestampToken:
        return trusted_token(der, store, until or at)

    try:
        proof = evidence_record.verify(evidence_record.parse(record), data, check)
    except WeakTokenError as error:
        return RecordFinding(None, error.code)
    except AtestatsError as error:
        return RecordFinding(None, error.code, is_false=True)
    return RecordFinding(proof.proven_time)


def _chain(file: EdcFile, store: CertificateStore) -> tuple[Chain | None, CertificateError | None]:
    """The path of the seal certificate; x5c may leave CAs out that stand in xVals (TS 119 182-1, 5.1.8)."""
    try:
        return store.chain(file.certificates), None
    except CertificateError as error:
        others = tuple(der for der in file.unsigned.data.certificates if der not in file.certificates)
        if error.code != "CERT_NO_PATH" or not others:
            return None, error
        problem = error
    try:
        return store.chain((*file.certificates, *others)[:MAX_CERTIFICATES]), None
    except CertificateError:
        return None, problem


def _states(
    chain: Chain | None, proof: TimeProof, revocation: RevocationEvidence
) -> tuple[CertificateState, ...]:
    """Those that level B-LT wants revocation data of: the seal's path, and that of the TSA which proves its time."""
    wanted: list[tuple[Role, Role, Chain]] = []
    if chain is not None:
        wanted.append(("seal", "seal CA", chain))
    stamps = [each.stamp for each in proof.stamps if each.weakness is None]
    proving = next((stamp for stamp in stamps if stamp.time == proof.proven), None)
    if proving is not None and proving.chain is not None:
        wanted.append(("TSA", "TSA CA", proving.chain))
    found: dict[bytes, CertificateState] = {}
    for leaf_role, ca_role, path in wanted:
        for certificate, issuer in links(path):
            role = leaf_role if certificate is path.leaf else ca_role
            if certificate.sha256 not in found:
                answers = tuple(revocation.answers(certificate, issuer))
                found[certificate.sha256] = CertificateState(role, certificate, answers)
    return tuple(found.values())
