"""Check one signature with one key, never with the algorithm alone.

    verify_signature("ES256", certificate.public_key(), signed, signature)    # True or False

The names are those of JOSE (RFC 7518). Each is bound to a kind of key, and an elliptic curve to one hash
(ETSI TS 119 182-1, 5.1.2: ES256 means P-256), so a file cannot have its signature read as another kind than
the key is for. What is not in the table does not exist: `none`, HMAC, Ed25519 (not in ETSI TS 119 312 for
seals), SHA-1.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal, NamedTuple, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from issuer.errors import AtestatsError

SealKeyType: TypeAlias = "ec.EllipticCurvePublicKey | rsa.RSAPublicKey"

MIN_RSA_BITS: Final = 2048
# The EU's reference policy (DSS 6.4, after ETSI TS 119 312) trusts RSA below 3000 bits only until this day.
SHORT_RSA_UNTIL: Final = dt.datetime(2029, 1, 1, tzinfo=dt.UTC)


class SignatureRefusedError(AtestatsError):
    """The algorithm is not allowed or does not fit the key: ALGORITHM_UNKNOWN, ALGORITHM_KEY_MISMATCH,
    KEY_TOO_SHORT.
    """


class _Algorithm(NamedTuple):
    kind: Literal["ecdsa", "pkcs1", "pss"]
    hash: hashes.HashAlgorithm
    curve: str  # name of the curve, "" for RSA


_ALGORITHMS: Final = {
    "ES256": _Algorithm("ecdsa", hashes.SHA256(), "secp256r1"),
    "ES384": _Algorithm("ecdsa", hashes.SHA384(), "secp384r1"),
    "ES512": _Algorithm("ecdsa", hashes.SHA512(), "secp521r1"),
    "RS256": _Algorithm("pkcs1", hashes.SHA256(), ""),
    "RS384": _Algorithm("pkcs1", hashes.SHA384(), ""),
    "RS512": _Algorithm("pkcs1", hashes.SHA512(), ""),
    "PS256": _Algorithm("pss", hashes.SHA256(), ""),
    "PS384": _Algorithm("pss", hashes.SHA384(), ""),
    "PS512": _Algorithm("pss", hashes.SHA512(), ""),
}
ALGORITHMS: Final = frozenset(_ALGORITHMS)


def bind(algorithm: str, key: PublicKeyTypes) -> SealKeyType:
    """`key`, if `algorithm` is allowed and made for such keys; raises `SignatureRefusedError`."""
    entry = _ALGORITHMS.get(algorithm)
    if entry is None:
        raise SignatureRefusedError(
            "ALGORITHM_UNKNOWN",
            "Paraksta algoritms nav atļauts.",
            "The signature algorithm is not allowed.",
        )
    if entry.kind == "ecdsa":
        if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == entry.curve:
            return key
    elif isinstance(key, rsa.RSAPublicKey):
        if key.key_size < MIN_RSA_BITS:
            raise SignatureRefusedError(
                "KEY_TOO_SHORT",
                f"RSA atslēga ir īsāka par {MIN_RSA_BITS} bitiem.",
                f"The RSA key is shorter than {MIN_RSA_BITS} bits.",
            )
        return key
    raise SignatureRefusedError(
        "ALGORITHM_KEY_MISMATCH",
        f"Algoritms {algorithm} neatbilst sertifikāta atslēgas veidam.",
        f"The algorithm {algorithm} does not fit the key of the certificate.",
    )


def is_short_rsa(key: SealKeyType) -> bool:
    """Whether the key is acceptable only until `SHORT_RSA_UNTIL`."""
    return isinstance(key, rsa.RSAPublicKey) and key.key_size < 3000


def verify_signature(algorithm: str, key: PublicKeyTypes, signed: bytes, signature: bytes) -> bool:
    """Whether `signature` over the bytes `signed` is `key`'s.

    ECDSA signatures are R ‖ S of fixed length (RFC 7518, 3.4), RSA ones as long as the modulus; any other
    length is no signature. Raises `SignatureRefusedError` before anything is computed when algorithm and key
    do not belong together.
    """
    usable = bind(algorithm, key)
    entry = _ALGORITHMS[algorithm]
    try:
        if isinstance(usable, ec.EllipticCurvePublicKey):
            size = (usable.curve.key_size + 7) // 8
            if len(signature) != 2 * size:
                return False
            der = encode_dss_signature(
                int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
            )
            usable.verify(der, signed, ec.ECDSA(entry.hash))
        else:
            scheme: padding.AsymmetricPadding = padding.PKCS1v15()
            if entry.kind == "pss":  # RFC 7518, 3.5: MGF1 with the same hash, salt as long as the hash
                scheme = padding.PSS(padding.MGF1(entry.hash), entry.hash.digest_size)
            usable.verify(signature, signed, scheme, entry.hash)
    except InvalidSignature:
        return False
    return True
