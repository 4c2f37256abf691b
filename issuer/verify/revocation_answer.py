"""One signed answer about one certificate, from an OCSP response or a CRL, and what it is worth at a given time."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from issuer.seal import der as asn1
from issuer.trust.certificates import Certificate

Source = Literal["OCSP", "CRL"]

STRONG_HASHES: Final = frozenset({"sha256", "sha384", "sha512"})
# What `cryptography` raises for bytes that it cannot read, some of it only when a part is looked at.
UNREADABLE: Final = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
)
# RFC 3161, 4: a time-stamping authority that was closed in order has made no false stamp before.
HARMLESS: Final = frozenset({"superseded", "cessationOfOperation", "affiliationChanged"})
_TOLERANCE: Final = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Answer:
    """One signed answer about one certificate. Times are aware UTC.

    `revoked_at` is the time from which the key may not be relied on (invalidityDate of a CRL entry, when it is earlier
    than the revocation), None for a good certificate; `reason` is the CRLReason's name. `by` is the signer's name.
    """

    source: Source
    this_update: dt.datetime
    next_update: dt.datetime | None
    revoked_at: dt.datetime | None
    reason: str
    by: str

    def usable_at(self, moment: dt.datetime, certificate: Certificate) -> bool:
        """Whether it tells the state of `certificate` at `moment`: made since, or while it was still current.

        Made before the certificate expired, for afterwards a CA may forget it (RFC 5280, 3.3). A revocation is told
        by every later answer and does not grow old.
        """
        if self.this_update > certificate.not_after:
            return False
        if self.revoked_at is not None:
            return True
        until = self.next_update or self.this_update
        return moment <= max(until, self.this_update) + _TOLERANCE


@lru_cache(maxsize=1024)
def key_bits(certificate: Certificate) -> bytes:
    """The content of subjectPublicKey without the count of unused bits: what RFC 6960 hashes."""
    spki = certificate.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return asn1.read(spki).children()[1].content[1:]


@lru_cache(maxsize=1024)
def key_identifier(certificate: Certificate) -> bytes:
    """SHA-1 of the key, as authorities name keys (RFC 5280, 4.2.1.2; RFC 6960, 4.2.1); it protects nothing."""
    return hashlib.sha1(key_bits(certificate), usedforsecurity=False).digest()
