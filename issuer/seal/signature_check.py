"""Does a signature that came from elsewhere fit? A token or a service is believed only after this.

A wrong signature found here costs one batch; found in June, it costs forty thousand documents.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from issuer.seal.key import SealKey
from issuer.seal.signer import MIN_RSA_BITS, wrong_key_type

_SHA256: Final = Prehashed(hashes.SHA256())
_PSS: Final = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)


class SignatureCheck:
    """Checks signatures of one key; the key is parsed once.

    Raises `SignerError` SIGN_KEY_TYPE for a key that does not fit its algorithm.
    """

    def __init__(self, key: SealKey) -> None:
        self._algorithm = key.algorithm
        try:
            public = load_der_public_key(key.spki)
        except (ValueError, UnsupportedAlgorithm):
            raise wrong_key_type(key) from None
        self._ec = public if isinstance(public, ec.EllipticCurvePublicKey) else None
        self._rsa = public if isinstance(public, rsa.RSAPublicKey) else None
        if key.algorithm == "ES256":
            fits = self._ec is not None and isinstance(self._ec.curve, ec.SECP256R1)
        else:
            fits = self._rsa is not None and self._rsa.key_size >= MIN_RSA_BITS
        if not fits:
            raise wrong_key_type(key)

    def fits(self, digest: bytes, signature: bytes) -> bool:
        """Whether `signature`, in the form of `Signer.sign_many`, is this key's over `digest` (SHA-256)."""
        try:
            if self._ec is not None:
                if len(signature) != 64:
                    return False
                r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
                self._ec.verify(encode_dss_signature(r, s), digest, ec.ECDSA(_SHA256))
            elif self._rsa is not None:
                scheme = _PSS if self._algorithm == "PS256" else padding.PKCS1v15()
                self._rsa.verify(signature, digest, scheme, _SHA256)
        except InvalidSignature:
            return False
        return True
