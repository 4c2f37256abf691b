"""What the revocation data in a file says about a certificate, and what that is worth at a given time.

    evidence = RevocationEvidence(data)                      # the DER values of xVals, rVals, tstVD
    evidence.answers(certificate, issuer)                    # only what is about it and rightly signed
    is_usable(answer, certificate, moment)

`issuer.seal.revocation` reads and checks OCSP answers and CRLs; what cannot be relied on is passed over here, as if it
were not in the file. Answers are kept by their bytes: the documents of a school share them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from cryptography import x509

from issuer.seal.etsi_u import ValidationData
from issuer.seal.revocation import Answer, RevocationError, read_crl, read_ocsp
from issuer.trust.certificates import Certificate
from issuer.verify.certificate_reader import read_certificate

# RFC 3161, 4: a time-stamping authority that was closed in order has made no false stamp before.
HARMLESS: Final = frozenset({"superseded", "cessation_of_operation", "affiliation_changed"})
ON_HOLD: Final = "certificate_hold"
_TOLERANCE: Final = dt.timedelta(minutes=5)
_SMALL: Final = 64 * 1024  # a CRL can be larger; of those only a few are kept

Read = Callable[[bytes, x509.Certificate, x509.Certificate], Answer]


class RevocationEvidence:
    """The revocation data of one file."""

    def __init__(self, data: ValidationData) -> None:
        self._values = [(read_ocsp, der) for der in data.ocsps] + [(read_crl, der) for der in data.crls]

    def __bool__(self) -> bool:
        return bool(self._values)

    def answers(self, certificate: Certificate, issuer: Certificate) -> list[Answer]:
        """Every answer about `certificate` that its issuer stands behind.

        One of a delegated responder counts when the issuer vouches for that one: by id-pkix-ocsp-nocheck in its
        certificate (RFC 6960, 4.2.2.2.1), or by an answer of its own that was usable then.
        """
        return [each for each in self._about(certificate, issuer) if self._is_backed(each, issuer)]

    def _about(self, certificate: Certificate, issuer: Certificate) -> list[Answer]:
        found = (_answer(read, der, certificate, issuer) for read, der in self._values)
        return [each for each in found if each is not None]

    def _is_backed(self, answer: Answer, issuer: Certificate) -> bool:
        if answer.responder is None or _needs_no_check(answer.responder):
            return True
        responder = read_certificate(answer.responder)
        if responder is None:
            return False
        own = [each for each in self._about(responder, issuer) if each.responder is None]
        return any(is_usable(each, responder, answer.this_update) for each in own) and not any(
            each.revoked_at for each in own
        )


NO_EVIDENCE: Final = RevocationEvidence(ValidationData())


def is_usable(answer: Answer, certificate: Certificate, moment: dt.datetime) -> bool:
    """Whether it tells the state of `certificate` at `moment`: made since, or while it was still current.

    Made before the certificate expired, for afterwards a CA may forget it (RFC 5280, 3.3). A revocation is told by
    every later answer and does not grow old.
    """
    if answer.this_update > certificate.not_after:
        return False
    if answer.revoked_at is not None:
        return True
    return moment <= max(answer.next_update or answer.this_update, answer.this_update) + _TOLERANCE


def _answer(read: Read, der: bytes, certificate: Certificate, issuer: Certificate) -> Answer | None:
    kept = _small if len(der) <= _SMALL else _large
    return kept(read, der, certificate.der, issuer.der)


def _read(read: Read, der: bytes, certificate: bytes, issuer: bytes) -> Answer | None:
    subject, authority = read_certificate(certificate), read_certificate(issuer)
    if subject is None or authority is None:
        return None
    try:
        return read(der, subject.x509, authority.x509)
    except RevocationError:
        return None


_small = lru_cache(maxsize=8192)(_read)
_large = lru_cache(maxsize=16)(_read)


@lru_cache(maxsize=1024)
def _needs_no_check(responder: bytes) -> bool:
    read = read_certificate(responder)
    return read is not None and any(isinstance(each.value, x509.OCSPNoCheck) for each in read.x509.extensions)
