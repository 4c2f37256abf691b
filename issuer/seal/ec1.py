"""EC1, the seal that fits in a QR code: a CWT in COSE_Sign1 (RFC 9052, RFC 8392), written as a URL.

    prepared = prepare(claims, kid)                 # kid: SealKey.kid8, from the key's public part
    [signature] = signer.sign_many(key, [prepared.digest])
    text = to_url(assemble(prepared, signature))    # HTTPS://ATESTATS.LV/V#2914…
    code = parse(from_text(text))                   # Ec1: kid, claims, signed bytes, signature

The fragment of the URL is the number 0x01 ‖ COSE in decimal, so that a QR code holds it in numeric mode and
no server ever sees it. The host is whatever the issuer prints and is ignored by readers. `EC1:` and base45
is the other form of the text. ES256 only, no compression, no personal code. Reading is strict and pure;
nothing here checks the signature or the time: that takes a key and a clock, and belongs to `issuer.verify`.
Format: `schemas/qr-seal.cddl`.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import Final, NamedTuple

from issuer.seal import base45, cbor
from issuer.seal.ec1_claims import (
    Claims,
    Ec1Error,
    StatusReference,
    credential_ref,
    document_digest,
    from_cbor,
)

__all__ = [
    "DEFAULT_HOST",
    "Claims",
    "Ec1",
    "Ec1Error",
    "Prepared",
    "StatusReference",
    "assemble",
    "credential_ref",
    "document_digest",
    "from_text",
    "parse",
    "prepare",
    "sig_structure",
    "to_base45",
    "to_url",
]

DEFAULT_HOST: Final = "ATESTATS.LV"
ES256: Final = -7  # RFC 9053, 2.1
KID_LENGTH: Final = 8
SIGNATURE_LENGTH: Final = 64
VERSION: Final = 1  # first byte of the number; keeps leading zeros of the COSE bytes and names the format
# Fewer digits cannot hold a signature; more do not fit a version 17 symbol at level M, let alone a kilobyte
# of COSE.
MIN_DIGITS: Final = 200
MAX_DIGITS: Final = 2000
MAX_COSE_BYTES: Final = 829  # the longest COSE of which every value stays within MAX_DIGITS
# What is written: fits a version 17 symbol at level M (507 codewords) together with the longest host.
MAX_WRITTEN_BYTES: Final = 465
MAX_HOST: Final = 32
MAX_TEXT: Final = MAX_DIGITS + 300

# [0-9] and not \d, which also takes the digits of other scripts, as int() does. The scheme and the path in
# either case: some camera apps write them small. ASCII: otherwise "ſ" (U+017F) is an "s" under IGNORECASE.
_URL = re.compile(r"HTTPS://[A-Z0-9.:-]{1,253}/V#([1-9][0-9]*)", re.ASCII | re.IGNORECASE)
# The alphanumeric set of QR codes; with anything else the symbol grows by four versions.
_HOST = re.compile(r"[A-Z0-9](?:[A-Z0-9.-]*[A-Z0-9])?(?::[0-9]{1,5})?")
_BASE45_PREFIX = "EC1:"


class Prepared(NamedTuple):
    """Claims on their way to the signer: the two signed byte strings, and what the signer gets."""

    protected: bytes  # encoded protected header
    payload: bytes  # encoded claims
    digest: bytes  # SHA-256 of the Sig_structure


class Ec1(NamedTuple):
    """A well-formed code; nothing in it is proven until the signature is verified over `signed`."""

    kid: bytes  # 8 bytes; a hint for the choice of key
    claims: Claims
    signed: bytes  # the Sig_structure over the received bytes
    signature: bytes  # 64 bytes, R ‖ S


def prepare(claims: Claims, kid: bytes) -> Prepared:
    """Encode `claims` for signing with the key `kid` (8 bytes).

    Raises `Ec1Error`: EC1_CLAIM for a value out of range, EC1_TOO_LONG when no QR code could hold the result.
    """
    protected = _protected(kid)
    payload = cbor.encode(claims.to_cbor())
    # Around the two byte strings: tag, array and empty map, their heads, the signature with its head.
    if 3 + len(protected) + 1 + len(payload) + 3 + SIGNATURE_LENGTH + 2 > MAX_WRITTEN_BYTES:
        raise Ec1Error(
            "EC1_TOO_LONG",
            "Dati neietilpst QR kodā, ko var droši nolasīt no papīra.",
            "The data do not fit a QR code that can be read from paper reliably.",
            next_lv="Izmantojiet īso kodu bez atzīmēm.",
            next_en="Use the core code, without marks.",
        )
    return Prepared(protected, payload, hashlib.sha256(sig_structure(protected, payload)).digest())


def assemble(prepared: Prepared, signature: bytes) -> bytes:
    """The COSE_Sign1 bytes (tag 18) from what was prepared and its raw signature R ‖ S of 64 bytes."""
    if len(signature) != SIGNATURE_LENGTH:
        raise _refusal(
            "EC1_SIGNATURE", "Parakstam jābūt 64 baitus garam.", "The signature must be 64 bytes long."
        )
    return cbor.encode(cbor.Tagged(cbor.COSE_SIGN1, [prepared.protected, {}, prepared.payload, signature]))


def sig_structure(protected: bytes, payload: bytes) -> bytes:
    """What is signed: ["Signature1", protected, h'', payload] in CBOR (RFC 9052, 4.4)."""
    return cbor.encode(["Signature1", protected, b"", payload])


@lru_cache(maxsize=4096)
def _protected(kid: bytes) -> bytes:
    if type(kid) is not bytes or len(kid) != KID_LENGTH:
        raise _refusal(
            "EC1_KID", "Atslēgas norādei jābūt 8 baitus garai.", "The key id must be 8 bytes long."
        )
    return cbor.encode({1: ES256, 4: kid})


def to_url(cose: bytes, host: str = DEFAULT_HOST) -> str:
    """The text of the QR code.

    `host`: capital letters, digits, dots and hyphens, so that the symbol stays small.
    """
    if len(host) > MAX_HOST or _HOST.fullmatch(host) is None:
        raise _refusal(
            "EC1_HOST",
            f"QR koda adresē drīkst būt ne vairāk kā {MAX_HOST} lielie latīņu burti, cipari, punkti un defises.",
            f"The host of a QR code takes up to {MAX_HOST} capital Latin letters, digits, dots and hyphens.",
        )
    digits = str(int.from_bytes(bytes((VERSION,)) + _of_length(cose), "big"))
    if len(digits) < MIN_DIGITS:
        raise _too_long()
    return f"HTTPS://{host}/V#{digits}"


def to_base45(cose: bytes) -> str:
    """The other form of the text, for readers that want no URL: `EC1:` and base45 (RFC 9285)."""
    return _BASE45_PREFIX + base45.encode(_of_length(cose))


def from_text(text: str) -> bytes:
    """The COSE bytes in the text of a QR code, URL or `EC1:`; the host of the URL is ignored.

    Raises `Ec1Error`: EC1_NOT_OURS when the text has another shape, EC1_DIGITS or EC1_VERSION for a URL of
    ours with another content, EC1_LENGTH. White space around the text is the caller's business.
    """
    if len(text) > MAX_TEXT:
        raise _too_long()
    if text.startswith(_BASE45_PREFIX):
        try:
            return _of_length(base45.decode(text[len(_BASE45_PREFIX) :]))
        except ValueError:
            raise _refusal(
                "EC1_BASE45", "QR koda teksts ir bojāts.", "The text of the QR code is damaged."
            ) from None
    match = _URL.fullmatch(text)
    if match is None:
        raise _refusal(
            "EC1_NOT_OURS",
            "Tas nav izglītības dokumenta QR kods.",
            "This is not the QR code of an education document.",
        )
    digits = match[1]
    if not MIN_DIGITS <= len(digits) <= MAX_DIGITS:
        raise _too_long()
    number = int(digits)
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if data[0] != VERSION:
        raise _refusal(
            "EC1_VERSION",
            "QR koda versija nav zināma; atjauniniet pārbaudes rīku.",
            "The version of the QR code is not known; update the verifier.",
        )
    return _of_length(data[1:])


def parse(cose: bytes) -> Ec1:
    """Read COSE bytes; raises `Ec1Error` or `cbor.CborError` for everything that is not exactly EC1.

    Deterministic CBOR; COSE_Sign1 with tag 18; protected header exactly {1: -7, 4: kid}; unprotected header
    empty; the claims as `ec1_claims.from_cbor` demands. Whether `iat` lies in the future is for the caller,
    who has the clock.
    """
    value = cbor.decode(_of_length(cose))
    if not isinstance(value, cbor.Tagged) or type(value.value) is not list or len(value.value) != 4:
        raise _refusal("EC1_NOT_COSE", "QR kods nav COSE_Sign1.", "The QR code is not a COSE_Sign1.")
    protected, unprotected, payload, signature = value.value
    if type(protected) is not bytes or type(payload) is not bytes:
        raise _refusal("EC1_NOT_COSE", "QR kods nav COSE_Sign1.", "The QR code is not a COSE_Sign1.")
    if type(unprotected) is not dict or unprotected:
        raise _refusal(
            "EC1_UNPROTECTED",
            "QR kods satur neparakstītus laukus.",
            "The QR code holds fields that are not signed.",
        )
    if type(signature) is not bytes or len(signature) != SIGNATURE_LENGTH:
        raise _refusal(
            "EC1_SIGNATURE",
            "QR koda paraksts nav 64 baitus garš.",
            "The signature of the QR code is not 64 bytes long.",
        )
    kid = _kid(cbor.decode(protected))
    claims = from_cbor(cbor.decode(payload))
    return Ec1(kid, claims, sig_structure(protected, payload), signature)


def _kid(header: object) -> bytes:
    """The key id of a protected header that is exactly {1.

    -7, 4: bstr .size 8}; `crit` and all else is refused.
    """
    if type(header) is not dict or set(header) != {1, 4}:
        raise _refusal(
            "EC1_HEADER",
            "QR koda galvenē ir nezināmi lauki.",
            "The header of the QR code holds unknown fields.",
        )
    if type(header[1]) is not int or header[1] != ES256:
        raise _refusal(
            "EC1_ALGORITHM", "QR koda paraksta algoritms nav ES256.", "The QR code is not signed with ES256."
        )
    kid = header[4]
    if type(kid) is not bytes or len(kid) != KID_LENGTH:
        raise _refusal(
            "EC1_KID", "Atslēgas norādei jābūt 8 baitus garai.", "The key id must be 8 bytes long."
        )
    return kid


def _of_length(cose: bytes) -> bytes:
    if not SIGNATURE_LENGTH < len(cose) <= MAX_COSE_BYTES:
        raise _too_long()
    return cose


def _too_long() -> Ec1Error:
    return _refusal("EC1_LENGTH", "QR kods ir par garu vai par īsu.", "The QR code is too long or too short.")


def _refusal(code: str, message_lv: str, message_en: str) -> Ec1Error:
    return Ec1Error(
        code,
        message_lv,
        message_en,
        next_lv="Nolasiet kodu vēlreiz; ja atkārtojas, lūdziet dokumentu tā izdevējam.",
        next_en="Scan the code again; if it stays so, ask the issuer for the document.",
    )
