"""IETF Token Status List: the list and the signed token around it, in both forms.

    draft-ietf-oauth-status-list-20 (2026-04-20), the version that our vectors are from; no RFC number yet.

    unsigned = unsigned_cwt(claims, key)                       # or unsigned_jwt
    [signature] = signer.sign_many(key, [unsigned.digest])
    data = unsigned.assemble(signature)
    token = open_token(data, [operator_public_key])            # claims, list; raises StatusError
    token.values.value(4711)                                   # 0..3

Read and written alike; nothing here needs a private key or a clock.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import orjson
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from issuer import strict_json
from issuer.errors import AtestatsError
from issuer.seal import base64url, cbor, ec1
from issuer.seal.key import SealKey
from issuer.status import packed
from issuer.status.compact_jws import Unsigned, parse_compact, unsigned_compact
from issuer.status.status_error import StatusError, malformed
from issuer.trust.signatures import SignatureRefusedError, verify_signature

DRAFT: Final = "draft-ietf-oauth-status-list-20"
JWT_TYPE: Final = "statuslist+jwt"
CWT_TYPE: Final = "application/statuslist+cwt"

SUBJECT, EXPIRES, ISSUED, STATUS_LIST, TTL = (
    2,
    4,
    6,
    65533,
    65534,
)  # CWT claims: RFC 8392, 3.1; the draft, 5.2
_ALG, _KID, _TYPE = 1, 4, 16  # COSE headers: RFC 9052, 3.1; RFC 9596
_COSE: Final[Mapping[int, str]] = {
    -7: "ES256", -35: "ES384", -36: "ES512", -37: "PS256", -38: "PS384", -39: "PS512",
    -257: "RS256", -258: "RS384", -259: "RS512",
}  # fmt: skip
_COSE_NUMBERS: Final = {name: number for number, name in _COSE.items()}
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]{1,2000}")
MAX_TOKEN_BYTES: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StatusList:
    """The values, `bits` (1, 2, 4, 8) each, packed from the least significant bit on."""

    bits: int
    data: bytes

    def __len__(self) -> int:
        return len(self.data) * 8 // self.bits

    def value(self, slot: int) -> int:
        """The value of a slot; raises `StatusError` STATUS_OUT_OF_RANGE."""
        return packed.low_value(self.data, slot, self.bits)


class Claims(NamedTuple):
    """What a token says. `issued_at` and `expires_at` in seconds since 1970, `ttl` in seconds; the list compressed."""

    subject: str
    issued_at: int
    expires_at: int | None
    ttl: int | None
    bits: int
    compressed: bytes

    @classmethod
    def of(cls, subject: str, issued_at: int, expires_at: int, ttl: int, values: StatusList) -> Claims:
        """The claims around a list."""
        return cls(subject, issued_at, expires_at, ttl, values.bits, zlib.compress(values.data, 9))

    def values(self) -> StatusList:
        """The list; raises `StatusError` STATUS_LIST_MALFORMED when it does not inflate to one."""
        return StatusList(self.bits, packed.inflate(self.compressed, packed.ZLIB))


class SignedToken(NamedTuple):
    """A token that keeps the format; nothing in it is proven until `check_signature`."""

    claims: Claims
    algorithm: str
    signed: bytes
    signature: bytes

    def check_signature(self, keys: Iterable[PublicKeyTypes]) -> None:
        """Raise `StatusError` STATUS_LIST_NOT_SIGNED unless one of these keys made the signature."""
        for key in keys:
            try:
                if verify_signature(self.algorithm, key, self.signed, self.signature):
                    return
            except SignatureRefusedError:
                continue
        raise StatusError(
            "STATUS_LIST_NOT_SIGNED",
            "Statusa sarakstu nav parakstījis tā uzturētājs.",
            "The status list is not signed by its operator.",
        )


class Token(NamedTuple):
    """A token whose signature was checked."""

    claims: Claims
    values: StatusList


def open_token(data: bytes, keys: Iterable[PublicKeyTypes]) -> Token:
    """The token in `data` (CWT or compact JWT), signed by one of `keys`; raises `StatusError`."""
    token = parse(data)
    token.check_signature(keys)
    return Token(token.claims, token.claims.values())


def parse(data: bytes) -> SignedToken:
    """The token in `data` without its signature checked; raises `StatusError` STATUS_LIST_MALFORMED."""
    if len(data) > MAX_TOKEN_BYTES:
        raise malformed("tas ir pārāk liels", "it is too large")
    return parse_cwt(data) if data[:1] == b"\xd2" else parse_jwt(data)


# ── JWT: the draft, 5.1 ──


def list_json(values: StatusList) -> dict[str, Any]:
    """The list as a JSON object (4.2)."""
    return {"bits": values.bits, "lst": base64url.encode(zlib.compress(values.data, 9))}


def list_from_json(value: object) -> tuple[int, bytes]:
    """Bits and the compressed list in a JSON object; raises `StatusError`. Members not known are left alone."""
    if type(value) is not dict or type(value.get("lst")) is not str:
        raise _no_list()
    try:
        return _bits(value.get("bits")), base64url.decode(value["lst"])
    except ValueError:
        raise _no_list() from None


def unsigned_jwt(claims: Claims, key: SealKey) -> Unsigned:
    """The token as a compact JWS. `x5c` holds the key's chain without the anchor."""
    header = {
        "alg": key.algorithm,
        "typ": JWT_TYPE,
        "kid": key.key_id,
        "x5c": [b64encode(der).decode("ascii") for der in key.certificate_chain],
    }
    payload = {
        "sub": claims.subject,
        "iat": claims.issued_at,
        "exp": claims.expires_at,
        "ttl": claims.ttl,
        "status_list": {"bits": claims.bits, "lst": base64url.encode(claims.compressed)},
    }
    return unsigned_compact(header, orjson.dumps(payload))


def parse_jwt(data: bytes) -> SignedToken:
    """A compact JWS as a token; raises `StatusError`."""
    jws = parse_compact(data, (JWT_TYPE, "application/" + JWT_TYPE))
    try:
        payload = strict_json.loads(jws.payload, max_bytes=MAX_TOKEN_BYTES, max_depth=16)
    except AtestatsError as error:
        raise malformed(error.message_lv, error.message_en) from None
    if type(payload) is not dict:
        raise _no_list()
    bits, compressed = list_from_json(payload.get("status_list"))
    return SignedToken(
        Claims(
            _uri(payload.get("sub")),
            _seconds(payload.get("iat")),
            _optional(payload.get("exp")),
            _ttl(payload.get("ttl")),
            bits,
            compressed,
        ),
        jws.algorithm,
        jws.signed,
        jws.signature,
    )


# ── CWT: the draft, 5.2 ──


def list_cbor(values: StatusList) -> bytes:
    """The list as a CBOR map (4.3)."""
    return cbor.encode({"bits": values.bits, "lst": zlib.compress(values.data, 9)})


def list_from_cbor(value: object) -> tuple[int, bytes]:
    """Bits and the compressed list in a decoded CBOR map; raises `StatusError`."""
    if type(value) is not dict or type(value.get("lst")) is not bytes:
        raise _no_list()
    return _bits(value.get("bits")), value["lst"]


def unsigned_cwt(claims: Claims, key: SealKey) -> Unsigned:
    """The token as a COSE_Sign1 with tag 18 and without the CWT tag, in deterministic CBOR.

    The key is named by `kid` alone (as in QR seals): in a bundle sixty certificates would be most of the bytes.
    """
    protected = cbor.encode({_ALG: _COSE_NUMBERS[key.algorithm], _KID: key.kid8, _TYPE: CWT_TYPE})
    payload = cbor.encode(
        {
            SUBJECT: claims.subject,
            EXPIRES: claims.expires_at,
            ISSUED: claims.issued_at,
            TTL: claims.ttl,
            STATUS_LIST: {"bits": claims.bits, "lst": claims.compressed},
        }
    )
    digest = hashlib.sha256(ec1.sig_structure(protected, payload)).digest()
    return Unsigned(
        digest, lambda value: cbor.encode(cbor.Tagged(cbor.COSE_SIGN1, [protected, {}, payload, value]))
    )


def parse_cwt(data: bytes) -> SignedToken:
    """A COSE_Sign1 as a token; raises `StatusError`. Map keys may stand in any order: others write them so."""
    try:
        value = cbor.decode(data, any_order=True)
        if not isinstance(value, cbor.Tagged) or type(value.value) is not list or len(value.value) != 4:
            raise malformed("tas nav COSE_Sign1", "it is not a COSE_Sign1")
        protected, unprotected, payload, signature = value.value
        if not all(type(part) is bytes for part in (protected, payload, signature)):
            raise malformed("tas nav COSE_Sign1", "it is not a COSE_Sign1")
        header = cbor.decode(protected, any_order=True)
        claims = cbor.decode(payload, any_order=True)
    except cbor.CborError as error:
        raise malformed(
            "kodējums nav derīgs CBOR", f"the encoding is not valid CBOR ({error.code})"
        ) from None
    if type(header) is not dict or type(unprotected) is not dict or type(claims) is not dict:
        raise malformed("tas nav COSE_Sign1", "it is not a COSE_Sign1")
    # 2 is `crit` (RFC 9052, 3.1): nothing critical is understood here. A name in both headers would be read two ways.
    if header.get(_TYPE) != CWT_TYPE or 2 in header or set(header) & set(unprotected):
        raise malformed("galvene nav statusa saraksta galvene", "the header is not that of a status list")
    algorithm = header.get(_ALG)
    if type(algorithm) is not int or algorithm not in _COSE:
        raise malformed("paraksta algoritms nav atļauts", "the signature algorithm is not allowed")
    bits, compressed = list_from_cbor(claims.get(STATUS_LIST))
    return SignedToken(
        Claims(
            _uri(claims.get(SUBJECT)),
            _seconds(claims.get(ISSUED)),
            _optional(claims.get(EXPIRES)),
            _ttl(claims.get(TTL)),
            bits,
            compressed,
        ),
        _COSE[algorithm],
        ec1.sig_structure(protected, payload),
        signature,
    )


# ── values ──


def _bits(value: object) -> int:
    if type(value) is not int or value not in packed.ALLOWED_BITS:
        raise malformed("bitu skaits nav 1, 2, 4 vai 8", "the number of bits is not 1, 2, 4 or 8")
    return value


def _uri(value: object) -> str:
    if type(value) is not str or _URI.fullmatch(value) is None:
        raise malformed("tam nav adreses (sub)", "it has no address (sub)")
    return value


def _seconds(value: object) -> int:
    if type(value) is not int or not 0 <= value < 1 << 40:
        raise malformed("laiks nav vesels sekunžu skaits", "a time is not a whole number of seconds")
    return value


def _optional(value: object) -> int | None:
    return None if value is None else _seconds(value)


def _ttl(value: object) -> int | None:
    seconds = _optional(value)
    if seconds == 0:
        raise malformed("ttl nav pozitīvs skaitlis", "ttl is not a positive number")
    return seconds


def _no_list() -> StatusError:
    return malformed("tajā nav saraksta", "there is no list in it")
