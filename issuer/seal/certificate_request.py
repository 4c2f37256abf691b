"""The request for a certificate (PKCS #10, RFC 2986) of a key, wherever the key is: only its digest is signed.

request = certificate_request(key, subject_name("Paraugpils Valsts ģimnāzija", "NTRLV-…"), signer)
"""

from __future__ import annotations

import hashlib
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import NameOID

from issuer.seal import der
from issuer.seal.algorithm_identifiers import algorithm_identifier
from issuer.seal.key import SealKey
from issuer.seal.signer import Signer

_EXTENSION_REQUEST: Final = "1.2.840.113549.1.9.14"  # RFC 2985, 5.4.2
_KEY_USAGE: Final = "2.5.29.15"
_TRUE: Final = b"\x01\x01\xff"
_CONTENT_COMMITMENT: Final = b"\x03\x02\x06\x40"  # bit 1 alone: EN 319 412-2, 4.3.2, type A


def subject_name(organization: str, organization_identifier: str, common_name: str = "") -> x509.Name:
    """The subject of a seal certificate (EN 319 412-3, 4.2.1): C, O, organizationIdentifier, CN."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "LV"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, organization_identifier),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name or organization),
        ]
    )


def certificate_request(key: SealKey, subject: x509.Name, signer: Signer) -> bytes:
    """The DER CertificationRequest of `key`, which asks for a certificate that seals and does nothing else.

    Raises what the signer raises.
    """
    usage = der.sequence(der.oid(_KEY_USAGE), _TRUE, der.octet_string(_CONTENT_COMMITMENT))
    attribute = der.sequence(der.oid(_EXTENSION_REQUEST), der.set_of(der.sequence(usage)))
    info = der.sequence(der.integer(0), subject.public_bytes(), key.spki, der.context(0, attribute))
    [signature] = signer.sign_many(key, [hashlib.sha256(info).digest()])
    if key.algorithm == "ES256":
        half = len(signature) // 2
        signature = encode_dss_signature(
            int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
        )
    return der.sequence(
        info, algorithm_identifier(key.algorithm), der.tlv(der.BIT_STRING, b"\x00", signature)
    )
