"""What a CRL says about a certificate (RFC 5280, 5); read and checked once for all files that carry it."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Literal

from cryptography import x509

from issuer.trust.certificates import Certificate
from issuer.verify.revocation_answer import STRONG_HASHES, UNREADABLE, Answer, key_identifier


@lru_cache(maxsize=16)  # real ones reach 2 MB
def _crl(der: bytes) -> x509.CertificateRevocationList | None:
    try:
        crl = x509.load_der_x509_crl(der)
        crl.extensions  # noqa: B018  (read late by the library; here and now, so that a fault shows here)
        hash_function = crl.signature_hash_algorithm
    except UNREADABLE:
        return None
    return crl if hash_function is not None and hash_function.name in STRONG_HASHES else None


@lru_cache(maxsize=256)
def _crl_is_signed(der: bytes, issuer: Certificate) -> bool:
    crl = _crl(der)
    try:
        return crl is not None and issuer.is_ca and crl.is_signature_valid(issuer.public_key)
    except UNREADABLE:
        return False


@lru_cache(maxsize=4096)
def crl_answer(
    der: bytes, certificate: Certificate, issuer: Certificate
) -> Answer | Literal["broken"] | None:
    """About the certificate; None when the CRL is another CA's or does not cover it."""
    crl = _crl(der)
    if crl is None:
        return "broken"
    if crl.issuer.public_bytes() != issuer.subject or not _covers(crl, certificate):
        return None
    if not _crl_is_signed(der, issuer):
        # Two CAs may bear one name after a change of keys; only a key that the CRL names as its own is contradicted.
        return "broken" if _names_key(crl, issuer) else None
    entry = crl.get_revoked_certificate_by_serial_number(certificate.x509.serial_number)
    revoked_at, reason = None, ""
    if entry is not None:
        try:
            revoked_at, reason = _entry(entry)
        except UNREADABLE:
            return "broken"
    return Answer(
        "CRL", crl.last_update_utc, crl.next_update_utc, revoked_at, reason, issuer.organization_name
    )


def _entry(entry: x509.RevokedCertificate) -> tuple[dt.datetime, str]:
    revoked_at, reason = entry.revocation_date_utc, "unspecified"
    for extension in entry.extensions:
        if isinstance(extension.value, x509.CRLReason):
            reason = extension.value.reason.value
        elif isinstance(extension.value, x509.InvalidityDate):  # RFC 5280, 5.3.2
            revoked_at = min(revoked_at, extension.value.invalidity_date_utc)
    return revoked_at, reason


def _covers(crl: x509.CertificateRevocationList, certificate: Certificate) -> bool:
    """Whether the CRL's critical extensions are understood and let it speak of such a certificate (RFC 5280, 5.2)."""
    for extension in crl.extensions:
        scope = extension.value
        if isinstance(scope, x509.IssuingDistributionPoint):
            if scope.indirect_crl or scope.only_some_reasons or scope.only_contains_attribute_certs:
                return False
            if scope.only_contains_ca_certs and not certificate.is_ca:
                return False
            if scope.only_contains_user_certs and certificate.is_ca:
                return False
        elif extension.critical:  # a delta CRL, or something newer
            return False
    return True


def _names_key(crl: x509.CertificateRevocationList, issuer: Certificate) -> bool:
    for extension in crl.extensions:
        if isinstance(extension.value, x509.AuthorityKeyIdentifier):
            return extension.value.key_identifier == key_identifier(issuer)
    return True
