"""The compact form of a JWS (RFC 7515, 7.1), as Token Status Lists and VC-JOSE credentials use it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import orjson

from issuer import strict_json
from issuer.errors import AtestatsError
from issuer.seal import base64url
from issuer.status.status_error import malformed
from issuer.trust.signatures import ALGORITHMS


class Unsigned(NamedTuple):
    """What only lacks its signature: the SHA-256 to be signed, and how the raw signature completes the file."""

    digest: bytes
    assemble: Callable[[bytes], bytes]


class CompactJws(NamedTuple):
    """A JWS that keeps the format; nothing in it is proven yet."""

    header: Mapping[str, Any]
    algorithm: str
    payload: bytes
    signed: bytes
    signature: bytes


def unsigned_compact(header: Mapping[str, Any], payload: bytes) -> Unsigned:
    """Header and payload on their way to a signer of ES256, RS256 or PS256."""
    signed = f"{base64url.encode(orjson.dumps(header))}.{base64url.encode(payload)}".encode("ascii")
    return Unsigned(
        hashlib.sha256(signed).digest(), lambda value: signed + b"." + base64url.encode(value).encode("ascii")
    )


def parse_compact(data: bytes, types: tuple[str, ...]) -> CompactJws:
    """The JWS in `data` with one of these `typ`; raises `StatusError` STATUS_LIST_MALFORMED.

    No `crit` and no `b64` are understood; which key to use is the caller's business, not the header's.
    """
    try:
        protected, payload, signature = data.decode("ascii").split(".")
        header = strict_json.loads(base64url.decode(protected), max_bytes=64 * 1024, max_depth=8)
        parts = base64url.decode(payload), base64url.decode(signature)
    except (ValueError, AtestatsError):
        raise malformed("tas nav JWS", "it is not a JWS") from None
    if type(header) is not dict or header.get("typ") not in types or header.keys() & {"crit", "b64"}:
        raise malformed("galvene nav statusa saraksta galvene", "the header is not that of a status list")
    algorithm = header.get("alg")
    if type(algorithm) is not str or algorithm not in ALGORITHMS:
        raise malformed("paraksta algoritms nav atļauts", "the signature algorithm is not allowed")
    return CompactJws(header, algorithm, parts[0], f"{protected}.{payload}".encode("ascii"), parts[1])
