"""Signatures as X.509 and its kin write them, from a `Signer` that gives them as JOSE does."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from issuer.seal.cms_signature import Scheme, algorithm_identifier
from issuer.seal.der import NULL, oid, sequence
from issuer.seal.key import SealKey
from issuer.seal.signer import Signer


def der_algorithm(key: SealKey) -> bytes:
    """The AlgorithmIdentifier of what `der_signature` makes: ECDSA or PKCS #1 v1.5, with SHA-256."""
    kind = "ecdsa" if key.algorithm == "ES256" else "rsa"
    name, has_null = algorithm_identifier(Scheme(kind, "sha256"))
    return sequence(oid(name), NULL) if has_null else sequence(oid(name))


def der_signature(signer: Signer, key: SealKey, signed: bytes) -> bytes:
    """The signature value over `signed`: DER of r and s for ECDSA (RFC 5753, 2.1.1), where signers give R ‖ S."""
    [value] = signer.sign_many(key, [hashlib.sha256(signed).digest()])
    if key.algorithm == "ES256":
        return encode_dss_signature(int.from_bytes(value[:32], "big"), int.from_bytes(value[32:], "big"))
    return value
