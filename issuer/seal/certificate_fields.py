"""The few fields of a certificate that a key store looks at (RFC 5280, 4.1), read without a certificate library.

Asked for each document that is sealed, and by programs that load no cryptography.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Final

from issuer.seal import der
from issuer.seal.keystore_error import KeyStoreError, damaged

_UTC_TIME: Final = 0x17
_VERSION: Final = 0xA0  # [0] EXPLICIT Version


@lru_cache(maxsize=4096)
def validity(certificate: bytes) -> tuple[dt.datetime, dt.datetime]:
    """notBefore and notAfter of a DER certificate, aware; raises `KeyStoreError` KEYSTORE_DAMAGED."""
    try:
        begin, end = _fields(certificate)[3].expect(der.SEQUENCE).children()
        return _time(begin), _time(end)
    except (der.DerError, IndexError, ValueError):
        raise damaged() from None


def public_key(certificate: bytes) -> bytes:
    """The DER SubjectPublicKeyInfo of a DER certificate; raises `KeyStoreError` KEYSTORE_DAMAGED."""
    try:
        return _fields(certificate)[5].expect(der.SEQUENCE).raw
    except (der.DerError, IndexError):
        raise damaged() from None


def check_valid(key_id: str, certificate: bytes, at: dt.datetime) -> None:
    """Raises `KeyStoreError` KEY_EXPIRED or KEY_NOT_YET_VALID when the certificate is not valid at `at`."""
    begin, end = validity(certificate)
    if at > end:
        raise KeyStoreError(
            "KEY_EXPIRED",
            f"Atslēgas {key_id} sertifikāta termiņš beidzās {end:%Y-%m-%d %H:%M} UTC.",
            f"The certificate of the key {key_id} expired on {end:%Y-%m-%d %H:%M} UTC.",
            next_lv="Izveidojiet jaunu atslēgu un sertifikātu: atestats keys create, csr, import, activate.",
            next_en="Make a new key and certificate: atestats keys create, csr, import, activate.",
        )
    if at < begin:
        raise KeyStoreError(
            "KEY_NOT_YET_VALID",
            f"Atslēgas {key_id} sertifikāts ir derīgs tikai no {begin:%Y-%m-%d %H:%M} UTC.",
            f"The certificate of the key {key_id} is valid only from {begin:%Y-%m-%d %H:%M} UTC.",
            next_lv="Pārbaudiet datora pulksteni vai --at.",
            next_en="Check the computer's clock or --at.",
        )


def _fields(certificate: bytes) -> list[der.Element]:
    """Serial number, signature algorithm, issuer, validity, subject, public key, …: the version left out."""
    tbs = der.read(certificate).children()[0].children()
    return tbs[1:] if tbs[0].tag == _VERSION else tbs


def _time(element: der.Element) -> dt.datetime:
    if element.tag != _UTC_TIME:
        return element.as_time()
    text = element.content.decode("ascii")
    century = "20" if int(text[:2]) < 50 else "19"  # RFC 5280, 4.1.2.5.1
    return dt.datetime.strptime(century + text, "%Y%m%d%H%M%SZ").replace(tzinfo=dt.UTC)
