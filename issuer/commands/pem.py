"""Certificates in a PEM file that a person names."""

from __future__ import annotations

import base64
import binascii
import re

from issuer.errors import AtestatsError

_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)-----END CERTIFICATE-----")


def certificates_in(pem: bytes) -> list[bytes]:
    """The DER certificates of the file, at least one; raises `AtestatsError` ANCHOR_NOT_PEM."""
    try:
        found = [base64.b64decode(b"".join(block.split()), validate=True) for block in _BLOCK.findall(pem)]
    except binascii.Error:
        found = []
    if not found:
        raise AtestatsError(
            "ANCHOR_NOT_PEM",
            "Operatora sertifikāta datnē nav neviena sertifikāta (PEM).",
            "The file of the operator's certificate holds no certificate (PEM).",
            next_lv="Norādiet operatora sertifikātu (operator.crt) ar --anchor.",
            next_en="Give the operator's certificate (operator.crt) with --anchor.",
        )
    return found
