"""The three seal algorithms as other standards name them: object identifiers and their parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from issuer.seal import der
from issuer.seal.key import Algorithm

SHA256: Final = "2.16.840.1.101.3.4.2.1"  # RFC 5754, 2.2
RSA_ENCRYPTION: Final = "1.2.840.113549.1.1.1"
SIGNATURE_OID: Final[Mapping[Algorithm, str]] = {
    "ES256": "1.2.840.10045.4.3.2",  # ecdsa-with-SHA256, RFC 5758, 3.2
    "RS256": "1.2.840.113549.1.1.11",  # sha256WithRSAEncryption, RFC 8017, A.2.4
    "PS256": "1.2.840.113549.1.1.10",  # id-RSASSA-PSS, RFC 8017, A.2.3
}
_MGF1: Final = "1.2.840.113549.1.1.8"
_HASH: Final = der.sequence(der.oid(SHA256), der.NULL)

PSS_PARAMETERS: Final = der.sequence(
    der.context(0, _HASH),
    der.context(1, der.sequence(der.oid(_MGF1), _HASH)),
    der.context(2, der.integer(32)),
)
"""RSASSA-PSS-params of PS256: SHA-256, MGF1 with SHA-256, salt of 32 bytes (RFC 7518, 3.5)."""


def algorithm_identifier(algorithm: Algorithm) -> bytes:
    """The DER AlgorithmIdentifier of signatures made with `algorithm`."""
    parameters = {"ES256": b"", "RS256": der.NULL, "PS256": PSS_PARAMETERS}[algorithm]
    return der.sequence(der.oid(SIGNATURE_OID[algorithm]), parameters)
