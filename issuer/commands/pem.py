"""PEM files that a person names: certificates and requests for them."""

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


def blocks(label: str, pem: bytes) -> list[bytes]:
    """The DER of all blocks of that label (`CERTIFICATE`, `CERTIFICATE REQUEST`); none for other files."""
    name = re.escape(label.encode("ascii"))
    pattern = rb"-----BEGIN " + name + rb"-----\s+([A-Za-z0-9+/=\s]+?)-----END " + name + rb"-----"
    try:
        return [
            base64.b64decode(b"".join(block.split()), validate=True) for block in re.findall(pattern, pem)
        ]
    except binascii.Error:
        return []


def as_pem(label: str, der: bytes) -> bytes:
    """One PEM block (RFC 7468)."""
    text = base64.b64encode(der)
    lines = [text[place : place + 64] for place in range(0, len(text), 64)]
    name = label.encode("ascii")
    return b"\n".join([b"-----BEGIN " + name + b"-----", *lines, b"-----END " + name + b"-----", b""])
