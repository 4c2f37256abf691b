"""The time stamps of a seal: what each covers, whether it fits, and whether its authority is one that we trust.

    stamps = read_stamps(document, signature, unsigned, store)
    [(each.kind, each.time, each.fault) for each in stamps]

A stamp with a `fault` is broken: it does not belong to this file, or the file was changed. A stamp without a `chain`
may be genuine, but comes from nobody that the bundle trusts. Whether a good stamp proves anything at a given time is
worked out by `time_proof`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from issuer.errors import AtestatsError
from issuer.seal.jades_document import JadesDocument, JadesSignature
from issuer.seal.tsp import TimestampToken, parse_token
from issuer.trust.certificates import MAX_CERTIFICATES, Certificate, CertificateError, CertificateStore, Chain
from issuer.verify.certificate_reader import read_certificate
from issuer.verify.unsigned import Unsigned

StampKind = Literal["sigTst", "arcTst"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """One time stamp. `place` is its item's index in `etsiU`: it covers what stands before, as archive stamp.

    `time` is the TSA's (aware UTC), None when the token cannot be read. `fault`: code of what is broken, or None.
    `chain`: the way from the TSA's certificate to an anchor for time stamps, or None.
    """

    kind: StampKind
    place: int
    time: dt.datetime | None
    tsa: Certificate | None
    chain: Chain | None
    fault: str | None = None


def read_stamps(
    document: JadesDocument, signature: JadesSignature, unsigned: Unsigned, store: CertificateStore
) -> tuple[Stamp, ...]:
    """All stamps in the order of the file. `store`: the anchors for time stamps."""
    known = unsigned.data.certificates
    found = [(token, _read(token.der, known)) for token in unsigned.tokens]
    archived = {
        read.imprint_algorithm
        for token, read in found
        if token.name == "arcTst" and isinstance(read, TimestampToken)
    }
    imprints = _archive_imprints(document, signature, unsigned, archived)
    stamps = []
    for token, read in found:
        kind: StampKind = "sigTst" if token.name == "sigTst" else "arcTst"
        if not isinstance(read, TimestampToken):
            stamps.append(Stamp(kind, token.place, None, None, None, read))
            continue
        if kind == "sigTst":  # over the text of the signature value (TS 119 182-1, 5.3.4)
            covered = hashlib.new(read.imprint_algorithm, signature.signature_b64.encode("ascii")).digest()
        else:
            covered = imprints[token.place, read.imprint_algorithm]
        stamps.append(judge_token(kind, token.place, read, covered, known, store))
    return tuple(stamps)


def judge_token(
    kind: StampKind,
    place: int,
    token: TimestampToken,
    covered: bytes,
    known: Sequence[bytes],
    store: CertificateStore,
) -> Stamp:
    """The stamp of a token that ought to have `covered` as its imprint."""
    tsa = read_certificate(token.tsa_certificate)
    fault = None
    if covered != token.imprint:
        fault = "TSP_IMPRINT"
    else:
        try:
            token.check_signature()
        except AtestatsError as error:
            fault = error.code
    chain = _chain(token, known, store) if fault is None else None
    if chain is not None and _has_strangers(token, chain, known, store):
        chain, fault = None, "TSP_CERTIFICATE"
    return Stamp(kind, place, token.gen_time, tsa, chain, fault)


def _read(der: bytes, known: Sequence[bytes]) -> TimestampToken | str:
    """The token, or the code of why it cannot be read."""
    try:
        return parse_token(der, known)
    except AtestatsError as error:
        return error.code


def _archive_imprints(
    document: JadesDocument, signature: JadesSignature, unsigned: Unsigned, algorithms: set[str]
) -> dict[tuple[int, str], bytes]:
    """(place, algorithm) -> digest of what an archive time stamp at that place covers.

    payload ‖ "." ‖ protected ‖ "." ‖ signature ‖ "." ‖ the items before it, as they stand (TS 119 182-1, 5.3.6.2).
    """
    imprints: dict[tuple[int, str], bytes] = {}
    start = f".{signature.protected_b64}.{signature.signature_b64}.".encode("ascii")
    for algorithm in algorithms:
        running = hashlib.new(algorithm, document.payload_text.encode())
        running.update(start)
        for place, each in enumerate(unsigned.items):
            if each.name == "arcTst":
                imprints[place, algorithm] = running.digest()  # may be asked in the middle and go on
            running.update(each.encoded.encode("ascii"))
    return imprints


def _has_strangers(
    token: TimestampToken, chain: Chain, known: Sequence[bytes], store: CertificateStore
) -> bool:
    """Whether the token carries a certificate that nobody vouches for.

    Certificates in a token are covered by no signature but their own. One that lies on no path and that nothing else
    names may be anything: a letter changed in it would otherwise go unseen.
    """
    own = {each.der for each in (chain.leaf, *chain.issuers, chain.anchor)}
    return any(der not in own and der not in known and not store.knows(der) for der in token.certificates)


def _chain(token: TimestampToken, known: Sequence[bytes], store: CertificateStore) -> Chain | None:
    anchor = store.anchor(token.tsa_certificate)
    if anchor is not None:  # trusted lists name the units of time-stamping services themselves
        return store.chain_of_anchor(anchor)
    others = [
        der
        for der in dict.fromkeys((*token.certificates, *known))
        if der != token.tsa_certificate and (read := read_certificate(der)) is not None and read.is_ca
    ]
    try:
        return store.chain((token.tsa_certificate, *others[: MAX_CERTIFICATES - 1]))
    except CertificateError:
        return None
