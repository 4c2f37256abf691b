"""Certificates of files, read once: the same few hundred stand in all documents of a country."""

from __future__ import annotations

from functools import lru_cache

from issuer.trust.certificates import Certificate, CertificateError


@lru_cache(maxsize=2048)
def read_certificate(der: bytes) -> Certificate | None:
    """A certificate, or None when it is unreadable, weak or has critical parts that nobody here reads."""
    try:
        return Certificate.from_der(der)
    except CertificateError:
        return None
