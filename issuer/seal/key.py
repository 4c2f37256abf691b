"""The public side of a sealing key.

What a signer, a seal format and a verifier's bundle need to know about it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

Algorithm = Literal["ES256", "RS256", "PS256"]
# "ca", "ocsp" and "timestamp" keys exist in the development PKI only.
Purpose = Literal["seal", "qr", "operator", "timestamp", "ocsp", "ca"]


@dataclass(frozen=True)
class SealKey:
    """A key by name, with its certificate; holds no secret, may be pickled and sent to a worker.

    `owner` is the registration number of an institution, or `ministry`, `exam_body`, `operator`; the key
    belongs to the owner, because several schools may share the legal entity (a municipality) whose number
    the certificate carries. `certificate_chain` is DER, leaf first, without the root. `spki` is the DER
    SubjectPublicKeyInfo.
    """

    key_id: str
    owner: str
    purpose: Purpose
    algorithm: Algorithm
    organization_identifier: str
    certificate_chain: tuple[bytes, ...]
    spki: bytes

    @property
    def certificate(self) -> bytes:
        """The DER certificate of this key."""
        return self.certificate_chain[0]

    @property
    def kid8(self) -> bytes:
        """The key id of QR seals: the first 8 bytes of SHA-256 of the SubjectPublicKeyInfo."""
        return hashlib.sha256(self.spki).digest()[:8]
