"""A new key pair whose private part the key store keeps."""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from issuer.seal.key import Algorithm, Purpose
from issuer.seal.keystore_files import NewKey

RSA_BITS: Final = 3072


def software_key(owner: str, purpose: Purpose, algorithm: Algorithm, organization_identifier: str) -> NewKey:
    """P-256 for ES256, RSA of 3072 bits for RS256 and PS256; no certificate yet."""
    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    if algorithm == "ES256":
        private = ec.generate_private_key(ec.SECP256R1())
    else:
        private = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    return NewKey(
        owner=owner,
        purpose=purpose,
        algorithm=algorithm,
        organization_identifier=organization_identifier,
        chain=(),
        spki=private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        private=private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    )
